//! The extensions of a message: two known ones, and unknown ones kept octet for octet
//! (draft-ietf-mimi-content-08 §4.3, §6.2, §6.3 and §8.2.1).
//!
//! Invariant: keys are unique and permitted, values are deterministic CBOR, so every map that exists can be encoded.

use std::collections::BTreeMap;

use crate::canonical::{self, MAX_INTEGER_KEY};
use crate::error::{DecodeError, ExtensionError};

/// Longest text key in octets of UTF-8 (draft §4.3).
pub const MAX_KEY_BYTES: usize = 255;
/// Levels of containers inside a value; the extensions map itself is the first of four (draft §6.3).
const MAX_VALUE_DEPTH: usize = 3;
pub(crate) const SENDER_URI_KEY: u64 = 1;
pub(crate) const ROOM_URI_KEY: u64 = 2;

/// The extensions of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extensions {
    /// Key 1: who sent the message, as the sender says. Kept as text, for other systems have other schemes.
    pub sender_uri: Option<String>,
    /// Key 2: the conversation it was sent in, as the sender says.
    pub room_uri: Option<String>,
    unknown: BTreeMap<ExtensionKey, ExtensionValue>,
}

impl Extensions {
    /// Sets an extension that this crate gives no meaning, and returns what it replaces.
    pub fn insert(&mut self, key: ExtensionKey, value: ExtensionValue) -> Option<ExtensionValue> {
        self.unknown.insert(key, value)
    }

    /// The value of the extension under a text key.
    pub fn text(&self, key: &str) -> Option<&ExtensionValue> {
        self.unknown.get(&ExtensionKey::text(key).ok()?)
    }

    /// Extensions without a meaning here, in the order of their encoding.
    pub fn unknown(&self) -> impl ExactSizeIterator<Item = (&ExtensionKey, &ExtensionValue)> {
        self.unknown.iter()
    }
}

/// The key of an extension other than 1 and 2. Keys are ordered as their encodings are (RFC 8949 §4.2.1).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExtensionKey(Key);

// The derived order is that of the encodings: major type, then argument (length, for text), then octets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    Positive(u64),
    /// −1 − value, as CBOR has it.
    Negative(u64),
    Text {
        length: u8,
        text: String,
    },
}

impl ExtensionKey {
    /// An integer key; negative ones are for private use (draft §8.2.1).
    ///
    /// # Errors
    /// [`ExtensionError::ReservedKey`], [`ExtensionError::AssignedKey`] or [`ExtensionError::KeyOutOfRange`].
    pub fn integer(key: i64) -> Result<Self, ExtensionError> {
        if key.unsigned_abs() > MAX_INTEGER_KEY {
            return Err(ExtensionError::KeyOutOfRange);
        }
        match key {
            0 => Err(ExtensionError::ReservedKey),
            1 | 2 => Err(ExtensionError::AssignedKey {
                key: key.unsigned_abs(),
            }),
            3.. => Ok(Self(Key::Positive(key.unsigned_abs()))),
            _ => Ok(Self(Key::Negative(key.unsigned_abs() - 1))),
        }
    }

    /// A text key, for private use (draft §8.2.1).
    ///
    /// # Errors
    /// [`ExtensionError::KeyLength`].
    pub fn text(key: &str) -> Result<Self, ExtensionError> {
        match u8::try_from(key.len()) {
            Ok(length) if length > 0 => Ok(Self(Key::Text {
                length,
                text: key.to_owned(),
            })),
            _ => Err(ExtensionError::KeyLength { found: key.len() }),
        }
    }

    pub(crate) const fn inner(&self) -> &Key {
        &self.0
    }
}

/// The value of an unknown extension: one CBOR item in deterministic encoding.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ExtensionValue(Vec<u8>);

impl ExtensionValue {
    /// Takes one encoded CBOR item.
    ///
    /// # Errors
    /// A [`DecodeError`] when it is not one item in deterministic encoding, nested three levels at most.
    pub fn from_cbor(encoded: &[u8]) -> Result<Self, DecodeError> {
        canonical::check(encoded, MAX_VALUE_DEPTH)?;
        Ok(ExtensionValue(encoded.to_vec()))
    }

    /// The encoded item.
    pub fn as_cbor(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{ExtensionKey, ExtensionValue};
    use crate::{DecodeError, ExtensionError};

    #[test]
    fn keys_outside_the_drafts_bounds_are_refused() {
        let limit = (1_i64 << 53) - 1;
        assert_eq!(ExtensionKey::integer(0), Err(ExtensionError::ReservedKey));
        assert_eq!(
            ExtensionKey::integer(2),
            Err(ExtensionError::AssignedKey { key: 2 })
        );
        assert!(ExtensionKey::integer(limit).is_ok());
        assert!(ExtensionKey::integer(-limit).is_ok());
        for key in [limit + 1, -limit - 1, i64::MAX, i64::MIN] {
            assert_eq!(
                ExtensionKey::integer(key),
                Err(ExtensionError::KeyOutOfRange)
            );
        }
        assert_eq!(
            ExtensionKey::text(""),
            Err(ExtensionError::KeyLength { found: 0 })
        );
        assert!(ExtensionKey::text(&"k".repeat(255)).is_ok());
        let error = Err(ExtensionError::KeyLength { found: 256 });
        assert_eq!(ExtensionKey::text(&"k".repeat(256)), error);
    }

    #[test]
    fn keys_are_ordered_as_their_encodings() {
        let integer = |key| ExtensionKey::integer(key).unwrap();
        let text = |key| ExtensionKey::text(key).unwrap();
        let keys = [
            integer(3),
            integer(256),
            integer(-1),
            integer(-300),
            text("b"),
            text("aa"),
        ];
        assert!(keys.is_sorted());
    }

    #[test]
    fn a_value_may_hold_three_levels() {
        assert!(ExtensionValue::from_cbor(&[0x81, 0x81, 0xc1, 0x00]).is_ok());
        assert_eq!(
            ExtensionValue::from_cbor(&[0x81, 0x81, 0x81, 0x80]),
            Err(DecodeError::TooDeep { at: 3 })
        );
        assert_eq!(
            ExtensionValue::from_cbor(&[]),
            Err(DecodeError::Truncated { at: 0 })
        );
    }
}
