//! Backups: what is in them, what is not, and what becomes of them when something is wrong.

use backup::chunk::{self, ChunkName};
use backup::manifest::Manifest;
use backup::rows::{Value as Column, each_row};
use backup::{BackupError, Keys, Phrase};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::support::person::{Person, acquainted};
use crate::support::said::{Running, Said};
use crate::support::skipped;
use crate::support::small_disk::SmallDisk;

/// Where backups of somebody are.
pub fn folder(person: &Person) -> PathBuf {
    person.folder().join("backups")
}

pub fn back_up_to(person: &Person, folder: &Path) -> Said {
    person.run(&["backup", "--out", folder.to_str().unwrap()])
}

pub fn back_up(person: &Person) -> Value {
    back_up_to(person, &folder(person)).ok().line()
}

/// Somebody on a new machine, with the phrase on paper.
pub fn restore(from: &Path, phrase: &str) -> (Person, Said) {
    let person = Person::blank();
    let paper = person.folder().join("paper");
    fs::write(&paper, phrase).unwrap();
    let (from, paper) = (from.to_str().unwrap(), paper.to_str().unwrap());
    let said = person.run(&["recovery", "restore", from, "--phrase-file", paper]);
    (person, said)
}

#[track_caller]
fn refused(from: &Path, phrase: &str, code: i32) -> String {
    let (person, said) = restore(from, phrase);
    let message = said.failed_without_result(code);
    assert!(!person.profile().exists(), "something was left behind");
    message
}

/// Somebody with notes to themselves, at no home.
fn with_notes(lines: usize) -> Person {
    let person = Person::local("Unmistakable");
    let new = ["conversation", "new", "--kind", "self", "--title", "Notes"];
    person.run(&new).ok();
    write(&person, lines);
    person
}

fn write(person: &Person, lines: usize) {
    let text: Vec<String> = (0..lines).map(|n| format!("needle {n}")).collect();
    let send = ["send", "Notes", "-", "--lines"];
    person.run_with(&send, text.join("\n").as_bytes()).ok();
}

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            let bytes = fs::read(&path).unwrap();
            all.insert(path, bytes);
        }
    }
    all
}

fn in_it(folder: &Path, part: &str) -> Vec<PathBuf> {
    let names = files(folder).into_keys();
    names
        .filter(|path| path.to_str().unwrap().contains(part))
        .collect()
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

#[test]
fn everything_comes_back_and_is_found_again() {
    let (_home, ada, ben) = acquainted();
    ben.run(&["send", "Ada", "from Ben"]).ok();
    ada.sync().ok();
    ada.run(&["send", "Ben", "from Ada"]).ok();
    let new = ["conversation", "new", "--kind", "self", "--title", "Notes"];
    ada.run(&new).ok();
    ada.run(&["send", "Notes", "words with a néedle"]).ok();
    let held = ["send", "Notes", "later", "--at", "2099-01-01 00:00"];
    ada.run(&held).ok();
    let expected = ["Ben", "Notes"].map(|conversation| ada.shown(conversation));
    let done = back_up(&ada);
    assert_eq!(
        (&done["verified"], &done["items"]),
        (&true.into(), &4.into())
    );
    let phrase = done["phrase"].as_str().unwrap().to_owned();
    assert_eq!(phrase.split(' ').count(), 24);
    let (again, said) = restore(&folder(&ada), &phrase);
    let said = said.ok().line();
    assert_eq!(said["sealed"], false);
    assert_eq!((&said["items"], &said["held"]), (&4.into(), &1.into()));
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
    let found = again.run(&["search", "needle"]).ok().line();
    assert_eq!(found["text"], "words with a néedle");
    let check = again.run(&["profile", "check"]).ok().line();
    assert_eq!(check["wrong_in_all"], 0);
    let rejoining: Vec<_> = again.list("conversation");
    assert_eq!(rejoining[0]["rejoining"], true);
}

#[test]
fn the_phrase_is_said_once_and_shown_again_when_asked_for() {
    let ada = with_notes(1);
    ada.run(&["recovery", "phrase"]).failed_without_result(5);
    let phrase = back_up(&ada)["phrase"].as_str().unwrap().to_owned();
    assert_eq!(back_up(&ada)["phrase"], Value::Null);
    assert_eq!(ada.run(&["recovery", "phrase"]).ok().text("phrase"), phrase);
    let said = ada.plain(&["backup", "--out", folder(&ada).to_str().unwrap()]);
    assert!(said.out.contains("of 1 item is") && !said.out.contains(&phrase[..20]));
    // Whoever restores goes on under the same phrase, in the same folder.
    let (again, said) = restore(&folder(&ada), &phrase.to_uppercase().replace(' ', "\n"));
    said.ok();
    let done = back_up_to(&again, &folder(&ada)).ok().line();
    assert_eq!(done["phrase"], Value::Null);
}

#[test]
fn what_did_not_change_is_not_written_again() {
    let ada = with_notes(3_000);
    let first = back_up(&ada);
    assert!(first["chunks_written"].as_u64().unwrap() > 12, "{first}");
    let same = back_up(&ada);
    assert_eq!(same["chunks_written"], 0);
    assert!(same["bytes_written"].as_u64().unwrap() < 16_384, "{same}");
    write(&ada, 10);
    let more = back_up(&ada);
    assert_eq!(more["items"], 3_010);
    assert!(more["chunks_written"].as_u64().unwrap() <= 2, "{more}");
    for _ in 0..3 {
        back_up(&ada);
    }
    assert_eq!(in_it(&folder(&ada), "manifests").len(), 3);
    let needed = in_it(&folder(&ada), "chunks").len() as u64;
    let written = first["chunks_written"].as_u64().unwrap();
    assert_eq!(needed, written, "what no backup needs is gone");
}

#[test]
fn nothing_of_it_can_be_read_in_the_folder() {
    let ada = with_notes(300);
    let phrase = back_up(&ada)["phrase"].as_str().unwrap().to_owned();
    let words: Vec<&str> = phrase.split(' ').collect();
    let needles = [
        "needle",
        "Unmistakable",
        "Notes",
        "SQLite",
        &words[..2].join(" "),
    ];
    for (path, bytes) in files(&folder(&ada)) {
        for needle in needles {
            assert!(!holds(&bytes, needle.as_bytes()), "{needle} in {path:?}");
        }
        let is_bucket = bytes.len() >= 4_096 && bytes.len().is_power_of_two();
        assert!(is_bucket || path.ends_with("kith-backup.json"), "{path:?}");
    }
}

/// All rows of the newest backup, opened as any program with the phrase can.
fn opened(folder: &Path, phrase: &str) -> Vec<(String, Vec<String>, Vec<u8>)> {
    let keys = Keys::of(&Phrase::parse(phrase).unwrap());
    let newest = in_it(folder, "manifests").pop().unwrap();
    let number = newest
        .file_name()
        .unwrap()
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    let manifest = Manifest::open(&keys, number, &fs::read(newest).unwrap()).unwrap();
    let mut all = Vec::new();
    for table in manifest.tables {
        let mut content = Vec::new();
        for name in &table.chunks {
            let file = fs::read(folder.join("chunks").join(ChunkName::file_name(name))).unwrap();
            content.extend(chunk::open(&keys, name, &file).unwrap());
        }
        all.push((table.name, table.columns, content));
    }
    all
}

#[test]
fn no_backup_holds_a_key_under_which_something_could_be_sent() {
    let (mut home, ada, ben) = acquainted();
    ben.run(&["send", "Ada", "said"]).ok();
    ada.sync().ok();
    ada.run(&["send", "Ben", "said too"]).ok();
    home.kill();
    ada.run(&["send", "Ben", "on its way"]).failed(4);
    let phrase = back_up(&ada)["phrase"].as_str().unwrap().to_owned();
    let backup = opened(&folder(&ada), &phrase);
    let names: Vec<&str> = backup.iter().map(|(name, ..)| name.as_str()).collect();
    let expected = [
        "home",
        "persona",
        "inbox",
        "contact",
        "capability",
        "conversation",
        "acceptance",
        "log",
        "rejoined",
        "item",
        "file",
        "upload",
        "erasure",
        "blocked",
        "block_past",
        "mapped_person",
        "unsent_letter",
        "own_limit",
        "way_back_card",
    ];
    assert_eq!(names, expected);
    let database = rusqlite::Connection::open(ada.profile().join("profile.db")).unwrap();
    let mut secrets: Vec<Vec<u8>> = Vec::new();
    for sql in [
        "SELECT value FROM mls_state",
        "SELECT device_seed FROM persona",
        "SELECT credential FROM persona",
        "SELECT device_label FROM inbox",
        "SELECT wrap_key FROM epoch",
        "SELECT body FROM outbox WHERE length(body) > 0",
        "SELECT body FROM pending_commit",
        "SELECT entropy FROM recovery",
    ] {
        let mut statement = database.prepare(sql).unwrap();
        let rows = statement
            .query_map([], |row| row.get::<_, Vec<u8>>(0))
            .unwrap();
        secrets.extend(rows.map(Result::unwrap).filter(|secret| secret.len() >= 16));
    }
    assert!(secrets.len() > 10, "{}", secrets.len());
    let mut texts = 0;
    for (table, columns, content) in &backup {
        for secret in &secrets {
            assert!(!holds(content, secret), "a secret in {table}");
        }
        if table == "item" {
            let place = columns.iter().position(|column| column == "text").unwrap();
            each_row(content, columns.len(), |row| {
                texts += usize::from(matches!(row[place], Column::Text(_)));
                Ok::<_, BackupError>(())
            })
            .unwrap();
        }
    }
    assert_eq!(texts, 3, "the look would find what is there");
}

#[test]
fn a_phrase_that_is_wrong_missing_or_none_says_which() {
    let ada = with_notes(1);
    back_up(&ada);
    let other = Phrase::new([7; 32]).words();
    assert!(refused(&folder(&ada), &other, 6).contains("not the one"));
    assert!(refused(&folder(&ada), "a few words", 5).contains("24 words"));
    let zoo = ["zoo"; 24].join(" ");
    assert!(refused(&folder(&ada), &zoo, 5).contains("go together"));
    let nobody = Person::blank();
    let from = folder(&ada);
    let without = ["recovery", "restore", from.to_str().unwrap()];
    nobody.run(&without).failed_without_result(6);
    let nowhere = [&without[..], &["--phrase-file", "/nowhere/at/all"]].concat();
    nobody.run(&nowhere).failed_without_result(6);
    let mut command = nobody.command(&without);
    command.env("KITH_PHRASE", other.as_str());
    Running::start(command, b"").said().failed_without_result(6);
    assert!(!nobody.profile().exists());
}

#[test]
fn what_was_damaged_is_a_sentence_and_leaves_no_profile() {
    let ada = with_notes(300);
    let phrase = back_up(&ada)["phrase"].as_str().unwrap().to_owned();
    let whole = folder(&ada);
    for path in files(&whole).into_keys() {
        let bytes = fs::read(&path).unwrap();
        let mut changed = bytes.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        let altered = [
            changed,
            bytes[..middle].to_vec(),
            Vec::new(),
            vec![0; 20 * 1024 * 1024],
        ];
        for (way, altered) in altered.iter().enumerate() {
            fs::write(&path, altered).unwrap();
            let said = restore(&whole, &phrase).1;
            if path.ends_with("kith-backup.json") && said.code == Some(0) {
                // A letter of what it says to people.
                continue;
            }
            let code = said.code.unwrap();
            assert!(code == 5 || code == 6, "{path:?} {way}: {said:?}");
            refused(&whole, &phrase, code);
        }
        fs::remove_file(&path).unwrap();
        refused(&whole, &phrase, 5);
        fs::create_dir(&path).unwrap();
        refused(&whole, &phrase, 5);
        fs::remove_dir(&path).unwrap();
        fs::write(&path, bytes).unwrap();
    }
    restore(&whole, &phrase).1.ok();
}

#[test]
fn damaged_parts_are_found_by_the_next_backup_and_written_again() {
    let ada = with_notes(600);
    let phrase = back_up(&ada)["phrase"].as_str().unwrap().to_owned();
    let chunks = in_it(&folder(&ada), "chunks");
    fs::write(&chunks[0], b"damage").unwrap();
    fs::remove_file(&chunks[1]).unwrap();
    assert_eq!(back_up(&ada)["chunks_written"], 2);
    assert_eq!(
        restore(&folder(&ada), &phrase).1.ok().line()["newest"],
        true
    );
}

#[test]
fn if_the_newest_backup_is_damaged_the_one_before_is_taken_and_that_is_said() {
    let ada = with_notes(1);
    let phrase = back_up(&ada)["phrase"].as_str().unwrap().to_owned();
    write(&ada, 1);
    back_up(&ada);
    let newest = in_it(&folder(&ada), "manifests").pop().unwrap();
    fs::write(newest, b"damage").unwrap();
    let said = restore(&folder(&ada), &phrase).1.ok().line();
    assert_eq!(
        (&said["newest"], &said["items"]),
        (&false.into(), &1.into())
    );
}

#[cfg(unix)]
#[test]
fn what_somebody_puts_into_the_folder_costs_no_backup_and_no_file() {
    let ada = with_notes(1);
    let phrase = back_up(&ada)["phrase"].as_str().unwrap().to_owned();
    let planted = folder(&ada).join("manifests/18446744073709551615");
    fs::write(&planted, b"").unwrap();
    let theirs = ada.folder().join("theirs");
    fs::write(&theirs, b"dear").unwrap();
    for items in 2..=5 {
        write(&ada, 1);
        std::os::unix::fs::symlink(&theirs, folder(&ada).join("unfinished")).unwrap();
        assert_eq!(back_up(&ada)["items"], items);
        assert_eq!(fs::read(&theirs).unwrap(), b"dear");
        let said = restore(&folder(&ada), &phrase).1.ok().line();
        assert_eq!(said["items"], items);
    }
    assert_eq!(in_it(&folder(&ada), "manifests").len(), 4);
    assert_eq!(fs::read(planted).unwrap(), b"");
}

#[test]
fn a_folder_that_is_something_else_stays_as_it_is() {
    let ada = with_notes(1);
    let foreign = ada.folder().join("pictures");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("cat.jpg"), b"cat").unwrap();
    let message = back_up_to(&ada, &foreign).failed_without_result(5);
    assert!(message.contains("not empty"), "{message}");
    assert_eq!(files(&foreign).len(), 1);
    let phrase = Phrase::new([7; 32]).words();
    assert!(refused(&foreign, &phrase, 5).contains("no backup"));
    refused(&ada.folder().join("nowhere"), &phrase, 5);
    // Another profile's.
    let eve = with_notes(1);
    back_up(&eve);
    let before = files(&folder(&eve));
    back_up_to(&ada, &folder(&eve)).failed_without_result(5);
    assert_eq!(files(&folder(&eve)), before);
    // Of a later version.
    fs::write(foreign.join("kith-backup.json"), br#"{"kith_backup":2}"#).unwrap();
    back_up_to(&ada, &foreign).failed_without_result(5);
    assert!(refused(&foreign, &phrase, 5).contains("update"));
    // No folder at all.
    back_up_to(&ada, &foreign.join("cat.jpg")).failed_without_result(7);
    back_up_to(&ada, Path::new("/proc/backups")).failed_without_result(7);
}

#[test]
fn a_profile_that_is_there_is_never_written_over() {
    let ada = with_notes(1);
    let phrase = back_up(&ada)["phrase"].as_str().unwrap().to_owned();
    let (eve, paper) = (with_notes(2), ada.folder().join("paper"));
    fs::write(&paper, phrase).unwrap();
    let before = files(&eve.profile());
    let from = folder(&ada);
    let arguments = [
        "recovery",
        "restore",
        from.to_str().unwrap(),
        "--phrase-file",
    ];
    let said = eve.run(&[&arguments[..], &[paper.to_str().unwrap()]].concat());
    assert!(said.failed_without_result(5).contains("already"));
    assert_eq!(files(&eve.profile()), before);
    assert_eq!(eve.texts("Notes").len(), 2);
}

#[test]
fn a_restored_profile_is_sealed_if_a_passphrase_is_given() {
    let ada = with_notes(1);
    let phrase = back_up(&ada)["phrase"].as_str().unwrap().to_owned();
    let (mut again, from) = (Person::blank(), folder(&ada));
    again.set_environment(&[
        ("KITH_PHRASE".into(), phrase),
        ("KITH_PASSPHRASE".into(), "correct horse".into()),
    ]);
    let said = again.run(&["recovery", "restore", from.to_str().unwrap()]);
    assert_eq!(said.ok().line()["sealed"], true);
    assert_eq!(again.texts("Notes"), ["needle 0"]);
    for (path, bytes) in files(&again.profile()) {
        assert!(!holds(&bytes, b"needle"), "{path:?}");
    }
    again.set_environment(&[]);
    again.run(&["show", "Notes"]).failed_without_result(6);
}

#[test]
fn a_backup_that_was_cut_off_leaves_the_one_before() {
    let ada = with_notes(2_000);
    let phrase = back_up(&ada)["phrase"].as_str().unwrap().to_owned();
    let mut least = 2_000;
    for wait_ms in [0, 10, 20, 30, 40, 60, 80, 120] {
        write(&ada, 300);
        let arguments = ["backup", "--out", folder(&ada).to_str().unwrap()].map(str::to_owned);
        let mut running = ada.start(&arguments, b"");
        std::thread::sleep(Duration::from_millis(wait_ms));
        running.kill();
        drop(running);
        let said = restore(&folder(&ada), &phrase).1.ok().line();
        assert_eq!(said["newest"], true);
        let items = said["items"].as_u64().unwrap();
        assert!(items >= least, "{items} after {least}");
        least = items;
    }
    assert_eq!(back_up(&ada)["items"], 2_000 + 8 * 300);
}

#[test]
fn a_full_disk_leaves_the_backup_before_and_is_exit_7() {
    let ada = with_notes(1_000);
    let Some(disk) = SmallDisk::mount(&folder(&ada), 4 * 1_024) else {
        skipped("this user may not mount a small disk, so no backup met a full one");
        return;
    };
    let phrase = back_up(&ada)["phrase"].as_str().unwrap().to_owned();
    for kib_left in [0, 4, 100, 300] {
        write(&ada, 1_000);
        disk.fill(kib_left);
        let message = back_up_to(&ada, &folder(&ada)).failed_without_result(7);
        assert!(message.contains("as it was"), "{message}");
        let said = restore(&folder(&ada), &phrase).1.ok().line();
        assert_eq!(said["items"], 1_000);
        disk.free();
    }
    assert_eq!(back_up(&ada)["items"], 5_000);
}
