//! Attachments as they lie at a home: sealed in segments, with a tree of hashes, so that any range
//! of one can be had and checked without the rest (docs/protocol.md, *Blobs*).
//!
//! | | in | out |
//! |---|---|---|
//! | [`Sealer`] | content, a segment at a time | sealed segments, then the table of their hashes, and the root |
//! | [`Reference`] | key, root, length: what members tell each other | which bytes of the blob to ask a home for |
//! | [`Opener`] | the table, then segments in any order | content |
//!
//! Memory is bounded: one segment, and 32 bytes for each segment of the blob. Nothing here asks for a
//! socket, a file or randomness. Invariant: no byte of content is given out before its segment's
//! hash led to the root and its tag held.

mod error;
mod key;
mod open;
mod reference;
mod seal;
mod stream;
mod tree;

pub use error::BlobError;
pub use key::{BlobKey, BlobRoot};
pub use open::{Opener, open_range};
pub use reference::{Reference, Wanted};
pub use seal::Sealer;
