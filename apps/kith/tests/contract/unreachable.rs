//! The home does not answer: exit code 4, the result is printed, what was asked is kept and goes
//! out later.

use std::time::Duration;

use crate::support::home::Home;
use crate::support::person::{Person, acquainted};

#[test]
fn sending_without_the_home_is_kept_and_goes_out_on_sync() {
    let (mut home, ada, ben) = acquainted();
    home.kill();
    let said = ben.run(&["send", "Ada", "later"]);
    let message = said.failed(4);
    assert!(message.contains("kept"), "{message}");
    assert_eq!(said.text("state"), "queued");
    assert!(said.took < Duration::from_secs(25), "{said:?}");
    assert_eq!(ben.run(&["profile", "info"]).ok().line()["pending"], 1);
    let synced = ben.sync();
    synced.failed(4);
    assert_eq!(synced.line()["pending"], 1);
    home.come_back();
    let synced = ben.sync().ok().line();
    assert_eq!(
        (&synced["sent"], &synced["pending"]),
        (&1.into(), &0.into())
    );
    ada.sync().ok();
    assert_eq!(ada.texts("Ben"), ["later"]);
}

#[test]
fn looking_needs_no_home() {
    let (mut home, ada, _ben) = acquainted();
    home.kill();
    ada.shown("Ben");
    for what in ["persona", "invite", "contact", "conversation"] {
        assert_eq!(ada.list(what).len(), 1);
    }
}

#[test]
fn a_sync_that_reaches_nobody_ends_within_its_wait() {
    let (mut home, ada, _ben) = acquainted();
    home.kill();
    for (wait, most_s) in [("1", 4), ("3", 6)] {
        let said = ada.run(&["sync", "--wait", wait]);
        said.failed(4);
        assert!(said.took < Duration::from_secs(most_s), "{said:?}");
        assert_eq!(said.line()["pending"], 0);
    }
}

#[test]
fn a_name_made_without_the_home_joins_it_later() {
    let mut home = Home::open();
    home.kill();
    let ada = Person::fresh();
    let said = ada.run(&["persona", "new", "Ada", "--home", &home.url]);
    said.failed(4);
    assert_eq!(said.text("name"), "Ada");
    home.come_back();
    ada.sync().ok();
    let (link, _) = ada.invite(&[]);
    assert!(link.starts_with(&home.url));
}

#[test]
fn an_invitation_made_without_the_home_works_once_it_was_reached() {
    let mut home = Home::open();
    let ada = Person::at(&home, "Ada");
    home.kill();
    let said = ada.run(&["invite", "new"]);
    said.failed(4);
    let made = said.line();
    assert_eq!(ada.list("invite")[0]["state"], "queued");
    home.come_back();
    ada.sync().ok();
    let listed = ada.list("invite").remove(0);
    assert_eq!(
        (&listed["invite"], &listed["state"]),
        (&made["invite"], &"ready".into())
    );
    Person::local("Ben")
        .accept(listed["link"].as_str().unwrap())
        .ok();
}

#[test]
fn an_invitation_taken_back_without_the_home_is_taken_back_there_later() {
    let mut home = Home::open();
    let ada = Person::at(&home, "Ada");
    let (link, id) = ada.invite(&[]);
    home.kill();
    let said = ada.run(&["invite", "revoke", &id]);
    said.failed(4);
    assert_eq!(said.text("invite"), id);
    home.come_back();
    ada.sync().ok();
    Person::local("Ben").accept(&link).failed_without_result(3);
}

#[test]
fn a_link_accepted_without_the_home_is_completed_later() {
    let mut home = Home::open();
    let ada = Person::at(&home, "Ada");
    let (link, _) = ada.invite(&[]);
    home.kill();
    let ben = Person::local("Ben");
    let said = ben.accept(&link);
    said.failed(4);
    assert_eq!(said.text("name"), "Ada");
    ben.run(&["send", "Ada", "hello in advance"]).failed(4);
    home.come_back();
    ben.sync().ok();
    ada.sync().ok();
    assert_eq!(ada.texts("Ben"), ["hello in advance"]);
}
