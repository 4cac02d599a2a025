//! The lengths that a blob may have at a home (docs/protocol.md, *Blobs*).
//!
//! Content is padded before it is sealed, so that a home learns a class of sizes and not the length
//! that gives a known file away. The classes are those of Padmé (Nikitin and others, *Reducing
//! Metadata Leakage from Encrypted Files and Communication with PURBs*, PETS 2019, §4): of a length
//! of so many bits only the highest few are kept, which costs a sixteenth of it at most.

/// Content bytes in each segment but the last, which has at least one.
pub const SEGMENT_BYTES: u64 = 64 * 1024;
/// What sealing adds to a segment, in bytes.
pub const TAG_BYTES: u64 = 16;
/// What a segment has in the table of hashes behind the last segment, in bytes.
pub const LEAF_BYTES: u64 = 32;
/// Content shorter than this is padded to it, in bytes.
pub const SMALLEST_CONTENT_BYTES: u64 = 4 * 1024;
/// The longest content, in bytes. Homes set lower bounds of their own.
pub const LARGEST_CONTENT_BYTES: u64 = 1 << 40;

/// The length to which content of `bytes` is padded; none: it is longer than any blob.
pub fn padded_bytes(bytes: u64) -> Option<u64> {
    if bytes > LARGEST_CONTENT_BYTES {
        return None;
    }
    let bytes = bytes.max(SMALLEST_CONTENT_BYTES);
    let exponent = bytes.ilog2();
    let kept_bits = exponent.ilog2() + 1;
    let low_bits = (1_u64 << (exponent - kept_bits)) - 1;
    Some((bytes + low_bits) & !low_bits)
}

/// How many segments padded content has.
pub const fn segments(padded_bytes: u64) -> u64 {
    padded_bytes.div_ceil(SEGMENT_BYTES)
}

/// The length of the blob of content that is padded to `padded_bytes`.
pub const fn blob_bytes(padded_bytes: u64) -> u64 {
    padded_bytes + segments(padded_bytes) * (TAG_BYTES + LEAF_BYTES)
}

/// Whether some content has a blob of this length; a home takes no other.
pub fn is_blob(bytes: u64) -> bool {
    let segments = bytes.div_ceil(SEGMENT_BYTES + TAG_BYTES + LEAF_BYTES);
    let padded = bytes.saturating_sub(segments.saturating_mul(TAG_BYTES + LEAF_BYTES));
    padded >= SMALLEST_CONTENT_BYTES
        && padded_bytes(padded) == Some(padded)
        && blob_bytes(padded) == bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lengths_are_padded_to_few_classes() {
        for (bytes, expected) in [
            (0, Some(4_096)),
            (1, Some(4_096)),
            (4_096, Some(4_096)),
            (4_097, Some(4_352)),
            (65_536, Some(65_536)),
            (65_537, Some(67_584)),
            (1_000_000, Some(1_015_808)),
            (1 << 30, Some(1 << 30)),
            ((1 << 30) + 1, Some((1 << 30) + (1 << 25))),
            (LARGEST_CONTENT_BYTES, Some(LARGEST_CONTENT_BYTES)),
            (LARGEST_CONTENT_BYTES + 1, None),
        ] {
            assert_eq!(padded_bytes(bytes), expected, "{bytes}");
        }
    }

    #[test]
    fn a_length_between_the_classes_is_no_blob() {
        assert!(is_blob(4_096 + 48));
        assert!(is_blob(65_536 + 48));
        for bytes in [0, 1, 48, 4_096, 4_097 + 48, 65_537 + 96, u64::MAX] {
            assert!(!is_blob(bytes), "{bytes}");
        }
    }

    proptest! {
        #[test]
        fn every_content_has_a_blob_that_is_a_sixteenth_longer_at_most(
            bytes in SMALLEST_CONTENT_BYTES..=LARGEST_CONTENT_BYTES,
        ) {
            let padded = padded_bytes(bytes).unwrap();
            prop_assert!(padded >= bytes && padded - bytes <= bytes / 16);
            prop_assert_eq!(padded_bytes(padded), Some(padded));
            prop_assert!(is_blob(blob_bytes(padded)));
        }

        #[test]
        fn any_length_gets_an_answer(bytes in any::<u64>()) {
            let _ = (is_blob(bytes), padded_bytes(bytes));
        }
    }
}
