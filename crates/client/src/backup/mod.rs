//! Backing a profile up into a folder, and making a profile anew from one (docs/backup.md).
//!
//! What is in the folder is never changed in place: chunks come first, then the manifest that names them,
//! then what no manifest needs goes. Each file is written beside, synced and renamed. So whatever a
//! backup is cut off by, the one before is whole.

mod error;
mod folder;
mod kept;
mod restore;
mod write;
#[cfg(test)]
mod zipped;

pub use error::BackupFailure;
pub use restore::Restored;
pub(crate) use restore::restore;
pub use write::BackedUp;
pub(crate) use write::{ToBackUp, back_up};
