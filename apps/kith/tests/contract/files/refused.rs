//! What is not attached, and what a home does not take: a sentence each, and nothing is kept.

use serde_json::Value;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::attached::{bytes, last, sealed, send, write};
use crate::support::home::Home;
use crate::support::person::{Person, acquainted, acquainted_at};
use crate::support::wait_for;

#[test]
fn what_cannot_be_attached_is_named_and_nothing_is_sent() {
    let (_home, _ada, ben) = acquainted();
    let file = write(&ben, "a.bin", b"a");
    let refused = |files: &[&Path]| {
        let said = send(&ben, "Ada", "text", files).failed_without_result(5);
        assert_eq!(ben.texts("Ada"), Vec::<String>::new());
        assert!(sealed(&ben).is_empty(), "{:?}", sealed(&ben));
        assert!(said.contains("nothing was sent"), "{said}");
    };
    refused(&[&file, &ben.folder().join("none")]);
    refused(&[ben.folder()]);
    refused(&vec![file.as_path(); 17]);
    let huge = ben.folder().join("huge");
    // It takes no room.
    if File::create(&huge).unwrap().set_len((1 << 40) + 1).is_ok() {
        refused(&[&huge]);
    }
    ben.run(&["send", "Ada"]).failed(2);
    let attach = ["--attach", file.to_str().unwrap()];
    ben.run(&[&["send", "Ada", "-", "--lines"], &attach[..]].concat())
        .failed(2);
}

#[test]
fn a_file_that_changes_while_it_is_sealed_is_not_sent() {
    let (_home, _ada, ben) = acquainted();
    let file = write(&ben, "a.log", &bytes(1, 4_000_000));
    let ends = AtomicBool::new(false);
    let said = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut log = File::options().append(true).open(&file).unwrap();
            while !ends.load(Ordering::Relaxed) {
                log.write_all(b"and more").unwrap();
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        let said = send(&ben, "Ada", "text", &[&file]);
        ends.store(true, Ordering::Relaxed);
        said
    });
    let message = said.failed_without_result(5);
    assert!(message.contains("changed while it was read"), "{message}");
    assert!(ben.shown("Ada").is_empty() && sealed(&ben).is_empty());
    send(&ben, "Ada", "text", &[&file]).ok();
}

#[cfg(unix)]
#[test]
fn a_pipe_is_no_file_and_nobody_waits_for_it() {
    let (_home, _ada, ben) = acquainted();
    let pipe = ben.folder().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let said = send(&ben, "Ada", "text", &[&pipe]);
    assert!(said.failed_without_result(5).contains("no ordinary file"));
}

fn home_for_small_files() -> (Home, Person, Person) {
    let most = ("KITH_HOME_BLOBS_MAX_BYTES".to_owned(), "100000".to_owned());
    let home = Home::open_with(&[most]);
    let (ada, ben) = acquainted_at(&home);
    (home, ada, ben)
}

#[test]
fn what_is_too_large_for_the_home_is_refused_to_whoever_sends_it() {
    let (_home, ada, ben) = home_for_small_files();
    let file = write(&ben, "a.bin", &bytes(1, 200_000));
    let said = send(&ben, "Ada", "text", &[&file]);
    let message = said.failed_without_result(3);
    assert!(message.contains("takes no file as large"), "{message}");
    assert!(ben.shown("Ada").is_empty() && sealed(&ben).is_empty());
    let small = write(&ben, "b.bin", &bytes(1, 50_000));
    send(&ben, "Ada", "smaller", &[&small]).ok();
    ada.sync().ok();
    assert_eq!(ada.texts("Ben"), ["smaller"]);
}

#[test]
fn what_a_home_has_no_room_for_is_kept_and_goes_out_when_something_was_taken_back() {
    let most = ("KITH_HOME_BLOBS_MAX_PER_LOG".to_owned(), "1".to_owned());
    let home = Home::open_with(&[most]);
    let (ada, ben) = acquainted_at(&home);
    let file = write(&ben, "a.bin", &bytes(1, 10_000));
    let first = send(&ben, "Ada", "first", &[&file]).ok().text("item");
    let said = send(&ben, "Ada", "second", &[&file]);
    let message = said.failed(3);
    assert!(
        message.contains("no room") && message.contains("is kept"),
        "{message}"
    );
    assert_eq!(said.text("state"), "queued");
    // It passes what waits, or there would never be room.
    ben.run(&["retract", &first]).ok();
    wait_for("room at the home", || {
        ben.sync();
        (last(&ben, "Ada")["state"] == "stored").then_some(())
    });
    ada.sync().ok();
    assert_eq!(ada.texts("Ben"), ["", "second"]);
}

#[test]
fn what_a_home_refuses_later_stays_with_its_text_and_holds_up_nothing() {
    let (mut home, ada, ben) = home_for_small_files();
    home.kill();
    let file = write(&ben, "a.bin", &bytes(1, 200_000));
    let item = send(&ben, "Ada", "many words", &[&file]);
    item.failed(4);
    let item = item.text("item");
    ben.run(&["send", "Ada", "after it"]).failed(4);
    home.come_back();
    ben.sync().ok();
    ada.sync().ok();
    assert_eq!(ada.texts("Ben"), ["after it"]);
    let shown = last(&ben, "Ada");
    let expected: [Value; 2] = ["many words".into(), "queued".into()];
    assert_eq!([shown["text"].clone(), shown["state"].clone()], expected);
    let said = ben.plain(&["show", "Ada"]).ok().out;
    assert!(
        said.contains("not sent: its home takes no file as large"),
        "{said}"
    );
    for act in [&["edit", &item, "few words"][..], &["react", &item, "❤"]] {
        let message = ben.run(act).failed_without_result(5);
        assert!(
            message.contains("stays here") && message.contains("nothing was sent"),
            "{message}"
        );
    }
    let why = shown["not_sent"].as_str().unwrap();
    assert!(why.contains("takes no file as large"), "{why}");
    ben.run(&["retract", &item]).ok();
    assert_eq!(ben.texts("Ada"), ["after it"]);
    assert!(sealed(&ben).is_empty());
}
