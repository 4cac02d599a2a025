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

    /// The rows of `days` before `before` tell where the oldest entries begin, and follow what is dropped;
    /// once their time is over they go, so that no entry is visited twice.
    pub(super) fn drop_bodies_before(
        &mut self,
        before: Day,
        entries: usize,
        bytes: u64,
    ) -> Result<bool, StoreError> {
        let day = column(before.number());
        let from = self.database.one(
            "SELECT min(first_entry) FROM days WHERE day < ?1 HAVING count(*) > 0",
            params![day],
            |row| number(row, 0),
        )?;
        let Some(from) = from else {
            return Ok(false);
        };
        let until = self.database.one(
            "SELECT min(first_entry) FROM days WHERE day >= ?1 HAVING count(*) > 0",
            params![day],
            |row| number(row, 0),
        )?;
        let until = until.unwrap_or(u64::MAX);
        let (mut visited, mut found, mut next) = (0, 0, None);
        self.database.each(
            "SELECT number, coalesce(length(body), 0) FROM entries
             WHERE number >= ?1 AND number < ?2 ORDER BY number",
            params![column(from), column(until)],
            |row| {
                let length = number(row, 1)?;
                if visited >= entries || (visited > 0 && found + length > bytes) {
                    next = Some(number(row, 0)?);
                    return Ok(false);
                }
                visited += 1;
                found += length;
                Ok(true)
            },
        )?;
        self.database.change(
            "UPDATE entries SET body = NULL WHERE number >= ?1 AND number < ?2 AND body IS NOT NULL",
            params![column(from), column(next.unwrap_or(until))],
        )?;
        match next {
            Some(next) => self.database.change(
                "UPDATE days SET first_entry = ?2 WHERE day < ?1 AND first_entry < ?2",
                params![day, column(next)],
            )?,
            None => self
                .database
                .change("DELETE FROM days WHERE day < ?1", params![day])?,
        };
        Ok(next.is_some())
    }

    /// Pages that hold something.
    pub(super) fn bytes_in_use(&mut self) -> Result<u64, StoreError> {
        let bytes = self.database.one(
            "SELECT (page_count - freelist_count) * page_size
             FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
            (),
            |row| number(row, 0),
        )?;
        bytes.ok_or_else(|| self.database.damaged("missing count of pages"))
    }
}
