//! Somebody, or a disk, changed what a profile is made of: a sentence, the exit code for it, and nothing more is changed.

use std::fs;
use std::path::PathBuf;

use crate::support::person::{Person, acquainted};
use crate::support::said::{Running, Said, is_a_sentence};

const PASSPHRASE: &str = "correct horse";

/// Ben, sealed, who knows Ada and has written to her; she is gone, and so is the home.
fn sealed() -> Person {
    let (_home, _ada, ben) = acquainted();
    for text in ["one", "two", "three"] {
        ben.run(&["send", "Ada", text]).ok();
    }
    let mut command = ben.command(&["profile", "passphrase"]);
    command.env("KITH_NEW_PASSPHRASE", PASSPHRASE);
    Running::start(command, b"").said().ok();
    ben
}

/// Runs a command with the passphrase.
fn with(person: &Person, arguments: &[&str]) -> Said {
    let mut command = person.command(arguments);
    command.env("KITH_PASSPHRASE", PASSPHRASE);
    Running::start(command, b"").said()
}

fn file(person: &Person, name: &str) -> PathBuf {
    person.profile().join(name)
}

/// What damage may be answered with: nothing that is only seen in part, or a sentence under one of these exit codes.
#[track_caller]
fn is_one_of(said: &Said, codes: &[i32]) -> String {
    let code = said.code.unwrap_or(-1);
    assert!(codes.contains(&code), "{said:?}");
    let error: serde_json::Value = serde_json::from_str(said.err.trim()).unwrap();
    let message = error["message"].as_str().unwrap().to_owned();
    is_a_sentence(&message);
    message
}

#[test]
fn whatever_bit_of_a_sealed_database_is_changed_it_is_said_and_nothing_is_lost() {
    let ben = sealed();
    let database = file(&ben, "profile.db");
    let whole = fs::read(&database).unwrap();
    let pages = whole.len() / 4096;
    // In the salt, in the first page, in what tells pages apart, and all over the file.
    let places = [0, 20, 4_050, 4_090].into_iter();
    let places = places.chain((1..8).map(|part| whole.len() * part / 8 + 1_000));
    for at in places {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(&database, &changed).unwrap();
        // The first page is the key's proof: without it nobody can tell a wrong passphrase from damage.
        let code = if at < 4_096 { 6 } else { 7 };
        let said = with(&ben, &["profile", "check"]);
        is_one_of(&said, &[code]);
        let shown = with(&ben, &["show", "Ada"]);
        if shown.code != Some(0) {
            is_one_of(&shown, &[code]);
        }
        assert!(
            fs::read(&database).unwrap() == changed,
            "byte {at} of {pages} pages"
        );
    }
    fs::write(&database, &whole[..whole.len() / 2]).unwrap();
    is_one_of(&with(&ben, &["profile", "check"]), &[7]);
    fs::write(&database, &whole).unwrap();
    assert_eq!(with(&ben, &["show", "Ada"]).ok().lines().len(), 3);
}

#[test]
fn whatever_is_done_to_the_seal_nothing_is_changed_and_the_right_one_opens_it_again() {
    let ben = sealed();
    let (seal, database) = (file(&ben, "seal.json"), file(&ben, "profile.db"));
    let (whole, sealed) = (
        fs::read_to_string(&seal).unwrap(),
        fs::read(&database).unwrap(),
    );
    let fields: serde_json::Value = serde_json::from_str(&whole).unwrap();
    let other = |field: &str, value: serde_json::Value| {
        let mut fields = fields.clone();
        fields[field] = value;
        fields.to_string()
    };
    let salt = fields["salt"].as_str().unwrap();
    let other_salt = salt.chars().rev().collect::<String>();
    for (changed, code) in [
        (String::new(), 7),
        ("null".to_owned(), 7),
        ("{}".to_owned(), 7),
        (whole.chars().take(whole.len() / 2).collect(), 7),
        (other("derivation", "md5".into()), 7),
        (other("memory_kib", u32::MAX.into()), 7),
        (other("memory_kib", 1.into()), 7),
        (other("memory_kib", (-1).into()), 7),
        (other("passes", 0.into()), 7),
        (other("passes", u32::MAX.into()), 7),
        (other("salt", "zz".into()), 7),
        (other("salt", "".into()), 7),
        (other("salt", other_salt.into()), 6),
        (other("passes", 1.into()), 6),
    ] {
        fs::write(&seal, &changed).unwrap();
        let said = with(&ben, &["persona", "new", "Eve"]);
        is_one_of(&said, &[code]);
        assert_eq!(fs::read_to_string(&seal).unwrap(), changed);
    }
    fs::write(&seal, [0xff; 100]).unwrap();
    is_one_of(&with(&ben, &["show", "Ada"]), &[7]);
    fs::remove_file(&seal).unwrap();
    is_one_of(&ben.run(&["show", "Ada"]), &[7]);
    fs::create_dir(&seal).unwrap();
    is_one_of(&with(&ben, &["show", "Ada"]), &[7]);
    fs::remove_dir(&seal).unwrap();
    assert!(fs::read(&database).unwrap() == sealed);
    fs::write(&seal, &whole).unwrap();
    assert_eq!(with(&ben, &["show", "Ada"]).ok().lines().len(), 3);
}

#[test]
fn whatever_byte_of_an_open_database_is_changed_no_command_breaks() {
    let (_home, _ada, ben) = acquainted();
    for number in 0..20 {
        ben.run(&["send", "Ada", &format!("text {number}")]).ok();
    }
    let database = file(&ben, "profile.db");
    let whole = fs::read(&database).unwrap();
    let mut found = 0;
    // 0x55 at once in the header of a page, in its list of cells, and in its cells.
    for part in 0..24 {
        let mut changed = whole.clone();
        let page = whole.len() / 4096 * part / 24;
        let at = page * 4096 + [0, 10, 3_900][part % 3] + if page == 0 { 100 } else { 0 };
        changed[at..at + 8].fill(0x55);
        fs::write(&database, &changed).unwrap();
        for arguments in [
            &["profile", "check"][..],
            &["show", "Ada"],
            &["contact", "list"],
        ] {
            let said = ben.run(arguments);
            if said.code != Some(0) {
                found += 1;
                is_one_of(&said, &[5, 7]);
            }
        }
        for beside in ["profile.db-wal", "profile.db-shm"] {
            let _ = fs::remove_file(file(&ben, beside));
        }
    }
    assert!(found > 12, "{found}");
    fs::write(&database, &whole).unwrap();
    assert_eq!(ben.texts("Ada").len(), 20);
}

#[test]
fn what_stands_in_the_place_of_the_lock_or_the_files_is_said() {
    let ben = Person::local("Ben");
    fs::write(file(&ben, "lock"), "anything").unwrap();
    ben.run(&["persona", "list"]).ok();
    fs::remove_file(file(&ben, "lock")).unwrap();
    fs::create_dir(file(&ben, "lock")).unwrap();
    is_one_of(&ben.run(&["persona", "list"]), &[7]);
    fs::remove_dir(file(&ben, "lock")).unwrap();
    ben.run(&["conversation", "new", "--kind", "self", "--title", "mine"])
        .ok();
    let _ = fs::remove_dir_all(file(&ben, "files"));
    fs::write(file(&ben, "files"), "no folder").unwrap();
    let sent = ben.folder().join("a");
    fs::write(&sent, "a").unwrap();
    let said = ben.run(&["send", "mine", "x", "--attach", sent.to_str().unwrap()]);
    is_one_of(&said, &[7]);
    assert_eq!(ben.texts("mine"), Vec::<String>::new());
}
