//! Synapse: its configuration, and where it is.

use crate::description::{Description, first_line};
use load::LoadError;
use std::path::Path;
use std::process::Command;

/// Where it is installed.
const PYTHON: &str = "/opt/synapse-venv/bin/python";

pub(crate) fn describe() -> Description {
    let ask = ["-c", "import synapse; print(synapse.__version__)"];
    Description {
        version: first_line(Command::new(PYTHON).args(ask)),
        install: "python3 -m venv /opt/synapse-venv && /opt/synapse-venv/bin/pip install matrix-synapse",
        kept: "rooms in SQLite as Synapse uses it: WAL, synchronous=FULL; the event is committed before \
               delivery",
    }
}

/// Limits are lifted and logging is quiet; the rest is as it comes. JSON is YAML.
fn configuration(folder: &Path, port: u16) -> serde_json::Value {
    let free = serde_json::json!({"per_second": 1_000_000, "burst_count": 1_000_000});
    serde_json::json!({
        "server_name": "localhost",
        "pid_file": folder.join("synapse.pid"),
        "listeners": [{
            "port": port,
            "type": "http",
            "bind_addresses": ["127.0.0.1"],
            "resources": [{"names": ["client"], "compress": false}],
        }],
        "database": {"name": "sqlite3", "args": {"database": folder.join("synapse.sqlite")}},
        "log_config": folder.join("log.yaml"),
        "media_store_path": folder.join("media"),
        "signing_key_path": folder.join("signing.key"),
        "trusted_key_servers": [],
        "report_stats": false,
        "enable_registration": true,
        "enable_registration_without_verification": true,
        "registration_shared_secret": "bench",
        "macaroon_secret_key": "bench",
        "form_secret": "bench",
        "bcrypt_rounds": 4,
        "presence": {"enabled": false},
        "rc_message": free,
        "rc_registration": free,
        "rc_login": {"address": free, "account": free, "failed_attempts": free},
        "rc_joins": {"local": free, "remote": free},
        "rc_invites": {"per_room": free, "per_user": free, "per_issuer": free},
        "rc_room_creation": free,
    })
}

fn logging(folder: &Path) -> serde_json::Value {
    serde_json::json!({
        "version": 1,
        "handlers": {"file": {"class": "logging.FileHandler", "filename": folder.join("synapse.log")}},
        "root": {"level": "ERROR", "handlers": ["file"]},
        "disable_existing_loggers": false,
    })
}

pub(crate) fn command(folder: &Path, port: u16) -> Result<Command, LoadError> {
    let settings = folder.join("homeserver.yaml");
    let text = configuration(folder, port).to_string();
    let written = std::fs::write(&settings, text)
        .and_then(|()| std::fs::write(folder.join("log.yaml"), logging(folder).to_string()));
    let what = "the configuration of Synapse";
    written.map_err(LoadError::system(what))?;
    let synapse = || {
        let mut command = Command::new(PYTHON);
        command
            .args(["-m", "synapse.app.homeserver", "-c"])
            .arg(&settings);
        command
    };
    if !folder.join("signing.key").is_file() {
        let output = synapse().arg("--generate-keys").output();
        let output = output.map_err(LoadError::system(what))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(LoadError::answer("the keys of Synapse", said));
        }
    }
    Ok(synapse())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_limited_and_everything_lies_below_the_folder() {
        let settings = configuration(Path::new("/a"), 8008);
        assert_eq!(
            settings["database"]["args"]["database"],
            "/a/synapse.sqlite"
        );
        assert_eq!(settings["listeners"][0]["port"], 8008);
        for limit in ["rc_message", "rc_registration", "rc_room_creation"] {
            assert_eq!(settings[limit]["per_second"], 1_000_000, "{limit}");
        }
        assert_eq!(logging(Path::new("/a"))["root"]["level"], "ERROR");
    }
}
