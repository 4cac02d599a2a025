//! Letters that are not sent: written, kept, burned, or sent later.

use client_store::alone::letter::LetterRow;
use client_store::id::{ContactId, ConversationId, ItemId, LetterId, MappedPersonId};

use crate::alone::check_length;
use crate::compose::Draft;
use crate::effect::Now;
use crate::engine::Engine;
use crate::error::CoreError;

/// The longest letter, in bytes: what can be sent as one message.
const MAX_LETTER_BYTES: usize = 65_536;
/// The longest line that says to whom, in bytes.
const MAX_RECEIVER_BYTES: usize = 512;
/// The most letters.
const MAX_LETTERS: u64 = 2_000;

/// What is written of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LetterWords<'a> {
    /// To whom, in the writer's own words.
    pub receiver: &'a str,
    /// Who that is on the map.
    pub person: Option<MappedPersonId>,
    /// Who that is among the contacts.
    pub contact: Option<ContactId>,
    /// The text.
    pub text: &'a str,
}

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterView {
    /// The id.
    pub id: LetterId,
    /// To whom, in the writer's own words.
    pub receiver: String,
    /// Who that is on the map.
    pub person: Option<MappedPersonId>,
    /// Who that is among the contacts.
    pub contact: Option<ContactId>,
    /// The text.
    pub text: String,
    /// When it was last written at, Unix seconds.
    pub changed_s: u64,
}

impl Engine {
    /// All letters, the one that was written at last first.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn letters(&self) -> Result<Vec<LetterView>, CoreError> {
        let rows = self.store.letters()?.into_iter();
        Ok(rows
            .map(|row| LetterView {
                id: row.id,
                receiver: row.receiver,
                person: row.person,
                contact: row.contact,
                text: row.text,
                changed_s: row.changed_s,
            })
            .collect())
    }

    /// Keeps a letter as it is now; a new one where none is named. It goes nowhere.
    ///
    /// # Errors
    /// [`CoreError::Unknown`] if it was burned or whom it is linked to is not there, [`CoreError::Invalid`] if it is too
    /// long or there are too many.
    pub fn write_letter(
        &mut self,
        now: Now,
        letter: Option<LetterId>,
        words: LetterWords<'_>,
    ) -> Result<LetterId, CoreError> {
        check_length("A letter", words.text, MAX_LETTER_BYTES)?;
        check_length(
            "The line that says to whom",
            words.receiver,
            MAX_RECEIVER_BYTES,
        )?;
        self.transact(now, |engine| {
            engine.check_link(words.contact)?;
            if let Some(person) = words.person {
                let mut mapped = engine.store.mapped()?.into_iter();
                mapped
                    .find(|one| one.id == person)
                    .ok_or(CoreError::Unknown("person on the map"))?;
            }
            let id = match letter {
                Some(id) => engine.letter(id)?.id,
                None if engine.store.letters_count()? >= MAX_LETTERS => {
                    return Err(CoreError::Invalid(format!(
                        "There are {MAX_LETTERS} letters already; nothing was changed. Burn one that is done with."
                    )));
                }
                None => LetterId::new(engine.entropy.bytes()),
            };
            engine.store.put_letter(&LetterRow {
                id,
                receiver: words.receiver.to_owned(),
                person: words.person,
                contact: words.contact,
                text: words.text.to_owned(),
                changed_s: now.unix_s(),
            })?;
            Ok(id)
        })
    }

    /// Burns a letter: its words are overwritten where they lay. What a backup holds that was made before is not reached.
    ///
    /// # Errors
    /// [`CoreError::Unknown`] if it is not there.
    pub fn burn_letter(&mut self, now: Now, letter: LetterId) -> Result<(), CoreError> {
        self.transact(now, |engine| engine.remove_letter(letter))?;
        Ok(self.store.leave_nothing_beside()?)
    }

    /// Says what a letter says in a conversation, at once or held until a time (Unix seconds); it is no letter any more
    /// then, and all of this or nothing is done.
    ///
    /// # Errors
    /// As [`Engine::send_all`], and [`CoreError::Unknown`] if the letter is not there.
    pub fn send_letter(
        &mut self,
        now: Now,
        letter: LetterId,
        conversation: ConversationId,
        held_until_s: Option<u64>,
    ) -> Result<ItemId, CoreError> {
        let sent = self.transact(now, |engine| {
            let row = engine.letter(letter)?;
            if legible::is_blank(&row.text) {
                return Err(CoreError::Invalid(
                    "There is nothing in this letter that can be seen; nothing was sent.".into(),
                ));
            }
            let draft = Draft {
                held_until_s,
                ..Draft::text(&row.text)
            };
            let item = engine.say(conversation, &draft)?;
            engine.remove_letter(letter)?;
            Ok(item)
        })?;
        self.store.leave_nothing_beside()?;
        Ok(sent)
    }

    fn letter(&self, id: LetterId) -> Result<LetterRow, CoreError> {
        self.store.letter(id)?.ok_or(CoreError::Unknown("letter"))
    }

    fn remove_letter(&self, id: LetterId) -> Result<(), CoreError> {
        if !self.store.delete_letter(id)? {
            return Err(CoreError::Unknown("letter"));
        }
        Ok(())
    }

    /// Whether a contact that something is linked to is there and shown.
    pub(super) fn check_link(&self, contact: Option<ContactId>) -> Result<(), CoreError> {
        let Some(contact) = contact else {
            return Ok(());
        };
        let row = self.store.contact(contact)?;
        row.filter(|row| !row.met_blocked)
            .ok_or(CoreError::Unknown("contact"))?;
        Ok(())
    }
}
