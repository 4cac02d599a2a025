//! Why something was not done.

use serde::{Deserialize, Serialize};

/// What to do about it: the four kinds of the core, and two of this place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Nothing is wrong with what was asked; try again.
    Retry,
    /// It will not be done.
    Refused,
    /// What was given is not valid.
    Invalid,
    /// The passphrase or passkey does not open the profile.
    Locked,
    /// The browser's storage refuses.
    Storage,
    /// A mistake of ours.
    Bug,
}

/// Something was not done, and nothing of it was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{sentence}")]
pub struct Refused {
    /// What to do about it.
    pub kind: Kind,
    /// For people: what happened, what is safe, what to do.
    pub sentence: String,
}

impl Refused {
    /// Says it.
    pub fn new(kind: Kind, sentence: impl Into<String>) -> Self {
        let sentence = sentence.into();
        Self { kind, sentence }
    }
}
