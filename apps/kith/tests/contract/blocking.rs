//! Blocking: at once, without a home, under all names; nobody is told, and nothing of it is heard, then or later.

use serde_json::{Value, json};
use std::time::{Duration, Instant};

use crate::support::home::Home;
use crate::support::person::{Person, acquaint, acquainted};

fn conversation(person: &Person, title: &str) -> Value {
    let all = person.list("conversation");
    let found = all.iter().find(|one| one["title"] == title);
    found.unwrap().clone()
}

fn block(person: &Person, contact: &str) -> Value {
    person.run(&["contact", "block", contact]).ok().line()
}

fn unblock(person: &Person, contact: &str) -> Value {
    person.run(&["contact", "unblock", contact]).ok().line()
}

#[test]
fn nothing_more_is_heard_or_said_and_later_both_go_on() {
    let (_home, ada, ben) = acquainted();
    let mine = ada.run(&["send", "Ben", "from ada"]).ok().text("item");
    let first = ben.run(&["send", "Ada", "before"]).ok().text("item");
    ada.sync().ok();
    let theirs = ada.shown("Ben")[1]["item"].as_str().unwrap().to_owned();
    assert_eq!(ada.list("contact")[0]["blocked"], false);
    let mut said = block(&ada, "Ben");
    assert_eq!(said["kept_back"], 0);
    said.as_object_mut().unwrap().remove("kept_back");
    assert_eq!(said["blocked"], true);
    assert_eq!(ada.list("contact"), [said]);
    assert_eq!(conversation(&ada, "Ben")["state"], "blocked");
    let sent = ben.run(&["send", "Ada", "strawberry"]).ok().line();
    assert_eq!(sent["state"], "stored", "as if nothing had happened");
    ben.run(&["edit", &first, "another strawberry"]).ok();
    ben.run(&["react", &first, "🍓"]).ok();
    let synced = ada.sync().ok().line();
    assert_eq!(
        synced,
        json!({ "sent": 0, "received": 0, "pending": 0, "rejoining": 0 })
    );
    for refused in [
        vec!["send", "Ben", "no"],
        vec!["send", "Ben", "no", "--tomorrow"],
        vec!["edit", &mine, "no"],
        vec!["react", &theirs, "❤"],
    ] {
        let message = ada.run(&refused).failed_without_result(3);
        assert!(message.contains("kith contact unblock"), "{message}");
    }
    for is_blocked in [true, false] {
        assert_eq!(ada.texts("Ben"), ["from ada", "before"]);
        assert_eq!(ada.run(&["search", "strawberry"]).ok().lines().len(), 0);
        let now = conversation(&ada, "Ben");
        let state = if is_blocked { "blocked" } else { "open" };
        assert_eq!((&now["state"], &now["unread"]), (&state.into(), &0.into()));
        if is_blocked {
            assert_eq!(unblock(&ada, "Ben")["blocked"], false);
            ada.sync().ok();
        }
    }
    ada.run(&["send", "Ben", "hello again"]).ok();
    ben.run(&["send", "Ada", "hello"]).ok();
    ada.sync().ok();
    let heard = ["from ada", "before", "hello again", "hello"];
    assert_eq!(ada.texts("Ben"), heard);
}

#[test]
fn whoever_was_away_all_the_time_is_not_shown_it_later_either() {
    let (_home, ada, ben) = acquainted();
    block(&ada, "Ben");
    for text in ["please", "why?"] {
        ben.run(&["send", "Ada", text]).ok();
    }
    unblock(&ada, "Ben");
    ben.run(&["send", "Ada", "hello"]).ok();
    assert_eq!(ada.sync().ok().line()["received"], 1);
    assert_eq!(ada.texts("Ben"), ["hello"]);
    assert_eq!(ben.texts("Ada").len(), 3);
}

#[test]
fn it_needs_no_home_and_words_that_wait_are_kept_back() {
    let (mut home, ada, ben) = acquainted();
    let kept = ada.run(&["send", "Ben", "kept"]).ok().text("item");
    let back = ada.run(&["send", "Ben", "taken back"]).ok().text("item");
    home.kill();
    ada.run(&["send", "Ben", "in anger"]).failed(4);
    ada.run(&["send", "Ben", "later", "--tomorrow"]).ok();
    ada.run(&["edit", &kept, "changed in anger"]).failed(4);
    ada.run(&["retract", &back]).failed(4);
    assert_eq!(block(&ada, "Ben")["kept_back"], 3);
    let shown = ada.shown("Ben");
    let state = |line: &Value| (line["text"].clone(), line["state"].clone());
    let expected = [
        ("kept", "stored"),
        ("", "stored"),
        ("in anger", "held"),
        ("later", "held"),
    ];
    let expected = expected.map(|(text, state)| (text.into(), state.into()));
    assert_eq!(shown.iter().map(state).collect::<Vec<_>>(), expected);
    let stays = |line: &Value| line["not_sent"].is_string();
    let expected = [false, false, true, true];
    assert_eq!(shown.iter().map(stays).collect::<Vec<_>>(), expected);
    home.come_back();
    assert_eq!(ada.sync().ok().line()["pending"], 0);
    assert_eq!(block(&ada, "Ben")["kept_back"], 2);
    let plain = ada.plain(&["contact", "unblock", "Ben"]).ok();
    assert!(plain.out.contains("2 things that you kept back stay here"));
    assert_eq!(unblock(&ada, "Ben")["kept_back"], 2);
    let plain = ada.plain(&["contact", "unblock", "Ben"]).ok();
    assert!(plain.out.contains("is not blocked"), "{plain:?}");
    ada.sync().ok();
    ben.sync().ok();
    assert_eq!(ben.texts("Ada"), ["kept", ""]);
    assert_eq!(ben.shown("Ada")[1]["retracted"], true);
    let plain = ada.plain(&["show", "Ben"]).ok();
    let why = "not sent: you blocked them before it left";
    assert_eq!(plain.out.matches(why).count(), 2, "{plain:?}");
    let angry = shown[2]["item"].as_str().unwrap();
    ada.run(&["edit", angry, "calm"]).failed_without_result(5);
    let said = ada.run(&["retract", angry]).ok().line();
    assert_eq!(said, json!({ "item": angry, "state": "held" }));
    assert_eq!(ada.texts("Ben"), ["kept", "", "later"]);
    assert_eq!(unblock(&ada, "Ben")["kept_back"], 1);
}

#[test]
fn own_words_are_taken_back_from_whom_one_blocked() {
    let (_home, ada, ben) = acquainted();
    let mine = ada.run(&["send", "Ben", "mine"]).ok().text("item");
    ben.sync().ok();
    block(&ada, "Ben");
    let said = ada.run(&["retract", &mine]).ok().line();
    assert_eq!(said, json!({ "item": mine, "state": "stored" }));
    ben.sync().ok();
    assert_eq!(ben.shown("Ada")[0]["retracted"], true);
}

#[test]
fn it_holds_under_all_names_also_those_made_later() {
    let home = Home::open();
    let (ada, ben) = (Person::at(&home, "Ada"), Person::at(&home, "Ben"));
    acquaint(&ada, &ben);
    block(&ada, "Ben");
    ada.run(&["persona", "new", "Aurora", "--home", &home.url])
        .ok();
    let (link, _) = ada.invite(&["--persona", "Aurora"]);
    // The link is good, and nobody is told that nobody listens.
    ben.accept(&link).ok();
    let sent = ben.run(&["send", "Aurora", "it is me"]).ok().line();
    assert_eq!(sent["state"], "stored");
    let synced = ada.sync().ok();
    assert_eq!(synced.line()["received"], 0);
    assert_eq!(synced.err, "");
    assert_eq!(ada.list("contact").len(), 1);
    assert_eq!(ada.list("conversation").len(), 1);
    assert_eq!(ada.run(&["search", "it is me"]).ok().lines().len(), 0);
    let (theirs, _) = ben.invite(&[]);
    let accept = ["invite", "accept", &theirs, "--persona", "Aurora"];
    let message = ada.run(&accept).failed_without_result(3);
    assert!(message.contains("kith contact unblock"), "{message}");
    let cleo = Person::local("Cleo");
    let (link, _) = ada.invite(&["--persona", "Ada"]);
    cleo.accept(&link).ok();
    ada.sync().ok();
    assert_eq!(conversation(&ada, "Cleo")["state"], "open");
    unblock(&ada, "Ben");
    let aurora = ada.list("persona")[1]["persona"].clone();
    let contacts = ada.list("contact");
    let met = contacts
        .iter()
        .find(|one| one["name"] == "Ben" && one["persona"] == aurora);
    assert_eq!(met.unwrap()["blocked"], false);
    // Two are called Ben now, and either of them is the same Ben.
    ada.run(&["contact", "block", "Ben"])
        .failed_without_result(2);
    block(&ada, met.unwrap()["contact"].as_str().unwrap());
    let blocked = ada.list("contact").into_iter();
    assert_eq!(blocked.filter(|one| one["blocked"] == true).count(), 2);
}

#[test]
fn once_more_is_no_mistake_and_nobody_is_invalid() {
    let (_home, ada, _ben) = acquainted();
    let first = block(&ada, "Ben");
    assert_eq!(block(&ada, "Ben"), first);
    let mut open = unblock(&ada, "Ben");
    assert_eq!(unblock(&ada, "Ben"), open);
    open.as_object_mut().unwrap().remove("kept_back");
    assert_eq!(ada.list("contact"), [open]);
    for command in ["block", "unblock"] {
        ada.run(&["contact", command, "Nobody"])
            .failed_without_result(5);
        ada.run(&["contact", command]).failed(2);
    }
    let said = ada.plain(&["contact", "block", "Ben"]).ok();
    assert!(said.out.contains("They are not told"), "{said:?}");
    let said = ada.plain(&["contact", "list"]).ok();
    assert!(said.out.contains("(blocked)"), "{said:?}");
    let said = ada.plain(&["conversation", "list"]).ok();
    assert!(said.out.contains("(blocked)"), "{said:?}");
}

#[test]
fn who_follows_is_shown_nothing_of_it() {
    let (_home, ada, ben) = acquainted();
    ben.run(&["send", "Ada", "one"]).ok();
    ada.sync().ok();
    let path = ada.folder().join("followed");
    let out = std::fs::File::create(&path).unwrap();
    let mut follow = ada.command(&["show", "Ben", "--follow"]);
    let mut following = follow.stdout(out).spawn().unwrap();
    let said = || std::fs::read_to_string(&path).unwrap();
    let begun = Instant::now();
    while !said().contains("\"one\"") {
        assert!(begun.elapsed() < Duration::from_secs(30), "{}", said());
        std::thread::sleep(Duration::from_millis(20));
    }
    // Whoever follows has the profile and its connections, and does this as well.
    block(&ada, "Ben");
    ben.run(&["send", "Ada", "two"]).ok();
    std::thread::sleep(Duration::from_secs(3));
    following.kill().unwrap();
    following.wait().unwrap();
    assert!(!said().contains("two"), "{}", said());
    ada.sync().ok();
    assert_eq!(ada.texts("Ben"), ["one"]);
}
