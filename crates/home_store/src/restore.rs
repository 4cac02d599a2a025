//! From a backup back to a home's folder: verified whole, or nothing.
//!
//! Every file is copied and hashed on the way, both databases take in what stands in their WAL and are
//! looked through, and only then does the folder get its name, by one rename. So a folder of that name is
//! a whole home, or there is none, whatever happens in between.

use crate::backup::BackupError;
use crate::backup::files::{HashedFile, Staging, copy, refused};
use crate::backup::manifest::{Listed, Manifest, wal_of};
use crate::check::check;
use crate::folder::{INBOXES_FILE, KEY_FILE, LOGS_FILE};
use crate::migration;
use crate::open_error::{OpenError, check_schema};
use rusqlite::{Connection, OpenFlags};
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// The ending of a home's name while it is restored.
const RESTORING: &str = ".restoring";
/// A home's key.
const KEY_BYTES: u64 = 32;

/// A home that is back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restored {
    /// Whatever the home had answered until this moment is there, Unix time in milliseconds.
    pub until_ms: u64,
    /// Bytes that were read.
    pub bytes: u64,
}

/// Makes the home that was copied to `from` anew in `to`, which must be empty or not exist.
///
/// # Errors
/// [`BackupError`]; `to` is as it was then.
pub fn restore(from: &Path, to: &Path) -> Result<Restored, BackupError> {
    let manifest = Manifest::read(from)?;
    empty(to)?;
    let mut staging = Staging::beside(to, RESTORING)?;
    for file in &manifest.files {
        bring(file, from, staging.path())?;
    }
    for (name, known) in [
        (LOGS_FILE, migration::LOGS.len()),
        (INBOXES_FILE, migration::INBOXES.len()),
    ] {
        take_in(staging.path(), name, known, from)?;
    }
    look_through(staging.path(), from)?;
    staging.become_folder(to)?;
    Ok(Restored {
        until_ms: manifest.until_ms,
        bytes: manifest.files.iter().map(|one| one.bytes).sum(),
    })
}

/// Looks for what only a home knows to be wrong. What an earlier version wrote is looked at when a home
/// of this version has run on it.
fn look_through(folder: &Path, from: &Path) -> Result<(), BackupError> {
    let report = match check(folder) {
        Ok(report) => report,
        Err(OpenError::Older { .. }) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    match report.found.into_iter().next() {
        Some(what) => Err(BackupError::Unsound {
            path: from.to_owned(),
            what,
        }),
        None => Ok(()),
    }
}

/// Whether a folder can be filled.
fn empty(folder: &Path) -> Result<(), BackupError> {
    match fs::read_dir(folder).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(BackupError::Occupied {
            path: folder.to_owned(),
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(refused(folder, error)),
    }
}

/// Copies one file and compares.
fn bring(listed: &Listed, from: &Path, to: &Path) -> Result<(), BackupError> {
    let path = from.join(&listed.name);
    let damaged = |what| BackupError::Damaged {
        path: path.clone(),
        what,
    };
    match fs::symlink_metadata(&path) {
        Ok(found) if !found.is_file() => return Err(damaged("is not a file")),
        Ok(found) if found.len() != listed.bytes => return Err(damaged("has another length")),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(damaged("is missing"));
        }
        Err(error) => return Err(refused(&path, error)),
    }
    if listed.name == KEY_FILE && listed.bytes != KEY_BYTES {
        return Err(damaged("is no key"));
    }
    let mut file = File::open(&path).map_err(|e| refused(&path, e))?;
    let mut copied = HashedFile::create(to.join(&listed.name))?;
    // One byte more than there should be would show.
    copy(&mut file, &path, Some(listed.bytes + 1), &mut copied)?;
    if copied.bytes() != listed.bytes || copied.sha256() != listed.sha256 {
        return Err(damaged("is not what was written"));
    }
    copied.sync()
}

/// Lets a database take in its WAL, and looks it through. Errors name the backup's file.
fn take_in(folder: &Path, name: &str, known: usize, from: &Path) -> Result<(), BackupError> {
    let path = folder.join(name);
    let shown = from.join(name);
    let failed = |source| BackupError::Source {
        path: shown.clone(),
        source,
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(&path, flags).map_err(failed)?;
    let mode: String = database
        .pragma_query_value(None, "journal_mode", |row| row.get(0))
        .map_err(failed)?;
    if mode != "wal" {
        return Err(BackupError::Foreign { path: shown });
    }
    let schema: u32 = database
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(failed)?;
    check_schema(&shown, schema, known)?;
    let busy: bool = database
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get(0))
        .map_err(failed)?;
    let found: String = database
        .query_row("PRAGMA integrity_check(1)", (), |row| row.get(0))
        .map_err(failed)?;
    if busy || found != "ok" {
        return Err(BackupError::Unsound {
            path: shown,
            what: found,
        });
    }
    database.close().map_err(|(_, source)| failed(source))?;
    if folder.join(wal_of(name)).exists() {
        // The last connection removes it once everything is in the file.
        return Err(BackupError::Unsound {
            path: shown,
            what: "what was written last could not be taken in".to_owned(),
        });
    }
    let synced = File::open(&path).and_then(|file| file.sync_all());
    synced.map_err(|e| refused(&path, e))
}
