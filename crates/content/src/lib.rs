//! What the members of a conversation say to each other, and how it is put into bytes.
//!
//! Two levels:
//!
//! - [`MimiContent`] is the container of draft-ietf-mimi-content-08, in deterministic CBOR (RFC 8949 §4.2.1).
//!   [`MimiContent::decode`] refuses, by name, everything that is not in that one form, so
//!   `decode(x)?.encode() == x` for every accepted `x`. A message id may therefore be derived from either.
//! - [`Item`] is what the app makes of a container: a text or files, an act upon an earlier one, or something this version cannot
//!   show.
//!
//! This crate knows no clock, no randomness, no storage and no network: the salt is an argument. A home never
//! links it.
//!
//! All errors here are of the kind *Invalid*: the same bytes or arguments fail again, so nothing is to be retried.

mod act;
mod attached_file;
mod canonical;
mod decode;
mod encode;
mod envelope;
mod error;
mod extensions;
mod ids;
mod item;
mod media_type;
mod mimi_content;
mod part;
mod text_message;
mod uri;

pub use act::{LEAVE_CONTENT_TYPE, MAX_REACTION_BYTES, Reaction, Retraction, leave_content};
pub use attached_file::{
    AttachedFile, MAX_FILE_DESCRIPTION_BYTES, MAX_FILE_NAME_BYTES, MAX_FILES,
    SEALED_BLOB_ALGORITHM, SealedFile,
};
pub use envelope::{SENT_AT_EXTENSION, sent_at_ms};
pub use error::{
    DecodeError, ExtensionError, FileError, OriginError, ReactionError, ShapeError, TextError,
    UriError,
};
pub use extensions::{ExtensionKey, ExtensionValue, Extensions, MAX_KEY_BYTES};
pub use ids::{MESSAGE_ID_BYTES, MessageId, SALT_BYTES, Salt};
pub use item::{Item, Unknown, WhyUnknown};
pub use media_type::CONTROL_CONTENT_TYPE_PREFIX;
pub use mimi_content::{Expiration, MAX_TOPIC_BYTES, MimiContent, TopicId};
pub use part::{
    ContentKey, Disposition, ExternalPart, MAX_PART_DEPTH, MAX_PARTS, MultiPart, NestedPart, Part,
    PartSemantics, SinglePart,
};
pub use text_message::{
    MAX_NOTE_BYTES, MAX_TEXT_BYTES, NOTE_EXTENSION, TEXT_CONTENT_TYPE, TextMessage,
};
pub use uri::{RoomUri, SenderUri};
