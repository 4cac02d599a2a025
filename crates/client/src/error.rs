//! What can go wrong while a client runs.

use client_core::CoreError;

use crate::profile::ProfileError;

/// A running client failed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The profile could not be opened.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The engine refused an act or failed.
    #[error(transparent)]
    Core(#[from] CoreError),
    /// The operating system gives no randomness. (Retry)
    #[error("the operating system gives no randomness: {0}")]
    Entropy(getrandom::Error),
}
