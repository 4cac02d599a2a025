//! The home is blind: after two people have met and talked, nothing at the home, neither on its disk
//! nor in its most talkative log, tells who they are, what they call each other, what they said, or
//! which inbox belongs to which conversation.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the helpers of a test are part of the test"
)]

#[path = "../support/mod.rs"]
mod support;

mod needles;
mod scanner;
mod tables;

use needles::{Needle, needles_of};
use scanner::{Scanner, spellings};
use std::path::{Path, PathBuf};
use support::home::Home;
use support::person::Person;
use tempfile::TempDir;

/// What was given away or written in the session beyond what the profiles hold in the end.
const REVOKED_LABEL: &str = "for somebody who was not nice after all";

struct Session {
    home: Home,
    people: [Person; 3],
    needles: Vec<Needle>,
}

/// Three people, one of them in two conversations, several invitations, texts with their marks.
fn session() -> Session {
    let home = Home::talkative();
    let ada = Person::at(&home, "Ada Unmistakable");
    let ben = Person::local("Benedict Unforgettable");
    let cleo = Person::at(&home, "Cleopatra Unconcealable");
    ada.invite(&["--label", "a label that nobody else reads", "--uses", "7"]);
    let (_, revoked) = ada.invite(&["--label", REVOKED_LABEL]);
    ada.run(&["invite", "revoke", &revoked]).ok();
    let (for_ben, _) = ada.invite(&["--label", "for Benedict, at last"]);
    let (for_ada, _) = cleo.invite(&[]);
    ben.accept(&for_ben).ok();
    ada.accept(&for_ada).ok();
    let lines: Vec<_> = (0..8)
        .map(|number| format!("only Ada may read line {number} of what I say"))
        .collect();
    let send = ["send", "Ada Unmistakable", "-", "--lines"];
    ben.run_with(&send, lines.join("\n").as_bytes()).ok();
    cleo.sync().ok();
    cleo.run(&["send", "Ada Unmistakable", "Cleopatra's secret marking"])
        .ok();
    ada.sync().ok();
    ada.run(&[
        "send",
        "Benedict Unforgettable",
        "an answer full of marks 🜨🜨🜨",
    ])
    .ok();
    let long = "a very long and unmistakable text ".repeat(1_500);
    ada.run_with(&["send", "Cleopatra Unconcealable", "-"], long.as_bytes())
        .ok();
    for person in [&ada, &ben, &cleo] {
        person.sync().ok();
    }
    let people = [ada, ben, cleo];
    let mut needles: Vec<_> = people.iter().flat_map(needles_of).collect();
    for link in [&for_ben, &for_ada] {
        needles.extend(needles::of_link(link));
    }
    Session {
        home,
        people,
        needles,
    }
}

/// Everything that the home left on the disk, by file.
fn files(home: &Home) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![home.data().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push((path.display().to_string(), std::fs::read(&path).unwrap()));
            }
        }
    }
    files.push(("the log".into(), home.logged()));
    files
}

fn copied(home: &Home) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(home.data()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    folder
}

fn both(folder: &Path) -> [PathBuf; 2] {
    [folder.join("inboxes.sqlite"), folder.join("logs.sqlite")]
}

#[test]
fn nothing_of_people_and_conversations_lies_at_the_home() {
    let mut session = session();
    let scanner = Scanner::new(&session.needles);
    let check = |home: &Home| {
        for (file, bytes) in files(home) {
            let found = scanner.find(&bytes);
            assert!(found.is_empty(), "in {file}: {found:?}");
        }
    };
    check(&session.home);
    let names: Vec<_> = files(&session.home)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert!(names.iter().any(|name| name.ends_with("-wal")), "{names:?}");
    let logged = String::from_utf8(session.home.logged()).unwrap();
    assert!(
        logged.contains("TRACE"),
        "the log is the most talkative one"
    );
    session.home.kill();
    session.home.come_back();
    session.people[0]
        .run(&["send", "Benedict Unforgettable", "once more"])
        .ok();
    check(&session.home);
}

#[test]
fn no_value_stands_on_both_sides_and_no_fine_time_beside_the_logs() {
    let mut session = session();
    session.home.kill();
    let folder = copied(&session.home);
    let [inboxes, logs] = both(folder.path());
    let (of_inboxes, of_logs) = (tables::values(&inboxes), tables::values(&logs));
    assert!(
        of_inboxes.rows > 20 && of_logs.rows > 15,
        "both sides were read"
    );
    assert_eq!(of_inboxes.shared_with(&of_logs), Vec::<String>::new());
    assert_eq!(of_logs.fine_times(), Vec::<i64>::new());
    for (one, other) in [(&of_inboxes, &logs), (&of_logs, &inboxes)] {
        let scanner = Scanner::new(&one.as_needles());
        let found = scanner.find(&std::fs::read(other).unwrap());
        assert!(
            found.is_empty(),
            "inside of values in {}: {found:?}",
            other.display()
        );
    }
}

#[test]
fn the_scanner_finds_every_needle_that_is_planted_in_every_spelling() {
    let mut session = session();
    session.home.kill();
    let scanner = Scanner::new(&session.needles);
    let haystacks = [
        std::fs::read(session.home.data().join("logs.sqlite-wal")).unwrap(),
        session.home.logged(),
    ];
    let mut kinds: Vec<_> = session.needles.iter().map(|needle| needle.what).collect();
    kinds.sort_unstable();
    kinds.dedup();
    assert!(kinds.len() >= 20, "{kinds:?}");
    for needle in &session.needles {
        for (number, spelling) in spellings(&needle.bytes).into_iter().enumerate() {
            let haystack = &haystacks[number % 2];
            let part = &haystack[..haystack.len().min(3_000)];
            let (before, after) = part.split_at(part.len() / 2);
            let planted = [before, &spelling.bytes, after].concat();
            let found = scanner.find(&planted);
            let what = (needle.what, spelling.how);
            assert!(
                found.iter().any(|one| one.what == needle.what),
                "{what:?} was overlooked"
            );
        }
    }
}

#[test]
fn the_scanner_finds_values_and_times_that_are_planted() {
    let mut session = session();
    session.home.kill();
    let now_s = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let now_s = i64::try_from(now_s).unwrap();
    for value in ["x'0102030405060708'", "'eight or more'", "4294967297"] {
        let folder = copied(&session.home);
        for file in both(folder.path()) {
            tables::plant(&file, value);
        }
        let [inboxes, logs] = both(folder.path()).map(|file| tables::values(&file));
        assert_eq!(inboxes.shared_with(&logs).len(), 1, "{value}");
    }
    for unit in [1, 1_000, 1_000_000, 1_000_000_000] {
        for away_s in [-360 * 86_400, -3_600, 0, 360 * 86_400] {
            let folder = copied(&session.home);
            let [_, logs] = both(folder.path());
            let time = (now_s + away_s) * unit;
            tables::plant(&logs, &time.to_string());
            assert_eq!(tables::values(&logs).fine_times(), [time]);
        }
    }
    let folder = copied(&session.home);
    let [inboxes, logs] = both(folder.path());
    tables::plant(&inboxes, "x'00112233445566778899aabbccddeeff'");
    tables::plant(&logs, "x'ffff00112233445566778899aabbccddeeffffff'");
    let scanner = Scanner::new(&tables::values(&inboxes).as_needles());
    assert_eq!(scanner.find(&std::fs::read(&logs).unwrap()).len(), 1);
}
