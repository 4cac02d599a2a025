//! What is shown of a profile.
//!
//! Names are given as they may be shown (`legible`); a page still isolates each in its direction. Texts are as they were
//! written, so a page shows them as text alone.

use crate::id::{
    AttachmentId, ContactId, ConversationId, DraftId, InvitationId, ItemId, PersonaId,
};
use serde::{Deserialize, Serialize};

/// One of the own names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Persona {
    /// The id.
    pub id: PersonaId,
    /// The name.
    pub name: String,
    /// The address of the home that keeps it.
    pub home: Option<String>,
    /// Whether that home confirmed it.
    pub confirmed: bool,
    /// Whether that home can still be given up, because nobody was told of it
    /// ([`crate::question::LeaveHome`]).
    pub may_leave: bool,
}

/// Somebody known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The id.
    pub id: ContactId,
    /// Under which of the own names.
    pub persona: PersonaId,
    /// The name that they chose.
    pub name: String,
    /// The safety number: twelve groups of five digits, blanks between them.
    pub safety: String,
    /// The same as a text that another device can read, to be drawn as a code ([`crate::question::Compare`]).
    pub code: String,
    /// Whether it was compared.
    pub verified: bool,
    /// Whether they are blocked.
    pub blocked: bool,
}

/// What kind a conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConversationKind {
    /// Of two.
    Pair,
    /// With oneself.
    Own,
    /// Of several.
    Circle,
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
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
    /// Whether something in it was not shown yet.
    pub unread: bool,
    /// The host of the home that keeps it, once that is decided.
    pub home: Option<String>,
    /// Whether the first contact is still under way: one can write, and it goes out when the home answers.
    pub accepting: bool,
    /// Why it cannot go on, if it cannot. One sentence.
    pub halted: Option<String>,
    /// Whether its other one is blocked.
    pub blocked: bool,
    /// What was said there last; nothing of what is held for its time.
    pub last: Option<Glimpse>,
    /// Whether something is being written there.
    pub drafted: bool,
}

/// What was said last in a conversation, in a line.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Glimpse {
    /// The author's name.
    pub author: String,
    /// Whether it was written under the own name.
    pub mine: bool,
    /// The author's clock, Unix milliseconds.
    pub at_ms: u64,
    /// What it was.
    pub said: Said,
}

/// What something was that was said, in a line.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Said {
    /// How a text begins, at most [`GLIMPSE_CHARACTERS`] characters of one line.
    Text(String),
    /// It is opened by choice; this is what its author says before it, in a line.
    BehindNote(String),
    /// Files without a text.
    Files,
    /// Its author took it back.
    TakenBack,
    /// Something that this version cannot show.
    Unknown,
}

/// Characters of a text in a line.
pub const GLIMPSE_CHARACTERS: usize = 120;

/// How far an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ItemState {
    /// Waits here for its time.
    Held,
    /// Stays here.
    KeptBack,
    /// Durable here, on its way.
    Queued,
    /// Durable at the home.
    Stored,
}

/// Signs of one kind upon an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Reaction {
    /// The sign.
    pub sign: String,
    /// Who gave it.
    pub names: Vec<String>,
}

/// Where a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FileState {
    /// At its home alone.
    Away,
    /// Whole in this browser, sealed.
    Here,
    /// Erased at its home before it was here.
    Gone,
}

/// A file that goes with an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct File {
    /// Its place among the files of the item, from 0.
    pub place: u64,
    /// What its sender calls it, as it may be shown.
    pub name: String,
    /// The name under which it can be saved, which does no harm.
    pub save_as: String,
    /// How long it is, in bytes.
    pub bytes: u64,
    /// Whether its sender says that it is a picture, which says nothing of what is in it.
    pub claims_picture: bool,
    /// What it shows, in its sender's words; may be empty.
    pub description: String,
    /// Where it is.
    pub state: FileState,
}

/// A picture by its own first bytes, whatever its sender says that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// What it is.
    pub format: PictureFormat,
    /// How wide it is, in pixels.
    pub width: u32,
    /// How high it is, in pixels.
    pub height: u32,
}

/// Pictures that are shown. None of these can hold a script or ask for anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PictureFormat {
    /// Graphics Interchange Format.
    Gif,
    /// JPEG.
    Jpeg,
    /// Portable Network Graphics.
    Png,
    /// WebP.
    Webp,
}

impl PictureFormat {
    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Gif => "image/gif",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }
}

/// A file that goes along with what is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// Which, of those that were attached.
    pub attachment: AttachmentId,
    /// What it shows, in words, for whoever does not see it; may be empty.
    pub description: String,
}

/// One thing said.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Item {
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
    /// The newest version; empty once it was taken back.
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
    /// Signs upon it.
    pub reactions: Vec<Reaction>,
    /// What goes with it.
    pub files: Vec<File>,
    /// Why it does not go out, if it does not; half a sentence.
    pub not_sent: Option<String>,
    /// When it leaves, Unix seconds, for as long as it is held.
    pub held_until_s: Option<u64>,
}

/// Something that is held for its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Where.
    pub conversation: ConversationId,
    /// What.
    pub item: Item,
}

/// Something that is being written, as it was kept last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// As what it was kept.
    pub id: DraftId,
    /// The text.
    pub text: String,
    /// What is to be said before it.
    pub note: Option<String>,
    /// What it answers, if that is still there.
    pub reply_to: Option<ItemId>,
    /// What it is to stand in the place of; none, and so a text of its own, once that cannot be changed any more.
    pub edits: Option<ItemId>,
    /// When it was kept, Unix milliseconds.
    pub at_ms: u64,
}

/// An invitation that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The id.
    pub id: InvitationId,
    /// The link; none until the home was reached, and once taken back.
    pub link: Option<String>,
    /// The note to oneself.
    pub label: Option<String>,
    /// How many may still use it; none for any number.
    pub uses_left: Option<u32>,
    /// Unix seconds after which it ends.
    pub expires_s: Option<u64>,
    /// Whether the home knows it, so that it works.
    pub ready: bool,
    /// Whether it was taken back.
    pub revoked: bool,
}

/// What a link says, before it is accepted. Nobody vouches for the name but whoever gave the link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// The name that the inviter chose.
    pub name: String,
    /// The host of their home.
    pub home: String,
    /// Whether it is one's own.
    pub mine: bool,
}

/// A backup: a zip file with the folder that `kith recovery restore` takes, and the phrase that opens it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// What the file should be called.
    pub name: String,
    /// The file.
    pub zip: Vec<u8>,
    /// The words; none if they were shown before.
    pub phrase: Option<crate::Secret>,
}

/// Says nothing of what is inside.
impl std::fmt::Debug for Backup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Backup({}, {} bytes)", self.name, self.zip.len())
    }
}
