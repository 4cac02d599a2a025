//! A backup that is one file, unpacked: it is the folder that is read everywhere else.

use backup::zip::FOLDER;
use client_core::{Engine, Now, ZippedBackup};
use client_store::Store;
use rawzip::ZipArchive;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::restore::{Restored, restore};
use crate::profile::Profile;

const NOW: Now = Now {
    unix_ms: 1_800_000_000_000,
    monotonic_ms: 0,
};

/// Unpacks a backup; its folder.
fn unpack(bytes: &[u8], into: &Path) -> PathBuf {
    let archive = ZipArchive::from_slice(bytes).unwrap();
    let mut entries = archive.entries();
    while let Some(entry) = entries.next_entry().unwrap() {
        let path = into.join(entry.file_path().try_normalize().unwrap().as_ref());
        let packed = archive.get_entry(entry.wayfinder()).unwrap();
        let mut unpacked = Vec::new();
        let mut reader = packed.verifying_reader(packed.data());
        reader.read_to_end(&mut unpacked).unwrap();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, unpacked).unwrap();
    }
    into.join(FOLDER)
}

/// A profile with one name in it.
fn named(folder: &Path) {
    drop(Profile::init(folder, None).unwrap());
    let store = Store::open(&folder.join("profile.db"), None).unwrap();
    let mut engine = Engine::new(store, [1; 32], NOW);
    engine.new_persona(NOW, "Ada").unwrap();
}

fn zipped(store: Store) -> (Engine, ZippedBackup) {
    let mut engine = Engine::new(store, [2; 32], NOW);
    let zipped = engine.zipped_backup(NOW).unwrap();
    (engine, zipped)
}

fn restored(zipped: &ZippedBackup, folder: &Path) -> Restored {
    let from = unpack(&zipped.bytes, &folder.join("unpacked"));
    let again = folder.join("again");
    let restored = restore(&again, None, &from, &zipped.phrase).unwrap();
    let profile = Profile::open(&again, None, Duration::ZERO).unwrap();
    let (store, _lock) = profile.into_parts();
    let engine = Engine::new(store, [3; 32], NOW);
    let names = engine.personas().unwrap();
    assert_eq!(names.len(), 1);
    assert_eq!(names[0].name, "Ada");
    assert_eq!(engine.phrase().unwrap().unwrap().0, zipped.phrase);
    restored
}

#[test]
fn a_backup_that_is_one_file_is_restored_once_it_is_unpacked() {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("profile");
    named(&profile);
    let store = Store::open(&profile.join("profile.db"), None).unwrap();
    let (engine, zipped) = zipped(store);
    assert!(zipped.is_phrase_kept);
    assert_eq!(
        engine.phrase().unwrap(),
        Some((zipped.phrase.clone(), false))
    );
    let restored = restored(&zipped, folder.path());
    assert_eq!(restored.made_s, NOW.unix_s());
    assert!(restored.newest);
}

/// Whoever needs a backup most is who has no room left.
#[test]
fn where_nothing_can_be_kept_there_is_a_backup_under_a_phrase_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("profile");
    named(&profile);
    let store = Store::open_to_read(&profile.join("profile.db"), None).unwrap();
    let (mut engine, zipped) = zipped(store);
    assert!(!zipped.is_phrase_kept);
    assert_eq!(engine.phrase().unwrap(), None);
    assert_ne!(engine.zipped_backup(NOW).unwrap().phrase, zipped.phrase);
    restored(&zipped, folder.path());
}
