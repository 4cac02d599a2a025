//! What is noted beside the profile about itself: that the browser keeps it, and the last backup. Losing it does no harm.

use client_core::{ContactId, CoreError, Engine};
use serde::{Deserialize, Serialize};

/// What was said after a backup waits so long, in seconds, before another is asked for.
const PATIENCE_S: u64 = 7 * 86_400;

/// The notes, as they stand in their file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Notes {
    /// Whether the browser promised to keep its storage.
    pub persisted: Option<bool>,
    /// The last backup.
    pub backup: Option<Kept>,
}

/// What a profile held when its last backup was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// When, in Unix seconds.
    pub at_s: u64,
    /// What was there.
    pub held: Held,
}

/// How much of what matters a profile holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Contacts.
    pub contacts: usize,
    /// Conversations.
    pub conversations: usize,
    /// The number of the newest item.
    pub last_item: i64,
    /// What is kept alone: letters and people on the map.
    #[serde(default)]
    pub alone: u64,
}

impl Held {
    /// Counts.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn of(engine: &Engine) -> Result<Self, CoreError> {
        // As they stand in the store: what is shown of them, what is unread above all, takes counting.
        let store = engine.store();
        let (people, conversations) = (store.contacts()?, store.conversations()?);
        // Whoever came while they were blocked is not shown, so nobody wonders what is to be kept.
        let unseen = people.iter().filter(|one| one.met_blocked);
        let unseen: Vec<_> = unseen.map(|one| one.id).collect();
        let is_unseen = |contact: &ContactId| unseen.contains(contact);
        let seen = conversations
            .iter()
            .filter(|one| !one.contact.as_ref().is_some_and(is_unseen));
        Ok(Self {
            contacts: people.len() - unseen.len(),
            conversations: seen.count(),
            last_item: engine.last_item_number()?,
            alone: engine.kept_alone()?,
        })
    }
}

impl Notes {
    /// Whether a backup is needed: without one as soon as there is anybody or anything; with one as soon as somebody new is
    /// there, and a week later for what was said since.
    pub fn need_backup(&self, held: Held, now_s: u64) -> bool {
        let Some(kept) = self.backup else {
            return held != Held::default();
        };
        let before = kept.held;
        let is_more = held.contacts > before.contacts || held.conversations > before.conversations;
        let is_late = now_s.saturating_sub(kept.at_s) >= PATIENCE_S;
        let is_written = held.last_item > before.last_item || held.alone > before.alone;
        is_more || (is_late && is_written)
    }
}

#[cfg(test)]
mod tests {
    use super::{Held, Kept, Notes, PATIENCE_S};

    #[test]
    fn a_backup_is_asked_for_when_there_is_something_and_not_after_each_word() {
        let (nothing, somebody) = (
            Held::default(),
            Held {
                contacts: 1,
                conversations: 1,
                last_item: 3,
                alone: 0,
            },
        );
        let mut notes = Notes::default();
        assert!(!notes.need_backup(nothing, 0));
        assert!(notes.need_backup(somebody, 0));
        let alone = Held {
            alone: 1,
            ..nothing
        };
        assert!(notes.need_backup(alone, 0));
        let at_s = 1_000;
        notes.backup = Some(Kept {
            at_s,
            held: somebody,
        });
        assert!(!notes.need_backup(somebody, at_s + 2 * PATIENCE_S));
        let said = Held {
            last_item: 4,
            ..somebody
        };
        assert!(!notes.need_backup(said, at_s + 1));
        assert!(notes.need_backup(said, at_s + PATIENCE_S));
        let mapped = Held {
            alone: 1,
            ..somebody
        };
        assert!(!notes.need_backup(mapped, at_s + 1));
        assert!(notes.need_backup(mapped, at_s + PATIENCE_S));
        let met = Held {
            contacts: 2,
            ..somebody
        };
        assert!(notes.need_backup(met, at_s + 1));
    }

    #[test]
    fn notes_of_another_version_are_read_as_far_as_they_go() {
        let notes: Notes = serde_json::from_str(r#"{"persisted": true, "else": 1}"#).unwrap();
        assert_eq!(notes.persisted, Some(true));
        assert_eq!(notes.backup, None);
    }
}
