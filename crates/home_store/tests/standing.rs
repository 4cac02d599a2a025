//! What a home lost is never made anew in silence, and what another program made is left alone.

#[cfg(test)]
mod support;

use home_core::InboxStore;
use home_store::{HomeFolder, INBOXES_FILE, KEY_FILE, LOGS_FILE, OpenError, Standing, check};
use protocol::secret::HomeInvitationSecret;
use std::fs;
use std::path::{Path, PathBuf};
use support::World;

#[cfg(test)]
const FILES: [&str; 3] = [KEY_FILE, LOGS_FILE, INBOXES_FILE];

/// A folder in which a home ran that granted somebody a log.
#[cfg(test)]
fn lived() -> tempfile::TempDir {
    let mut world = World::new();
    world.writer();
    world.reachable(&[1]);
    let World { folder, home, .. } = world;
    drop(home);
    folder
}

#[cfg(test)]
fn lost(folder: &Path) -> PathBuf {
    match Standing::of(folder) {
        Err(OpenError::Lost { path }) => path,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_home_with_all_its_files_is_one_and_an_empty_folder_is_none() {
    let folder = lived();
    assert_eq!(Standing::of(folder.path()).unwrap(), Standing::Home);
    let empty = tempfile::tempdir().unwrap();
    for path in [empty.path().to_owned(), empty.path().join("nowhere")] {
        assert_eq!(Standing::of(&path).unwrap(), Standing::Nothing);
        assert!(!path.join(LOGS_FILE).exists());
    }
}

#[test]
fn each_file_that_is_missing_or_empty_is_named_by_who_starts_and_by_who_checks() {
    for name in FILES {
        for left in [None, Some(""), Some("x")] {
            if (name, left) == (KEY_FILE, Some("x")) {
                continue;
            }
            let folder = lived();
            let path = folder.path().join(name);
            fs::remove_file(&path).unwrap();
            if let Some(left) = left {
                fs::write(&path, left).unwrap();
            }
            assert_eq!(lost(folder.path()), path);
            let beside = HomeFolder::inboxes_beside_a_home(folder.path());
            assert!(matches!(beside, Err(OpenError::Lost { .. })));
            assert_eq!(path.exists(), left.is_some());
            let report = check(folder.path()).unwrap();
            let said = format!("{name}: it is missing or empty");
            assert_eq!((report.wrong, report.found), (1, vec![said]));
        }
    }
}

#[test]
fn a_database_without_a_schema_is_one_that_was_lost() {
    for name in [LOGS_FILE, INBOXES_FILE] {
        let folder = lived();
        let path = folder.path().join(name);
        fs::remove_file(&path).unwrap();
        // As it is when only what stood in its WAL is gone.
        let blank = rusqlite::Connection::open(&path).unwrap();
        blank.pragma_update(None, "journal_mode", "WAL").unwrap();
        drop(blank);
        assert!(fs::metadata(&path).unwrap().len() >= 512);
        assert_eq!(lost(folder.path()), path);
        assert_eq!(check(folder.path()).unwrap().wrong, 1);
    }
}

#[test]
fn either_database_alone_tells_that_a_key_was_there() {
    for name in [LOGS_FILE, INBOXES_FILE] {
        let folder = lived();
        for other in FILES.into_iter().filter(|other| *other != name) {
            fs::remove_file(folder.path().join(other)).unwrap();
        }
        assert_eq!(lost(folder.path()), folder.path().join(KEY_FILE), "{name}");
    }
}

#[test]
fn an_invitation_tells_that_a_key_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let held = HomeFolder::lock(folder.path()).unwrap();
    let mut inboxes = held.inboxes().unwrap();
    assert_eq!(Standing::of(folder.path()).unwrap(), Standing::Nothing);
    let secret = HomeInvitationSecret::new([1; 20]);
    inboxes.add_invitation(&secret.hash(), 1, None).unwrap();
    inboxes.commit().unwrap();
    drop(inboxes);
    assert_eq!(lost(folder.path()), folder.path().join(KEY_FILE));
}

#[test]
fn a_first_start_that_ended_before_the_key_is_begun_again() {
    let folder = tempfile::tempdir().unwrap();
    let held = HomeFolder::lock(folder.path()).unwrap();
    fs::write(folder.path().join(INBOXES_FILE), "").unwrap();
    assert_eq!(Standing::of(folder.path()).unwrap(), Standing::Nothing);
    let logs = held.logs().unwrap();
    assert_eq!(Standing::of(folder.path()).unwrap(), Standing::Nothing);
    let inboxes = held.inboxes().unwrap();
    assert_eq!(Standing::of(folder.path()).unwrap(), Standing::Nothing);
    fs::write(folder.path().join(KEY_FILE), [42; 32]).unwrap();
    // Also while everything stands in the WAL alone.
    assert_eq!(Standing::of(folder.path()).unwrap(), Standing::Home);
    drop((logs, inboxes));
}

#[test]
fn a_database_of_another_program_is_refused_and_left_byte_for_byte() {
    for name in [LOGS_FILE, INBOXES_FILE] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        let other = rusqlite::Connection::open(&path).unwrap();
        other
            .execute_batch("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('mine')")
            .unwrap();
        drop(other);
        let before = fs::read(&path).unwrap();
        assert_eq!(Standing::of(folder.path()).unwrap(), Standing::Nothing);
        let held = HomeFolder::lock(folder.path()).unwrap();
        let refused = match name {
            LOGS_FILE => held.logs().unwrap_err(),
            _ => held.inboxes().unwrap_err(),
        };
        assert!(matches!(refused, OpenError::Foreign { .. }), "{refused}");
        assert_eq!(fs::read(&path).unwrap(), before);
    }
}
