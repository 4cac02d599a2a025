//! The MLS state, in the same transaction as everything else.

use mls::key_value::{KeyValue, KeyValueError};

use crate::store::Store;

impl KeyValue for Store {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, KeyValueError> {
        let value = self.row("SELECT value FROM mls_state WHERE key = ?1", [key], |row| {
            Ok(row.get(0)?)
        })?;
        Ok(value)
    }

    fn put(&self, key: &[u8], value: &[u8]) -> Result<(), KeyValueError> {
        self.execute(
            "INSERT INTO mls_state (key, value) VALUES (?1, ?2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )?;
        Ok(())
    }

    fn delete(&self, key: &[u8]) -> Result<(), KeyValueError> {
        self.execute("DELETE FROM mls_state WHERE key = ?1", [key])?;
        Ok(())
    }
}
