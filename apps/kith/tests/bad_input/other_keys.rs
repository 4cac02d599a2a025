//! A home at a known address that shows another key: somebody else, or a home that lost everything.

use crate::holdings;
use crate::support::home::Home;
use crate::support::person::{Person, acquainted};

#[test]
fn a_home_that_comes_back_as_another_is_not_believed() {
    let (mut home, ada, ben) = acquainted();
    ben.run(&["send", "Ada", "before"]).ok();
    ada.sync().ok();
    let (link, _) = ada.invite(&[]);
    let invitations = ada.list("invite").len();
    let (texts, contacts) = (ada.texts("Ben"), ada.list("contact"));
    home.come_back_empty();
    let sent = ada.run(&["send", "Ben", "after"]);
    let message = sent.failed(4);
    assert!(message.contains("another key"), "{message}");
    assert_eq!(sent.text("state"), "queued");
    ada.sync().failed(4);
    let plain = ada.plain(&["sync", "--wait", "1"]);
    assert_eq!(plain.err.matches("another key").count(), 1, "{plain:?}");
    ada.run(&["invite", "new"]).failed(4);
    let stranger = Person::local("Stranger");
    stranger.accept(&link).failed(4);
    assert_eq!(ada.list("contact"), contacts);
    assert_eq!(ada.list("invite").len(), invitations + 1);
    assert_eq!(ada.texts("Ben")[..texts.len()], texts);
    assert_eq!(ada.texts("Ben").last().unwrap(), "after");
}

#[test]
fn a_link_of_a_home_with_another_key_is_refused_by_whoever_knew_it_before() {
    let mut home = Home::open();
    let ben = Person::at(&home, "Ben");
    home.come_back_empty();
    let ada = Person::at(&home, "Ada");
    let (link, _) = ada.invite(&[]);
    let before = holdings(&ben);
    let message = ben.accept(&link).failed_without_result(5);
    assert!(message.contains("another key"), "{message}");
    assert_eq!(holdings(&ben), before);
}
