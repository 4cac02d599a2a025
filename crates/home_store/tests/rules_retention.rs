//! For how long bodies are kept: by days and by bytes, a few between two flushes; hashes and chains stay.

#[cfg(test)]
mod support;

use home_core::bounds::{MAX_PRUNED_BYTES, MAX_PRUNED_ENTRIES};
use home_core::{ConnectionId, Input, Retention};
use home_store::{LOGS_FILE, check};
use protocol::response::Entry;
use support::log::{append_request, head0, keys};
use support::{World, sized_body};

/// Appends entries with bodies of so many bytes.
#[cfg(test)]
fn append_sized(world: &mut World, by: ConnectionId, of: std::ops::Range<u64>, bytes: usize) {
    for of in of {
        let answer = world.ask(by, &append_request(head0(), sized_body(of, bytes)));
        assert!(matches!(answer, protocol::frame::Response::Appended(_)));
    }
}

/// All entries of the log, as a reader gets them.
#[cfg(test)]
fn read_all(world: &mut World) -> Vec<Entry> {
    let reader = world.connect();
    world.prove_both(reader, head0(), keys(1));
    let mut entries = Vec::new();
    loop {
        let page = world.read(reader, entries.len() as u64 + 1, 0);
        entries.extend(page.entries);
        if page.end {
            return entries;
        }
    }
}

/// The numbers of the first and the last entry that still has a body.
#[cfg(test)]
fn whole(entries: &[Entry]) -> Option<(u64, u64)> {
    let mut whole = entries.iter().filter(|entry| entry.body.is_some());
    let first = whole.next()?.seq;
    Some((first, whole.next_back().map_or(first, |entry| entry.seq)))
}

/// How many entries have bodies, by the file.
#[cfg(test)]
fn bodies(world: &World) -> usize {
    let logs = rusqlite::Connection::open(world.folder.path().join(LOGS_FILE)).unwrap();
    let count = "SELECT count(body) FROM entries";
    logs.query_row(count, (), |row| row.get(0)).unwrap()
}

#[test]
fn bodies_go_when_their_days_are_over_and_hashes_stay() {
    let mut world = World::keeping(Retention::new(30, None));
    let writer = world.writer();
    append_sized(&mut world, writer, 1..4, 512);
    world.live_days(10);
    append_sized(&mut world, writer, 4..6, 512);
    world.live_days(20);
    assert_eq!(whole(&read_all(&mut world)), Some((1, 5)));
    world.live_days(1);
    let entries = read_all(&mut world);
    assert_eq!((entries.len(), whole(&entries)), (5, Some((4, 5))));
    world.live_days(10);
    assert_eq!(whole(&read_all(&mut world)), None);
    assert_eq!(check(world.folder.path()).unwrap().wrong, 0);
}

#[test]
fn a_week_is_kept_whatever_was_asked_for() {
    let mut world = World::keeping(Retention::new(0, Some(1)));
    let writer = world.writer();
    append_sized(&mut world, writer, 1..4, 512);
    world.live_days(7);
    assert_eq!(whole(&read_all(&mut world)), Some((1, 3)));
    world.live_days(1);
    assert_eq!(whole(&read_all(&mut world)), None);
}

#[test]
fn the_oldest_bodies_go_while_the_logs_take_too_much_and_no_more_than_that() {
    let most = 1024 * 1024;
    let mut world = World::keeping(Retention::new(90, Some(most)));
    let writer = world.writer();
    append_sized(&mut world, writer, 1..301, 8_192);
    // It is too much, and too young.
    world.live_days(7);
    assert_eq!(bodies(&world), 300);
    world.live_days(1);
    for _ in 0..100 {
        world.tick();
    }
    let logs = rusqlite::Connection::open(world.folder.path().join(LOGS_FILE)).unwrap();
    let number = |pragma| -> u64 {
        logs.pragma_query_value(None, pragma, |row| row.get(0))
            .unwrap()
    };
    let taken = (number("page_count") - number("freelist_count")) * number("page_size");
    assert!(taken <= most, "{taken}");
    let entries = read_all(&mut world);
    let (first, last) = whole(&entries).unwrap();
    assert_eq!((entries.len(), last), (300, 300));
    // What is left with bodies is one step away from the bound, and stands at the end.
    assert_eq!(bodies(&world) as u64, last - first + 1);
    assert!(taken + 2 * MAX_PRUNED_BYTES > most, "{taken}");
    // The room is used again: as much once more makes the file no longer.
    let before = number("page_count");
    append_sized(&mut world, writer, 301..401, 8_192);
    assert_eq!(number("page_count"), before);
    assert_eq!(check(world.folder.path()).unwrap().wrong, 0);
}

#[test]
fn one_step_is_taken_between_two_flushes_and_it_is_a_small_one() {
    let mut world = World::new();
    let writer = world.writer();
    append_sized(&mut world, writer, 1..1_001, 512);
    append_sized(&mut world, writer, 1_001..1_021, 65_536);
    world.live_days(90);
    assert_eq!(bodies(&world), 1_020);
    world.now_s += support::DAY_S;
    let mut left = 1_020;
    while left > 0 {
        // However many inputs come at once.
        for _ in 0..50 {
            world.home.handle(world.now_s, Input::Tick).unwrap();
        }
        world.home.flush().unwrap();
        let now = bodies(&world);
        let step = left - now;
        let most = if left > 20 { MAX_PRUNED_ENTRIES } else { 4 };
        assert!(step > 0 && step <= most, "{left} to {now}");
        left = now;
        if left == 508 {
            // Another run goes on where this one stopped.
            world.restart();
        }
    }
}
