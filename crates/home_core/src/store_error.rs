//! A store that fails. There is no way on from it: the home stops, and what was not yet durable is
//! never told.

use std::error::Error;

/// What a caller does about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorClass {
    /// Nothing is wrong; again later.
    Retry,
    /// It will not be done, now or repeated.
    Refused,
    /// What came is not well-formed.
    Invalid,
    /// An invariant of the program does not hold.
    Bug,
}

/// Which of the two stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreName {
    /// Logs and the tokens that open them.
    Logs,
    /// Inboxes and what lies in them.
    Inboxes,
}

impl std::fmt::Display for StoreName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Logs => "logs",
            Self::Inboxes => "inboxes",
        })
    }
}

/// Why a store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk or the database refuses.
    #[error("the store of {store} refuses")]
    Disk {
        /// Which store.
        store: StoreName,
        /// What the database said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// A value that this program never writes stands in the store.
    #[error("the store of {store} holds a {what} that no home wrote")]
    Damaged {
        /// Which store.
        store: StoreName,
        /// What kind of value.
        what: &'static str,
    },
    /// An earlier input or flush failed; this home does nothing more.
    #[error("the home has stopped after its store failed")]
    Stopped,
}

impl StoreError {
    /// What a caller does about it.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Disk { .. } | Self::Stopped => ErrorClass::Refused,
            Self::Damaged { .. } => ErrorClass::Bug,
        }
    }
}
