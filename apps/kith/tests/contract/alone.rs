//! What is held for its time, and conversations with oneself.

use serde_json::{Value, json};
use std::time::Duration;

use crate::support::person::{Person, acquainted};

#[test]
fn what_is_held_leaves_at_its_time_and_not_before() {
    let (_home, ada, ben) = acquainted();
    let said = ben.run(&["send", "Ada", "later", "--at", "8s"]).ok().line();
    assert_eq!(said["state"], "held");
    assert_eq!(ben.shown("Ada")[0]["state"], "held");
    assert_eq!(ben.shown("Ada")[0]["seq"], Value::Null);
    let synced = ben.sync().ok().line();
    assert_eq!(synced["pending"], 0, "what is held is not pending");
    std::thread::sleep(Duration::from_secs(8));
    ben.sync().ok();
    ada.sync().ok();
    assert_eq!(ada.texts("Ben"), ["later"]);
    let (sent, got) = (ben.shown("Ada"), ada.shown("Ben"));
    assert_eq!(sent[0]["state"], "stored");
    assert_eq!(sent[0]["at"], got[0]["at"]);
}

#[test]
fn what_is_held_can_be_changed_and_taken_back_without_anybody_hearing_of_it() {
    let (_home, ada, ben) = acquainted();
    let first = ben
        .run(&["send", "Ada", "angry", "--tomorrow"])
        .ok()
        .text("item");
    let second = ben
        .run(&["send", "Ada", "angrier", "--at", "1h"])
        .ok()
        .text("item");
    let said = ben.run(&["retract", &first]).ok().line();
    assert_eq!(said, json!({ "item": first, "state": "held" }));
    let said = ben.run(&["edit", &second, "kind"]).ok().line();
    assert_eq!(said, json!({ "item": second, "state": "held" }));
    ben.run(&["react", &second, "❤"]).failed_without_result(5);
    ben.sync().ok();
    ada.sync().ok();
    assert!(ada.shown("Ben").is_empty());
    let shown = ben.shown("Ada");
    assert_eq!(shown.len(), 1);
    assert_eq!(
        (&shown[0]["text"], &shown[0]["edited"], &shown[0]["state"]),
        (&"kind".into(), &false.into(), &"held".into())
    );
    ben.run(&["send", "Ada", "x", "--reply", &second])
        .failed_without_result(5);
}

#[test]
fn a_moment_that_is_no_moment_to_come_is_wrong_usage() {
    let (_home, _ada, ben) = acquainted();
    for (at, why) in [
        ("soon", "is needed"),
        ("2020-01-01T00:00:00Z", "past"),
        ("-1h", "past"),
        ("2999-01-01 18:00", "100 years"),
        ("", "needs a value"),
    ] {
        let message = ben
            .run(&["send", "Ada", "x", "--at", at])
            .failed_without_result(2);
        assert!(message.contains(why), "{at}: {message}");
    }
    ben.run(&["send", "Ada", "x", "--at", "2h", "--tomorrow"])
        .failed_without_result(2);
    assert!(ben.shown("Ada").is_empty());
    let said = ben.plain(&["send", "Ada", "x", "--at", "2099-12-24 18:00"]);
    let said = said.ok().out;
    let until = "waits here for its time: on Thursday, 24 December 2099 at 18:00";
    assert!(said.contains(until), "{said}");
}

#[test]
fn a_conversation_with_oneself_needs_no_home() {
    let ada = Person::local("Ada");
    let new = ["conversation", "new", "--kind", "self", "--title", "Notes"];
    let id = ada.run(&new).ok().text("conversation");
    let listed = &ada.list("conversation")[0];
    assert_eq!(
        (&listed["conversation"], &listed["kind"], &listed["title"]),
        (&id.into(), &"self".into(), &"Notes".into())
    );
    let item = ada.run(&["send", "Notes", "one"]).ok().line();
    assert_eq!(item["state"], "stored");
    ada.run(&[
        "send",
        "Notes",
        "two",
        "--reply",
        item["item"].as_str().unwrap(),
    ])
    .ok();
    ada.run(&["edit", item["item"].as_str().unwrap(), "uno"])
        .ok();
    ada.run(&["send", "Notes", "three", "--at", "1s"]).ok();
    std::thread::sleep(Duration::from_millis(1_100));
    ada.run(&["send", "Notes", "four"]).ok();
    let shown = ada.shown("Notes");
    let texts: Vec<_> = shown.iter().map(|line| line["text"].clone()).collect();
    assert_eq!(texts, ["uno", "two", "three", "four"]);
    let seqs: Vec<_> = shown
        .iter()
        .map(|line| line["seq"].as_u64().unwrap())
        .collect();
    assert!(seqs.is_sorted_by(|a, b| a < b), "{seqs:?}");
    assert_eq!(shown[1]["reply_to"], item["item"]);
    assert_eq!(ada.run(&["sync", "--wait", "1"]).ok().line()["pending"], 0);
    assert_eq!(ada.run(&["search", "un"]).ok().lines().len(), 1);
    let blank = ["conversation", "new", "--kind", "self", "--title", " "];
    ada.run(&blank).failed_without_result(5);
    Person::fresh().run(&new).failed_without_result(2);
}
