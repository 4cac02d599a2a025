//! Deterministic CBOR (RFC 8949 §4.2.1), checked on whatever is signed or hashed.
//!
//! minicbor reads more than one encoding of a value; where two readers must agree on bytes, the
//! bytes are checked here first: shortest heads, definite lengths, map keys sorted and unique, one
//! item and nothing after it. Floats and tags are not used by this protocol and are refused.

/// How deep arrays and maps may stand in each other.
const MAX_DEPTH: usize = 16;

/// Why bytes are not deterministic CBOR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// The bytes end inside an item.
    #[error("the bytes end too early")]
    Truncated,
    /// Bytes follow the item.
    #[error("{count} bytes follow the item")]
    Trailing {
        /// How many.
        count: usize,
    },
    /// A number or length is written longer than needed.
    #[error("a number at byte {at} is not in its shortest form")]
    NotShortest {
        /// Byte offset.
        at: usize,
    },
    /// An indefinite length, a float, a tag or a reserved value.
    #[error("byte {at} begins something that this protocol does not use")]
    NotUsed {
        /// Byte offset.
        at: usize,
    },
    /// Map keys out of order or twice.
    #[error("the map key at byte {at} is not above the one before it")]
    KeyOrder {
        /// Byte offset.
        at: usize,
    },
    /// Text that is not UTF-8.
    #[error("the text at byte {at} is not UTF-8")]
    NotText {
        /// Byte offset.
        at: usize,
    },
    /// Nested deeper than anything of this protocol.
    #[error("nested deeper than {MAX_DEPTH}")]
    TooDeep,
}

/// Checks that `bytes` are exactly one item of deterministic CBOR.
///
/// # Errors
/// [`CanonicalError`] names the first rule that does not hold and where.
pub fn check(bytes: &[u8]) -> Result<(), CanonicalError> {
    let end = item(bytes, 0, MAX_DEPTH)?;
    if end == bytes.len() {
        Ok(())
    } else {
        Err(CanonicalError::Trailing {
            count: bytes.len() - end,
        })
    }
}

/// The argument of the head at `at`, and the offset after it.
fn argument(bytes: &[u8], at: usize, low: u8) -> Result<(u64, usize), CanonicalError> {
    let (width, least) = match low {
        0..=23 => return Ok((u64::from(low), at + 1)),
        24 => (1, 24),
        25 => (2, 1 << 8),
        26 => (4, 1 << 16),
        27 => (8, 1 << 32),
        _ => return Err(CanonicalError::NotUsed { at }),
    };
    let raw = bytes
        .get(at + 1..at + 1 + width)
        .ok_or(CanonicalError::Truncated)?;
    let value = raw
        .iter()
        .fold(0u64, |value, byte| value << 8 | u64::from(*byte));
    if value < least {
        return Err(CanonicalError::NotShortest { at });
    }
    Ok((value, at + 1 + width))
}

/// Walks one item that begins at `at`; the offset after it.
fn item(bytes: &[u8], at: usize, depth: usize) -> Result<usize, CanonicalError> {
    let first = *bytes.get(at).ok_or(CanonicalError::Truncated)?;
    let (major, low) = (first >> 5, first & 0x1f);
    if major == 7 {
        // false, true and null; no floats, no other simple values.
        return if matches!(low, 20..=22) {
            Ok(at + 1)
        } else {
            Err(CanonicalError::NotUsed { at })
        };
    }
    let (value, next) = argument(bytes, at, low)?;
    match major {
        0 | 1 => Ok(next),
        2 | 3 => {
            let length = usize::try_from(value).map_err(|_| CanonicalError::Truncated)?;
            let end = next.checked_add(length).ok_or(CanonicalError::Truncated)?;
            let body = bytes.get(next..end).ok_or(CanonicalError::Truncated)?;
            if major == 3 && std::str::from_utf8(body).is_err() {
                return Err(CanonicalError::NotText { at });
            }
            Ok(end)
        }
        4 => {
            let depth = depth.checked_sub(1).ok_or(CanonicalError::TooDeep)?;
            (0..value).try_fold(next, |at, _| item(bytes, at, depth))
        }
        5 => map(
            bytes,
            next,
            value,
            depth.checked_sub(1).ok_or(CanonicalError::TooDeep)?,
        ),
        _ => Err(CanonicalError::NotUsed { at }),
    }
}

/// Walks `count` pairs; keys must rise bytewise.
fn map(bytes: &[u8], start: usize, count: u64, depth: usize) -> Result<usize, CanonicalError> {
    let mut at = start;
    let mut previous: Option<&[u8]> = None;
    for _ in 0..count {
        let value_at = item(bytes, at, depth)?;
        let key = bytes.get(at..value_at).ok_or(CanonicalError::Truncated)?;
        if previous.is_some_and(|previous| previous >= key) {
            return Err(CanonicalError::KeyOrder { at });
        }
        previous = Some(key);
        at = item(bytes, value_at, depth)?;
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hex(text: &str) -> Vec<u8> {
        data_encoding::HEXLOWER
            .decode(text.replace(' ', "").as_bytes())
            .unwrap()
    }

    #[test]
    fn one_encoding_of_each_value_is_accepted() {
        let cases = [
            ("00", Ok(())),
            ("18 18", Ok(())),
            ("18 17", Err(CanonicalError::NotShortest { at: 0 })),
            ("19 00ff", Err(CanonicalError::NotShortest { at: 0 })),
            ("1a 0000ffff", Err(CanonicalError::NotShortest { at: 0 })),
            (
                "1b 00000000ffffffff",
                Err(CanonicalError::NotShortest { at: 0 }),
            ),
            ("82 01 02", Ok(())),
            ("82 01", Err(CanonicalError::Truncated)),
            ("9f 01 ff", Err(CanonicalError::NotUsed { at: 0 })),
            ("a2 00 01 01 02", Ok(())),
            ("a2 01 01 00 02", Err(CanonicalError::KeyOrder { at: 3 })),
            ("a2 00 01 00 02", Err(CanonicalError::KeyOrder { at: 3 })),
            ("61 ff", Err(CanonicalError::NotText { at: 0 })),
            ("42 01", Err(CanonicalError::Truncated)),
            ("f6", Ok(())),
            ("f9 0000", Err(CanonicalError::NotUsed { at: 0 })),
            ("c0 00", Err(CanonicalError::NotUsed { at: 0 })),
            ("00 00", Err(CanonicalError::Trailing { count: 1 })),
            ("", Err(CanonicalError::Truncated)),
            ("5b ffffffffffffffff", Err(CanonicalError::Truncated)),
        ];
        for (bytes, expected) in cases {
            assert_eq!(check(&hex(bytes)), expected, "{bytes}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let mut deep = vec![0x81; 40];
        deep.push(0);
        assert_eq!(check(&deep), Err(CanonicalError::TooDeep));
    }

    proptest! {
        #[test]
        fn any_bytes_get_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = check(&bytes);
        }
    }
}
