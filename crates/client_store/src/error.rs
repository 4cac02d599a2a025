//! What can go wrong with the store, sorted by what the caller must do.

use mls::key_value::KeyValueError;
use rusqlite::ErrorCode;

/// The store refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The key does not open the file, or a file without a key needs one. (Refused)
    #[error("the profile does not open with this passphrase")]
    WrongKey,
    /// The disk is full; nothing of the input was kept. (Retry)
    #[error("the disk is full")]
    Full,
    /// The file or its folder cannot be written. (Refused)
    #[error("the profile cannot be written")]
    ReadOnly,
    /// The file was written by a newer version. (Refused)
    #[error("the profile is of version {found}, this program knows up to {known}")]
    Newer {
        /// The file's version.
        found: u32,
        /// The newest version known here.
        known: u32,
    },
    /// It can only be read, and was written by an older version. (Refused)
    #[error(
        "the profile was last used by an older version of Kith and has to be brought up to date, which nothing can be \
         written for now"
    )]
    Outdated,
    /// It can only be read, and a process was cut off while it wrote. (Refused)
    #[error(
        "something that was being written to the profile was cut off and has to be put in order, which nothing can be \
         written for now"
    )]
    CutOff,
    /// A value in the file does not read as what it should be: damaged or tampered with. (Bug)
    #[error("the profile holds something unreadable: {what}")]
    Damaged {
        /// Table and column, without the value.
        what: &'static str,
    },
    /// Another failure of SQLite. (Retry)
    #[error("the profile's database failed: {0}")]
    Database(rusqlite::Error),
}

impl StoreError {
    /// Whether it fails because of what was to be kept, and will fail again. (Bug)
    pub fn is_about_values(&self) -> bool {
        let Self::Database(error) = self else {
            return false;
        };
        error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
            || matches!(error, rusqlite::Error::ToSqlConversionFailure(_))
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            _ if has_no_room(&error) => Self::Full,
            Some(ErrorCode::NotADatabase) => Self::WrongKey,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                Self::ReadOnly
            }
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged {
                what: "a page of the file",
            },
            _ => Self::Database(error),
        }
    }
}

/// Whether the write-ahead log's index could not grow, which SQLite does not call a full disk.
fn has_no_room(error: &rusqlite::Error) -> bool {
    error
        .sqlite_error()
        .is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE)
}

impl From<StoreError> for KeyValueError {
    fn from(error: StoreError) -> Self {
        Self::new(error)
    }
}
