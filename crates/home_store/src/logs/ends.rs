//! Appending: where a head ends and which bodies it has seen, from memory where that is known.

use super::SqliteLogs;
use super::known::KnownHead;
use super::marks::{Entries, Mark, Traces, mark, trace};
use super::tail::Place;
use crate::row::{column, fixed, number};
use home_core::log_store::{NewEntry, Position, SEEN_ENTRIES, SEEN_ENTRIES_AT_MOST};
use home_core::{Day, StoreError};
use protocol::id::{BodyHash, Chain};
use rusqlite::params;
use std::collections::HashMap;

impl SqliteLogs {
    /// How a head ends.
    pub(super) fn end(&mut self, head: u64) -> Result<&KnownHead, StoreError> {
        if self.known.get(head).is_none() {
            let known = KnownHead {
                last: self.read_last(head)?,
                has_children: self.read_has_children(head)?,
                ..KnownHead::default()
            };
            self.known.insert(head, known);
        }
        let room = self.known.get(head);
        room.ok_or(StoreError::Stopped)
    }

    /// Where the entry with this hash stands.
    pub(super) fn remembered(
        &mut self,
        head: u64,
        hash: &BodyHash,
        since: Day,
    ) -> Result<Option<Position>, StoreError> {
        let mark = mark(hash);
        if self.end(head)?.traces.is_none() {
            let marks = self.read_marks(head, since)?;
            let traces = marks.keys().map(|mark| (trace(mark), ())).collect();
            let traces = Some(Traces::read(traces));
            self.known.change(head, |known| known.traces = traces);
            // Whoever comes back sends again what was not answered.
            if marks.contains_key(&mark) {
                self.known.insert_entries(head, Entries::read(marks));
            }
        }
        let traces = self.end(head)?.traces.as_ref();
        if traces.is_none_or(|traces| traces.get(&trace(&mark)).is_none()) {
            return Ok(None);
        }
        if self.known.entries(head).is_none() {
            let marks = self.read_marks(head, since)?;
            self.known.insert_entries(head, Entries::read(marks));
        }
        let entries = self.known.entries(head);
        let Some(entry) = entries.and_then(|entries| entries.get(&mark)) else {
            return Ok(None);
        };
        // The beginning alone does not say that it is this body.
        self.database.one(
            "SELECT seq, chain FROM entries WHERE number = ?1 AND head = ?2 AND hash = ?3",
            params![column(entry), column(head), hash.as_bytes()],
            |row| {
                Ok(Position {
                    seq: number(row, 0)?,
                    chain: fixed(row, 1, Chain::new)?,
                })
            },
        )
    }

    pub(super) fn append_at_the_end(
        &mut self,
        head: u64,
        new: &NewEntry<'_>,
        today: Day,
    ) -> Result<(), StoreError> {
        let last = self.end(head)?.last.map_or(0, |last| last.seq);
        if new.position.seq != last + 1 {
            return Err(self.database.damaged("number of an entry"));
        }
        let entry = self.next_entry;
        self.database.change(
            "INSERT INTO entries (number, head, seq, kind, hash, chain, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                column(entry),
                column(head),
                column(new.position.seq),
                new.kind,
                new.hash.as_bytes(),
                new.position.chain.as_bytes(),
                new.body
            ],
        )?;
        self.next_entry += 1;
        let mark = mark(&new.hash);
        self.known.appended(head, new.position, mark, entry);
        self.tail.push(Place {
            head,
            seq: new.position.seq,
            entry,
            mark,
        });
        self.place_some()?;
        self.note_day(today, entry)
    }

    fn read_last(&mut self, head: u64) -> Result<Option<Position>, StoreError> {
        let entry = match self.tail.of(head).next_back() {
            Some(last) => Some(last.entry),
            None => self.database.one(
                "SELECT entry FROM places WHERE head = ?1 ORDER BY seq DESC LIMIT 1",
                params![column(head)],
                |row| number(row, 0),
            )?,
        };
        let Some(entry) = entry else {
            return Ok(None);
        };
        let last = self.database.one(
            "SELECT seq, chain FROM entries WHERE number = ?1",
            params![column(entry)],
            |row| {
                Ok(Position {
                    seq: number(row, 0)?,
                    chain: fixed(row, 1, Chain::new)?,
                })
            },
        )?;
        match last {
            Some(last) => Ok(Some(last)),
            None => Err(self.database.damaged("place without an entry")),
        }
    }

    fn read_has_children(&mut self, head: u64) -> Result<bool, StoreError> {
        let found = self.database.one(
            "SELECT 1 FROM children WHERE parent = ?1 LIMIT 1",
            params![column(head)],
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    /// The marks of the last entries of a head: [`SEEN_ENTRIES`] of them, and before those what came
    /// since a day, [`SEEN_ENTRIES_AT_MOST`] in all.
    fn read_marks(&mut self, head: u64, since: Day) -> Result<HashMap<Mark, u64>, StoreError> {
        let first = self.database.one(
            "SELECT min(first_entry) FROM days WHERE day >= ?1 HAVING count(*) > 0",
            params![column(since.number())],
            |row| number(row, 0),
        )?;
        let first = first.unwrap_or(u64::MAX);
        let mut marks: HashMap<_, _> = self
            .tail
            .of(head)
            .map(|place| (place.mark, place.entry))
            .collect();
        self.database.each(
            "SELECT entry, mark FROM places WHERE head = ?1 ORDER BY seq DESC LIMIT ?2",
            params![column(head), column(SEEN_ENTRIES_AT_MOST as u64)],
            |row| {
                let entry = number(row, 0)?;
                if marks.len() >= SEEN_ENTRIES && entry < first {
                    return Ok(false);
                }
                marks.entry(fixed(row, 1, |mark| mark)?).or_insert(entry);
                Ok(true)
            },
        )?;
        Ok(marks)
    }
}
