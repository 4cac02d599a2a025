//! What the store of logs forgets: bodies whose time is over.

use super::SqliteLogs;
use crate::row::{column, number};
use home_core::{Day, StoreError};
use rusqlite::params;

impl SqliteLogs {
    /// Notes the first entry of a day, once.
    pub(super) fn note_day(&mut self, today: Day, entry: u64) -> Result<(), StoreError> {
        if self.noted == Some(today) {
            return Ok(());
        }
        self.database.change(
            "INSERT INTO days (day, first_entry) VALUES (?1, ?2) ON CONFLICT (day)
             DO UPDATE SET first_entry = min(first_entry, excluded.first_entry)",
            params![column(today.number()), column(entry)],
        )?;
        self.noted = Some(today);
        Ok(())
    }

    /// The rows of `days` before `before` tell which entries those are; their time being over, the
    /// rows go too, so that no entry is visited twice.
    pub(super) fn drop_bodies_before(&mut self, before: Day) -> Result<(), StoreError> {
        let day = column(before.number());
        let from = self.database.one(
            "SELECT min(first_entry) FROM days WHERE day < ?1 HAVING count(*) > 0",
            params![day],
            |row| number(row, 0),
        )?;
        let Some(from) = from else {
            return Ok(());
        };
        let until = self.database.one(
            "SELECT min(first_entry) FROM days WHERE day >= ?1 HAVING count(*) > 0",
            params![day],
            |row| number(row, 0),
        )?;
        self.database.change(
            "UPDATE entries SET body = NULL WHERE number >= ?1 AND number < ?2",
            params![column(from), column(until.unwrap_or(u64::MAX))],
        )?;
        self.database
            .change("DELETE FROM days WHERE day < ?1", params![day])?;
        Ok(())
    }
}
