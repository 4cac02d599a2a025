//! The table `places`: filled from the tail, a little with each append.

use super::SqliteLogs;
use super::tail::Place;
use crate::database::Database;
use crate::row::{column, number};
use home_core::StoreError;
use rusqlite::params;

impl SqliteLogs {
    /// Gives the table what an earlier run left without a place. Some of it may have one.
    pub(super) fn place_what_was_left(&mut self) -> Result<(), StoreError> {
        let last = self.database.one(
            "SELECT max(entry, coalesce((SELECT max(number) FROM entries), 0)) FROM placed",
            (),
            |row| number(row, 0),
        )?;
        let last = last.ok_or_else(|| self.database.damaged("missing count of places"))?;
        self.database.change(
            "INSERT OR IGNORE INTO places SELECT head, seq, number, substr(hash, 1, 8) FROM entries
             WHERE number > (SELECT entry FROM placed) ORDER BY head, seq",
            (),
        )?;
        note_placed(&mut self.database, last)?;
        self.next_entry = last + 1;
        self.database.commit()
    }

    /// Gives the table what is due with one append.
    pub(super) fn place_some(&mut self) -> Result<(), StoreError> {
        for place in self.tail.due() {
            insert(&mut self.database, place)?;
        }
        if let Some(entry) = self.tail.over() {
            note_placed(&mut self.database, entry)?;
        }
        Ok(())
    }

    /// Gives the table everything.
    pub(super) fn place_all(&mut self) -> Result<(), StoreError> {
        if self.tail.is_empty() {
            return Ok(());
        }
        for place in self.tail.all() {
            insert(&mut self.database, &place)?;
        }
        note_placed(&mut self.database, self.next_entry - 1)
    }
}

fn insert(database: &mut Database, place: &Place) -> Result<(), StoreError> {
    database.change(
        "INSERT INTO places (head, seq, entry, mark) VALUES (?1, ?2, ?3, ?4)",
        params![
            column(place.head),
            column(place.seq),
            column(place.entry),
            place.mark
        ],
    )?;
    Ok(())
}

fn note_placed(database: &mut Database, entry: u64) -> Result<(), StoreError> {
    database.change(
        "UPDATE placed SET entry = ?1 WHERE entry < ?1",
        params![column(entry)],
    )?;
    Ok(())
}
