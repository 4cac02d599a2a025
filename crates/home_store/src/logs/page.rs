//! Pages of entries and children.

use super::SqliteLogs;
use crate::row::{Page, blob_length, column, fixed, number};
use home_core::StoreError;
use home_core::log_store::{PageLimit, Rows};
use protocol::id::{BodyHash, Chain, ReadKey, WriteKey};
use protocol::response::{Child, Entry};
use rusqlite::params;

impl SqliteLogs {
    pub(super) fn entries_page(
        &mut self,
        head: u64,
        from: u64,
        limit: PageLimit,
    ) -> Result<Rows<Entry>, StoreError> {
        let mut page = Page::new(limit);
        self.database.each(
            "SELECT seq, kind, hash, chain, body FROM entries
             WHERE head = ?1 AND seq >= ?2 ORDER BY seq",
            params![column(head), column(from)],
            |row| {
                let bytes = blob_length(row, 4)?;
                if !page.has_room(bytes) {
                    return Ok(false);
                }
                let entry = Entry {
                    seq: number(row, 0)?,
                    kind: row.get(1)?,
                    hash: fixed(row, 2, BodyHash::new)?,
                    chain: fixed(row, 3, Chain::new)?,
                    body: row.get(4)?,
                };
                page.push(entry, bytes);
                Ok(true)
            },
        )?;
        Ok(page.into_rows())
    }

    pub(super) fn children_page(
        &mut self,
        head: u64,
        after: u64,
        limit: PageLimit,
    ) -> Result<Rows<Child>, StoreError> {
        let mut page = Page::new(limit);
        self.database.each(
            "SELECT place, body, write_key, read_key FROM children
             JOIN heads ON heads.number = children.head
             WHERE parent = ?1 AND place > ?2 ORDER BY place",
            params![column(head), column(after)],
            |row| {
                let bytes = blob_length(row, 1)?;
                if !page.has_room(bytes) {
                    return Ok(false);
                }
                let child = Child {
                    order: number(row, 0)?,
                    body: row.get(1)?,
                    write_key: fixed(row, 2, WriteKey::new)?,
                    read_key: fixed(row, 3, ReadKey::new)?,
                };
                page.push(child, bytes);
                Ok(true)
            },
        )?;
        Ok(page.into_rows())
    }
}
