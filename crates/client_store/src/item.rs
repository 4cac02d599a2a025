//! Everything said, by anybody, in the conversation's order.

use protocol::id::{LogId, PersonaFingerprint};
use rusqlite::Row;

use crate::error::StoreError;
use crate::id::{ConversationId, ItemId};
use crate::row::{fixed, fixed_or_none};
use crate::store::Store;

/// What kind of thing was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// Text.
    Message,
    /// Something that this version cannot show.
    Other,
}

impl ItemKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Other => "other",
        }
    }
}

/// One thing said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRow {
    /// The id.
    pub id: ItemId,
    /// In which conversation.
    pub conversation: ConversationId,
    /// In which log it is stored.
    pub log: Option<LogId>,
    /// Its position in the conversation's order, once it is known to be stored.
    pub seq: Option<u64>,
    /// The MIMI message id: the same at every member, shown once.
    pub message_id: [u8; 32],
    /// Who wrote it.
    pub author: PersonaFingerprint,
    /// Whether it was written under this profile's name.
    pub mine: bool,
    /// The author's clock, Unix milliseconds.
    pub at_ms: u64,
    /// What it is.
    pub kind: ItemKind,
    /// What is shown.
    pub text: String,
    /// The MIMI content as it came or goes.
    pub content: Vec<u8>,
    /// Whether it is durable at the home.
    pub stored: bool,
}

fn read(row: &Row<'_>) -> Result<ItemRow, StoreError> {
    let message_id: Vec<u8> = row.get("message_id")?;
    Ok(ItemRow {
        id: row.get("id")?,
        conversation: row.get("conversation")?,
        log: fixed_or_none(row, "log", LogId::from_slice)?,
        seq: row.get("seq")?,
        message_id: message_id.try_into().map_err(|_| StoreError::Damaged {
            what: "item.message_id",
        })?,
        author: fixed(row, "author", PersonaFingerprint::from_slice)?,
        mine: row.get("mine")?,
        at_ms: row.get("at_ms")?,
        kind: match row.get::<_, String>("kind")?.as_str() {
            "message" => ItemKind::Message,
            "other" => ItemKind::Other,
            _ => return Err(StoreError::Damaged { what: "item.kind" }),
        },
        text: row.get("text")?,
        content: row.get("content")?,
        stored: row.get::<_, String>("state")? == "stored",
    })
}

impl Store {
    /// Keeps an item unless its author's message id is there already; whether it is new.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn insert_item(&self, item: &ItemRow) -> Result<bool, StoreError> {
        let changed = self.execute(
            "INSERT INTO item (id, conversation, log, seq, message_id, author, mine, at_ms, kind,
                 text, content, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             ON CONFLICT (conversation, author, message_id) DO NOTHING",
            (
                item.id,
                item.conversation,
                item.log.as_ref().map(LogId::as_bytes),
                item.seq,
                item.message_id.as_slice(),
                item.author.as_bytes(),
                item.mine,
                item.at_ms,
                item.kind.name(),
                &item.text,
                &item.content,
                if item.stored { "stored" } else { "queued" },
            ),
        )?;
        Ok(changed > 0)
    }

    /// One item.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn item(&self, id: ItemId) -> Result<Option<ItemRow>, StoreError> {
        self.row("SELECT * FROM item WHERE id = ?1", [id], read)
    }

    /// An own item is durable at the home, at this position; whether that is news.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_item_stored(&self, id: ItemId, log: &LogId, seq: u64) -> Result<bool, StoreError> {
        let changed = self.execute(
            "UPDATE item SET state = 'stored', log = ?2, seq = ?3 WHERE id = ?1 AND seq IS NULL",
            (id, log.as_bytes(), seq),
        )?;
        Ok(changed > 0)
    }

    /// The last `limit` items after position `since`, oldest first; those not stored come last.
    ///
    /// Where a pair accepted each other's links and so has two logs, the one that both write to from
    /// then on (with the lower id) comes after the other: each author's texts stay in their order.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn last_items(
        &self,
        conversation: ConversationId,
        since: u64,
        limit: u64,
    ) -> Result<Vec<ItemRow>, StoreError> {
        self.rows(
            "SELECT * FROM (
                 SELECT * FROM item
                 WHERE conversation = ?1 AND (seq > ?2 OR seq IS NULL)
                 ORDER BY seq IS NULL DESC, log, seq DESC, number DESC LIMIT ?3)
             ORDER BY seq IS NULL, log DESC, seq, number",
            (
                conversation,
                i64::try_from(since).unwrap_or(i64::MAX),
                i64::try_from(limit).unwrap_or(i64::MAX),
            ),
            read,
        )
    }
}
