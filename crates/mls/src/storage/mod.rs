//! Where openmls keeps the state of groups: one key-value store, in the caller's transaction.
//!
//! In: the typed values of openmls's `StorageProvider`. Out: entries of a [`KeyValue`].
//! A key is one [`Label`] byte and, each with its length, the parts that name the value; a value is
//! postcard, a list the encodings of its items one after the other. A message sent or received writes one entry,
//! the group's message secrets; a commit writes about a dozen.
//!
//! openmls replaces some failures of its storage by errors of its own that say something else, so
//! the first failure is kept here for whoever has to judge what openmls says.
//!
//! Invariant: nothing is cached, so a [`Storage`] may be made anew for every transaction, and a
//! rolled-back transaction leaves no trace here. Labels below 0x80 are this module's: the owner of
//! the store may use keys that begin with 0x80 or more for its own.

mod cells;
mod encoding;
mod key;
mod label;
mod openmls_storage;
mod proposals;

use std::cell::OnceCell;
use std::fmt;
use std::sync::Arc;

pub use label::Label;

use crate::key_value::{KeyValue, KeyValueError};

/// openmls's storage over a borrowed key-value store.
pub struct Storage<'a> {
    store: &'a dyn KeyValue,
    first_failure: OnceCell<StorageError>,
}

impl<'a> Storage<'a> {
    /// Storage in `store`; reads and writes nothing yet.
    pub fn new(store: &'a dyn KeyValue) -> Self {
        Self {
            store,
            first_failure: OnceCell::new(),
        }
    }

    /// The first failure since this was made, whether or not openmls passed it on.
    ///
    /// openmls 0.9.2 hides several: a failed read of a group's keys while a commit is processed
    /// becomes `StageCommitError::MissingDecryptionKey`, as if the commit could not be decrypted,
    /// and a failed write while a message is encrypted becomes a `LibraryError`. So where openmls
    /// reports any error, this is asked first.
    pub fn first_failure(&self) -> Option<&StorageError> {
        self.first_failure.get()
    }

    /// Runs one operation and keeps its failure if it is the first.
    fn noting<T>(
        &self,
        operation: impl FnOnce() -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        operation().inspect_err(|error| {
            self.first_failure.get_or_init(|| error.clone());
        })
    }
}

impl fmt::Debug for Storage<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Storage").finish_non_exhaustive()
    }
}

/// Why a value could not be stored or read.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StorageError {
    /// The store below failed; whether to try again is its matter.
    #[error(transparent)]
    KeyValue(#[from] KeyValueError),
    /// A part of a key cannot be represented in postcard.
    #[error("a key of {label:?} cannot be encoded")]
    EncodeKey {
        /// What was to be named.
        label: Label,
        /// What postcard says.
        source: postcard::Error,
    },
    /// A part of a key is longer than 4 GiB.
    #[error("a key of {label:?} is longer than 4 GiB")]
    KeyTooLong {
        /// What was to be named.
        label: Label,
    },
    /// A value cannot be represented in postcard.
    #[error("{label:?} cannot be encoded")]
    Encode {
        /// What was to be stored.
        label: Label,
        /// What postcard says.
        source: postcard::Error,
    },
    /// Stored bytes are not the value they should be.
    #[error("{label:?} cannot be decoded")]
    Decode {
        /// What was to be read.
        label: Label,
        /// What postcard says.
        source: postcard::Error,
    },
    /// A value kept as JSON cannot be written or read.
    #[error("{label:?} cannot be converted to or from JSON")]
    Json {
        /// What was to be stored or read.
        label: Label,
        /// What the JSON library says.
        source: Arc<serde_json::Error>,
    },
    /// Stored bytes are the value and then something else.
    #[error("{label:?} is followed by {found} bytes too many")]
    TrailingBytes {
        /// What was read.
        label: Label,
        /// The number of bytes after the value.
        found: usize,
    },
    /// The queue of proposals names one that is not stored.
    #[error("a queued proposal is missing")]
    MissingProposal,
}

impl StorageError {
    /// A failure of the JSON library.
    fn json(label: Label, source: serde_json::Error) -> Self {
        Self::Json {
            label,
            source: Arc::new(source),
        }
    }
}
