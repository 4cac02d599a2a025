//! What somebody keeps for themselves alone, as a page shows it. Nothing of it is anybody else's to see.

use crate::id::{ContactId, LetterId, MappedPersonId};
use serde::{Deserialize, Serialize};

/// A letter that is not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Its id.
    pub id: LetterId,
    /// What is written of it.
    pub words: LetterWords,
    /// When it was last written at, Unix milliseconds.
    pub changed_ms: u64,
}

/// What is written of a letter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterWords {
    /// To whom, in the writer's own words.
    pub receiver: String,
    /// Who that is on the map.
    pub person: Option<MappedPersonId>,
    /// Who that is among the contacts.
    pub contact: Option<ContactId>,
    /// The text.
    pub text: String,
}

/// How near somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Ring {
    /// The closest.
    Closest,
    /// Near.
    Near,
    /// Further.
    Further,
}

/// Somebody on the map.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MappedPerson {
    /// The id.
    pub id: MappedPersonId,
    /// What is written of them.
    pub words: MappedWords,
}

/// What is written of somebody on the map.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MappedWords {
    /// What they are called there.
    pub name: String,
    /// What they are, in the person's own words.
    pub kind: String,
    /// A note to oneself.
    pub note: String,
    /// How near.
    pub ring: Ring,
    /// Who they are among the contacts.
    pub contact: Option<ContactId>,
}

/// The way-back card.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WayBack {
    /// Who they are.
    pub name: String,
    /// A home's address, or an invitation's link.
    pub home: String,
    /// Other ways, a line each.
    pub ways: String,
}

/// How far a line for practice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PracticeStep {
    /// As if held here.
    Held,
    /// As if on its way.
    OnItsWay,
    /// As if kept at a home.
    Kept,
    /// As if answered.
    Answered,
}

/// A line that was written for practice.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PracticeLine {
    /// In which order it was written.
    pub number: u32,
    /// The text.
    pub text: String,
    /// How far it is.
    pub step: PracticeStep,
    /// Whether it was taken back.
    pub taken_back: bool,
}
