//! The home's calendar, and logs that lapse.

use super::SqliteLogs;
use crate::row::{column, fixed, number};
use home_core::{Calendar, Day, StoreError};
use protocol::id::LogId;
use rusqlite::params;

/// Erases some rows of a lapsed log, its number and a number of rows given: what refers to others
/// before what it refers to. Statements that stand together take the same rows, and the last of them
/// counts them.
const ERASURES: [&[&str]; 4] = [
    &["DELETE FROM repairs WHERE log = ?1 AND number IN
     (SELECT number FROM repairs WHERE log = ?1 LIMIT ?2)"],
    &[
        "DELETE FROM entries WHERE number IN
     (SELECT places.entry FROM heads CROSS JOIN places ON places.head = heads.number
      WHERE heads.log = ?1 LIMIT ?2)",
        "DELETE FROM places WHERE (head, seq) IN
     (SELECT places.head, places.seq FROM heads CROSS JOIN places ON places.head = heads.number
      WHERE heads.log = ?1 LIMIT ?2)",
    ],
    &["DELETE FROM children WHERE number IN
     (SELECT children.number FROM heads CROSS JOIN children ON children.parent = heads.number
      WHERE heads.log = ?1 LIMIT ?2)"],
    &["DELETE FROM heads WHERE number IN (SELECT number FROM heads WHERE log = ?1 LIMIT ?2)"],
];

impl SqliteLogs {
    pub(super) fn kept_calendar(&mut self) -> Result<Option<Calendar>, StoreError> {
        self.database
            .one("SELECT clock, lived FROM calendar", (), |row| {
                Ok(Calendar {
                    clock: Day::new(number(row, 0)?),
                    lived: Day::new(number(row, 1)?),
                })
            })
    }

    pub(super) fn replace_calendar(&mut self, calendar: Calendar) -> Result<(), StoreError> {
        self.database.change(
            "INSERT OR REPLACE INTO calendar (one, clock, lived) VALUES (1, ?1, ?2)",
            params![
                column(calendar.clock.number()),
                column(calendar.lived.number())
            ],
        )?;
        Ok(())
    }

    pub(super) fn read_on(&mut self, log: &LogId, today: Day) -> Result<(), StoreError> {
        self.database.change(
            "UPDATE logs SET read_on = ?2 WHERE log = ?1 AND read_on < ?2",
            params![log.as_bytes(), column(today.number())],
        )?;
        Ok(())
    }

    pub(super) fn unread_before(
        &mut self,
        before: Day,
        at_most: usize,
    ) -> Result<Vec<LogId>, StoreError> {
        self.database.all(
            "SELECT log FROM logs WHERE lapsed = 0 AND read_on < ?1 ORDER BY read_on LIMIT ?2",
            params![column(before.number()), column(at_most as u64)],
            |row| fixed(row, 0, LogId::new),
        )
    }

    pub(super) fn mark_lapsed(&mut self, log: &LogId) -> Result<(), StoreError> {
        self.database.change(
            "UPDATE logs SET lapsed = 1 WHERE log = ?1 AND lapsed = 0",
            params![log.as_bytes()],
        )?;
        self.erase_blobs_of(log.as_bytes())
    }

    /// Whether there is a log of this id that has not lapsed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn exists(&mut self, log: &LogId) -> Result<bool, StoreError> {
        let found = self.database.one(
            "SELECT 1 FROM logs WHERE log = ?1 AND lapsed = 0",
            params![log.as_bytes()],
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    pub(super) fn has_lapsed(&mut self, log: &LogId) -> Result<bool, StoreError> {
        let lapsed = self.database.one(
            "SELECT lapsed > 0 FROM logs WHERE log = ?1",
            params![log.as_bytes()],
            |row| row.get(0),
        )?;
        Ok(lapsed.unwrap_or(false))
    }

    pub(super) fn erase(&mut self, rows: usize) -> Result<bool, StoreError> {
        let log = self.database.one(
            "SELECT number FROM logs WHERE lapsed = 1 LIMIT 1",
            (),
            |row| number(row, 0),
        )?;
        let Some(log) = log else {
            return Ok(false);
        };
        // An entry is found by its place alone.
        self.place_all()?;
        let mut left = rows;
        for (step, together) in (1..).zip(ERASURES) {
            if step == ERASURES.len() {
                // Heads may be numbered again as these were.
                self.known.clear();
            }
            let mut erased = 0;
            for sql in together {
                erased = self
                    .database
                    .change(sql, params![column(log), column(left as u64)])?;
            }
            left = left.saturating_sub(erased);
            if left == 0 {
                return Ok(true);
            }
        }
        self.database.change(
            "UPDATE logs SET lapsed = 2, read_on = 0, last_repair = 0 WHERE number = ?1",
            params![column(log)],
        )?;
        Ok(true)
    }
}
