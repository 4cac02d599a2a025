//! Search in any script, safety numbers, following, and what shells complete with.

use serde_json::Value;
use std::time::{Duration, Instant};

use crate::support::person::{Person, acquainted};

#[track_caller]
fn found(person: &Person, arguments: &[&str]) -> Vec<String> {
    let lines = person.run(&[&["search"], arguments].concat()).ok().lines();
    let text = |line: &Value| line["text"].as_str().unwrap().to_owned();
    lines.iter().map(text).collect()
}

#[test]
fn what_was_said_is_found_in_any_script_on_both_sides() {
    let (_home, ada, ben) = acquainted();
    for text in [
        "The café by the river",
        "東京に行きたい",
        "صباح الخَيْر يا أحمد",
        "пора спать",
        "nothing of this kind",
    ] {
        ben.run(&["send", "Ada", text]).ok();
    }
    ada.sync().ok();
    for person in [&ada, &ben] {
        for (query, text) in [
            ("cafe", "The café by the river"),
            ("CAFÉ riv", "The café by the river"),
            ("東京", "東京に行きたい"),
            ("行き", "東京に行きたい"),
            ("الخير", "صباح الخَيْر يا أحمد"),
            ("احمد", "صباح الخَيْر يا أحمد"),
            ("ПОРА", "пора спать"),
        ] {
            assert_eq!(found(person, &[query]), [text], "{query}");
        }
        assert_eq!(found(person, &["京東"]), Vec::<String>::new());
        assert_eq!(found(person, &["cafe thing"]), Vec::<String>::new());
    }
    ada.run(&["search", "\" * -"]).failed_without_result(5);
    ada.run(&["search", "cafe", "Nobody"])
        .failed_without_result(5);
}

#[test]
fn the_best_comes_first_and_a_conversation_can_be_named() {
    let (home, ada, ben) = acquainted();
    let cleo = Person::local("Cleo");
    crate::support::person::acquaint(&ada, &cleo);
    ben.run(&["send", "Ada", "tea"]).ok();
    let long = format!("tea {}", "and many other words ".repeat(40));
    ben.run(&["send", "Ada", &long]).ok();
    cleo.run(&["send", "Ada", "tea tea tea"]).ok();
    ada.sync().ok();
    assert_eq!(found(&ada, &["tea"]).len(), 3);
    assert_eq!(found(&ada, &["tea", "Ben"]), ["tea".to_owned(), long]);
    assert_eq!(found(&ada, &["tea", "Cleo"]), ["tea tea tea"]);
    assert_eq!(found(&ada, &["tea", "--limit", "1"]).len(), 1);
    let line = ada.run(&["search", "tea", "Cleo"]).ok().line();
    let shown = ada.shown("Cleo").pop().unwrap();
    for (key, value) in shown.as_object().unwrap() {
        assert_eq!(&line[key], value, "{key}");
    }
    drop(home);
}

#[test]
fn a_changed_text_is_found_as_it_is_now_and_what_was_taken_back_not_at_all() {
    let (_home, ada, ben) = acquainted();
    let item = ben.run(&["send", "Ada", "strawberry"]).ok().text("item");
    ben.run(&["edit", &item, "raspberry"]).ok();
    ada.sync().ok();
    for person in [&ada, &ben] {
        assert_eq!(found(person, &["straw"]), Vec::<String>::new());
        assert_eq!(found(person, &["rasp"]), ["raspberry"]);
    }
    ben.run(&["retract", &item]).ok();
    ada.sync().ok();
    for person in [&ada, &ben] {
        assert_eq!(found(person, &["rasp"]), Vec::<String>::new());
    }
}

#[test]
fn a_compared_safety_number_is_noted() {
    let (_home, ada, ben) = acquainted();
    assert_eq!(ada.list("contact")[0]["verified"], false);
    let said = ada.run(&["contact", "verify", "Ben"]).ok().line();
    assert_eq!(said["verified"], true);
    assert_eq!(said["safety"], ben.list("contact")[0]["safety"]);
    assert_eq!(ada.list("contact")[0], said);
    ada.run(&["contact", "verify", "Nobody"])
        .failed_without_result(5);
}

#[test]
fn who_follows_is_shown_what_comes_and_what_changes() {
    let (_home, ada, ben) = acquainted();
    ben.run(&["send", "Ada", "one"]).ok();
    ada.sync().ok();
    let path = ada.folder().join("followed");
    let out = std::fs::File::create(&path).unwrap();
    let mut follow = ada.command(&["show", "Ben", "--follow"]);
    let mut following = follow.stdout(out).spawn().unwrap();
    let until = |text: &str| {
        let begun = Instant::now();
        loop {
            let said = std::fs::read_to_string(&path).unwrap();
            if said.contains(&format!("\"text\":\"{text}\"")) {
                return;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "no {text}: {said}"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    until("one");
    let item = ben.run(&["send", "Ada", "two"]).ok().text("item");
    until("two");
    ben.run(&["edit", &item, "three"]).ok();
    until("three");
    following.kill().unwrap();
    following.wait().unwrap();
    assert_eq!(ada.list("conversation")[0]["unread"], 0);
}

#[test]
fn shells_are_told_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        let said = Person::blank().plain(&["completions", shell]);
        assert_eq!(said.code, Some(0));
        assert!(said.out.contains("retract"), "{shell}");
        assert!(!said.out.contains("client-part"), "{shell}");
    }
    Person::blank()
        .run(&["completions", "nushell-of-tomorrow"])
        .failed(2);
}
