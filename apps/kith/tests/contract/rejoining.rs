//! A restored device is let in again by the other side.

use std::fs;

use crate::backups::{back_up, back_up_to, folder, restore};
use crate::files::attached::{content, last, save, send, write};
use crate::support::person::{Person, acquainted};
use crate::support::said::Said;

/// Syncs both until the restored one is let in.
fn let_in(restored: &Person, other: &Person) {
    restored.sync().ok();
    other.sync().ok();
    let said = restored.sync().ok().line();
    assert_eq!(said["rejoining"], 0, "{said}");
}

#[test]
fn whoever_restores_is_let_in_again_and_both_are_shown_the_same() {
    let (_home, ada, ben) = acquainted();
    ben.sync().ok();
    for (at, of) in [(&ben, "Ada"), (&ada, "Ben")] {
        at.run(&["send", of, "before"]).ok();
    }
    ben.sync().ok();
    ada.sync().ok();
    let safety = ada.list("contact")[0]["safety"].clone();
    for (lost, by_lost, other, by_other) in [(&ada, "Ben", &ben, "Ada"), (&ben, "Ada", &ada, "Ben")]
    {
        let backups = lost.folder().join("lost");
        let phrase = back_up_to(lost, &backups).ok().text("phrase");
        let (again, said) = restore(&backups, &phrase);
        assert_eq!(said.ok().line()["rejoining"], 1);
        let waits = again.run(&["send", by_lost, "while waiting"]);
        assert!(waits.failed(4).contains("let this new device in"));
        assert_eq!(waits.line()["state"], "queued");
        let_in(&again, other);
        other.run(&["send", by_other, "welcome back"]).ok();
        again.sync().ok();
        let shown = |person: &Person, of| {
            let keys = ["seq", "author", "text", "state"];
            let lines = person.shown(of).into_iter();
            let lines = lines.map(|line| keys.map(|key| line[key].clone()));
            lines.collect::<Vec<_>>()
        };
        assert_eq!(shown(&again, by_lost), shown(other, by_other));
        assert_eq!(again.list("contact")[0]["safety"], safety);
        // The old device reads that it is out, and stops.
        lost.run(&["sync", "--wait", "1"]);
        let halted = lost.list("conversation")[0]["halted"].clone();
        assert!(
            halted.as_str().unwrap().contains("another device of yours"),
            "{halted}"
        );
        lost.run(&["send", by_lost, "no"]).failed_without_result(5);
        // The next round begins as if nothing had been lost.
        fs::remove_dir_all(lost.profile()).unwrap();
        fs::rename(again.profile(), lost.profile()).unwrap();
    }
}

#[test]
fn an_old_device_that_writes_is_told_at_once_that_another_took_its_place() {
    let (_home, ada, ben) = acquainted();
    ben.sync().ok();
    let phrase = back_up(&ben)["phrase"].as_str().unwrap().to_owned();
    let (again, said) = restore(&folder(&ben), &phrase);
    said.ok();
    let_in(&again, &ada);
    let message = ben.run(&["send", "Ada", "from the old one"]).failed(5);
    assert!(
        message.contains("restored from a backup took its place"),
        "{message}"
    );
    assert_eq!(ben.sync().ok().line()["pending"], 0);
    again.sync().ok();
    ada.sync().ok();
    assert!(ada.shown("Ben").is_empty() && again.shown("Ada").is_empty());
}

#[test]
fn people_hear_who_is_back_and_that_the_safety_number_is_the_same() {
    let (_home, ada, ben) = acquainted();
    ben.sync().ok();
    let phrase = back_up(&ben)["phrase"].as_str().unwrap().to_owned();
    let (again, said) = restore(&folder(&ben), &phrase);
    said.ok();
    let waits = again.plain(&["sync", "--wait", "1"]);
    assert!(waits.err.contains("let this new device in"), "{waits:?}");
    assert!(again.plain(&["conversation", "list"]).out.contains("waits"));
    let said = ada.plain(&["sync", "--wait", "1"]);
    assert!(said.err.contains("Ben is back on a new device"), "{said:?}");
    assert!(said.err.contains("it is the same"), "{said:?}");
}

#[test]
fn whoever_is_blocked_in_the_backup_is_not_asked_before_they_are_blocked_no_longer() {
    let (_home, ada, ben) = acquainted();
    ben.sync().ok();
    ben.run(&["contact", "block", "Ada"]).ok();
    let phrase = back_up(&ben)["phrase"].as_str().unwrap().to_owned();
    let (again, said) = restore(&folder(&ben), &phrase);
    assert_eq!(said.ok().line()["rejoining"], 0);
    assert_eq!(again.list("contact")[0]["blocked"], true);
    assert_eq!(again.sync().ok().line()["rejoining"], 0);
    assert_eq!(again.list("conversation")[0]["rejoining"], false);
    let said = ada.plain(&["sync", "--wait", "1"]).ok();
    assert!(!said.err.contains("back on a new device"), "{said:?}");
    again.run(&["contact", "unblock", "Ada"]).ok();
    assert_eq!(again.list("conversation")[0]["rejoining"], true);
    let_in(&again, &ada);
    again.run(&["send", "Ada", "hello again"]).ok();
    ada.sync().ok();
    assert_eq!(ada.texts("Ben"), ["hello again"]);
}

#[test]
fn what_is_held_says_until_when_and_is_not_changed_where_the_old_device_may_have_sent_it() {
    let (_home, _ada, ben) = acquainted();
    ben.sync().ok();
    let sent = ben.run(&["send", "Ada", "slept on", "--at", "2h"]).ok();
    assert!(ben.plain(&["show", "Ada"]).out.contains("until then"));
    let phrase = back_up(&ben)["phrase"].as_str().unwrap().to_owned();
    let (again, said) = restore(&folder(&ben), &phrase);
    assert_eq!(said.ok().line()["held"], 1);
    let shown = again.plain(&["show", "Ada"]).ok().out;
    assert!(shown.contains("(waits here until 2"), "{shown}");
    let item = sent.text("item");
    let message = again.run(&["edit", &item, "otherwise"]);
    let message = message.failed_without_result(5);
    assert!(message.contains("may have sent this"), "{message}");
    // The others are told once they have let this device in.
    assert_eq!(again.run(&["retract", &item]).text("state"), "queued");
    assert_eq!(again.shown("Ada")[0]["retracted"], true);
}

#[test]
fn a_file_is_saved_once_the_new_device_is_let_in_and_until_then_it_is_said_why_not() {
    let (_home, ada, ben) = acquainted();
    ben.sync().ok();
    let path = write(&ada, "a.bin", b"a picture");
    send(&ada, "Ben", "look", &[&path]).ok();
    ben.sync().ok();
    let item = last(&ben, "Ada")["item"].as_str().unwrap().to_owned();
    let phrase = back_up(&ben)["phrase"].as_str().unwrap().to_owned();
    let (again, said) = restore(&folder(&ben), &phrase);
    said.ok();
    let message = save(&again, &item).failed_without_result(3);
    assert!(message.contains("let this device in"), "{message}");
    let_in(&again, &ada);
    let saved = save(&again, &item).ok().line();
    assert_eq!(content(&saved), b"a picture");
}

#[test]
fn what_there_is_one_of_is_said_in_the_singular() {
    let (_home, _ada, ben) = acquainted();
    ben.sync().ok();
    let held = ["send", "Ada", "only this", "--at", "2h"];
    ben.run(&held).ok();
    let says = |said: &Said, expected: &str| {
        let all = format!("{}{}", said.out, said.err);
        assert!(all.contains(expected), "no `{expected}` in {all}");
    };
    let info = ben.plain(&["profile", "info"]);
    says(&info, "1 name, 1 conversation, ");
    let phrase = back_up(&ben)["phrase"].as_str().unwrap().to_owned();
    let backups = folder(&ben);
    let backups = backups.to_str().unwrap();
    let backup = ben.plain(&["backup", "--out", backups]);
    says(&backup, "A backup of 1 item is in");
    let again = Person::blank();
    let paper = write(&again, "paper", phrase.as_bytes());
    let paper = ["--phrase-file", paper.to_str().unwrap()];
    let restored = again.plain(&[&["recovery", "restore", backups], &paper[..]].concat());
    says(&restored, ", with 1 item. What");
    says(&restored, "1 conversation goes on once");
    says(&restored, "1 thing is held for its time, for a day");
    let synced = again.plain(&["sync", "--wait", "1"]);
    says(&synced, "1 conversation waits until");
}
