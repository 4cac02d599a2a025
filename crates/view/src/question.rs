//! What a page asks; each question has an answer of its own type.

use crate::id::{ContactId, ConversationId, InvitationId, ItemId, PersonaId};
use crate::shown::{Backup, Contact, Conversation, Given, Invitation, Persona, Read};
use crate::standing::{Opening, Standing};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

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
    /// All conversations, the one with the newest item first.
    Conversations => Vec<Conversation>;
    /// The last items of a conversation.
    Items {
        /// Which.
        conversation: ConversationId,
        /// How many at most.
        limit: u32,
    } => Read;
    /// Says something. It is durable here when this is answered.
    Send {
        /// Where.
        conversation: ConversationId,
        /// The text.
        text: String,
        /// What it answers.
        reply_to: Option<ItemId>,
    } => ItemId;
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
}
