//! A reader that takes some and then stops (a pager, Ctrl-S) keeps nobody from the profile.

use std::io::{Read as _, read_to_string};
use std::process::{Child, ChildStdout, Stdio};

use crate::support::person::Person;
use crate::support::wait_for;
use crate::together::wait_for_socket;

const SEAL: (&str, &str) = ("KITH_PASSPHRASE", "open sesame");

/// A command whose reader has taken a byte, and takes no more for now.
struct Unread {
    child: Child,
    out: ChildStdout,
}

impl Unread {
    fn start(person: &Person, arguments: &[&str]) -> Self {
        let mut command = person.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut out = child.stdout.take().unwrap();
        out.read_exact(&mut [0]).unwrap();
        Self { child, out }
    }

    fn code(mut self) -> Option<i32> {
        let ended = wait_for("the end", || self.child.try_wait().unwrap());
        drop(self.out);
        ended.code()
    }
}

#[test]
fn others_use_the_profile_while_nobody_reads_on() {
    let ada = Person::with_long_notes();
    for arguments in [
        &["show", "Notes"][..],
        &["show", "Notes", "--follow"],
        &["search", "long"],
    ] {
        let mut unread = Unread::start(&ada, arguments);
        wait_for_socket(&ada);
        let sent = ada.run(&["send", "Notes", "meanwhile"]).ok();
        assert!(sent.took.as_secs() < 10, "{arguments:?}: {sent:?}");
        assert!(unread.child.try_wait().unwrap().is_none(), "{arguments:?}");
        if arguments.contains(&"--follow") {
            unread.child.kill().unwrap();
            unread.child.wait().unwrap();
            continue;
        }
        // Whoever reads on gets all of it.
        let rest = read_to_string(&mut unread.out).unwrap();
        let whole = rest.lines().skip(1);
        assert!(whole.clone().count() >= 19, "{arguments:?}");
        assert!(whole.into_iter().all(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            line["text"].is_string()
        }));
        assert_eq!(unread.code(), Some(0));
    }
}

#[test]
fn a_profile_is_closed_in_time_though_nobody_reads_on() {
    let mut ada = Person::with_long_notes();
    let file = ada.folder().join("passphrase");
    std::fs::write(&file, SEAL.1).unwrap();
    let new = [
        "profile",
        "passphrase",
        "--new-file",
        file.to_str().unwrap(),
    ];
    ada.run(&new).ok();
    ada.set_environment(&[(SEAL.0.into(), SEAL.1.into())]);
    let arguments = ["show", "Notes", "--follow", "--lock-after", "2s"];
    let unread = Unread::start(&ada, &arguments);
    assert_eq!(unread.code(), Some(6));
    assert!(!ada.profile().join("socket").exists());
    ada.run(&["conversation", "list"]).ok();
}
