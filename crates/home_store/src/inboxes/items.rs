//! Items: numbered per inbox, kept until every device holds them or their time is over.

use super::SqliteInboxes;
use crate::row::{Page, blob_length, column, number};
use home_core::inbox_store::{DeviceRow, InboxRow, ItemStore};
use home_core::log_store::{PageLimit, Rows};
use home_core::{Day, StoreError};
use protocol::response::Item;
use rusqlite::params;

impl ItemStore for SqliteInboxes {
    fn add_item(&mut self, inbox: InboxRow, body: &[u8], today: Day) -> Result<u64, StoreError> {
        let number = self.database.one(
            "UPDATE inboxes SET last_item = last_item + 1, items = items + 1,
             item_bytes = item_bytes + ?2 WHERE number = ?1 RETURNING last_item",
            params![column(inbox.0), column(body.len() as u64)],
            |row| number(row, 0),
        )?;
        let number = number.ok_or_else(|| self.database.damaged("missing inbox"))?;
        self.database.insert(
            "INSERT INTO items (inbox, number, body, came_on) VALUES (?1, ?2, ?3, ?4)",
            params![
                column(inbox.0),
                column(number),
                body,
                column(today.number())
            ],
        )?;
        Ok(number)
    }

    fn items(
        &mut self,
        inbox: InboxRow,
        device: DeviceRow,
        after: u64,
        limit: PageLimit,
    ) -> Result<Rows<Item>, StoreError> {
        let mut page = Page::new(limit);
        self.database.each(
            "SELECT number, body FROM items WHERE inbox = ?1 AND number > ?2 AND NOT EXISTS
             (SELECT 1 FROM acknowledged WHERE item = items.row AND device = ?3) ORDER BY number",
            params![column(inbox.0), column(after), column(device.0)],
            |row| {
                let bytes = blob_length(row, 1)?;
                if !page.has_room(bytes) {
                    return Ok(false);
                }
                let item = Item {
                    number: number(row, 0)?,
                    body: row.get(1)?,
                };
                page.push(item, bytes);
                Ok(true)
            },
        )?;
        Ok(page.into_rows())
    }

    fn acknowledge(
        &mut self,
        inbox: InboxRow,
        device: DeviceRow,
        numbers: &[u64],
    ) -> Result<(), StoreError> {
        for number in numbers {
            let parameters = params![column(inbox.0), column(*number), column(device.0)];
            self.database.change(
                "INSERT INTO acknowledged (item, device)
                 SELECT row, ?3 FROM items WHERE inbox = ?1 AND number = ?2
                 ON CONFLICT DO NOTHING",
                parameters,
            )?;
            let held_by_all = params![column(inbox.0), column(*number)];
            let dropped = self.database.one(
                "DELETE FROM items WHERE inbox = ?1 AND number = ?2 AND NOT EXISTS
                 (SELECT 1 FROM devices WHERE inbox = ?1 AND NOT EXISTS
                  (SELECT 1 FROM acknowledged WHERE item = items.row AND device = devices.number))
                 RETURNING length(body)",
                held_by_all,
                |row| row.get::<_, i64>(0),
            )?;
            if let Some(bytes) = dropped {
                self.database.change(
                    "UPDATE inboxes SET items = items - 1, item_bytes = item_bytes - ?2
                     WHERE number = ?1",
                    params![column(inbox.0), bytes],
                )?;
            }
        }
        Ok(())
    }
}

impl SqliteInboxes {
    pub(super) fn forget_items(&mut self, before: Day) -> Result<(), StoreError> {
        let day = params![column(before.number())];
        let old = self.database.all(
            "SELECT inbox, count(*), sum(length(body)) FROM items WHERE came_on < ?1
             GROUP BY inbox",
            day,
            |row| {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, i64>(1)?,
                    row.get::<_, i64>(2)?,
                ))
            },
        )?;
        for (inbox, items, bytes) in old {
            self.database.change(
                "UPDATE inboxes SET items = items - ?2, item_bytes = item_bytes - ?3
                 WHERE number = ?1",
                params![inbox, items, bytes],
            )?;
        }
        self.database
            .change("DELETE FROM items WHERE came_on < ?1", day)?;
        Ok(())
    }
}
