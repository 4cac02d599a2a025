//! A folder that an earlier version wrote.

#[cfg(test)]
mod support;

use home_store::LOGS_FILE;
use protocol::hash::{body_hash, chain_next, chain_start};
use protocol::proof::{self, Right};
use rusqlite::params;
use support::log::{LOG, append_request, head0, keys};
use support::{DAY_S, NOON_S, World, body};

/// A world whose home finds logs of the first schema: a log with one entry, which came yesterday.
#[cfg(test)]
fn world_of_the_first_schema() -> World {
    let mut world = World::new();
    // The home lets go of its own file before another takes its place.
    world.home = World::new().home;
    let path = world.folder.path().join(LOGS_FILE);
    std::fs::remove_file(&path).unwrap();
    let old = rusqlite::Connection::open(&path).unwrap();
    old.execute_batch(include_str!("../migrations/logs/0001_logs.sql"))
        .unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    old.execute("INSERT INTO logs VALUES (1, ?1)", params![LOG.as_bytes()])
        .unwrap();
    let (write, read) = (
        proof::write_key(&keys(1).write),
        proof::read_key(&keys(1).read),
    );
    old.execute(
        "INSERT INTO heads VALUES (1, 1, ?1, ?2, ?3)",
        params![head0().as_bytes(), write.as_bytes(), read.as_bytes()],
    )
    .unwrap();
    let hash = body_hash(&body(1));
    let chain = chain_next(&chain_start(&LOG, &head0()), 1, 0, &hash);
    old.execute(
        "INSERT INTO entries VALUES (1, 1, 1, 0, ?1, ?2, ?3)",
        params![hash.as_bytes(), chain.as_bytes(), body(1)],
    )
    .unwrap();
    let yesterday = i64::try_from(NOON_S / DAY_S).unwrap() - 1;
    old.execute("INSERT INTO days VALUES (?1, 1)", params![yesterday])
        .unwrap();
    world
}

#[test]
fn logs_of_the_first_schema_go_on_and_age_from_their_last_entry_whatever_the_clock_says() {
    let mut world = world_of_the_first_schema();
    // The first look at the clock is a wrong one.
    world.now_s += 3_650 * DAY_S;
    world.restart();
    world.tick();
    world.now_s -= 3_650 * DAY_S;
    let reader = world.connect();
    world.prove_both(reader, head0(), keys(1));
    let page = world.read(reader, 1, 0);
    assert_eq!(page.entries[0].body, Some(body(1)));
    assert!(page.repairs.is_empty());
    world.live_days(90);
    assert_eq!(world.read(reader, 1, 0).entries[0].body, None);
    world.live_days(700);
    assert_eq!(world.append(reader, 2).seq, 2);
    world.live_days(31);
    let stranger = world.connect();
    let gone = world.prove(stranger, head0(), Right::Read, keys(1).read);
    let asked = world.ask(reader, &append_request(head0(), body(3)));
    let expected = protocol::frame::Response::Error(protocol::refusal::HomeError::Gone);
    assert_eq!([gone, asked], [expected.clone(), expected]);
}
