//! Several commands at once on one profile, and a profile that somebody else holds.

use std::fs::OpenOptions;
use std::time::Duration;

use crate::support::person::{Person, acquainted};

#[test]
fn commands_at_once_wait_for_each_other_and_all_succeed() {
    let (_home, ada, ben) = acquainted();
    let texts: Vec<String> = (0..6).map(|number| format!("number {number}")).collect();
    let running: Vec<_> = texts
        .iter()
        .map(|text| ben.start(&["send", "Ada", text.as_str()], b""))
        .collect();
    let listing = ben.start(&["contact", "list"], b"");
    for one in running {
        assert_eq!(one.said().ok().text("state"), "stored");
    }
    assert_eq!(listing.said().ok().lines().len(), 1);
    ada.sync().ok();
    let mut arrived = ada.texts("Ben");
    arrived.sort();
    assert_eq!(arrived, texts);
}

#[test]
fn a_command_waits_while_another_holds_the_profile() {
    let (_home, ada, _ben) = acquainted();
    let syncing = ada.start(&["sync", "--wait", "2"], b"");
    std::thread::sleep(Duration::from_millis(300));
    let listed = ada.run(&["contact", "list"]).ok();
    assert!(listed.took > Duration::from_secs(1), "{listed:?}");
    syncing.said().ok();
}

#[test]
fn a_profile_held_for_longer_than_ten_seconds_is_exit_7() {
    let ada = Person::local("Ada");
    let lock = OpenOptions::new()
        .write(true)
        .open(ada.profile().join("lock"))
        .unwrap();
    lock.try_lock().unwrap();
    let said = ada.run(&["persona", "list"]);
    let message = said.failed_without_result(7);
    assert!(message.contains("Another program"), "{message}");
    let (least, most) = (Duration::from_millis(9_500), Duration::from_secs(14));
    assert!((least..most).contains(&said.took), "{said:?}");
    drop(lock);
    assert_eq!(ada.list("persona").len(), 1);
}
