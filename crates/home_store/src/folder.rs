//! A home's folder: the lock, and the two files of the stores.
//!
//! Invariant: at most one home serves a folder. The lock is the operating system's on an open file,
//! so it ends with whoever holds it, however they end.

use crate::inboxes::SqliteInboxes;
use crate::logs::SqliteLogs;
use crate::open_error::OpenError;
use crate::standing::Standing;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The file whose lock says that a home serves the folder.
pub const LOCK_FILE: &str = "home.lock";
/// The file of the home's key, which a first start writes last.
pub const KEY_FILE: &str = "home.key";
/// The file of logs and the tokens that open them.
pub const LOGS_FILE: &str = "logs.sqlite";
/// The file of inboxes.
pub const INBOXES_FILE: &str = "inboxes.sqlite";

/// A folder that is held for one home. The lock goes when this is dropped.
#[derive(Debug)]
pub struct HomeFolder {
    path: PathBuf,
    _lock: File,
}

impl HomeFolder {
    /// Makes the folder if need be and takes its lock.
    ///
    /// # Errors
    /// [`OpenError::Locked`] if another home holds it, [`OpenError::Unusable`] if it cannot be made
    /// or written.
    pub fn lock(path: &Path) -> Result<Self, OpenError> {
        create_private(path)?;
        let file = path.join(LOCK_FILE);
        let unusable = |source| OpenError::Unusable {
            path: file.clone(),
            source,
        };
        let lock = open_private(&file).map_err(unusable)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => OpenError::Locked {
                folder: path.to_owned(),
            },
            TryLockError::Error(source) => unusable(source),
        })?;
        Ok(Self {
            path: path.to_owned(),
            _lock: lock,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens the store of logs.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn logs(&self) -> Result<SqliteLogs, OpenError> {
        SqliteLogs::open_with_thread(&private(self.path.join(LOGS_FILE))?)
    }

    /// Opens the store of inboxes.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn inboxes(&self) -> Result<SqliteInboxes, OpenError> {
        SqliteInboxes::open(&private(self.path.join(INBOXES_FILE))?)
    }

    /// Opens the store of inboxes of a folder that a running home may hold, to make an invitation.
    ///
    /// # Errors
    /// [`OpenError::Missing`] where no home ever ran, so that a mistyped folder is not made one;
    /// [`OpenError::Lost`] where a home lost one of its files;
    /// else as [`HomeFolder::inboxes`].
    pub fn inboxes_beside_a_home(path: &Path) -> Result<SqliteInboxes, OpenError> {
        if Standing::of(path)? == Standing::Nothing {
            return Err(OpenError::Missing {
                folder: path.to_owned(),
            });
        }
        let file = path.join(INBOXES_FILE);
        SqliteInboxes::open(&file)
    }
}

/// Makes a folder that only its owner can enter; one that exists stays as it is.
fn create_private(path: &Path) -> Result<(), OpenError> {
    let unusable = |source| OpenError::Unusable {
        path: path.to_owned(),
        source,
    };
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path).map_err(unusable)
}

/// Opens or makes a file that only its owner can read; one that exists stays as it is.
fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// Makes a database's file before the database does, which would let others read it. SQLite gives
/// the files beside it the same mode.
fn private(path: PathBuf) -> Result<PathBuf, OpenError> {
    match open_private(&path) {
        Ok(_) => Ok(path),
        Err(source) => Err(OpenError::Unusable { path, source }),
    }
}
