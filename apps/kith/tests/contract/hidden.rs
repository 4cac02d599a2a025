//! Two profiles in one folder, each behind its own passphrase: from the command line nothing tells whether there is a
//! second, and neither knows of the other.

use std::path::Path;

use crate::support::person::Person;
use crate::support::said::{Running, Said};
use crate::together::wait_for_socket;

const ONE: &str = "the one that may be seen";
const TWO: &str = "the one that may not";

fn start(person: &Person, passphrase: &str, arguments: &[&str]) -> Running {
    let mut command = person.command(arguments);
    command.env("KITH_PASSPHRASE", passphrase);
    Running::start(command, b"")
}

fn with(person: &Person, passphrase: &str, arguments: &[&str]) -> Said {
    start(person, passphrase, arguments).said()
}

/// A command that is told of a new passphrase.
fn with_new(person: &Person, passphrase: Option<&str>, new: &str, arguments: &[&str]) -> Said {
    let mut command = person.command(arguments);
    command.env("KITH_NEW_PASSPHRASE", new);
    if let Some(passphrase) = passphrase {
        command.env("KITH_PASSPHRASE", passphrase);
    }
    Running::start(command, b"").said()
}

const HIDE: &[&str] = &["profile", "hide", "--replace"];

fn sealed() -> Person {
    let ada = Person::blank();
    with(&ada, ONE, &["profile", "init"]).ok();
    ada
}

/// With a name in each of the two.
fn hiding() -> Person {
    let ada = sealed();
    with(&ada, ONE, &["persona", "new", "Ada"]).ok();
    with_new(&ada, Some(ONE), TWO, HIDE).ok();
    with(&ada, TWO, &["persona", "new", "Fern"]).ok();
    ada
}

#[track_caller]
fn names(person: &Person, passphrase: &str) -> Vec<String> {
    let lines = with(person, passphrase, &["persona", "list"]).ok().lines();
    let name = |line: &serde_json::Value| line["name"].as_str().unwrap().to_owned();
    lines.iter().map(name).collect()
}

fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn each_passphrase_opens_its_own_names_and_none_opens_the_others() {
    let ada = hiding();
    assert_eq!(names(&ada, ONE), ["Ada"]);
    assert_eq!(names(&ada, TWO), ["Fern"]);
    with(&ada, "wrong", &["persona", "list"]).failed_without_result(6);
    ada.run(&["persona", "list"]).failed_without_result(6);
    with_new(&ada, Some(TWO), "three", &["profile", "passphrase"]).ok();
    with(&ada, TWO, &["persona", "list"]).failed_without_result(6);
    assert_eq!(names(&ada, ONE), ["Ada"]);
    with_new(&ada, Some(ONE), "four", &["profile", "passphrase"]).ok();
    assert_eq!(names(&ada, "three"), ["Fern"]);
    assert_eq!(names(&ada, "four"), ["Ada"]);
}

#[test]
fn commands_say_the_same_in_both_and_where_nothing_is_hidden() {
    let (alone, both) = (sealed(), sealed());
    with_new(&both, Some(ONE), TWO, HIDE).ok();
    let say = |person: &Person, passphrase: &str, arguments: &[&str]| {
        let said = with(person, passphrase, arguments);
        let folder = person.profile();
        let folder = folder.to_str().unwrap();
        let plain = |text: &str| text.replace(folder, "FOLDER");
        (said.code, plain(&said.out), plain(&said.err))
    };
    for arguments in [
        &["profile", "info"][..],
        &["profile", "check"],
        &["profile", "init"],
        &["profile", "passphrase"],
        &["profile", "hide"],
        HIDE,
        &["persona", "list"],
        &["contact", "list"],
        &["conversation", "list"],
        &["invite", "new"],
        &["show", "Nobody"],
        &["search", "anything"],
        &["sync", "--wait", "1"],
    ] {
        let expected = say(&alone, ONE, arguments);
        assert_eq!(say(&both, ONE, arguments), expected, "{arguments:?}");
        assert_eq!(say(&both, TWO, arguments), expected, "{arguments:?}");
        let expected = say(&alone, "wrong", arguments);
        assert_eq!(say(&both, "wrong", arguments), expected, "{arguments:?}");
        assert_eq!(files(&alone.profile()), files(&both.profile()));
    }
    // Making one says the same whether one is lost by it or not.
    let hidden = |person| with_new(person, Some(ONE), "five", HIDE).ok().line();
    let (first, second) = (hidden(&alone), hidden(&both));
    assert_eq!(first["sealed"], second["sealed"]);
    with(&both, TWO, &["profile", "info"]).failed_without_result(6);
}

#[test]
fn hiding_is_refused_where_it_would_lose_or_show_something() {
    let ada = hiding();
    let message = with_new(&ada, Some(ONE), "x", &["profile", "hide"]).failed_without_result(2);
    assert!(message.contains("--replace"), "{message}");
    with(&ada, ONE, HIDE).failed_without_result(6);
    with_new(&ada, Some("wrong"), "x", HIDE).failed_without_result(6);
    for taken in [ONE, TWO] {
        let message = with_new(&ada, Some(ONE), taken, HIDE).failed_without_result(5);
        assert!(message.contains("choose another"), "{message}");
        with_new(&ada, Some(TWO), taken, &["profile", "passphrase"]).failed_without_result(5);
    }
    let remove = ["profile", "passphrase", "--remove"];
    with(&ada, TWO, &remove).failed_without_result(5);
    let open = Person::local("Ben");
    with_new(&open, None, TWO, HIDE).failed_without_result(5);
    assert_eq!(names(&ada, ONE), ["Ada"]);
    assert_eq!(names(&ada, TWO), ["Fern"]);
}

#[test]
fn taking_the_passphrase_off_neither_loses_nor_shows_what_is_hidden() {
    let (with_one, without) = (hiding(), sealed());
    let remove = ["profile", "passphrase", "--remove"];
    for person in [&with_one, &without] {
        with(person, ONE, &remove).ok();
        person.run(&["profile", "info"]).ok();
        with(person, ONE, &["persona", "list"]).failed_without_result(5);
        with(person, "wrong", &["persona", "list"]).failed_without_result(5);
    }
    assert_eq!(files(&with_one.profile()), files(&without.profile()));
    assert_eq!(with_one.list("persona")[0]["name"], "Ada");
    assert_eq!(names(&with_one, TWO), ["Fern"]);
    let info = with(&with_one, TWO, &["profile", "info"]).ok().line();
    assert_eq!(info["sealed"], true);
    with_new(&with_one, None, "again", &["profile", "passphrase"]).ok();
    assert_eq!(names(&with_one, "again"), ["Ada"]);
    assert_eq!(names(&with_one, TWO), ["Fern"]);
}

#[test]
fn whoever_holds_the_one_never_does_the_commands_of_the_other() {
    let ada = hiding();
    for (holder, other) in [(ONE, TWO), (TWO, ONE)] {
        let before = [ONE, TWO].map(|passphrase| names(&ada, passphrase));
        let mut holding = start(&ada, holder, &["sync", "--wait", "6"]);
        wait_for_socket(&ada);
        with(&ada, holder, &["profile", "info"]).ok();
        assert!(holding.is_running(), "the holder does its own");
        let mut waiting = start(&ada, other, &["persona", "new", "Moss"]);
        with(&ada, "wrong", &["persona", "list"]).failed_without_result(6);
        assert!(waiting.is_running(), "it was done while the other was held");
        holding.said().ok();
        waiting.said().ok();
        let mut expected = before;
        let changed = usize::from(other == TWO);
        expected[changed].push("Moss".into());
        assert_eq!(
            [ONE, TWO].map(|passphrase| names(&ada, passphrase)),
            expected
        );
    }
    let mut holding = start(&ada, TWO, &["sync", "--wait", "50"]);
    wait_for_socket(&ada);
    let said = with(&ada, ONE, &["persona", "list"]);
    let message = said.failed_without_result(7);
    assert!(message.contains("Another program uses the profile"));
    assert!(holding.is_running());
}

#[test]
fn a_command_that_is_killed_while_it_hides_loses_nothing() {
    let ada = sealed();
    with(&ada, ONE, &["persona", "new", "Ada"]).ok();
    let mut before = "passphrase".to_owned();
    let took = with_new(&ada, Some(ONE), &before, HIDE).ok().took;
    let mut not_made = 0;
    for round in 0..14_u32 {
        let new = format!("passphrase {round}");
        let mut command = ada.command(HIDE);
        command
            .env("KITH_PASSPHRASE", ONE)
            .env("KITH_NEW_PASSPHRASE", &new);
        let mut running = Running::start(command, b"");
        std::thread::sleep(took * (round + 1) / 12);
        // It may be done already.
        running.kill();
        drop(running);
        assert_eq!(names(&ada, ONE), ["Ada"]);
        let opens = |passphrase: &str| with(&ada, passphrase, &["profile", "info"]).code == Some(0);
        let has_new = opens(&new);
        assert_ne!(has_new, opens(&before), "round {round}");
        if has_new {
            before = new;
        } else {
            not_made += 1;
        }
        let left = files(&ada.profile());
        assert!(!left.iter().any(|name| name.contains("next")), "{left:?}");
    }
    assert!(not_made > 0, "nothing was killed in the middle");
}

#[test]
fn what_was_cut_off_in_the_one_is_neither_spoilt_nor_left_lying_by_the_other() {
    let ada = hiding();
    for (own, other) in [(ONE, TWO), (TWO, ONE)] {
        let mut holding = start(&ada, own, &["sync", "--wait", "50"]);
        wait_for_socket(&ada);
        with(&ada, own, &["persona", "new", "Moss"]).ok();
        holding.kill();
        drop(holding);
        let left = files(&ada.profile());
        assert!(left.iter().any(|name| name.ends_with("-wal")), "{left:?}");
        assert_eq!(
            with(&ada, other, &["profile", "check"]).ok().line()["wrong_in_all"],
            0
        );
        let left = files(&ada.profile());
        assert!(!left.iter().any(|name| name.contains(".db-")), "{left:?}");
        assert!(names(&ada, own).contains(&"Moss".to_owned()));
    }
}

#[test]
fn files_of_the_hidden_one_stay_whatever_is_done_to_the_other() {
    let ada = hiding();
    let letter = ada.folder().join("letter.txt");
    std::fs::write(&letter, "for nobody else").unwrap();
    let letter = letter.to_str().unwrap();
    let notes = ["conversation", "new", "--kind", "self", "--title", "Notes"];
    with(&ada, TWO, &notes).ok();
    let sent = with(&ada, TWO, &["send", "Notes", "kept", "--attach", letter]).ok();
    with(&ada, ONE, &["profile", "passphrase", "--remove"]).ok();
    assert_eq!(ada.list("persona").len(), 1);
    let item = sent.text("item");
    let out = ada.folder().join("out");
    std::fs::create_dir(&out).unwrap();
    with(&ada, TWO, &["save", &item, "--out", out.to_str().unwrap()]).ok();
    let saved = std::fs::read_to_string(out.join("letter.txt")).unwrap();
    assert_eq!(saved, "for nobody else");
}
