//! What contacts are told in their inboxes, and what they asked there.

use protocol::id::{LogId, UseId};
use rusqlite::Row;

use crate::error::StoreError;
use crate::id::ContactId;
use crate::row::{fixed, fixed_or_none};
use crate::store::Store;

/// Requests of a log that are remembered as followed.
const REMEMBERED: u64 = 64;

/// Something for a contact's inbox.
pub struct ContactItemRow {
    /// The use *r* of the capability at their inbox.
    pub use_id: UseId,
    /// The contact.
    pub contact: ContactId,
    /// The log that this device asks to be let into; none: only the way is told.
    pub log: Option<LogId>,
    /// The sealed item, once it was made.
    pub item: Option<Vec<u8>>,
    /// When it was made, Unix seconds.
    pub made_s: u64,
    /// Whether their home has it.
    pub answered: bool,
}

fn read(row: &Row<'_>) -> Result<ContactItemRow, StoreError> {
    Ok(ContactItemRow {
        use_id: fixed(row, "use_id", UseId::from_slice)?,
        contact: row.get("contact")?,
        log: fixed_or_none(row, "log", LogId::from_slice)?,
        item: row.get("item")?,
        made_s: row.get("made_s")?,
        answered: row.get("answered")?,
    })
}

impl Store {
    /// A contact is to be told the way, or asked to let this device into a log.
    ///
    /// # Errors
    /// What SQLite says; a constraint if the same is asked already.
    pub fn insert_contact_item(
        &self,
        use_id: &UseId,
        contact: ContactId,
        log: Option<&LogId>,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO contact_item (use_id, contact, log) VALUES (?1, ?2, ?3)",
            (use_id.as_bytes(), contact, log.map(LogId::as_bytes)),
        )?;
        Ok(())
    }

    /// All of them.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn contact_items(&self) -> Result<Vec<ContactItemRow>, StoreError> {
        self.rows("SELECT * FROM contact_item ORDER BY use_id", [], read)
    }

    /// One of them.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn contact_item(&self, use_id: &UseId) -> Result<Option<ContactItemRow>, StoreError> {
        self.row(
            "SELECT * FROM contact_item WHERE use_id = ?1",
            [use_id.as_bytes()],
            read,
        )
    }

    /// How many their homes do not have yet; without what would be asked of people who are blocked.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn contact_items_waiting(&self) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM contact_item WHERE answered = 0 AND (log IS NULL OR contact NOT IN
                       (SELECT contact.id FROM blocked JOIN contact USING (fingerprint)))";
        Ok(self.row(sql, [], |row| Ok(row.get(0)?))?.unwrap_or(0))
    }

    /// It was made.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_contact_item_made(
        &self,
        use_id: &UseId,
        item: &[u8],
        now_s: u64,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE contact_item SET item = ?2, made_s = ?3 WHERE use_id = ?1",
            (use_id.as_bytes(), item, now_s),
        )?;
        Ok(())
    }

    /// Their home has it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_contact_item_answered(&self, use_id: &UseId) -> Result<(), StoreError> {
        self.execute(
            "UPDATE contact_item SET answered = 1 WHERE use_id = ?1",
            [use_id.as_bytes()],
        )?;
        Ok(())
    }

    /// It is left under another use; `again`: it is to be made anew as well.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_contact_item_use(
        &self,
        use_id: &UseId,
        anew: &UseId,
        again: bool,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE contact_item SET use_id = ?2, answered = 0,
                 item = CASE WHEN ?3 THEN NULL ELSE item END
             WHERE use_id = ?1",
            (use_id.as_bytes(), anew.as_bytes(), again),
        )?;
        Ok(())
    }

    /// Nothing is left to do.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_contact_item(&self, use_id: &UseId) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM contact_item WHERE use_id = ?1",
            [use_id.as_bytes()],
        )?;
        Ok(())
    }

    /// Requests of this log that were followed, newest first: their own time in Unix milliseconds, and when
    /// they were seen in Unix seconds.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn rejoined(&self, log: &LogId) -> Result<Vec<(u64, u64)>, StoreError> {
        self.rows(
            "SELECT asked_ms, seen_s FROM rejoined WHERE log = ?1 ORDER BY seen_s DESC, asked_ms DESC",
            [log.as_bytes()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// A request is followed.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn insert_rejoined(
        &self,
        log: &LogId,
        asked_ms: u64,
        now_s: u64,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO rejoined (log, asked_ms, seen_s) VALUES (?1, ?2, ?3)",
            (log.as_bytes(), asked_ms, now_s),
        )?;
        self.execute(
            "DELETE FROM rejoined WHERE log = ?1 AND asked_ms NOT IN
                 (SELECT asked_ms FROM rejoined WHERE log = ?1
                  ORDER BY seen_s DESC, asked_ms DESC LIMIT ?2)",
            (log.as_bytes(), REMEMBERED),
        )?;
        Ok(())
    }
}
