//! A blob, or any range of one, back to content.

use crate::error::BlobError;
use crate::reference::{Reference, Shape};
use crate::stream::Stream;
use crate::tree::{self, Hash};
use protocol::blob_size::{SEGMENT_BYTES, TAG_BYTES};
use std::fmt;
use std::ops::Range;

/// Opens segments of one blob in any order, each as often as wanted.
pub struct Opener {
    stream: Stream,
    shape: Shape,
    leaves: Vec<Hash>,
}

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opener")
            .field("shape", &self.shape)
            .finish_non_exhaustive()
    }
}

impl Opener {
    /// Takes the blob's table of hashes, the bytes [`Reference::table`].
    ///
    /// # Errors
    /// [`BlobError::TooLong`] if the reference is of no blob; [`BlobError::Length`] or
    /// [`BlobError::Table`] if this is not the table that leads to its root.
    pub fn new(reference: &Reference, table: &[u8]) -> Result<Self, BlobError> {
        let shape = Shape::of(reference.content_bytes)?;
        let place = shape.table();
        length(place.end - place.start, table)?;
        let (leaves, _) = table.as_chunks::<32>();
        if tree::root(leaves.iter()) != reference.root {
            return Err(BlobError::Table);
        }
        Ok(Self {
            stream: Stream::new(&reference.key, &reference.blob, shape.segments()),
            shape,
            leaves: leaves.to_vec(),
        })
    }

    /// How many segments there are.
    pub fn segments(&self) -> u64 {
        self.shape.segments()
    }

    /// The content of one sealed segment, without what pads it.
    ///
    /// # Errors
    /// [`BlobError::OutOfRange`], [`BlobError::Length`], [`BlobError::Segment`],
    /// [`BlobError::Padding`].
    pub fn segment(&self, index: u64, sealed: &[u8]) -> Result<Vec<u8>, BlobError> {
        let leaf = usize::try_from(index)
            .ok()
            .and_then(|index| self.leaves.get(index))
            .ok_or(BlobError::OutOfRange)?;
        length(self.shape.padded_in(index) + TAG_BYTES, sealed)?;
        if tree::leaf(sealed) != *leaf {
            return Err(BlobError::Segment { index });
        }
        let mut segment = sealed.to_vec();
        self.stream.open(index, &mut segment)?;
        let padding = segment.split_off(self.shape.content_in(index) as usize);
        if padding.iter().any(|byte| *byte != 0) {
            return Err(BlobError::Padding);
        }
        Ok(segment)
    }
}

/// A range of content out of the bytes that [`Reference::wanted`] names for it.
///
/// # Errors
/// As [`Reference::wanted`], [`Opener::new`] and [`Opener::segment`].
pub fn open_range(
    reference: &Reference,
    table: &[u8],
    content: &Range<u64>,
    sealed: &[u8],
) -> Result<Vec<u8>, BlobError> {
    let wanted = reference.wanted(content)?;
    length(wanted.blob_range.end - wanted.blob_range.start, sealed)?;
    let opener = Opener::new(reference, table)?;
    let mut opened = Vec::new();
    let pieces = sealed.chunks((SEGMENT_BYTES + TAG_BYTES) as usize);
    for (index, piece) in wanted.segments.zip(pieces) {
        opened.extend(opener.segment(index, piece)?);
    }
    opened.drain(..wanted.skip as usize);
    opened.truncate((content.end - content.start) as usize);
    Ok(opened)
}

fn length(expected: u64, bytes: &[u8]) -> Result<(), BlobError> {
    let found = bytes.len() as u64;
    if found == expected {
        Ok(())
    } else {
        Err(BlobError::Length { expected, found })
    }
}
