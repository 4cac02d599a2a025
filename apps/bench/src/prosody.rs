//! Prosody: its configuration, and where it is. With its archive in SQLite and in files, its own default.

use crate::description::Description;
use crate::xmpp::Domain;
use load::LoadError;
use std::path::Path;
use std::process::Command;

/// Where Debian keeps what version it is; the program itself would start a server when asked.
const VERSION_FILE: &str = "/usr/lib/prosody/prosody.version";

/// Where the archive lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Archive {
    Sqlite,
    Files,
}

pub(crate) fn describe(archive: Archive) -> Description {
    Description {
        version: std::fs::read_to_string(VERSION_FILE)
            .ok()
            .map(|version| version.trim().to_owned()),
        install: "apt-get install --no-install-recommends prosody lua-dbi-sqlite3",
        kept: match archive {
            Archive::Sqlite => {
                "archive (mod_mam) in SQLite by mod_storage_sql, which leaves SQLite as it comes: rollback journal, \
                 synchronous=FULL; one transaction for the sender's copy and one for the receiver's, both before \
                 delivery"
            }
            Archive::Files => {
                "archive (mod_mam) in files, its default: written before delivery and not synced, so a crash of the \
                 machine loses what was delivered"
            }
        },
    }
}

/// Everything is off that a message between two people does not need, TLS too.
fn configuration(archive: Archive, folder: &Path, port: u16) -> String {
    let folder = folder.display();
    let store = match archive {
        Archive::Sqlite => "sql",
        Archive::Files => "internal",
    };
    format!(
        r#"pidfile = "{folder}/prosody.pid"
data_path = "{folder}/data"
run_as_root = true
daemonize = false
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {port} }}
s2s_ports = {{ }}
network_backend = "epoll"
modules_enabled = {{ "roster", "saslauth", "disco", "mam", "register_ibr", "offline", "posix" }}
modules_disabled = {{ "s2s", "tls" }}
allow_registration = true
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
default_storage = "internal"
storage = {{ archive = "{store}", accounts = "internal" }}
storage_archive_item_limit = 100000000
sql = {{ driver = "SQLite3", database = "{folder}/prosody.sqlite" }}
default_archive_policy = true
archive_expires_after = "never"
limits = {{ }}
log = {{ warn = "{folder}/prosody.log" }}
VirtualHost "{domain}"
"#,
        domain = Domain::NAME,
    )
}

pub(crate) fn command(archive: Archive, folder: &Path, port: u16) -> Result<Command, LoadError> {
    let written = std::fs::create_dir_all(folder.join("data")).and_then(|()| {
        let text = configuration(archive, folder, port);
        std::fs::write(folder.join("prosody.cfg.lua"), text)
    });
    written.map_err(LoadError::system("the configuration of Prosody"))?;
    let mut command = Command::new("prosody");
    command.arg("--config").arg(folder.join("prosody.cfg.lua"));
    command.arg("-F");
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_is_archived_below_the_folder() {
        let text = configuration(Archive::Sqlite, Path::new("/a"), 5222);
        for line in [
            "default_archive_policy = true",
            "sql = { driver = \"SQLite3\", database = \"/a/prosody.sqlite\" }",
            "c2s_ports = { 5222 }",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
