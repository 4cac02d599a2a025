//! What is taken back is gone at its home, and is given to nobody.

use serde_json::json;
use std::path::{Path, PathBuf};

use super::attached::{arguments, bytes, last, save, sealed, send, write};
use super::way::Way;
use crate::support::home::Home;
use crate::support::person::{Person, acquaint, acquainted};
use crate::support::wait_for;

/// The files of blobs in a home, whole or not.
fn blobs(home: &Home) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![home.data().join("blobs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            let list: &mut Vec<PathBuf> = if path.is_dir() {
                &mut folders
            } else {
                &mut found
            };
            list.push(path);
        }
    }
    found.retain(|path: &PathBuf| is_blob(path));
    found
}

fn is_blob(path: &Path) -> bool {
    let name = path.file_stem().unwrap().to_str().unwrap();
    name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[test]
fn what_is_taken_back_is_erased_at_its_home_and_saved_by_nobody() {
    let (home, ada, ben) = acquainted();
    let file = write(&ben, "a.bin", &bytes(1, 100_000));
    let item = send(&ben, "Ada", "look", &[&file]).ok().text("item");
    ada.sync().ok();
    let theirs = last(&ada, "Ben")["item"].as_str().unwrap().to_owned();
    assert_eq!(blobs(&home).len(), 1);
    ben.run(&["retract", &item]).ok();
    wait_for("the end of the blob", || {
        blobs(&home).is_empty().then_some(())
    });
    let shown = last(&ben, "Ada");
    assert_eq!(
        (&shown["files"], &shown["retracted"]),
        (&json!([]), &json!(true))
    );
    save(&ben, &item).failed_without_result(5);
    // Ada has not heard of it.
    assert_eq!(last(&ada, "Ben")["retracted"], false);
    let said = save(&ada, &theirs);
    assert!(
        said.failed_without_result(3)
            .contains("does not have this file")
    );
    ada.sync().ok();
    assert_eq!(last(&ada, "Ben")["files"], json!([]));
    save(&ada, &theirs).failed_without_result(5);
    // For whoever has to report it.
    assert_eq!(sealed(&ben).len(), 1);
}

#[test]
fn what_is_taken_back_while_it_is_sent_never_arrives_and_nothing_of_it_is_left() {
    let mut home = Home::open();
    let way = Way::to(&home.address);
    let (ada, ben) = (Person::fresh(), Person::local("Ben"));
    ada.run(&["persona", "new", "Ada", "--home", &way.url]).ok();
    acquaint(&ada, &ben);
    let file = write(&ben, "a.bin", &bytes(1, 3_000_000));
    way.set_slow(true);
    let mut running = ben.start(&arguments("Ada", "never", &[&file]), b"");
    wait_for("bytes on their way", || (way.up() > 500_000).then_some(()));
    running.kill();
    drop(running);
    way.set_slow(false);
    assert_eq!(blobs(&home).len(), 1);
    home.kill();
    let item = last(&ben, "Ada")["item"].as_str().unwrap().to_owned();
    ben.run(&["edit", &item, "never either"]).failed(4);
    ben.run(&["send", "Ada", "after it"]).failed(4);
    ben.run(&["retract", &item]).ok();
    assert_eq!(ben.texts("Ada"), ["after it"]);
    assert!(sealed(&ben).is_empty(), "{:?}", sealed(&ben));
    home.come_back();
    ben.sync().ok();
    ada.sync().ok();
    assert_eq!(ada.texts("Ben"), ["after it"]);
    wait_for("the end of the blob", || {
        blobs(&home).is_empty().then_some(())
    });
}
