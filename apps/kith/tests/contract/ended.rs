//! Commands that a signal asks to end: they leave nothing in the profile's folder that tells of them, say by what they
//! ended, and others go on. Ctrl-C once more ends them at once.

use std::fs::OpenOptions;
use std::io::Read as _;
use std::net::TcpListener;
use std::os::unix::fs::OpenOptionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::person::{Person, acquainted};
use crate::support::said::Running;
use crate::support::{kith, wait_for};
use crate::together::{Follower, wait_for_socket};

const SIGNALS: [(&str, i32); 3] = [("HUP", 1), ("INT", 2), ("TERM", 15)];
/// Longer than any test waits.
const NEVER: Duration = Duration::from_secs(600);

/// What a command that holds the profile has in its folder.
pub fn traces(person: &Person) -> Vec<String> {
    let entries = std::fs::read_dir(person.profile()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let is_trace = |name: &String| name.contains(".db-") || name == "socket";
    names.filter(is_trace).collect()
}

/// A bit of a mask of signals, as the system says it of a process.
fn has(process: u32, mask: &str, signal: i32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let digits = status.lines().find_map(|line| line.strip_prefix(mask));
    let bits = u64::from_str_radix(digits.unwrap().trim(), 16).unwrap();
    bits & (1 << (signal - 1)) != 0
}

/// Signals that whoever started the tests wants ignored end nothing.
fn is_heard(signal: i32) -> bool {
    let is_ignored = has(std::process::id(), "SigIgn:", signal);
    if is_ignored {
        crate::support::skipped("a signal is ignored here, so nothing was ended by it");
    }
    !is_ignored
}

#[test]
fn what_lasts_ends_in_order_and_says_by_what() {
    let (_home, ada, _ben) = acquainted();
    let heard = SIGNALS.into_iter().filter(|(_, number)| is_heard(*number));
    for (name, number) in heard {
        for lasting in [&["show", "Ben", "--follow"][..], &["sync", "--wait", "50"]] {
            let running = ada.start(lasting, b"");
            wait_for_socket(&ada);
            ada.run(&["send", "Ben", name]).ok();
            assert_ne!(traces(&ada), [""; 0], "nothing could be left");
            running.signal(name);
            let said = running.said();
            assert_eq!((said.signal, &*said.err), (Some(number), ""), "{said:?}");
            assert_eq!(traces(&ada), [""; 0], "{lasting:?} after {name}");
        }
        assert!(ada.texts("Ben").contains(&name.to_owned()));
    }
}

#[test]
fn what_waits_for_its_input_ends_and_nothing_was_sent() {
    if !is_heard(2) {
        return;
    }
    let (_home, ada, _ben) = acquainted();
    for waiting in [&["send", "Ben", "-"][..], &["send", "Ben", "-", "--lines"]] {
        let command = ada.command(waiting);
        let mut running = Running::start_slowly(command, b"never\n", NEVER);
        // Nobody else waits for what somebody types.
        ada.run(&["contact", "list"]).ok();
        ada.run(&["conversation", "list"]).ok();
        assert!(running.is_running());
        running.signal("INT");
        let said = running.said();
        assert_eq!((said.signal, &*said.out, &*said.err), (Some(2), "", ""));
        assert_eq!(traces(&ada), [""; 0]);
    }
    assert_eq!(ada.texts("Ben"), [""; 0]);
}

#[test]
fn who_waits_goes_on_where_the_one_who_held_the_profile_is_told_to_end() {
    if !is_heard(2) {
        return;
    }
    let (_home, ada, ben) = acquainted();
    ben.run(&["send", "Ada", "one"]).ok();
    let first = ada.start(&["show", "Ben", "--follow"], b"");
    wait_for_socket(&ada);
    let second = Follower::start(&ada, "second");
    second.wait_for_text("one");
    first.signal("INT");
    assert_eq!(first.said().signal, Some(2));
    ben.run(&["send", "Ada", "two"]).ok();
    second.wait_for_text("two");
    assert_eq!(second.texts(), ["one", "two"], "each is shown once");
    // And whoever is told to end while another does it leaves that one alone.
    let third = ada.start(&["sync", "--wait", "50"], b"");
    let third = wait_for_guest(third);
    third.signal("INT");
    assert_eq!(third.said().signal, Some(2));
    ada.run(&["send", "Ben", "three"]).ok();
    second.wait_for_text("three");
}

/// Waits until a command hears signals.
fn wait_for_guest(running: Running) -> Running {
    wait_for("the command to hear", || {
        has(running.id(), "SigCgt:", 15).then_some(())
    });
    running
}

#[test]
fn the_same_once_more_ends_it_at_once() {
    if !is_heard(2) {
        return;
    }
    let (_home, ada, _ben) = acquainted();
    let holder = ada.start(&["show", "Ben", "--follow"], b"");
    let socket = wait_for_socket(&ada);
    // The holder waits for a home that says nothing, for somebody else.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let _asking = ada.start(&["persona", "new", "Eve", "--home", &url], b"");
    let _connection = silent.accept().unwrap();
    holder.signal("INT");
    wait_for("the end to begin", || (!socket.exists()).then_some(()));
    holder.signal("INT");
    assert_eq!(holder.said().signal, Some(2));
    assert_ne!(traces(&ada), [""; 0], "it waited until all was closed");
}

#[test]
fn what_is_to_outlive_its_terminal_does() {
    let (_home, ada, _ben) = acquainted();
    let mut command = Command::new("sh");
    let following = "trap '' HUP; exec \"$0\" --profile \"$1\" --json show Ben --follow";
    command.args(["-c", following]);
    command.arg(kith().get_program()).arg(ada.profile());
    let mut running = Running::start(command, b"");
    wait_for_socket(&ada);
    running.signal("HUP");
    ada.run(&["send", "Ben", "still there"]).ok();
    assert!(running.is_running());
    running.signal("TERM");
    assert_eq!(running.said().signal, Some(15));
    assert_eq!(traces(&ada), [""; 0]);
}

#[test]
fn who_does_not_read_what_is_said_keeps_nobody_from_the_end() {
    let ada = Person::with_long_notes();
    let mut command = ada.command(&["show", "Notes"]);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut [0]).unwrap();
    let told = Command::new("kill").arg(child.id().to_string()).status();
    assert!(told.unwrap().success());
    let ended = wait_for("the end", || child.try_wait().unwrap());
    assert_eq!(ended.signal(), Some(15));
    drop(out);
    assert_eq!(traces(&ada), [""; 0]);
}

#[test]
#[cfg(target_os = "linux")]
fn whoever_thinks_at_the_other_end_of_a_passphrase_file_keeps_nobody_from_the_end() {
    if !is_heard(15) {
        return;
    }
    let ada = Person::local("Ada");
    let pipe = ada.folder().join("passphrase");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let file = pipe.to_str().unwrap();
    let running = ada.start(&["persona", "list", "--passphrase-file", file], b"");
    let mut thinking = OpenOptions::new();
    // Without waiting it is opened only once somebody reads.
    let at_once = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    thinking.write(true).custom_flags(at_once);
    let thinking = wait_for("somebody who reads", || thinking.open(&pipe).ok());
    running.signal("TERM");
    assert_eq!(running.said().signal, Some(15));
    drop(thinking);
    assert_eq!(traces(&ada), [""; 0]);
}
