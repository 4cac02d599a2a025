//! Schemas by number: each file of `migrations/` is run once, in order, and `user_version` tells
//! how far a database is.

use crate::open_error::{OpenError, check_schema};
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// The migrations of the logs; the first is number 1.
pub(crate) const LOGS: &[&str] = &[
    include_str!("../migrations/logs/0001_logs.sql"),
    include_str!("../migrations/logs/0002_repairs.sql"),
    include_str!("../migrations/logs/0003_lapse.sql"),
    include_str!("../migrations/logs/0004_one_chain.sql"),
    include_str!("../migrations/logs/0005_blobs.sql"),
    include_str!("../migrations/logs/0006_places.sql"),
];
/// The migrations of the inboxes; the first is number 1.
pub(crate) const INBOXES: &[&str] = &[
    include_str!("../migrations/inboxes/0001_inboxes.sql"),
    include_str!("../migrations/inboxes/0002_erasing.sql"),
];

/// Brings a database to the newest schema, all of it or nothing.
///
/// # Errors
/// [`OpenError::Newer`] if a later version wrote it, [`OpenError::Database`] if SQLite refuses.
pub(crate) fn migrate(
    connection: &mut Connection,
    path: &Path,
    migrations: &[&str],
) -> Result<(), OpenError> {
    let database = |source| OpenError::Database {
        path: path.to_owned(),
        source,
    };
    let known = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
    // Immediate: two processes that open a fresh folder at once must not both create the tables.
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(database)?;
    let found: u32 = transaction
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(database)?;
    check_schema(path, found, migrations.len())?;
    for migration in migrations.iter().skip(found as usize) {
        transaction.execute_batch(migration).map_err(database)?;
    }
    transaction
        .pragma_update(None, "user_version", known)
        .map_err(database)?;
    transaction.commit().map_err(database)
}
