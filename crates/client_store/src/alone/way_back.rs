//! The card by which somebody is found where this app is lost.

use crate::error::StoreError;
use crate::store::Store;

/// What stands on it, in the person's own words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WayBackRow {
    /// Who they are.
    pub name: String,
    /// A home's address, or an invitation's link.
    pub home: String,
    /// Other ways, a line each.
    pub ways: String,
}

impl Store {
    /// The card; none before it was made.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn way_back(&self) -> Result<Option<WayBackRow>, StoreError> {
        self.row("SELECT * FROM way_back_card", [], |row| {
            Ok(WayBackRow {
                name: row.get("name")?,
                home: row.get("home")?,
                ways: row.get("ways")?,
            })
        })
    }

    /// Keeps the card, in the place of the one before.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn put_way_back(&self, card: &WayBackRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO way_back_card (card, name, home, ways) VALUES (1, ?1, ?2, ?3)
             ON CONFLICT (card) DO UPDATE SET name = ?1, home = ?2, ways = ?3",
            (&card.name, &card.home, &card.ways),
        )?;
        Ok(())
    }

    /// Throws the card away; its place in the file is overwritten.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_way_back(&self) -> Result<(), StoreError> {
        self.execute("DELETE FROM way_back_card", [])?;
        Ok(())
    }
}
