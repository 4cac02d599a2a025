//! The first minutes by keyboard alone.

use crate::support::accessible;
use crate::support::home::Home;
use crate::support::person::Person;
use crate::support::seats::Seats;
use crate::support::terminal::Terminal;
use crate::support::{PATIENCE, wait_for};
use serde_json::json;
use std::time::Instant;

/// Whether the part that has the focus shows it: by its outline, border or shadow.
const SHOWN: &str = "const one = document.activeElement;
    const style = getComputedStyle(one);
    return style.outlineStyle !== 'none' || style.boxShadow !== 'none';";

/// Goes on with Tab until this part has the focus.
#[track_caller]
fn tab_to(ada: &Person, role: &str, name: &str) {
    let began = Instant::now();
    ada.part(role, name, |part| {
        part.name.starts_with(name) && !part.disabled
    });
    loop {
        let parts = accessible::parts(ada.browser(), role);
        let is_there = parts
            .iter()
            .any(|part| part.name.starts_with(name) && part.focused);
        if is_there {
            break;
        }
        assert!(
            began.elapsed() < PATIENCE,
            "Tab does not lead to {role} {name}"
        );
        ada.key("Tab");
    }
    let shown = ada.browser().script(SHOWN);
    assert_eq!(shown, true, "the focus upon {role} {name} cannot be seen");
}

#[track_caller]
fn type_into(ada: &Person, field: &str, text: &str) {
    tab_to(ada, "textbox", field);
    ada.browser()
        .devtools("Input.insertText", json!({"text": text}));
}

#[track_caller]
fn enter(ada: &Person, role: &str, name: &str) {
    tab_to(ada, role, name);
    ada.key("Enter");
}

#[test]
fn the_first_minutes_need_no_mouse() {
    let _seats = Seats::take(1);
    let home = Home::open();
    let cleo = Terminal::at(&home, "Cleo");
    let link = cleo.invite();
    let ada = Person::new("Ada", &home);
    ada.visit(&link);
    enter(&ada, "link", "Open in Kith");
    ada.heading("How should this browser keep what you write?");
    wait_for("a choice", || {
        let radios = accessible::parts(ada.browser(), "radio");
        if radios
            .iter()
            .any(|one| one.checked && one.name.starts_with("Openly"))
        {
            return Some(());
        }
        ada.key(if radios.iter().any(|one| one.focused) {
            "ArrowDown"
        } else {
            "Tab"
        });
        None
    });
    enter(&ada, "button", "Begin");
    ada.heading("What are you called here?");
    type_into(&ada, "Your name", "Ada");
    ada.key("Enter");
    ada.heading("Cleo invites you");
    enter(&ada, "button", "Accept");
    ada.heading("Cleo");
    type_into(&ada, "Write", "By keyboard.");
    enter(&ada, "button", "Send");
    ada.item("By keyboard.", "kept at");
    // What can be done with an item is no stop of its own before one is there.
    tab_to(&ada, "list", "Conversation");
    ada.key("ArrowUp");
    enter(&ada, "button", "Answer");
    type_into(&ada, "Write", "And an answer.");
    enter(&ada, "button", "Send");
    ada.item("And an answer.", "kept at");
    enter(&ada, "button", "Safety number");
    tab_to(&ada, "button", "We compared it");
}
