//! Whole blobs and ranges of them.

use super::{content, seal};
use blob::{BlobError, BlobKey, Sealer, open_range};
use proptest::prelude::*;
use protocol::blob_size::{LARGEST_CONTENT_BYTES, is_blob};
use protocol::id::BlobId;

#[track_caller]
fn check_whole(bytes: usize) {
    let content = content(bytes);
    let sealed = seal(&content);
    assert!(is_blob(sealed.blob.len() as u64), "a home takes it");
    assert_eq!(
        sealed.reference.blob_bytes().unwrap(),
        sealed.blob.len() as u64
    );
    let opener = sealed.opener();
    let opened: Vec<u8> = (0..opener.segments())
        .flat_map(|index| opener.segment(index, sealed.segment(index)).unwrap())
        .collect();
    assert!(opened == content, "{bytes} bytes come back");
}

#[test]
fn content_of_any_length_comes_back() {
    for bytes in [
        0, 1, 4_095, 4_096, 4_097, 65_535, 65_536, 65_537, 67_584, 131_072, 131_073, 500_000,
    ] {
        check_whole(bytes);
    }
}

#[test]
fn the_same_key_id_and_content_give_the_same_bytes() {
    assert!(seal(&content(70_000)).blob == seal(&content(70_000)).blob);
}

#[test]
fn sealing_takes_exactly_the_promised_content() {
    let (key, id) = (BlobKey::new([1; 32]), BlobId::new([2; 16]));
    let mut sealer = Sealer::new(&key, &id, 65_536 + 10).unwrap();
    let wrong = BlobError::Length {
        expected: 65_536,
        found: 65_535,
    };
    assert_eq!(sealer.segment(&content(65_535)), Err(wrong));
    sealer.segment(&content(65_536)).unwrap();
    assert_eq!(sealer.wants(), Some(10));
    sealer.segment(&content(10)).unwrap();
    assert_eq!(sealer.wants(), None);
    assert_eq!(sealer.segment(&[]), Err(BlobError::OutOfRange));

    let unfinished = Sealer::new(&key, &id, 10).unwrap();
    let missing = BlobError::Length {
        expected: 10,
        found: 0,
    };
    assert_eq!(unfinished.finish().unwrap_err(), missing);

    let too_long = Sealer::new(&key, &id, LARGEST_CONTENT_BYTES + 1);
    assert!(matches!(too_long, Err(BlobError::TooLong { .. })));
}

#[test]
fn content_that_only_pads_is_sealed_in_segments_of_its_own() {
    // Padded to 69,206,016 bytes: the last 32 segments hold nothing but zeros.
    let sealed_bytes = 67_108_865;
    let sealer = Sealer::new(&BlobKey::new([1; 32]), &BlobId::new([2; 16]), sealed_bytes).unwrap();
    assert_eq!(sealer.blob_bytes(), 69_206_016 + 1_056 * 48);
}

#[test]
fn ranges_outside_the_content_have_no_place() {
    let reference = seal(&content(100)).reference;
    for range in [0..0, 5..5, 0..101, 100..101, 101..102, 0..u64::MAX] {
        assert_eq!(reference.wanted(&range), Err(BlobError::OutOfRange));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_range_opens_out_of_whole_segments_alone(
        bytes in 1_usize..300_000,
        a in any::<prop::sample::Index>(),
        b in any::<prop::sample::Index>(),
    ) {
        let content = content(bytes);
        let (a, b) = (a.index(bytes), b.index(bytes));
        let range = a.min(b)..a.max(b) + 1;
        let sealed = seal(&content);
        let asked = range.start as u64..range.end as u64;
        let wanted = sealed.reference.wanted(&asked).unwrap();
        let part = &sealed.blob[wanted.blob_range.start as usize..wanted.blob_range.end as usize];
        let opened = open_range(&sealed.reference, sealed.table(), &asked, part).unwrap();
        prop_assert!(opened == content[range]);
    }
}
