//! What clients and homes say to each other: ids, keys, messages and their encoding.
//!
//! Both sides link this crate and nothing below it. It knows no socket, no store, no clock and no
//! randomness; everything here is a value or a pure function. The prose specification is
//! `docs/protocol.md`, the bytes that it must never change are pinned by the golden vectors in
//! `vectors/`.
//!
//! A message's way starts and ends in [`frame`]; what can be asked stands in [`request`], what a
//! home answers and pushes in [`response`].

pub mod blob_size;
pub mod canonical;
pub mod encoding;
pub mod frame;
pub mod hash;
pub mod home_invitation;
pub mod home_url;
pub mod id;
pub mod invitation;
pub mod name;
pub mod proof;
pub mod refusal;
pub mod request;
pub mod response;
pub mod secret;
pub mod size_bucket;

/// The one version of the protocol that this crate speaks; the first element of every frame.
pub const PROTOCOL_VERSION: u64 = 1;
