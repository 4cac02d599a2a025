//! What is OK for somebody, by the names of dimensions and values. What they mean is decided above.

use crate::error::StoreError;
use crate::store::Store;

impl Store {
    /// The limits that were chosen: names of dimensions and values.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn own_limits(&self) -> Result<Vec<(String, String)>, StoreError> {
        self.rows(
            "SELECT dimension, value FROM own_limit ORDER BY dimension",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// Keeps a limit, in the place of what was chosen before.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn put_own_limit(&self, dimension: &str, value: &str) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO own_limit (dimension, value) VALUES (?1, ?2)
             ON CONFLICT (dimension) DO UPDATE SET value = ?2",
            (dimension, value),
        )?;
        Ok(())
    }
}
