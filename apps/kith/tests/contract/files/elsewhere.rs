//! Files of one command while others work on the same profile: nobody waits for them, nothing of them is left where somebody
//! gives up, and they go on elsewhere.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Stdio};

use super::attached::{arguments, bytes, content, last, save, sealed, send, write};
use super::resumed::{ON_ITS_WAY, acquainted_over};
use crate::support::home::Home;
use crate::support::person::{Person, acquainted};
use crate::support::said::Running;
use crate::support::wait_for;
use crate::together::wait_for_socket;

const SIZE: usize = 10_000_000;

/// A command that holds the profile until it has something to say, which nobody reads.
struct Holder(Child);

impl Holder {
    fn start(person: &Person, with: &str) -> Self {
        let mut command = person.command(&["show", with, "--follow", "--limit", "0"]);
        let command = command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        wait_for_socket(person);
        Self(child)
    }

    fn wait_for_its_end(&mut self) {
        wait_for("the end of who held the profile", || {
            self.0.try_wait().unwrap()
        });
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A file that takes seconds to seal, and no room.
fn long_file(person: &Person) -> PathBuf {
    let path = person.folder().join("long.bin");
    File::create(&path).unwrap().set_len(1 << 30).unwrap();
    path
}

/// Begins to send it; some of it is sealed.
fn sealing(person: &Person, to: &str) -> Running {
    let file = long_file(person);
    let sending = person.start(&arguments(to, "never sent", &[&file]), b"");
    wait_for("sealed bytes", || {
        (!sealed(person).is_empty()).then_some(())
    });
    sending
}

#[test]
fn while_a_file_is_sealed_others_are_served_and_who_gives_up_sends_nothing() {
    let (_home, ada, _ben) = acquainted();
    let _holder = Holder::start(&ada, "Ben");
    let mut sending = sealing(&ada, "Ben");
    ada.list("contact");
    assert!(sending.is_running(), "others waited for it");
    sending.kill();
    drop(sending);
    wait_for("an empty folder", || sealed(&ada).is_empty().then_some(()));
    assert_eq!(ada.texts("Ben"), Vec::<String>::new());
    assert_eq!(ada.sync().ok().line()["pending"], 0);
}

#[test]
fn a_file_that_is_being_sealed_holds_nobody_up_who_wants_to_end() {
    let (_home, ada, ben) = acquainted();
    let mut holder = Holder::start(&ada, "Ben");
    let mut sending = sealing(&ada, "Ben");
    ben.run(&["send", "Ada", "something to say"]).ok();
    holder.wait_for_its_end();
    assert!(sending.is_running(), "it waited for the file");
    // It is sealed anew by the process that asked, which holds the profile now.
    wait_for_socket(&ada);
    sending.kill();
    drop(sending);
    assert_eq!(ada.texts("Ben"), ["something to say"]);
    assert!(sealed(&ada).is_empty());
}

#[test]
fn an_upload_goes_on_elsewhere_when_who_held_the_profile_ends_or_is_killed() {
    for is_killed in [false, true] {
        let home = Home::open();
        let (way, ada, ben) = acquainted_over(&home);
        let sent = bytes(1, SIZE);
        let file = write(&ben, "a.bin", &sent);
        let mut holder = Holder::start(&ben, "Ada");
        way.set_slow(true);
        let mut sending = ben.start(&arguments("Ada", "with a file", &[&file]), b"");
        wait_for("bytes on their way", || {
            (way.up() > 1_000_000).then_some(())
        });
        if is_killed {
            holder.0.kill().unwrap();
        } else {
            ada.run(&["send", "Ben", "something to say"]).ok();
        }
        holder.wait_for_its_end();
        assert!(way.up() < SIZE as u64, "it waited for the upload");
        assert!(sending.is_running());
        way.set_slow(false);
        assert_eq!(sending.said().ok().text("state"), "stored");
        let carried = way.up();
        assert!(
            carried < SIZE as u64 * 17 / 16 + ON_ITS_WAY,
            "{carried} bytes"
        );
        ada.sync().ok();
        let texts = ada.texts("Ben");
        let files: Vec<_> = texts.iter().filter(|one| *one == "with a file").collect();
        assert_eq!(files.len(), 1, "once, and not again: {texts:?}");
    }
}

#[test]
fn an_upload_that_cannot_go_on_elsewhere_is_kept_and_goes_out_later() {
    let home = Home::open();
    let (way, ada, ben) = acquainted_over(&home);
    let file = write(&ben, "a.bin", &bytes(3, SIZE));
    let mut holder = Holder::start(&ben, "Ada");
    way.set_slow(true);
    let sending = ben.start(&arguments("Ada", "with a file", &[&file]), b"");
    wait_for("bytes on their way", || {
        (way.up() > 1_000_000).then_some(())
    });
    // Somebody else has the profile next, and serves nobody.
    let lock = File::options().write(true).open(ben.profile().join("lock"));
    let taking = std::thread::spawn(move || {
        let lock = lock.unwrap();
        lock.lock().unwrap();
        lock
    });
    ada.run(&["send", "Ben", "something to say"]).ok();
    holder.wait_for_its_end();
    let lock = taking.join().unwrap();
    let said = sending.said();
    assert!(said.failed(4).contains("is kept"), "{said:?}");
    assert_eq!(said.text("state"), "queued");
    drop(lock);
    way.set_slow(false);
    ben.sync().ok();
    ada.sync().ok();
    let texts = ada.texts("Ben");
    assert!(texts.contains(&"with a file".to_owned()), "{texts:?}");
}

#[test]
fn a_download_goes_on_elsewhere_when_who_held_the_profile_ends() {
    let home = Home::open();
    let (way, ada, ben) = acquainted_over(&home);
    let sent = bytes(2, SIZE);
    let (small, large) = (write(&ben, "a.bin", b"small"), write(&ben, "b.bin", &sent));
    send(&ben, "Ada", "", &[&small, &large]).ok();
    ada.sync().ok();
    let item = last(&ada, "Ben")["item"].as_str().unwrap().to_owned();
    let out = ada.folder().join("saved");
    std::fs::create_dir(&out).unwrap();
    let mut holder = Holder::start(&ada, "Ben");
    let before = way.down();
    way.set_slow(true);
    let saving = ada.start(&["save", &item, "--out", out.to_str().unwrap()], b"");
    wait_for("bytes on their way", || {
        (way.down() > before + 1_000_000).then_some(())
    });
    ben.run(&["send", "Ada", "something to say"]).ok();
    holder.wait_for_its_end();
    assert!(
        way.down() - before < SIZE as u64,
        "it waited for the download"
    );
    way.set_slow(false);
    let lines = saving.said().ok().lines();
    assert_eq!(lines.len(), 2, "each is saved once: {lines:?}");
    assert!(content(&lines[0]) == b"small" && content(&lines[1]) == sent);
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 2);
    let carried = way.down() - before;
    assert!(
        carried < SIZE as u64 * 17 / 16 + ON_ITS_WAY,
        "{carried} bytes"
    );
    // What is here by now is saved by anybody.
    save(&ada, &item).ok();
}
