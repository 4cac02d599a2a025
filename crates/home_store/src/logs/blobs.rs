//! Which blobs there are.

use super::SqliteLogs;
use crate::row::{column, fixed, number};
use home_core::blob_index::{BlobAges, BlobIndex, BlobState, BlobsKept, NewBlob, StoredBlob};
use home_core::{Day, StoreError};
use protocol::id::{BlobHash, BlobId, DeleteHash};
use rusqlite::{Row, params};

const AWAITED: i64 = 0;
const WHOLE: i64 = 1;
const ERASING: i64 = 2;
const ERASED: i64 = 3;

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredBlob> {
    let state = match row.get(4)? {
        AWAITED => BlobState::Awaited,
        WHOLE => BlobState::Whole(fixed(row, 5, BlobHash::new)?),
        ERASING => BlobState::Erasing,
        ERASED => BlobState::Erased,
        other => return Err(rusqlite::Error::IntegralValueOutOfRange(4, other)),
    };
    Ok(StoredBlob {
        about: NewBlob {
            blob: fixed(row, 0, BlobId::new)?,
            log: number(row, 1)?,
            size: number(row, 2)?,
            delete: fixed(row, 3, DeleteHash::new)?,
        },
        state,
    })
}

impl BlobIndex for SqliteLogs {
    fn blob(&mut self, blob: &BlobId) -> Result<Option<StoredBlob>, StoreError> {
        self.database.one(
            "SELECT blob, log, size, delete_hash, state, hash FROM blobs WHERE blob = ?1",
            params![blob.as_bytes()],
            stored,
        )
    }

    fn blobs_kept(&mut self, log: u64) -> Result<BlobsKept, StoreError> {
        let kept = self.database.one(
            "SELECT count(*), coalesce(sum(size), 0), coalesce(sum(state = 0), 0),
             (SELECT blobs FROM blob_totals), (SELECT bytes FROM blob_totals)
             FROM blobs WHERE log = ?1 AND state < 3",
            params![column(log)],
            |row| {
                Ok(BlobsKept {
                    log_blobs: number(row, 0)?,
                    log_bytes: number(row, 1)?,
                    log_awaited: number(row, 2)?,
                    all_blobs: number(row, 3)?,
                    all_bytes: number(row, 4)?,
                })
            },
        )?;
        kept.ok_or_else(|| self.database.damaged("count of blobs"))
    }

    fn await_blob(&mut self, blob: &NewBlob, today: Day) -> Result<(), StoreError> {
        self.database.insert(
            "INSERT INTO blobs (blob, log, size, delete_hash, day) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                blob.blob.as_bytes(),
                column(blob.log),
                column(blob.size),
                blob.delete.as_bytes(),
                column(today.number())
            ],
        )?;
        Ok(())
    }

    fn renew_blob(&mut self, blob: &BlobId, today: Day) -> Result<(), StoreError> {
        self.database.change(
            "UPDATE blobs SET day = ?2 WHERE blob = ?1 AND state < 2 AND day < ?2",
            params![blob.as_bytes(), column(today.number())],
        )?;
        Ok(())
    }

    fn complete_blob(
        &mut self,
        blob: &BlobId,
        hash: &BlobHash,
        today: Day,
    ) -> Result<(), StoreError> {
        self.database.change(
            "UPDATE blobs SET state = 1, hash = ?2, day = ?3 WHERE blob = ?1 AND state = 0",
            params![blob.as_bytes(), hash.as_bytes(), column(today.number())],
        )?;
        Ok(())
    }

    fn erase_blob(&mut self, blob: &BlobId) -> Result<(), StoreError> {
        self.database.change(
            "UPDATE blobs SET state = 2, hash = NULL WHERE blob = ?1 AND state < 2",
            params![blob.as_bytes()],
        )?;
        Ok(())
    }

    fn age_blobs(&mut self, ages: BlobAges, at_most: usize) -> Result<(), StoreError> {
        for (state, before) in [(AWAITED, ages.awaited_before), (WHOLE, ages.leased_before)] {
            self.database.change(
                "UPDATE blobs SET state = 2, hash = NULL WHERE number IN
                 (SELECT number FROM blobs WHERE state = ?1 AND day < ?2 ORDER BY day LIMIT ?3)",
                params![state, column(before.number()), column(at_most as u64)],
            )?;
        }
        self.database.change(
            "DELETE FROM blobs WHERE number IN
             (SELECT number FROM blobs WHERE state = 3 AND day < ?1 ORDER BY day LIMIT ?2)",
            params![column(ages.erased_before.number()), column(at_most as u64)],
        )?;
        Ok(())
    }

    fn erasing_blobs(&mut self, at_most: usize) -> Result<Vec<BlobId>, StoreError> {
        self.database.all(
            "SELECT blob FROM blobs WHERE state = 2 ORDER BY day, number LIMIT ?1",
            params![column(at_most as u64)],
            |row| fixed(row, 0, BlobId::new),
        )
    }

    fn blob_is_erased(&mut self, blob: &BlobId, today: Day) -> Result<(), StoreError> {
        self.database.change(
            "UPDATE blobs SET state = 3, day = ?2 WHERE blob = ?1 AND state = 2",
            params![blob.as_bytes(), column(today.number())],
        )?;
        Ok(())
    }
}

impl SqliteLogs {
    /// Lets the blobs of a log go with it.
    pub(super) fn erase_blobs_of(&mut self, log: &[u8; 16]) -> Result<(), StoreError> {
        self.database.change(
            "UPDATE blobs SET state = 2, hash = NULL
             WHERE log = (SELECT number FROM logs WHERE log = ?1) AND state < 2",
            params![log],
        )?;
        Ok(())
    }
}
