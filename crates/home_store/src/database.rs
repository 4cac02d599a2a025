//! One SQLite file with one transaction that opens by itself and ends in `commit`.
//!
//! Durability: WAL with `synchronous=FULL`, so a commit that returned survives a crash of the
//! machine. The transaction begins as a writer, because the inboxes have a second writer (a process
//! that makes home invitations) and a reader that turns writer would be refused.

use crate::checkpoints::Checkpoints;
use crate::migration::migrate;
use crate::open_error::OpenError;
use home_core::{StoreError, StoreName};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, Row};
use std::path::Path;
use std::time::Duration;

/// How long another writer is waited for.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Statements that stay prepared; more than there are in this crate.
const STATEMENTS: usize = 128;
/// Pages of the file that stay in memory, negative: in KiB.
const CACHE_KIB: i64 = -32 * 1024;

/// What the WAL keeps on the disk once it has been written into the file.
const WAL_BYTES: i64 = 64 * 1024 * 1024;

/// An open file.
#[derive(Debug)]
pub(crate) struct Database {
    connection: Connection,
    store: StoreName,
    in_transaction: bool,
    checkpoints: Option<Checkpoints>,
}

impl Database {
    /// Opens or creates the file and brings its schema up to date.
    ///
    /// # Errors
    /// [`OpenError::Database`] or [`OpenError::Newer`].
    pub(crate) fn open(
        path: &Path,
        store: StoreName,
        migrations: &[&str],
    ) -> Result<Self, OpenError> {
        let database = |source| OpenError::Database {
            path: path.to_owned(),
            source,
        };
        let mut connection = Connection::open(path).map_err(database)?;
        if is_foreign(&connection).map_err(database)? {
            return Err(OpenError::Foreign {
                path: path.to_owned(),
            });
        }
        prepare(&connection).map_err(database)?;
        migrate(&mut connection, path, migrations)?;
        Ok(Self {
            connection,
            store,
            in_transaction: false,
            checkpoints: None,
        })
    }

    /// Lets a thread of its own move what is committed into the file.
    ///
    /// # Errors
    /// [`OpenError::Database`], or [`OpenError::Unusable`] where there is no thread to be had.
    pub(crate) fn move_commits_aside(&mut self, path: &Path) -> Result<(), OpenError> {
        self.checkpoints = Some(Checkpoints::begin(path, &mut self.connection)?);
        Ok(())
    }

    /// Runs a statement that changes rows; how many it changed.
    pub(crate) fn change(
        &mut self,
        sql: &'static str,
        parameters: impl Params,
    ) -> Result<usize, StoreError> {
        let store = self.store;
        self.prepared(sql)?
            .execute(parameters)
            .map_err(|error| disk(store, error))
    }

    /// Inserts a row; its number.
    pub(crate) fn insert(
        &mut self,
        sql: &'static str,
        parameters: impl Params,
    ) -> Result<u64, StoreError> {
        let store = self.store;
        let number = self
            .prepared(sql)?
            .insert(parameters)
            .map_err(|error| disk(store, error))?;
        u64::try_from(number).map_err(|_| self.damaged("row number"))
    }

    /// The one row of a query, if there is one.
    pub(crate) fn one<T>(
        &mut self,
        sql: &'static str,
        parameters: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        let store = self.store;
        self.prepared(sql)?
            .query_row(parameters, read)
            .optional()
            .map_err(|error| disk(store, error))
    }

    /// Hands the rows of a query to `take` until it says no.
    pub(crate) fn each(
        &mut self,
        sql: &'static str,
        parameters: impl Params,
        mut take: impl FnMut(&Row<'_>) -> rusqlite::Result<bool>,
    ) -> Result<(), StoreError> {
        let store = self.store;
        let mut statement = self.prepared(sql)?;
        let walk = || -> rusqlite::Result<()> {
            let mut rows = statement.query(parameters)?;
            while let Some(row) = rows.next()? {
                if !take(row)? {
                    break;
                }
            }
            Ok(())
        };
        walk().map_err(|error| disk(store, error))
    }

    /// All rows of a query that is bounded by its data.
    pub(crate) fn all<T>(
        &mut self,
        sql: &'static str,
        parameters: impl Params,
        mut read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        self.each(sql, parameters, |row| {
            rows.push(read(row)?);
            Ok(true)
        })?;
        Ok(rows)
    }

    /// Ends the transaction, if one is open: everything in it is durable.
    pub(crate) fn commit(&mut self) -> Result<(), StoreError> {
        if self.in_transaction {
            self.run("COMMIT")?;
            self.in_transaction = false;
        }
        Ok(())
    }

    /// A value that this program never writes.
    pub(crate) fn damaged(&self, what: &'static str) -> StoreError {
        StoreError::Damaged {
            store: self.store,
            what,
        }
    }

    fn run(&self, sql: &'static str) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(()))
            .map(|_| ())
            .map_err(|error| disk(self.store, error))
    }

    fn prepared(&mut self, sql: &'static str) -> Result<CachedStatement<'_>, StoreError> {
        if !self.in_transaction {
            self.run("BEGIN IMMEDIATE")?;
            self.in_transaction = true;
        }
        self.connection
            .prepare_cached(sql)
            .map_err(|error| disk(self.store, error))
    }
}

fn disk(store: StoreName, error: rusqlite::Error) -> StoreError {
    StoreError::Disk {
        store,
        source: Box::new(error),
    }
}

/// Whether there are tables of which no migration of ours knows. In one statement, because another process may
/// be making ours.
fn is_foreign(connection: &Connection) -> rusqlite::Result<bool> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema) \
               AND (SELECT user_version FROM pragma_user_version) = 0";
    connection.query_row(sql, (), |row| row.get(0))
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What is deleted is overwritten, also in pages that are free then.
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "cache_size", CACHE_KIB)?;
    // A backup lets the WAL grow; what it does not need any more the disk gets back.
    connection.pragma_update(None, "journal_size_limit", WAL_BYTES)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(())
}
