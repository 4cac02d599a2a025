//! The way-back card: "if this app loses us, find me here". It goes out by other ways, as the person sends it.

use client_store::alone::way_back::WayBackRow;
use legible::is_blank;

use crate::alone::check_length;
use crate::effect::Now;
use crate::engine::Engine;
use crate::error::CoreError;

/// The longest line and the longest list of ways, in bytes.
const MAX_LINE_BYTES: usize = 4_096;
const MAX_WAYS_BYTES: usize = 4_096;

/// What stands on the card, in the person's own words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WayBackCard {
    /// Who they are.
    pub name: String,
    /// A home's address, or an invitation's link.
    pub home: String,
    /// Other ways, a line each.
    pub ways: String,
}

impl Engine {
    /// The card; an empty one before it was made.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn way_back_card(&self) -> Result<WayBackCard, CoreError> {
        let row = self.store.way_back()?.unwrap_or_default();
        Ok(WayBackCard {
            name: row.name,
            home: row.home,
            ways: row.ways,
        })
    }

    /// Keeps the card; one with nothing on it is thrown away.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] if something on it is too long.
    pub fn write_way_back_card(&mut self, now: Now, card: &WayBackCard) -> Result<(), CoreError> {
        check_length("A name", &card.name, MAX_LINE_BYTES)?;
        check_length("An address", &card.home, MAX_LINE_BYTES)?;
        check_length("The list of other ways", &card.ways, MAX_WAYS_BYTES)?;
        self.transact(now, |engine| {
            let lines = [&card.name, &card.home, &card.ways];
            if lines.into_iter().all(|line| is_blank(line)) {
                return Ok(engine.store.delete_way_back()?);
            }
            Ok(engine.store.put_way_back(&WayBackRow {
                name: card.name.clone(),
                home: card.home.clone(),
                ways: card.ways.clone(),
            })?)
        })
    }
}
