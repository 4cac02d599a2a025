//! What a profile's backup is made of, without any file or disk: the [`Phrase`] that opens it, the
//! [`Keys`] that follow from it, sealed [chunks](chunk) of [rows], the [manifest] that names them, and
//! all of it as one file, a [zip] (docs/backup.md).
//!
//! Nothing that is read here is believed before it was opened, and nothing that is opened makes this
//! side hold more than [`chunk::LARGEST_BYTES`] or [`manifest::LARGEST_BYTES`].

pub mod chunk;
mod description;
mod error;
mod keys;
pub mod manifest;
mod padding;
mod phrase;
pub mod rows;
pub mod zip;

pub use description::{DESCRIPTION_FILE, Description};
pub use error::BackupError;
pub use keys::Keys;
pub use phrase::{Phrase, PhraseError, WORDS};
