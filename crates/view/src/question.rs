//! What a page asks; each question has an answer of its own type.

use crate::alone::{Letter, LetterWords, MappedPerson, MappedWords, PracticeLine, WayBack};
use crate::id::{
    AttachmentId, ContactId, ConversationId, DraftId, InvitationId, ItemId, LetterId,
    MappedPersonId, PersonaId,
};
use crate::reading::{At, Found, Read, Version};
use crate::shown::{
    Backup, Contact, Conversation, Draft, Given, Held, Invitation, Item, Outgoing, Persona, Picture,
};
use crate::standing::{Opening, Standing};
use crate::verifying::Compared;
use policy::Level;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Bytes of a file that are read at once.
pub const PIECE_BYTES: u64 = 1 << 20;

/// Something that can be asked.
pub trait Question: Into<Ask> {
    /// What is answered.
    type Answer: Serialize + DeserializeOwned;
}

/// Defines the questions, what each is answered with, and the one type of them all.
macro_rules! questions {
    ($($(#[$meta:meta])* $name:ident $({ $($(#[$field_meta:meta])* $field:ident: $type:ty,)* })? => $answer:ty;)*) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
            pub struct $name { $($($(#[$field_meta])* pub $field: $type,)*)? }

            impl Question for $name {
                type Answer = $answer;
            }

            impl From<$name> for Ask {
                fn from(question: $name) -> Self {
                    Self::$name(question)
                }
            }
        )*

        /// Any question.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Ask {
            $(
                #[doc = concat!("[`", stringify!($name), "`]")]
                $name($name),
            )*
        }
    };
}

questions! {
    /// How the profile stands.
    Stand => Standing;
    /// Makes the profile, and opens it. Refused where there is one.
    Make {
        /// How it is kept.
        opening: Opening,
    } => ();
    /// Opens the profile.
    Open {
        /// What opens it.
        opening: Opening,
    } => ();
    /// Closes the profile, in all tabs. A plain one is open again at the next start.
    Close => ();
    /// The own names.
    Personas => Vec<Persona>;
    /// Makes a name.
    NewPersona {
        /// The name.
        name: String,
    } => PersonaId;
    /// Asks a home to keep a name, so that it can be reached.
    JoinHome {
        /// Which name.
        persona: PersonaId,
        /// The home's address.
        home: String,
        /// The text that the home's keeper gave, where it is not open to everybody.
        invitation: Option<String>,
    } => ();
    /// Gives up a home that has not confirmed yet that it keeps a name, if that may be ([`Persona::may_leave`]).
    LeaveHome {
        /// Which name.
        persona: PersonaId,
        /// The home's address.
        home: String,
    } => ();
    /// Forgets a name that nothing hangs on: no home, and nobody who was met under it.
    ForgetPersona {
        /// Which name.
        persona: PersonaId,
    } => ();
    /// What a link says.
    ReadLink {
        /// The link.
        link: String,
    } => Invitation;
    /// Accepts an invitation; one can write at once.
    Accept {
        /// Under which name.
        persona: PersonaId,
        /// The link.
        link: String,
    } => ConversationId;
    /// Makes an invitation; its link is there once its home was reached ([`crate::News::Invitation`]).
    Invite {
        /// Under which name.
        persona: PersonaId,
        /// A note to oneself.
        label: Option<String>,
    } => InvitationId;
    /// The invitations that were given.
    Invitations => Vec<Given>;
    /// Takes an invitation back.
    Revoke {
        /// Which.
        invitation: InvitationId,
    } => ();
    /// Everybody known.
    Contacts => Vec<Contact>;
    /// Notes that the safety number was compared.
    Verify {
        /// With whom.
        contact: ContactId,
    } => ();
    /// What the code says that another device reads or somebody pastes, and what it means for the safety number with a
    /// contact. Nothing is noted by it: whoever believes it says so by [`Verify`].
    Compare {
        /// With whom.
        contact: ContactId,
        /// What was read: a code's text, or sixty digits.
        code: String,
    } => Compared;
    /// Blocks somebody at once, under all own names; how many own things that waited for them are kept back now.
    Block {
        /// Whom.
        contact: ContactId,
    } => u64;
    /// Blocks somebody no longer. What they said meanwhile stays hidden, and what was kept back does not go out by itself;
    /// how many things that is.
    Unblock {
        /// Whom.
        contact: ContactId,
    } => u64;
    /// All conversations, the one with the newest item first.
    Conversations => Vec<Conversation>;
    /// A part of what was said in a conversation.
    Items {
        /// Which.
        conversation: ConversationId,
        /// Which part.
        at: At,
        /// How many at most.
        limit: u32,
    } => Read;
    /// These items of a conversation, in any order; what is not there any more is left out.
    These {
        /// Which conversation.
        conversation: ConversationId,
        /// Which items.
        items: Vec<ItemId>,
    } => Vec<Item>;
    /// All versions of a text, the first one first.
    Versions {
        /// Of which item.
        item: ItemId,
    } => Vec<Version>;
    /// What holds all these words, best first.
    Search {
        /// What was typed.
        words: String,
        /// Where; none for everywhere.
        conversation: Option<ConversationId>,
        /// How many at most.
        limit: u32,
    } => Vec<Found>;
    /// Says something. It is durable here when this is answered, and the draft is erased with it.
    Send {
        /// Where.
        conversation: ConversationId,
        /// The text.
        text: String,
        /// What is said before it, so that it is opened by choice.
        note: Option<String>,
        /// What it answers.
        reply_to: Option<ItemId>,
        /// When it is to leave, Unix seconds: it is held here until then. None for at once.
        at_s: Option<u64>,
        /// As what it was kept while it was written.
        draft: Option<DraftId>,
        /// What goes along. If this is refused, it is still there to go along.
        files: Vec<Outgoing>,
    } => ItemId;
    /// Puts another text in the place of an own one; the earlier versions stay to be read. What is still held here is
    /// changed without a trace. The draft is erased with it.
    Edit {
        /// Which.
        item: ItemId,
        /// What it says from now on.
        text: String,
        /// As what it was kept while it was written.
        draft: Option<DraftId>,
    } => ();
    /// Takes an own item back. Of what has not left this device nothing is left.
    Retract {
        /// Which.
        item: ItemId,
    } => ();
    /// Gives a sign for an item: one emoji or symbol.
    React {
        /// For which.
        item: ItemId,
        /// The sign.
        sign: String,
    } => ();
    /// Takes a sign back.
    Unreact {
        /// From which.
        item: ItemId,
        /// The sign.
        sign: String,
    } => ();
    /// Something that is held leaves at another time.
    Reschedule {
        /// Which.
        item: ItemId,
        /// When, Unix seconds; none for at once.
        at_s: Option<u64>,
    } => ();
    /// All that is held for its time, the next one first.
    Waiting => Vec<Held>;
    /// Keeps what is being written, in the place of what was kept of it before; nothing is kept of what is empty. What
    /// another tab has kept meanwhile stays beside it.
    KeepDraft {
        /// Where.
        conversation: ConversationId,
        /// As what it was kept before.
        replaces: Option<DraftId>,
        /// The text.
        text: String,
        /// What is to be said before it.
        note: Option<String>,
        /// What it answers.
        reply_to: Option<ItemId>,
        /// What it is to stand in the place of.
        edits: Option<ItemId>,
    } => Option<DraftId>;
    /// What is being written in a conversation, the newest first: one as a rule, and one for each item that is being
    /// changed; more where two tabs wrote at once.
    Drafts {
        /// Where.
        conversation: ConversationId,
    } => Vec<Draft>;
    /// Lets a draft go.
    DropDraft {
        /// Which.
        draft: DraftId,
    } => ();
    /// Seals a file, which comes beside these bytes, to go along with what is said next. All of it is sealed and kept when
    /// this is answered. Asked again for one that is there, it is answered at once.
    Attach {
        /// What it is called from now on.
        attachment: AttachmentId,
        /// What the file is called.
        name: String,
        /// What the browser says that it is; may be empty.
        media_type: String,
    } => ();
    /// Lets go of a file that was attached, and stops sealing it.
    Detach {
        /// Which.
        attachment: AttachmentId,
    } => ();
    /// Takes an own item back that waits for its files to be sent; where nothing of it has left, nothing is left of it.
    StopSending {
        /// Which.
        item: ItemId,
    } => ();
    /// Has a file fetched; it goes on from where it was.
    Fetch {
        /// Of which item.
        item: ItemId,
        /// Which of its files.
        place: u64,
    } => ();
    /// Stops fetching it. What is here of it stays.
    StopFetching {
        /// Of which item.
        item: ItemId,
        /// Which of its files.
        place: u64,
    } => ();
    /// The next bytes of a file that is here, some [`PIECE_BYTES`]; none at its end.
    ReadFile {
        /// Of which item.
        item: ItemId,
        /// Which of its files.
        place: u64,
        /// From which byte on.
        from: u64,
    } => Vec<u8>;
    /// What a file that is here is, if it is a picture that can be shown.
    LookAt {
        /// Of which item.
        item: ItemId,
        /// Which of its files.
        place: u64,
    } => Option<Picture>;
    /// Everything up to this position was shown.
    Shown {
        /// Where.
        conversation: ConversationId,
        /// The position.
        seq: u64,
    } => ();
    /// Makes a backup of everything.
    BackUp => Backup;
    /// The backup's file was taken, and its phrase written down.
    BackedUp => ();
    /// Whether the browser promised to keep its storage; the page asked it.
    Persisted {
        /// What it said.
        granted: bool,
    } => ();
    /// The browser says that there is a network again.
    Online => ();
    /// The letters that are not sent, the one that was written at last first.
    Letters => Vec<Letter>;
    /// Keeps a letter as it is now; a new one where none is named.
    WriteLetter {
        /// Which.
        letter: Option<LetterId>,
        /// All of it.
        words: LetterWords,
    } => LetterId;
    /// Burns a letter.
    BurnLetter {
        /// Which.
        letter: LetterId,
    } => ();
    /// Says what a letter says in a conversation; it is no letter any more then.
    SendLetter {
        /// Which.
        letter: LetterId,
        /// Where.
        conversation: ConversationId,
        /// When, Unix seconds; at once if none. Until then it is held here.
        at_s: Option<u64>,
    } => ItemId;
    /// Everybody on the map, ring by ring.
    MappedPeople => Vec<MappedPerson>;
    /// Puts somebody on the map, or writes anew what stands there of them.
    MapPerson {
        /// Who; somebody new if none.
        person: Option<MappedPersonId>,
        /// All of it.
        words: MappedWords,
    } => MappedPersonId;
    /// Lets somebody change places with who is next around the ring.
    TurnMapped {
        /// Who.
        person: MappedPersonId,
        /// Onward or back.
        onward: bool,
    } => ();
    /// Takes somebody from the map.
    UnmapPerson {
        /// Who.
        person: MappedPersonId,
    } => ();
    /// Says once more what opens the profile, before the own limits are shown. Whoever is asked compares it and keeps nothing.
    Confirm {
        /// What opens it.
        opening: Opening,
    } => ();
    /// The own limits are not shown any more; before they are again, it is to be said once more.
    Conceal => ();
    /// The own limits, in the order of the table. Refused until [`Confirm`] was answered.
    OwnLimits => Vec<Level>;
    /// Chooses a limit. Refused until [`Confirm`] was answered.
    SetOwnLimit {
        /// The dimension at its new value.
        level: Level,
    } => ();
    /// The way-back card; an empty one before it was made.
    ReadWayBack => WayBack;
    /// Keeps the card; one with nothing on it is thrown away.
    WriteWayBack {
        /// All of it.
        card: WayBack,
    } => ();
    /// What was written for practice.
    Practice => Vec<PracticeLine>;
    /// Writes a line for practice.
    Practise {
        /// The text.
        text: String,
    } => ();
    /// Lets a line go its next step.
    GoOnPractising {
        /// Which.
        number: u32,
    } => ();
    /// Takes a line back.
    TakeBackPractised {
        /// Which.
        number: u32,
    } => ();
    /// Throws everything away that was written for practice.
    EndPractice => ();
}
