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
