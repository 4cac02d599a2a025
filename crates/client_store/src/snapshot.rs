//! The whole of a profile as it is at one moment, to read on another thread while its store goes on.

use rusqlite::{Connection, OpenFlags};

use crate::error::StoreError;
use crate::store::Store;

impl Store {
    /// The file as it is now, through a connection of its own: what is written from here on is not in it, and it writes
    /// nothing. Until it is let go of, what is written meanwhile stays in the write-ahead log (SQLite, *Write-Ahead Logging*,
    /// §2.2).
    ///
    /// # Errors
    /// What SQLite says; [`StoreError::ReadOnly`] for a profile that is in no file.
    pub fn snapshot(&self) -> Result<Self, StoreError> {
        let path = self.reopen.path.as_ref().ok_or(StoreError::ReadOnly)?;
        if self.reopen.only_reads {
            // It stays as it is by itself.
            return Self::open_to_read(path, self.reopen.key.as_ref());
        }
        // For writing, so that whoever closes the file last puts everything into it.
        let connection = Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        Self::unlock(&connection, self.reopen.key.as_ref())?;
        connection.pragma_update(None, "query_only", true)?;
        // The moment is that of the first read.
        connection.execute_batch("BEGIN")?;
        connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
        Ok(Self {
            connection,
            reopen: self.reopen.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_no_file_has_none() {
        let store = Store::in_memory().unwrap();
        assert!(matches!(store.snapshot(), Err(StoreError::ReadOnly)));
    }
}
