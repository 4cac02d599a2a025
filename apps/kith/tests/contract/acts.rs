//! What is done to earlier items: answers, notes, changes, taking back, signs.

use serde_json::{Value, json};

use crate::support::person::{Person, acquainted};

/// The last thing in a conversation.
fn last(person: &Person, conversation: &str) -> Value {
    person.shown(conversation).pop().unwrap()
}

/// The keys that acts change.
fn of(line: &Value) -> Value {
    let keys = [
        "text",
        "note",
        "reply_to",
        "edited",
        "retracted",
        "reactions",
    ];
    let of = |key: &str| (key.to_owned(), line[key].clone());
    Value::Object(keys.iter().map(|key| of(key)).collect())
}

#[test]
fn an_answer_names_what_it_answers_and_a_note_stands_before_it() {
    let (_home, ada, ben) = acquainted();
    ben.run(&["send", "Ada", "where do you live?"]).ok();
    ada.sync().ok();
    let asked = last(&ada, "Ben")["item"].as_str().unwrap().to_owned();
    let sent = ada
        .run(&[
            "send",
            "Ben",
            "far away",
            "--reply",
            &asked[..8],
            "--note",
            "homesick",
        ])
        .ok()
        .line();
    assert_eq!(sent["state"], "stored");
    ben.sync().ok();
    let plain = |text: &str| {
        json!({ "text": text, "note": null, "reply_to": null, "edited": false,
            "retracted": false, "reactions": {} })
    };
    for (person, other) in [(&ada, "Ben"), (&ben, "Ada")] {
        let shown = person.shown(other);
        assert_eq!(of(&shown[0]), plain("where do you live?"));
        let mut expected = plain("far away");
        expected["note"] = "homesick".into();
        expected["reply_to"] = shown[0]["item"].clone();
        assert_eq!(of(&shown[1]), expected);
        assert_eq!(shown.len(), 2);
    }
}

#[test]
fn a_change_a_sign_and_taking_back_show_on_both_sides() {
    let (_home, ada, ben) = acquainted();
    let item = ben.run(&["send", "Ada", "helo"]).ok().text("item");
    let said = ben.run(&["edit", &item, "hello"]).ok().line();
    assert_eq!(said, json!({ "item": item, "state": "stored" }));
    ada.sync().ok();
    assert_eq!(ada.list("conversation")[0]["unread"], 1);
    let theirs = last(&ada, "Ben")["item"].as_str().unwrap().to_owned();
    let said = ada.run(&["react", &theirs, "❤"]).ok().line();
    assert_eq!(said, json!({ "item": theirs, "state": "stored" }));
    ben.sync().ok();
    for (person, other) in [(&ada, "Ben"), (&ben, "Ada")] {
        let shown = last(person, other);
        assert_eq!(shown["text"], "hello");
        assert_eq!(shown["edited"], true);
        assert_eq!(shown["reactions"], json!({ "❤": ["Ada"] }));
    }
    ada.run(&["react", &theirs, "❤", "--remove"]).ok();
    ben.sync().ok();
    assert_eq!(last(&ben, "Ada")["reactions"], json!({}));
    let said = ben.run(&["retract", &item]).ok().line();
    assert_eq!(said, json!({ "item": item, "state": "stored" }));
    ada.sync().ok();
    for (person, other) in [(&ada, "Ben"), (&ben, "Ada")] {
        let shown = last(person, other);
        assert_eq!(shown["retracted"], true);
        assert_eq!(shown["text"], "");
        let plain = person.plain(&["show", other]);
        assert!(plain.out.contains("(taken back)"), "{plain:?}");
        assert!(!plain.out.contains("hello") && !plain.out.contains("helo"));
    }
}

#[test]
fn acts_wait_for_a_home_that_is_away_and_are_kept() {
    let (mut home, ada, ben) = acquainted();
    let item = ben.run(&["send", "Ada", "helo"]).ok().text("item");
    home.kill();
    let said = ben.run(&["edit", &item, "hello"]);
    said.failed(4);
    assert_eq!(said.line(), json!({ "item": item, "state": "queued" }));
    ben.run(&["react", &item, "🌱"]).failed(4);
    assert_eq!(last(&ben, "Ada")["text"], "hello");
    home.come_back();
    ben.sync().ok();
    ada.sync().ok();
    assert_eq!(of(&last(&ada, "Ben")), of(&last(&ben, "Ada")));
    assert_eq!(last(&ada, "Ben")["text"], "hello");
}

#[test]
fn what_cannot_be_done_is_said_and_nothing_is_sent() {
    let (_home, ada, ben) = acquainted();
    let item = ben.run(&["send", "Ada", "mine"]).ok().text("item");
    ada.sync().ok();
    let theirs = last(&ada, "Ben")["item"].as_str().unwrap().to_owned();
    let nothing = "aaaaaaaaaaaaaaaaaaaaaaaaaa";
    let long = "a".repeat(65_537);
    let long_note = "n".repeat(513);
    for (person, arguments) in [
        (&ada, vec!["edit", &theirs, "yours"]),
        (&ada, vec!["retract", &theirs]),
        (&ada, vec!["react", &theirs, "❤", "--remove"]),
        (&ada, vec!["react", &theirs, "two words"]),
        (&ada, vec!["react", &theirs, ""]),
        (&ada, vec!["react", &theirs, "word"]),
        (&ada, vec!["react", &theirs, "❤🌱"]),
        (&ada, vec!["react", &theirs, "❤\u{200b}"]),
        (&ben, vec!["edit", &item, ""]),
        (&ben, vec!["edit", &item, " \n\u{200d}"]),
        (&ben, vec!["edit", &item, &long]),
        (&ben, vec!["edit", nothing, "x"]),
        (&ben, vec!["retract", &item[..5]]),
        (&ben, vec!["send", "Ada", "x", "--reply", nothing]),
        (&ben, vec!["send", "Ada", "x", "--note", &long_note]),
    ] {
        let message = person.run(&arguments).failed_without_result(5);
        assert!(message.contains("othing was"), "{message}");
    }
    let before = of(&last(&ben, "Ada"));
    ada.sync().ok();
    ben.sync().ok();
    assert_eq!(of(&last(&ben, "Ada")), before);
    assert_eq!(ben.shown("Ada").len(), 1);
}

#[test]
fn all_versions_of_a_text_are_shown_to_both_until_it_is_taken_back() {
    let (_home, ada, ben) = acquainted();
    let sent = ben.run(&["send", "Ada", "I hate you", "--note", "angry"]);
    let mine = sent.ok().text("item");
    ben.run(&["edit", &mine, "I was angry"]).ok();
    ben.run(&["edit", &mine, "Sorry"]).ok();
    ada.sync().ok();
    let theirs = last(&ada, "Ben")["item"].as_str().unwrap().to_owned();
    let texts = ["I hate you", "I was angry", "Sorry"];
    for (person, item, is_mine) in [(&ada, &theirs, false), (&ben, &mine, true)] {
        let lines = person.run(&["versions", &item[..10]]).ok().lines();
        assert_eq!(lines.len(), 3);
        for (version, (line, text)) in (1..).zip(lines.iter().zip(texts)) {
            let at = line["at"].clone();
            assert!(at.as_str().unwrap().ends_with('Z'), "{at}");
            let expected = json!({ "item": item, "version": version, "author": "Ben", "mine": is_mine,
                "at": at, "text": text, "note": "angry" });
            assert_eq!(*line, expected);
        }
    }
    let said = ada.plain(&["versions", &theirs]).ok().out;
    assert!(
        said.contains("Ben  version 1\n  note: angry\n    I hate you\n"),
        "{said}"
    );
    ben.run(&["retract", &mine]).ok();
    ada.sync().ok();
    for (person, item) in [(&ada, &theirs), (&ben, &mine)] {
        let message = person.run(&["versions", item]).failed_without_result(5);
        assert!(message.contains("taken back"), "{message}");
    }
    ada.run(&["versions", "aaaaaaaa"]).failed_without_result(5);
}
