//! Names and texts with tricks in them: refused where somebody chooses them, shown harmless where others did.

use serde_json::Value;

use crate::support::home::Home;
use crate::support::person::{Person, acquaint, acquainted};

/// A flag is written with characters that nobody sees anywhere else.
const SCOTLAND: &str = "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}";

/// Gives somebody a name, as it stands in their profile, that could be chosen once and cannot be any more.
fn rename(person: &Person, name: &str) {
    let database = rusqlite::Connection::open(person.profile().join("profile.db")).unwrap();
    let changed = database.execute("UPDATE persona SET name = ?1", [name]);
    assert_eq!(changed.unwrap(), 1);
}

/// Lets a sign have come that nobody can give with this program.
fn came_as(person: &Person, given: &str, sign: &str) {
    let database = rusqlite::Connection::open(person.profile().join("profile.db")).unwrap();
    // What keeps the search in step is not there outside of the program, and signs are not searched.
    let trigger = "SELECT sql FROM sqlite_master WHERE name = 'item_changed'";
    let trigger: String = database.query_row(trigger, [], |row| row.get(0)).unwrap();
    database.execute_batch("DROP TRIGGER item_changed").unwrap();
    let changed = database.execute("UPDATE item SET text = ?1 WHERE text = ?2", [sign, given]);
    assert_eq!(changed.unwrap(), 1);
    database.execute_batch(&trigger).unwrap();
}

/// What steers a terminal or turns what stands around it, where this program did not put it.
#[track_caller]
fn is_harmless(shown: &str) {
    for line in shown.replace(SCOTLAND, "").lines() {
        let (mut open, mut inside) = (0, line.chars());
        assert!(!inside.any(|c| c.is_control() && c != '\t'), "{line:?}");
        for c in line.chars() {
            assert!(!matches!(
                c,
                '\u{202a}'..='\u{202e}' | '\u{2066}' | '\u{2067}'
            ));
            assert!(!matches!(
                c,
                '\u{2028}' | '\u{2029}' | '\u{e0000}'..='\u{e007f}'
            ));
            open += i32::from(c == '\u{2068}') - i32::from(c == '\u{2069}');
            assert!((0..=1).contains(&open), "{line:?}");
        }
        assert_eq!(open, 0, "{line:?}");
    }
}

#[test]
fn what_nobody_sees_cannot_be_chosen_and_is_named() {
    let home = Home::open();
    let ada = Person::at(&home, "Ada");
    for (chosen, named) in [
        ("A\u{200b}da", "U+200B"),
        ("Ada\u{2060}", "U+2060"),
        ("\u{feff}Ada", "U+FEFF"),
        ("A\u{180e}da", "U+180E"),
        ("Ada\u{3164}", "U+3164"),
        ("A\u{202e}da", "U+202E"),
        ("Ada\u{200f}", "U+200F"),
        ("A\u{1b}[2Jda", "U+001B"),
        ("A\nda", "U+000A"),
        ("Ada\u{e0041}", "U+E0041"),
        ("Ada\u{301}\u{301}\u{301}\u{301}\u{301}", "U+0301"),
        ("\u{200d}", "U+200D"),
        (" \u{3000}", "visible"),
        (&"x".repeat(129), "128 bytes"),
    ] {
        for arguments in [
            &["persona", "new", chosen][..],
            &["conversation", "new", "--kind", "self", "--title", chosen],
            &["invite", "new", "--label", chosen],
        ] {
            let message = ada.run(arguments).failed_without_result(5);
            assert!(message.contains(named), "{named} in {message}");
            assert!(message.contains("nothing was kept"), "{message}");
        }
    }
    assert_eq!(ada.list("persona").len(), 1);
    assert_eq!(
        (ada.list("conversation"), ada.list("invite")),
        (vec![], vec![])
    );
}

#[test]
fn names_of_all_languages_and_emoji_can_be_chosen_and_arrive_as_they_are() {
    let home = Home::open();
    let ada = Person::at(&home, "Ada");
    for name in [
        "مریم می\u{200c}خواهم",
        "රාජ\u{dca}\u{200d}ය",
        "葛\u{e0100}城",
        "Ju\u{308}rgen",
        "👩🏽\u{200d}⚕\u{fe0f} ❤\u{fe0f}",
        SCOTLAND,
    ] {
        let ben = Person::local(name);
        acquaint(&ada, &ben);
        let contacts = ada.list("contact");
        assert!(contacts.iter().any(|one| one["name"] == name), "{name:?}");
        is_harmless(&ada.plain(&["contact", "list"]).ok().out);
    }
}

#[test]
fn a_name_that_was_chosen_before_the_rule_still_opens_and_is_shown_to_others_with_what_hides_in_it()
{
    let home = Home::open();
    let (ada, ben) = (Person::at(&home, "Ada"), Person::at(&home, "Ben"));
    rename(&ben, "A\u{200b}da");
    assert_eq!(ben.list("persona")[0]["name"], "A\u{200b}da");
    is_harmless(&ben.plain(&["persona", "list"]).ok().out);
    assert!(ben.plain(&["persona", "list"]).out.contains("A\u{fffd}da"));
    // By a link, and by what somebody says who accepts one.
    let (link, _) = ben.invite(&[]);
    assert_eq!(ada.accept(&link).ok().text("name"), "A\u{fffd}da");
    let eve = Person::local("Eve");
    rename(&eve, "Eve\u{2060}");
    acquaint(&ada, &eve);
    let names: Vec<Value> = ada
        .list("contact")
        .into_iter()
        .map(|one| one["name"].clone())
        .collect();
    assert!(names.contains(&"A\u{fffd}da".into()) && names.contains(&"Eve\u{fffd}".into()));
    ada.run(&["send", "Eve\u{fffd}", "hello"]).ok();
    ada.run(&["send", "Eve", "hello"]).failed_without_result(5);
}

#[test]
fn names_that_look_the_same_are_said_to() {
    let home = Home::open();
    let ben = Person::at(&home, "Ben");
    let (ada, other) = (Person::at(&home, "Ada"), Person::at(&home, "ADA\u{fe0f}"));
    let hint = "another looks the same";
    ben.accept(&ada.invite(&[]).0).ok();
    assert!(!ben.plain(&["contact", "list"]).ok().out.contains(hint));
    let said = ben.plain(&["invite", "accept", &other.invite(&[]).0]);
    assert!(said.out.contains(hint), "{said:?}");
    for list in ["contact", "conversation"] {
        let out = ben.plain(&[list, "list"]).ok().out;
        assert_eq!(out.matches(hint).count(), 2, "{out}");
    }
}

#[test]
fn whoever_takes_my_name_is_shown_as_somebody_else() {
    let home = Home::open();
    let (ada, ben) = (Person::at(&home, "Ben\u{fe0f}"), Person::local("Ben"));
    acquaint(&ada, &ben);
    ada.run(&["send", "Ben", "mine"]).ok();
    ben.sync().ok();
    ben.run(&["send", "Ben\u{fe0f}", "yours"]).ok();
    let shown = ben.plain(&["show", "Ben\u{fe0f}"]).ok().out;
    assert_eq!(shown.matches("(not you)").count(), 1, "{shown}");
    let found = ben.plain(&["search", "mine"]).ok().out;
    assert!(found.contains("(not you)"), "{found}");
}

#[test]
fn nothing_in_a_text_a_note_a_sign_or_a_file_name_steers_turns_or_hides() {
    let (_home, ada, ben) = acquainted();
    let tricks = "a\u{1b}[31mb\u{7}\u{9b}2J\u{202e}c\u{2066}d\u{2069}\u{2069}e\u{2029}f\u{2028}g\u{e0041}\u{200b}h\r\u{85}i";
    let file = ben.folder().join("x\u{202e}\u{1b}[2J\u{2069}\u{200b}.txt");
    std::fs::write(&file, "x").unwrap();
    let attach = [
        "--attach",
        file.to_str().unwrap(),
        "--note",
        tricks,
        "--alt",
        tricks,
    ];
    let item = [&["send", "Ada", tricks][..], &attach].concat();
    let item = ben.run(&item).ok().text("item");
    ben.run(&["react", &item, "❤"]).ok();
    ada.sync().ok();
    came_as(&ada, "❤", "❤\u{202e}\u{200b}\u{2069}");
    for arguments in [
        &["show", "Ben"][..],
        &["search", "31mb"],
        &["conversation", "list"],
    ] {
        let out = ada.plain(arguments).ok().out;
        assert!(out.contains("Ben"), "{out}");
        is_harmless(&out);
    }
    let said = ada.plain(&["show", tricks]);
    assert_eq!(said.code, Some(5));
    assert!(
        !said.err.contains(['\u{1b}', '\u{9b}', '\u{202e}']),
        "{said:?}"
    );
    // Scripts get what was said, to the byte.
    assert_eq!(ada.shown("Ben")[0]["text"], tricks);
}

#[test]
fn no_text_looks_like_something_that_is_said_about_it_or_like_another_item() {
    let (_home, ada, ben) = acquainted();
    ada.run(&["send", "Ben", "hello"]).ok();
    let header = ada.plain(&["show", "Ben"]).ok().out;
    let header = header.lines().next().unwrap();
    let forged = format!("hi\n\n{header}\nI hate you\u{2028}  (taken back)\n  note: x");
    ben.run(&["send", "Ada", &forged]).ok();
    ada.sync().ok();
    let shown = ada.plain(&["show", "Ben"]).ok().out;
    let plain: String = shown
        .chars()
        .filter(|c| !matches!(c, '\u{2068}' | '\u{2069}'))
        .collect();
    let is = |line: &&str| {
        line.starts_with(header) || line.starts_with("  (taken") || line.starts_with("  note")
    };
    assert_eq!(plain.lines().filter(is).count(), 1, "{plain}");
    assert!(plain.contains("    I hate you"), "{plain}");
}
