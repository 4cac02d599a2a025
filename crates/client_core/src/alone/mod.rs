//! What somebody does alone, without a name, a home or a network: letters that are not sent, the map of who matters, what
//! is OK for them, the way-back card, practice.
//!
//! Invariant: nothing here has an effect outside of the store. Only [`Engine::send_letter`](crate::Engine::send_letter)
//! says something to somebody, in a conversation that the person chose.

mod letters;
mod limits;
mod map;
mod practice;
mod way_back;

pub use letters::{LetterView, LetterWords};
pub use map::{MappedPersonView, MappedPersonWords, Ring};
pub use practice::{PracticeLine, PracticeStep};
pub use way_back::WayBackCard;

use crate::engine::Engine;
use crate::error::CoreError;

impl Engine {
    /// How many letters and people on the map there are.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn kept_alone(&self) -> Result<u64, CoreError> {
        let people = u64::try_from(self.store.mapped()?.len()).unwrap_or(u64::MAX);
        Ok(self.store.letters_count()?.saturating_add(people))
    }
}

/// Refuses a text that is longer than this many bytes.
fn check_length(what: &str, text: &str, max_bytes: usize) -> Result<(), CoreError> {
    let found = text.len();
    if found > max_bytes {
        return Err(CoreError::Invalid(format!(
            "{what} has at most {max_bytes} bytes, and this one {found}; what was kept before is kept still. Make it shorter."
        )));
    }
    Ok(())
}
