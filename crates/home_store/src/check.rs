//! Looks a home's databases through, beside a running home or without one, and changes nothing.
//!
//! SQLite says whether the files are whole and whether each row keeps the table's rules. What no rule of a
//! table can say is computed anew here: chains from hashes, hashes from bodies, numbers without gaps, heads
//! by the commits that opened them, counters by what they count. Whether what the inboxes note as granted
//! is granted in the logs cannot be seen by anybody: nothing at rest joins the two.
//!
//! Each database is looked at as it was at one moment, in constant memory. Meanwhile a running home writes
//! on, and its WAL grows by what it writes.

mod blobs;
mod entries;
mod inboxes;
mod logs;

use crate::folder::{INBOXES_FILE, LOGS_FILE};
use crate::migration;
use crate::open_error::{OpenError, check_schema};
use crate::standing::lost;
use rusqlite::{Connection, OpenFlags, Row};
use std::path::Path;

pub use blobs::{WholeBlob, WholeBlobs};

/// Findings that are kept with their words; more are counted.
const MAX_KEPT: usize = 100;

/// Pages that stay in memory, negative: in KiB. Heads lead all over the table of entries.
const CACHE_KIB: i64 = -32 * 1024;

/// What a home holds, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Logs that have not lapsed.
    pub logs: u64,
    /// Their entries.
    pub entries: u64,
    /// The entries whose bodies are still there.
    pub bodies: u64,
    /// Inboxes.
    pub inboxes: u64,
    /// Items in them.
    pub items: u64,
    /// The first things that are wrong, a sentence each.
    pub found: Vec<String>,
    /// How many things are wrong.
    pub wrong: u64,
}

impl Report {
    fn wrong(&mut self, what: String) {
        self.wrong += 1;
        if self.found.len() < MAX_KEPT {
            self.found.push(what);
        }
    }

    /// Notes what is wrong unless it holds.
    fn holds(&mut self, it: bool, what: impl FnOnce() -> String) {
        if !it {
            self.wrong(what());
        }
    }
}

/// Looks through the home in `folder`.
///
/// # Errors
/// [`OpenError`] where there is nothing to be looked at. What is damaged is told by the report.
pub fn check(folder: &Path) -> Result<Report, OpenError> {
    let lost = lost(folder)?.ok_or_else(|| OpenError::Missing {
        folder: folder.to_owned(),
    })?;
    let mut report = Report::default();
    for name in &lost {
        report.wrong(format!("{name}: it is missing or empty"));
    }
    let logs = (LOGS_FILE, migration::LOGS.len(), logs::look as Look);
    let inboxes = (
        INBOXES_FILE,
        migration::INBOXES.len(),
        inboxes::look as Look,
    );
    for (name, known, rules) in [logs, inboxes] {
        if !lost.contains(&name) {
            look(folder, (name, known), &mut report, rules)?;
        }
    }
    Ok(report)
}

type Look = fn(&Connection, &mut Report) -> rusqlite::Result<()>;

fn look(
    folder: &Path,
    (name, known): (&str, usize),
    report: &mut Report,
    rules: Look,
) -> Result<(), OpenError> {
    let database = open(folder, (name, known))?;
    let looked = whole(&database, name, report).and_then(|()| rules(&database, report));
    if let Err(error) = looked {
        // The rest cannot be read, which is a finding and not the end.
        report.wrong(format!("{name}: {error}"));
    }
    Ok(())
}

/// Opens a database of this version for somebody who only looks.
fn open(folder: &Path, (name, known): (&str, usize)) -> Result<Connection, OpenError> {
    let path = folder.join(name);
    let failed = |source| OpenError::Database {
        path: path.clone(),
        source,
    };
    // One that may not write would leave files beside the database that only a writer can remove.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(&path, flags).map_err(failed)?;
    database
        .pragma_update(None, "query_only", true)
        .and_then(|()| database.pragma_update(None, "cache_size", CACHE_KIB))
        .map_err(failed)?;
    let schema: u32 = database
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(failed)?;
    check_schema(&path, schema, known)?;
    if u32::try_from(known) != Ok(schema) {
        return Err(OpenError::Older {
            path,
            found: schema,
        });
    }
    Ok(database)
}

/// What SQLite itself can say; also begins the moment at which all is looked at.
fn whole(database: &Connection, name: &str, report: &mut Report) -> rusqlite::Result<()> {
    database.execute_batch("BEGIN")?;
    each(database, "PRAGMA integrity_check", |row| {
        let said: String = row.get(0)?;
        report.holds(said == "ok", || format!("{name}: {said}"));
        Ok(())
    })?;
    each(database, "PRAGMA foreign_key_check", |row| {
        let (table, number): (String, Option<i64>) = (row.get(0)?, row.get(1)?);
        let number = number.unwrap_or_default();
        report.wrong(format!(
            "{name}: row {number} of {table} belongs to a row that is not there"
        ));
        Ok(())
    })
}

/// Hands each row to `take`.
fn each(
    database: &Connection,
    sql: &str,
    mut take: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut statement = database.prepare(sql)?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        take(row)?;
    }
    Ok(())
}
