//! Whose devices the next commit of a circle removes.

use protocol::id::PersonaFingerprint;

use crate::error::StoreError;
use crate::id::ConversationId;
use crate::row::fixed;
use crate::store::Store;

/// A persona that is to be gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovalRow {
    /// The persona.
    pub fingerprint: PersonaFingerprint,
    /// Whether somebody asked for it; else they left by themselves, and it waits for the next thing
    /// that is sent.
    pub at_once: bool,
}

impl Store {
    /// A persona is to be gone.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn insert_removal(
        &self,
        conversation: ConversationId,
        removal: &RemovalRow,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO removal (conversation, fingerprint, at_once) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET at_once = max(at_once, excluded.at_once)",
            (
                conversation,
                removal.fingerprint.as_bytes(),
                removal.at_once,
            ),
        )?;
        Ok(())
    }

    /// All that are to be gone.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn removals(&self, conversation: ConversationId) -> Result<Vec<RemovalRow>, StoreError> {
        self.rows(
            "SELECT * FROM removal WHERE conversation = ?1 ORDER BY fingerprint",
            [conversation],
            |row| {
                Ok(RemovalRow {
                    fingerprint: fixed(row, "fingerprint", PersonaFingerprint::from_slice)?,
                    at_once: row.get("at_once")?,
                })
            },
        )
    }

    /// They are gone, or are meant to be there again.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_removal(
        &self,
        conversation: ConversationId,
        fingerprint: &PersonaFingerprint,
    ) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM removal WHERE conversation = ?1 AND fingerprint = ?2",
            (conversation, fingerprint.as_bytes()),
        )?;
        Ok(())
    }
}
