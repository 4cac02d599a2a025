//! The small synchronous key-value store in which the state of all groups lies.
//!
//! The client's database implements [`KeyValue`] over the transaction that it holds open, so that
//! the MLS state changes in the same transaction as everything else one input brings about.
//! Keys and values are opaque bytes here; their format stands in [`crate::storage`].
//! Invariant: a `get` sees every earlier `put` and `delete` of the same transaction.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

/// A map from bytes to bytes with interior mutability.
///
/// Values hold secrets: an implementation keeps them encrypted at rest.
pub trait KeyValue {
    /// The value stored under `key`, or `None` where there is none.
    ///
    /// # Errors
    /// [`KeyValueError`] where the underlying store fails.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, KeyValueError>;

    /// Stores `value` under `key`, in place of any value there.
    ///
    /// # Errors
    /// [`KeyValueError`] where the underlying store fails.
    fn put(&self, key: &[u8], value: &[u8]) -> Result<(), KeyValueError>;

    /// Removes `key` and its value; does nothing where there is none.
    ///
    /// # Errors
    /// [`KeyValueError`] where the underlying store fails.
    fn delete(&self, key: &[u8]) -> Result<(), KeyValueError>;
}

/// The store below failed; `source` says how.
///
/// A clone shares the source.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the key-value store failed")]
pub struct KeyValueError {
    source: Arc<dyn Error + Send + Sync>,
}

impl KeyValueError {
    /// Wraps the error of an implementation.
    pub fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            source: Arc::from(source.into()),
        }
    }
}

/// A [`KeyValue`] in memory, for tests and small tools; nothing outlives the process.
///
/// A clone is a snapshot: later changes to one are not seen by the other. Values are zeroised when
/// they are replaced or dropped, and its `Debug` output names only the number of entries.
#[derive(Default)]
pub struct MemoryKeyValue {
    entries: Mutex<Entries>,
}

type Entries = BTreeMap<Vec<u8>, Zeroizing<Vec<u8>>>;

impl MemoryKeyValue {
    /// The number of keys that have a value.
    pub fn len(&self) -> usize {
        self.entries().len()
    }

    /// Whether no key has a value.
    pub fn is_empty(&self) -> bool {
        self.entries().is_empty()
    }

    /// All keys in ascending order of their bytes.
    pub fn keys(&self) -> Vec<Vec<u8>> {
        self.entries().keys().cloned().collect()
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        // Every critical section is one map operation, so the map is whole even after a panic.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyValue for MemoryKeyValue {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, KeyValueError> {
        Ok(self.entries().get(key).map(|value| value.to_vec()))
    }

    fn put(&self, key: &[u8], value: &[u8]) -> Result<(), KeyValueError> {
        let value = Zeroizing::new(value.to_vec());
        self.entries().insert(key.to_vec(), value);
        Ok(())
    }

    fn delete(&self, key: &[u8]) -> Result<(), KeyValueError> {
        self.entries().remove(key);
        Ok(())
    }
}

impl Clone for MemoryKeyValue {
    fn clone(&self) -> Self {
        Self {
            entries: Mutex::new(self.entries().clone()),
        }
    }
}

impl fmt::Debug for MemoryKeyValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MemoryKeyValue")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_back_replaced_and_removed() {
        let store = MemoryKeyValue::default();
        assert_eq!(store.get(b"key").unwrap(), None);
        store.put(b"key", b"one").unwrap();
        store.put(b"key", b"two").unwrap();
        assert_eq!(store.get(b"key").unwrap(), Some(b"two".to_vec()));
        store.delete(b"key").unwrap();
        store.delete(b"key").unwrap();
        assert!(store.is_empty());
    }

    #[test]
    fn a_clone_is_a_snapshot() {
        let store = MemoryKeyValue::default();
        store.put(b"key", b"before").unwrap();
        let snapshot = store.clone();
        store.put(b"key", b"after").unwrap();
        assert_eq!(snapshot.get(b"key").unwrap(), Some(b"before".to_vec()));
    }

    #[test]
    fn debug_output_names_no_value() {
        let store = MemoryKeyValue::default();
        store.put(b"key", b"secret").unwrap();
        assert_eq!(format!("{store:?}"), "MemoryKeyValue { len: 1, .. }");
    }

    #[test]
    fn an_error_keeps_its_source() {
        let error = KeyValueError::new("disk full");
        assert_eq!(error.source().unwrap().to_string(), "disk full");
    }
}
