//! Own blobs on their way to homes, and those that homes are to erase.

use protocol::home_url::HomeUrl;
use protocol::id::{BlobId, LogId};
use protocol::secret::DeleteSecret;
use rusqlite::Row;
use std::ops::RangeInclusive;

use crate::error::StoreError;
use crate::id::{ItemId, PersonaId};
use crate::row::{fixed, fixed_or_none};
use crate::store::Store;

/// How far a blob is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UploadState {
    /// To be put.
    Waiting,
    /// Whole at its home.
    Whole,
    /// Its home will not take it: why, in a sentence.
    Refused(String),
}

/// An own blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRow {
    /// The blob.
    pub blob: BlobId,
    /// With which item its file goes.
    pub item: ItemId,
    /// The file's place among those of the item.
    pub place: u64,
    /// Erases it at its home.
    pub delete_secret: DeleteSecret,
    /// The log at whose home it is or was begun.
    pub log: Option<LogId>,
    /// How far it is.
    pub state: UploadState,
}

/// A blob that a home is to erase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureRow {
    /// The blob.
    pub blob: BlobId,
    /// The home.
    pub home: HomeUrl,
    /// Under which own name it was put.
    pub persona: PersonaId,
    /// What the home wants to be shown.
    pub delete_secret: DeleteSecret,
}

fn read(row: &Row<'_>) -> Result<UploadRow, StoreError> {
    Ok(UploadRow {
        blob: fixed(row, "blob", BlobId::from_slice)?,
        item: row.get("item")?,
        place: row.get("place")?,
        delete_secret: fixed(row, "delete_secret", DeleteSecret::from_slice)?,
        log: fixed_or_none(row, "log", LogId::from_slice)?,
        state: match row.get::<_, String>("state")?.as_str() {
            "waiting" => UploadState::Waiting,
            "whole" => UploadState::Whole,
            "refused" => UploadState::Refused(row.get("refused")?),
            _ => {
                return Err(StoreError::Damaged {
                    what: "upload.state",
                });
            }
        },
    })
}

impl Store {
    /// A blob is to be put.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn insert_upload(
        &self,
        blob: &BlobId,
        (item, place): (ItemId, u64),
        delete_secret: &DeleteSecret,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO upload (blob, item, place, delete_secret, state)
             VALUES (?1, ?2, ?3, ?4, 'waiting')",
            (blob.as_bytes(), item, place, delete_secret.expose()),
        )?;
        Ok(())
    }

    /// The blobs of an item in the order of its files.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn uploads_of(&self, item: ItemId) -> Result<Vec<UploadRow>, StoreError> {
        self.rows(
            "SELECT * FROM upload WHERE item = ?1 ORDER BY place",
            [item],
            read,
        )
    }

    /// One blob.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn upload(&self, blob: &BlobId) -> Result<Option<UploadRow>, StoreError> {
        self.row(
            "SELECT * FROM upload WHERE blob = ?1",
            [blob.as_bytes()],
            read,
        )
    }

    /// The log at whose home the blobs of an item are or were begun.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn upload_log_of(&self, item: ItemId) -> Result<Option<LogId>, StoreError> {
        let log = self.row(
            "SELECT log FROM upload WHERE item = ?1 AND log IS NOT NULL ORDER BY place LIMIT 1",
            [item],
            |row| fixed_or_none(row, "log", LogId::from_slice),
        )?;
        Ok(log.flatten())
    }

    /// The item with own blobs that an own act takes back.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn retracted_by(&self, act: ItemId) -> Result<Option<ItemId>, StoreError> {
        self.row(
            "SELECT of.id FROM item AS act JOIN item AS of
                 ON of.conversation = act.conversation AND of.message_id = act.target
                     AND of.author = act.author
             WHERE act.id = ?1 AND act.act = 'retraction'
                 AND of.id IN (SELECT item FROM upload)",
            [act],
            |row| Ok(row.get(0)?),
        )
    }

    /// An item has no blobs to be put any more.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_uploads(&self, item: ItemId) -> Result<(), StoreError> {
        self.execute("DELETE FROM upload WHERE item = ?1", [item])?;
        Ok(())
    }

    /// A blob is to be put at the home of this log.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_upload_begun(&self, blob: &BlobId, log: &LogId) -> Result<(), StoreError> {
        self.execute(
            "UPDATE upload SET log = ?2, state = 'waiting' WHERE blob = ?1",
            (blob.as_bytes(), log.as_bytes()),
        )?;
        Ok(())
    }

    /// A blob is whole at its home; its lease began at this time, in Unix seconds.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_upload_whole(&self, blob: &BlobId, now_s: u64) -> Result<(), StoreError> {
        self.execute(
            "UPDATE upload SET state = 'whole', leased_s = ?2 WHERE blob = ?1",
            (blob.as_bytes(), now_s),
        )?;
        Ok(())
    }

    /// The blobs at the home of this log whose leases began at no time within `fresh` (Unix seconds), at most `limit`; the
    /// oldest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn leases_due(
        &self,
        log: &LogId,
        fresh: &RangeInclusive<u64>,
        limit: u64,
    ) -> Result<Vec<BlobId>, StoreError> {
        self.rows(
            "SELECT blob FROM upload
             WHERE log = ?1 AND state = 'whole' AND (leased_s < ?2 OR leased_s > ?3)
             ORDER BY leased_s LIMIT ?4",
            (log.as_bytes(), fresh.start(), fresh.end(), limit),
            |row| fixed(row, "blob", BlobId::from_slice),
        )
    }

    /// The lease of a blob began anew, at this time in Unix seconds.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_lease(&self, blob: &BlobId, now_s: u64) -> Result<(), StoreError> {
        self.execute(
            "UPDATE upload SET leased_s = ?2 WHERE blob = ?1",
            (blob.as_bytes(), now_s),
        )?;
        Ok(())
    }

    /// A home will not take a blob.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_upload_refused(&self, blob: &BlobId, why: &str) -> Result<(), StoreError> {
        self.execute(
            "UPDATE upload SET state = 'refused', refused = ?2 WHERE blob = ?1",
            (blob.as_bytes(), why),
        )?;
        Ok(())
    }

    /// A home is to erase a blob.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn insert_erasure(&self, erasure: &ErasureRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO erasure (blob, home_url, persona, delete_secret) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING",
            (
                erasure.blob.as_bytes(),
                erasure.home.as_str(),
                erasure.persona,
                erasure.delete_secret.expose(),
            ),
        )?;
        Ok(())
    }

    /// What a home is to erase that was put under this name; some of it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn erasures_at(
        &self,
        home: &HomeUrl,
        persona: PersonaId,
    ) -> Result<Vec<ErasureRow>, StoreError> {
        self.rows(
            "SELECT * FROM erasure WHERE home_url = ?1 AND persona = ?2 ORDER BY blob LIMIT 64",
            (home.as_str(), persona),
            |row| {
                Ok(ErasureRow {
                    blob: fixed(row, "blob", BlobId::from_slice)?,
                    home: home.clone(),
                    persona,
                    delete_secret: fixed(row, "delete_secret", DeleteSecret::from_slice)?,
                })
            },
        )
    }

    /// How much homes are to erase that are still spoken to.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn erasures_waiting(&self) -> Result<u64, StoreError> {
        let count = self.row(
            "SELECT count(*) FROM erasure WHERE EXISTS (
                 SELECT 1 FROM log WHERE log.home_url = erasure.home_url
                     AND log.persona = erasure.persona AND log.state NOT IN ('halted', 'left', 'rejoining'))",
            [],
            |row| Ok(row.get(0)?),
        )?;
        Ok(count.unwrap_or(0))
    }

    /// A home has erased a blob, or never will.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_erasure(&self, blob: &BlobId) -> Result<(), StoreError> {
        self.execute("DELETE FROM erasure WHERE blob = ?1", [blob.as_bytes()])?;
        Ok(())
    }
}
