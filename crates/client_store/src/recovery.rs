//! The phrase of this profile's backups.

use backup::Phrase;

use crate::error::StoreError;
use crate::row::seed;
use crate::store::Store;

impl Store {
    /// The phrase, and whether the person was shown it; none before the first backup.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn phrase(&self) -> Result<Option<(Phrase, bool)>, StoreError> {
        self.row("SELECT entropy, shown FROM recovery", [], |row| {
            Ok((Phrase::new(*seed(row, "entropy")?), row.get("shown")?))
        })
    }

    /// Keeps the phrase, for good.
    ///
    /// # Errors
    /// What SQLite says; a constraint if there is one already.
    pub fn insert_phrase(&self, phrase: &Phrase, shown: bool) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO recovery (one, entropy, shown) VALUES (1, ?1, ?2)",
            (phrase.expose().as_slice(), shown),
        )?;
        Ok(())
    }

    /// The person was shown the phrase.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_phrase_shown(&self) -> Result<(), StoreError> {
        self.execute("UPDATE recovery SET shown = 1", [])?;
        Ok(())
    }
}
