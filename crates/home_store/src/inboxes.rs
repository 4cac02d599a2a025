//! The store of inboxes: `inboxes.sqlite`.

mod admission;
mod capabilities;
mod devices;
mod erase;
mod items;

use crate::database::Database;
use crate::migration;
use crate::open_error::OpenError;
use crate::row::column;
use home_core::inbox_store::{Forget, InboxStore};
use home_core::{StoreError, StoreName};
use protocol::id::HomeInvitationHash;
use rusqlite::params;
use std::path::Path;

/// Inboxes in one SQLite file.
#[derive(Debug)]
pub struct SqliteInboxes {
    database: Database,
}

impl SqliteInboxes {
    /// Opens or creates the file.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        Ok(Self {
            database: Database::open(path, StoreName::Inboxes, migration::INBOXES)?,
        })
    }

    /// Stores a home invitation: how many inboxes it admits and until when (Unix time in seconds).
    /// It counts once committed.
    ///
    /// # Errors
    /// [`StoreError`], also if it exists.
    pub fn add_invitation(
        &mut self,
        invitation: &HomeInvitationHash,
        uses: u32,
        expires: Option<u64>,
    ) -> Result<(), StoreError> {
        self.database.change(
            "INSERT INTO invitations (hash, uses_left, expires) VALUES (?1, ?2, ?3)",
            params![invitation.as_bytes(), uses, expires.map(column)],
        )?;
        Ok(())
    }
}

impl InboxStore for SqliteInboxes {
    fn forget(&mut self, forget: Forget) -> Result<(), StoreError> {
        let uses = params![column(forget.uses_before.number())];
        self.forget_items(forget.items_before)?;
        self.database
            .change("DELETE FROM uses WHERE begun_on < ?1", uses)?;
        self.database
            .change("DELETE FROM key_packages WHERE taken_on < ?1", uses)?;
        self.database.change(
            "DELETE FROM capabilities WHERE revoked_on < ?1",
            params![column(forget.revoked_before.number())],
        )?;
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.database.commit()
    }
}
