//! What every store of a home does, whatever database it stands on: generic over the traits, so
//! that each implementation runs the same suite (see `sqlite_contract.rs`).

pub mod blobs;
pub mod inboxes;
pub mod logs;
