//! The keys that homes showed at the first meeting.

use protocol::home_url::HomeUrl;
use protocol::id::HomeKey;

use crate::error::StoreError;
use crate::row::fixed;
use crate::store::Store;

impl Store {
    /// The key by which a home is known.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn home_key(&self, url: &HomeUrl) -> Result<Option<HomeKey>, StoreError> {
        self.row(
            "SELECT key FROM home WHERE url = ?1",
            [url.as_str()],
            |row| fixed(row, "key", HomeKey::from_slice),
        )
    }

    /// Remembers a home's key at the first meeting.
    ///
    /// # Errors
    /// What SQLite says; a constraint if another key is known.
    pub fn insert_home_key(&self, url: &HomeUrl, key: &HomeKey) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO home (url, key) VALUES (?1, ?2)",
            (url.as_str(), key.as_bytes()),
        )?;
        Ok(())
    }
}
