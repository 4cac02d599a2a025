//! What breaks off goes on from where it was, and arrives whole.

use super::attached::{arguments, bytes, content, last, save, sealed, send, write};
use super::way::Way;
use crate::support::home::Home;
use crate::support::person::{Person, acquaint};
use crate::support::wait_for;

const SIZE: usize = 6_000_000;
/// What may have been on its way when something broke off.
pub const ON_ITS_WAY: u64 = 1_500_000;

/// Ada and Ben, who reach their home over a way that can be watched.
pub fn acquainted_over(home: &Home) -> (Way, Person, Person) {
    let way = Way::to(&home.address);
    let (ada, ben) = (Person::fresh(), Person::local("Ben"));
    ada.run(&["persona", "new", "Ada", "--home", &way.url]).ok();
    acquaint(&ada, &ben);
    (way, ada, ben)
}

/// Begins to send a file and lets so many bytes of it pass.
fn begin(way: &Way, ben: &Person, sent: &[u8], passed: u64) -> crate::support::said::Running {
    let file = write(ben, "a.bin", sent);
    way.set_slow(true);
    let running = ben.start(&arguments("Ada", "with a file", &[&file]), b"");
    wait_for("bytes on their way", || (way.up() > passed).then_some(()));
    std::fs::remove_file(file).unwrap();
    running
}

#[track_caller]
fn check_arrived(ada: &Person, sent: &[u8], texts: &[&str]) {
    ada.sync().ok();
    assert_eq!(ada.texts("Ben"), texts);
    let item = ada.shown("Ben").remove(0);
    let saved = save(ada, item["item"].as_str().unwrap()).ok().line();
    assert!(content(&saved) == sent);
}

#[test]
fn an_upload_whose_program_was_killed_goes_on_from_where_it_was() {
    let home = Home::open();
    let (way, ada, ben) = acquainted_over(&home);
    let sent = bytes(1, SIZE);
    let mut running = begin(&way, &ben, &sent, 3_000_000);
    running.kill();
    drop(running);
    let first = way.up();
    way.set_slow(false);
    ben.run(&["send", "Ada", "after it"]).ok();
    let second = way.up() - first;
    let rest = SIZE as u64 * 17 / 16 - first;
    assert!(
        second < rest + ON_ITS_WAY,
        "{first} and then {second} bytes"
    );
    check_arrived(&ada, &sent, &["with a file", "after it"]);
}

#[test]
fn an_upload_during_which_the_home_was_killed_goes_on_when_it_is_back() {
    let mut home = Home::open();
    let (way, ada, ben) = acquainted_over(&home);
    let sent = bytes(2, SIZE);
    let running = begin(&way, &ben, &sent, 3_000_000);
    home.kill();
    let said = running.said();
    assert!(said.failed(4).contains("kept"), "{said:?}");
    assert_eq!(said.text("state"), "queued");
    assert_eq!(last(&ben, "Ada")["state"], "queued");
    home.come_back();
    way.set_slow(false);
    let first = way.up();
    ben.sync().ok();
    let second = way.up() - first;
    let rest = SIZE as u64 * 17 / 16 - first;
    assert!(
        second < rest + ON_ITS_WAY,
        "{first} and then {second} bytes"
    );
    check_arrived(&ada, &sent, &["with a file"]);
}

#[test]
fn a_download_that_is_cut_again_and_again_goes_on_from_where_it_was() {
    let home = Home::open();
    let (way, ada, ben) = acquainted_over(&home);
    let sent = bytes(3, SIZE);
    let file = write(&ben, "a.bin", &sent);
    send(&ben, "Ada", "", &[&file]).ok();
    ada.sync().ok();
    let before = way.down();
    way.cut_down_after(2_000_000);
    let item = last(&ada, "Ben");
    let saved = save(&ada, item["item"].as_str().unwrap()).ok().line();
    assert!(content(&saved) == sent);
    let carried = way.down() - before;
    assert!(carried < SIZE as u64 * 3 / 2, "{carried} bytes");
}

#[test]
fn a_download_whose_program_was_killed_goes_on_from_where_it_was() {
    let home = Home::open();
    let (way, ada, ben) = acquainted_over(&home);
    let sent = bytes(4, SIZE);
    let file = write(&ben, "a.bin", &sent);
    send(&ben, "Ada", "", &[&file]).ok();
    ada.sync().ok();
    let item = last(&ada, "Ben")["item"].as_str().unwrap().to_owned();
    way.set_slow(true);
    let before = way.down();
    let mut running = ada.start(&["save", &item], b"");
    wait_for("bytes on their way", || {
        (way.down() > before + 3_000_000).then_some(())
    });
    running.kill();
    drop(running);
    way.set_slow(false);
    let first = way.down() - before;
    let saved = save(&ada, &item).ok().line();
    assert!(content(&saved) == sent);
    let second = way.down() - before - first;
    assert!(
        second < SIZE as u64 * 17 / 16 - first + ON_ITS_WAY,
        "{second}"
    );
}

#[test]
fn what_a_crash_left_of_sealing_is_removed_at_the_next_start_and_nothing_else() {
    let home = Home::open();
    let (_way, ada, ben) = acquainted_over(&home);
    let file = write(&ben, "a.bin", &bytes(5, 100_000));
    send(&ben, "Ada", "", &[&file]).ok();
    let kept = sealed(&ben);
    let folder = ben.profile().join("files");
    for orphan in [
        ".tmpAbCdEf".to_owned(),
        "ab".repeat(32),
        format!("{}.part", "cd".repeat(32)),
    ] {
        std::fs::write(folder.join(orphan), "sealed bytes").unwrap();
    }
    ben.list("conversation");
    assert_eq!(sealed(&ben), kept);
    drop(ada);
}
