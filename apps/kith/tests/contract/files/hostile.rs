//! Files and homes that mean harm.

use super::attached::{bytes, content, last, save, sealed, send, write};
use super::way::Way;
use crate::support::home::Home;
use crate::support::person::{Person, acquaint, acquainted};

#[test]
fn a_home_that_gives_out_other_bytes_is_found_out_and_nothing_is_saved() {
    let home = Home::open();
    let way = Way::to(&home.address);
    let (ada, ben) = (Person::fresh(), Person::local("Ben"));
    ada.run(&["persona", "new", "Ada", "--home", &way.url]).ok();
    acquaint(&ada, &ben);
    let sent = bytes(1, 500_000);
    let file = write(&ben, "a.bin", &sent);
    send(&ben, "Ada", "", &[&file]).ok();
    ada.sync().ok();
    let item = last(&ada, "Ben")["item"].as_str().unwrap().to_owned();
    // In the table of hashes, in the first segment that comes, and in one in the middle.
    for number in [20, 5_000, 300_000] {
        way.change_down(number);
        let said = save(&ada, &item);
        assert!(
            said.failed_without_result(5).contains("is not the file"),
            "{said:?}"
        );
        let saved = std::fs::read_dir(ada.folder().join("saved")).unwrap();
        assert_eq!(saved.count(), 0, "byte {number}");
        assert_eq!(last(&ada, "Ben")["files"][0]["state"], "at-home");
    }
    way.change_down(0);
    assert!(content(&save(&ada, &item).ok().line()) == sent);
}

#[test]
fn a_name_that_means_harm_is_shown_without_any_and_saved_under_another() {
    let (_home, ada, ben) = acquainted();
    for (sent, saved) in [
        ("photo\u{202e}gnp.exe", "photognp.exe"),
        (".bashrc", "bashrc"),
        ("-rf", "_-rf"),
        ("a\u{1b}[2J\nb", "a[2Jb"),
        ("..\\..\\evil", "evil"),
        ("CON.txt", "_CON.txt"),
        ("...", "file"),
    ] {
        let file = write(&ben, sent, sent.as_bytes());
        send(&ben, "Ada", "", &[&file]).ok();
        ada.sync().ok();
        let item = last(&ada, "Ben");
        assert_eq!(
            item["files"][0]["name"], sent,
            "scripts get it as it was sent"
        );
        let shown = ada.plain(&["show", "Ben", "--limit", "1"]).ok().out;
        let harms = ['\u{1b}', '\u{202e}', '\r'];
        assert!(!shown.contains(harms), "{shown:?}");
        assert_eq!(
            shown.lines().filter(|line| line.contains("file 1")).count(),
            1
        );
        let line = save(&ada, item["item"].as_str().unwrap()).ok().line();
        let path = ada.folder().join("saved").join(saved);
        assert_eq!(line["file"], path.to_str().unwrap());
        assert_eq!(std::fs::read(&path).unwrap(), sent.as_bytes());
    }
}

#[cfg(unix)]
#[test]
fn saving_follows_no_link_and_writes_over_nothing() {
    let (_home, ada, ben) = acquainted();
    let file = write(&ben, "a.txt", b"theirs");
    send(&ben, "Ada", "", &[&file]).ok();
    ada.sync().ok();
    let item = last(&ada, "Ben")["item"].as_str().unwrap().to_owned();
    let (own, out) = (write(&ada, "own.txt", b"own"), ada.folder().join("saved"));
    std::fs::create_dir(&out).unwrap();
    std::os::unix::fs::symlink(&own, out.join("a.txt")).unwrap();
    std::os::unix::fs::symlink("/nowhere/at/all", out.join("a (2).txt")).unwrap();
    let line = save(&ada, &item).ok().line();
    assert!(line["file"].as_str().unwrap().ends_with("/a (3).txt"));
    assert_eq!(std::fs::read(own).unwrap(), b"own");
}

#[test]
fn a_sealed_copy_that_was_damaged_or_is_gone_is_had_anew() {
    let (mut home, ada, ben) = acquainted();
    let sent = bytes(1, 200_000);
    let file = write(&ben, "a.bin", &sent);
    let item = send(&ben, "Ada", "", &[&file]).ok().text("item");
    let copy = sealed(&ben).remove(0);
    let mut damaged = std::fs::read(&copy).unwrap();
    damaged[100_000] ^= 1;
    std::fs::write(&copy, damaged).unwrap();
    assert!(content(&save(&ben, &item).ok().line()) == sent);
    std::fs::remove_file(&copy).unwrap();
    home.kill();
    assert!(
        save(&ben, &item)
            .failed_without_result(4)
            .contains("nothing was saved")
    );
    home.come_back();
    assert!(content(&save(&ben, &item).ok().line()) == sent);
    drop(ada);
}
