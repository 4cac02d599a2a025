//! On a disk: a write-ahead log, beside which other connections of this machine may read.

use rusqlite::Connection;
use std::path::{Path, PathBuf};

use crate::error::StoreError;
use crate::store::StoreKey;

/// Pages of 4 KiB in the write-ahead log before they are moved into the file.
const WAL_PAGES: u32 = 4_096;

/// What another connection to the same file needs, if it is in one.
#[derive(Clone, Default)]
pub(crate) struct Reopen {
    pub(crate) path: Option<PathBuf>,
    pub(crate) key: Option<StoreKey>,
    /// Whether nothing can be written to it.
    pub(crate) only_reads: bool,
}

impl Reopen {
    /// For the file at this path, sealed under this key.
    pub(crate) fn of(path: &Path, key: Option<&StoreKey>) -> Self {
        Self {
            path: Some(path.to_owned()),
            key: key.cloned(),
            only_reads: false,
        }
    }
}

/// What a connection needs before it reads anything: nothing here.
pub(crate) fn before_reading(_: &Connection) -> Result<(), StoreError> {
    Ok(())
}

/// Chooses how what is committed becomes durable.
pub(crate) fn choose(connection: &Connection) -> Result<(), StoreError> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Each move of pages into the file waits for the disk three times; 16 MiB is not much to read through at a start.
    connection.pragma_update(None, "wal_autocheckpoint", WAL_PAGES)?;
    Ok(())
}

/// Puts everything into the file; a key goes before the last that is written is closed. SQLite closes the file also where
/// its log does not fit into it any more, and leaves the log beside it.
pub(crate) fn before_closing(connection: &Connection, reopen: Reopen) -> Result<(), StoreError> {
    if reopen.only_reads {
        return Ok(());
    }
    leave_nothing_beside(connection)
}

/// Puts everything into the file and empties the log, so that what was overwritten there is not still in the log. Whoever
/// reads at this moment keeps it from being emptied; the next one does.
pub(crate) fn leave_nothing_beside(connection: &Connection) -> Result<(), StoreError> {
    Ok(connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
}
