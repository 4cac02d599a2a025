//! Reading, writing and removing single values and lists, whatever their types.

use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::encoding::{decode, decode_list, encode};
use super::key::{KeyParts, key};
use super::label::Label;
use super::{Storage, StorageError};

impl Storage<'_> {
    /// Stores `value` in place of any value there.
    pub(super) fn write<V: Serialize + ?Sized>(
        &self,
        label: Label,
        parts: impl KeyParts,
        value: &V,
    ) -> Result<(), StorageError> {
        self.noting(|| self.put(label, &parts, &encode(label, value)?))
    }

    /// The value stored there, if any.
    pub(super) fn read<V: DeserializeOwned>(
        &self,
        label: Label,
        parts: impl KeyParts,
    ) -> Result<Option<V>, StorageError> {
        self.noting(|| match self.get(label, &parts)? {
            Some(bytes) => decode(label, &bytes).map(Some),
            None => Ok(None),
        })
    }

    /// Whether anything is stored there.
    pub(super) fn contains(
        &self,
        label: Label,
        parts: impl KeyParts,
    ) -> Result<bool, StorageError> {
        self.noting(|| Ok(self.get(label, &parts)?.is_some()))
    }

    /// Removes the value or the whole list there, if any.
    pub(super) fn remove(&self, label: Label, parts: impl KeyParts) -> Result<(), StorageError> {
        self.noting(|| Ok(self.store.delete(&key(label, &parts)?)?))
    }

    /// Adds an item at the end of the list there; earlier items are copied, not decoded.
    pub(super) fn append<V: Serialize>(
        &self,
        label: Label,
        parts: impl KeyParts,
        item: &V,
    ) -> Result<(), StorageError> {
        self.noting(|| {
            let earlier = self.get(label, &parts)?.unwrap_or_default();
            let bytes = joined(&[earlier, encode(label, item)?]);
            self.put(label, &parts, &bytes)
        })
    }

    /// The items of the list there, in the order in which they were added.
    pub(super) fn read_list<V: DeserializeOwned>(
        &self,
        label: Label,
        parts: impl KeyParts,
    ) -> Result<Vec<V>, StorageError> {
        self.noting(|| match self.get(label, &parts)? {
            Some(bytes) => decode_list(label, &bytes),
            None => Ok(Vec::new()),
        })
    }

    /// Stores `items` as the list there; removes the list where `items` is empty.
    pub(super) fn write_list<V: Serialize>(
        &self,
        label: Label,
        parts: impl KeyParts,
        items: &[V],
    ) -> Result<(), StorageError> {
        if items.is_empty() {
            return self.remove(label, parts);
        }
        self.noting(|| {
            let encoded: Vec<_> = items
                .iter()
                .map(|item| encode(label, item))
                .collect::<Result<_, _>>()?;
            self.put(label, &parts, &joined(&encoded))
        })
    }

    fn get(
        &self,
        label: Label,
        parts: &impl KeyParts,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, StorageError> {
        Ok(self.store.get(&key(label, parts)?)?.map(Zeroizing::new))
    }

    fn put(&self, label: Label, parts: &impl KeyParts, bytes: &[u8]) -> Result<(), StorageError> {
        Ok(self.store.put(&key(label, parts)?, bytes)?)
    }
}

/// All `pieces` in one buffer that is never grown, so that none is left behind unzeroised.
fn joined(pieces: &[Zeroizing<Vec<u8>>]) -> Zeroizing<Vec<u8>> {
    let length = pieces.iter().map(|piece| piece.len()).sum();
    let mut bytes = Zeroizing::new(Vec::with_capacity(length));
    for piece in pieces {
        bytes.extend_from_slice(piece);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::key_value::{KeyValue, KeyValueError, MemoryKeyValue};

    #[test]
    fn a_value_is_found_under_its_own_name_only() {
        let store = MemoryKeyValue::default();
        let storage = Storage::new(&store);
        storage.write(Label::Tree, (b"group",), "tree").unwrap();
        let read = |label, parts| storage.read::<String>(label, parts).unwrap();
        assert_eq!(read(Label::Tree, (b"group",)), Some("tree".to_owned()));
        assert_eq!(read(Label::Tree, (b"other",)), None);
        assert_eq!(read(Label::GroupContext, (b"group",)), None);
        storage.remove(Label::Tree, (b"group",)).unwrap();
        assert_eq!(read(Label::Tree, (b"group",)), None);
    }

    #[test]
    fn an_empty_list_leaves_no_entry() {
        let store = MemoryKeyValue::default();
        let storage = Storage::new(&store);
        storage.append(Label::OwnLeafNodes, (1_u8,), &7_u8).unwrap();
        storage
            .write_list::<u8>(Label::OwnLeafNodes, (1_u8,), &[])
            .unwrap();
        assert!(store.is_empty());
    }

    #[test]
    fn a_failing_store_is_reported_with_its_cause() {
        struct Failing;
        impl KeyValue for Failing {
            fn get(&self, _: &[u8]) -> Result<Option<Vec<u8>>, KeyValueError> {
                Err(KeyValueError::new("no disk"))
            }
            fn put(&self, _: &[u8], _: &[u8]) -> Result<(), KeyValueError> {
                Err(KeyValueError::new("no disk"))
            }
            fn delete(&self, _: &[u8]) -> Result<(), KeyValueError> {
                Err(KeyValueError::new("no disk"))
            }
        }
        let storage = Storage::new(&Failing);
        assert!(storage.first_failure().is_none());
        let is_store = |error| matches!(error, StorageError::KeyValue(_));
        assert!(is_store(
            storage.read::<u8>(Label::Tree, (1_u8,)).unwrap_err()
        ));
        assert!(is_store(
            storage.write(Label::Tree, (1_u8,), &1_u8).unwrap_err()
        ));
        assert!(is_store(storage.remove(Label::Tree, (1_u8,)).unwrap_err()));
        assert!(storage.first_failure().cloned().is_some_and(is_store));
    }

    #[test]
    fn the_first_failure_is_kept_and_later_ones_are_not() {
        let store = MemoryKeyValue::default();
        let storage = Storage::new(&store);
        storage.write(Label::Tree, (1_u8,), &[1_u8, 2]).unwrap();
        storage.write(Label::JoinConfig, (1_u8,), "text").unwrap();
        assert!(storage.read::<u8>(Label::Tree, (1_u8,)).is_err());
        assert!(storage.read::<u8>(Label::JoinConfig, (1_u8,)).is_err());
        assert!(matches!(
            storage.first_failure(),
            Some(StorageError::TrailingBytes {
                label: Label::Tree,
                found: 1
            })
        ));
    }

    proptest! {
        #[test]
        fn a_list_appended_to_equals_the_list_written_at_once(items: Vec<(u16, Vec<u8>)>) {
            let store = MemoryKeyValue::default();
            let storage = Storage::new(&store);
            for item in &items {
                storage.append(Label::OwnLeafNodes, (1_u8,), item).unwrap();
            }
            storage.write_list(Label::OwnLeafNodes, (2_u8,), &items).unwrap();
            let appended: Vec<(u16, Vec<u8>)> =
                storage.read_list(Label::OwnLeafNodes, (1_u8,)).unwrap();
            let written: Vec<(u16, Vec<u8>)> =
                storage.read_list(Label::OwnLeafNodes, (2_u8,)).unwrap();
            prop_assert_eq!(&appended, &items);
            prop_assert_eq!(&written, &items);
        }
    }
}
