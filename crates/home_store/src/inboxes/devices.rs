//! Devices, device lists and KeyPackages.

use super::SqliteInboxes;
use crate::row::{column, fixed, number};
use home_core::inbox_store::{DeviceRow, DeviceStore, InboxRow};
use home_core::{Day, StoreError};
use protocol::id::{BodyHash, DeviceLabel};
use rusqlite::params;

impl DeviceStore for SqliteInboxes {
    fn device(
        &mut self,
        inbox: InboxRow,
        label: &DeviceLabel,
    ) -> Result<Option<DeviceRow>, StoreError> {
        self.database.one(
            "SELECT number FROM devices WHERE inbox = ?1 AND label = ?2",
            params![column(inbox.0), label.as_bytes()],
            |row| number(row, 0).map(DeviceRow),
        )
    }

    fn devices(&mut self, inbox: InboxRow) -> Result<Vec<(DeviceRow, DeviceLabel)>, StoreError> {
        self.database.all(
            "SELECT number, label FROM devices WHERE inbox = ?1 ORDER BY number",
            params![column(inbox.0)],
            |row| Ok((DeviceRow(number(row, 0)?), fixed(row, 1, DeviceLabel::new)?)),
        )
    }

    fn add_device(
        &mut self,
        inbox: InboxRow,
        label: &DeviceLabel,
    ) -> Result<DeviceRow, StoreError> {
        self.database
            .insert(
                "INSERT INTO devices (inbox, label) VALUES (?1, ?2)",
                params![column(inbox.0), label.as_bytes()],
            )
            .map(DeviceRow)
    }

    fn set_device_list(&mut self, inbox: InboxRow, list: &[u8]) -> Result<(), StoreError> {
        self.database.change(
            "INSERT INTO device_lists (inbox, list) VALUES (?1, ?2)
             ON CONFLICT DO UPDATE SET list = excluded.list",
            params![column(inbox.0), list],
        )?;
        Ok(())
    }

    fn device_list(&mut self, inbox: InboxRow) -> Result<Option<Vec<u8>>, StoreError> {
        self.database.one(
            "SELECT list FROM device_lists WHERE inbox = ?1",
            params![column(inbox.0)],
            |row| row.get(0),
        )
    }

    fn knows_key_package(
        &mut self,
        device: DeviceRow,
        hash: &BodyHash,
    ) -> Result<bool, StoreError> {
        let known = self.database.one(
            "SELECT 1 FROM key_packages WHERE device = ?1 AND hash = ?2",
            params![column(device.0), hash.as_bytes()],
            |_| Ok(()),
        )?;
        Ok(known.is_some())
    }

    fn add_key_package(
        &mut self,
        device: DeviceRow,
        hash: &BodyHash,
        key_package: &[u8],
    ) -> Result<(), StoreError> {
        self.database.insert(
            "INSERT INTO key_packages (device, hash, body) VALUES (?1, ?2, ?3)",
            params![column(device.0), hash.as_bytes(), key_package],
        )?;
        Ok(())
    }

    fn key_packages_left(&mut self, device: DeviceRow) -> Result<u64, StoreError> {
        let count = self.database.one(
            "SELECT count(*) FROM key_packages WHERE device = ?1 AND taken_on IS NULL",
            params![column(device.0)],
            |row| number(row, 0),
        )?;
        Ok(count.unwrap_or(0))
    }

    fn take_key_package(
        &mut self,
        device: DeviceRow,
        today: Day,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let oldest = self.database.one(
            "SELECT number, body FROM key_packages
             WHERE device = ?1 AND taken_on IS NULL ORDER BY number LIMIT 1",
            params![column(device.0)],
            |row| Ok((number(row, 0)?, row.get(1)?)),
        )?;
        let Some((number, body)) = oldest else {
            return Ok(None);
        };
        self.database.change(
            "UPDATE key_packages SET body = NULL, taken_on = ?2 WHERE number = ?1",
            params![column(number), column(today.number())],
        )?;
        Ok(Some(body))
    }

    fn set_last_resort(&mut self, device: DeviceRow, key_package: &[u8]) -> Result<(), StoreError> {
        self.database.change(
            "UPDATE devices SET last_resort = ?2 WHERE number = ?1",
            params![column(device.0), key_package],
        )?;
        Ok(())
    }

    fn last_resort(&mut self, device: DeviceRow) -> Result<Option<Vec<u8>>, StoreError> {
        let last_resort = self.database.one(
            "SELECT last_resort FROM devices WHERE number = ?1",
            params![column(device.0)],
            |row| row.get(0),
        )?;
        Ok(last_resort.flatten())
    }
}
