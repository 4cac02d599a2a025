//! The disk refuses: exit code 7, and what was there before is safe.

use crate::support::home::Home;
use crate::support::person::{Person, acquaint, acquainted};
use crate::support::said::Running;
use crate::support::skipped;
use crate::support::small_disk::SmallDisk;

#[test]
fn a_full_disk_keeps_nothing_of_the_command_and_harms_nothing() {
    let ada = Person::blank();
    let Some(disk) = SmallDisk::mount(&ada.profile(), 2_048) else {
        skipped("this user may not mount a small disk, so no full disk of a profile was tried");
        return;
    };
    ada.run(&["profile", "init"]).ok();
    ada.run(&["persona", "new", "Ada"]).ok();
    disk.fill(0);
    let said = ada.run(&["persona", "new", "Eve"]);
    let message = said.failed_without_result(7);
    assert!(message.contains("disk is full"), "{message}");
    disk.free();
    let names = ada.list("persona");
    assert_eq!((names.len(), &names[0]["name"]), (1, &"Ada".into()));
    ada.run(&["persona", "new", "Eve"]).ok();
}

#[test]
fn what_a_full_disk_let_through_has_its_result_lines_and_nothing_else_is_kept() {
    let (home, ben) = (Home::open(), Person::blank());
    let Some(disk) = SmallDisk::mount(&ben.profile(), 8 * 1_024) else {
        skipped("this user may not mount a small disk, so nothing was sent from a full one");
        return;
    };
    ben.run(&["profile", "init"]).ok();
    ben.run(&["persona", "new", "Ben"]).ok();
    acquaint(&Person::at(&home, "Ada"), &ben);
    let (mut expected, mut kept, mut refused) = (Vec::new(), 0, 0);
    for kib_left in (0..400).step_by(25) {
        let lines: Vec<String> = (0..60).map(|n| format!("{kib_left}/{n}")).collect();
        disk.fill(kib_left);
        let said = ben.run_with(
            &["send", "Ada", "-", "--lines"],
            lines.join("\n").as_bytes(),
        );
        disk.free();
        match said.code {
            Some(7) if said.out.is_empty() => {
                refused += 1;
                assert!(said.failed(7).contains("Nothing of this command was kept"));
                continue;
            }
            Some(7) => {
                kept += 1;
                assert!(said.failed(7).contains("What was done before that is kept"));
            }
            code => assert_eq!(code, Some(0), "{said:?}"),
        }
        assert_eq!(said.lines().len(), lines.len());
        expected.extend(lines);
    }
    assert_eq!(ben.texts("Ada"), expected);
    assert!(kept > 0 && refused > 0, "{kept} kept, {refused} refused");
}

#[test]
fn a_profile_that_is_no_database_is_exit_7_and_stays_as_it_is() {
    let (_home, ada, _ben) = acquainted();
    let file = ada.profile().join("profile.db");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[..100].fill(0x55);
    std::fs::write(&file, &bytes).unwrap();
    let _ = std::fs::remove_file(ada.profile().join("profile.db-wal"));
    ada.run(&["contact", "list"]).failed_without_result(7);
    assert_eq!(std::fs::read(&file).unwrap(), bytes);
}

#[test]
fn a_profile_of_a_newer_version_is_refused_and_stays_as_it_is() {
    let ada = Person::local("Ada");
    let database = rusqlite::Connection::open(ada.profile().join("profile.db")).unwrap();
    database.pragma_update(None, "user_version", 99).unwrap();
    drop(database);
    let message = ada.run(&["persona", "list"]).failed_without_result(7);
    assert!(message.contains("99"), "{message}");
}

#[test]
fn a_place_where_no_profile_can_be_is_exit_7() {
    let nobody = Person::blank();
    std::fs::write(nobody.profile(), "a file").unwrap();
    nobody.run(&["profile", "init"]).failed_without_result(7);
}

#[test]
fn what_lies_where_a_profile_would_be_is_not_written_over() {
    for bytes in [&b""[..], b"somebody's words"] {
        let nobody = Person::blank();
        let file = nobody.profile().join("profile.db");
        std::fs::create_dir(nobody.profile()).unwrap();
        std::fs::write(&file, bytes).unwrap();
        let message = nobody.run(&["profile", "init"]).failed_without_result(5);
        assert!(message.contains("profile.db"), "{message}");
        assert!(message.contains("--profile"), "{message}");
        assert_eq!(std::fs::read(&file).unwrap(), bytes);
    }
}

/// Makes a profile where there is so much room, and says whether it came about.
fn makes_a_profile(kib: u64, passphrase: Option<&str>) -> Option<bool> {
    let ada = Person::blank();
    let disk = SmallDisk::mount(ada.folder(), 8 * 1_024)?;
    let run = |arguments: &[&str]| {
        let mut command = ada.command(arguments);
        command.envs(passphrase.map(|passphrase| ("KITH_PASSPHRASE", passphrase)));
        Running::start(command, b"").said()
    };
    disk.fill(kib);
    let said = run(&["profile", "init"]);
    let is_made = said.code == Some(0);
    if !is_made {
        said.failed_without_result(7);
        let left = std::fs::read_dir(ada.folder()).unwrap();
        let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["ballast"], "{kib} KiB: {said:?}");
        disk.free();
        run(&["profile", "init"]).ok();
    }
    run(&["profile", "check"]).ok();
    Some(is_made)
}

#[test]
fn a_profile_for_which_there_is_too_little_room_is_none_and_is_made_once_there_is() {
    let plain = (0..1_600).step_by(64).map(|kib| (kib, None));
    let sealed = (0..7_000).step_by(1_400).map(|kib| (kib, Some("one")));
    let mut made = 0;
    for (kib, passphrase) in plain.chain(sealed) {
        let Some(is_made) = makes_a_profile(kib, passphrase) else {
            skipped("this user may not mount a small disk, so no profile was made on a full one");
            return;
        };
        made += u32::from(is_made);
    }
    assert!((1..25).contains(&made), "{made}");
}
