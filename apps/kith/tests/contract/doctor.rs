//! `kith doctor` finds what is wrong, says what to do, and changes nothing.

use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::support::person::{Person, acquainted};
use crate::support::said::Said;

fn check(said: &Said, name: &str) -> Vec<Value> {
    let lines = said.lines().into_iter();
    lines.filter(|line| line["check"] == name).collect()
}

#[test]
fn a_profile_that_is_well_is_said_to_be() {
    let (_home, ada, _ben) = acquainted();
    let said = ada.run(&["doctor"]).ok();
    for name in [
        "program", "profile", "seal", "disk", "home", "clock", "waiting",
    ] {
        let found = check(&said, name);
        assert_eq!(found.len(), 1, "{name}: {said:?}");
        assert_eq!(found[0]["ok"], true, "{name}: {said:?}");
        assert!(found[0]["found"].is_string() && found[0]["advice"].is_null());
    }
    let plain = ada.plain(&["doctor"]);
    assert!(plain.out.contains("home: http://127.0.0.1"), "{plain:?}");
}

#[test]
fn what_it_prints_names_no_person_and_nothing_that_was_said() {
    let (_home, ada, ben) = acquainted();
    ben.run(&["send", "Ada", "unmistakable"]).ok();
    ada.run(&["invite", "new", "--label", "for Cleo"]).ok();
    ada.sync().ok();
    let said = [ada.run(&["doctor"]).ok().out, ada.plain(&["doctor"]).out];
    // The folder's name is the one thing here that is not for the test to choose.
    let folder = ada.folder().to_str().unwrap();
    for text in said.map(|text| text.replace(folder, "")) {
        for word in ["Ada", "Ben", "Cleo", "unmistakable", "/#/i/"] {
            assert!(!text.contains(word), "{word}: {text}");
        }
    }
}

#[test]
fn a_home_that_does_not_answer_is_exit_4_and_what_waits_is_counted() {
    let (mut home, ada, _ben) = acquainted();
    home.stop();
    ada.run(&["send", "Ben", "later"]).failed(4);
    let said = ada.run(&["doctor"]);
    said.failed(4);
    let found = check(&said, "home");
    assert_eq!(found[0]["ok"], false);
    assert!(found[0]["advice"].as_str().unwrap().contains("online"));
    let waiting = check(&said, "waiting");
    assert!(
        waiting[0]["found"].as_str().unwrap().starts_with("1 "),
        "{said:?}"
    );
}

#[test]
fn a_folder_that_others_may_open_is_exit_7() {
    let ada = Person::local("Ada");
    fs::set_permissions(ada.profile(), fs::Permissions::from_mode(0o755)).unwrap();
    let said = ada.run(&["doctor"]);
    said.failed(7);
    assert!(
        check(&said, "seal")[0]["advice"]
            .as_str()
            .unwrap()
            .contains("chmod 700")
    );
}

#[test]
fn a_damaged_profile_is_exit_7_and_stays_as_it_is() {
    let (_home, ada, _ben) = acquainted();
    for number in 0..40 {
        ada.run(&["send", "Ben", &format!("{number} {}", "words ".repeat(500))])
            .ok();
    }
    let path = ada.profile().join("profile.db");
    let mut bytes = fs::read(&path).unwrap();
    // In the middle of pages that hold what was said, far from the first.
    let middle = bytes.len() / 2;
    bytes[middle..middle + 6_000].fill(0xa5);
    fs::write(&path, &bytes).unwrap();
    let before = fs::read(&path).unwrap();
    for command in [&["doctor"][..], &["profile", "check"]] {
        let message = ada.run(command).failed(7);
        assert!(message.contains("nothing was changed") || message.contains("Nothing was changed"));
    }
    let said = ada.run(&["doctor"]);
    advises_to_restore(&said, &ada);
    for name in ["home", "clock", "seal", "disk"] {
        assert_eq!(check(&said, name)[0]["ok"], true, "{name}: {said:?}");
    }
    assert!(!ada.profile().join("profile.db-journal").exists());
    assert_eq!(fs::read(&path).unwrap(), before);
    let message = ada.run(&["profile", "check"]).failed(7);
    assert!(message.contains("recovery restore"), "{message}");
}

/// What is damaged is said first, with the command that makes it anew, in a folder where nothing is yet.
#[track_caller]
fn advises_to_restore(said: &Said, person: &Person) {
    let damaged = &check(said, "profile")[0];
    assert_eq!(damaged["ok"], false, "{said:?}");
    let advice = damaged["advice"].as_str().unwrap();
    let new = person.folder().join("profile-restored");
    let command = format!("kith --profile {} recovery restore ", new.display());
    assert!(advice.contains(&command), "{advice}");
    assert!(advice.contains("Keep this folder"), "{advice}");
}

#[test]
fn a_profile_that_does_not_even_open_is_looked_at_as_far_as_that_goes() {
    for (name, bytes) in [("profile.db", &b"no database"[..]), ("profile.db", b"")] {
        let ada = Person::local("Ada");
        fs::write(ada.profile().join(name), bytes).unwrap();
        let said = ada.run(&["doctor"]);
        said.failed(7);
        advises_to_restore(&said, &ada);
        assert_eq!(check(&said, "disk").len(), 1);
        let message = ada.run(&["profile", "check"]).failed(7);
        assert!(message.contains("recovery restore"), "{message}");
        assert_eq!(fs::read(ada.profile().join(name)).unwrap(), bytes);
    }
}
