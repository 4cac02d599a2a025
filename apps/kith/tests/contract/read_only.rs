//! Where nothing can be kept in a profile, all of it is read and backed up all the same, and nothing of it is changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::home::Home;
use crate::support::person::{Person, acquaint};
use crate::support::said::Said;
use crate::support::skipped;
use crate::support::small_disk::SmallDisk;

/// What is sealed under it asks for this.
const PASSPHRASE: (&str, &str) = ("KITH_PASSPHRASE", "lamp river");

/// Lets nobody write on a disk any more (`ro`), or again (`rw`).
pub fn mount_again(at: &Path, how: &str) {
    let mut mount = Command::new("mount");
    mount.args(["-o", &format!("remount,{how}")]).arg(at);
    assert!(mount.status().unwrap().success(), "{how}");
}

/// All files of a folder but what fills its disk.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    let files = files.map(|entry| {
        let name = entry.file_name().into_string().unwrap();
        (name, fs::read(entry.path()).unwrap())
    });
    files.filter(|(name, _)| name != "ballast").collect()
}

/// Ben, whose profile is on a small disk, with a text and a file from Ada that he has, and that are in the log of his
/// database alone, since what followed was killed.
fn ben(home: &Home, passphrase: Option<(&str, &str)>) -> Option<(Person, Person, SmallDisk)> {
    let mut ben = Person::blank();
    let disk = SmallDisk::mount(&ben.profile(), 16 * 1_024)?;
    let environment = passphrase.map(|(name, value)| (name.to_owned(), value.to_owned()));
    ben.set_environment(environment.as_slice());
    ben.run(&["profile", "init"]).ok();
    ben.run(&["persona", "new", "Ben"]).ok();
    let ada = Person::at(home, "Ada");
    acquaint(&ada, &ben);
    let file = ada.folder().join("sea.txt");
    fs::write(&file, "the sea").unwrap();
    ada.run(&[
        "send",
        "Ben",
        "good evening",
        "--attach",
        file.to_str().unwrap(),
    ])
    .ok();
    ben.sync().ok();
    let item = ben.run(&["search", "evening"]).ok().text("item");
    ben.run(&["save", &item, "--out", ben.folder().to_str().unwrap()])
        .ok();
    ada.run(&["send", "Ben", "and good night"]).ok();
    let mut following = ben.start(&["sync", "--wait", "600"], b"");
    let until = Instant::now() + Duration::from_secs(30);
    while ben.list("conversation")[0]["unread"] != 2 {
        assert!(Instant::now() < until, "nothing came");
    }
    following.kill();
    following.said();
    let log = fs::metadata(ben.profile().join("profile.db-wal")).unwrap();
    assert!(log.len() > 0, "there is something in the log alone");
    Some((ada, ben, disk))
}

/// What only reads says what it says of a profile that is well.
#[track_caller]
fn reads(ben: &Person) {
    assert_eq!(ben.texts("Ada"), ["good evening", "and good night"]);
    // Showing marked nothing as read.
    assert_eq!(ben.list("conversation")[0]["unread"], 2);
}

/// The same of all commands that only read.
#[track_caller]
fn reads_all(ben: &Person) {
    reads(ben);
    let found = ben.run(&["search", "night"]).ok();
    assert_eq!(found.line()["text"], "and good night");
    let item = ben.run(&["search", "evening"]).ok().text("item");
    assert_eq!(ben.run(&["versions", &item]).ok().lines().len(), 1);
    assert_eq!(ben.list("contact")[0]["name"], "Ada");
    assert_eq!(ben.list("persona")[0]["name"], "Ben");
    assert_eq!(ben.list("invite").len(), 0);
    let info = ben.run(&["profile", "info"]).ok().line();
    assert_eq!(info["conversations"], 1);
    let check = ben.run(&["profile", "check"]).ok().line();
    assert_eq!(check["wrong_in_all"], 0);
    let out = tempfile::tempdir_in(ben.folder()).unwrap();
    ben.run(&["save", &item, "--out", out.path().to_str().unwrap()])
        .ok();
    assert_eq!(fs::read(out.path().join("sea.txt")).unwrap(), b"the sea");
}

/// A backup elsewhere comes back, with all that was said.
#[track_caller]
fn backs_up(ben: &Person) {
    let out = ben.folder().join("backups");
    let made = ben.run(&["backup", "--out", out.to_str().unwrap()]).ok();
    let phrase = made.text("phrase");
    let mut anew = Person::blank();
    anew.set_environment(&[("KITH_PHRASE".to_owned(), phrase)]);
    anew.run(&["recovery", "restore", out.to_str().unwrap()])
        .ok();
    assert_eq!(anew.texts("Ada"), ["good evening", "and good night"]);
}

fn says(said: &Said, words: &str) {
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(said.err.lines().count(), 1, "{said:?}");
    assert!(said.err.contains(words), "{said:?}");
}

/// What writes is refused as ever.
#[track_caller]
fn keeps_nothing(ben: &Person, words: &str) {
    for arguments in [
        &["persona", "new", "Eve"][..],
        &["send", "Ada", "too late"],
        &["sync", "--wait", "1"],
        &["show", "Ada", "--follow"],
        &["profile", "passphrase", "--remove"],
    ] {
        let message = ben.run(arguments).failed_without_result(7);
        assert!(message.contains(words), "{arguments:?}: {message}");
    }
}

#[test]
fn a_profile_on_a_read_only_disk_is_read_and_backed_up() {
    let home = Home::open();
    for passphrase in [None, Some(PASSPHRASE)] {
        let Some((_ada, ben, _disk)) = ben(&home, passphrase) else {
            skipped("this user may not mount a disk, so none that is read-only was read");
            return;
        };
        let disk = ben.profile();
        mount_again(&disk, "ro");
        let before = files(&ben.profile());
        match passphrase {
            None => {
                reads_all(&ben);
                says(&ben.plain(&["show", "Ada"]), "read-only");
                keeps_nothing(&ben, "ead-only");
            }
            // Each of its commands derives keys, so there are fewer.
            Some(_) => reads(&ben),
        }
        backs_up(&ben);
        assert_eq!(files(&ben.profile()), before);
        mount_again(&disk, "rw");
        assert_eq!(ben.texts("Ada"), ["good evening", "and good night"]);
        assert_eq!(ben.list("conversation")[0]["unread"], 0);
        // Nothing is in the log any more.
        mount_again(&disk, "ro");
        assert!(!ben.profile().join("profile.db-wal").exists());
        assert_eq!(ben.texts("Ada"), ["good evening", "and good night"]);
        mount_again(&disk, "rw");
    }
}

#[test]
fn a_profile_on_a_full_disk_is_read_and_backed_up() {
    let home = Home::open();
    for passphrase in [None, Some(PASSPHRASE)] {
        let Some((_ada, ben, disk)) = ben(&home, passphrase) else {
            skipped("this user may not mount a disk, so no full one was read");
            return;
        };
        fs::remove_file(ben.profile().join("profile.db-shm")).unwrap();
        disk.fill(0);
        let database = |person: &Person| {
            let mut files = files(&person.profile());
            // Of what cannot be made there may be an empty file.
            files.retain(|name, bytes| !name.ends_with("-shm") && !bytes.is_empty());
            files
        };
        let before = database(&ben);
        match passphrase {
            None => {
                reads_all(&ben);
                says(&ben.plain(&["show", "Ada"]), "disk of this profile is full");
                keeps_nothing(&ben, "full");
            }
            Some(_) => reads(&ben),
        }
        backs_up(&ben);
        assert_eq!(database(&ben), before);
        disk.free();
        assert_eq!(ben.texts("Ada"), ["good evening", "and good night"]);
        assert_eq!(ben.list("conversation")[0]["unread"], 0);
        ben.run(&["send", "Ada", "there is room again"]).ok();
    }
}

#[test]
fn what_would_have_to_be_written_before_it_is_read_says_so() {
    let ada = Person::blank();
    let disk = ada.profile();
    let Some(_mounted) = SmallDisk::mount(&disk, 8 * 1_024) else {
        skipped("this user may not mount a disk, so no profile was cut off on one");
        return;
    };
    ada.run(&["profile", "init"]).ok();
    ada.run(&["persona", "new", "Ada"]).ok();
    let (lock, aside) = (ada.profile().join("lock"), ada.folder().join("lock"));
    for (spoil, mend) in [
        (
            &(|| fs::write(ada.profile().join("profile.db-journal"), "x").unwrap()) as &dyn Fn(),
            &(|| fs::remove_file(ada.profile().join("profile.db-journal")).unwrap()) as &dyn Fn(),
        ),
        (
            &|| {
                fs::copy(&lock, &aside).unwrap();
                fs::remove_file(&lock).unwrap();
            },
            &|| assert!(fs::copy(&aside, &lock).is_ok()),
        ),
    ] {
        spoil();
        mount_again(&disk, "ro");
        let message = ada.run(&["persona", "list"]).failed_without_result(7);
        assert!(message.contains("opy the folder"), "{message}");
        mount_again(&disk, "rw");
        mend();
    }
    assert_eq!(ada.list("persona").len(), 1);
}
