//! What the engine shows of its state. Plain values, without any secret but the link.

use client_store::conversation::ConversationKind;
use client_store::file::FileState;
use client_store::id::{CapabilityId, ContactId, ConversationId, DraftId, ItemId, PersonaId};
use client_store::item::ItemKind;
use protocol::home_url::HomeUrl;
use protocol::id::PersonaFingerprint;

/// One of the own names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonaView {
    /// The id.
    pub id: PersonaId,
    /// The name.
    pub name: String,
    /// What others see of its key.
    pub fingerprint: PersonaFingerprint,
    /// Where it can be reached, and whether the home confirmed that yet.
    pub home: Option<(HomeUrl, bool)>,
}

/// A home that has not confirmed yet that it keeps a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnconfirmedHome {
    /// The name's id.
    pub persona: PersonaId,
    /// The name.
    pub name: String,
    /// The home.
    pub home: HomeUrl,
    /// Whether nothing was ever heard of it, so that joining another one gives it up.
    pub never_answered: bool,
    /// Whether a home invitation goes along, which the right home would have to be given too.
    pub by_invitation: bool,
    /// Whether it can be left: nobody was told of it whose invitation was accepted.
    pub may_be_left: bool,
}

/// What became of a home that was given up, and of the invitations that waited for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenUp {
    /// The home.
    pub home: HomeUrl,
    /// Invitations that go out from another home now. Nobody had seen their links.
    pub moved: u64,
    /// Invitations that are gone.
    pub lost: u64,
    /// Whether their links may have been given away.
    pub shown: bool,
}

/// An invitation that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationView {
    /// The id.
    pub id: CapabilityId,
    /// The link; none while the home was never reached, or once taken back.
    pub link: Option<String>,
    /// The note to oneself.
    pub label: Option<String>,
    /// How many may use it; none for any number.
    pub uses: Option<u32>,
    /// How many did.
    pub used: u32,
    /// Unix seconds after which it ends.
    pub expires_s: Option<u64>,
    /// The home at which it is good.
    pub home: HomeUrl,
    /// Whether the home knows it, so that it works.
    pub ready: bool,
    /// Whether it was taken back.
    pub revoked: bool,
    /// Whether the home knows that it was taken back.
    pub revoked_at_home: bool,
}

/// Somebody known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactView {
    /// The id.
    pub id: ContactId,
    /// Under which of the own names.
    pub persona: PersonaId,
    /// The name that they chose.
    pub name: String,
    /// The number to compare.
    pub safety: String,
    /// Whether it was compared.
    pub verified: bool,
    /// Whether they are blocked, under all own names.
    pub blocked: bool,
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationView {
    /// The id.
    pub id: ConversationId,
    /// Which of the own names takes part.
    pub persona: PersonaId,
    /// The other one of a pair.
    pub contact: Option<ContactId>,
    /// What kind it is.
    pub kind: ConversationKind,
    /// What it is called.
    pub title: String,
    /// Items of others that were not shown yet.
    pub unread: u64,
    /// Where it is kept, once that is decided.
    pub home: Option<HomeUrl>,
    /// Why it cannot go on, if it cannot.
    pub halted: Option<String>,
    /// Whether it is one of two with somebody who is blocked.
    pub blocked: bool,
    /// Whether this device was restored and waits until the others take it in.
    pub rejoining: bool,
}

/// Why a conversation of two does not go on here ([`ConversationView::halted`]): the profile was restored elsewhere.
pub const REPLACED: &str = "another device of yours goes on with it";
/// Why a circle does not go on here ([`ConversationView::halted`]).
pub const TAKEN_OUT: &str =
    "this device was taken out of it, by others or because another device of yours goes on with it";

/// Somebody in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberView {
    /// What others see of their key.
    pub fingerprint: PersonaFingerprint,
    /// What they are called here.
    pub name: String,
    /// Whether it is the own name.
    pub mine: bool,
}

/// How far an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemState {
    /// Waits here for its time.
    Held,
    /// Stays here: somebody was blocked before it had left, and it does not leave any more.
    KeptBack,
    /// Durable here, on its way.
    Queued,
    /// Durable at the home.
    Stored,
}

/// A file that goes with an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileView {
    /// Its place among the files of the item, from 0.
    pub place: u64,
    /// What its sender calls it; no path, and nothing that may be shown without care.
    pub name: String,
    /// What its sender says that it is.
    pub media_type: String,
    /// What it shows, in its sender's words, shown with the same care; may be empty.
    pub description: String,
    /// How long it is, in bytes.
    pub bytes: u64,
    /// Where its sealed bytes are.
    pub state: FileState,
}

/// One thing said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemView {
    /// The id.
    pub id: ItemId,
    /// Its position in the conversation's order, once stored.
    pub seq: Option<u64>,
    /// The author's name.
    pub author: String,
    /// Whether it was written under the own name.
    pub mine: bool,
    /// The author's clock, Unix milliseconds.
    pub at_ms: u64,
    /// What it is.
    pub kind: ItemKind,
    /// What is shown: the newest version; nothing once it was taken back.
    pub text: String,
    /// What its author says before it, so that it is opened by choice.
    pub note: Option<String>,
    /// What it answers, if that is here.
    pub reply_to: Option<ItemId>,
    /// How far it is.
    pub state: ItemState,
    /// Whether its author changed it.
    pub edited: bool,
    /// Whether its author took it back.
    pub retracted: bool,
    /// Signs that were given, in their order, each with the names of those who gave it.
    pub reactions: Vec<(String, Vec<String>)>,
    /// What goes with it; nothing once it was taken back.
    pub files: Vec<FileView>,
    /// Why it does not go out, if its home will not take a file of it, nothing can be said there any more, or they were
    /// blocked; half a sentence.
    pub not_sent: Option<String>,
    /// When it leaves, Unix seconds, for as long as it is held.
    pub held_until_s: Option<u64>,
}

/// A part of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowView {
    /// The items, oldest first, those that have no place yet last.
    pub items: Vec<ItemView>,
    /// How many come before them.
    pub before: u64,
    /// How many come after them.
    pub after: u64,
    /// The first of all that was not shown yet.
    pub unread_from: Option<ItemId>,
}

/// Something that is being written, as it was kept last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftView {
    /// As what it was kept.
    pub id: DraftId,
    /// The text.
    pub text: String,
    /// What is to be said before it.
    pub note: Option<String>,
    /// What it answers, if that is still there.
    pub reply_to: Option<ItemId>,
    /// What it is to stand in the place of, if that can still be changed.
    pub edits: Option<ItemId>,
    /// When it was kept, Unix milliseconds.
    pub at_ms: u64,
}

/// One version of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionView {
    /// Its number, from 1.
    pub number: u64,
    /// The author's name.
    pub author: String,
    /// Whether it was written under the own name.
    pub mine: bool,
    /// When it was written, by the author's clock, Unix milliseconds.
    pub at_ms: u64,
    /// What it said.
    pub text: String,
    /// What its author said before it.
    pub note: Option<String>,
}

/// What waits for a home.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Items to be stored.
    pub items: u64,
    /// First contacts, inboxes, invitations and erased files that the home must still be told of.
    pub acts: u64,
}

impl Waiting {
    /// Everything together.
    pub const fn total(&self) -> u64 {
        self.items + self.acts
    }
}
