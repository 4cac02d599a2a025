//! Prosody: its configuration, and where it is.

use crate::description::Description;
use crate::xmpp::Domain;
use load::LoadError;
use std::path::Path;
use std::process::Command;

/// Where Debian keeps what version it is; the program itself would start a server when asked.
const VERSION_FILE: &str = "/usr/lib/prosody/prosody.version";

pub(crate) fn describe() -> Description {
    Description {
        version: std::fs::read_to_string(VERSION_FILE)
            .ok()
            .map(|version| version.trim().to_owned()),
        install: "apt-get install --no-install-recommends prosody lua-dbi-sqlite3",
        kept: "archive (mod_mam) in SQLite by mod_storage_sql, which leaves SQLite as it comes: rollback journal, \
               synchronous=FULL; one transaction for the sender's copy and one for the receiver's, both before \
               delivery",
    }
}

/// Everything is off that a message between two people does not need, TLS too.
fn configuration(folder: &Path, port: u16) -> String {
    let folder = folder.display();
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
storage = {{ archive = "sql", accounts = "internal" }}
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

pub(crate) fn command(folder: &Path, port: u16) -> Result<Command, LoadError> {
    let written = std::fs::create_dir_all(folder.join("data")).and_then(|()| {
        let text = configuration(folder, port);
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
        let text = configuration(Path::new("/a"), 5222);
        for line in [
            "default_archive_policy = true",
            "sql = { driver = \"SQLite3\", database = \"/a/prosody.sqlite\" }",
            "c2s_ports = { 5222 }",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
