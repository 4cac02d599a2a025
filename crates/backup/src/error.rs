//! What can be wrong with a part of a backup.

/// A part of a backup does not hold. All of them are of what was given. (Invalid)
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BackupError {
    /// It is longer than any part of a backup.
    #[error("a part of it is longer than any that Kith writes")]
    TooLong,
    /// It was changed, cut, put in another's place, or sealed under another phrase.
    #[error("a part of it was changed or cut")]
    Altered,
    /// It opens, and does not read as what it should be.
    #[error("a part of it does not read: {what}")]
    Malformed {
        /// What it should be.
        what: &'static str,
    },
    /// The folder is no backup of Kith's.
    #[error("it is no backup of Kith")]
    Foreign,
    /// A newer version of Kith wrote it.
    #[error("a newer version of Kith wrote it (format {found}, this program knows {known})")]
    Newer {
        /// Its format.
        found: u32,
        /// The newest one known here.
        known: u32,
    },
}
