//! What a page in the browser shows, asks and hears: values that it and its worker both know.
//!
//! The page draws these and nothing else; the worker alone has the engine, the store and the keys. A page asks a
//! [`Question`], each of which has an answer of its own type, and hears [`News`] whenever something has changed. Both
//! travel as bytes ([`message`]): postcard, by one program for itself of the same build, so there are no versions.

pub mod id;
pub mod message;
pub mod news;
pub mod question;
pub mod refused;
pub mod secret;
pub mod shown;
pub mod standing;

pub use id::{ContactId, ConversationId, InvitationId, ItemId, PersonaId};
pub use message::{FromWorker, MessageError, ToWorker};
pub use news::{News, Trouble};
pub use question::{Ask, Question};
pub use refused::{Kind, Refused};
pub use secret::Secret;
pub use shown::{
    Backup, Contact, Conversation, ConversationKind, File, Given, Invitation, Item, ItemState,
    Persona, Reaction, Read,
};
pub use standing::{Keeping, Opening, Passkey, Profile, Standing, Tab};
