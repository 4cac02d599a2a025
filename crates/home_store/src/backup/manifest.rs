//! What a backup consists of: `MANIFEST`, written last.
//!
//! Two lines of JSON: what there is, and the SHA-256 of the first line. So every byte of a backup is
//! under a hash, and a folder without this file is no backup.

use super::BackupError;
use super::files::{HashedFile, refused};
use crate::folder::{INBOXES_FILE, KEY_FILE, LOGS_FILE};
use protocol::hash::sha256;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The file's name.
pub(crate) const MANIFEST_FILE: &str = "MANIFEST";
/// The home's settings, if they lie in its folder.
pub(crate) const SETTINGS_FILE: &str = "home.toml";
/// The form of backups that this version writes and reads.
const FORM: u64 = 1;
/// A manifest is longer only if nobody of us wrote it.
const MAX_BYTES: u64 = 64 * 1024;

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) sha256: [u8; 32],
}

/// The whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Manifest {
    /// Whatever the home answered until this moment is in the backup, Unix time in milliseconds.
    pub(crate) until_ms: u64,
    pub(crate) files: Vec<Listed>,
}

/// SQLite's name for what is written beside a database and not yet in it.
pub(crate) fn wal_of(name: &str) -> String {
    format!("{name}-wal")
}

/// The files that make a backup: all of them, and no other but [`SETTINGS_FILE`].
fn names() -> BTreeSet<String> {
    [LOGS_FILE, INBOXES_FILE]
        .iter()
        .flat_map(|name| [(*name).to_owned(), wal_of(name)])
        .chain([KEY_FILE.to_owned()])
        .collect()
}

impl Manifest {
    pub(crate) fn write(&self, folder: &Path) -> Result<(), BackupError> {
        let files: Vec<Value> = self
            .files
            .iter()
            .map(|one| json!({"name": one.name, "bytes": one.bytes, "sha256": hex(&one.sha256)}))
            .collect();
        let line = json!({"kith_home_backup": FORM, "until_ms": self.until_ms, "files": files});
        let line = line.to_string();
        let seal = json!({"sha256": hex(&sha256(&[line.as_bytes()]))});
        let mut file = HashedFile::create(folder.join(MANIFEST_FILE))?;
        file.write(format!("{line}\n{seal}\n").as_bytes())?;
        file.sync()
    }

    /// Reads and checks it; the files themselves are not looked at.
    ///
    /// # Errors
    /// [`BackupError::NoBackup`], [`BackupError::Damaged`], [`BackupError::NewerForm`].
    pub(crate) fn read(folder: &Path) -> Result<Self, BackupError> {
        let path = folder.join(MANIFEST_FILE);
        let damaged = || BackupError::Damaged {
            path: path.clone(),
            what: "is not what was written",
        };
        let bytes = match fs::metadata(&path) {
            Ok(found) if !found.is_file() || found.len() > MAX_BYTES => return Err(damaged()),
            Ok(_) => fs::read(&path).map_err(|e| refused(&path, e))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(BackupError::NoBackup {
                    path: folder.to_owned(),
                });
            }
            Err(error) => return Err(refused(&path, error)),
        };
        let text = String::from_utf8(bytes).map_err(|_| damaged())?;
        let mut lines = text.split('\n');
        let (line, seal) = (lines.next(), lines.next());
        let (Some(line), Some(seal), Some(""), None) = (line, seal, lines.next(), lines.next())
        else {
            return Err(damaged());
        };
        let expected = json!({"sha256": hex(&sha256(&[line.as_bytes()]))}).to_string();
        if expected != seal {
            return Err(damaged());
        }
        let value: Value = serde_json::from_str(line).map_err(|_| damaged())?;
        let form = value.get("kith_home_backup").and_then(Value::as_u64);
        match form {
            Some(FORM) => parse(&value).ok_or_else(damaged),
            Some(found) if found > FORM => Err(BackupError::NewerForm { found, known: FORM }),
            _ => Err(damaged()),
        }
    }
}

fn parse(value: &Value) -> Option<Manifest> {
    let files: Vec<Listed> = value
        .get("files")?
        .as_array()?
        .iter()
        .map(listed)
        .collect::<Option<_>>()?;
    let mut found: BTreeSet<String> = files.iter().map(|one| one.name.clone()).collect();
    let all_differ = found.len() == files.len();
    found.remove(SETTINGS_FILE);
    // Names from a fixed set: no path leads out of the folder.
    (all_differ && found == names()).then_some(Manifest {
        until_ms: value.get("until_ms")?.as_u64()?,
        files,
    })
}

fn listed(value: &Value) -> Option<Listed> {
    Some(Listed {
        name: value.get("name")?.as_str()?.to_owned(),
        bytes: value.get("bytes")?.as_u64()?,
        sha256: from_hex(value.get("sha256")?.as_str()?)?,
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let bytes: Vec<u8> = (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect::<Option<_>>()?;
    bytes.try_into().ok()
}
