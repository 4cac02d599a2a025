//! Opening, sealing and transactions.

use rusqlite::{Connection, OpenFlags, Params, Row};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::journal::{self, Reopen};
use crate::migrate;
use crate::words;

/// How long a statement waits for another connection of this machine.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Memory for pages that were read, in KiB. Ranking what is found reads a row for each match, all over the file: a word
/// in one of a hundred of a million items is to stay in memory from one search to the next.
const PAGES_KEPT_KIB: u32 = 16_384;
/// Prepared statements kept.
const STATEMENT_CACHE: usize = 128;
/// What a page of a long blob holds, in bytes: 4096 without the 80 of SQLCipher's seal and the number of the next page.
const IN_A_PAGE: u64 = 4_012;
/// By so many pages a blob is made too short, since it needs some besides; the rest is filled one by one.
const SHORT_OF: u32 = 8;
/// A value of so many bytes needs exactly one page besides the one of its row (SQLite's file format, §1.6), with SQLCipher's
/// seal and without.
const ONE_PAGE_MORE: u64 = 4_400;
/// Pages of one blob at most; SQLite's longest value is a billion bytes.
const BLOB_PAGES: u32 = 65_536;

/// The 256-bit key under which a profile is sealed.
#[derive(Clone)]
pub struct StoreKey(Zeroizing<[u8; 32]>);

impl StoreKey {
    /// Takes a derived key.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The pragma's value: a raw key in hexadecimal, by which SQLCipher derives nothing itself.
    pub(crate) fn pragma(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(80));
        text.push_str("x'");
        for byte in self.0.iter() {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text.push('\'');
        text
    }
}

impl std::fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreKey(redacted)")
    }
}

fn check_holds_something(connection: &Connection) -> Result<(), StoreError> {
    let count = "SELECT count(*) FROM sqlite_master";
    let tables: u64 = connection.query_row(count, [], |row| row.get(0))?;
    if tables == 0 {
        return Err(StoreError::Damaged {
            what: "its tables, which are all gone",
        });
    }
    Ok(())
}

/// A profile's database.
pub struct Store {
    pub(crate) connection: Connection,
    pub(crate) reopen: Reopen,
}

impl Store {
    /// Opens or makes the file, with the key where the profile is sealed.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`], [`StoreError::Newer`], [`StoreError::ReadOnly`] and what SQLite
    /// says.
    pub fn open(path: &Path, key: Option<&StoreKey>) -> Result<Self, StoreError> {
        let connection = Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_WRITE
                | OpenFlags::SQLITE_OPEN_CREATE
                | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        Ok(Self {
            connection: Self::set_up(connection, key)?,
            reopen: Reopen::of(path, key),
        })
    }

    /// Opens a file that is a profile's already, with the key where it is sealed. Nothing is made in the place of one that
    /// lost everything: an empty file opens with each key, and would be a new profile for whoever mistyped.
    ///
    /// # Errors
    /// As [`Self::open`]; [`StoreError::Damaged`] where there is nothing in it.
    pub fn open_existing(path: &Path, key: Option<&StoreKey>) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        Self::unlock(&connection, key)?;
        check_holds_something(&connection)?;
        Ok(Self {
            connection: Self::prepare(connection)?,
            reopen: Reopen::of(path, key),
        })
    }

    /// Whether a key opens a file. Its content stays as it is; what was left beside it by a process that was cut off may
    /// be put into it, which needs no key.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where there is nothing in it, which each key would open; what SQLite says where it cannot
    /// even try.
    pub fn is_opened_by(path: &Path, key: &StoreKey) -> Result<bool, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        match Self::unlock(&connection, Some(key)) {
            Ok(()) => check_holds_something(&connection).map(|()| true),
            Err(StoreError::WrongKey) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A profile in memory, for tests.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn in_memory() -> Result<Self, StoreError> {
        Ok(Self {
            connection: Self::set_up(Connection::open_in_memory()?, None)?,
            reopen: Reopen::default(),
        })
    }

    /// Gives a connection its key, and reads what a wrong one fails at.
    pub(crate) fn unlock(
        connection: &Connection,
        key: Option<&StoreKey>,
    ) -> Result<(), StoreError> {
        // SQLCipher would write of a wrong key to standard error, past whoever has to say it.
        connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
        if let Some(key) = key {
            connection.pragma_update(None, "key", key.pragma().as_str())?;
        }
        connection.busy_timeout(BUSY_TIMEOUT)?;
        journal::before_reading(connection)?;
        connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
        Ok(())
    }

    fn set_up(connection: Connection, key: Option<&StoreKey>) -> Result<Connection, StoreError> {
        Self::unlock(&connection, key)?;
        Self::prepare(connection)
    }

    fn prepare(mut connection: Connection) -> Result<Connection, StoreError> {
        migrate::check_is_profile(&connection)?;
        connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
        journal::choose(&connection)?;
        connection.pragma_update(None, "cache_size", -i64::from(PAGES_KEPT_KIB))?;
        // Spent keys are overwritten, not only unlinked.
        connection.pragma_update(None, "secure_delete", true)?;
        words::register(&connection)?;
        connection.pragma_update(None, "foreign_keys", false)?;
        migrate::migrate(&mut connection)?;
        words::keep_in_step(&mut connection)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        Ok(connection)
    }

    /// For tests: from so many pages on the file cannot grow, as if the disk were full. What it has
    /// already stays.
    ///
    /// # Errors
    /// What SQLite says.
    #[doc(hidden)]
    pub fn limit_pages(&self, pages: u32) -> Result<(), StoreError> {
        // The answer is the limit that holds, never below what the file has.
        let set = format!("PRAGMA max_page_count = {pages}");
        Ok(self.connection.query_row(&set, [], |_| Ok(()))?)
    }

    /// Makes the file at least so many pages large; the empty ones are what it grows into.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn grow_to(&self, pages: u32) -> Result<(), StoreError> {
        self.grow("main", pages)
    }

    fn grow(&self, database: &'static str, pages: u32) -> Result<(), StoreError> {
        let count = || -> Result<u32, StoreError> {
            let pragma = format!("PRAGMA {database}.page_count");
            Ok(self.connection.query_row(&pragma, [], |row| row.get(0))?)
        };
        let batch = |sql: &str| self.connection.execute_batch(sql).map_err(StoreError::from);
        if count()? >= pages {
            return Ok(());
        }
        let transaction = self.connection.unchecked_transaction()?;
        // All at first: the list of tables may itself need a page more for one of them.
        let tables = SHORT_OF + 1;
        for table in 0..tables {
            batch(&format!(
                "CREATE TABLE {database}.room_{table} (bytes BLOB)"
            ))?;
        }
        let insert = |table: u32, bytes: u64| {
            let sql = format!("INSERT INTO {database}.room_{table} VALUES (zeroblob(?1))");
            self.connection.execute(&sql, [bytes])
        };
        loop {
            let missing = pages.saturating_sub(count()?).min(BLOB_PAGES);
            if missing <= SHORT_OF {
                break;
            }
            insert(0, u64::from(missing - SHORT_OF) * IN_A_PAGE)?;
        }
        for table in 1..tables {
            if count()? < pages {
                insert(table, ONE_PAGE_MORE)?;
            }
        }
        for table in 0..tables {
            batch(&format!("DROP TABLE {database}.room_{table}"))?;
        }
        Ok(transaction.commit()?)
    }

    /// Writes everything into another file, sealed under a key or not, of so many pages at least. The file is empty
    /// before; it is not synced.
    ///
    /// # Errors
    /// What SQLite says; the other file is of no use then. [`StoreError::ReadOnly`] if its path is not UTF-8.
    pub fn export(&self, to: &Path, key: Option<&StoreKey>, pages: u32) -> Result<(), StoreError> {
        let to = to.to_str().ok_or(StoreError::ReadOnly)?;
        let key = key.map_or_else(|| Zeroizing::new(String::new()), StoreKey::pragma);
        let version: u32 = self
            .connection
            .pragma_query_value(None, "user_version", |row| row.get(0))?;
        self.connection
            .execute("ATTACH DATABASE ?1 AS other KEY ?2", (to, key.as_str()))?;
        let write = || -> Result<(), StoreError> {
            let export = "SELECT sqlcipher_export('other')";
            self.connection.query_row(export, [], |_| Ok(()))?;
            let set_version = format!("PRAGMA other.user_version = {version}");
            self.connection.execute_batch(&set_version)?;
            self.grow("other", pages)
        };
        let written = write();
        let detached = self.connection.execute_batch("DETACH DATABASE other");
        written?;
        Ok(detached?)
    }

    /// Looks the whole file through: seals, pages, rows, references; what is wrong, a sentence each.
    ///
    /// # Errors
    /// What SQLite says where it cannot even look.
    pub fn check(&self) -> Result<Vec<String>, StoreError> {
        let mut wrong = Vec::new();
        for pragma in ["cipher_integrity_check", "integrity_check"] {
            let said = self.rows(&format!("PRAGMA {pragma}"), [], |row| {
                Ok(row.get::<_, String>(0)?)
            })?;
            wrong.extend(said.into_iter().filter(|said| said != "ok"));
        }
        let references = self.rows("PRAGMA foreign_key_check", [], |row| {
            Ok(row.get::<_, String>(0)?)
        })?;
        wrong.extend(
            references
                .into_iter()
                .map(|table| format!("a row of {table} belongs to one that is not there")),
        );
        Ok(wrong)
    }

    /// Closes the file; everything is in it then, and nothing beside it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn close(self) -> Result<(), StoreError> {
        let Self { connection, reopen } = self;
        journal::before_closing(&connection, reopen)?;
        let closed = connection.close();
        closed.map_err(|(_, error)| StoreError::from(error))
    }

    /// Leaves nothing beside the file that is not in it any more; outside of a transaction.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn leave_nothing_beside(&self) -> Result<(), StoreError> {
        journal::leave_nothing_beside(&self.connection)
    }

    /// Begins the transaction of one input.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn begin(&self) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch("BEGIN IMMEDIATE")?)
    }

    /// Makes everything since [`Store::begin`] durable.
    ///
    /// # Errors
    /// What SQLite says; nothing was kept then.
    pub fn commit(&self) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch("COMMIT")?)
    }

    /// Undoes everything since [`Store::begin`]; does nothing outside of a transaction.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn rollback(&self) -> Result<(), StoreError> {
        if !self.connection.is_autocommit() {
            self.connection.execute_batch("ROLLBACK")?;
        }
        Ok(())
    }

    /// Runs a part of a transaction that is undone by itself if it fails.
    ///
    /// # Errors
    /// What `part` returns, or what SQLite says.
    pub fn attempt<T, E: From<StoreError>>(
        &self,
        part: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let batch = |sql| self.connection.execute_batch(sql).map_err(StoreError::from);
        batch("SAVEPOINT attempt")?;
        let result = part();
        if result.is_err() {
            batch("ROLLBACK TO attempt")?;
        }
        batch("RELEASE attempt")?;
        result
    }

    /// Runs a statement; how many rows it changed.
    pub(crate) fn execute(&self, sql: &str, params: impl Params) -> Result<usize, StoreError> {
        Ok(self.connection.prepare_cached(sql)?.execute(params)?)
    }

    /// All rows of a query.
    pub(crate) fn rows<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(read(row)?);
        }
        Ok(all)
    }

    /// The first row of a query.
    pub(crate) fn row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        rows.next()?.map(read).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::{Store, StoreKey};
    use crate::StoreError;

    #[test]
    fn a_file_that_lost_everything_is_no_new_profile_for_whatever_is_typed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("profile.db");
        let right = StoreKey::new([1; 32]);
        drop(Store::open(&path, Some(&right)).unwrap());
        assert!(Store::open_existing(&path, Some(&right)).is_ok());
        std::fs::write(&path, b"").unwrap();
        for key in [
            Some(StoreKey::new([1; 32])),
            Some(StoreKey::new([2; 32])),
            None,
        ] {
            let opened = Store::open_existing(&path, key.as_ref());
            assert!(matches!(opened, Err(StoreError::Damaged { .. })));
        }
        assert!(Store::is_opened_by(&path, &right).is_err());
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
    }
}
