//! What goes wrong in one place stands in nobody's way in another, and says what it is.

use std::fs;

use crate::support::home::Home;
use crate::support::person::{Person, acquainted};

/// A profile with a name at a home that lives, and another at one that does not.
fn with_a_dead_home(home: &Home) -> Person {
    let hal = Person::at(home, "Hal");
    let dead = ["persona", "new", "Typo", "--home", "http://127.0.0.1:1"];
    hal.run(&dead).failed(4);
    hal
}

#[test]
fn a_home_that_is_dead_does_not_keep_an_invitation_from_another() {
    let home = Home::open();
    let hal = with_a_dead_home(&home);
    let (link, _) = hal.invite(&["--persona", "Hal"]);
    Person::local("Ben").accept(&link).ok();
}

#[test]
fn a_home_that_is_dead_does_not_keep_an_invitation_from_being_taken_back_at_another() {
    let home = Home::open();
    let hal = with_a_dead_home(&home);
    let (link, invite) = hal.invite(&["--persona", "Hal"]);
    hal.run(&["invite", "revoke", &invite]).ok();
    let message = Person::local("Ben").accept(&link).failed_without_result(3);
    assert!(message.contains("taken back"), "{message}");
}

#[test]
fn an_invitation_that_was_used_says_so() {
    let (_home, ada, _ben) = acquainted();
    let state = |person: &Person| person.list("invite")[0]["state"].clone();
    ada.sync().ok();
    assert_eq!(state(&ada), "used");
}

#[test]
fn a_conversation_that_stops_while_something_is_sent_is_not_taken_for_a_slow_home() {
    let (_home, ada, ben) = acquainted();
    let copy = Person::blank();
    fs::create_dir_all(copy.profile()).unwrap();
    for file in fs::read_dir(ben.profile()).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), copy.profile().join(file.file_name())).unwrap();
    }
    copy.run(&["send", "Ada", "from the copy"]).ok();
    let message = ben
        .run(&["send", "Ada", "from the first"])
        .failed_without_result(5);
    assert!(message.contains("copy"), "{message}");
    assert_eq!(ben.sync().ok().line()["pending"], 0);
    ada.sync().ok();
    assert_eq!(ada.texts("Ben"), ["from the copy"]);
}

#[test]
fn nothing_is_not_sent() {
    let (_home, _ada, ben) = acquainted();
    ben.run(&["send", "Ada", ""]).failed_without_result(5);
    for (arguments, input) in [
        (&["send", "Ada", "-"][..], ""),
        (&["send", "Ada", "-"], "\r\n"),
        (&["send", "Ada", " \u{200b}\u{2060}"], ""),
        (&["send", "Ada", "words", "--note", ""], ""),
        (&["send", "Ada", "words", "--note", " \u{feff}"], ""),
    ] {
        let said = ben.run_with(arguments, input.as_bytes());
        let message = said.failed_without_result(5);
        assert!(message.contains("nothing was sent"), "{message}");
    }
    assert!(ben.shown("Ada").is_empty());
}

#[test]
fn lines_are_sent_without_what_ends_them_and_each_has_a_result() {
    let (_home, ada, ben) = acquainted();
    let lines = "one\r\n\r\n two \n\n \nthree";
    let said = ben.run_with(&["send", "Ada", "-", "--lines"], lines.as_bytes());
    assert_eq!(said.ok().lines().len(), 6);
    ada.sync().ok();
    let expected = ["one", "", " two ", "", " ", "three"];
    assert_eq!(ada.texts("Ben"), expected);
    // One text is what it is.
    ben.run_with(&["send", "Ada", "-"], b"four\r\n").ok();
    assert_eq!(ben.texts("Ada").last().unwrap(), "four\r\n");
}
