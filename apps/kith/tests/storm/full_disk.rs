//! Disks that fill while they are written to: first the home's, then a client's.

use std::time::Duration;

use crate::pair::Pair;
use crate::report::Storm;
use crate::support::home::Home;
use crate::support::person::{Person, acquaint, acquainted_at};
use crate::support::skipped;
use crate::support::small_disk::SmallDisk;

/// Room for what is there at the beginning, and for what a round may leave behind, in KiB.
const ROOM_KIB: u64 = 16 * 1024;
const ROOM_OF_A_ROUND_KIB: u64 = 512;
/// The most texts of one command: enough that it can fail in their middle.
const MOST_TEXTS: u64 = 60;

fn room_kib(storm: &Storm) -> u64 {
    ROOM_KIB + ROOM_OF_A_ROUND_KIB * u64::from(storm.rounds)
}

#[test]
fn a_home_whose_disk_fills_ends_with_exit_7_and_has_all_that_was_promised_once_there_is_room() {
    let mut storm = Storm::begin("full_disk_home");
    let mut random = storm.random("moments");
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(folder.path(), room_kib(&storm)) else {
        skipped("this user may not mount a small disk, so no home met a full one");
        return;
    };
    let mut home = Home::open_in(&folder.path().join("data"));
    let (ada, ben) = acquainted_at(&home);
    let mut pair = Pair::of(ada, ben, &storm);
    let (mut full, mut vain) = (0, 0);
    pair.write_through(storm.rounds, || {
        random.sleep_below(200);
        disk.fill(random.below(300));
        assert_eq!(home.ended(), Some(7));
        assert!(last_words(&home).contains("whatever it confirmed is safe"));
        full += 1;
        // Some look at the disk only after they have tried again.
        if random.once_in(3) {
            vain += 1;
            if home.tries_to_come_back() {
                assert_eq!(home.ended(), Some(7));
            }
        }
        disk.free();
        home.come_back();
        // An orderly end gives back what the store had set aside, so that the next round is short.
        home.stop();
        home.come_back();
    });
    storm.others = vec![("full disks", full), ("starts on a full disk", vain)];
    storm.end(&pair);
}

/// The last line that a home wrote to standard error.
fn last_words(home: &Home) -> String {
    let logged = String::from_utf8(home.logged()).unwrap();
    logged.lines().last().unwrap_or_default().to_owned()
}

#[test]
fn a_client_whose_disk_is_full_ends_with_exit_7_and_keeps_just_what_its_result_lines_name() {
    let mut storm = Storm::begin("full_disk_client");
    let mut random = storm.random("moments");
    let home = Home::open();
    let (ada, ben) = (Person::at(&home, "Ada"), Person::blank());
    let Some(disk) = SmallDisk::mount(&ben.profile(), room_kib(&storm)) else {
        skipped("this user may not mount a small disk, so no client met a full one");
        return;
    };
    ben.run(&["profile", "init"]).ok();
    ben.run(&["persona", "new", "Ben"]).ok();
    acquaint(&ada, &ben);
    let mut pair = Pair::of(ada, ben, &storm);
    let (mut full, mut half) = (0, 0);
    for _ in 0..storm.rounds {
        pair.ada.send();
        disk.fill(if random.once_in(2) {
            0
        } else {
            random.below(400)
        });
        let sending = pair.ben.start_sending(MOST_TEXTS, Duration::ZERO);
        let said = pair.ben.finish_sending(sending);
        if said.code == Some(7) {
            full += 1;
            half += u32::from(!said.out.is_empty());
            let message = said.failed(7);
            assert!(message.contains("disk is full"), "{message}");
        }
        let synced = pair.ben.person.sync();
        assert!(matches!(synced.code, Some(0 | 7)), "{synced:?}");
        disk.free();
        assert_eq!(pair.ben.send().code, Some(0));
    }
    assert!(full > 0, "no disk was full");
    storm.others = vec![("full disks", full), ("of them with texts kept", half)];
    storm.end(&pair);
    drop(disk);
}
