//! Several commands at once on one profile, and a profile that somebody else holds.

use serde_json::{Value, json};
use std::fs::{self, File, OpenOptions};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::Child;
use std::time::{Duration, Instant};

use crate::support::person::{Person, acquainted};
use crate::support::said::Running;

/// Somebody who follows a conversation, with what they were shown.
pub struct Follower {
    child: Child,
    path: PathBuf,
}

impl Follower {
    pub fn start(person: &Person, name: &str) -> Self {
        let path = person.folder().join(name);
        let out = File::create(&path).unwrap();
        let err = File::create(path.with_extension("err")).unwrap();
        let mut command = person.command(&["show", "Ben", "--follow"]);
        let child = command.stdout(out).stderr(err).spawn().unwrap();
        Self { child, path }
    }

    fn shown(&self) -> Vec<Value> {
        let text = fs::read_to_string(&self.path).unwrap();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        whole
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    pub fn texts(&self) -> Vec<String> {
        let text = |line: &Value| line["text"].as_str().unwrap().to_owned();
        self.shown().iter().map(text).collect()
    }

    /// Waits until something was shown that is so.
    #[track_caller]
    pub fn wait_for(&self, what: &str, is_so: impl Fn(&Value) -> bool) {
        let until = Instant::now() + Duration::from_secs(30);
        while !self.shown().iter().any(&is_so) {
            assert!(
                Instant::now() < until,
                "{what} is not in {:?}",
                self.shown()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Sends it a signal by its name.
    #[cfg(target_os = "linux")]
    fn signal(&self, signal: &str) {
        let mut kill = std::process::Command::new("kill");
        let sent = kill.args([signal, &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    #[track_caller]
    pub fn wait_for_text(&self, text: &str) {
        self.wait_for(text, |line| line["text"] == text);
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until a command holds the profile and does errands for others.
#[track_caller]
pub fn wait_for_socket(person: &Person) -> PathBuf {
    let socket = person.profile().join("socket");
    let until = Instant::now() + Duration::from_secs(30);
    while UnixStream::connect(&socket).is_err() {
        assert!(Instant::now() < until, "nobody listens at {socket:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
    socket
}

#[test]
fn commands_at_once_all_succeed() {
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
fn whoever_follows_does_what_other_commands_ask() {
    let (_home, ada, ben) = acquainted();
    let follower = Follower::start(&ada, "followed");
    wait_for_socket(&ada);
    let sent = ada.run(&["send", "Ben", "while you follow"]).ok();
    assert_eq!(sent.text("state"), "stored");
    assert!(sent.took < Duration::from_secs(8), "{sent:?}");
    follower.wait_for("stored", |line| {
        line["text"] == "while you follow" && line["state"] == "stored"
    });
    let two = b"first\nsecond\n";
    assert_eq!(
        ada.run_with(&["send", "Ben", "-", "--lines"], two)
            .ok()
            .lines()
            .len(),
        2
    );
    ben.sync().ok();
    assert_eq!(ben.texts("Ada"), ["while you follow", "first", "second"]);
    // Errors, and what they say, are those of any command.
    ada.run(&["send", "nobody", "x"]).failed_without_result(5);
    ada.run(&["react", &sent.text("item"), "no sign"])
        .failed_without_result(5);
    ada.run(&["show"]).failed_without_result(2);
    assert!(ada.plain(&["show", "Ben"]).out.contains("while you follow"));
    assert_eq!(ada.sync().ok().line()["pending"], 0);
    assert_eq!(ada.run(&["profile", "info"]).ok().line()["sealed"], false);
    // What works on the files needs the profile for itself, and says so.
    let said = ada.run(&["profile", "check"]);
    assert!(said.failed_without_result(7).contains("Another program"));
}

#[test]
fn who_follows_goes_on_where_the_one_who_held_the_profile_ends() {
    let (_home, ada, ben) = acquainted();
    ben.run(&["send", "Ada", "one"]).ok();
    let mut first = Follower::start(&ada, "first");
    wait_for_socket(&ada);
    let second = Follower::start(&ada, "second");
    second.wait_for_text("one");
    ben.run(&["send", "Ada", "two"]).ok();
    second.wait_for_text("two");
    // Killed, not asked to end.
    first.child.kill().unwrap();
    first.child.wait().unwrap();
    ben.run(&["send", "Ada", "three"]).ok();
    second.wait_for_text("three");
    assert_eq!(
        second.texts(),
        ["one", "two", "three"],
        "each is shown once"
    );

    let third = ada.start(&["sync", "--wait", "2"], b"");
    std::thread::sleep(Duration::from_millis(300));
    drop(second);
    assert_eq!(third.said().ok().line()["pending"], 0);
}

#[test]
#[cfg(target_os = "linux")]
fn who_goes_on_is_shown_what_waited_when_the_one_before_was_killed() {
    let (_home, ada, _ben) = acquainted();
    let mut first = Follower::start(&ada, "first");
    wait_for_socket(&ada);
    let second = Follower::start(&ada, "second");
    // It came before the other one, and is stored after it.
    ada.run(&["send", "Ben", "slept on", "--at", "3s"]).ok();
    ada.run(&["send", "Ben", "at once"]).ok();
    let stored = |text: &str| {
        let text = text.to_owned();
        move |line: &Value| line["text"] == text.as_str() && line["state"] == "stored"
    };
    second.wait_for("at once", stored("at once"));
    second.signal("-STOP");
    first.child.kill().unwrap();
    first.child.wait().unwrap();
    // Others use the profile before the one who follows comes to it.
    let until = Instant::now() + Duration::from_secs(30);
    while !ada.shown("Ben").iter().any(stored("slept on")) {
        assert!(Instant::now() < until, "it was not sent");
        std::thread::sleep(Duration::from_millis(100));
        ada.sync().ok();
    }
    second.signal("-CONT");
    second.wait_for("slept on", stored("slept on"));
    ada.run(&["send", "Ben", "last"]).ok();
    second.wait_for("last", stored("last"));
    let mut shown: Vec<_> = second.shown().iter().map(Value::to_string).collect();
    let lines = shown.len();
    shown.sort();
    shown.dedup();
    assert_eq!(
        shown.len(),
        lines,
        "nothing is shown twice as it is: {shown:?}"
    );
}

#[test]
fn what_follows_goes_on_by_itself_where_a_command_is_done() {
    let (_home, ada, ben) = acquainted();
    let syncing = ada.start(&["sync", "--wait", "2"], b"");
    wait_for_socket(&ada);
    let follower = Follower::start(&ada, "followed");
    let sent = ben.run(&["send", "Ada", "one"]).ok().text("item");
    follower.wait_for_text("one");
    syncing.said().ok();
    wait_for_socket(&ada);
    ben.run(&["send", "Ada", "two"]).ok();
    ben.run(&["react", &sent, "🌱"]).ok();
    follower.wait_for_text("two");
    follower.wait_for("the sign", |line| {
        line["reactions"] == json!({"🌱": ["Ben"]})
    });
    let texts = follower.texts();
    let once = |text: &str| texts.iter().filter(|one| *one == text).count() == 1;
    assert!(once("two"), "{texts:?}");
    assert_eq!(
        fs::read_to_string(follower.path.with_extension("err")).unwrap(),
        ""
    );
}

#[test]
fn a_sealed_profile_is_used_by_those_alone_who_have_its_passphrase() {
    let (_home, mut ada, _ben) = acquainted();
    ada.set_environment(&[("KITH_NEW_PASSPHRASE".into(), "open sesame".into())]);
    ada.run(&["profile", "passphrase"]).ok();
    let with = |passphrase: &str| [("KITH_PASSPHRASE".to_owned(), passphrase.to_owned())];
    ada.set_environment(&with("open sesame"));
    let _follower = Follower::start(&ada, "followed");
    wait_for_socket(&ada);
    assert_eq!(
        ada.run(&["send", "Ben", "mine"]).ok().text("state"),
        "stored"
    );
    ada.set_environment(&with("open wheat"));
    ada.run(&["send", "Ben", "not mine"])
        .failed_without_result(6);
    ada.run(&["show", "Ben"]).failed_without_result(6);
    ada.set_environment(&[]);
    ada.run(&["show", "Ben"]).failed_without_result(6);
    ada.set_environment(&with("open sesame"));
    assert_eq!(ada.texts("Ben"), ["mine"]);
}

#[test]
fn a_socket_that_is_left_from_a_command_that_was_killed_is_in_nobodys_way() {
    let (_home, ada, _ben) = acquainted();
    let mut follower = Follower::start(&ada, "followed");
    let socket = wait_for_socket(&ada);
    follower.child.kill().unwrap();
    follower.child.wait().unwrap();
    assert!(socket.exists());
    assert_eq!(
        ada.run(&["send", "Ben", "hello"]).ok().text("state"),
        "stored"
    );
    assert!(!socket.exists());
}

#[test]
#[cfg(target_os = "linux")]
fn a_folder_deeper_than_an_address_is_long_is_used_by_several_as_well() {
    let made = tempfile::tempdir().unwrap();
    let deep = made
        .path()
        .join("deep".repeat(20))
        .join("deeper".repeat(20));
    let command = |arguments: &[&str]| {
        let mut command = crate::support::kith();
        command.arg("--json").arg("--profile").arg(&deep);
        command.args(arguments);
        Running::start(command, b"")
    };
    let run = |arguments: &[&str]| command(arguments).said();
    run(&["profile", "init"]).ok();
    run(&["persona", "new", "Ada"]).ok();
    run(&["conversation", "new", "--kind", "self", "--title", "Notes"]).ok();
    let mut following = command(&["show", "Notes", "--follow"]);
    let socket = deep.join("socket");
    crate::support::wait_for("the socket", || socket.exists().then_some(()));
    assert_eq!(
        run(&["send", "Notes", "hello"]).ok().text("state"),
        "stored"
    );
    assert!(following.is_running());
    following.kill();
    assert_eq!(run(&["show", "Notes"]).ok().text("text"), "hello");
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

/// Somebody with so much to back up that it takes a while.
fn talkative(title: &str) -> Person {
    let ada = Person::local("Ada");
    let new = ["conversation", "new", "--kind", "self", "--title", title];
    ada.run(&new).ok();
    let lines =
        "A line that is one of many, and has to be read, sealed and read back.\n".repeat(24_000);
    let sent = ada.start(&["send", title, "-", "--lines"], lines.as_bytes());
    sent.said().ok();
    ada
}

#[test]
fn a_backup_serves_others_while_it_lasts() {
    let ada = talkative("Notes");
    let out = ada.folder().join("backups");
    let mut backup = ada.start(&["backup", "--out", out.to_str().unwrap()], b"");
    wait_for_socket(&ada);
    assert_eq!(
        ada.run(&["send", "Notes", "meanwhile"]).ok().text("state"),
        "stored"
    );
    assert!(backup.is_running());
    let items = backup.said().ok().line()["items"].as_u64().unwrap();
    assert!((24_000..=24_001).contains(&items), "{items}");
}

#[test]
fn a_backup_that_another_process_makes_holds_up_nobody_and_begins_anew_where_that_one_ends() {
    let ada = talkative("Ben");
    let mut follower = Follower::start(&ada, "followed");
    wait_for_socket(&ada);
    let out = ada.folder().join("backups");
    let mut backup = ada.start(&["backup", "--out", out.to_str().unwrap()], b"");
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(
        ada.run(&["send", "Ben", "meanwhile"]).ok().text("state"),
        "stored"
    );
    follower.wait_for_text("meanwhile");
    assert!(backup.is_running());
    follower.child.kill().unwrap();
    follower.child.wait().unwrap();
    assert_eq!(backup.said().ok().line()["items"], 24_001);
}

/// How long a process and its threads have computed, in ticks of the system.
#[cfg(target_os = "linux")]
fn computed(process: &Child) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", process.id())).unwrap();
    let fields: Vec<_> = stat
        .rsplit_once(')')
        .unwrap()
        .1
        .split_whitespace()
        .collect();
    // proc_pid_stat(5): utime and stime are the 14th and the 15th; the first two are before the bracket.
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

#[test]
#[cfg(target_os = "linux")]
fn who_waits_for_the_other_one_of_the_folder_costs_the_holder_one_derivation() {
    let mut ada = Person::blank();
    let with = |passphrase: &str| [("KITH_PASSPHRASE".to_owned(), passphrase.to_owned())];
    ada.set_environment(&with("one"));
    ada.run(&["profile", "init"]).ok();
    ada.run(&["persona", "new", "Ada"]).ok();
    let new = ["conversation", "new", "--kind", "self", "--title", "Ben"];
    ada.run(&new).ok();
    let mut hide = ada.command(&["profile", "hide", "--replace"]);
    hide.env("KITH_NEW_PASSPHRASE", "two");
    Running::start(hide, b"").said().ok();
    let mut follower = Follower::start(&ada, "followed");
    wait_for_socket(&ada);
    let begun = computed(&follower.child);
    ada.set_environment(&with("three"));
    ada.run(&["persona", "list"]).failed_without_result(6);
    let one = computed(&follower.child) - begun;
    ada.set_environment(&with("two"));
    let waiting = ada.start(&["persona", "list"], b"");
    std::thread::sleep(Duration::from_secs(4));
    let waited = computed(&follower.child) - begun - one;
    assert!(one > 0 && waited < 4 * one, "{one} and then {waited}");
    // Its turn comes when the other one ends.
    follower.child.kill().unwrap();
    follower.child.wait().unwrap();
    assert_eq!(waiting.said().ok().lines().len(), 0);
}
