//! Every command that prints results, once, with the exact keys of each of its lines: a key that is gone breaks a script, and
//! one that is new has to be written down where scripts look (`docs/manual/src/scripts.md`).

use serde_json::{Value, json};
use std::collections::BTreeSet;

use crate::support::home::Home;
use crate::support::person::Person;

/// A line of `show`; `search` adds the conversation.
const ITEM: &str = "at author edited files item kind mine not_sent note reactions reply_to retracted seq state text";
const PERSONA: &str = "fingerprint home name persona";
const CONTACT: &str = "blocked contact name persona safety verified";
const SENT: &str = "item state";

/// Runs a command, each of whose result lines has these keys and no others; the last line.
#[track_caller]
fn says(person: &Person, arguments: &[&str], keys: &str) -> Value {
    let lines = person.run(arguments).ok().lines();
    let expected: BTreeSet<&str> = keys.split_whitespace().collect();
    for line in &lines {
        let found: BTreeSet<&str> = line
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(found, expected, "{arguments:?}: {line}");
    }
    let last = lines.into_iter().last();
    last.unwrap_or_else(|| panic!("{arguments:?} printed nothing"))
}

#[track_caller]
fn text(line: &Value, key: &str) -> String {
    line[key].as_str().unwrap().to_owned()
}

/// Ada at a home, Ben who accepted, and the link.
fn meet(home: &Home) -> (Person, Person) {
    let (ada, ben) = (Person::blank(), Person::fresh());
    says(&ada, &["profile", "init"], "profile sealed");
    says(&ada, &["persona", "new", "Ada"], PERSONA);
    says(
        &ada,
        &["persona", "join", "Ada", "--home", &home.url],
        PERSONA,
    );
    says(&ada, &["persona", "list"], PERSONA);
    ben.run(&["persona", "new", "Ben"]).ok();
    let invited = says(&ada, &["invite", "new"], "invite link");
    let other = says(&ada, &["invite", "new"], "invite link");
    let listed = "expires invite label link state used uses";
    says(&ada, &["invite", "list"], listed);
    says(
        &ada,
        &["invite", "revoke", &text(&other, "invite")],
        "invite state",
    );
    let accepted = "contact conversation name safety";
    says(
        &ben,
        &["invite", "accept", &text(&invited, "link")],
        accepted,
    );
    says(
        &ada,
        &["sync", "--wait", "1"],
        "pending received rejoining sent",
    );
    (ada, ben)
}

#[test]
fn what_people_and_conversations_are_listed_with() {
    let home = Home::open();
    assert_eq!(
        home.invite(&[])
            .ok()
            .line()
            .as_object()
            .unwrap()
            .keys()
            .collect::<Vec<_>>(),
        ["invitation"]
    );
    let (ada, _ben) = meet(&home);
    says(&ada, &["contact", "list"], CONTACT);
    says(&ada, &["contact", "verify", "Ben"], CONTACT);
    says(
        &ada,
        &["contact", "block", "Ben"],
        &format!("{CONTACT} kept_back"),
    );
    let unblocked = format!("{CONTACT} kept_back");
    says(&ada, &["contact", "unblock", "Ben"], &unblocked);
    let new = ["conversation", "new", "--kind", "self", "--title", "Notes"];
    says(&ada, &new, "conversation");
    let listed = "conversation halted home kind rejoining state title unread";
    says(&ada, &["conversation", "list"], listed);
    says(&ada, &["doctor"], "advice check found ok");
    let info = "conversations pending personas profile sealed";
    says(&ada, &["profile", "info"], info);
    says(&ada, &["profile", "check"], "wrong_in_all");
}

#[test]
fn what_items_are_shown_with() {
    let home = Home::open();
    let (ada, ben) = meet(&home);
    let path = ben.folder().join("sea.txt");
    std::fs::write(&path, "blue").unwrap();
    let path = path.to_str().unwrap();
    let sent = says(
        &ben,
        &["send", "Ada", "look", "--attach", path, "--alt", "a sea"],
        SENT,
    );
    let item = text(&sent, "item");
    says(&ben, &["edit", &item, "look here"], SENT);
    let version = "at author item mine note text version";
    says(&ben, &["versions", &item], version);
    says(&ben, &["react", &item, "🌊"], SENT);
    says(&ben, &["show", "Ada"], ITEM);
    says(&ben, &["search", "look"], &format!("{ITEM} conversation"));
    ada.sync().ok();
    let shown = says(&ada, &["show", "Ben"], ITEM);
    let file = json!({
        "file": 1, "name": "sea.txt", "type": "text/plain", "bytes": 4, "alt": "a sea",
        "state": "at-home",
    });
    assert_eq!(shown["files"], json!([file]));
    let theirs = text(&shown, "item");
    let out = ada.folder().to_str().unwrap();
    let saved = says(&ada, &["save", &theirs, "--out", out], "bytes file item");
    assert_eq!(std::fs::read(text(&saved, "file")).unwrap(), b"blue");
    assert_eq!(
        says(&ada, &["show", "Ben"], ITEM)["files"][0]["state"],
        "here"
    );
    says(&ben, &["retract", &item], SENT);
}

#[test]
fn what_backups_and_seals_are_told_with() {
    let ada = Person::local("Ada");
    let stick = ada.folder().join("stick");
    let stick = stick.to_str().unwrap();
    let backup = "backup bytes_written chunks_written items phrase verified";
    let first = says(&ada, &["backup", "--out", stick], backup);
    let second = says(&ada, &["backup", "--out", stick], backup);
    assert!(first["phrase"].is_string() && second["phrase"].is_null());
    let phrase = says(&ada, &["recovery", "phrase"], "phrase");
    assert_eq!(first["phrase"], phrase["phrase"]);
    let words = ada.folder().join("words");
    std::fs::write(&words, text(&phrase, "phrase")).unwrap();
    let restore = [
        "recovery",
        "restore",
        stick,
        "--phrase-file",
        words.to_str().unwrap(),
    ];
    let restored = "held items made_at newest profile queued rejoining sealed";
    says(&Person::blank(), &restore, restored);
    let new = ada.folder().join("new");
    std::fs::write(&new, "lamp river").unwrap();
    let new = ["--new-file", new.to_str().unwrap()];
    let set = [&["profile", "passphrase"], &new[..]].concat();
    says(&ada, &set, "profile sealed");
}
