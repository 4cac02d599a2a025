//! What is being written and was not sent.

use rusqlite::Row;

use crate::error::StoreError;
use crate::id::{ConversationId, DraftId, ItemId};
use crate::store::Store;

/// Something that is being written, as it was kept last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRow {
    /// The id, which is another one each time that it is kept.
    pub id: DraftId,
    /// Where it is being written.
    pub conversation: ConversationId,
    /// The text.
    pub text: String,
    /// What is to be said before it.
    pub note: Option<String>,
    /// What it answers.
    pub reply_to: Option<ItemId>,
    /// What it is to stand in the place of.
    pub edits: Option<ItemId>,
    /// When it was kept, Unix milliseconds.
    pub at_ms: u64,
}

fn read(row: &Row<'_>) -> Result<DraftRow, StoreError> {
    Ok(DraftRow {
        id: row.get("id")?,
        conversation: row.get("conversation")?,
        text: row.get("text")?,
        note: row.get("note")?,
        reply_to: row.get("reply_to")?,
        edits: row.get("edits")?,
        at_ms: row.get("at_ms")?,
    })
}

impl Store {
    /// Keeps it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn insert_draft(&self, draft: &DraftRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO draft (id, conversation, text, note, reply_to, edits, at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                draft.id,
                draft.conversation,
                &draft.text,
                &draft.note,
                draft.reply_to,
                draft.edits,
                draft.at_ms,
            ),
        )?;
        Ok(())
    }

    /// One of them, if nobody has kept another in its place or let it go.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn draft(&self, id: DraftId) -> Result<Option<DraftRow>, StoreError> {
        self.row("SELECT * FROM draft WHERE id = ?1", [id], read)
    }

    /// All of a conversation, the newest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn drafts_of(&self, conversation: ConversationId) -> Result<Vec<DraftRow>, StoreError> {
        self.rows(
            "SELECT * FROM draft WHERE conversation = ?1 ORDER BY at_ms DESC, id",
            [conversation],
            read,
        )
    }

    /// Whether anything is being written in a conversation.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn has_drafts(&self, conversation: ConversationId) -> Result<bool, StoreError> {
        let found = self.row(
            "SELECT 1 FROM draft WHERE conversation = ?1 LIMIT 1",
            [conversation],
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    /// Lets it go; whether it was there.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_draft(&self, id: DraftId) -> Result<bool, StoreError> {
        Ok(self.execute("DELETE FROM draft WHERE id = ?1", [id])? > 0)
    }
}
