//! A backup as one file, as programs make it that can write no folder: unpacked, it is as any other.

use backup::zip::FOLDER;
use client::client_core::ZippedBackup;
use client::{Client, Profile};
use rawzip::ZipArchive;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::backups::{back_up_to, restore};
use crate::support::person::{Person, acquainted};

/// All of somebody's profile as one file.
fn zipped(person: &Person) -> ZippedBackup {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.unwrap();
    let _inside = runtime.enter();
    let profile = Profile::open(&person.profile(), None, Duration::from_secs(10));
    let mut client = Client::offline(profile.unwrap()).unwrap();
    client.act(|engine, now| engine.zipped_backup(now)).unwrap()
}

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

#[test]
fn everything_comes_back_out_of_one_file_and_backups_go_on_in_its_folder() {
    let (_home, ada, ben) = acquainted();
    ben.run(&["send", "Ada", "from Ben"]).ok();
    ada.sync().ok();
    ada.run(&["send", "Ben", "from Ada"]).ok();
    let new = ["conversation", "new", "--kind", "self", "--title", "Notes"];
    ada.run(&new).ok();
    let held = ["send", "Notes", "a needle", "--at", "2099-01-01 00:00"];
    ada.run(&held).ok();
    let expected = ["Ben", "Notes"].map(|conversation| ada.shown(conversation));
    let zipped = zipped(&ada);
    assert_eq!((zipped.items, zipped.is_phrase_kept), (3, true));
    let words = zipped.phrase.words();
    assert_eq!(ada.run(&["recovery", "phrase"]).ok().text("phrase"), *words);
    assert!(!zipped.bytes.windows(6).any(|part| part == b"needle"));
    let from = unpack(&zipped.bytes, ada.folder());
    let (again, said) = restore(&from, &words);
    let said = said.ok().line();
    assert_eq!((&said["items"], &said["held"]), (&3.into(), &1.into()));
    assert_eq!(
        (&said["newest"], &said["rejoining"]),
        (&true.into(), &1.into())
    );
    assert_eq!(
        ["Ben", "Notes"].map(|conversation| again.shown(conversation)),
        expected
    );
    for list in ["persona", "contact", "invite"] {
        assert_eq!(again.list(list), ada.list(list), "{list}");
    }
    let check = again.run(&["profile", "check"]).ok().line();
    assert_eq!(check["wrong_in_all"], 0);
    let items = said["items"].clone();
    let done = back_up_to(&ada, &from).ok().line();
    assert_eq!(
        (&done["items"], &done["chunks_written"]),
        (&items, &0.into())
    );
}

#[test]
fn of_two_that_are_unpacked_into_one_folder_the_newer_is_restored() {
    let ada = Person::local("Ada");
    let new = ["conversation", "new", "--kind", "self", "--title", "Notes"];
    ada.run(&new).ok();
    let mut folders = Vec::new();
    let mut phrase = String::new();
    for text in ["first", "second"] {
        ada.run(&["send", "Notes", text]).ok();
        let zipped = zipped(&ada);
        phrase = zipped.phrase.words().to_string();
        folders.push(unpack(&zipped.bytes, ada.folder()));
        // The time in seconds is what tells them apart.
        std::thread::sleep(Duration::from_millis(1_100));
    }
    assert_eq!(folders[0], folders[1]);
    let manifests = fs::read_dir(folders[0].join("manifests")).unwrap();
    assert_eq!(manifests.count(), 2);
    let (again, said) = restore(&folders[0], &phrase);
    let said = said.ok().line();
    assert_eq!((&said["items"], &said["newest"]), (&2.into(), &true.into()));
    assert_eq!(again.shown("Notes"), ada.shown("Notes"));
}

#[test]
fn the_folder_around_a_backup_is_taken_for_it_and_a_packed_file_is_to_be_unpacked() {
    let ada = Person::local("Ada");
    let zipped = zipped(&ada);
    let words = zipped.phrase.words();
    let packed = ada.folder().join("packed.zip");
    fs::write(&packed, &zipped.bytes).unwrap();
    let (nobody, said) = restore(&packed, &words);
    let message = said.failed_without_result(5);
    assert!(message.contains("unpack it first"), "{message}");
    assert!(!nobody.profile().exists());
    let from = unpack(&zipped.bytes, ada.folder());
    let (again, said) = restore(from.parent().unwrap(), &words);
    said.ok();
    assert_eq!(again.list("persona"), ada.list("persona"));
}
