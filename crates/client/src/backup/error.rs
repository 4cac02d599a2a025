//! Why a backup was not made, or a profile not restored.

use backup::BackupError;
use client_core::CoreError;
use client_store::{RestoreError, StoreError};
use std::io;
use std::path::PathBuf;

use crate::error::ClientError;
use crate::profile::ProfileError;

/// A backup was not made, or a profile not restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupFailure {
    /// The folder holds something else. (Invalid)
    #[error(
        "the folder {0} is not empty and holds no backup of Kith; it was left as it is; choose an empty folder"
    )]
    Occupied(PathBuf),
    /// There is no backup in the folder. (Invalid)
    #[error("the folder {0} holds no backup of Kith; nothing was restored")]
    NoBackup(PathBuf),
    /// A backup was begun in the folder and none was ever finished. (Invalid)
    #[error("no backup was ever finished in {0}; nothing was restored")]
    Unfinished(PathBuf),
    /// The folder holds the backup of another profile. (Invalid)
    #[error(
        "the folder {0} holds a backup under another phrase; it was left as it is; choose another folder"
    )]
    OtherProfile(PathBuf),
    /// The newest backup in the folder has the last number that there is. (Invalid)
    #[error(
        "the newest backup in {0} has the last number that there is, so no backup can come after it; the ones in it are as they were; choose an empty folder"
    )]
    LastNumber(PathBuf),
    /// The phrase is not that of the backup. (Locked)
    #[error(
        "this is a phrase, but not the one of the backup in {0}; nothing was restored; look for another sheet"
    )]
    WrongPhrase(PathBuf),
    /// A newer version of Kith wrote it. (Invalid)
    #[error("{error}; nothing was done; update this program and try again")]
    Newer {
        /// What says so.
        error: BackupError,
    },
    /// What is in the folder is not what was written. (Invalid)
    #[error(
        "the backup in {folder} is damaged: {what}; nothing was restored; try another copy of the folder"
    )]
    Damaged {
        /// The folder.
        folder: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// What was written does not come back as it was. (Storage)
    #[error(
        "what was written to {0} does not come back as it was, so the backup does not count; the ones before are as they were; try another disk"
    )]
    Unverified(PathBuf),
    /// The folder cannot be read or written. (Storage)
    #[error(
        "the folder {folder} cannot be used: {source}; a backup that was there before is as it was"
    )]
    Folder {
        /// Which.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Nobody waits for it any more. (Invalid)
    #[error("the backup was given up; the ones before are as they were")]
    GivenUp,
    /// The profile, or its folder. (As it says)
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The engine or its store. (As it says)
    #[error(transparent)]
    Core(#[from] CoreError),
    /// The client at work. (As it says)
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The operating system gives no randomness. (Retry)
    #[error("the operating system gives no randomness: {0}")]
    Entropy(getrandom::Error),
}

impl From<StoreError> for BackupFailure {
    fn from(error: StoreError) -> Self {
        Self::Core(CoreError::Store(error))
    }
}

impl From<getrandom::Error> for BackupFailure {
    fn from(error: getrandom::Error) -> Self {
        Self::Entropy(error)
    }
}

impl BackupFailure {
    /// Whether an older backup in the folder may be whole all the same.
    pub(super) const fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. })
    }
}

/// What a part of a backup in this folder says of itself.
pub(super) fn in_folder(folder: &std::path::Path) -> impl Fn(BackupError) -> BackupFailure {
    move |error| match error {
        BackupError::Newer { .. } => BackupFailure::Newer { error },
        BackupError::Foreign => BackupFailure::NoBackup(folder.to_owned()),
        error => BackupFailure::Damaged {
            folder: folder.to_owned(),
            what: error.to_string(),
        },
    }
}

/// The same for what the store made of it.
pub(super) fn of_rows(folder: &std::path::Path) -> impl Fn(RestoreError) -> BackupFailure {
    move |error| match error {
        RestoreError::Backup(error) => in_folder(folder)(error),
        RestoreError::Store(error) => error.into(),
    }
}
