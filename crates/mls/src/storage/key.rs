//! Keys: label ‖ (length of part as u32, big-endian ‖ part in postcard)*.
//!
//! Lengths stand before the parts and the label fixes their number, so different (label, parts)
//! never give the same key, and all keys of one label and first part share a prefix.

use serde::Serialize;

use super::StorageError;
use super::label::Label;

/// One to three serialisable parts that, after a label, name a value.
pub trait KeyParts {
    /// Appends each part, with its length before it.
    ///
    /// # Errors
    /// As [`push_part`].
    fn push_to(&self, label: Label, key: &mut Vec<u8>) -> Result<(), StorageError>;
}

impl<A: Serialize> KeyParts for (A,) {
    fn push_to(&self, label: Label, key: &mut Vec<u8>) -> Result<(), StorageError> {
        push_part(label, key, &self.0)
    }
}

impl<A: Serialize, B: Serialize> KeyParts for (A, B) {
    fn push_to(&self, label: Label, key: &mut Vec<u8>) -> Result<(), StorageError> {
        push_part(label, key, &self.0)?;
        push_part(label, key, &self.1)
    }
}

impl<A: Serialize, B: Serialize, C: Serialize> KeyParts for (A, B, C) {
    fn push_to(&self, label: Label, key: &mut Vec<u8>) -> Result<(), StorageError> {
        push_part(label, key, &self.0)?;
        push_part(label, key, &self.1)?;
        push_part(label, key, &self.2)
    }
}

/// The key of the value that `label` and `parts` name.
///
/// # Errors
/// As [`push_part`].
pub fn key(label: Label, parts: &impl KeyParts) -> Result<Vec<u8>, StorageError> {
    let mut key = Vec::with_capacity(64);
    key.push(label as u8);
    parts.push_to(label, &mut key)?;
    Ok(key)
}

/// Appends one part.
///
/// # Errors
/// [`StorageError::EncodeKey`] where postcard cannot represent it, [`StorageError::KeyTooLong`]
/// above 4 GiB.
fn push_part(label: Label, key: &mut Vec<u8>, part: &impl Serialize) -> Result<(), StorageError> {
    let bytes =
        postcard::to_allocvec(part).map_err(|source| StorageError::EncodeKey { label, source })?;
    let length = u32::try_from(bytes.len()).map_err(|_| StorageError::KeyTooLong { label })?;
    key.extend_from_slice(&length.to_be_bytes());
    key.extend_from_slice(&bytes);
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_label() -> impl Strategy<Value = Label> {
        proptest::sample::select(Label::ALL.as_slice())
    }

    #[test]
    fn a_key_is_its_label_and_its_parts_with_their_lengths() {
        let key = key(Label::EpochKeyPairs, &([7_u8, 8], 300_u64, 1_u32)).unwrap();
        assert_eq!(
            key,
            [
                0x0e, 0, 0, 0, 2, 7, 8, 0, 0, 0, 2, 0xac, 0x02, 0, 0, 0, 1, 1
            ]
        );
    }

    proptest! {
        #[test]
        fn different_names_have_different_keys(
            first in (any_label(), any::<Vec<u8>>(), any::<Vec<u8>>()),
            second in (any_label(), any::<Vec<u8>>(), any::<Vec<u8>>()),
        ) {
            let first_key = key(first.0, &(&first.1, &first.2)).unwrap();
            let second_key = key(second.0, &(&second.1, &second.2)).unwrap();
            prop_assert_eq!(first == second, first_key == second_key);
        }

        #[test]
        fn bytes_moved_from_one_part_to_the_next_change_the_key(
            bytes in proptest::collection::vec(any::<u8>(), 1..40),
            cuts in (0_usize..40, 0_usize..40),
        ) {
            let (one, other) = (cuts.0 % (bytes.len() + 1), cuts.1 % (bytes.len() + 1));
            let split = |at: usize| {
                let (left, right) = bytes.split_at(at);
                key(Label::QueuedProposal, &(left, right)).unwrap()
            };
            prop_assert_eq!(one == other, split(one) == split(other));
        }

        #[test]
        fn no_key_is_the_beginning_of_another_of_its_shape(
            first in (any::<Vec<u8>>(), any::<Vec<u8>>()),
            second in (any::<Vec<u8>>(), any::<Vec<u8>>()),
        ) {
            let first_key = key(Label::QueuedProposal, &(&first.0, &first.1)).unwrap();
            let second_key = key(Label::QueuedProposal, &(&second.0, &second.1)).unwrap();
            prop_assert_eq!(first == second, second_key.starts_with(&first_key));
        }
    }
}
