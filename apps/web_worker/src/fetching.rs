//! What comes of a blob, checked segment by segment before any of it is kept.

use blob::{Opener, Reference};
use protocol::blob_size::{SEGMENT_BYTES, TAG_BYTES};

/// A sealed segment's length but for the last, in bytes.
const SEALED_BYTES: u64 = SEGMENT_BYTES + TAG_BYTES;

/// What came is not what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrong;

/// A blob that is being fetched, from the beginning of a segment on.
#[derive(Debug)]
pub struct Fetching {
    opener: Opener,
    /// Where the segments end and the table begins, in bytes.
    end: u64,
    segments: u64,
    part: Vec<u8>,
}

impl Fetching {
    /// Begins with the table of hashes. Nothing is here yet.
    ///
    /// # Errors
    /// [`Wrong`] if this is not the table that was meant.
    pub fn new(reference: &Reference, table: &[u8]) -> Result<Self, Wrong> {
        Ok(Self {
            opener: Opener::new(reference, table).map_err(|_| Wrong)?,
            end: reference.table().map_err(|_| Wrong)?.start,
            segments: 0,
            part: Vec::new(),
        })
    }

    /// Where it is, in bytes: everything before holds.
    pub fn at(&self) -> u64 {
        (self.segments * SEALED_BYTES).min(self.end)
    }

    /// Where it ends, in bytes.
    pub const fn end(&self) -> u64 {
        self.end
    }

    /// Whether all segments are here.
    pub fn is_whole(&self) -> bool {
        self.segments == self.opener.segments()
    }

    /// Takes what was kept before, as far as it holds; whether more of it may.
    pub fn take_kept(&mut self, kept: &[u8]) -> bool {
        self.take(kept, &mut Vec::new()).is_ok() && self.part.is_empty() && !self.is_whole()
    }

    /// Drops what is no whole segment: what comes next begins at [`Fetching::at`].
    pub fn drop_part(&mut self) {
        self.part.clear();
    }

    /// Takes what came, and adds the segments that are whole by it, and hold, to `kept`.
    ///
    /// # Errors
    /// [`Wrong`]; what was added holds all the same.
    pub fn take(&mut self, mut came: &[u8], kept: &mut Vec<u8>) -> Result<(), Wrong> {
        while !came.is_empty() {
            let wants = (self.end - self.at()).min(SEALED_BYTES);
            let room = usize::try_from(wants).unwrap_or(usize::MAX) - self.part.len();
            if room == 0 {
                // More than was asked for.
                return Err(Wrong);
            }
            let (next, rest) = came.split_at(room.min(came.len()));
            self.part.extend_from_slice(next);
            came = rest;
            if self.part.len() as u64 == wants {
                let opened = self.opener.segment(self.segments, &self.part);
                opened.map_err(|_| Wrong)?;
                kept.append(&mut self.part);
                self.segments += 1;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Fetching, Wrong};
    use crate::sealing::tests::sealed;
    use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};

    fn content() -> Vec<u8> {
        (0..200_000_u32).map(|at| (at % 253) as u8).collect()
    }

    proptest! {
        // Each seals and opens some hundred kilobytes.
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn in_whichever_pieces_it_comes_and_breaks_off_it_is_whole_at_the_end(
            pieces in proptest::collection::vec((1..90_000_usize, any::<bool>()), 1..40),
        ) {
            let (blob, reference) = sealed(&content(), 65_536);
            let place = reference.table().unwrap();
            let (segments, table) = blob.split_at(place.start as usize);
            let mut fetching = Fetching::new(&reference, table).unwrap();
            let (mut kept, mut at) = (Vec::new(), 0);
            for (piece, breaks) in pieces {
                let to = (at + piece).min(segments.len());
                fetching.take(&segments[at..to], &mut kept).unwrap();
                at = to;
                if breaks {
                    fetching.drop_part();
                    at = fetching.at() as usize;
                }
                prop_assert_eq!(kept.len() as u64, fetching.at());
            }
            fetching.take(&segments[at..], &mut kept).unwrap();
            prop_assert!(fetching.is_whole());
            prop_assert_eq!(kept.as_slice(), segments);
            prop_assert_eq!(fetching.take(&[0], &mut kept), Err(Wrong));
        }
    }

    #[test]
    fn nothing_is_kept_of_a_segment_that_does_not_hold() {
        let (mut blob, reference) = sealed(&content(), 65_536);
        let start = reference.table().unwrap().start as usize;
        let table = blob.split_off(start);
        assert!(Fetching::new(&reference, &table[1..]).is_err());
        let mut other = table.clone();
        other[0] ^= 1;
        assert!(Fetching::new(&reference, &other).is_err());
        blob[65_552 + 7] ^= 1;
        let mut fetching = Fetching::new(&reference, &table).unwrap();
        let mut kept = Vec::new();
        assert_eq!(fetching.take(&blob, &mut kept), Err(Wrong));
        assert_eq!(kept, blob[..65_552]);
    }

    #[test]
    fn what_was_kept_before_counts_as_far_as_it_holds() {
        let (mut blob, reference) = sealed(&content(), 65_536);
        let start = reference.table().unwrap().start as usize;
        let table = blob.split_off(start);
        let mut fetching = Fetching::new(&reference, &table).unwrap();
        assert!(fetching.take_kept(&blob[..65_552]));
        assert!(!fetching.take_kept(&blob[65_552..70_000]));
        fetching.drop_part();
        assert_eq!(fetching.at(), 65_552);
        blob[65_552 * 2 + 1] ^= 1;
        assert!(!fetching.take_kept(&blob[65_552..]));
        assert_eq!(fetching.at(), 65_552 * 2);
    }
}
