//! Conversations, invitations and names are meant by id, by the beginning of one, or by name.

use serde_json::Value;

use super::keys::is_id;
use crate::support::home::Home;
use crate::support::person::{Person, acquainted};

fn text<'a>(line: &'a Value, key: &str) -> &'a str {
    line[key].as_str().unwrap()
}

#[test]
fn an_id_its_beginning_and_the_exact_title_mean_the_same() {
    let (_home, ada, ben) = acquainted();
    let conversation = ben.list("conversation").remove(0);
    let id = text(&conversation, "conversation");
    assert!(is_id(id));
    for meant in [id, &id[..6], &id[..13], "Ada"] {
        ben.run(&["send", meant, meant]).ok();
    }
    for unknown in [&id[..5], "ada", "Ad", "Ada ", "", "-"] {
        ben.run(&["show", "--", unknown]).failed_without_result(5);
    }
    ada.sync().ok();
    assert_eq!(ada.texts("Ben"), [id, &id[..6], &id[..13], "Ada"]);
}

#[test]
fn an_ambiguous_name_is_exit_2_with_the_candidates() {
    let home = Home::open();
    let ben = Person::at(&home, "Ben");
    for _ in 0..2 {
        let ada = Person::at(&home, "Ada");
        ben.accept(&ada.invite(&[]).0).ok();
    }
    let said = ben.run(&["send", "Ada", "which?"]);
    let message = said.failed_without_result(2);
    let conversations = ben.list("conversation");
    assert_eq!(conversations.len(), 2);
    for conversation in &conversations {
        let id = text(conversation, "conversation");
        assert!(message.contains(id), "{message}");
        ben.run(&["send", id, "you"]).ok();
    }
}

#[test]
fn names_and_titles_are_the_same_however_their_letters_are_put_together() {
    let [composed, decomposed] = ["Ren\u{e9}", "Rene\u{301}"];
    let home = Home::open();
    let ben = Person::at(&home, "Ben");
    let new = ["conversation", "new", "--kind", "self", "--title"];
    ben.run(&[&new[..], &[composed]].concat()).ok();
    for stands in [composed, decomposed] {
        let again = ben.run(&[&new[..], &[stands]].concat());
        let message = again.failed_without_result(5);
        assert!(message.contains("already"), "{message}");
        ben.run(&["send", stands, "noted"]).ok();
        assert!(ben.shown(stands).len() < 3);
    }
    let rene = Person::at(&home, decomposed);
    rene.run(&["persona", "new", composed])
        .failed_without_result(5);
    ben.accept(&rene.invite(&[]).0).ok();
    let listed = ben.list("conversation");
    for meant in [composed, decomposed] {
        let said = ben.run(&["send", meant, "which?"]);
        let message = said.failed_without_result(2);
        assert!(
            listed
                .iter()
                .all(|one| message.contains(text(one, "conversation"))),
            "{message}"
        );
    }
    let shown = ben.plain(&["conversation", "list"]).ok().out;
    assert_eq!(
        shown.matches("another looks the same").count(),
        2,
        "{shown}"
    );
    ben.run(&["show", &text(&listed[0], "conversation")[..6]])
        .ok();
}

#[test]
fn ids_are_the_clients_own_and_differ_between_two_people() {
    let (_home, ada, ben) = acquainted();
    let sent = ben.run(&["send", "Ada", "hello"]).ok().text("item");
    ada.sync().ok();
    let seen = ada.shown("Ben").remove(0);
    assert_ne!(text(&seen, "item"), sent);
    let of = |person: &Person| text(&person.list("conversation")[0], "conversation").to_owned();
    assert_ne!(of(&ada), of(&ben));
}

#[test]
fn an_invitation_is_meant_by_its_id_or_label() {
    let home = Home::open();
    let ada = Person::at(&home, "Ada");
    let (_, first) = ada.invite(&["--label", "for Ben"]);
    let (_, second) = ada.invite(&[]);
    ada.run(&["invite", "revoke", "for Ben"]).ok();
    ada.run(&["invite", "revoke", &second[..8]]).ok();
    let states: Vec<_> = ada
        .list("invite")
        .iter()
        .map(|one| one["state"].clone())
        .collect();
    assert_eq!(states, ["revoked", "revoked"]);
    assert!(is_id(&first) && is_id(&second));
}

#[test]
fn lists_are_in_a_kept_order() {
    let ada = Person::fresh();
    let names = ["Zoe", "Ada", "Mia", "Ben", "Kim", "Eve"];
    for name in names {
        ada.run(&["persona", "new", name]).ok();
        let new = ["conversation", "new", "--kind", "self", "--title", name];
        ada.run(&[&new[..], &["--persona", name]].concat()).ok();
    }
    for (what, key) in [("persona", "name"), ("conversation", "title")] {
        let lines = ada.list(what);
        let listed: Vec<_> = lines.iter().map(|line| line[key].as_str()).collect();
        assert_eq!(listed, names.map(Some));
    }
}
