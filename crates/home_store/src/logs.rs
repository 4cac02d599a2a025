//! The store of logs: `logs.sqlite`.

mod blobs;
mod ends;
mod known;
mod lapse;
mod marks;
mod page;
mod places;
mod repairs;
mod tail;
mod tidy;

use crate::database::Database;
use crate::migration;
use crate::open_error::OpenError;
use crate::row::{column, fixed, number};
use home_core::log_store::{
    HeadKeys, HeadRow, LogStore, NewChild, NewEntry, PageLimit, Position, RepairsKept, Rows,
    StoredHead, TokenState,
};
use home_core::{Calendar, Day, StoreError, StoreName};
use known::{KnownHead, KnownHeads};
use protocol::id::{BodyHash, Chain, HeadId, LogId, ReadKey, TokenHash, WriteKey};
use protocol::response::{Child, Entry, StoredRepair};
use rusqlite::{Row, params};
use std::path::Path;
use tail::Tail;

/// Logs in one SQLite file.
#[derive(Debug)]
pub struct SqliteLogs {
    database: Database,
    /// The day that already has its row in `days`.
    noted: Option<Day>,
    /// The number that the next entry gets.
    next_entry: u64,
    tail: Tail,
    known: KnownHeads,
}

impl SqliteLogs {
    /// Opens or creates the file.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let database = Database::open(path, StoreName::Logs, migration::LOGS)?;
        let mut logs = Self {
            database,
            noted: None,
            next_entry: 1,
            tail: Tail::default(),
            known: KnownHeads::default(),
        };
        logs.place_what_was_left()
            .map_err(|source| OpenError::Store {
                path: path.to_owned(),
                source,
            })?;
        Ok(logs)
    }

    /// Opens the file, and lets a thread of its own move what is committed out of its WAL. A simulated disk has one
    /// thread, and is opened without.
    ///
    /// # Errors
    /// [`OpenError`].
    pub(crate) fn open_with_thread(path: &Path) -> Result<Self, OpenError> {
        let mut logs = Self::open(path)?;
        logs.database.move_commits_aside(path)?;
        Ok(logs)
    }

    fn add_head(
        &mut self,
        log: u64,
        head: &HeadId,
        keys: &HeadKeys,
        start: Option<&Chain>,
    ) -> Result<u64, StoreError> {
        let row = self.database.insert(
            "INSERT INTO heads (log, head, write_key, read_key, start) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                column(log),
                head.as_bytes(),
                keys.write.as_bytes(),
                keys.read.as_bytes(),
                start.map(Chain::as_bytes)
            ],
        )?;
        self.known.insert(row, KnownHead::empty());
        Ok(row)
    }
}

fn start(row: &Row<'_>) -> rusqlite::Result<Option<Chain>> {
    match row.get_ref(0)? {
        rusqlite::types::ValueRef::Null => Ok(None),
        _ => Ok(Some(fixed(row, 0, Chain::new)?)),
    }
}

impl LogStore for SqliteLogs {
    fn token(&mut self, token: &TokenHash) -> Result<TokenState, StoreError> {
        let spent = self.database.one(
            "SELECT spent FROM tokens WHERE hash = ?1",
            params![token.as_bytes()],
            |row| row.get::<_, bool>(0),
        )?;
        Ok(crate::row::token_state(spent))
    }

    fn grant_token(&mut self, token: &TokenHash) -> Result<bool, StoreError> {
        let changed = self.database.change(
            "INSERT INTO tokens (hash) VALUES (?1) ON CONFLICT DO NOTHING",
            params![token.as_bytes()],
        )?;
        Ok(changed == 1)
    }

    fn spend_token(&mut self, token: &TokenHash) -> Result<(), StoreError> {
        self.database.change(
            "UPDATE tokens SET spent = 1 WHERE hash = ?1",
            params![token.as_bytes()],
        )?;
        Ok(())
    }

    fn open_log(
        &mut self,
        log: &LogId,
        head: &HeadId,
        keys: &HeadKeys,
        today: Day,
    ) -> Result<(), StoreError> {
        let log = self.database.insert(
            "INSERT INTO logs (log, read_on) VALUES (?1, ?2)",
            params![log.as_bytes(), column(today.number())],
        )?;
        self.add_head(log, head, keys, None)?;
        Ok(())
    }

    fn head(&mut self, log: &LogId, head: &HeadId) -> Result<Option<StoredHead>, StoreError> {
        self.database.one(
            "SELECT heads.log, heads.number, write_key, read_key FROM heads
             JOIN logs ON logs.number = heads.log WHERE logs.log = ?1 AND logs.lapsed = 0
             AND heads.head = ?2",
            params![log.as_bytes(), head.as_bytes()],
            |row| {
                Ok(StoredHead {
                    row: HeadRow {
                        log: number(row, 0)?,
                        head: number(row, 1)?,
                    },
                    keys: HeadKeys {
                        write: fixed(row, 2, WriteKey::new)?,
                        read: fixed(row, 3, ReadKey::new)?,
                    },
                })
            },
        )
    }

    fn start(&mut self, head: HeadRow) -> Result<Option<Chain>, StoreError> {
        let start = self.database.one(
            "SELECT start FROM heads WHERE number = ?1",
            params![column(head.head)],
            start,
        )?;
        Ok(start.flatten())
    }

    fn last(&mut self, head: HeadRow) -> Result<Option<Position>, StoreError> {
        Ok(self.end(head.head)?.last)
    }

    fn seen(
        &mut self,
        head: HeadRow,
        hash: &BodyHash,
        since: Day,
    ) -> Result<Option<Position>, StoreError> {
        self.remembered(head.head, hash, since)
    }

    fn append(
        &mut self,
        head: HeadRow,
        entry: &NewEntry<'_>,
        today: Day,
    ) -> Result<(), StoreError> {
        self.append_at_the_end(head.head, entry, today)
    }

    fn entries(
        &mut self,
        head: HeadRow,
        from: u64,
        limit: PageLimit,
    ) -> Result<Rows<Entry>, StoreError> {
        self.entries_page(head.head, from, limit)
    }

    fn children(
        &mut self,
        head: HeadRow,
        after: u64,
        limit: PageLimit,
    ) -> Result<Rows<Child>, StoreError> {
        self.children_page(head.head, after, limit)
    }

    fn child_heads(&mut self, head: HeadRow) -> Result<Vec<HeadId>, StoreError> {
        if !self.end(head.head)?.has_children {
            return Ok(Vec::new());
        }
        self.database.all(
            "SELECT heads.head FROM children JOIN heads ON heads.number = children.head
             WHERE children.parent = ?1 ORDER BY children.place",
            params![column(head.head)],
            |row| fixed(row, 0, HeadId::new),
        )
    }

    fn add_child(&mut self, parent: HeadRow, child: &NewChild<'_>) -> Result<(), StoreError> {
        let head = self.add_head(parent.log, &child.head, &child.keys, Some(&child.start))?;
        self.database.insert(
            "INSERT INTO children (parent, place, head, body) VALUES (?1, ?2, ?3, ?4)",
            params![
                column(parent.head),
                column(child.order),
                column(head),
                child.body
            ],
        )?;
        self.end(parent.head)?;
        self.known
            .change(parent.head, |known| known.has_children = true);
        Ok(())
    }

    fn repairs_kept(
        &mut self,
        head: HeadRow,
        hash: &BodyHash,
        today: Day,
    ) -> Result<RepairsKept, StoreError> {
        self.kept_repairs(head, hash, today)
    }

    fn add_repair(
        &mut self,
        head: HeadRow,
        hash: &BodyHash,
        body: &[u8],
        today: Day,
    ) -> Result<u64, StoreError> {
        self.insert_repair(head, hash, body, today)
    }

    fn repairs_above(
        &mut self,
        head: HeadRow,
        after: u64,
        heads: u64,
    ) -> Result<Vec<StoredRepair>, StoreError> {
        self.repairs_from_above(head, after, heads)
    }

    fn heads_below(&mut self, head: HeadRow, at_most: u64) -> Result<Vec<HeadId>, StoreError> {
        self.nearest_below(head, at_most)
    }

    fn drop_repairs(&mut self, before: Day) -> Result<(), StoreError> {
        self.drop_repairs_before(before)
    }

    fn drop_bodies(&mut self, before: Day, entries: usize, bytes: u64) -> Result<bool, StoreError> {
        self.drop_bodies_before(before, entries, bytes)
    }

    fn bytes(&mut self) -> Result<u64, StoreError> {
        self.bytes_in_use()
    }

    fn calendar(&mut self) -> Result<Option<Calendar>, StoreError> {
        self.kept_calendar()
    }

    fn keep_calendar(&mut self, calendar: Calendar) -> Result<(), StoreError> {
        self.replace_calendar(calendar)
    }

    fn note_read(&mut self, log: &LogId, today: Day) -> Result<(), StoreError> {
        self.read_on(log, today)
    }

    fn unread_logs(&mut self, before: Day, at_most: usize) -> Result<Vec<LogId>, StoreError> {
        self.unread_before(before, at_most)
    }

    fn lapse(&mut self, log: &LogId) -> Result<(), StoreError> {
        self.mark_lapsed(log)
    }

    fn is_lapsed(&mut self, log: &LogId) -> Result<bool, StoreError> {
        self.has_lapsed(log)
    }

    fn erase_lapsed(&mut self, rows: usize) -> Result<bool, StoreError> {
        self.erase(rows)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.database.commit()
    }
}
