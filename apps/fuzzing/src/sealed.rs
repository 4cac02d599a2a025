//! Sealed attachments: what was changed anywhere in a range is not opened, what was not is opened.
//!
//! The bytes are a little-endian [`Case`] in fixed places, then changes of five bytes each: where, and
//! what is added there.

use crate::{Verdict, held};
use blob::{BlobError, BlobKey, BlobRoot, Opener, Reference, Sealer, open_range};
use protocol::blob_size::SEGMENT_BYTES;
use protocol::id::BlobId;
use std::ops::Range;

/// The longest attachment that is tried: a little over two segments.
const MOST_BYTES: u64 = 2 * SEGMENT_BYTES + 5_000;

/// Takes little-endian numbers from the front of bytes; zeros once there are none.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    fn next<const N: usize>(&mut self) -> u64 {
        let (first, rest) = self.0.split_at_checked(N).unwrap_or((self.0, &[]));
        self.0 = rest;
        first
            .iter()
            .rev()
            .fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

pub(crate) fn run(bytes: &[u8]) -> Verdict {
    let mut numbers = Numbers(bytes);
    let raw = numbers.next::<1>() % 4 == 3;
    let content_bytes = numbers.next::<8>();
    let start = numbers.next::<8>();
    let end = start.saturating_add(numbers.next::<4>());
    if raw {
        return unsealed(content_bytes, start..end, numbers.0);
    }
    let content_bytes = content_bytes % MOST_BYTES;
    let content: Vec<u8> = (0..content_bytes).map(|at| (at % 251) as u8).collect();
    let (reference, mut blob, table) = seal(&content);
    let (start, end) = (start.min(content_bytes), end.min(content_bytes));
    let wanted = match reference.wanted(&(start..end)) {
        Ok(wanted) => wanted,
        Err(error) => {
            assert!(start == end, "{error}");
            return Verdict::Refused;
        }
    };
    assert_eq!(wanted.segments, around(&(start..end)));
    let place = held(reference.table());
    let mut changed = Vec::new();
    while !numbers.0.is_empty() {
        let at = numbers.next::<4>() % blob.len() as u64;
        let by = numbers.next::<1>() as u8;
        if let Some(byte) = blob.get_mut(at as usize) {
            *byte = byte.wrapping_add(by);
        }
        changed.push(at);
    }
    let piece = |range: &Range<u64>| {
        let found = blob.get(range.start as usize..range.end as usize);
        found.unwrap_or_default().to_vec()
    };
    let (sealed, table_now) = (piece(&wanted.blob_range), piece(&place));
    let opened = open_range(&reference, &table_now, &(start..end), &sealed);
    let untouched = table_now == table && changed.iter().all(|at| !wanted.blob_range.contains(at));
    match opened {
        Ok(opened) => {
            assert_eq!(content.get(start as usize..end as usize), Some(&*opened));
            Verdict::Taken
        }
        Err(error) => {
            assert!(!untouched, "{error}");
            assert!(matches!(
                error,
                BlobError::Table | BlobError::Segment { .. }
            ));
            Verdict::Refused
        }
    }
}

/// Bytes that were never sealed, of whatever length they claim to be.
fn unsealed(content_bytes: u64, range: Range<u64>, bytes: &[u8]) -> Verdict {
    let reference = Reference {
        blob: BlobId::new([2; 16]),
        key: BlobKey::new([1; 32]),
        root: BlobRoot::new([3; 32]),
        content_bytes,
    };
    let (Ok(whole), Ok(table)) = (reference.blob_bytes(), reference.table()) else {
        return Verdict::Refused;
    };
    assert!(table.end == whole && table.start > content_bytes);
    if let Ok(wanted) = reference.wanted(&range) {
        assert!(wanted.blob_range.end <= table.start && wanted.skip < SEGMENT_BYTES);
        assert_eq!(wanted.segments, around(&range));
    }
    assert!(Opener::new(&reference, bytes).is_err());
    assert!(open_range(&reference, bytes, &range, bytes).is_err());
    Verdict::Refused
}

/// The fewest segments that hold a range: who asks for more pays for it, and waits.
fn around(range: &Range<u64>) -> Range<u64> {
    range.start / SEGMENT_BYTES..(range.end - 1) / SEGMENT_BYTES + 1
}

fn seal(content: &[u8]) -> (Reference, Vec<u8>, Vec<u8>) {
    let (key, id) = (BlobKey::new([1; 32]), BlobId::new([2; 16]));
    let mut sealer = held(Sealer::new(&key, &id, content.len() as u64));
    let (mut blob, mut rest) = (Vec::new(), content);
    while let Some(wanted) = sealer.wants() {
        let (piece, later) = rest
            .split_at_checked(wanted as usize)
            .unwrap_or((rest, &[]));
        blob.extend(held(sealer.segment(piece)));
        rest = later;
    }
    let (table, root) = held(sealer.finish());
    blob.extend_from_slice(&table);
    let content_bytes = content.len() as u64;
    let reference = Reference {
        blob: id,
        key,
        root,
        content_bytes,
    };
    (reference, blob, table)
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let two = SEGMENT_BYTES + 1;
    [
        (1, 0, 1),
        (5_000, 100, 4_000),
        (two, 0, two),
        (two, two - 1, 1),
        (130_000, 65_536, 10),
    ]
    .iter()
    .map(|(length, start, bytes): &(u64, u64, u64)| {
        let mut seed = vec![0];
        seed.extend(length.to_le_bytes());
        seed.extend(start.to_le_bytes());
        seed.extend((*bytes as u32).to_le_bytes());
        seed
    })
    .collect()
}
