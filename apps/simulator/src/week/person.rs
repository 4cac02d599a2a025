//! One of the two: which conversations are theirs, what they have seen, whom they block, and their backups.

use super::folder::Folder;
use super::said::{Blocked, Name, Number, PAIRS, Place, Said, Who};
use client_core::{ContactId, ConversationId, ItemId};
use std::collections::{BTreeMap, BTreeSet};

/// What the list knows of one person's device.
#[derive(Clone)]
pub struct Knows {
    /// What came of the other, and whether it stays hidden.
    pub seen: BTreeMap<Number, bool>,
    /// What the other said and was not seen here yet.
    pub awaited: BTreeSet<Number>,
    /// What was shown, and so counts as read.
    pub read: BTreeSet<Number>,
    /// Own things that were said to be stored.
    pub stored: BTreeSet<Number>,
    /// Since when the other is blocked, by the own clock, Unix milliseconds; one for each pair.
    pub blocked: [Option<u64>; PAIRS],
    /// When the other was blocked before.
    pub was_blocked: Vec<Blocked>,
    /// Own items by the id that they have here.
    pub own: BTreeMap<ItemId, Number>,
}

/// What a backup holds, as the list knows it.
pub struct Kept {
    /// How long the list was.
    pub length: usize,
    /// Own things as they were.
    pub own: BTreeMap<Number, Said>,
    /// What was known.
    pub knows: Knows,
    /// Own things that were not known to be stored: they go out once more.
    pub waited: BTreeSet<Number>,
}

/// One of the two.
pub struct Person {
    /// The machine.
    pub machine: &'static str,
    /// Which of the two.
    pub who: Who,
    /// What each own name is called.
    pub names: Vec<Name>,
    /// Where they talk.
    pub places: BTreeMap<Place, ConversationId>,
    /// The other, under each own name.
    pub contacts: Vec<ContactId>,
    /// What the list knows of the device.
    pub knows: Knows,
    /// How many of their events were looked at.
    pub told: usize,
    /// Their backups.
    pub folder: Option<Folder>,
    /// What is in the newest.
    pub kept: Option<Kept>,
    /// For each pair, how long the list was when the new device was seen to be in again; none before.
    pub back: [Option<usize>; PAIRS],
    /// What the restored device had to send once more.
    pub again: BTreeSet<Number>,
    /// Until where the backup went that was restored; none as long as nothing was lost.
    pub restored: Option<usize>,
}

impl Knows {
    /// A device that has seen nothing.
    pub fn nothing() -> Self {
        Self {
            seen: BTreeMap::new(),
            awaited: BTreeSet::new(),
            read: BTreeSet::new(),
            stored: BTreeSet::new(),
            blocked: [None; PAIRS],
            was_blocked: Vec::new(),
            own: BTreeMap::new(),
        }
    }

    /// Whether something that comes now stays hidden.
    pub fn hides(&self, place: Place, at_ms: u64) -> bool {
        let Place::Pair(pair) = place else {
            return false;
        };
        let was = |one: &Blocked| one.pair == pair && (one.since_ms..one.until_ms).contains(&at_ms);
        self.blocked[pair].is_some() || self.was_blocked.iter().any(was)
    }

    /// Whether anybody is blocked.
    pub fn blocks(&self) -> bool {
        self.blocked.iter().any(Option::is_some)
    }
}

impl Person {
    /// All places in which they take part.
    pub fn all_places(&self) -> Vec<Place> {
        self.places.keys().copied().collect()
    }
}
