//! Pages of entries and children.

use super::SqliteLogs;
use crate::row::{Page, blob_length, column, fixed, number};
use home_core::StoreError;
use home_core::log_store::{PageLimit, Rows};
use protocol::id::{BodyHash, Chain, ReadKey, WriteKey};
use protocol::response::{Child, Entry};
use rusqlite::{Row, params};

/// Takes an entry into a page; whether it had room.
fn take(page: &mut Page<Entry>, row: &Row<'_>) -> rusqlite::Result<bool> {
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
}

impl SqliteLogs {
    pub(super) fn entries_page(
        &mut self,
        head: u64,
        from: u64,
        limit: PageLimit,
    ) -> Result<Rows<Entry>, StoreError> {
        let mut page = Page::new(limit);
        let mut full = false;
        self.database.each(
            "SELECT entries.seq, kind, hash, chain, body FROM places
             CROSS JOIN entries ON entries.number = places.entry
             WHERE places.head = ?1 AND places.seq >= ?2 ORDER BY places.seq",
            params![column(head), column(from)],
            |row| {
                full = !take(&mut page, row)?;
                Ok(!full)
            },
        )?;
        let behind = self.tail.of(head).skip_while(|place| place.seq < from);
        for place in behind {
            if full {
                break;
            }
            let taken = self.database.one(
                "SELECT seq, kind, hash, chain, body FROM entries WHERE number = ?1",
                params![column(place.entry)],
                |row| take(&mut page, row),
            )?;
            full = !taken.unwrap_or(false);
        }
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
