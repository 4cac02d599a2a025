//! Inboxes that were erased: marked at once, gone row by row.

use super::SqliteInboxes;
use crate::row::{column, number};
use home_core::StoreError;
use home_core::inbox_store::InboxRow;
use protocol::id::InboxId;
use rusqlite::params;

/// Erases some rows of an inbox, its number and a number of rows given: what refers to others before what
/// it refers to.
const ERASURES: [&str; 6] = [
    "DELETE FROM items WHERE row IN (SELECT row FROM items WHERE inbox = ?1 LIMIT ?2)",
    "DELETE FROM uses WHERE number IN
     (SELECT uses.number FROM capabilities CROSS JOIN uses ON uses.capability = capabilities.number
      WHERE capabilities.inbox = ?1 LIMIT ?2)",
    "DELETE FROM capabilities WHERE number IN
     (SELECT number FROM capabilities WHERE inbox = ?1 LIMIT ?2)",
    "DELETE FROM key_packages WHERE number IN
     (SELECT key_packages.number FROM devices CROSS JOIN key_packages
      ON key_packages.device = devices.number WHERE devices.inbox = ?1 LIMIT ?2)",
    "DELETE FROM devices WHERE number IN (SELECT number FROM devices WHERE inbox = ?1 LIMIT ?2)",
    "DELETE FROM device_lists WHERE inbox = ?1 AND ?2 > 0",
];

impl SqliteInboxes {
    /// The counters stay until the items are gone, which may also go by their age.
    pub(super) fn mark_erased(&mut self, inbox: InboxRow) -> Result<(), StoreError> {
        self.database.change(
            "UPDATE inboxes SET erased = 1, owner = zeroblob(32), allowed_logs = 0 WHERE number = ?1",
            params![column(inbox.0)],
        )?;
        Ok(())
    }

    pub(super) fn was_erased(&mut self, inbox: &InboxId) -> Result<bool, StoreError> {
        let erased = self.database.one(
            "SELECT erased > 0 FROM inboxes WHERE inbox = ?1",
            params![inbox.as_bytes()],
            |row| row.get(0),
        )?;
        Ok(erased.unwrap_or(false))
    }

    pub(super) fn erase(&mut self, rows: usize) -> Result<bool, StoreError> {
        let inbox = self.database.one(
            "SELECT number FROM inboxes WHERE erased = 1 LIMIT 1",
            (),
            |row| number(row, 0),
        )?;
        let Some(inbox) = inbox else {
            return Ok(false);
        };
        let mut left = rows;
        for sql in ERASURES {
            let erased = self
                .database
                .change(sql, params![column(inbox), column(left as u64)])?;
            left = left.saturating_sub(erased);
            if left == 0 {
                return Ok(true);
            }
        }
        self.database.change(
            "UPDATE inboxes SET erased = 2, last_item = 0, items = 0, item_bytes = 0 WHERE number = ?1",
            params![column(inbox)],
        )?;
        Ok(true)
    }
}
