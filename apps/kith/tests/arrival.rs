//! What is said arrives: whole, in order, once, whatever happens to home and sender in between.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the helpers of a test are part of the test"
)]

mod support;

use serde_json::Value;
use std::time::Duration;
use support::home::Home;
use support::person::{Person, acquainted, acquainted_at};
use support::{ESSAY, wait_for};

/// Enough of the essay that something can happen in its middle.
const TIMES: usize = 12;

fn essay_lines() -> Vec<String> {
    ESSAY.lines().map(str::to_owned).collect()
}

/// How many result lines have this state.
fn count(lines: &[Value], state: &str) -> usize {
    lines.iter().filter(|line| line["state"] == state).count()
}

/// Everything that `person` sees in the conversation is stored, numbered from 1 without a gap.
fn all_stored_in_order(person: &Person, conversation: &str) {
    let shown = person.shown(conversation);
    let numbers: Vec<_> = shown.iter().map(|line| line["seq"].as_u64()).collect();
    let expected: Vec<_> = (1..=shown.len() as u64).map(Some).collect();
    assert_eq!(numbers, expected);
    assert_eq!(count(&shown, "stored"), shown.len());
}

#[test]
fn the_essay_arrives_line_by_line() {
    let (_home, ada, ben) = acquainted();
    let said = ben.run_with(&["send", "Ada", "-", "--lines"], ESSAY.as_bytes());
    let lines = said.ok().lines();
    assert_eq!(count(&lines, "stored"), essay_lines().len());
    let synced = ada.sync().ok().line();
    assert_eq!(synced["received"], essay_lines().len());
    assert_eq!(ada.texts("Ben"), essay_lines());
    assert_eq!(ben.texts("Ada"), essay_lines());
    all_stored_in_order(&ada, "Ben");
    all_stored_in_order(&ben, "Ada");
    ada.sync().ok();
    assert_eq!(
        ada.texts("Ben"),
        essay_lines(),
        "a second sync brings nothing twice"
    );
}

#[test]
fn the_essay_arrives_as_one_item_byte_for_byte() {
    let (_home, ada, ben) = acquainted();
    ben.run_with(&["send", "Ada", "-"], ESSAY.as_bytes()).ok();
    ada.sync().ok();
    assert_eq!(ada.texts("Ben"), [ESSAY]);
}

#[test]
fn the_essay_arrives_although_the_home_is_killed_while_it_is_sent() {
    let (mut home, ada, ben) = acquainted();
    let essay = ESSAY.repeat(TIMES);
    let all = essay_lines().len() * TIMES;
    let sending = ben.start(&["send", "Ada", "-", "--lines"], essay.as_bytes());
    wait_for("more entries than may be unanswered", || {
        (home.entries() >= 150).then_some(())
    });
    home.kill();
    let said = sending.said();
    said.failed(4);
    let lines = said.lines();
    let (queued, stored) = (count(&lines, "queued"), count(&lines, "stored"));
    assert_eq!(queued + stored, all);
    assert!(queued > 0, "the home was killed too late to matter");
    assert!(stored > 0, "the home was killed too early to matter");
    home.come_back();
    assert!(
        home.entries() >= stored as u64,
        "the home lost what it confirmed"
    );
    let synced = ben.sync().ok().line();
    assert_eq!(
        (&synced["sent"], &synced["pending"]),
        (&queued.into(), &0.into())
    );
    ada.sync().ok();
    let expected: Vec<String> = essay.lines().map(str::to_owned).collect();
    assert_eq!(ada.texts("Ben"), expected);
    all_stored_in_order(&ada, "Ben");
    all_stored_in_order(&ben, "Ada");
}

#[test]
fn the_essay_arrives_although_the_home_is_killed_while_it_is_fetched() {
    let (mut home, ada, ben) = acquainted();
    let essay = ESSAY.repeat(TIMES);
    ben.run_with(&["send", "Ada", "-", "--lines"], essay.as_bytes())
        .ok();
    let fetching = ada.start(&["sync", "--wait", "1"], b"");
    std::thread::sleep(Duration::from_millis(60));
    home.kill();
    home.come_back();
    fetching.said();
    ada.sync().ok();
    let expected: Vec<String> = essay.lines().map(str::to_owned).collect();
    assert_eq!(ada.texts("Ben"), expected);
}

#[test]
fn two_people_who_are_never_online_together_meet_and_talk() {
    let mut home = Home::open();
    let ada = Person::at(&home, "Ada");
    let (link, _) = ada.invite(&[]);
    home.kill();
    home.come_back();
    let ben = Person::local("Ben");
    ben.accept(&link).ok();
    ben.run_with(&["send", "Ada", "-", "--lines"], ESSAY.as_bytes())
        .ok();
    home.kill();
    home.come_back();
    let synced = ada.sync().ok().line();
    assert_eq!(synced["received"], essay_lines().len());
    ada.run(&["send", "Ben", "I have read it."]).ok();
    home.kill();
    home.come_back();
    ben.sync().ok();
    let mut expected = essay_lines();
    assert_eq!(ada.texts("Ben").len(), expected.len() + 1);
    expected.push("I have read it.".into());
    assert_eq!(ada.texts("Ben"), expected);
    assert_eq!(ben.texts("Ada"), expected);
    let safety = |person: &Person| person.list("contact")[0]["safety"].clone();
    assert_eq!(safety(&ada), safety(&ben));
}

#[test]
fn what_a_killed_sender_had_made_durable_arrives_once() {
    let (home, ada, ben) = acquainted();
    let essay = ESSAY.repeat(TIMES);
    let all: Vec<String> = essay.lines().map(str::to_owned).collect();
    let mut sending = ben.start(&["send", "Ada", "-", "--lines"], essay.as_bytes());
    wait_for("the first entries", || (home.entries() >= 20).then_some(()));
    sending.kill();
    assert_eq!(sending.said().code, None, "it ended before it was killed");
    let at_home = home.entries();
    assert!(
        at_home < all.len() as u64,
        "it was killed too late to matter"
    );
    let durable = ben.texts("Ada");
    assert_eq!(durable, all, "all is durable before the first goes out");
    ben.sync().ok();
    ada.sync().ok();
    assert_eq!(ada.texts("Ben"), all);
    all_stored_in_order(&ada, "Ben");
    all_stored_in_order(&ben, "Ada");
}

#[test]
fn a_sender_killed_at_any_moment_sends_each_durable_item_once() {
    let (_home, ada, ben) = acquainted();
    let mut expected = Vec::new();
    for round in 0..8u64 {
        let lines: Vec<_> = (0..60).map(|n| format!("{round}/{n}")).collect();
        let text = lines.join("\n");
        let mut sending = ben.start(&["send", "Ada", "-", "--lines"], text.as_bytes());
        std::thread::sleep(Duration::from_millis(round * 9));
        sending.kill();
        let printed = sending.said().out.lines().count();
        let durable: Vec<_> = ben.texts("Ada").split_off(expected.len());
        assert!(printed <= durable.len());
        assert!(
            durable.is_empty() || durable == lines,
            "one act is kept whole or not at all: {durable:?}"
        );
        expected.extend(durable);
    }
    ben.sync().ok();
    ada.sync().ok();
    assert_eq!(ada.texts("Ben"), expected);
    all_stored_in_order(&ben, "Ada");
}

#[test]
fn a_receiver_killed_at_any_moment_has_everything_once_in_the_end() {
    let (_home, ada, ben) = acquainted();
    let essay = ESSAY.repeat(4);
    ben.run_with(&["send", "Ada", "-", "--lines"], essay.as_bytes())
        .ok();
    for round in 0..6 {
        let mut fetching = ada.start(&["sync", "--wait", "1"], b"");
        std::thread::sleep(Duration::from_millis(10 + round * 15));
        fetching.kill();
        fetching.said();
    }
    ada.sync().ok();
    let expected: Vec<String> = essay.lines().map(str::to_owned).collect();
    assert_eq!(ada.texts("Ben"), expected);
}

#[test]
fn what_both_say_at_once_stands_in_one_order_for_both() {
    let (_home, ada, ben) = acquainted();
    let mine: Vec<_> = (0..200).map(|n| format!("ada {n}")).collect();
    let yours: Vec<_> = (0..200).map(|n| format!("ben {n}")).collect();
    let one = ada.start(&["send", "Ben", "-", "--lines"], mine.join("\n").as_bytes());
    let other = ben.start(
        &["send", "Ada", "-", "--lines"],
        yours.join("\n").as_bytes(),
    );
    one.said().ok();
    other.said().ok();
    ada.sync().ok();
    ben.sync().ok();
    let seen = ada.texts("Ben");
    assert_eq!(seen, ben.texts("Ada"));
    let of = |whose: &str| -> Vec<String> {
        let wanted = seen.iter().filter(|text| text.starts_with(whose));
        wanted.cloned().collect()
    };
    assert_eq!((of("ada"), of("ben")), (mine, yours));
}

#[test]
fn every_text_arrives_exactly_as_it_was_sent() {
    let (_home, ada, ben) = acquainted();
    let longest = "ä".repeat(65_536 / 2);
    let texts = [
        "👩‍👩‍👧‍👦 🏳️‍🌈 e\u{301} é",
        "مرحبا، كيف حالك؟ \u{202e}هكذا\u{202c}",
        "你好，世界 — こんにちは — 안녕하세요",
        "  blanks before and after \t ",
        "two\r\nlines\r\n",
        "\n\nblank lines around\n\n",
        "zero\0byte \u{1b}[31m and \u{7f}",
        "\u{feff}with a mark in front",
        "-",
        "--lines",
        longest.as_str(),
    ];
    for text in texts {
        let said = ben.run_with(&["send", "Ada", "-"], text.as_bytes());
        assert_eq!(said.ok().text("state"), "stored");
    }
    ben.run(&["send", "Ada", "--", "-a hyphen in front "]).ok();
    ben.run(&["send", "Ada", "-another one"]).ok();
    ada.sync().ok();
    let mut expected: Vec<_> = texts.to_vec();
    expected.extend(["-a hyphen in front ", "-another one"]);
    assert_eq!(ada.texts("Ben"), expected);
    assert_eq!(ben.texts("Ada"), expected);
}

#[test]
fn lines_keep_their_blanks_but_not_what_ends_them() {
    let (_home, ada, ben) = acquainted();
    let input = "one\r\n  two  \n\nlast without newline";
    ben.run_with(&["send", "Ada", "-", "--lines"], input.as_bytes())
        .ok();
    ada.sync().ok();
    assert_eq!(
        ada.texts("Ben"),
        ["one", "  two  ", "", "last without newline"]
    );
}

#[test]
fn a_text_one_byte_too_long_or_none_at_all_is_refused_and_nothing_is_kept() {
    let home = Home::open();
    let (_ada, ben) = acquainted_at(&home);
    let long = "a".repeat(65_537);
    let said = ben.run_with(&["send", "Ada", "-"], long.as_bytes());
    assert!(said.failed_without_result(5).contains("65536"));
    let lines = format!("short\n{long}\nshort");
    let said = ben.run_with(&["send", "Ada", "-", "--lines"], lines.as_bytes());
    said.failed_without_result(5);
    let many = format!("{}{long}", "short\n".repeat(2_000));
    let said = ben.run_with(&["send", "Ada", "-", "--lines"], many.as_bytes());
    said.failed_without_result(5);
    ben.run_with(&["send", "Ada", "-"], b"")
        .failed_without_result(5);
    assert_eq!(ben.texts("Ada"), Vec::<String>::new());
}
