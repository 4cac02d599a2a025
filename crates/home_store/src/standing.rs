//! What a folder holds before anything in it is opened: a home, or nothing yet.
//!
//! The key is the last thing that a first start writes. So a folder with a key holds both databases, and one
//! without a key holds at most databases of which nobody was told anything: whatever else is found was lost,
//! and must not be made anew under people who trust that it is there.

use crate::folder::{INBOXES_FILE, KEY_FILE, LOGS_FILE};
use crate::open_error::OpenError;
use rusqlite::{Connection, OpenFlags};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

/// What is answered for: each says whether anybody was told anything.
const TOLD: [(&str, &str); 2] = [
    (LOGS_FILE, "SELECT EXISTS (SELECT 1 FROM logs)"),
    (
        INBOXES_FILE,
        "SELECT EXISTS (SELECT 1 FROM inboxes) OR EXISTS (SELECT 1 FROM invitations)",
    ),
];

/// SQLite's smallest page, in bytes: what is shorter is taken for a database without anything in it.
const SMALLEST_BYTES: u64 = 512;

/// What a folder holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing that a home would miss.
    Nothing,
    /// A home, none of whose files is missing.
    Home,
}

impl Standing {
    /// Looks at a folder, which need not exist. Nothing is made.
    ///
    /// # Errors
    /// [`OpenError::Lost`] names what is missing, [`OpenError::Unusable`] and [`OpenError::Database`] what
    /// cannot be looked at.
    pub fn of(folder: &Path) -> Result<Self, OpenError> {
        let key = folder.join(KEY_FILE);
        if is_there(&key)? {
            let lost = lost(folder)?.unwrap_or_else(|| vec![KEY_FILE]);
            return match lost.first() {
                Some(name) => Err(OpenError::Lost {
                    path: folder.join(name),
                }),
                None => Ok(Self::Home),
            };
        }
        for (name, told) in TOLD {
            let path = folder.join(name);
            if bytes(&path)?.is_some_and(|bytes| bytes > 0) && is_told(&path, told)? {
                return Err(OpenError::Lost { path: key });
            }
        }
        Ok(Self::Nothing)
    }
}

/// Which files of a home are missing or empty; `None` where none of them is there, and so no home.
///
/// # Errors
/// [`OpenError::Unusable`].
pub(crate) fn lost(folder: &Path) -> Result<Option<Vec<&'static str>>, OpenError> {
    let files = [KEY_FILE, LOGS_FILE, INBOXES_FILE];
    let mut lost = Vec::new();
    for name in files {
        let least = if name == KEY_FILE { 1 } else { SMALLEST_BYTES };
        let path = folder.join(name);
        let is_lost = bytes(&path)?.is_none_or(|bytes| bytes < least);
        if is_lost || (name != KEY_FILE && is_blank(&path)?) {
            lost.push(name);
        }
    }
    Ok((lost.len() < files.len()).then_some(lost))
}

/// Whether a database has no schema: neither in the file, whose header has its number at byte 60 (SQLite's file
/// format, §1.3), nor in a WAL, where it stands until it is moved.
fn is_blank(path: &Path) -> Result<bool, OpenError> {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    if bytes(Path::new(&wal))?.is_some_and(|bytes| bytes > 0) {
        return Ok(false);
    }
    let mut header = [0; 64];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut header));
    match read {
        Ok(()) => Ok(header.starts_with(b"SQLite format 3\0") && header.ends_with(&[0; 4])),
        Err(source) => Err(OpenError::Unusable {
            path: path.to_owned(),
            source,
        }),
    }
}

fn is_there(path: &Path) -> Result<bool, OpenError> {
    bytes(path).map(|bytes| bytes.is_some())
}

/// The length of a file, if it is there.
fn bytes(path: &Path) -> Result<Option<u64>, OpenError> {
    match fs::metadata(path) {
        Ok(found) => Ok(Some(found.len())),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(None)
        }
        Err(source) => Err(OpenError::Unusable {
            path: path.to_owned(),
            source,
        }),
    }
}

/// Whether anybody was told anything that a database of ours holds. One that no migration has run on holds
/// nothing; whether it is ours, opening it says.
fn is_told(path: &Path, told: &str) -> Result<bool, OpenError> {
    let look = || -> rusqlite::Result<bool> {
        // One that may not write cannot read what stands in the WAL alone.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let database = Connection::open_with_flags(path, flags)?;
        database.pragma_update(None, "query_only", true)?;
        let schema: u32 = database.pragma_query_value(None, "user_version", |row| row.get(0))?;
        Ok(schema > 0 && database.query_row(told, (), |row| row.get(0))?)
    };
    look().map_err(|source| OpenError::Database {
        path: path.to_owned(),
        source,
    })
}
