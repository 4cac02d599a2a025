//! Which blobs the bytes must be there of. The bytes lie elsewhere and are looked at by whoever knows where.

use super::open;
use crate::folder::LOGS_FILE;
use crate::migration;
use crate::open_error::OpenError;
use crate::row::{column, fixed, number};
use crate::standing::lost;
use protocol::id::{BlobHash, BlobId};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::path::{Path, PathBuf};

/// A blob whose row says that all its bytes came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WholeBlob {
    /// Its id.
    pub blob: BlobId,
    /// How many bytes it has.
    pub size: u64,
    /// Their SHA-256.
    pub hash: BlobHash,
    number: u64,
}

/// All of them, one after the other. Each is read for itself, so that a running home is held up by none.
#[derive(Debug)]
pub struct WholeBlobs {
    database: Connection,
    path: PathBuf,
    after: u64,
}

impl WholeBlobs {
    /// Those of the home in `folder`; `None` where the file that would say is missing or empty, which
    /// [`check`](crate::check) finds.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn begin(folder: &Path) -> Result<Option<Self>, OpenError> {
        if lost(folder)?.is_none_or(|lost| lost.contains(&LOGS_FILE)) {
            return Ok(None);
        }
        let database = open(folder, (LOGS_FILE, migration::LOGS.len()))?;
        Ok(Some(Self {
            database,
            path: folder.join(LOGS_FILE),
            after: 0,
        }))
    }

    /// The next one.
    ///
    /// # Errors
    /// [`OpenError::Database`] if the row cannot be read.
    pub fn next_one(&mut self) -> Result<Option<WholeBlob>, OpenError> {
        // By the number and not by the index of states, in which each would be found behind all before it.
        let next = self.row(
            "SELECT number, blob, size, hash FROM blobs WHERE +state = 1 AND number > ?1
             ORDER BY number LIMIT 1",
            self.after,
        )?;
        if let Some(next) = &next {
            self.after = next.number;
        }
        Ok(next)
    }

    /// Whether a blob's row still says the same: the home may have let go of it meanwhile.
    ///
    /// # Errors
    /// As [`next_one`](Self::next_one).
    pub fn still_has(&self, blob: &WholeBlob) -> Result<bool, OpenError> {
        let now = self.row(
            "SELECT number, blob, size, hash FROM blobs WHERE state = 1 AND number = ?1",
            blob.number,
        )?;
        Ok(now.as_ref() == Some(blob))
    }

    fn row(&self, sql: &str, of: u64) -> Result<Option<WholeBlob>, OpenError> {
        let read = || {
            let mut statement = self.database.prepare_cached(sql)?;
            statement.query_row(params![column(of)], whole).optional()
        };
        read().map_err(|source| OpenError::Database {
            path: self.path.clone(),
            source,
        })
    }
}

fn whole(row: &Row<'_>) -> rusqlite::Result<WholeBlob> {
    Ok(WholeBlob {
        number: number(row, 0)?,
        blob: fixed(row, 1, BlobId::new)?,
        size: number(row, 2)?,
        hash: fixed(row, 3, BlobHash::new)?,
    })
}
