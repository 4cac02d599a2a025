//! Sealed profiles, passphrases, and exit code 6.

use std::path::PathBuf;
use std::process::Command;

use crate::support::person::Person;
use crate::support::said::{Running, Said};

const PASSPHRASE: &str = "correct horse, ÄÖ";

fn with_variable(person: &Person, arguments: &[&str], passphrase: &str) -> Said {
    let mut command: Command = person.command(arguments);
    command.env("KITH_PASSPHRASE", passphrase);
    Running::start(command, b"").said()
}

fn file(person: &Person, text: &str) -> PathBuf {
    let path = person.folder().join("passphrase");
    std::fs::write(&path, text).unwrap();
    path
}

fn sealed() -> Person {
    let ada = Person::blank();
    let said = with_variable(&ada, &["profile", "init"], PASSPHRASE).ok();
    assert_eq!(said.line()["sealed"], true);
    ada
}

#[test]
fn a_sealed_profile_opens_with_its_passphrase_alone() {
    let ada = sealed();
    let info = ["profile", "info"];
    assert_eq!(
        with_variable(&ada, &info, PASSPHRASE).ok().line()["sealed"],
        true
    );
    let path = file(&ada, &format!("{PASSPHRASE}\nsecond line\n"));
    let with_file = [
        "profile",
        "info",
        "--passphrase-file",
        path.to_str().unwrap(),
    ];
    ada.run(&with_file).ok();
    with_variable(&ada, &["persona", "new", "Ada"], PASSPHRASE).ok();
    for said in [
        ada.run(&info),
        with_variable(&ada, &info, "wrong"),
        with_variable(&ada, &info, ""),
        with_variable(&ada, &["persona", "new", "Eve"], "correct horse"),
        ada.run(&["persona", "new", "Eve"]),
        ada.run(&["sync"]),
    ] {
        said.failed_without_result(6);
    }
    file(&ada, "wrong\n");
    ada.run(&with_file).failed_without_result(6);
    file(&ada, "");
    ada.run(&with_file).failed_without_result(6);
    let missing = ["profile", "info", "--passphrase-file", "/nowhere/at/all"];
    ada.run(&missing).failed_without_result(6);
    let names = with_variable(&ada, &["persona", "list"], PASSPHRASE)
        .ok()
        .lines();
    assert_eq!(names.len(), 1, "something of the refused commands was kept");
}

#[test]
fn a_profile_that_a_passkey_opens_is_locked_to_this_program_and_it_says_so() {
    let ada = sealed();
    let seal = ada.profile().join("seal.json");
    let whole = std::fs::read(&seal).unwrap();
    let salt = "07".repeat(32);
    let passkey = format!(r#"{{"derivation":"webauthn-prf","credential":"_-8","salt":"{salt}"}}"#);
    std::fs::write(&seal, &passkey).unwrap();
    for said in [
        ada.run(&["profile", "info"]),
        ada.run(&["sync"]),
        with_variable(&ada, &["profile", "info"], PASSPHRASE),
        with_variable(&ada, &["persona", "new", "Eve"], "wrong"),
    ] {
        said.failed_without_result(6);
        assert!(
            said.err.contains("opened by a passkey in the browser"),
            "{said:?}"
        );
    }
    assert_eq!(std::fs::read_to_string(&seal).unwrap(), passkey);
    std::fs::write(&seal, whole).unwrap();
    with_variable(&ada, &["profile", "info"], PASSPHRASE).ok();
}

#[test]
fn nothing_of_a_sealed_profile_lies_open_on_the_disk() {
    let ada = sealed();
    let name = "Unmistakable";
    with_variable(&ada, &["persona", "new", name], PASSPHRASE).ok();
    for file in std::fs::read_dir(ada.profile()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for part in [
            name.as_bytes(),
            b"SQLite format",
            b"CREATE TABLE",
            PASSPHRASE.as_bytes(),
        ] {
            assert!(!bytes.windows(part.len()).any(|window| window == part));
        }
    }
}

#[test]
fn a_passphrase_is_never_ignored() {
    let ada = Person::local("Ada");
    for arguments in [
        &["profile", "info"][..],
        &["persona", "list"],
        &["persona", "new", "Eve"],
    ] {
        let message = with_variable(&ada, arguments, PASSPHRASE).failed_without_result(5);
        assert!(message.contains("not sealed"), "{message}");
    }
    let path = file(&ada, PASSPHRASE);
    let said = ada.run(&[
        "persona",
        "list",
        "--passphrase-file",
        path.to_str().unwrap(),
    ]);
    said.failed_without_result(5);
    assert_eq!(ada.list("persona").len(), 1);
}

#[test]
fn a_file_seals_as_a_variable_does() {
    let ada = Person::blank();
    let path = file(&ada, "one two\r\n");
    let path = path.to_str().unwrap();
    let said = ada
        .run(&["profile", "init", "--passphrase-file", path])
        .ok();
    assert_eq!(said.line()["sealed"], true);
    with_variable(&ada, &["profile", "info"], "one two").ok();
}

#[test]
fn a_passphrase_is_set_changed_and_removed_and_everything_stays() {
    let ada = Person::local("Ada");
    let note = ["conversation", "new", "--kind", "self", "--title", "Notes"];
    ada.run(&note).ok();
    ada.run(&["send", "Notes", "Unmistakable words"]).ok();
    let new = |text: &str| file(&ada, text).to_str().unwrap().to_owned();
    let holds = |passphrase: Option<&str>| {
        let show = ["search", "unmistakable"];
        let said = match passphrase {
            Some(passphrase) => with_variable(&ada, &show, passphrase),
            None => ada.run(&show),
        };
        assert_eq!(said.ok().line()["text"], "Unmistakable words");
        let database = std::fs::read(ada.profile().join("profile.db")).unwrap();
        let plain = database.windows(12).any(|part| part == b"Unmistakable");
        assert_eq!(plain, passphrase.is_none());
    };
    let set = ["profile", "passphrase", "--new-file", &new("first\n")];
    assert_eq!(ada.run(&set).ok().line()["sealed"], true);
    holds(Some("first"));
    ada.run(&["search", "unmistakable"])
        .failed_without_result(6);
    let set = ["profile", "passphrase", "--new-file", &new("second")];
    with_variable(&ada, &set, "wrong").failed_without_result(6);
    with_variable(&ada, &set, "first").ok();
    holds(Some("second"));
    with_variable(&ada, &["search", "x"], "first").failed_without_result(6);
    let check = with_variable(&ada, &["profile", "check"], "second").ok();
    assert_eq!(check.line()["wrong_in_all"], 0);
    with_variable(&ada, &["profile", "passphrase"], "second").failed_without_result(6);
    let remove = ["profile", "passphrase", "--remove"];
    assert_eq!(
        with_variable(&ada, &remove, "second").ok().line()["sealed"],
        false
    );
    holds(None);
    ada.run(&remove).failed_without_result(5);
}
