//! With `--json` every command prints at least the keys of the contract, of the right types.

use serde_json::Value;

use crate::support::home::Home;
use crate::support::person::{Person, acquainted, acquainted_at};

/// What a key must hold.
#[derive(Debug, Clone, Copy)]
enum Holds {
    Text,
    /// A text, and nothing else is possible.
    OneOf(&'static [&'static str]),
    Id,
    Number,
    Flag,
    /// A text or null.
    MaybeText,
    /// A number or null.
    MaybeNumber,
    Null,
    Time,
    List,
    Map,
}

/// A fine-grained look at one value.
fn fits(value: &Value, holds: Holds) -> bool {
    let text = value.as_str();
    match holds {
        Holds::Text => text.is_some_and(|text| !text.is_empty()),
        Holds::OneOf(allowed) => text.is_some_and(|text| allowed.contains(&text)),
        Holds::Id => text.is_some_and(is_id),
        Holds::Number => value.is_u64(),
        Holds::Flag => value.is_boolean(),
        Holds::MaybeText => value.is_null() || value.is_string(),
        Holds::MaybeNumber => value.is_null() || value.is_u64(),
        Holds::Null => value.is_null(),
        Holds::Time => text.is_some_and(is_rfc3339),
        Holds::List => value.is_array(),
        Holds::Map => value.is_object(),
    }
}

/// 26 characters of lowercase base32, which never begin with a hyphen.
pub fn is_id(text: &str) -> bool {
    let alphabet = |c: char| c.is_ascii_lowercase() || ('2'..='7').contains(&c);
    text.len() == 26 && text.chars().all(alphabet)
}

/// RFC 3339, in UTC.
fn is_rfc3339(text: &str) -> bool {
    let digits = |range: std::ops::Range<usize>| {
        text.get(range)
            .is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    digits(0..4)
        && digits(5..7)
        && digits(8..10)
        && digits(11..13)
        && digits(14..16)
        && digits(17..19)
        && marks
            .iter()
            .all(|(at, mark)| text.as_bytes().get(*at) == Some(mark))
        && text.ends_with('Z')
}

#[track_caller]
fn check(line: &Value, keys: &[(&str, Holds)]) {
    for (key, holds) in keys {
        let value = line
            .get(*key)
            .unwrap_or_else(|| panic!("no key {key} in {line}"));
        assert!(fits(value, *holds), "{key} must be {holds:?} in {line}");
    }
}

#[test]
fn the_home_and_its_invitation() {
    let home = Home::closed();
    assert!(home.url.starts_with("http://127.0.0.1:"));
    let said = home.invite(&["--uses", "3", "--expires", "1d"]).ok();
    check(&said.line(), &[("invitation", Holds::Text)]);
    assert!(said.text("invitation").starts_with("kith-home-"));
}

#[test]
fn profile_and_personas() {
    let home = Home::open();
    let ada = Person::blank();
    let profile = [("profile", Holds::Text), ("sealed", Holds::Flag)];
    check(&ada.run(&["profile", "init"]).ok().line(), &profile);
    check(&ada.run(&["profile", "info"]).ok().line(), &profile);
    let persona = [
        ("persona", Holds::Id),
        ("name", Holds::OneOf(&["Ada"])),
        ("fingerprint", Holds::Text),
        ("home", Holds::MaybeText),
    ];
    let line = ada.run(&["persona", "new", "Ada"]).ok().line();
    check(&line, &persona);
    check(&line, &[("home", Holds::Null)]);
    let line = ada
        .run(&["persona", "join", "Ada", "--home", &home.url])
        .ok()
        .line();
    check(&line, &persona);
    assert_eq!(line["home"], home.url);
    assert_eq!(ada.list("persona"), [line]);
}

#[test]
fn invitations() {
    let home = Home::open();
    let ada = Person::at(&home, "Ada");
    let ben = Person::local("Ben");
    let arguments = [
        "invite",
        "new",
        "--uses",
        "2",
        "--label",
        "for Ben",
        "--persona",
        "Ada",
    ];
    let made = ada.run(&arguments).ok().line();
    check(&made, &[("invite", Holds::Id), ("link", Holds::Text)]);
    let link = made["link"].as_str().unwrap();
    assert!(link.starts_with(&format!("{}/#/i/", home.url)));
    let listed = ada.list("invite");
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (&listed[0]["invite"], &listed[0]["link"]),
        (&made["invite"], &made["link"])
    );
    assert_eq!(
        (&listed[0]["label"], &listed[0]["uses"]),
        (&"for Ben".into(), &2.into())
    );
    check(
        &listed[0],
        &[
            ("expires", Holds::Time),
            ("state", Holds::OneOf(&["ready"])),
        ],
    );
    let accepted = ben.accept(link).ok().line();
    let keys = [
        ("conversation", Holds::Id),
        ("contact", Holds::Id),
        ("name", Holds::OneOf(&["Ada"])),
        ("safety", Holds::Text),
    ];
    check(&accepted, &keys);
    let id = made["invite"].as_str().unwrap();
    let revoked = ada.run(&["invite", "revoke", id]).ok().line();
    assert_eq!(revoked["invite"], made["invite"]);
    assert_eq!(ada.list("invite")[0]["state"], "revoked");
    assert_eq!(ada.list("invite")[0]["link"], Value::Null);
}

#[test]
fn contacts_and_conversations() {
    let (_home, ada, ben) = acquainted();
    ben.run(&["send", "Ada", "hello"]).ok();
    ada.sync().ok();
    let contact = [
        ("contact", Holds::Id),
        ("name", Holds::OneOf(&["Ben"])),
        ("safety", Holds::Text),
        ("persona", Holds::Id),
        ("verified", Holds::Flag),
        ("blocked", Holds::Flag),
    ];
    check(&ada.list("contact")[0], &contact);
    let conversation = [
        ("conversation", Holds::Id),
        ("kind", Holds::OneOf(&["pair"])),
        ("title", Holds::OneOf(&["Ben"])),
        ("unread", Holds::Number),
        ("state", Holds::OneOf(&["open"])),
    ];
    check(&ada.list("conversation")[0], &conversation);
    assert_eq!(ada.list("conversation").len(), 1);
}

#[test]
fn sending_showing_and_exchanging() {
    let home = Home::open();
    let (ada, ben) = acquainted_at(&home);
    let state = Holds::OneOf(&["held", "queued", "stored"]);
    let sent = ben.run(&["send", "Ada", "hello"]).ok().line();
    check(&sent, &[("item", Holds::Id), ("state", state)]);
    let synced = ada.sync().ok().line();
    let numbers = [
        ("sent", Holds::Number),
        ("received", Holds::Number),
        ("pending", Holds::Number),
    ];
    check(&synced, &numbers);
    let item = [
        ("seq", Holds::MaybeNumber),
        ("item", Holds::Id),
        ("author", Holds::OneOf(&["Ben"])),
        ("mine", Holds::Flag),
        ("at", Holds::Time),
        ("kind", Holds::OneOf(&["message"])),
        ("text", Holds::OneOf(&["hello"])),
        ("reply_to", Holds::Null),
        ("state", Holds::OneOf(&["stored"])),
        ("note", Holds::Null),
        ("edited", Holds::Flag),
        ("retracted", Holds::Flag),
        ("reactions", Holds::Map),
        ("files", Holds::List),
    ];
    for (person, with, mine) in [(&ada, "Ben", false), (&ben, "Ada", true)] {
        let shown = person.shown(with);
        assert_eq!(shown.len(), 1);
        check(&shown[0], &item);
        assert_eq!(shown[0]["mine"], mine);
        assert_eq!(shown[0]["seq"], 1);
    }
    assert_eq!(ben.shown("Ada")[0]["item"], sent["item"]);
}
