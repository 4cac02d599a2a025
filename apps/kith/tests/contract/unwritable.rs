//! Folders in which nothing can be written: what can be read is shown or a sentence says why not; nothing is kept in part.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::read_only::mount_again;
use crate::support::person::{Person, acquainted};
use crate::support::said::{Running, Said};
use crate::support::skipped;
use crate::support::small_disk::SmallDisk;

#[test]
fn a_profile_on_a_disk_that_is_read_only_keeps_nothing_and_says_so() {
    let ada = Person::blank();
    let disk = ada.profile();
    let Some(_mounted) = SmallDisk::mount(&disk, 8 * 1_024) else {
        skipped("this user may not mount a disk, so no read-only one was tried");
        return;
    };
    ada.run(&["profile", "init"]).ok();
    ada.run(&["persona", "new", "Ada"]).ok();
    mount_again(&disk, "ro");
    for arguments in [&["persona", "new", "Eve"][..], &["sync"]] {
        let message = ada.run(arguments).failed_without_result(7);
        assert!(message.contains("ead-only"), "{message}");
    }
    mount_again(&disk, "rw");
    assert_eq!(ada.list("persona").len(), 1);
    ada.run(&["persona", "new", "Eve"]).ok();
}

#[test]
fn a_read_only_folder_takes_no_saved_file_and_no_backup() {
    let (_home, ada, ben) = acquainted();
    let disk = ada.folder().join("out");
    let Some(_mounted) = SmallDisk::mount(&disk, 1_024) else {
        skipped("this user may not mount a disk, so nothing was saved to a read-only one");
        return;
    };
    let file = ben.folder().join("a.txt");
    fs::write(&file, "a").unwrap();
    ben.run(&["send", "Ada", "", "--attach", file.to_str().unwrap()])
        .ok();
    ada.sync().ok();
    let item = ada.shown("Ben")[0]["item"].as_str().unwrap().to_owned();
    let out = disk.to_str().unwrap();
    mount_again(&disk, "ro");
    ada.run(&["save", &item, "--out", out])
        .failed_without_result(7);
    let said = ada.run(&["backup", "--out", out]);
    assert_eq!(said.code, Some(7), "{said:?}");
    mount_again(&disk, "rw");
    ada.run(&["save", &item, "--out", out]).ok();
}

/// Runs a command as somebody who may not write in a folder that is closed to all: root could.
fn as_nobody(person: &Person, arguments: &[&str]) -> Option<Said> {
    let own = person.command(arguments);
    let is_root =
        fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    if !is_root {
        return Some(Running::start(own, b"").said());
    }
    let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    let mut tried = Command::new("setpriv");
    tried.args(nobody).arg(own.get_program()).arg("--version");
    if !tried.output().is_ok_and(|output| output.status.success()) {
        return None;
    }
    let mut command = Command::new("setpriv");
    command
        .args(nobody)
        .arg(own.get_program())
        .args(own.get_args());
    Some(Running::start(command, b"").said())
}

fn set_mode(path: &Path, mode: u32) {
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(mode);
    fs::set_permissions(path, permissions).unwrap();
}

/// Gives a profile to somebody else, or to all where one may not.
fn open_to_all(person: &Person) {
    set_mode(person.folder(), 0o755);
    for entry in fs::read_dir(person.profile()).unwrap() {
        set_mode(&entry.unwrap().path(), 0o666);
    }
}

#[test]
fn a_profile_in_a_folder_that_is_closed_to_this_user_is_exit_7() {
    let ada = Person::local("Ada");
    open_to_all(&ada);
    let reads = &["persona", "list"][..];
    for mode in [0o555, 0o000] {
        set_mode(&ada.profile(), mode);
        for arguments in [&["persona", "new", "Eve"][..], reads] {
            let Some(said) = as_nobody(&ada, arguments) else {
                set_mode(&ada.profile(), 0o700);
                skipped("there is no setpriv, so no folder that is closed to a user was tried");
                return;
            };
            if (mode, arguments) == (0o555, reads) {
                assert_eq!(said.ok().line()["name"], "Ada");
                continue;
            }
            let message = said.failed_without_result(7);
            let says_why = message.contains("denied") || message.contains("cannot be written");
            assert!(says_why, "{message}");
        }
    }
    set_mode(&ada.profile(), 0o700);
    assert_eq!(ada.list("persona").len(), 1);
}
