//! What changes in a profile that was restored, before anything is done with it.

use crate::error::StoreError;
use crate::id::{ConversationId, ItemId};
use crate::store::Store;

impl Store {
    /// This device is a member of no group any more: what it took part in waits for the others, but for
    /// circles that it had been removed from; how many conversations wait.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn begin_rejoining(&self) -> Result<(), StoreError> {
        self.execute(
            "UPDATE log SET state = 'rejoining' WHERE state IN ('open', 'behind')
                 OR (state = 'removed'
                     AND conversation IN (SELECT id FROM conversation WHERE kind = 'pair'))",
            [],
        )?;
        self.execute(
            "UPDATE log SET state = 'halted', halted = 'the device before this one was taken out of it'
             WHERE state = 'removed'",
            [],
        )?;
        Ok(())
    }

    /// Files that had not reached a home, or belong to none, are not here any more, and cannot be sent.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn refuse_lost_files(&self) -> Result<(), StoreError> {
        self.execute(
            "UPDATE file SET state = 'gone' WHERE (item, place) IN
                 (SELECT item, place FROM upload WHERE state <> 'whole')
                 OR item IN (SELECT id FROM item WHERE log IS NULL AND state = 'stored')",
            [],
        )?;
        self.execute(
            "UPDATE upload SET state = 'refused',
                 refused = 'its file had not left the device that was lost, and is in no backup'
             WHERE state = 'waiting'",
            [],
        )?;
        Ok(())
    }

    /// What was on its way goes into the outbox once more, in its order, but for what was taken back; how much of it
    /// goes out when this device is let in. What was kept back has its place there too: the device from before may have
    /// sent it, and it is not taken back without a word.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn send_again(&self) -> Result<u64, StoreError> {
        self.execute(
            "INSERT INTO outbox (item, conversation, may_have_left)
                 SELECT id, conversation, 1 FROM item
                 WHERE state = 'queued' AND (act IS NOT NULL OR retracted_s IS NULL) ORDER BY number",
            [],
        )?;
        let sql = "SELECT count(*) FROM outbox JOIN item ON item.id = outbox.item
             WHERE item.kept_back = 0 AND outbox.item NOT IN (SELECT item FROM unsendable)
                 AND outbox.conversation IN (SELECT conversation FROM log WHERE state = 'rejoining')
                 AND outbox.conversation NOT IN (
                     SELECT conversation.id FROM blocked JOIN contact USING (fingerprint)
                         JOIN conversation ON conversation.contact = contact.id)";
        Ok(self.row(sql, [], |row| Ok(row.get(0)?))?.unwrap_or(0))
    }

    /// Nothing that is held leaves before this time, Unix seconds; how much is held. Until the others have removed the
    /// device from before, that one may send it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn hold_until(&self, until_s: u64) -> Result<u64, StoreError> {
        self.execute(
            "UPDATE item SET held_until_s = ?1 WHERE state = 'held' AND held_until_s < ?1",
            [until_s],
        )?;
        self.execute(
            "UPDATE item SET may_have_left = 1
             WHERE state = 'held' AND conversation NOT IN (SELECT id FROM conversation WHERE kind = 'self')",
            [],
        )?;
        let sql = "SELECT count(*) FROM item WHERE state = 'held'";
        Ok(self.row(sql, [], |row| Ok(row.get(0)?))?.unwrap_or(0))
    }

    /// Whether a device from before a restore may have sent what is held.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn may_have_left(&self, item: ItemId) -> Result<bool, StoreError> {
        let found = self.row(
            "SELECT 1 FROM item WHERE id = ?1 AND may_have_left = 1",
            [item],
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    /// The device from before sends nothing more into a conversation, so it did not send what is due after this time,
    /// Unix milliseconds.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn end_before_restore(
        &self,
        conversation: ConversationId,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE item SET may_have_left = 0
             WHERE conversation = ?1 AND state = 'held' AND may_have_left = 1 AND at_ms > ?2",
            (conversation, now_ms),
        )?;
        Ok(())
    }
}
