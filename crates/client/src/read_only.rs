//! Why nothing can be kept in a profile that can be read all the same.

use client_core::CoreError;
use client_store::StoreError;
use std::io;

use crate::error::ClientError;
use crate::profile::ProfileError;

/// Why nothing can be kept in a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadOnly {
    /// The disk is full, or the share of it that this person may use.
    Full,
    /// The folder or its disk is read-only, for this person at least.
    Unwritable,
}

impl ReadOnly {
    /// Whether an error says that nothing can be kept, and nothing worse.
    pub(crate) fn of(error: &ProfileError) -> Option<Self> {
        match error {
            ProfileError::Store(StoreError::Full) => Some(Self::Full),
            ProfileError::Store(StoreError::ReadOnly) => Some(Self::Unwritable),
            ProfileError::Folder { source, .. } => match source.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some(Self::Full),
                io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                    Some(Self::Unwritable)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether something failed because nothing can be kept, and nothing worse.
    pub fn of_failure(error: &ClientError) -> Option<Self> {
        match error {
            ClientError::Core(error) => Self::of_core(error),
            ClientError::Profile(error) => Self::of(error),
            ClientError::Entropy(_) => None,
        }
    }

    /// The same of the engine.
    const fn of_core(error: &CoreError) -> Option<Self> {
        match error {
            CoreError::Store(StoreError::Full) => Some(Self::Full),
            CoreError::Store(StoreError::ReadOnly) => Some(Self::Unwritable),
            _ => None,
        }
    }
}

/// What to do about a folder that the system does not let be used.
pub(crate) fn remedy(why: &io::Error) -> &'static str {
    match why.kind() {
        io::ErrorKind::PermissionDenied => {
            "let yourself read and write it, or name another folder with --profile"
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            "make its disk writable, or name a folder on another one with --profile"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room on its disk",
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "there is a file where a folder should be, so name another folder with --profile"
        }
        _ => "look at its disk, or name another folder with --profile",
    }
}
