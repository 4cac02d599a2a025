//! A failing store is told from a bad message, although openmls tells them apart only in part.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of a test are part of the test"
)]

mod members;

use std::sync::atomic::{AtomicBool, Ordering};

use members::{Member, bytes, parse};
use mls::key_value::{KeyValue, KeyValueError, MemoryKeyValue};
use mls::storage::StorageError;
use openmls::prelude::*;

/// A store that can be broken.
#[derive(Default)]
struct Breakable {
    store: MemoryKeyValue,
    broken: AtomicBool,
}

impl Breakable {
    fn check(&self) -> Result<(), KeyValueError> {
        if self.broken.load(Ordering::Relaxed) {
            return Err(KeyValueError::new("broken"));
        }
        Ok(())
    }
}

impl KeyValue for Breakable {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, KeyValueError> {
        self.check().and_then(|()| self.store.get(key))
    }

    fn put(&self, key: &[u8], value: &[u8]) -> Result<(), KeyValueError> {
        self.check().and_then(|()| self.store.put(key, value))
    }

    fn delete(&self, key: &[u8]) -> Result<(), KeyValueError> {
        self.check().and_then(|()| self.store.delete(key))
    }
}

fn pair() -> [(Member<Breakable>, MlsGroup); 2] {
    let ada: Member<Breakable> = Member::new([6; 32], "ada");
    let bo: Member<Breakable> = Member::new([6; 32], "bo");
    let mut group = ada.found();
    let (_, welcome, _) = group
        .add_members(&ada.provider(), &ada.key, &[bo.key_package()])
        .unwrap();
    group.merge_pending_commit(&ada.provider()).unwrap();
    let joined = bo.join(&bytes(&welcome));
    [(ada, group), (bo, joined)]
}

#[test]
fn encrypting_hides_a_failed_write_but_the_storage_keeps_it() {
    let [(ada, mut group), _] = pair();
    ada.store.broken.store(true, Ordering::Relaxed);
    let provider = ada.provider();
    let error = group
        .create_message(&provider, &ada.key, b"hello")
        .unwrap_err();
    assert!(matches!(error, CreateMessageError::LibraryError(_)));
    let failure = provider.storage().first_failure();
    assert!(matches!(failure, Some(StorageError::KeyValue(_))));
}

#[test]
fn processing_a_commit_hides_a_failed_read_but_the_storage_keeps_it() {
    let [(ada, mut group), (bo, mut joined)] = pair();
    let update = group
        .self_update(&ada.provider(), &ada.key, LeafNodeParameters::default())
        .unwrap();
    let update = parse(&bytes(&update.into_commit()));
    bo.store.broken.store(true, Ordering::Relaxed);
    let provider = bo.provider();
    let error = joined
        .process_message(&provider, update.try_into_protocol_message().unwrap())
        .unwrap_err();
    assert!(
        matches!(
            error,
            ProcessMessageError::InvalidCommit(StageCommitError::MissingDecryptionKey)
        ),
        "{error:?}"
    );
    let failure = provider.storage().first_failure();
    assert!(matches!(failure, Some(StorageError::KeyValue(_))));
}
