//! What members tell each other about a blob, and what follows from its length.

use crate::error::BlobError;
use crate::key::{BlobKey, BlobRoot};
use protocol::blob_size::{
    LARGEST_CONTENT_BYTES, LEAF_BYTES, SEGMENT_BYTES, TAG_BYTES, blob_bytes, padded_bytes, segments,
};
use protocol::id::BlobId;
use std::ops::Range;

/// How a blob of some content is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) content_bytes: u64,
    padded_bytes: u64,
}

impl Shape {
    pub(crate) fn of(content_bytes: u64) -> Result<Self, BlobError> {
        let padded_bytes = padded_bytes(content_bytes).ok_or(BlobError::TooLong {
            most: LARGEST_CONTENT_BYTES,
            found: content_bytes,
        })?;
        Ok(Self {
            content_bytes,
            padded_bytes,
        })
    }

    pub(crate) const fn segments(self) -> u64 {
        segments(self.padded_bytes)
    }

    pub(crate) const fn blob_bytes(self) -> u64 {
        blob_bytes(self.padded_bytes)
    }

    /// Where the table of hashes lies in the blob.
    pub(crate) const fn table(self) -> Range<u64> {
        let end = self.blob_bytes();
        end - self.segments() * LEAF_BYTES..end
    }

    /// Bytes of padded content in a segment; none beyond the last.
    pub(crate) fn padded_in(self, index: u64) -> u64 {
        let before = index.saturating_mul(SEGMENT_BYTES);
        self.padded_bytes.saturating_sub(before).min(SEGMENT_BYTES)
    }

    /// Bytes of content in a segment.
    pub(crate) fn content_in(self, index: u64) -> u64 {
        let before = index.saturating_mul(SEGMENT_BYTES);
        self.content_bytes.saturating_sub(before).min(SEGMENT_BYTES)
    }
}

/// What whoever may open a blob holds: it travels in the conversation and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The blob at the home of its log.
    pub blob: BlobId,
    /// Its key.
    pub key: BlobKey,
    /// The root over its segments.
    pub root: BlobRoot,
    /// Bytes of content, without what pads it.
    pub content_bytes: u64,
}

/// Which bytes of a blob hold a range of its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The bytes of the blob to ask the home for: whole segments.
    pub blob_range: Range<u64>,
    /// The segments that are in them.
    pub segments: Range<u64>,
    /// Bytes of content before the range in the first of these.
    pub skip: u64,
}

impl Reference {
    /// The blob's length at the home, in bytes.
    ///
    /// # Errors
    /// [`BlobError::TooLong`] if no blob has this content.
    pub fn blob_bytes(&self) -> Result<u64, BlobError> {
        Ok(Shape::of(self.content_bytes)?.blob_bytes())
    }

    /// The bytes of the blob that are its table of hashes, without which nothing can be checked.
    ///
    /// # Errors
    /// [`BlobError::TooLong`] if no blob has this content.
    pub fn table(&self) -> Result<Range<u64>, BlobError> {
        Ok(Shape::of(self.content_bytes)?.table())
    }

    /// Where a range of content lies.
    ///
    /// # Errors
    /// [`BlobError::TooLong`]; [`BlobError::OutOfRange`] if the range is empty or reaches beyond the
    /// content.
    pub fn wanted(&self, content: &Range<u64>) -> Result<Wanted, BlobError> {
        let shape = Shape::of(self.content_bytes)?;
        if content.is_empty() || content.end > self.content_bytes {
            return Err(BlobError::OutOfRange);
        }
        let sealed = SEGMENT_BYTES + TAG_BYTES;
        let first = content.start / SEGMENT_BYTES;
        let end = content.end.div_ceil(SEGMENT_BYTES);
        Ok(Wanted {
            blob_range: first * sealed..(end * sealed).min(shape.table().start),
            segments: first..end,
            skip: content.start % SEGMENT_BYTES,
        })
    }
}
