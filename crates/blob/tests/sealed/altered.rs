//! A home, or whoever stands between, that does not give what was sent.

use super::{Sealed, content, seal, seal_as};
use blob::{BlobError, BlobKey, BlobRoot, Opener, Reference, open_range};
use proptest::prelude::*;
use protocol::id::BlobId;

const BYTES: usize = 3 * 65_536 + 20_000;

fn sealed() -> Sealed {
    seal(&content(BYTES))
}

#[test]
fn a_segment_in_anothers_place_is_refused() {
    let sealed = sealed();
    let opener = sealed.opener();
    for index in 0..3 {
        for other in 0..3 {
            let opened = opener.segment(index, sealed.segment(other));
            assert_eq!(opened.is_ok(), index == other, "{other} as {index}");
        }
    }
    let wrong = opener.segment(0, sealed.segment(1));
    assert_eq!(wrong, Err(BlobError::Segment { index: 0 }));
}

#[test]
fn a_segment_that_is_cut_extended_or_not_there_is_refused() {
    let sealed = sealed();
    let opener = sealed.opener();
    let last = opener.segments() - 1;
    for index in [0, last] {
        let good = sealed.segment(index);
        let mut longer = good.to_vec();
        longer.push(0);
        for bad in [&good[..good.len() - 1], &longer, &[]] {
            let opened = opener.segment(index, bad);
            assert!(matches!(opened, Err(BlobError::Length { .. })));
        }
    }
    let opened = opener.segment(last + 1, sealed.segment(0));
    assert_eq!(opened, Err(BlobError::OutOfRange));
    let opened = opener.segment(u64::MAX, sealed.segment(0));
    assert_eq!(opened, Err(BlobError::OutOfRange));
}

#[test]
fn a_table_that_is_cut_extended_swapped_or_anothers_is_refused() {
    let sealed = sealed();
    let refused = |table: &[u8]| Opener::new(&sealed.reference, table).unwrap_err();
    let table = sealed.table();
    assert!(matches!(refused(&table[32..]), BlobError::Length { .. }));
    assert!(matches!(
        refused(&[table, &[0; 32]].concat()),
        BlobError::Length { .. }
    ));
    let swapped = [&table[32..64], &table[..32], &table[64..]].concat();
    assert_eq!(refused(&swapped), BlobError::Table);
    let repeated = [&table[..32], &table[..32], &table[64..]].concat();
    assert_eq!(refused(&repeated), BlobError::Table);
    let other = seal_as([9; 32], [2; 16], &content(BYTES));
    assert_eq!(refused(other.table()), BlobError::Table);
}

/// Whoever holds the key can seal another segment; the root tells.
#[test]
fn a_segment_that_a_holder_of_the_key_replaced_is_refused() {
    let sealed = sealed();
    let mut changed = content(BYTES);
    changed[0] ^= 1;
    let other = seal(&changed);
    let opened = sealed.opener().segment(0, other.segment(0));
    assert_eq!(opened, Err(BlobError::Segment { index: 0 }));
}

#[test]
fn another_key_or_id_opens_nothing() {
    let sealed = sealed();
    for reference in [
        Reference {
            key: BlobKey::new([3; 32]),
            ..sealed.reference.clone()
        },
        Reference {
            blob: BlobId::new([3; 16]),
            ..sealed.reference.clone()
        },
    ] {
        let opener = Opener::new(&reference, sealed.table()).unwrap();
        for index in 0..opener.segments() {
            let opened = opener.segment(index, sealed.segment(index));
            assert_eq!(opened, Err(BlobError::Segment { index }));
        }
    }
}

/// The length is a member's word; another one never changes what is content and what pads it unseen.
#[test]
fn a_reference_with_another_length_opens_nothing_wrong() {
    let sealed = sealed();
    let shorter = Reference {
        content_bytes: BYTES as u64 - 1,
        ..sealed.reference.clone()
    };
    let opener = Opener::new(&shorter, sealed.table()).unwrap();
    let last = opener.segments() - 1;
    assert_eq!(
        opener.segment(last, sealed.segment(last)),
        Err(BlobError::Padding)
    );
    let much_longer = Reference {
        content_bytes: u64::MAX,
        ..sealed.reference
    };
    assert!(matches!(
        Opener::new(&much_longer, &[]),
        Err(BlobError::TooLong { .. })
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn one_changed_bit_of_a_segment_is_refused(at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let sealed = sealed();
        let index = at.index(4) as u64;
        let mut segment = sealed.segment(index).to_vec();
        let byte = at.index(segment.len());
        segment[byte] ^= 1_u8 << bit;
        let opened = sealed.opener().segment(index, &segment);
        prop_assert_eq!(opened, Err(BlobError::Segment { index }));
    }

    #[test]
    fn any_bytes_get_an_answer(
        blob in any::<[u8; 16]>(),
        root in any::<[u8; 32]>(),
        content_bytes in any::<u64>(),
        table in proptest::collection::vec(any::<u8>(), 0..200),
        sealed in proptest::collection::vec(any::<u8>(), 0..200),
        (start, end) in any::<(u64, u64)>(),
    ) {
        let reference = Reference {
            blob: BlobId::new(blob),
            key: BlobKey::new([7; 32]),
            root: BlobRoot::new(root),
            content_bytes,
        };
        prop_assert!(open_range(&reference, &table, &(start..end), &sealed).is_err());
    }
}
