//! What a page in the browser shows, asks and hears: values that it and its worker both know.
//!
//! The page draws these and nothing else; the worker alone has the engine, the store and the keys. A page asks a
//! [`Question`], each of which has an answer of its own type, and hears [`News`] whenever something has changed. Both
//! travel as bytes ([`message`]): postcard, by one program for itself of the same build, so there are no versions.

pub mod alone;
pub mod id;
pub mod message;
pub mod news;
pub mod question;
pub mod reading;
pub mod refused;
pub mod secret;
pub mod shown;
pub mod standing;
pub mod verifying;

pub use alone::{
    Letter, LetterWords, MappedPerson, MappedWords, PracticeLine, PracticeStep, Ring, WayBack,
};
pub use id::{
    AttachmentId, ContactId, ConversationId, DraftId, InvitationId, ItemId, LetterId,
    MappedPersonId, PersonaId,
};
pub use message::{FromWorker, MessageError, ToWorker};
pub use news::{News, Trouble};
pub use question::{Ask, Question};
pub use reading::{At, Found, Read, Version};
pub use refused::{Kind, Refused};
pub use secret::Secret;
pub use shown::{
    Backup, Contact, Conversation, ConversationKind, Draft, File, FileState, GLIMPSE_CHARACTERS,
    Given, Glimpse, Held, Invitation, Item, ItemState, Outgoing, Persona, Picture, PictureFormat,
    Reaction, Said,
};
pub use standing::{Keeping, Opening, Passkey, Profile, Standing, Tab};
pub use verifying::Compared;
