//! `--lock-after`: a sealed profile that nobody uses is closed, and exit code 6 says so.

use std::time::{Duration, Instant};

use crate::support::home::Home;
use crate::support::person::{Person, acquaint, acquainted};
use crate::support::said::{Running, Said};
use crate::together::wait_for_socket;

/// A home, and Ada, whose profile is sealed, who knows Ben.
pub fn sealed() -> (Home, Person, Person) {
    let home = Home::open();
    let mut ada = Person::blank();
    ada.set_environment(&[("KITH_PASSPHRASE".into(), "open sesame".into())]);
    ada.run(&["profile", "init"]).ok();
    ada.run(&["persona", "new", "Ada", "--home", &home.url])
        .ok();
    let ben = Person::local("Ben");
    acquaint(&ada, &ben);
    (home, ada, ben)
}

pub fn follow(person: &Person, lock_after: Option<&str>) -> Running {
    let mut arguments = vec!["show", "Ben", "--follow"];
    if let Some(time) = lock_after {
        arguments.extend(["--lock-after", time]);
    }
    person.start(&arguments, b"")
}

#[track_caller]
pub fn was_closed(said: &Said) {
    assert!(said.failed(6).contains("so it is closed"), "{said:?}");
}

#[test]
fn what_nobody_uses_is_closed_though_things_arrive() {
    let (_home, ada, ben) = sealed();
    let mut following = follow(&ada, Some("4s"));
    wait_for_socket(&ada);
    let begun = Instant::now();
    while following.is_running() {
        assert!(begun.elapsed() < Duration::from_secs(30), "it stays open");
        ben.run(&["send", "Ada", "are you there?"]).ok();
        std::thread::sleep(Duration::from_millis(300));
    }
    let said = following.said();
    was_closed(&said);
    assert!(said.took >= Duration::from_secs(4), "{said:?}");
    assert_eq!(said.lines()[0]["text"], "are you there?");
    assert!(!ada.profile().join("socket").exists());
    // Nothing is lost, and it opens as before.
    ada.sync().ok();
    assert_eq!(ada.texts("Ben"), ben.texts("Ada"));
}

#[test]
fn a_command_of_ones_own_is_a_use_and_one_that_goes_on_is_none() {
    let (_home, ada, _ben) = sealed();
    let mut following = follow(&ada, Some("6s"));
    wait_for_socket(&ada);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(12) {
        assert!(following.is_running(), "it closed while it was used");
        ada.run(&["contact", "list"]).ok();
        std::thread::sleep(Duration::from_millis(500));
    }
    let guest = follow(&ada, None);
    was_closed(&following.said());
    // It does not open anew what was closed.
    was_closed(&guest.said());
}

#[test]
fn the_shortest_time_holds_whoever_holds_the_profile() {
    let (_home, ada, _ben) = sealed();
    let holder = ada.start(&["sync", "--wait", "50"], b"");
    wait_for_socket(&ada);
    let guest = follow(&ada, Some("2s"));
    was_closed(&guest.said());
    was_closed(&holder.said());
}

#[test]
fn a_wait_without_news_is_over_as_well() {
    let (_home, ada, _ben) = sealed();
    let said = ada.run(&["sync", "--wait", "50", "--lock-after", "1s"]);
    was_closed(&said);
    assert!(said.took < Duration::from_secs(20), "{said:?}");
    let said = ada.run(&["sync", "--wait", "1", "--lock-after", "1h"]);
    assert_eq!(said.ok().line()["pending"], 0);
}

#[test]
fn a_time_that_would_lock_nothing_is_refused_not_ignored() {
    let (_home, ada, _ben) = acquainted();
    for arguments in [
        &["show", "Ben", "--follow", "--lock-after", "5s"][..],
        &["sync", "--lock-after", "5s"],
    ] {
        let message = ada.run(arguments).failed_without_result(5);
        assert!(message.contains("not sealed"), "{message}");
    }
    for arguments in [
        &["show", "Ben", "--lock-after", "5s"][..],
        &["sync", "--lock-after", "0s"],
        &["sync", "--lock-after", "soon"],
        &["send", "Ben", "hello", "--lock-after", "5s"],
    ] {
        ada.run(arguments).failed_without_result(2);
    }
}
