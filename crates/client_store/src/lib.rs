//! What a client keeps: one SQLite file with one schema, natively and in the browser.
//!
//! The file is sealed by SQLCipher where a key is given. All statements live here; the engine above
//! opens one transaction for each input ([`Store::begin`], [`Store::commit`]) and calls the typed
//! functions of the modules in between. MLS state lies in the same file and the same transaction
//! ([`mls::key_value::KeyValue`] is implemented by [`Store`]).

pub mod acceptance;
mod acts;
pub mod alone;
mod answered_question;
pub mod backed_up;
mod backing_up;
mod begin_anew;
mod blocked;
pub mod capability;
pub mod contact;
pub mod contact_item;
pub mod conversation;
pub mod draft;
pub mod epoch;
mod error;
pub mod file;
pub mod founding;
pub mod home;
pub mod id;
pub mod inbox;
pub mod invitee;
pub mod item;
#[cfg_attr(target_family = "wasm", path = "journal/in_browser.rs")]
#[cfg_attr(not(target_family = "wasm"), path = "journal/on_disk.rs")]
mod journal;
mod key_value;
pub mod log;
mod migrate;
pub mod outbox;
pub mod pending_commit;
pub mod persona;
// Its ways around locks and shared memory are those of a disk.
#[cfg(not(target_family = "wasm"))]
mod read_only;
mod recovery;
pub mod removal;
pub mod repair;
mod restoring;
mod row;
// It reads the file beside the store, which one alone can do in the browser.
#[cfg(not(target_family = "wasm"))]
mod snapshot;
mod store;
pub mod upload;
mod window;
pub mod words;

pub use error::StoreError;
pub use restoring::{RestoreError, Restoring};
pub use store::{Store, StoreKey};
