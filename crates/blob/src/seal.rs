//! Content to a blob, a segment at a time.

use crate::error::BlobError;
use crate::key::{BlobKey, BlobRoot};
use crate::reference::Shape;
use crate::stream::Stream;
use crate::tree::{self, Hash};
use protocol::blob_size::TAG_BYTES;
use protocol::id::BlobId;
use std::fmt;

/// Seals one blob. The same key, id and content give the same bytes, so that an upload can be taken
/// up again; a key must never seal other content, hence a client that finds its file changed begins
/// anew with a fresh key and id.
pub struct Sealer {
    stream: Stream,
    shape: Shape,
    leaves: Vec<Hash>,
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer")
            .field("shape", &self.shape)
            .finish_non_exhaustive()
    }
}

impl Sealer {
    /// Begins a blob of so many bytes of content.
    ///
    /// # Errors
    /// [`BlobError::TooLong`].
    pub fn new(key: &BlobKey, blob: &BlobId, content_bytes: u64) -> Result<Self, BlobError> {
        let shape = Shape::of(content_bytes)?;
        Ok(Self {
            stream: Stream::new(key, blob, shape.segments()),
            shape,
            leaves: Vec::new(),
        })
    }

    /// The length of the whole blob, in bytes.
    pub fn blob_bytes(&self) -> u64 {
        self.shape.blob_bytes()
    }

    /// How many bytes of content the next segment takes, 0 if it only pads; none: all are sealed.
    pub fn wants(&self) -> Option<u64> {
        let index = self.sealed();
        (index < self.shape.segments()).then(|| self.shape.content_in(index))
    }

    /// Seals the next segment of exactly [`Self::wants`] bytes: the next bytes of the blob.
    ///
    /// # Errors
    /// [`BlobError::Length`] with another number of bytes, [`BlobError::OutOfRange`] after the last.
    pub fn segment(&mut self, content: &[u8]) -> Result<Vec<u8>, BlobError> {
        let expected = self.wants().ok_or(BlobError::OutOfRange)?;
        let found = content.len() as u64;
        if found != expected {
            return Err(BlobError::Length { expected, found });
        }
        let index = self.sealed();
        let padded = self.shape.padded_in(index);
        let mut segment = Vec::with_capacity((padded + TAG_BYTES) as usize);
        segment.extend_from_slice(content);
        segment.resize(padded as usize, 0);
        self.stream.seal(index, &mut segment)?;
        self.leaves.push(tree::leaf(&segment));
        Ok(segment)
    }

    /// Ends the blob: its last bytes, which are the table of hashes, and the root.
    ///
    /// # Errors
    /// [`BlobError::Length`] if content is missing.
    pub fn finish(self) -> Result<(Vec<u8>, BlobRoot), BlobError> {
        match self.wants() {
            Some(expected) => Err(BlobError::Length { expected, found: 0 }),
            None => Ok((self.leaves.concat(), tree::root(self.leaves.iter()))),
        }
    }

    fn sealed(&self) -> u64 {
        self.leaves.len() as u64
    }
}
