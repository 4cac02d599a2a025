//! What is sent is what is saved, whatever its size.

use serde_json::json;

use super::attached::{bytes, content, last, save, sealed, send, write};
use crate::support::home::Home;
use crate::support::person::{Person, acquaint, acquainted};

#[test]
fn files_of_every_size_arrive_as_they_are() {
    let (_home, ada, ben) = acquainted();
    for (seed, length) in [
        (1, 0),
        (2, 1),
        (3, 65_535),
        (4, 65_536),
        (5, 65_537),
        (6, 5_000_000),
    ] {
        let sent = bytes(seed, length);
        let file = write(&ben, &format!("of {length}.bin"), &sent);
        let said = send(&ben, "Ada", &format!("{length}"), &[&file]).ok();
        assert_eq!(said.text("state"), "stored");
        std::fs::remove_file(&file).unwrap();
        ada.sync().ok();
        let item = last(&ada, "Ben");
        assert_eq!(item["kind"], "message");
        assert_eq!(item["text"], format!("{length}"));
        let expected = json!([{
            "alt": "",
            "bytes": length,
            "file": 1,
            "name": format!("of {length}.bin"),
            "state": "at-home",
            "type": "application/octet-stream",
        }]);
        assert_eq!(item["files"], expected);
        let saved = save(&ada, item["item"].as_str().unwrap()).ok().line();
        assert_eq!(saved["item"], item["item"]);
        assert_eq!(saved["bytes"], length);
        let path = saved["file"].as_str().unwrap();
        assert!(path.ends_with(&format!("saved/of {length}.bin")), "{path}");
        assert!(content(&saved) == sent, "{length} bytes came as others");
        assert_eq!(last(&ada, "Ben")["files"][0]["state"], "here");
    }
    let left = std::fs::read_dir(ada.folder().join("saved")).unwrap();
    assert_eq!(left.count(), 6, "nothing but what was saved");
}

#[test]
fn several_files_go_with_one_text_or_with_none_and_are_saved_one_by_one() {
    let (_home, ada, ben) = acquainted();
    let (first, second) = (bytes(1, 3_000), bytes(2, 100_000));
    let picture = write(&ada, "a.png", &first);
    let song = write(&ada, "b.mp3", &second);
    send(&ada, "Ben", "", &[&picture, &song]).ok();
    ben.sync().ok();
    let item = last(&ben, "Ada");
    assert_eq!(
        (&item["kind"], &item["text"]),
        (&json!("media"), &json!(""))
    );
    let names: Vec<_> = item["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| {
            (
                file["name"].clone(),
                file["type"].clone(),
                file["file"].clone(),
            )
        })
        .collect();
    assert_eq!(
        names,
        [
            (json!("a.png"), json!("image/png"), json!(1)),
            (json!("b.mp3"), json!("audio/mpeg"), json!(2)),
        ]
    );
    let id = item["item"].as_str().unwrap();
    let lines = save(&ben, id).ok().lines();
    assert!(content(&lines[0]) == first && content(&lines[1]) == second);
    // Nothing is written over.
    let out = ben.folder().join("saved");
    let again = ben.run(&["save", id, "--file", "2", "--out", out.to_str().unwrap()]);
    let again = again.ok().line();
    assert!(again["file"].as_str().unwrap().ends_with("/b (2).mp3"));
    assert!(content(&again) == second);
    ben.run(&["save", id, "--file", "3"])
        .failed_without_result(5);
    let nowhere = ben.folder().join("none");
    ben.run(&["save", id, "--out", nowhere.to_str().unwrap()])
        .failed_without_result(5);
    ben.run(&["send", "Ada", "no file"]).ok();
    let plain = last(&ben, "Ada");
    ben.run(&["save", plain["item"].as_str().unwrap()])
        .failed_without_result(5);
}

#[test]
fn a_sender_saves_their_own_without_a_home_and_a_note_to_oneself_needs_none() {
    let (mut home, ada, ben) = acquainted();
    let sent = bytes(1, 70_000);
    let file = write(&ben, "a.bin", &sent);
    send(&ben, "Ada", "look", &[&file]).ok();
    home.kill();
    let item = last(&ben, "Ada");
    assert_eq!(item["files"][0]["state"], "here");
    let saved = save(&ben, item["item"].as_str().unwrap()).ok().line();
    assert!(content(&saved) == sent);
    ada.run(&["conversation", "new", "--kind", "self", "--title", "Diary"])
        .ok();
    let file = write(&ada, "b.bin", &sent);
    let said = send(&ada, "Diary", "", &[&file]).ok();
    assert_eq!(said.text("state"), "stored");
    let saved = save(&ada, &said.text("item")).ok().line();
    assert!(content(&saved) == sent);
}

#[test]
fn files_that_were_attached_offline_go_out_later_whatever_became_of_the_originals() {
    let mut home = Home::open();
    let (ada, ben) = (Person::at(&home, "Ada"), Person::local("Ben"));
    acquaint(&ada, &ben);
    home.kill();
    let sent = bytes(1, 300_000);
    let file = write(&ben, "a.bin", &sent);
    send(&ben, "Ada", "with a file", &[&file]).failed(4);
    ben.run(&["send", "Ada", "after it"]).failed(4);
    std::fs::write(&file, "other").unwrap();
    assert_eq!(last(&ben, "Ada")["state"], "queued");
    home.come_back();
    ben.sync().ok();
    ada.sync().ok();
    assert_eq!(ada.texts("Ben"), ["with a file", "after it"]);
    let item = ada.shown("Ben").remove(0);
    let saved = save(&ada, item["item"].as_str().unwrap()).ok().line();
    assert!(content(&saved) == sent);
    assert_eq!(sealed(&ben).len(), 1);
}

#[test]
fn what_is_held_takes_its_files_along_when_its_time_has_come() {
    let (_home, ada, ben) = acquainted();
    let sent = bytes(1, 10_000);
    let file = write(&ben, "a.bin", &sent);
    let mut arguments = super::attached::arguments("Ada", "later", &[&file]);
    arguments.extend(["--at".into(), "2s".into()]);
    let said = ben.run(&arguments).ok();
    assert_eq!(said.text("state"), "held");
    std::thread::sleep(std::time::Duration::from_millis(2_100));
    ben.sync().ok();
    ada.sync().ok();
    let saved = save(&ada, last(&ada, "Ben")["item"].as_str().unwrap());
    assert!(content(&saved.ok().line()) == sent);
    // Taken back before that, it is gone with its sealed copy.
    let mut arguments = super::attached::arguments("Ada", "never", &[&file]);
    arguments.extend(["--at".into(), "1h".into()]);
    let said = ben.run(&arguments).ok();
    assert_eq!(sealed(&ben).len(), 2);
    ben.run(&["retract", &said.text("item")]).ok();
    assert_eq!(sealed(&ben).len(), 1);
}

#[test]
fn files_outlast_a_change_of_the_passphrase() {
    let (mut home, mut ada, ben) = acquainted();
    let sent = bytes(1, 100_000);
    let file = write(&ada, "a.bin", &sent);
    let item = send(&ada, "Ben", "", &[&file]).ok().text("item");
    let new = write(&ada, "new", b"correct horse");
    let new_file = ["profile", "passphrase", "--new-file", new.to_str().unwrap()];
    ada.run(&new_file).ok();
    home.kill();
    ada.set_environment(&[("KITH_PASSPHRASE".into(), "correct horse".into())]);
    assert!(content(&save(&ada, &item).ok().line()) == sent);
    drop(ben);
}

#[test]
fn a_changed_text_keeps_its_files() {
    let (_home, ada, ben) = acquainted();
    let sent = bytes(1, 10_000);
    let file = write(&ben, "a.bin", &sent);
    let said = send(&ben, "Ada", "first", &[&file]).ok();
    ben.run(&["edit", &said.text("item"), "second"]).ok();
    ada.sync().ok();
    let item = last(&ada, "Ben");
    assert_eq!(
        (&item["text"], &item["edited"]),
        (&json!("second"), &json!(true))
    );
    let saved = save(&ada, item["item"].as_str().unwrap()).ok().line();
    assert!(content(&saved) == sent);
}
