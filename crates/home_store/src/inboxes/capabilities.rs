//! Capabilities and their uses.

use super::SqliteInboxes;
use crate::row::{column, fixed, maybe_number, number};
use home_core::inbox_store::{
    CapabilityRow, CapabilityStore, InboxRow, NewCapability, StoredCapability, StoredUse, UseRow,
};
use home_core::{Day, StoreError};
use protocol::id::{BodyHash, CapabilityHash, DeviceLabel, UseId};
use protocol::response::{Fetched, FetchedKeyPackage};
use rusqlite::params;

impl CapabilityStore for SqliteInboxes {
    fn capability(
        &mut self,
        inbox: InboxRow,
        capability: &CapabilityHash,
    ) -> Result<Option<StoredCapability>, StoreError> {
        self.database.one(
            "SELECT number, uses_left, expires, pays, revoked_on IS NOT NULL FROM capabilities
             WHERE inbox = ?1 AND hash = ?2",
            params![column(inbox.0), capability.as_bytes()],
            |row| {
                Ok(StoredCapability {
                    row: CapabilityRow(number(row, 0)?),
                    uses_left: maybe_number(row, 1)?,
                    expires: maybe_number(row, 2)?,
                    pays: row.get(3)?,
                    revoked: row.get(4)?,
                })
            },
        )
    }

    fn capabilities(&mut self, inbox: InboxRow) -> Result<u64, StoreError> {
        let count = self.database.one(
            "SELECT count(*) FROM capabilities WHERE inbox = ?1",
            params![column(inbox.0)],
            |row| number(row, 0),
        )?;
        Ok(count.unwrap_or(0))
    }

    fn grant(&mut self, inbox: InboxRow, new: &NewCapability<'_>) -> Result<(), StoreError> {
        self.database.insert(
            "INSERT INTO capabilities (inbox, hash, uses_left, expires, pays, label)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                column(inbox.0),
                new.hash.as_bytes(),
                new.uses,
                new.expires.map(column),
                new.pays,
                new.label
            ],
        )?;
        Ok(())
    }

    fn revoke(&mut self, capability: CapabilityRow, today: Day) -> Result<(), StoreError> {
        // What was handed out under it is of no use any more either.
        self.database.change(
            "DELETE FROM uses WHERE capability = ?1",
            params![column(capability.0)],
        )?;
        self.database.change(
            "UPDATE capabilities SET revoked_on = ?2, label = NULL WHERE number = ?1",
            params![column(capability.0), column(today.number())],
        )?;
        Ok(())
    }

    fn find_use(
        &mut self,
        capability: CapabilityRow,
        use_id: &UseId,
    ) -> Result<Option<StoredUse>, StoreError> {
        self.database.one(
            "SELECT number, begun_on, item FROM uses WHERE capability = ?1 AND use_id = ?2",
            params![column(capability.0), use_id.as_bytes()],
            |row| {
                let completed = row.get_ref(2)?.as_blob_or_null()?.is_some();
                Ok(StoredUse {
                    row: UseRow(number(row, 0)?),
                    begun: Day::new(number(row, 1)?),
                    item: match completed {
                        true => Some(fixed(row, 2, BodyHash::new)?),
                        false => None,
                    },
                })
            },
        )
    }

    fn begin_use(
        &mut self,
        capability: CapabilityRow,
        use_id: &UseId,
        today: Day,
    ) -> Result<UseRow, StoreError> {
        self.database.change(
            "UPDATE capabilities SET uses_left = uses_left - 1
             WHERE number = ?1 AND uses_left IS NOT NULL",
            params![column(capability.0)],
        )?;
        self.database
            .insert(
                "INSERT INTO uses (capability, use_id, begun_on) VALUES (?1, ?2, ?3)",
                params![
                    column(capability.0),
                    use_id.as_bytes(),
                    column(today.number())
                ],
            )
            .map(UseRow)
    }

    fn complete_use(&mut self, row: UseRow, item: &BodyHash) -> Result<(), StoreError> {
        self.database.change(
            "UPDATE uses SET item = ?2 WHERE number = ?1",
            params![column(row.0), item.as_bytes()],
        )?;
        Ok(())
    }

    fn remember_fetched(
        &mut self,
        row: UseRow,
        device_list: &[u8],
        key_packages: &[FetchedKeyPackage],
    ) -> Result<(), StoreError> {
        self.database.change(
            "UPDATE uses SET device_list = ?2 WHERE number = ?1",
            params![column(row.0), device_list],
        )?;
        for (place, one) in (1i64..).zip(key_packages) {
            self.database.change(
                "INSERT INTO fetched (use, place, device, key_package) VALUES (?1, ?2, ?3, ?4)",
                params![column(row.0), place, one.device.as_bytes(), one.key_package],
            )?;
        }
        Ok(())
    }

    fn fetched(&mut self, row: UseRow) -> Result<Option<Fetched>, StoreError> {
        let list: Option<Option<Vec<u8>>> = self.database.one(
            "SELECT device_list FROM uses WHERE number = ?1",
            params![column(row.0)],
            |row| row.get(0),
        )?;
        let Some(device_list) = list.flatten() else {
            return Ok(None);
        };
        let key_packages = self.database.all(
            "SELECT device, key_package FROM fetched WHERE use = ?1 ORDER BY place",
            params![column(row.0)],
            |row| {
                Ok(FetchedKeyPackage {
                    device: fixed(row, 0, DeviceLabel::new)?,
                    key_package: row.get(1)?,
                })
            },
        )?;
        Ok(Some(Fetched {
            device_list,
            key_packages,
        }))
    }
}
