//! What the two files hold, as a reader of the disk finds it.

#[cfg(test)]
mod support;

use home_core::ticket::TicketKey;
use home_core::{BlobLimits, Blobs};
use home_store::{HomeFolder, INBOXES_FILE, KEY_FILE, LOGS_FILE, OpenError};
use protocol::frame::{Request, Response};
use protocol::id::BlobId;
use protocol::proof::{Right, owner_key};
use protocol::request;
use protocol::secret::DeleteSecret;
use std::path::Path;
use support::inbox::{CAPABILITY, DEVICE, INBOX, OWNER, fetch_request, knock_request, token_hash};
use support::log::{LOG, head0, keys};
use support::{World, body};

const BLOB: BlobId = BlobId::new([54; 16]);

/// Everything of a database on disk, its write-ahead log included.
#[cfg(test)]
fn bytes(folder: &Path, file: &str) -> Vec<u8> {
    let mut bytes = std::fs::read(folder.join(file)).unwrap();
    bytes.extend(std::fs::read(folder.join(format!("{file}-wal"))).unwrap_or_default());
    bytes
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// A whole first contact on one connection, the worst case for what could be joined.
fn first_contact() -> World {
    let mut world = World::new();
    let owner = world.reachable(&[1]);
    let mut paying = support::inbox::capability(CAPABILITY + 1, Some(1));
    paying.pays = true;
    world.ask(owner, &Request::GrantCapability(paying));
    let mut fetch = fetch_request(CAPABILITY + 1, 1);
    fetch.log_token = Some(token_hash(50));
    fetch.inbox_token = Some(token_hash(51));
    world.ask(owner, &Request::Fetch(fetch));
    let open = support::log::open_request(50, LOG, keys(1));
    assert_eq!(world.ask(owner, &open), support::DONE);
    world.prove_both(owner, head0(), keys(1));
    world.append(owner, 1_001);
    let repair = request::Repair {
        log: LOG,
        head: head0(),
        body: body(1_002),
    };
    assert_eq!(world.ask(owner, &Request::Repair(repair)), support::DONE);
    world.ask(owner, &knock_request(CAPABILITY + 1, 1, body(2)));
    let limits = BlobLimits {
        blob_bytes: 5_000,
        log_blobs: 1,
        log_bytes: 5_000,
        all_blobs: 1,
        all_bytes: 5_000,
    };
    let key = TicketKey::new([52; 32]);
    let home = std::mem::replace(&mut world.home, World::new().home);
    world.home = home.with_blobs(Blobs { key, limits });
    let put = Request::BlobPut(request::BlobPut {
        log: LOG,
        head: head0(),
        blob: BLOB,
        size: 4_144,
        delete: DeleteSecret::new([53; 32]).hash(),
    });
    assert!(matches!(world.ask(owner, &put), Response::BlobTicket(_)));
    world
}

#[test]
fn nothing_at_rest_joins_an_inbox_and_a_log() {
    let world = first_contact();
    let logs = bytes(world.folder.path(), LOGS_FILE);
    let inboxes = bytes(world.folder.path(), INBOXES_FILE);
    let write_key = protocol::proof::write_key(&keys(1).write);
    let log_side: [(&str, Vec<u8>); 7] = [
        ("log", LOG.as_bytes().to_vec()),
        ("head", head0().as_bytes().to_vec()),
        ("write key", write_key.as_bytes().to_vec()),
        ("log token", token_hash(50).as_bytes().to_vec()),
        ("entry", body(1_001)[..64].to_vec()),
        ("repair", body(1_002)[..64].to_vec()),
        ("blob", BLOB.as_bytes().to_vec()),
    ];
    for (what, part) in log_side {
        assert!(holds(&logs, &part), "{what} stands in the logs");
        assert!(!holds(&inboxes, &part), "{what} stands in the inboxes");
    }
    let owner = owner_key(&OWNER);
    let inbox_side: [(&str, Vec<u8>); 5] = [
        ("inbox", INBOX.as_bytes().to_vec()),
        ("owner", owner.as_bytes().to_vec()),
        ("device", DEVICE.as_bytes().to_vec()),
        ("inbox token", token_hash(51).as_bytes().to_vec()),
        ("item", body(2)[..64].to_vec()),
    ];
    for (what, part) in inbox_side {
        assert!(holds(&inboxes, &part), "{what} stands in the inboxes");
        assert!(!holds(&logs, &part), "{what} stands in the logs");
    }
    for side in [&logs, &inboxes] {
        for secret in [[50; 32], [51; 32], [52; 32], [53; 32], [CAPABILITY + 1; 32]] {
            assert!(!holds(side, &secret), "a secret itself stands at rest");
        }
    }
}

#[test]
fn no_time_at_rest_is_finer_than_a_day() {
    let world = first_contact();
    for file in [LOGS_FILE, INBOXES_FILE] {
        let other = rusqlite::Connection::open(world.folder.path().join(file)).unwrap();
        let mut tables = other
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
            .unwrap();
        let names: Vec<String> = tables
            .query_map((), |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        for name in names {
            let mut rows = other.prepare(&format!("SELECT * FROM \"{name}\"")).unwrap();
            let columns = rows.column_count();
            let mut rows = rows.query(()).unwrap();
            while let Some(row) = rows.next().unwrap() {
                for column in 0..columns {
                    if let rusqlite::types::ValueRef::Integer(value) = row.get_ref(column).unwrap()
                    {
                        // A Unix time in any unit from seconds up is far above a day's number.
                        assert!(value < 1_000_000, "{file} {name} column {column}: {value}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_newer_schema_is_refused_with_both_numbers_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    for file in [LOGS_FILE, INBOXES_FILE] {
        let path = folder.path().join(file);
        let newer = rusqlite::Connection::open(&path).unwrap();
        newer.pragma_update(None, "user_version", 7).unwrap();
    }
    let held = HomeFolder::lock(folder.path()).unwrap();
    let error = held.logs().unwrap_err();
    assert!(matches!(
        error,
        OpenError::Newer {
            found: 7,
            known: 6,
            ..
        }
    ));
    assert!(
        error
            .to_string()
            .contains("its schema is 7, this version knows up to 6")
    );
    assert!(matches!(held.inboxes(), Err(OpenError::Newer { .. })));
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(LOGS_FILE), vec![7; 8_192]).unwrap();
    let held = HomeFolder::lock(folder.path()).unwrap();
    assert!(matches!(held.logs(), Err(OpenError::Database { .. })));
}

#[test]
fn what_was_flushed_is_there_for_the_next_process() {
    let mut world = World::new();
    let writer = world.writer();
    world.append(writer, 1);
    world.restart();
    let reader = world.connect();
    world.prove(reader, head0(), Right::Read, keys(1).read);
    assert_eq!(world.read(reader, 1, 0).entries.len(), 1);
}

#[cfg(unix)]
#[test]
fn nobody_else_on_the_machine_reads_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let world = first_contact();
    let mut found = 0;
    for file in std::fs::read_dir(world.folder.path()).unwrap() {
        let file = file.unwrap();
        if file.file_name() == KEY_FILE {
            // These tests wrote it.
            continue;
        }
        let mode = file.metadata().unwrap().permissions().mode();
        // The index of the write-ahead log included.
        assert_eq!(mode & 0o077, 0, "{:?}", file.file_name());
        found += 1;
    }
    assert!(
        found >= 5,
        "lock, two databases and what stands beside them"
    );
}
