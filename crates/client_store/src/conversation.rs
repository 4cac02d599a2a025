//! Conversations.

use rusqlite::Row;

use crate::error::StoreError;
use crate::id::{ContactId, ConversationId, PersonaId};
use crate::store::Store;

/// What kind of conversation it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConversationKind {
    /// Two people, for good.
    Pair,
    /// People who may come and go.
    Circle,
    /// With oneself: on this device alone, at no home.
    Own,
}

impl ConversationKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Pair => "pair",
            Self::Circle => "circle",
            Self::Own => "self",
        }
    }
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationRow {
    /// The id.
    pub id: ConversationId,
    /// Which of the own names takes part.
    pub persona: PersonaId,
    /// The other one of a pair.
    pub contact: Option<ContactId>,
    /// What it is called on the screen.
    pub title: String,
    /// The room in MIMI content, as in the Place of the conversation's first group.
    pub room: [u8; 32],
    /// When it came about, Unix seconds.
    pub created_s: u64,
    /// What kind it is.
    pub kind: ConversationKind,
    /// Why no first contact came about, if something was written before that was known; half a sentence.
    pub refused: Option<String>,
}

fn read(row: &Row<'_>) -> Result<ConversationRow, StoreError> {
    Ok(ConversationRow {
        id: row.get("id")?,
        persona: row.get("persona")?,
        contact: row.get("contact")?,
        title: row.get("title")?,
        room: *crate::row::seed(row, "room")?,
        created_s: row.get("created_s")?,
        kind: match row.get::<_, String>("kind")?.as_str() {
            "pair" => ConversationKind::Pair,
            "circle" => ConversationKind::Circle,
            "self" => ConversationKind::Own,
            _ => {
                return Err(StoreError::Damaged {
                    what: "conversation.kind",
                });
            }
        },
        refused: row.get("refused")?,
    })
}

impl Store {
    /// Keeps a new conversation.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn insert_conversation(&self, conversation: &ConversationRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO conversation (id, persona, contact, title, room, created_s, kind, number)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7,
                 (SELECT coalesce(max(number), 0) + 1 FROM conversation))",
            (
                conversation.id,
                conversation.persona,
                conversation.contact,
                &conversation.title,
                conversation.room.as_slice(),
                conversation.created_s,
                conversation.kind.name(),
            ),
        )?;
        Ok(())
    }

    /// All conversations, oldest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn conversations(&self) -> Result<Vec<ConversationRow>, StoreError> {
        self.rows("SELECT * FROM conversation ORDER BY number, id", [], read)
    }

    /// One conversation.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn conversation(&self, id: ConversationId) -> Result<Option<ConversationRow>, StoreError> {
        self.row("SELECT * FROM conversation WHERE id = ?1", [id], read)
    }

    /// The conversation with a contact.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn conversation_with(
        &self,
        contact: ContactId,
    ) -> Result<Option<ConversationRow>, StoreError> {
        self.row(
            "SELECT * FROM conversation WHERE contact = ?1",
            [contact],
            read,
        )
    }

    /// The conversation of a room under one of the own names.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn conversation_of_room(
        &self,
        persona: PersonaId,
        room: &[u8; 32],
    ) -> Result<Option<ConversationRow>, StoreError> {
        self.row(
            "SELECT * FROM conversation WHERE persona = ?1 AND room = ?2",
            (persona, room.as_slice()),
            read,
        )
    }

    /// Everything that is there up to position `seq` was shown. What comes later and stands before
    /// it (in the other log of a pair that accepted each other's links) is news all the same.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_shown(&self, id: ConversationId, seq: u64) -> Result<(), StoreError> {
        self.execute(
            "UPDATE item SET shown = 1
             WHERE conversation = ?1 AND act IS NULL AND mine = 0 AND shown = 0 AND hidden = 0
                 AND seq <= ?2",
            (id, seq),
        )?;
        Ok(())
    }

    /// How many items of others were not shown yet.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn unread(&self, id: ConversationId) -> Result<u64, StoreError> {
        let count = self.row(
            "SELECT count(*) FROM item
             WHERE conversation = ?1 AND act IS NULL AND mine = 0 AND shown = 0 AND hidden = 0",
            [id],
            |row| Ok(row.get(0)?),
        )?;
        Ok(count.unwrap_or(0))
    }

    /// Why no first contact came about, for a conversation that stays all the same; none once another is tried.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_conversation_refused(
        &self,
        id: ConversationId,
        why: Option<&str>,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE conversation SET refused = ?2 WHERE id = ?1",
            (id, why),
        )?;
        Ok(())
    }

    /// Whether anything was said or written in a conversation.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn has_items(&self, id: ConversationId) -> Result<bool, StoreError> {
        let found = self.row(
            "SELECT 1 FROM item WHERE conversation = ?1 LIMIT 1",
            [id],
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    /// Forgets a conversation that never came about, with what was written for it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_conversation(&self, id: ConversationId) -> Result<(), StoreError> {
        self.execute("DELETE FROM acceptance WHERE conversation = ?1", [id])?;
        self.execute("DELETE FROM draft WHERE conversation = ?1", [id])?;
        self.execute("DELETE FROM outbox WHERE conversation = ?1", [id])?;
        self.execute("DELETE FROM item WHERE conversation = ?1", [id])?;
        self.execute("DELETE FROM invitee WHERE conversation = ?1", [id])?;
        self.execute("DELETE FROM removal WHERE conversation = ?1", [id])?;
        self.execute("DELETE FROM founding WHERE conversation = ?1", [id])?;
        self.execute("DELETE FROM log WHERE conversation = ?1", [id])?;
        self.execute("DELETE FROM conversation WHERE id = ?1", [id])?;
        Ok(())
    }
}
