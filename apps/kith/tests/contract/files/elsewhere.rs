//! Files of one command while others work on the same profile: nobody waits for them, nothing of them is left where somebody
//! gives up.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Stdio};

use super::attached::{arguments, sealed};
use crate::support::person::{Person, acquainted};
use crate::support::said::Running;
use crate::support::wait_for;
use crate::together::wait_for_socket;

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
