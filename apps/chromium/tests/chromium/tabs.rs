//! Two tabs of one browser.

use crate::support::devtools::in_workers;
use crate::support::home::Home;
use crate::support::person::{KEPT_AT, Person};
use crate::support::seats::Seats;
use crate::support::steps::Kept;
use crate::support::terminal::Terminal;
use crate::support::wait_for;

/// Ada with a conversation open in two tabs.
fn two_tabs(kept: Kept) -> (Home, Terminal, Person, [thirtyfour::WindowHandle; 2]) {
    let home = Home::open();
    let cleo = Terminal::at(&home, "Cleo");
    let link = cleo.invite();
    let ada = Person::new("Ada", &home);
    ada.follow(&link, "Cleo", kept);
    ada.says("From the first.");
    in_workers(ada.browser(), HOLDER);
    let first = ada.browser().tab();
    let second = ada.browser().new_tab();
    ada.visit(&home.app_url());
    ada.to_people();
    ada.open("Cleo");
    (home, cleo, ada, [first, second])
}

/// In the worker that has the profile.
const HOLDER: &str = "globalThis.holder = 1";
/// It does nothing from now on, as if it were in the middle of something long.
const STANDS_STILL: &str = "globalThis.holder && setTimeout(() => { for (;;); })";
/// What it says from now on nobody hears.
const UNHEARD: &str = "globalThis.holder && (BroadcastChannel.prototype.postMessage = () => {})";

/// Sends something in the second tab of which the first hears and which it does not answer; then the first is closed.
#[track_caller]
fn asked_of_a_tab_that_closes(ada: &Person, tabs: &[thirtyfour::WindowHandle; 2], how: &str) {
    let [first, second] = tabs;
    in_workers(ada.browser(), how);
    ada.fill("Write", "Asked at its end.");
    ada.press("Send");
    // It is on its way to the other tab by then, and there in the second case.
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(ada.value("Write"), "Asked at its end.");
    ada.browser().switch(first);
    ada.browser().close_tab();
    ada.browser().switch(second);
    ada.item("Asked at its end.", KEPT_AT);
    wait_for("an empty field", || {
        let script = "return document.querySelector('#write').value;";
        (ada.browser().script(script) == "").then_some(())
    });
    ada.says("After it.");
}

#[test]
fn what_a_tab_did_not_do_before_it_closed_is_done_by_the_next() {
    let _seats = Seats::take(1);
    let (_home, cleo, ada, tabs) = two_tabs(Kept::Openly);
    asked_of_a_tab_that_closes(&ada, &tabs, STANDS_STILL);
    cleo.sync();
    let texts = ["From the first.", "Asked at its end.", "After it."];
    assert_eq!(cleo.texts("Ada"), texts);
}

#[test]
fn what_a_tab_did_and_did_not_answer_is_not_done_twice() {
    let _seats = Seats::take(1);
    let (_home, cleo, ada, tabs) = two_tabs(Kept::Passphrase);
    asked_of_a_tab_that_closes(&ada, &tabs, UNHEARD);
    assert_eq!(ada.count("Asked at its end."), 1);
    cleo.sync();
    let texts = ["From the first.", "Asked at its end.", "After it."];
    assert_eq!(cleo.texts("Ada"), texts);
}

#[test]
fn a_second_tab_works_through_the_first_and_goes_on_without_it() {
    let _seats = Seats::take(1);
    let (_home, cleo, ada, [first, second]) = two_tabs(Kept::Openly);
    ada.item("From the first.", KEPT_AT);
    ada.says("From the second.");
    ada.browser().switch(&first);
    ada.item("From the second.", KEPT_AT);
    ada.says("From the first again.");
    cleo.sync();
    cleo.send("Ada", "To both.");
    ada.hears("To both.");
    ada.browser().switch(&second);
    ada.hears("To both.");
    ada.browser().switch(&first);
    ada.browser().close_tab();
    ada.browser().switch(&second);
    ada.says("From the second alone.");
    cleo.send("Ada", "To the second.");
    ada.hears("To the second.");
    cleo.sync();
    let texts = [
        "From the first.",
        "From the second.",
        "From the first again.",
        "To both.",
        "From the second alone.",
        "To the second.",
    ];
    assert_eq!(cleo.texts("Ada"), texts);
}

#[test]
fn a_sealed_profile_that_was_opened_goes_on_in_the_second_tab() {
    let _seats = Seats::take(1);
    let (_home, cleo, ada, [first, second]) = two_tabs(Kept::Passphrase);
    ada.browser().switch(&first);
    ada.browser().close_tab();
    ada.browser().switch(&second);
    ada.says("From the second alone.");
    cleo.sync();
    assert_eq!(
        cleo.texts("Ada"),
        ["From the first.", "From the second alone."]
    );
}

/// Something in the memory of a worker, and how often it is still there.
const MARK: &str = "globalThis.mark = 1";
const MARKED: &str = "globalThis.mark ?? 0";

fn marked(ada: &Person) -> Vec<Option<u64>> {
    let given = in_workers(ada.browser(), MARKED);
    given.iter().map(serde_json::Value::as_u64).collect()
}

#[test]
fn locking_locks_every_tab_and_ends_what_had_the_secrets_in_memory() {
    let _seats = Seats::take(1);
    let (_home, cleo, ada, [first, second]) = two_tabs(Kept::Passphrase);
    in_workers(ada.browser(), MARK);
    assert_eq!(marked(&ada), [Some(1), Some(1)]);
    ada.press("Lock");
    for tab in [&second, &first] {
        ada.browser().switch(tab);
        ada.part("textbox", "Passphrase", |part| part.name == "Passphrase");
        assert!(!ada.text().contains("From the first."), "{}", ada.text());
    }
    wait_for("two new workers", || {
        (marked(&ada) == [Some(0), Some(0)]).then_some(())
    });
    ada.unlock();
    ada.to_people();
    ada.open("Cleo");
    ada.says("Opened again.");
    ada.browser().switch(&second);
    ada.to_people();
    ada.open("Cleo");
    ada.item("Opened again.", KEPT_AT);
    ada.says("In both.");
    cleo.sync();
    let texts = ["From the first.", "Opened again.", "In both."];
    assert_eq!(cleo.texts("Ada"), texts);
}
