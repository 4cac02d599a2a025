//! What waits to be stored at a home, first in first out.

use protocol::id::{BodyHash, HeadId, LogId};
use rusqlite::Row;

use crate::error::StoreError;
use crate::id::{ConversationId, ItemId};
use crate::item::ItemRow;
use crate::row::{fixed, fixed_or_none};
use crate::store::Store;

/// What is still to leave: not what is kept back, has a file that its home will not take (nor what was done to that), or
/// was said where nothing can be said any more; of what was said to somebody who is blocked only what takes own things
/// back.
/// (SQLite keeps the order of a CROSS JOIN: what waits is little, and items are many.)
const WAITING: &str = "FROM outbox CROSS JOIN item ON item.id = outbox.item
     WHERE outbox.answered = 0 AND item.kept_back = 0
         AND outbox.item NOT IN (SELECT item FROM unsendable)
         AND (outbox.conversation IN (
                 SELECT conversation FROM log WHERE state NOT IN ('halted', 'removed', 'left', 'rejoining'))
             OR outbox.conversation NOT IN (SELECT conversation FROM log))
         AND outbox.conversation NOT IN (
             SELECT id FROM conversation WHERE refused IS NOT NULL
                 AND id NOT IN (SELECT conversation FROM log))
         AND (item.act = 'retraction' OR outbox.conversation NOT IN (
             SELECT conversation.id FROM blocked JOIN contact USING (fingerprint)
                 JOIN conversation ON conversation.contact = contact.id))";

/// An item on its way.
pub struct OutboxRow {
    /// Its place in the queue.
    pub number: i64,
    /// What is sent.
    pub item: ItemId,
    /// In which conversation.
    pub conversation: ConversationId,
    /// Whether a device from before a restore may have sent it already.
    pub may_have_left: bool,
    /// What was made of it for the home, once it was encrypted.
    pub sealed: Option<SealedRow>,
}

/// An outbox item as it was encrypted.
pub struct SealedRow {
    /// For which log.
    pub log: LogId,
    /// Under which head.
    pub head: HeadId,
    /// The body; the same at each try.
    pub body: Vec<u8>,
    /// H(body), by which it is recognised when read back.
    pub body_hash: BodyHash,
}

pub(crate) fn read(row: &Row<'_>) -> Result<OutboxRow, StoreError> {
    let sealed = match fixed_or_none(row, "head", HeadId::from_slice)? {
        None => None,
        Some(head) => Some(SealedRow {
            log: fixed(row, "log", LogId::from_slice)?,
            head,
            body: row.get("body")?,
            body_hash: fixed(row, "body_hash", BodyHash::from_slice)?,
        }),
    };
    Ok(OutboxRow {
        number: row.get("number")?,
        item: row.get("item")?,
        conversation: row.get("conversation")?,
        may_have_left: row.get("may_have_left")?,
        sealed,
    })
}

impl Store {
    /// Puts an item at the end of the queue.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn push_outbox(
        &self,
        item: ItemId,
        conversation: ConversationId,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO outbox (item, conversation, may_have_left)
                 VALUES (?1, ?2, (SELECT may_have_left FROM item WHERE id = ?1))",
            (item, conversation),
        )?;
        Ok(())
    }

    /// Forgets an item of which nothing left, with what was done to it here, which cannot have left before it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_unsealed(&self, item: &ItemRow) -> Result<(), StoreError> {
        for id in self.stop_unsealed(item)? {
            self.execute("DELETE FROM item WHERE id = ?1 AND state = 'queued'", [id])?;
        }
        Ok(())
    }

    /// An item that was not encrypted does not leave any more, nor what was done to it until now; all of these.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn stop_unsealed(&self, item: &ItemRow) -> Result<Vec<ItemId>, StoreError> {
        let mut stopped = vec![item.id];
        let acts = self.acts_on(item.conversation, &item.message_id)?;
        for act in &acts {
            stopped.push(act.id);
            let on_act = self.acts_on(item.conversation, &act.message_id)?;
            stopped.extend(on_act.iter().map(|act| act.id));
        }
        for id in &stopped {
            self.execute("DELETE FROM outbox WHERE item = ?1 AND head IS NULL", [id])?;
        }
        Ok(stopped)
    }

    /// The first `limit` items of a conversation that the home has not answered for, but for those that are kept
    /// back or have a file that their home will not take, and what was done to these; of one with somebody who is
    /// blocked only what takes own things back.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn outbox_of(
        &self,
        conversation: ConversationId,
        limit: u64,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        let only_taken_back = self.is_conversation_blocked(conversation)?;
        self.rows(
            "SELECT outbox.* FROM outbox JOIN item ON item.id = outbox.item
             WHERE outbox.conversation = ?1 AND outbox.answered = 0 AND item.kept_back = 0
                 AND outbox.item NOT IN (SELECT item FROM unsendable)
                 AND (?3 = 0 OR item.act = 'retraction')
             ORDER BY outbox.number LIMIT ?2",
            (conversation, limit, only_taken_back),
            read,
        )
    }

    /// Whether word that this name leaves is on its way. All that people say is a message; of what is
    /// no message only that is ever sent.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn is_leaving(&self, conversation: ConversationId) -> Result<bool, StoreError> {
        let found = self.row(
            "SELECT 1 FROM outbox JOIN item ON item.id = outbox.item
             WHERE outbox.conversation = ?1 AND item.kind = 'other' AND item.act IS NULL
             LIMIT 1",
            [conversation],
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    /// Whether any item waits that [`Store::outbox_length`] counts.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn is_outbox_waiting(&self) -> Result<bool, StoreError> {
        let found = self.row(&format!("SELECT 1 {WAITING} LIMIT 1"), [], |_| Ok(()))?;
        Ok(found.is_some())
    }

    /// How many items wait in all, but for those of conversations that cannot go on, and those that do not leave
    /// because somebody is blocked, a home will not take a file, or this device waits for others to let it in.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn outbox_length(&self) -> Result<u64, StoreError> {
        let count = self.row(&format!("SELECT count(*) {WAITING}"), [], |row| {
            Ok(row.get(0)?)
        })?;
        Ok(count.unwrap_or(0))
    }

    /// The place of an item in the queue.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn outbox_of_item(&self, item: ItemId) -> Result<Option<OutboxRow>, StoreError> {
        self.row("SELECT * FROM outbox WHERE item = ?1", [item], read)
    }

    /// One item of the queue.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn outbox(&self, number: i64) -> Result<Option<OutboxRow>, StoreError> {
        self.row("SELECT * FROM outbox WHERE number = ?1", [number], read)
    }

    /// The item that was encrypted into this body.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn outbox_by_hash(
        &self,
        log: &LogId,
        hash: &BodyHash,
    ) -> Result<Option<OutboxRow>, StoreError> {
        self.row(
            "SELECT * FROM outbox WHERE log = ?1 AND body_hash = ?2",
            (log.as_bytes(), hash.as_bytes()),
            read,
        )
    }

    /// The item that the home said it stored at this position of a log, if it was not read back yet.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn outbox_answered_at(
        &self,
        log: &LogId,
        seq: u64,
    ) -> Result<Option<OutboxRow>, StoreError> {
        self.row(
            "SELECT * FROM outbox WHERE log = ?1 AND seq = ?2",
            (log.as_bytes(), seq),
            read,
        )
    }

    /// Whether the home said of something that it stored it under this head, and it was not read back.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn is_answered_unread(&self, log: &LogId, head: &HeadId) -> Result<bool, StoreError> {
        let found = self.row(
            "SELECT 1 FROM outbox WHERE log = ?1 AND head = ?2 AND answered = 1 LIMIT 1",
            (log.as_bytes(), head.as_bytes()),
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    /// The item was encrypted for this log under this head.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_outbox_sealed(&self, number: i64, sealed: &SealedRow) -> Result<(), StoreError> {
        self.execute(
            "UPDATE outbox SET log = ?2, head = ?3, body = ?4, body_hash = ?5 WHERE number = ?1",
            (
                number,
                sealed.log.as_bytes(),
                sealed.head.as_bytes(),
                &sealed.body,
                sealed.body_hash.as_bytes(),
            ),
        )?;
        Ok(())
    }

    /// The home has the body, at this position of the log; the row stays until it is read back.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_outbox_answered(&self, number: i64, seq: u64) -> Result<(), StoreError> {
        self.execute(
            "UPDATE outbox SET answered = 1, seq = ?2, body = x'' WHERE number = ?1",
            (number, seq),
        )?;
        Ok(())
    }

    /// The body was read back: the item has left.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_outbox(&self, number: i64) -> Result<(), StoreError> {
        self.execute("DELETE FROM outbox WHERE number = ?1", [number])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_looked_for_among_what_waits_and_not_among_all_items() {
        let store = Store::in_memory().unwrap();
        let plan = store.rows(
            &format!("EXPLAIN QUERY PLAN SELECT 1 {WAITING}"),
            [],
            |row| Ok(row.get::<_, String>("detail")?),
        );
        let plan = plan.unwrap();
        assert!(plan[0].starts_with("SCAN outbox"), "{plan:?}");
        assert!(!plan.iter().any(|step| step == "SCAN item"), "{plan:?}");
    }
}
