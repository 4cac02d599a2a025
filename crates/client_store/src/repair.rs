//! A group that went on without this device: our own request to be added anew, and Welcomes that came
//! before this device knew that it needs them.

use protocol::id::{HeadId, InboxId, LogId};
use rusqlite::Row;

use crate::error::StoreError;
use crate::row::fixed;
use crate::store::Store;

/// Welcome items that are kept for a log at most.
const HELD: u64 = 8;

/// A request to be added anew.
pub struct RepairRow {
    /// The log.
    pub log: LogId,
    /// The last head that this device reached, at which it is left.
    pub head: HeadId,
    /// The wrapped request; the same at each try.
    pub body: Vec<u8>,
    /// Whether the home has it.
    pub answered: bool,
    /// When it was made, Unix seconds.
    pub made_s: u64,
}

fn read(row: &Row<'_>) -> Result<RepairRow, StoreError> {
    Ok(RepairRow {
        log: fixed(row, "log", LogId::from_slice)?,
        head: fixed(row, "head", HeadId::from_slice)?,
        body: row.get("body")?,
        answered: row.get("answered")?,
        made_s: row.get("made_s")?,
    })
}

impl Store {
    /// Keeps a request before it is left; replaces the one before.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn insert_repair(&self, repair: &RepairRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT OR REPLACE INTO repair (log, head, body, answered, made_s)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            (
                repair.log.as_bytes(),
                repair.head.as_bytes(),
                &repair.body,
                repair.answered,
                repair.made_s,
            ),
        )?;
        Ok(())
    }

    /// The request of a log.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn repair(&self, log: &LogId) -> Result<Option<RepairRow>, StoreError> {
        self.row(
            "SELECT * FROM repair WHERE log = ?1",
            [log.as_bytes()],
            read,
        )
    }

    /// Keeps a Welcome item that may be needed later, with the newest others of its log: nothing in
    /// it is checked yet, so one alone could be pushed out by anybody who may knock.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn hold_welcome(
        &self,
        log: &LogId,
        inbox: &InboxId,
        item: &[u8],
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO held_welcome (log, inbox, item) VALUES (?1, ?2, ?3)",
            (log.as_bytes(), inbox.as_bytes(), item),
        )?;
        self.execute(
            "DELETE FROM held_welcome WHERE log = ?1 AND number <=
                 (SELECT number FROM held_welcome WHERE log = ?1
                  ORDER BY number DESC LIMIT 1 OFFSET ?2)",
            (log.as_bytes(), HELD),
        )?;
        Ok(())
    }

    /// Takes the Welcome items out that were kept for a log, newest first, each with the inbox that
    /// it came to.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn take_held_welcomes(&self, log: &LogId) -> Result<Vec<(InboxId, Vec<u8>)>, StoreError> {
        let held = self.rows(
            "SELECT * FROM held_welcome WHERE log = ?1 ORDER BY number DESC",
            [log.as_bytes()],
            |row| Ok((fixed(row, "inbox", InboxId::from_slice)?, row.get("item")?)),
        )?;
        self.execute("DELETE FROM held_welcome WHERE log = ?1", [log.as_bytes()])?;
        Ok(held)
    }

    /// The home has it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_repair_answered(&self, log: &LogId) -> Result<(), StoreError> {
        self.execute(
            "UPDATE repair SET answered = 1 WHERE log = ?1",
            [log.as_bytes()],
        )?;
        Ok(())
    }
}
