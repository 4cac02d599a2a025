//! Values as bytes and back. Every buffer that held an encoding is zeroised.

use postcard::ser_flavors::Flavor;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::StorageError;
use super::label::{Encoding, Label};

/// Bytes a message's secrets of a small group fit in, so that most writes never grow the buffer.
const FIRST_CAPACITY_BYTES: usize = 2048;

/// `value` in the encoding of `label`.
///
/// # Errors
/// [`StorageError::Encode`] or [`StorageError::Json`] where it cannot be represented.
pub fn encode<V: Serialize + ?Sized>(
    label: Label,
    value: &V,
) -> Result<Zeroizing<Vec<u8>>, StorageError> {
    match label.encoding() {
        Encoding::Postcard => postcard::serialize_with_flavor(value, SecretBuffer::new())
            .map_err(|source| StorageError::Encode { label, source }),
        Encoding::Json => serde_json::to_vec(value)
            .map(Zeroizing::new)
            .map_err(|source| StorageError::json(label, source)),
    }
}

/// The value that `bytes` encode under `label`; all bytes must be used.
///
/// # Errors
/// [`StorageError::Decode`], [`StorageError::Json`] or [`StorageError::TrailingBytes`] where the
/// bytes are not what `V` was stored as.
pub fn decode<V: DeserializeOwned>(label: Label, bytes: &[u8]) -> Result<V, StorageError> {
    match label.encoding() {
        Encoding::Postcard => match decode_first(label, bytes)? {
            (value, []) => Ok(value),
            (_, rest) => Err(StorageError::TrailingBytes {
                label,
                found: rest.len(),
            }),
        },
        Encoding::Json => {
            serde_json::from_slice(bytes).map_err(|source| StorageError::json(label, source))
        }
    }
}

/// All values of a list: the encodings of its items, one after the other.
///
/// # Errors
/// [`StorageError::Decode`] where an item is not what `V` was stored as.
pub fn decode_list<V: DeserializeOwned>(
    label: Label,
    bytes: &[u8],
) -> Result<Vec<V>, StorageError> {
    let mut values = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (value, after) = decode_first(label, rest)?;
        // An item of no bytes would be read for ever.
        if after.len() == rest.len() {
            return Err(StorageError::TrailingBytes {
                label,
                found: rest.len(),
            });
        }
        values.push(value);
        rest = after;
    }
    Ok(values)
}

/// The first value in `bytes`, and what follows it.
fn decode_first<V: DeserializeOwned>(
    label: Label,
    bytes: &[u8],
) -> Result<(V, &[u8]), StorageError> {
    postcard::take_from_bytes(bytes).map_err(|source| StorageError::Decode { label, source })
}

/// Output of postcard that leaves no copy behind where it grows: `Vec` alone would free the
/// smaller buffer with the secrets in it.
struct SecretBuffer {
    bytes: Zeroizing<Vec<u8>>,
}

impl SecretBuffer {
    fn new() -> Self {
        Self {
            bytes: Zeroizing::new(Vec::with_capacity(FIRST_CAPACITY_BYTES)),
        }
    }

    fn reserve(&mut self, additional: usize) {
        let needed = self.bytes.len().saturating_add(additional);
        if needed <= self.bytes.capacity() {
            return;
        }
        let capacity = needed.max(self.bytes.capacity().saturating_mul(2));
        let mut larger = Zeroizing::new(Vec::with_capacity(capacity));
        larger.extend_from_slice(&self.bytes);
        self.bytes = larger;
    }
}

impl Flavor for SecretBuffer {
    type Output = Zeroizing<Vec<u8>>;

    fn try_extend(&mut self, data: &[u8]) -> postcard::Result<()> {
        self.reserve(data.len());
        self.bytes.extend_from_slice(data);
        Ok(())
    }

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.reserve(1);
        self.bytes.push(byte);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<Self::Output> {
        Ok(self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_value_larger_than_the_first_buffer_is_kept_whole() {
        let value: Vec<u8> = (0..=255).cycle().take(5 * FIRST_CAPACITY_BYTES).collect();
        let bytes = encode(Label::Tree, &value).unwrap();
        assert_eq!(decode::<Vec<u8>>(Label::Tree, &bytes).unwrap(), value);
    }

    #[test]
    fn bytes_after_a_value_are_an_error() {
        let error = decode::<u8>(Label::Tree, &[1, 2, 3]).unwrap_err();
        assert_eq!(error.to_string(), "Tree is followed by 2 bytes too many");
    }

    #[test]
    fn a_list_of_items_without_bytes_is_an_error_and_not_endless() {
        assert!(decode_list::<()>(Label::OwnLeafNodes, &[1]).is_err());
    }

    proptest! {
        #[test]
        fn postcard_here_is_postcard_anywhere(value: Vec<(u64, String, Option<Vec<u8>>)>) {
            let bytes = encode(Label::Tree, &value).unwrap();
            prop_assert_eq!(bytes.as_slice(), postcard::to_allocvec(&value).unwrap());
        }

        #[test]
        fn a_list_is_its_items_one_after_the_other(items: Vec<(u32, Vec<u8>)>) {
            let mut bytes = Vec::new();
            for item in &items {
                bytes.extend_from_slice(&encode(Label::OwnLeafNodes, item).unwrap());
            }
            let read: Vec<(u32, Vec<u8>)> = decode_list(Label::OwnLeafNodes, &bytes).unwrap();
            prop_assert_eq!(read, items);
        }

        #[test]
        fn reading_arbitrary_bytes_never_panics(bytes: Vec<u8>) {
            for label in Label::ALL {
                let _ = decode::<Vec<(u64, String)>>(label, &bytes);
                let _ = decode_list::<Vec<(u64, String)>>(label, &bytes);
            }
        }
    }
}
