//! Everything said, by anybody, in the conversation's order.

use protocol::id::{LogId, PersonaFingerprint};
use rusqlite::{Row, params};

use crate::error::StoreError;
use crate::id::{ConversationId, ItemId};
use crate::row::{fixed, fixed_or_none};
use crate::store::Store;
use crate::words;

/// The last items of a log after a position, newest first.
const LAST_OF_LOG: &str = "SELECT * FROM item
     WHERE conversation = ?1 AND act IS NULL AND seq IS NOT NULL AND hidden = 0 AND log IS ?2
         AND seq > ?3
     ORDER BY seq DESC LIMIT ?4";

/// What kind of thing was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// Text, and files perhaps.
    Message,
    /// Files without a text.
    Media,
    /// Something that this version cannot show.
    Other,
}

impl ItemKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Media => "media",
            Self::Other => "other",
        }
    }
}

/// What an item does to an earlier one, instead of being shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Its text is that of the other one from now on.
    Edit,
    /// The other one is taken back.
    Retraction,
    /// Its text is a sign for the other one.
    Reaction,
}

impl Act {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Retraction => "retraction",
            Self::Reaction => "reaction",
        }
    }

    fn of(name: &str) -> Result<Self, StoreError> {
        match name {
            "edit" => Ok(Self::Edit),
            "retraction" => Ok(Self::Retraction),
            "reaction" => Ok(Self::Reaction),
            _ => Err(StoreError::Damaged { what: "item.act" }),
        }
    }
}

/// A message id of MIMI content.
pub type MessageIdBytes = [u8; 32];

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
    pub message_id: MessageIdBytes,
    /// Who wrote it.
    pub author: PersonaFingerprint,
    /// Whether it was written under this profile's name.
    pub mine: bool,
    /// The author's clock, Unix milliseconds.
    pub at_ms: u64,
    /// What it is.
    pub kind: ItemKind,
    /// What it does, and to which earlier item; it is not shown then.
    pub act: Option<(Act, MessageIdBytes)>,
    /// What it answers, in the version that its author saw.
    pub reply_to: Option<MessageIdBytes>,
    /// What is shown: the text of the newest version; nothing once it was taken back.
    pub text: String,
    /// What its author says before it, in the newest version.
    pub note: Option<String>,
    /// The MIMI content as it came or goes; nothing some time after it was taken back.
    pub content: Vec<u8>,
    /// Whether it is durable at the home.
    pub stored: bool,
    /// When it is to leave, Unix seconds, for as long as it is held.
    pub held_until_s: Option<u64>,
    /// Whether its author changed it.
    pub edited: bool,
    /// When it was heard that its author took it back, Unix seconds.
    pub retracted_s: Option<u64>,
    /// Whether its author was blocked when it was said: it is never shown.
    pub hidden: bool,
    /// Whether it is an own one that does not leave, because somebody was blocked before it had.
    pub kept_back: bool,
}

pub(crate) fn message_id(bytes: Vec<u8>, what: &'static str) -> Result<MessageIdBytes, StoreError> {
    bytes.try_into().map_err(|_| StoreError::Damaged { what })
}

fn message_id_or_none(
    row: &Row<'_>,
    column: &'static str,
) -> Result<Option<MessageIdBytes>, StoreError> {
    let bytes: Option<Vec<u8>> = row.get(column)?;
    bytes.map(|bytes| message_id(bytes, column)).transpose()
}

pub(crate) fn read(row: &Row<'_>) -> Result<ItemRow, StoreError> {
    let act: Option<String> = row.get("act")?;
    let act = act.map(|act| Act::of(&act)).transpose()?;
    Ok(ItemRow {
        id: row.get("id")?,
        conversation: row.get("conversation")?,
        log: fixed_or_none(row, "log", LogId::from_slice)?,
        seq: row.get("seq")?,
        message_id: message_id(row.get("message_id")?, "message_id")?,
        author: fixed(row, "author", PersonaFingerprint::from_slice)?,
        mine: row.get("mine")?,
        at_ms: row.get("at_ms")?,
        kind: match row.get::<_, String>("kind")?.as_str() {
            "message" => ItemKind::Message,
            "media" => ItemKind::Media,
            "other" => ItemKind::Other,
            _ => return Err(StoreError::Damaged { what: "item.kind" }),
        },
        act: act.zip(message_id_or_none(row, "target")?),
        reply_to: message_id_or_none(row, "reply_to")?,
        text: row.get("text")?,
        note: row.get("note")?,
        content: row.get("content")?,
        stored: row.get::<_, String>("state")? == "stored",
        held_until_s: row.get("held_until_s")?,
        edited: row.get("edited")?,
        retracted_s: row.get("retracted_s")?,
        hidden: row.get("hidden")?,
        kept_back: row.get("kept_back")?,
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
                 act, target, reply_to, text, note, content, state, held_until_s, hidden)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
                 ?18)
             ON CONFLICT (conversation, message_id, author) DO NOTHING",
            params![
                item.id,
                item.conversation,
                item.log.as_ref().map(LogId::as_bytes),
                item.seq,
                item.message_id.as_slice(),
                item.author.as_bytes(),
                item.mine,
                item.at_ms,
                item.kind.name(),
                item.act.map(|(act, _)| act.name()),
                item.act.as_ref().map(|(_, target)| target.as_slice()),
                item.reply_to.as_ref().map(|id| id.as_slice()),
                &item.text,
                &item.note,
                &item.content,
                match item.held_until_s {
                    Some(_) => "held",
                    None if item.stored => "stored",
                    None => "queued",
                },
                item.held_until_s,
                item.hidden,
            ],
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

    /// One item, if it does something to another. Of all that is sent most does not, and is not read for it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn act(&self, id: ItemId) -> Result<Option<ItemRow>, StoreError> {
        let sql = "SELECT * FROM item WHERE id = ?1 AND act IS NOT NULL";
        self.row(sql, [id], read)
    }

    /// One item, if it is something that is not shown, as word that a name leaves.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn other_item(&self, id: ItemId) -> Result<Option<ItemRow>, StoreError> {
        let sql = "SELECT * FROM item WHERE id = ?1 AND kind = 'other'";
        self.row(sql, [id], read)
    }

    /// An own item is durable at the home, at this position; whether that is news.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_item_stored(&self, id: ItemId, log: &LogId, seq: u64) -> Result<bool, StoreError> {
        let changed = self.execute(
            "UPDATE item SET state = 'stored', log = ?2, seq = ?3, kept_back = 0
             WHERE id = ?1 AND seq IS NULL",
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
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut last = self.rows(
            "SELECT * FROM item WHERE conversation = ?1 AND act IS NULL AND seq IS NULL
             ORDER BY number DESC LIMIT ?2",
            (conversation, limit),
            read,
        )?;
        let since = i64::try_from(since).unwrap_or(i64::MAX);
        // What is at no home lies in no log; else one log after the other, so that each reads its own end alone.
        let mut logs: Vec<Option<LogId>> = vec![None];
        logs.extend(self.log_ids_of(conversation)?.into_iter().map(Some));
        for log in logs {
            let left = limit.saturating_sub(i64::try_from(last.len()).unwrap_or(i64::MAX));
            last.extend(self.rows(
                LAST_OF_LOG,
                (conversation, log.as_ref().map(LogId::as_bytes), since, left),
                read,
            )?);
        }
        last.reverse();
        Ok(last)
    }

    /// What came into a conversation after an item of this number, acts too; nothing that is hidden.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn items_since(
        &self,
        conversation: ConversationId,
        number: i64,
    ) -> Result<Vec<ItemRow>, StoreError> {
        self.rows(
            "SELECT * FROM item WHERE number > ?2 AND conversation = ?1 AND hidden = 0
             ORDER BY number",
            (conversation, number),
            read,
        )
    }

    /// The number of the item that came last.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn last_item_number(&self) -> Result<i64, StoreError> {
        let last = self.row("SELECT max(number) FROM item", [], |row| {
            Ok(row.get::<_, Option<i64>>(0)?)
        })?;
        Ok(last.flatten().unwrap_or(0))
    }

    /// The item with this message id.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn item_of_message(
        &self,
        conversation: ConversationId,
        message: &MessageIdBytes,
    ) -> Result<Option<ItemRow>, StoreError> {
        self.row(
            "SELECT * FROM item WHERE conversation = ?1 AND message_id = ?2",
            (conversation, message.as_slice()),
            read,
        )
    }

    /// What is held and whose time has come, in the order of their times; some of it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn items_due(&self, now_s: u64) -> Result<Vec<ItemRow>, StoreError> {
        self.rows(
            "SELECT * FROM item WHERE held_until_s <= ?1 ORDER BY held_until_s, number LIMIT 256",
            [now_s],
            read,
        )
    }

    /// When the next thing is due that is held, Unix seconds.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn next_due_s(&self) -> Result<Option<u64>, StoreError> {
        self.row(
            "SELECT held_until_s FROM item WHERE held_until_s IS NOT NULL
             ORDER BY held_until_s LIMIT 1",
            [],
            |row| Ok(row.get(0)?),
        )
    }

    /// An item is held no longer.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_item_released(&self, id: ItemId) -> Result<(), StoreError> {
        self.execute(
            "UPDATE item SET state = 'queued', held_until_s = NULL WHERE id = ?1",
            [id],
        )?;
        Ok(())
    }

    /// What is held says something else when it leaves.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_held_content(
        &self,
        id: ItemId,
        message: &MessageIdBytes,
        text: &str,
        content: &[u8],
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE item SET message_id = ?2, text = ?3, content = ?4
             WHERE id = ?1 AND state = 'held'",
            (id, message.as_slice(), text, content),
        )?;
        Ok(())
    }

    /// What is held leaves at another time, and says that it was written then.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_held_until(&self, id: ItemId, until_s: u64, at_ms: u64) -> Result<(), StoreError> {
        self.execute(
            "UPDATE item SET held_until_s = ?2, at_ms = ?3 WHERE id = ?1 AND state = 'held'",
            (id, until_s, at_ms),
        )?;
        Ok(())
    }

    /// Everything that is held for its time, the next one first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn all_held(&self) -> Result<Vec<ItemRow>, StoreError> {
        self.rows(
            "SELECT * FROM item WHERE held_until_s IS NOT NULL ORDER BY held_until_s, number",
            [],
            read,
        )
    }

    /// What is held never leaves.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_held(&self, id: ItemId) -> Result<(), StoreError> {
        self.execute("DELETE FROM item WHERE id = ?1 AND state = 'held'", [id])?;
        Ok(())
    }

    /// An item of a conversation with oneself has the next place in it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_item_kept(
        &self,
        id: ItemId,
        conversation: ConversationId,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE item SET state = 'stored', seq = 1 + coalesce(
                 (SELECT max(seq) FROM item
                      WHERE conversation = ?2 AND log IS NULL AND seq IS NOT NULL), 0)
             WHERE id = ?1 AND seq IS NULL",
            (id, conversation),
        )?;
        Ok(())
    }

    /// What holds all these words, best first (BM25); in one conversation or in all. `None` where nothing that was
    /// typed is a word.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn items_with(
        &self,
        typed: &str,
        conversation: Option<ConversationId>,
        limit: u64,
    ) -> Result<Option<Vec<ItemRow>>, StoreError> {
        let Some(query) = words::query(typed) else {
            return Ok(None);
        };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = match conversation {
            None => self.rows(
                "SELECT item.* FROM (
                     SELECT rowid, rank FROM item_words WHERE item_words MATCH ?1
                     ORDER BY rank LIMIT ?2) AS found
                 JOIN item ON item.number = found.rowid
                 ORDER BY found.rank, item.number DESC",
                (&query, limit),
                read,
            ),
            Some(conversation) => self.rows(
                "SELECT item.* FROM item_words JOIN item ON item.number = item_words.rowid
                 WHERE item_words MATCH ?1 AND item.conversation = ?2
                 ORDER BY item_words.rank, item.number DESC LIMIT ?3",
                (&query, conversation, limit),
                read,
            ),
        };
        rows.map(Some)
    }

    /// Reads all of them, as what they should be.
    pub(crate) fn each_item(&self) -> Result<(), StoreError> {
        self.rows("SELECT * FROM item", [], |row| read(row).map(drop))?;
        Ok(())
    }

    /// Items whose ids lie between two, both included; some of them, in the order of their ids.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn items_between(&self, first: ItemId, last: ItemId) -> Result<Vec<ItemRow>, StoreError> {
        self.rows(
            "SELECT * FROM item WHERE id BETWEEN ?1 AND ?2 AND act IS NULL AND hidden = 0
             ORDER BY id LIMIT 8",
            (first, last),
            read,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_items_are_read_from_their_end_and_sorted_by_nobody() {
        let store = Store::in_memory().unwrap();
        let plan = store.rows(
            &format!("EXPLAIN QUERY PLAN {LAST_OF_LOG}"),
            (&[2_u8][..], &[1_u8][..], 0, 50),
            |row| Ok(row.get::<_, String>("detail")?),
        );
        let wanted = "SEARCH item USING INDEX item_in_order (conversation=? AND log=? AND seq>?)";
        assert_eq!(plan.unwrap(), [wanted]);
    }
}
