//! What goes into the engine and what comes out of it.

use client_store::file::FileRoot;
use client_store::id::{CapabilityId, ContactId, ConversationId, ItemId, PersonaId};
use protocol::home_url::HomeUrl;
use protocol::id::PersonaFingerprint;

use crate::advice::Advice;
use crate::transfer::{Outcome, Transfer, TransferId};

/// Two clocks, read by the driver at the same moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Milliseconds since the driver started; never goes back. For waiting.
    pub monotonic_ms: u64,
    /// Unix milliseconds as the machine believes; may jump. For people and validity, never for
    /// order.
    pub unix_ms: u64,
}

impl Now {
    /// Unix time in seconds.
    pub const fn unix_s(&self) -> u64 {
        self.unix_ms / 1000
    }
}

/// One try of a connection. A number is never used twice by one engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConnectionId(pub(crate) u64);

/// What a connection is for. A persona uses one for logs and another for inboxes, so that a home
/// does not see on one connection which inbox belongs to which log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// Logs.
    Logs,
    /// Inboxes: one's own, and knocking at others'.
    Inboxes,
}

/// Something happened outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The connection stands.
    Opened(ConnectionId),
    /// A binary frame came.
    Received(ConnectionId, Vec<u8>),
    /// The connection failed or ended.
    Closed(ConnectionId),
    /// So many bytes of a transfer are where they belong, counted from the blob's beginning.
    Carried(TransferId, u64),
    /// A transfer ended. Its number means nothing any more.
    Transferred(TransferId, Outcome),
    /// Time passed.
    Tick,
}

/// Something to do outside, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Connect to this home's socket.
    Connect(ConnectionId, HomeUrl),
    /// Send a binary frame.
    Send(ConnectionId, Vec<u8>),
    /// End the connection.
    Close(ConnectionId),
    /// Carry a blob's bytes.
    Transfer(TransferId, Box<Transfer>),
    /// Stop carrying them.
    Abandon(TransferId),
    /// Erase the sealed bytes under this root, whole or not, from the profile's folder.
    EraseSealed(FileRoot),
}

/// Why a file did not come here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileFailure {
    /// Its home has erased it, or has not got it.
    Gone,
    /// What its home gives out is not what was sent.
    Wrong,
    /// The profile's folder takes no bytes. Why, in a few words.
    Disk(String),
}

/// Something that people or programs above may want to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A home does not answer; what was asked is kept.
    Unreachable(HomeUrl),
    /// A home shows another key than it did at the first meeting, or speaks nonsense.
    Distrusted(HomeUrl, &'static str),
    /// The home has the persona's inbox.
    InboxOpened(PersonaId),
    /// The home refused the persona's inbox.
    InboxRefused(PersonaId, String),
    /// The home knows the invitation: its link can be given away.
    InvitationReady(CapabilityId),
    /// A first contact is complete.
    Accepted(ConversationId),
    /// A first contact failed for good; nothing of it is kept but what was written, which is not sent. With one
    /// sentence, whether the home refused (otherwise what came was not valid), and what to do about what was written.
    AcceptanceFailed(ConversationId, String, bool, Option<Advice>),
    /// Somebody is in a circle who was not.
    Came(ConversationId, PersonaFingerprint),
    /// Somebody is not in a circle any more.
    Went(ConversationId, PersonaFingerprint),
    /// The other one of a pair was restored, and this device let their new device in; theirs from before are out.
    CameBack(ConversationId, ContactId),
    /// Others took this name into a circle, or back into one.
    Added(ConversationId),
    /// Somebody could not be added or told. With one sentence.
    NotAdded(ConversationId, PersonaFingerprint, String),
    /// Others removed this name.
    Removed(ConversationId),
    /// This name has left.
    Left(ConversationId),
    /// The others went on in a way that this device cannot follow; it asked to be added anew.
    Behind(ConversationId),
    /// Another member was left behind and asked to be added anew.
    AskedForRepair(ConversationId, PersonaFingerprint),
    /// A member signals something of the moment.
    Signalled(ConversationId, PersonaFingerprint, Vec<u8>),
    /// Somebody accepted an invitation of ours.
    Joined(ContactId, ConversationId),
    /// An own item is durable at the home.
    Stored(ItemId),
    /// Somebody said something.
    Received(ConversationId, ItemId),
    /// What is shown of an item changed: another version, taken back, a sign given or taken back.
    Changed(ConversationId, ItemId),
    /// An own item stays here, because its home will not take a file of it. Why, in half a sentence.
    NotSent(ItemId, String),
    /// An own item has to wait. Why, in half a sentence.
    Waits(ItemId, &'static str),
    /// Bytes of an item's file are on their way, either way.
    Carried {
        /// The item.
        item: ItemId,
        /// The file's place among those of the item.
        place: u64,
        /// Bytes that are where they belong.
        done_bytes: u64,
        /// Bytes in all, of the sealed file.
        of_bytes: u64,
    },
    /// The sealed bytes of a file that was wanted are here.
    FileHere(ItemId, u64),
    /// They will not come.
    FileFailed(ItemId, u64, FileFailure),
    /// Something came that does not hold, and was passed over. With one sentence.
    PassedOver(String),
    /// A conversation cannot go on as it is. With one sentence.
    Halted(ConversationId, String),
}
