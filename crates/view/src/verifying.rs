//! What comes out when a safety number is compared by a code.

use crate::id::ContactId;
use serde::{Deserialize, Serialize};

/// What a code says of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Compared {
    /// The number is the same: nobody stands in between.
    Same,
    /// The number is the one with somebody else who is known, or with the same one under another name.
    OfAnother(ContactId),
    /// The number is of nobody who is known here: it is not the person, or somebody stands in between.
    Different,
    /// This is no code of a safety number.
    NoCode,
    /// This is a code that a newer Kith reads.
    Newer,
}
