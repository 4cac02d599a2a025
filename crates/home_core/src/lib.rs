//! A home's decisions, without a socket, a disk, a clock or randomness of their own.
//!
//! A request passes two stages. [`admit()`] runs beside the connection: it reads the frame, checks
//! every bound and every signature, and gives an [`Admitted`] request, which cannot be made in any
//! other way. [`Home`] runs where all requests meet: it compares keys, reads and writes the two
//! stores inside their open transactions and queues what is to be said. [`Home::flush`] makes all
//! of it durable, and only then does [`Home::poll`] hand it out.
//!
//! Invariants: no answer and no push leaves before what it tells of is durable; nothing at rest
//! joins an inbox and a log, which is why there are two stores ([`LogStore`], [`InboxStore`]) that
//! know nothing of each other; everything held in memory is bounded ([`bounds`]).

pub mod admit;
mod append;
mod blob;
pub mod blob_index;
pub mod bounds;
mod capability;
mod commit;
mod connection;
mod erase;
mod first_contact;
mod greeting;
mod home;
mod inbox;
pub mod inbox_store;
mod item;
mod lapse;
mod log;
pub mod log_store;
mod outcome;
mod pace;
mod read;
mod repair;
mod retention;
mod signal;
mod sorted;
mod store_error;
pub mod ticket;
mod time;

pub use admit::{Admitted, RequestKind, admit};
pub use blob::{BlobAct, BlobLimits, BlobWord, Blobs};
pub use blob_index::BlobIndex;
pub use connection::ConnectionId;
pub use greeting::Identity;
pub use home::{Effect, Home, Input};
pub use inbox_store::InboxStore;
pub use log_store::LogStore;
pub use retention::Retention;
pub use store_error::{ErrorClass, StoreError, StoreName};
pub use time::{Calendar, Day};
