//! Reading a conversation in parts, and finding something in it.
//!
//! The order is that of the conversation; what has no place in it yet comes last. Items that are not shown have no place
//! in any number here: what edits, takes back or is hidden.

use crate::id::{ConversationId, ItemId};
use crate::shown::Item;
use serde::{Deserialize, Serialize};

/// Which part of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum At {
    /// Its end.
    End,
    /// What comes right before an item.
    Before(ItemId),
    /// What comes right after an item.
    After(ItemId),
    /// An item, with as much before it as after it.
    Around(ItemId),
    /// What follows so many items.
    Place(u64),
    /// The first item that was not shown yet, with a little before it; its end where all was shown.
    Unread,
    /// The first item from a moment on, Unix milliseconds, as far as the clocks of those who wrote can be believed.
    Time(u64),
}

/// A part of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Read {
    /// The items, oldest first, those that are not stored last.
    pub items: Vec<Item>,
    /// How many come before them.
    pub before: u64,
    /// How many come after them.
    pub after: u64,
    /// The first of all that was not shown yet.
    pub unread_from: Option<ItemId>,
}

/// One version of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The author's clock when it was written, Unix milliseconds.
    pub at_ms: u64,
    /// What it said.
    pub text: String,
    /// What its author said before it.
    pub note: Option<String>,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Where.
    pub conversation: ConversationId,
    /// Which item, to go there by [`At::Around`].
    pub item: ItemId,
    /// The author's name.
    pub author: String,
    /// Whether it was written under the own name.
    pub mine: bool,
    /// The author's clock, Unix milliseconds.
    pub at_ms: u64,
    /// Whether it is opened by choice. The piece is what its author says before it then, and nothing of the text.
    pub behind_note: bool,
    /// A piece of it, in one line.
    pub piece: String,
    /// The words in the piece that were searched, as places of bytes in it: rising, apart, each between two characters.
    pub marks: Vec<(u32, u32)>,
    /// Whether something comes before the piece.
    pub cut_before: bool,
    /// Whether something comes after the piece.
    pub cut_after: bool,
}
