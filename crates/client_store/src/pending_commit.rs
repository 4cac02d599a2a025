//! Our own commit, posted or about to be, until the canonical child of its parent is known.

use protocol::id::{HeadId, LogId, ReadKey, Signature, WriteKey};
use rusqlite::Row;

use crate::error::StoreError;
use crate::row::fixed;
use crate::store::Store;

/// A commit of ours.
pub struct PendingCommitRow {
    /// The log.
    pub log: LogId,
    /// The head that it would end.
    pub parent: HeadId,
    /// The wrapped commit.
    pub body: Vec<u8>,
    /// `w` of the next head.
    pub write_key: WriteKey,
    /// `r` of the next head.
    pub read_key: ReadKey,
    /// Proof of possession of `write_key`.
    pub possession: Signature,
    /// Whether the home has it.
    pub answered: bool,
    /// The Welcome of those whom it adds.
    pub welcome: Option<Vec<u8>>,
}

fn read(row: &Row<'_>) -> Result<PendingCommitRow, StoreError> {
    Ok(PendingCommitRow {
        log: fixed(row, "log", LogId::from_slice)?,
        parent: fixed(row, "parent", HeadId::from_slice)?,
        body: row.get("body")?,
        write_key: fixed(row, "write_key", WriteKey::from_slice)?,
        read_key: fixed(row, "read_key", ReadKey::from_slice)?,
        possession: fixed(row, "possession", Signature::from_slice)?,
        answered: row.get("answered")?,
        welcome: row.get("welcome")?,
    })
}

impl Store {
    /// Keeps our commit before it is posted.
    ///
    /// # Errors
    /// What SQLite says; a constraint if one is pending already.
    pub fn insert_pending_commit(&self, commit: &PendingCommitRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO pending_commit (log, parent, body, write_key, read_key, possession, welcome)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                commit.log.as_bytes(),
                commit.parent.as_bytes(),
                &commit.body,
                commit.write_key.as_bytes(),
                commit.read_key.as_bytes(),
                commit.possession.as_bytes(),
                &commit.welcome,
            ),
        )?;
        Ok(())
    }

    /// The pending commit of a log.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn pending_commit(&self, log: &LogId) -> Result<Option<PendingCommitRow>, StoreError> {
        self.row(
            "SELECT * FROM pending_commit WHERE log = ?1",
            [log.as_bytes()],
            read,
        )
    }

    /// Whether the home said that it has it, so that it only waits to be read back.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_commit_answered(&self, log: &LogId, answered: bool) -> Result<(), StoreError> {
        self.execute(
            "UPDATE pending_commit SET answered = ?2 WHERE log = ?1",
            (log.as_bytes(), answered),
        )?;
        Ok(())
    }

    /// The canonical child is known: ours or a rival's.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_pending_commit(&self, log: &LogId) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM pending_commit WHERE log = ?1",
            [log.as_bytes()],
        )?;
        Ok(())
    }
}
