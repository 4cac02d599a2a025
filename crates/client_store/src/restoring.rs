//! A profile's database made anew from the rows of a backup.
//!
//! The file has no name yet that a profile goes by: it is written without a journal, and whatever goes
//! wrong, it is thrown away.

use backup::BackupError;
use backup::rows::{Value, each_row};
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, OpenFlags, ToSql, params_from_iter};
use std::path::Path;

use crate::backed_up::{BACKED_UP, BackedUpTable};
use crate::error::StoreError;
use crate::journal;
use crate::migrate::{migrate_to, newest};
use crate::store::{Store, StoreKey};
use crate::words;

/// A profile cannot be made from a backup.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// What the backup holds does not hold together. (Invalid)
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The store refuses. (As it says)
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The rows of a backup, or their order, cannot be those of a profile.
const TORN: BackupError = BackupError::Malformed {
    what: "what belongs together",
};

/// A database that is being made.
pub struct Restoring {
    connection: Connection,
}

struct Bound<'a>(&'a Value<'a>);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Value::Null => ToSqlOutput::Owned(rusqlite::types::Value::Null),
            Value::Integer(number) => ToSqlOutput::from(*number),
            Value::Text(text) => ToSqlOutput::from(*text),
            Value::Bytes(bytes) => ToSqlOutput::from(*bytes),
        })
    }
}

/// The statement that inserts rows with these columns, if a backup may hold such rows.
fn statement(table: &BackedUpTable, columns: &[String]) -> Option<String> {
    let mut named: Vec<&str> = Vec::new();
    for column in columns {
        let known = table.columns.iter().find(|known| *known == column)?;
        if named.contains(known) {
            return None;
        }
        named.push(known);
    }
    let mut values: Vec<String> = (1..=named.len()).map(|place| format!("?{place}")).collect();
    for (column, instead) in table.absent {
        named.push(column);
        values.push((*instead).to_owned());
    }
    Some(format!(
        "INSERT INTO {} ({}) VALUES ({})",
        table.name,
        named.join(", "),
        values.join(", ")
    ))
}

impl Restoring {
    /// Begins in an empty file, at the version of the schema that the rows are of.
    ///
    /// # Errors
    /// [`StoreError::Newer`] and what SQLite says.
    pub fn begin(path: &Path, key: Option<&StoreKey>, schema: u32) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags)?;
        connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
        if let Some(key) = key {
            connection.pragma_update(None, "key", key.pragma().as_str())?;
        }
        journal::before_reading(&connection)?;
        connection.pragma_update(None, "journal_mode", "OFF")?;
        connection.pragma_update(None, "synchronous", "OFF")?;
        words::register(&connection)?;
        connection.pragma_update(None, "foreign_keys", false)?;
        migrate_to(&mut connection, schema)?;
        if schema == newest() {
            // Words are found as rows come; nobody needs to find them once more. Other versions find them when opened.
            words::keep_in_step(&mut connection)?;
        }
        connection.execute_batch("BEGIN")?;
        Ok(Self { connection })
    }

    /// Takes the rows of a chunk; how many there were.
    ///
    /// # Errors
    /// [`RestoreError`]; the file is of no use then.
    pub fn insert(
        &self,
        table: &str,
        columns: &[String],
        content: &[u8],
    ) -> Result<u64, RestoreError> {
        let table = BACKED_UP.iter().find(|known| known.name == table);
        let sql = table.and_then(|table| statement(table, columns));
        let sql = sql.ok_or(TORN)?;
        let mut statement = self
            .connection
            .prepare_cached(&sql)
            .map_err(|_| RestoreError::from(TORN))?;
        each_row(content, columns.len(), |row| {
            let inserted = statement.execute(params_from_iter(row.iter().map(Bound)));
            match inserted.map_err(StoreError::from) {
                Ok(_) => Ok(()),
                Err(error) if error.is_about_values() => Err(TORN.into()),
                Err(error) => Err(error.into()),
            }
        })
    }

    /// Everything is there: the file is whole, at the newest version, and looked through.
    ///
    /// # Errors
    /// [`RestoreError`]; the file is of no use then.
    pub fn finish(self, path: &Path, key: Option<&StoreKey>) -> Result<Store, RestoreError> {
        self.connection
            .execute_batch("COMMIT")
            .map_err(StoreError::from)?;
        let closed = self.connection.close();
        closed.map_err(|(_, error)| StoreError::from(error))?;
        let store = match Store::open(path, key) {
            Err(StoreError::Damaged { .. }) => return Err(TORN.into()),
            opened => opened?,
        };
        if store.check()?.is_empty() {
            Ok(store)
        } else {
            Err(TORN.into())
        }
    }
}

impl Store {
    /// Reads every row that was restored as what it should be.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], and what SQLite says.
    pub fn read_through(&self) -> Result<(), StoreError> {
        self.personas()?;
        self.inboxes()?;
        self.contacts()?;
        self.conversations()?;
        self.acceptances()?;
        self.logs()?;
        self.each_capability()?;
        self.mapped()?;
        self.letters()?;
        self.own_limits()?;
        self.way_back()?;
        self.each_item()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backup::rows::{Rows, encode_row};

    fn content(rows: &[&[Value<'_>]]) -> Vec<u8> {
        let mut all = Rows::default();
        for row in rows {
            all.push(&encode_row(row));
        }
        all.take()
    }

    fn columns(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn begin(schema: u32) -> Restoring {
        Restoring::begin(Path::new(":memory:"), None, schema).unwrap()
    }

    #[test]
    fn rows_of_an_older_schema_are_taken_and_those_of_a_newer_are_refused() {
        let home = [Value::Text("https://a.example"), Value::Bytes(&[1; 32])];
        let rows = content(&[&home]);
        let inserted = begin(1).insert("home", &columns(&["url", "key"]), &rows);
        assert_eq!(inserted.unwrap(), 1);
        let newer = Restoring::begin(Path::new(":memory:"), None, 99);
        assert!(matches!(newer, Err(StoreError::Newer { found: 99, .. })));
    }

    #[test]
    fn what_no_backup_holds_is_not_taken_out_of_one() {
        let (one, two) = ([Value::Bytes(&[1])], [Value::Bytes(&[1]), Value::Null]);
        for (table, names, rows) in [
            ("mls_state", &["key", "value"][..], &[&two[..]][..]),
            ("persona", &["id", "device_seed"], &[&two]),
            ("item_words", &["words"], &[&one]),
            ("home", &["url; DROP TABLE home"], &[&one]),
            ("home", &["url", "url"], &[&two]),
            ("home", &["url"], &[&one]),
            ("home", &["url", "key"], &[&one]),
            ("home", &[], &[]),
        ] {
            let inserted = begin(6).insert(table, &columns(names), &content(rows));
            let error = inserted.unwrap_err();
            assert!(matches!(error, RestoreError::Backup(_)), "{table} {error}");
        }
        let home = [Value::Text("a"), Value::Bytes(&[1])];
        let twice = begin(6).insert("home", &columns(&["url", "key"]), &content(&[&home, &home]));
        assert!(matches!(twice, Err(RestoreError::Backup(_))));
    }
}
