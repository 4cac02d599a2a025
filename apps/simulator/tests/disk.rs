//! The simulated disk under SQLite: what survives a crash, what does not, and that production's
//! stores live on it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests; one prints what it measures"
)]

use client_store::Store;
use home_core::log_store::{LogStore, TokenState};
use home_store::{SqliteInboxes, SqliteLogs};
use protocol::home_url::HomeUrl;
use protocol::id::{HomeInvitationHash, HomeKey, TokenHash};
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};
use simulator::disk::{self, Stats};
use simulator::world::Random;
use std::path::Path;
use std::time::Instant;

const PATH: &str = "/sim/ada/profile.db";

fn begin(seed: u64) {
    disk::install();
    disk::reset();
    disk::seed(seed);
}

fn open(settings: &str) -> rusqlite::Result<Connection> {
    let connection = Connection::open(PATH)?;
    connection.execute_batch(settings)?;
    connection.execute_batch("CREATE TABLE IF NOT EXISTS items (id INTEGER PRIMARY KEY, body)")?;
    Ok(connection)
}

fn open_full() -> Connection {
    open("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL").unwrap()
}

/// What must be in an item, some over several pages.
fn body(id: usize) -> Vec<u8> {
    let length = [10, 300, 5000][id % 3];
    (0..length).map(|at| (at * 7 + id * 13) as u8).collect()
}

fn insert(connection: &Connection, id: usize) -> rusqlite::Result<usize> {
    let mut statement = connection.prepare_cached("INSERT INTO items VALUES (?1, ?2)")?;
    statement.execute((id, body(id)))
}

fn count(connection: &Connection) -> usize {
    let row = connection.query_row("SELECT count(*) FROM items", [], |row| row.get(0));
    row.unwrap()
}

fn crash(seed: u64) {
    let mut random = Random::new(seed);
    disk::crash("ada", &mut |bound| random.below(bound));
}

/// Crashes without any mercy: nothing is left of what was not synced.
fn crash_and_lose() {
    disk::crash("ada", &mut |bound| 1.min(bound - 1));
}

/// Inserts items, with checkpoints in between; how many of them were reported as committed.
fn work(settings: &str, kept: &mut Option<Connection>, reported: &mut usize) {
    let Ok(connection) = open(settings) else {
        return;
    };
    let connection = kept.insert(connection);
    for id in 0..24 {
        if insert(connection, id).is_err() {
            return;
        }
        *reported = id + 1;
    }
}

/// What is wrong with the file, when at least so many commits must be in it and at most so many;
/// items are there in the order of their commits, and another one can be inserted.
fn verify(at_least: usize, at_most: usize) -> Result<(), String> {
    let found = look();
    let (check, items) = found.map_err(|error| error.to_string())?;
    if check != "ok" {
        return Err(check);
    }
    let found = items.len();
    if found < at_least || found > at_most {
        return Err(format!("{found} items, not {at_least} to {at_most}"));
    }
    let wrong = (0..)
        .zip(items)
        .find(|(id, item)| *item != (*id, body(*id)));
    wrong.map_or(Ok(()), |(id, _)| Err(format!("item {id} is another one")))
}

type Items = Vec<(usize, Vec<u8>)>;

fn look() -> rusqlite::Result<(String, Items)> {
    let connection = open("")?;
    let check = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    let mut statement = connection.prepare("SELECT id, body FROM items ORDER BY id")?;
    let items = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let items = items.collect::<rusqlite::Result<_>>()?;
    insert(&connection, 1000)?;
    Ok((check, items))
}

/// What crashes may take.
#[derive(Clone, Copy, PartialEq)]
enum Promise {
    /// Nothing that was reported.
    Durable,
    /// The last commits.
    Consistent,
}

/// Crashes at every operation of the same work, several times each; how many operations there
/// were, and the first promise that was broken.
fn crash_everywhere(
    settings: &str,
    ignore_syncs: bool,
    promise: Promise,
) -> (u64, Result<(), String>) {
    for operations in 0.. {
        for turn in 0..6 {
            begin(operations);
            disk::ignore_syncs("ada", ignore_syncs);
            disk::plan_crash("ada", operations);
            let (mut connection, mut reported) = (None, 0);
            work(settings, &mut connection, &mut reported);
            if !disk::is_down("ada") {
                assert_eq!(reported, 24);
                return (operations, Ok(()));
            }
            crash(operations * 100 + turn);
            drop(connection);
            let durable = promise == Promise::Durable;
            // The commit that failed may be there all the same.
            let verified = verify(if durable { reported } else { 0 }, reported + 1);
            if verified.is_err() {
                return (operations, verified);
            }
        }
    }
    unreachable!("the work ends")
}

#[track_caller]
fn check_kept(settings: &str, promise: Promise) {
    let (operations, verified) = crash_everywhere(settings, false, promise);
    assert_eq!(verified, Ok(()), "after {operations} operations");
    assert!(operations > 60, "{operations} is no work");
}

#[track_caller]
fn check_broken(settings: &str, ignore_syncs: bool, promise: Promise) {
    let (operations, verified) = crash_everywhere(settings, ignore_syncs, promise);
    assert!(verified.is_err(), "{operations} operations and no loss");
}

#[test]
fn a_full_sync_survives_a_crash_at_every_operation() {
    let wal = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
    check_kept(wal, Promise::Durable);
    let busy = format!("{wal} PRAGMA wal_autocheckpoint = 5; PRAGMA cache_size = 4");
    check_kept(&busy, Promise::Durable);
    let rollback = "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL";
    check_kept(rollback, Promise::Durable);
}

#[test]
fn a_normal_sync_can_lose_the_last_commits_and_breaks_nothing() {
    let wal = "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 5;";
    let normal = format!("{wal} PRAGMA synchronous = NORMAL");
    check_kept(&normal, Promise::Consistent);
    check_broken(&normal, false, Promise::Durable);
}

#[test]
fn without_syncs_a_crash_breaks_everything() {
    let wal = "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 5;";
    let off = format!("{wal} PRAGMA synchronous = OFF");
    let full = format!("{wal} PRAGMA synchronous = FULL");
    for promise in [Promise::Durable, Promise::Consistent] {
        check_broken(&off, false, promise);
        check_broken(&full, true, promise);
    }
}

#[test]
fn what_is_synced_survives_and_what_is_not_can_be_lost_or_torn() {
    begin(1);
    let connection = open_full();
    insert(&connection, 0).unwrap();
    connection
        .pragma_update(None, "synchronous", "OFF")
        .unwrap();
    insert(&connection, 1).unwrap();
    assert_eq!(count(&connection), 2);
    crash_and_lose();
    drop(connection);
    let connection = open_full();
    assert_eq!(count(&connection), 1);
    connection
        .pragma_update(None, "synchronous", "OFF")
        .unwrap();
    for id in 1..40 {
        insert(&connection, id).unwrap();
    }
    crash(4);
    let stats = disk::stats("ada");
    assert!(stats.torn_writes > 0 && stats.kept_writes > 0, "{stats:?}");
    assert!(stats.lost_writes > 0 && stats.crashes == 2, "{stats:?}");
}

#[test]
fn a_full_disk_refuses_to_grow_and_recovers() {
    begin(2);
    let connection = open_full();
    insert(&connection, 0).unwrap();
    disk::fill_up("ada", Some(20_000));
    let failed = (1..100).find_map(|id| Some((id, insert(&connection, id).err()?)));
    let (stored, error) = failed.unwrap();
    assert_eq!(error.sqlite_error_code(), Some(ErrorCode::DiskFull));
    assert!(stored > 1, "there was some room");
    assert_eq!(count(&connection), stored);
    assert!(disk::stats("ada").full > 0);
    disk::fill_up("ada", None);
    insert(&connection, stored).unwrap();
    crash_and_lose();
    drop(connection);
    assert_eq!(verify(stored + 1, stored + 1), Ok(()));
}

#[test]
fn a_failed_sync_fails_the_commit_which_a_crash_then_takes() {
    begin(3);
    let connection = open_full();
    insert(&connection, 0).unwrap();
    disk::fail_next_sync("ada");
    let error = insert(&connection, 2).unwrap_err();
    let code = error.sqlite_error().map(|error| error.extended_code);
    assert_eq!(code, Some(ffi::SQLITE_IOERR_FSYNC));
    assert_eq!(disk::stats("ada").failed_syncs, 1);
    insert(&connection, 1).unwrap();
    crash_and_lose();
    drop(connection);
    assert_eq!(verify(2, 2), Ok(()));
}

#[track_caller]
fn check_two_connections(journal: &str) {
    begin(4);
    let ada = open(journal).unwrap();
    let ben = open(journal).unwrap();
    insert(&ada, 0).unwrap();
    assert_eq!(count(&ben), 1);
    insert(&ben, 1).unwrap();
    assert_eq!(count(&ada), 2);
    ada.execute_batch("BEGIN IMMEDIATE").unwrap();
    insert(&ada, 2).unwrap();
    ben.busy_timeout(std::time::Duration::from_secs(60))
        .unwrap();
    let error = insert(&ben, 3).unwrap_err();
    assert_eq!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy));
    assert_eq!(count(&ben), 2);
    ada.execute_batch("COMMIT").unwrap();
    insert(&ben, 3).unwrap();
    assert_eq!(count(&ada), 4);
    drop(ada);
    drop(ben);
    assert_eq!(disk::read("/sim/ada/profile.db-wal"), None);
    assert_eq!(verify(4, 4), Ok(()));
}

#[test]
fn two_connections_see_each_others_commits_and_keep_each_other_from_writing() {
    check_two_connections("PRAGMA journal_mode = WAL");
    check_two_connections("PRAGMA journal_mode = DELETE");
}

#[track_caller]
fn check_dead(journal: &str) {
    begin(5);
    let old = open(journal).unwrap();
    insert(&old, 0).unwrap();
    old.execute_batch("PRAGMA cache_size = 1; BEGIN IMMEDIATE")
        .unwrap();
    for id in 1..20 {
        insert(&old, id).unwrap();
    }
    crash(5);
    let new = open(journal).unwrap();
    new.execute_batch("BEGIN IMMEDIATE").unwrap();
    insert(&new, 1).unwrap();
    let files = || ["", "-wal", "-journal"].map(|end| disk::read(&format!("{PATH}{end}")));
    let (before, writes) = (files(), disk::stats("ada").writes);
    assert!(old.execute_batch("COMMIT").is_err());
    assert!(insert(&old, 7).is_err());
    drop(old);
    assert_eq!(files(), before);
    assert_eq!(disk::stats("ada").writes, writes);
    new.execute_batch("COMMIT").unwrap();
    assert_eq!(count(&new), 2);
}

#[test]
fn what_was_open_before_a_crash_can_neither_write_nor_delete() {
    check_dead("PRAGMA journal_mode = WAL");
    check_dead("PRAGMA journal_mode = DELETE");
}

#[test]
fn nothing_is_opened_on_a_machine_that_is_down() {
    begin(6);
    let connection = open_full();
    disk::plan_crash("ada", 1);
    assert!(insert(&connection, 0).is_err());
    assert!(disk::is_down("ada"));
    assert!(insert(&connection, 1).is_err());
    assert!(
        Connection::open(PATH)
            .and_then(|new| insert(&new, 1))
            .is_err()
    );
    let elsewhere = Connection::open("/sim/ben/profile.db").unwrap();
    elsewhere.execute_batch("CREATE TABLE here (x)").unwrap();
    crash(6);
    assert!(!disk::is_down("ada"));
    insert(&open_full(), 0).unwrap();
}

#[test]
fn a_backup_brings_back_what_was_there_and_nothing_newer() {
    begin(7);
    let connection = open_full();
    insert(&connection, 0).unwrap();
    let backup = disk::snapshot("ada");
    assert!(disk::copy(PATH, "/sim/ben/old.db"));
    assert!(disk::copy(&format!("{PATH}-wal"), "/sim/ben/old.db-wal"));
    assert!(!disk::copy("/sim/ada/nothing", "/sim/ben/nothing"));
    insert(&connection, 1).unwrap();
    disk::restore("ada", &backup);
    assert!(insert(&connection, 2).is_err());
    drop(connection);
    assert_eq!(verify(1, 1), Ok(()));
    assert_eq!(count(&Connection::open("/sim/ben/old.db").unwrap()), 1);
}

#[test]
fn damage_at_rest_is_in_one_sector_behind_the_first_page() {
    begin(8);
    let connection = open_full();
    for id in 0..9 {
        insert(&connection, id).unwrap();
    }
    drop(connection);
    let before = disk::read(PATH).unwrap();
    let mut random = Random::new(8);
    let mut draw = |bound| random.below(bound);
    assert!(!disk::tear_at_rest("ada", "other.db", &mut draw));
    assert!(disk::tear_at_rest("ada", "profile.db", &mut draw));
    let after = disk::read(PATH).unwrap();
    assert_eq!(before.len(), after.len());
    let differ = |number: &usize| {
        let range = number * disk::SECTOR..(number + 1) * disk::SECTOR;
        before[range.clone()] != after[range]
    };
    let sectors: Vec<_> = (0..before.len() / disk::SECTOR).filter(differ).collect();
    assert!(sectors.len() == 1 && sectors[0] >= 8, "{sectors:?}");
}

fn tell() -> (Stats, Option<Vec<u8>>) {
    begin(9);
    let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL";
    let (mut connection, mut reported) = (None, 0);
    disk::plan_crash("ada", 70);
    work(settings, &mut connection, &mut reported);
    crash(9);
    drop(connection);
    drop(open(settings));
    (disk::stats("ada"), disk::read(PATH))
}

#[test]
fn one_seed_tells_one_story_and_two_threads_do_not_meet() {
    let first = tell();
    assert!(first.0.lost_writes > 0 && first.1.is_some());
    let other = std::thread::spawn(|| {
        disk::install();
        assert_eq!(disk::read(PATH), None);
        tell()
    });
    assert_eq!(first, other.join().unwrap());
    assert_eq!(first.1, disk::read(PATH));
    assert_eq!(first, tell());
    disk::reset();
    assert_eq!(disk::read(PATH), None);
    assert_eq!(disk::stats("ada"), Stats::default());
}

#[test]
fn a_connection_does_nothing_on_another_thread() {
    begin(10);
    let connection = open_full();
    let other = std::thread::spawn(move || insert(&connection, 0).is_err());
    assert!(other.join().unwrap());
    assert_eq!(disk::read(&format!("{PATH}-journal")), None);
}

#[test]
fn production_stores_open_work_and_open_again() {
    begin(11);
    let (url, key) = (HomeUrl::parse("https://first.example").unwrap(), [7; 32]);
    let token = TokenHash::new([8; 32]);
    let [profile, logs, inboxes] =
        ["ada/p.db", "home/logs.sqlite", "home/inboxes.sqlite"].map(|file| format!("/sim/{file}"));
    let store = Store::open(Path::new(&profile), None).unwrap();
    store.begin().unwrap();
    store.insert_home_key(&url, &HomeKey::new(key)).unwrap();
    store.commit().unwrap();
    let mut log_store = SqliteLogs::open(Path::new(&logs)).unwrap();
    log_store.grant_token(&token).unwrap();
    log_store.commit().unwrap();
    let mut inbox_store = SqliteInboxes::open(Path::new(&inboxes)).unwrap();
    let invitation = HomeInvitationHash::new([9; 32]);
    inbox_store.add_invitation(&invitation, 1, None).unwrap();
    home_core::inbox_store::InboxStore::commit(&mut inbox_store).unwrap();
    for machine in ["ada", "home"] {
        assert!(disk::stats(machine).syncs > 0);
        disk::crash(machine, &mut |bound| 1.min(bound - 1));
    }
    assert!(store.begin().and_then(|()| store.commit()).is_err());
    drop((store, log_store, inbox_store));
    let store = Store::open(Path::new(&profile), None).unwrap();
    assert_eq!(store.home_key(&url).unwrap(), Some(HomeKey::new(key)));
    let mut log_store = SqliteLogs::open(Path::new(&logs)).unwrap();
    assert_eq!(log_store.token(&token).unwrap(), TokenState::Granted);
    let mut inbox_store = SqliteInboxes::open(Path::new(&inboxes)).unwrap();
    let again = inbox_store.add_invitation(&invitation, 1, None);
    assert!(again.is_err(), "is still there");
}

fn time(path: &str, file_system: &std::ffi::CStr) -> f64 {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let connection = Connection::open_with_flags_and_vfs(path, flags, file_system).unwrap();
    let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (x)";
    connection.execute_batch(settings).unwrap();
    let started = Instant::now();
    for _ in 0..10_000 {
        let mut statement = connection
            .prepare_cached("INSERT INTO t VALUES (?1)")
            .unwrap();
        statement.execute([[5u8; 500]]).unwrap();
    }
    started.elapsed().as_secs_f64() * 100.0
}

#[test]
#[ignore = "a measurement"]
fn ten_thousand_commits_take_microseconds_each() {
    begin(12);
    let folder = tempfile::tempdir_in("/dev/shm").unwrap();
    let file = folder.path().join("x.db");
    for _ in 0..3 {
        let memory = time(file.to_str().unwrap(), c"unix");
        let simulated = time("/sim/ada/x.db", c"simulator");
        println!("a commit: {simulated:.1} µs, in a file in memory {memory:.1} µs");
        disk::reset();
        std::fs::remove_file(&file).unwrap();
    }
}
