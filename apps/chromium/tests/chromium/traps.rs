//! A worker that fails in the middle of what it does.

use crate::support::devtools::in_workers;
use crate::support::home::Home;
use crate::support::person::{KEPT_AT, Person};
use crate::support::seats::Seats;
use crate::support::steps::Kept;
use crate::support::terminal::Terminal;

/// The next call for the time throws through the module's own frames, which is as a trap to them.
const FAIL: &str = "Date.now = () => { throw new Error('planted') };";

#[test]
fn a_worker_that_fails_is_said_and_started_again_and_nothing_is_lost() {
    let _seats = Seats::take(1);
    let home = Home::open();
    let cleo = Terminal::at(&home, "Cleo");
    let link = cleo.invite();
    let mut ada = Person::new("Ada", &home);
    ada.follow(&link, "Cleo", Kept::Openly);
    ada.says("Before.");
    ada.expects("planted");
    ada.expects("unreachable");
    assert!(!in_workers(ada.browser(), FAIL).is_empty());
    ada.write("Into it.");
    ada.reads("started again");
    println!("{}", ada.text());
    ada.to_people();
    ada.open("Cleo");
    ada.item("Before.", KEPT_AT);
    if ada.count("Into it.") == 0 {
        assert_eq!(
            ada.value("Write"),
            "Into it.",
            "what was not kept is still to be written"
        );
        ada.press("Send");
    }
    ada.item("Into it.", KEPT_AT);
    ada.says("After it.");
    cleo.sync();
    assert_eq!(cleo.texts("Ada"), ["Before.", "Into it.", "After it."]);
}
