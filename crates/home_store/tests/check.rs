//! `check` finds each kind of damage by name, and nothing in a sound home.

#[cfg(test)]
mod support;

use home_store::{INBOXES_FILE, LOGS_FILE, Report, check};
use protocol::frame::Request;
use protocol::request;
use std::fs;
use std::path::Path;
use support::inbox::{DEVICE, capability, knock_request};
use support::log::{LOG, head0, keys};
use support::{DONE, World, body};

/// A home with entries at three heads, some of them without bodies, a repair, and an inbox with items.
#[cfg(test)]
fn lived() -> World {
    let mut world = World::new();
    let writer = world.writer();
    for of in 1..=5 {
        world.append(writer, of);
    }
    world.live_days(91);
    let writer = world.connect();
    world.prove_both(writer, head0(), keys(1));
    for of in 6..=8 {
        world.append(writer, of);
    }
    let repair = Request::Repair(request::Repair {
        log: LOG,
        head: head0(),
        body: body(70),
    });
    assert_eq!(world.ask(writer, &repair), DONE);
    let (first, _) = world.commit(writer, head0(), 50, Vec::new());
    world.commit(writer, head0(), 51, vec![first]);
    world.prove_both(writer, first, keys(50));
    world.commit(writer, first, 52, Vec::new());
    let owner = world.reachable(&[1, 2]);
    let many = Request::GrantCapability(capability(2, None));
    assert_eq!(world.ask(owner, &many), DONE);
    for use_id in 1..=3 {
        assert_eq!(
            world.ask(owner, &knock_request(2, use_id, body(use_id.into()))),
            DONE
        );
    }
    assert_eq!(world.acknowledge(owner, DEVICE, &[2]), DONE);
    world
}

#[cfg(test)]
fn looked_at(folder: &Path) -> Report {
    check(folder).unwrap()
}

#[test]
fn a_sound_home_is_found_sound_while_it_runs_and_when_it_does_not() {
    let mut world = lived();
    let report = looked_at(world.folder.path());
    assert_eq!(report.found, Vec::<String>::new());
    assert_eq!((report.logs, report.entries, report.bodies), (1, 8, 3));
    assert_eq!((report.inboxes, report.items, report.wrong), (1, 2, 0));
    // In the middle of a batch, too: what is not committed is not looked at.
    world.connect();
    world.tick();
    assert_eq!(looked_at(world.folder.path()), report);
    let elsewhere = World::new();
    let folder = std::mem::replace(&mut world, elsewhere).folder;
    assert_eq!(looked_at(folder.path()), report);
    assert!(!folder.path().join("logs.sqlite-wal").exists());
}

/// A damage: the file, the statement that does it, and what is said.
#[cfg(test)]
const DAMAGES: &[(&str, &str, &str)] = &[
    (
        LOGS_FILE,
        "DELETE FROM entries WHERE seq = 3",
        "head 1 has entry 4 right after entry 2",
    ),
    (
        LOGS_FILE,
        "DELETE FROM entries WHERE seq = 8",
        "the chain of head 2 does not go on from the head above it",
    ),
    (
        LOGS_FILE,
        "UPDATE entries SET seq = 9 WHERE seq = 8",
        "head 1 has entry 9 right after entry 7",
    ),
    (
        LOGS_FILE,
        "UPDATE entries SET hash = zeroblob(32) WHERE seq = 2",
        "the chain of head 1 breaks at entry 2",
    ),
    (
        LOGS_FILE,
        "UPDATE entries SET chain = zeroblob(32) WHERE seq = 8",
        "the chain of head 1 breaks at entry 8",
    ),
    (
        LOGS_FILE,
        "UPDATE entries SET kind = 1 WHERE seq = 1",
        "the chain of head 1 breaks at entry 1",
    ),
    (
        LOGS_FILE,
        "UPDATE entries SET body = zeroblob(512) WHERE seq = 7",
        "the body of entry 7 at head 1 is not what came",
    ),
    (
        LOGS_FILE,
        "UPDATE entries SET head = 99 WHERE seq = 8",
        "row 8 of entries belongs to no head",
    ),
    (
        LOGS_FILE,
        "UPDATE heads SET head = zeroblob(32) WHERE number = 1",
        "log 1 has no first head",
    ),
    (
        LOGS_FILE,
        "UPDATE heads SET start = zeroblob(32) WHERE number = 2",
        "the chain of head 2 does not go on",
    ),
    (
        LOGS_FILE,
        "DELETE FROM children WHERE head = 4",
        "head 4 was opened by no commit",
    ),
    (
        LOGS_FILE,
        "DELETE FROM children WHERE place = 1 AND parent = 1",
        "child 2 of head 1 comes where 1 belongs",
    ),
    (
        LOGS_FILE,
        "UPDATE children SET body = zeroblob(512) WHERE head = 3",
        "the commit that opened head 3 is not what came",
    ),
    (
        LOGS_FILE,
        "INSERT INTO logs (number, log) VALUES (9, zeroblob(16)); UPDATE heads SET log = 9 WHERE number = 4",
        "head 4 stands in another log",
    ),
    (
        LOGS_FILE,
        "UPDATE logs SET lapsed = 2",
        "head 1 is left of a log that was erased",
    ),
    (
        LOGS_FILE,
        "UPDATE repairs SET body = zeroblob(512)",
        "repair 1 of log 1 is not what came",
    ),
    (
        LOGS_FILE,
        "UPDATE logs SET last_repair = 0",
        "repair 1 of log 1 has a number",
    ),
    (
        LOGS_FILE,
        "UPDATE blob_totals SET bytes = 7",
        "0 blobs of 7 bytes are counted, and 0 of 0 are there",
    ),
    (
        LOGS_FILE,
        "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'repairs_by_day'",
        "logs.sqlite: ",
    ),
    (
        INBOXES_FILE,
        "UPDATE inboxes SET items = items + 1",
        "inbox 1 counts 3 items of 1024 bytes and has 2 of 1024",
    ),
    (
        INBOXES_FILE,
        "UPDATE inboxes SET item_bytes = 1",
        "inbox 1 counts 2 items of 1 bytes and has 2 of 1024",
    ),
    (
        INBOXES_FILE,
        "DELETE FROM items",
        "inbox 1 counts 2 items of 1024 bytes and has 0 of 0",
    ),
    (
        INBOXES_FILE,
        "UPDATE inboxes SET last_item = 1",
        "inbox 1 has an item of a number that it has not given yet",
    ),
    (
        INBOXES_FILE,
        "UPDATE key_packages SET body = zeroblob(9) WHERE body IS NOT NULL",
        "is not what came",
    ),
    (
        INBOXES_FILE,
        "DELETE FROM devices",
        "of key_packages belongs to a row that is not there",
    ),
    (
        INBOXES_FILE,
        "INSERT INTO inboxes (number, inbox, owner) VALUES (2, zeroblob(16), zeroblob(32));
      INSERT INTO devices (number, inbox, label) VALUES (7, 2, zeroblob(16));
      INSERT INTO acknowledged SELECT row, 7 FROM items WHERE number = 1",
        "item 1 of inbox 1 is acknowledged by a device of another inbox",
    ),
];

/// Gives each entry its place, as a home does in time.
const PLACE: &str = "INSERT INTO places SELECT head, seq, number, substr(hash, 1, 8) FROM entries;
     UPDATE placed SET entry = 8";

/// Damages of a home whose entries all have their places.
#[cfg(test)]
const DAMAGED_PLACES: &[(&str, &str)] = &[
    (
        "DELETE FROM entries WHERE seq = 3",
        "place 3 of head 1 leads to no entry of it",
    ),
    (
        "DELETE FROM entries WHERE seq = 8",
        "place 8 of head 1 leads to no entry of it",
    ),
    (
        "UPDATE entries SET chain = zeroblob(32) WHERE seq = 8",
        "the chain of head 1 breaks at entry 8",
    ),
    (
        "UPDATE entries SET body = zeroblob(512) WHERE seq = 7",
        "the body of entry 7 at head 1 is not what came",
    ),
    (
        "DELETE FROM places WHERE seq = 4",
        "row 4 of entries has no place",
    ),
    (
        "UPDATE places SET entry = 2 WHERE seq = 3",
        "place 3 of head 1 leads to no entry of it",
    ),
    (
        "UPDATE places SET mark = zeroblob(8) WHERE seq = 5",
        "the mark of entry 5 at head 1 is not of its hash",
    ),
];

#[test]
fn each_damage_of_placed_entries_is_found_by_name() {
    let world = lived();
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole");
    home_store::backup(world.folder.path(), &whole).unwrap();
    for (round, (sql, expected)) in DAMAGED_PLACES.iter().enumerate() {
        let home = folder.path().join(round.to_string());
        home_store::restore(&whole, &home).unwrap();
        let database = rusqlite::Connection::open(home.join(LOGS_FILE)).unwrap();
        database.execute_batch(PLACE).unwrap();
        let sound = looked_at(&home);
        assert_eq!((sound.found, sound.entries), (Vec::new(), 8));
        database.execute_batch(sql).unwrap();
        let report = looked_at(&home);
        let found = report.found.iter().any(|one| one.contains(expected));
        assert!(found, "{sql}: {:?}", report.found);
    }
}

#[test]
fn each_damage_is_found_by_name() {
    let world = lived();
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole");
    home_store::backup(world.folder.path(), &whole).unwrap();
    for (round, (file, sql, expected)) in DAMAGES.iter().enumerate() {
        let home = folder.path().join(round.to_string());
        home_store::restore(&whole, &home).unwrap();
        let database = rusqlite::Connection::open(home.join(file)).unwrap();
        database.pragma_update(None, "foreign_keys", false).unwrap();
        database.execute_batch(sql).unwrap();
        drop(database);
        let report = looked_at(&home);
        let found = report.found.iter().any(|one| one.contains(expected));
        assert!(found, "{sql}: {:?}", report.found);
        assert_eq!(report.wrong, report.found.len() as u64);
    }
}

#[test]
fn bytes_that_changed_on_the_disk_are_found_wherever_they_are() {
    let world = lived();
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole");
    home_store::backup(world.folder.path(), &whole).unwrap();
    let home = folder.path().join("home");
    home_store::restore(&whole, &home).unwrap();
    let path = home.join(LOGS_FILE);
    let sound = fs::read(&path).unwrap();
    // Where the marks of the bodies stand, whatever the pages are.
    let marks: Vec<usize> = (6..=8u64)
        .flat_map(|of| {
            let body = body(of);
            let at = |window: &[u8]| window == &body[..16];
            sound.windows(16).position(at)
        })
        .collect();
    assert_eq!(marks.len(), 3);
    for at in marks {
        let mut damaged = sound.clone();
        damaged[at + 100] ^= 1;
        fs::write(&path, damaged).unwrap();
        assert!(looked_at(&home).wrong > 0, "byte {at}");
    }
    fs::write(&path, sound).unwrap();
    assert_eq!(looked_at(&home).wrong, 0);
}
