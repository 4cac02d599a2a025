//! Why a home's folder cannot be used.

use home_core::ErrorClass;
use std::path::{Path, PathBuf};

/// Why a home's folder, or a file in it, cannot be opened. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another home serves this folder.
    #[error("another home is running on {}", folder.display())]
    Locked {
        /// The folder.
        folder: PathBuf,
    },
    /// No home ever ran in this folder.
    #[error("there is no home in {}", folder.display())]
    Missing {
        /// The folder.
        folder: PathBuf,
    },
    /// A file of a home is missing or empty, and the others say that there was one.
    #[error("{} is missing or empty, though a home has run here; restore it from a backup", path.display())]
    Lost {
        /// The file.
        path: PathBuf,
    },
    /// A database that another program made.
    #[error("{} is a database of another program", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The folder or a file in it cannot be made, read or written.
    #[error("{} cannot be used: {source}", path.display())]
    Unusable {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A newer version wrote this file.
    #[error(
        "{} was written by a newer version of this program: its schema is {found}, this version knows up to {known}",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The schema's number in the file.
        found: u32,
        /// The newest schema that this version knows.
        known: u32,
    },
    /// An earlier version wrote this file, and no home of this version has run on it yet.
    #[error(
        "{} was written by an earlier version of this program (schema {found}); a home that runs on it once brings it up to date",
        path.display()
    )]
    Older {
        /// The file.
        path: PathBuf,
        /// The schema's number in the file.
        found: u32,
    },
    /// The database refuses.
    #[error("{} cannot be opened as a database: {source}", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What the database said.
        source: rusqlite::Error,
    },
    /// What the file holds cannot be read.
    #[error("{} cannot be used: {source}", path.display())]
    Store {
        /// The file.
        path: PathBuf,
        /// What failed.
        source: home_core::StoreError,
    },
}

impl OpenError {
    /// What a caller does about it: none of these goes away by itself.
    pub fn class(&self) -> ErrorClass {
        ErrorClass::Refused
    }
}

/// Refuses a schema of a later version.
///
/// # Errors
/// [`OpenError::Newer`].
pub(crate) fn check_schema(path: &Path, found: u32, known: usize) -> Result<(), OpenError> {
    let known = u32::try_from(known).unwrap_or(u32::MAX);
    if found > known {
        return Err(OpenError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    Ok(())
}
