//! A home's two stores in SQLite: [`SqliteLogs`] and [`SqliteInboxes`], each in a file of its own,
//! so that nothing at rest joins an inbox and a log.
//!
//! [`HomeFolder`] is the way in: it holds the folder for one home at a time and opens both files.
//! The rules stand in `home_core`; here stand tables, statements and durability.

mod backup;
mod check;
mod checkpoints;
mod database;
mod folder;
mod inboxes;
mod logs;
mod migration;
mod open_error;
mod restore;
mod row;
mod standing;

pub use backup::{BackupError, Finished, HOLD, StandingStill, backup};
pub use check::{Report, WholeBlob, WholeBlobs, check};
pub use folder::{HomeFolder, INBOXES_FILE, KEY_FILE, LOCK_FILE, LOGS_FILE};
pub use inboxes::SqliteInboxes;
pub use logs::SqliteLogs;
pub use open_error::OpenError;
pub use restore::{Restored, restore};
pub use standing::Standing;
