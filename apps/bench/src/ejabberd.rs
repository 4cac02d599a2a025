//! ejabberd: its configuration, and where it is. With its archive in SQLite and in Mnesia, its own default.

use crate::description::Description;
use crate::xmpp::Domain;
use load::LoadError;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian and others keep Erlang's programs.
const LIBRARIES: [&str; 3] = [
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib/erlang/lib",
];

/// Where the archive lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Archive {
    Sqlite,
    Mnesia,
}

pub(crate) fn describe(archive: Archive) -> Description {
    Description {
        version: installed().map(|(_, version)| version),
        install: "apt-get install --no-install-recommends ejabberd erlang-p1-sqlite3",
        kept: match archive {
            Archive::Sqlite => {
                "archive (mod_mam) in SQLite as it comes: rollback journal, synchronous=FULL; a transaction for \
                 the sender's copy and one for the receiver's"
            }
            Archive::Mnesia => {
                "archive (mod_mam) in Mnesia, its default: files that are written and not synced, so a crash of the \
                 machine loses what was delivered"
            }
        },
    }
}

/// The folder of its compiled modules and its version.
fn installed() -> Option<(PathBuf, String)> {
    let folders = LIBRARIES
        .iter()
        .filter_map(|path| Path::new(path).read_dir().ok());
    let mut found: Vec<(PathBuf, String)> = folders
        .flatten()
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version = path
                .file_name()?
                .to_str()?
                .strip_prefix("ejabberd-")?
                .to_owned();
            let modules = path.join("ebin");
            let whole = modules.join("ejabberd.app").is_file();
            whole.then_some((modules, version))
        })
        .collect();
    // Debian links the version without its own revision to the one with it.
    found.sort();
    found.pop()
}

fn configuration(archive: Archive, folder: &Path, port: u16) -> String {
    let (database, in_database) = match archive {
        Archive::Mnesia => ("default_db: mnesia".to_owned(), "mnesia"),
        Archive::Sqlite => {
            let file = folder.join("ejabberd.sqlite");
            let file = file.display();
            let text = format!("default_db: sql\nsql_type: sqlite\nsql_database: \"{file}\"");
            (text, "sql")
        }
    };
    format!(
        r#"hosts: [{domain}]
loglevel: warning
listen:
  - port: {port}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    shaper: none
    starttls: false
auth_method: internal
auth_password_format: plain
{database}
access_rules: {{register: {{allow: all}}, c2s: {{allow: all}}, local: {{allow: all}}}}
registration_timeout: infinity
modules:
  mod_register: {{ip_access: all, access: register}}
  mod_mam: {{default: always, db_type: {in_database}}}
  mod_roster: {{}}
  mod_disco: {{}}
  mod_offline: {{}}
"#,
        domain = Domain::NAME,
    )
}

pub(crate) fn command(archive: Archive, folder: &Path, port: u16) -> Result<Command, LoadError> {
    let spool = folder.join("spool");
    let settings = folder.join("ejabberd.yml");
    let written = std::fs::create_dir_all(&spool)
        .and_then(|()| std::fs::write(&settings, configuration(archive, folder, port)));
    written.map_err(LoadError::system("the configuration of ejabberd"))?;
    // Its own starter wants to be the account that the package made; Erlang does not.
    let mut command = Command::new("erl");
    command.args(["+K", "true", "+P", "250000", "-noinput"]);
    if let Some((modules, _)) = installed() {
        command.arg("-pa").arg(modules);
    }
    command.args(["-mnesia", "dir"]);
    command.arg(format!("\"{}\"", spool.display()));
    command.args(["-s", "ejabberd"]);
    command
        .env("HOME", folder)
        .env("ERL_CRASH_DUMP_BYTES", "0")
        .env("EJABBERD_CONFIG_PATH", settings)
        .env("EJABBERD_LOG_PATH", folder.join("ejabberd.log"));
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(archive: Archive, expected: &[&str], not_expected: &[&str]) {
        let text = configuration(archive, Path::new("/a"), 5222);
        for line in expected {
            assert!(text.lines().any(|found| found == *line), "{line}\n{text}");
        }
        for part in not_expected {
            assert!(!text.contains(part), "{part}\n{text}");
        }
    }

    #[test]
    fn every_message_is_archived_where_it_is_asked_for() {
        check(
            Archive::Sqlite,
            &[
                "  - port: 5222",
                "sql_database: \"/a/ejabberd.sqlite\"",
                "  mod_mam: {default: always, db_type: sql}",
            ],
            &["mnesia"],
        );
        check(
            Archive::Mnesia,
            &[
                "default_db: mnesia",
                "  mod_mam: {default: always, db_type: mnesia}",
            ],
            &["sql"],
        );
    }
}
