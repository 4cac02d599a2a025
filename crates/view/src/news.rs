//! What a worker tells without being asked. Hints: the truth is what it answers.

use crate::id::{AttachmentId, ConversationId, InvitationId, ItemId};
use serde::{Deserialize, Serialize};

/// Something has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum News {
    /// The worker is there and answers. Comes once, first.
    Ready,
    /// How the profile stands ([`crate::question::Stand`]).
    Standing,
    /// Names, contacts or the list of conversations.
    Lists,
    /// Items of a conversation came, changed or went: these, or any of all where none is named.
    Items(ConversationId, Vec<ItemId>),
    /// What is being written in a conversation was kept, sent or let go.
    Drafts(ConversationId),
    /// What is kept alone: letters, the map, limits, the card, practice.
    Alone,
    /// An invitation's link.
    Invitation(InvitationId),
    /// Those that were given: one was used, perhaps.
    Invitations,
    /// A first contact is complete.
    Accepted(ConversationId),
    /// A first contact failed for good; what was written there is not sent. One sentence.
    NotAccepted(ConversationId, String),
    /// Something to say to the person.
    Trouble(Trouble),
    /// Bytes of an item's file are on their way, either way: which, how many are where they belong, and how many there
    /// are.
    Carried(ItemId, u64, u64, u64),
    /// A file did not come here. One sentence.
    FileFailed(ItemId, u64, String),
    /// A file is being sealed: which, how many of its bytes are, and how many there are.
    Sealing(AttachmentId, u64, u64),
    /// A home answers again.
    Reached(String),
}

/// Something that a person may want to know; each says itself in one sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trouble {
    /// A home does not answer; what was asked is kept. Its host, and the sentence.
    Unreachable(String, String),
    /// A home shows another key than before, or speaks nonsense. Its host, and the sentence.
    Distrusted(String, String),
    /// The storage refuses; what was asked last is not kept.
    Storage(String),
    /// Somebody is back on a new device, which they themselves may know nothing of. Stays until it is understood.
    CameBack(String),
    /// Something else.
    Other(String),
}
