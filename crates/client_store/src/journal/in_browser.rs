//! In the browser: a rollback journal, in storage that lets one connection at a file and shares no memory.
//!
//! That storage does not know SQLite's locks. That nobody else is at the file is the driver's to see to.

use rusqlite::Connection;
use std::path::Path;

use crate::error::StoreError;
use crate::store::StoreKey;

/// Bytes of a page, as natively; the browser's SQLite would make files of another size.
const PAGE_BYTES: u32 = 4_096;

/// Nothing, since there is no other connection: the key is not kept.
#[derive(Clone, Default)]
pub(crate) struct Reopen(());

impl Reopen {
    /// For any file.
    pub(crate) fn of(_: &Path, _: Option<&StoreKey>) -> Self {
        Self(())
    }
}

/// What a connection needs before it reads anything. A file that was last written on a disk is still kept with a
/// write-ahead log, which without shared memory one connection alone can read (SQLite, *Write-Ahead Logging*, §6).
pub(crate) fn before_reading(connection: &Connection) -> Result<(), StoreError> {
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    connection.pragma_update(None, "page_size", PAGE_BYTES)?;
    Ok(())
}

/// Chooses how what is committed becomes durable.
pub(crate) fn choose(connection: &Connection) -> Result<(), StoreError> {
    connection.pragma_update(None, "journal_mode", "TRUNCATE")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok(())
}

/// What is committed is in the file already.
pub(crate) fn before_closing(_: &Connection, _: Reopen) -> Result<(), StoreError> {
    Ok(())
}

/// The journal is emptied by each commit.
pub(crate) fn leave_nothing_beside(_: &Connection) -> Result<(), StoreError> {
    Ok(())
}
