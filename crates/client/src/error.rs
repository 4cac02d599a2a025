//! What can go wrong while a client runs.

use client_core::CoreError;
use std::sync::Arc;

use crate::profile::ProfileError;

/// A running client failed. Everybody who uses the same client may be told of one failure.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ClientError {
    /// The profile could not be opened.
    #[error(transparent)]
    Profile(Arc<ProfileError>),
    /// The engine refused an act or failed.
    #[error(transparent)]
    Core(Arc<CoreError>),
    /// The operating system gives no randomness. (Retry)
    #[error("the operating system gives no randomness: {0}")]
    Entropy(getrandom::Error),
}

impl From<ProfileError> for ClientError {
    fn from(error: ProfileError) -> Self {
        Self::Profile(Arc::new(error))
    }
}

impl From<CoreError> for ClientError {
    fn from(error: CoreError) -> Self {
        Self::Core(Arc::new(error))
    }
}
