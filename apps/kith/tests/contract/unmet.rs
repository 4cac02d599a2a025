//! What was written to somebody whose invitation turns out not to hold is kept, and said not to be sent.

use serde_json::Value;

use crate::support::home::Home;
use crate::support::person::Person;

/// Ben accepts a link without the home; meanwhile it is taken back. Ada is who gave it.
fn accepted_in_vain(texts: &[&str]) -> (Home, Person, Person) {
    let mut home = Home::open();
    let ada = Person::at(&home, "Ada");
    let (link, invite) = ada.invite(&[]);
    home.kill();
    let ben = Person::local("Ben");
    ben.accept(&link).failed(4);
    for text in texts {
        ben.run(&["send", "Ada", text]).failed(4);
    }
    home.come_back();
    ada.run(&["invite", "revoke", &invite]).ok();
    (home, ada, ben)
}

fn states(person: &Person) -> Vec<(Value, Value)> {
    let lines = person.shown("Ada").into_iter();
    let states = lines.map(|line| (line["state"].clone(), line["not_sent"].clone()));
    states.collect()
}

#[test]
fn sync_says_that_the_invitation_was_refused_and_what_was_written_is_shown_as_not_sent() {
    let (_home, _ada, ben) = accepted_in_vain(&["hello", "again"]);
    let said = ben.sync();
    let message = said.failed(3);
    assert!(
        message.contains("taken back") && message.contains("kept here"),
        "{message}"
    );
    assert_eq!(said.line()["pending"], 0);
    let halted = ben.list("conversation")[0]["halted"].clone();
    assert!(halted.as_str().unwrap().contains("taken back"), "{halted}");
    let not_sent = ("queued".into(), halted);
    assert_eq!(states(&ben), [not_sent.clone(), not_sent]);
    let shown = ben.plain(&["show", "Ada"]).ok().out;
    assert!(shown.contains("not sent: the home at"), "{shown}");
    assert!(!shown.contains("on its way"), "{shown}");
    // It is told once, and shown from then on.
    assert_eq!(ben.sync().ok().line()["pending"], 0);
    let more = ben.run(&["send", "Ada", "more"]).failed_without_result(3);
    assert!(
        more.contains("taken back") && more.contains("nothing was sent"),
        "{more}"
    );
    assert_eq!(ben.texts("Ada"), ["hello", "again"]);
}

#[test]
fn whoever_sends_when_the_home_refuses_hears_it_at_once() {
    let (_home, _ada, ben) = accepted_in_vain(&["hello"]);
    let said = ben.run(&["send", "Ada", "again"]);
    let message = said.failed_without_result(3);
    assert!(
        message.contains("taken back") && message.contains("kept here"),
        "{message}"
    );
    assert_eq!(ben.texts("Ada"), ["hello", "again"]);
}

#[test]
fn it_goes_out_by_the_next_link_and_what_was_taken_back_does_not() {
    let (_home, ada, ben) = accepted_in_vain(&["hello", "a mistake"]);
    ben.sync().failed(3);
    let mistake = ben.shown("Ada")[1]["item"].as_str().unwrap().to_owned();
    ben.run(&["retract", &mistake]).ok();
    let (link, _) = ada.invite(&[]);
    ben.accept(&link).ok();
    ben.sync().ok();
    ada.sync().ok();
    assert_eq!(ada.texts("Ben"), ["hello"]);
    assert_eq!(ben.texts("Ada"), ["hello"]);
}

#[test]
fn where_nothing_was_written_nothing_stays_and_sync_says_so() {
    let (_home, _ada, ben) = accepted_in_vain(&[]);
    let message = ben.sync().failed(3);
    assert!(message.contains("nothing was kept"), "{message}");
    assert!(ben.list("conversation").is_empty() && ben.list("contact").is_empty());
}
