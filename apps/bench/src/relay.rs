//! The bare relay: what a WebSocket, SQLite and one sync for many messages cost before anybody asks who may do
//! what. It is the ceiling for a home on the same machine, and of no other use: no authorisation, no bounds on
//! what is kept.
//!
//! A client that connects to `/channel/N` hears channel N. A binary frame is a channel (8 bytes, big-endian) and
//! a body; its sender is told the number of the message in its channel (8 bytes, big-endian), listeners are told
//! the body. Invariant: both happen only after the transaction that keeps the body is synced.

mod client;
mod server;
mod store;
mod writer;

pub use client::Relay;
pub use server::serve;

use std::net::SocketAddr;

/// Why the relay does not serve.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The system refuses a folder, an address or a thread.
    #[error("{what}: {source}")]
    System {
        /// What was asked for.
        what: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// Nobody can listen there.
    #[error("{address} cannot be listened at: {source}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file of messages cannot be used.
    #[error("the relay's file: {0}")]
    Store(#[from] rusqlite::Error),
    /// The writer ended, so nothing can be kept any more.
    #[error("the relay's writer ended")]
    WriterEnded,
}
