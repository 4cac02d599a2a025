//! The schema's versions, in SQLite's `user_version`. A newer file is refused, never guessed at.

use rusqlite::Connection;

use crate::error::StoreError;

/// All versions in order; the first makes version 1.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_first.sql"),
    include_str!("../migrations/0002_circles.sql"),
    include_str!("../migrations/0003_past_epochs.sql"),
    include_str!("../migrations/0004_acts.sql"),
    include_str!("../migrations/0005_own.sql"),
    include_str!("../migrations/0006_settings.sql"),
    include_str!("../migrations/0007_answered_places.sql"),
    include_str!("../migrations/0008_blocked.sql"),
    include_str!("../migrations/0009_files.sql"),
    include_str!("../migrations/0010_recovery.sql"),
    include_str!("../migrations/0011_rejoining.sql"),
    include_str!("../migrations/0012_unsent.sql"),
    include_str!("../migrations/0013_leases.sql"),
    include_str!("../migrations/0014_given_up_and_order.sql"),
    include_str!("../migrations/0015_answered_questions.sql"),
    include_str!("../migrations/0016_drafts.sql"),
    include_str!("../migrations/0017_alone.sql"),
    include_str!("../migrations/0018_file_descriptions.sql"),
];

/// Brings the file to the newest version, each step in a transaction of its own. References must not be watched
/// meanwhile: a table that is made anew is gone for a moment.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    migrate_to(connection, newest())
}

/// Refuses a database of something else, in which everything that belongs to a profile would be made.
///
/// # Errors
/// [`StoreError::WrongKey`], as of a file that is no database of a profile; what SQLite says.
pub(crate) fn check_is_profile(connection: &Connection) -> Result<(), StoreError> {
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let (tables, of_a_profile): (u32, u32) = connection.query_row(
        "SELECT count(*), count(*) FILTER (WHERE name IN ('item', 'persona')) FROM sqlite_master",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let is_new = version == 0 && tables == 0;
    let is_profile = version > 0 && of_a_profile == 2;
    if is_new || is_profile {
        Ok(())
    } else {
        Err(StoreError::WrongKey)
    }
}

/// Whether the file is of the newest version.
///
/// # Errors
/// [`StoreError::Newer`] and what SQLite says.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn is_newest(connection: &Connection) -> Result<bool, StoreError> {
    let known = newest();
    let found: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    Ok(found == known)
}

/// The newest version.
pub(crate) fn newest() -> u32 {
    u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
}

/// Brings the file to this version, if it is not there yet.
pub(crate) fn migrate_to(connection: &mut Connection, version: u32) -> Result<(), StoreError> {
    let known = newest();
    let found: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if let Some(found) = [found, version].into_iter().find(|found| *found > known) {
        return Err(StoreError::Newer { found, known });
    }
    for (version, sql) in (1..=version)
        .zip(MIGRATIONS)
        .filter(|(version, _)| *version > found)
    {
        let transaction = connection.transaction()?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", version)?;
        let broken = transaction
            .prepare("PRAGMA foreign_key_check")?
            .exists([])?;
        if broken {
            return Err(StoreError::Damaged {
                what: "a reference",
            });
        }
        transaction.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_a_newer_version_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        let error = migrate(&mut connection).unwrap_err();
        assert!(matches!(error, StoreError::Newer { found: 99, .. }));
    }

    #[test]
    fn migrating_twice_changes_nothing() {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::words::register(&connection).unwrap();
        migrate(&mut connection).unwrap();
        migrate(&mut connection).unwrap();
    }

    #[test]
    fn what_was_made_before_its_order_was_kept_is_in_the_order_of_its_time() {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::words::register(&connection).unwrap();
        migrate_to(&mut connection, 13).unwrap();
        connection
            .execute_batch(
                "INSERT INTO persona VALUES
                     (x'01', 'third', x'01', x'', x'', x'', 7), (x'02', 'first', x'02', x'', x'', x'', 5),
                     (x'03', 'fourth', x'03', x'', x'', x'', 7), (x'04', 'second', x'04', x'', x'', x'', 6)",
            )
            .unwrap();
        migrate(&mut connection).unwrap();
        let mut statement = connection
            .prepare("SELECT name || number FROM persona ORDER BY number")
            .unwrap();
        let names = statement.query_map([], |row| row.get(0)).unwrap();
        let names: Vec<String> = names.map(Result::unwrap).collect();
        assert_eq!(names, ["first1", "second2", "third3", "fourth4"]);
    }

    #[test]
    fn what_was_said_before_acts_were_known_is_found_and_answered_to() {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::words::register(&connection).unwrap();
        connection
            .pragma_update(None, "foreign_keys", false)
            .unwrap();
        for sql in &MIGRATIONS[..3] {
            connection.execute_batch(sql).unwrap();
        }
        connection.pragma_update(None, "user_version", 3).unwrap();
        connection
            .execute_batch(
                "INSERT INTO persona VALUES (x'01', 'Ada', x'01', x'01', x'01', x'01', 0);
                 INSERT INTO conversation VALUES (x'02', x'01', NULL, 'Ben', x'02', 0, 'pair');
                 INSERT INTO item (id, conversation, message_id, author, mine, at_ms, kind, text,
                     content, state) VALUES (x'03', x'02', x'03', x'01', 1, 0, 'message', 'Words',
                     x'03', 'queued');
                 INSERT INTO outbox (item, conversation) VALUES (x'03', x'02');",
            )
            .unwrap();
        migrate(&mut connection).unwrap();
        connection
            .pragma_update(None, "foreign_keys", true)
            .unwrap();
        let found: u64 = connection
            .query_row(
                "SELECT count(*) FROM item_words WHERE item_words MATCH 'words'",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(found, 1);
        // What refers to the tables that were made anew still does.
        assert!(connection.execute("DELETE FROM item", []).is_err());
        connection
            .execute_batch("DELETE FROM outbox; DELETE FROM item")
            .unwrap();
        assert!(connection.execute("DELETE FROM persona", []).is_err());
    }

    #[test]
    fn a_database_of_something_else_is_none_of_a_profile_and_stays_as_it_is() {
        for sql in [
            "CREATE TABLE recipe (name TEXT)",
            "CREATE TABLE item (name TEXT); PRAGMA user_version = 3",
            "PRAGMA user_version = 3",
        ] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("profile.db");
            Connection::open(&path).unwrap().execute_batch(sql).unwrap();
            let before = std::fs::read(&path).unwrap();
            let opened = crate::store::Store::open(&path, None).map(drop);
            assert!(matches!(opened, Err(StoreError::WrongKey)), "{sql}");
            assert_eq!(std::fs::read(&path).unwrap(), before, "{sql}");
        }
    }
}
