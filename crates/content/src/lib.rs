//! What the members of a conversation say to each other, and how it is put into bytes.
//!
//! Two levels:
//!
//! - [`MimiContent`] is the container of draft-ietf-mimi-content-08, in deterministic CBOR (RFC 8949 §4.2.1).
//!   [`MimiContent::decode`] refuses, by name, everything that is not in that one form, so
//!   `decode(x)?.encode() == x` for every accepted `x`. A message id may therefore be derived from either.
//! - [`Item`] is what the app makes of a container: a text, or something this version cannot show.
//!
//! This crate knows no clock, no randomness, no storage and no network: the salt is an argument. A home never
//! links it.
//!
//! All errors here are of the kind *Invalid*: the same bytes or arguments fail again, so nothing is to be retried.

mod canonical;
mod decode;
mod encode;
mod error;
mod extensions;
mod ids;
mod item;
mod media_type;
mod mimi_content;
mod part;
mod uri;

pub use error::{DecodeError, ExtensionError, OriginError, ShapeError, TextError, UriError};
pub use extensions::{ExtensionKey, ExtensionValue, Extensions, MAX_KEY_BYTES};
pub use ids::{MESSAGE_ID_BYTES, MessageId, SALT_BYTES, Salt};
pub use item::{
    CONTROL_CONTENT_TYPE_PREFIX, Item, LEAVE_CONTENT_TYPE, MAX_TEXT_BYTES, SENT_AT_EXTENSION,
    TEXT_CONTENT_TYPE, TextMessage, Unknown, WhyUnknown, leave_content, sent_at_ms,
};
pub use mimi_content::{Expiration, MAX_TOPIC_BYTES, MimiContent, TopicId};
pub use part::{
    ContentKey, Disposition, ExternalPart, MAX_PART_DEPTH, MAX_PARTS, MultiPart, NestedPart, Part,
    PartSemantics, SinglePart,
};
pub use uri::{RoomUri, SenderUri};
