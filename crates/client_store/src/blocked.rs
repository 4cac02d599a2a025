//! Who is blocked, who was and when, and what of one's own stopped because of it.

use protocol::id::{HeadId, LogId, PersonaFingerprint};

use crate::contact::{self, ContactRow};
use crate::error::StoreError;
use crate::id::{ConversationId, ItemId};
use crate::item::{ItemRow, read};
use crate::outbox::{self, OutboxRow};
use crate::store::Store;

impl Store {
    /// Blocks a persona, under all own names; whether that is new.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn insert_block(
        &self,
        fingerprint: &PersonaFingerprint,
        since_ms: u64,
    ) -> Result<bool, StoreError> {
        let changed = self.execute(
            "INSERT INTO blocked (fingerprint, since_ms) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            (fingerprint.as_bytes(), since_ms),
        )?;
        Ok(changed > 0)
    }

    /// Blocks a persona no longer: from now on also those of its contacts are shown that came about meanwhile.
    /// Whether it was blocked.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_block(
        &self,
        fingerprint: &PersonaFingerprint,
        until_ms: u64,
    ) -> Result<bool, StoreError> {
        // A clock that was set back meanwhile must not make the time empty.
        self.execute(
            "INSERT OR REPLACE INTO block_past (fingerprint, since_ms, until_ms)
                 SELECT fingerprint, min(since_ms, ?2), max(since_ms, ?2) FROM blocked
                 WHERE fingerprint = ?1",
            (fingerprint.as_bytes(), until_ms),
        )?;
        self.execute(
            "UPDATE contact SET met_blocked = 0 WHERE fingerprint = ?1",
            [fingerprint.as_bytes()],
        )?;
        let changed = self.execute(
            "DELETE FROM blocked WHERE fingerprint = ?1",
            [fingerprint.as_bytes()],
        )?;
        Ok(changed > 0)
    }

    /// Whether a persona is blocked.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn is_blocked(&self, fingerprint: &PersonaFingerprint) -> Result<bool, StoreError> {
        let found = self.row(
            "SELECT 1 FROM blocked WHERE fingerprint = ?1",
            [fingerprint.as_bytes()],
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    /// Whether a persona was blocked at a moment, Unix milliseconds, and is no more.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn was_blocked_at(
        &self,
        fingerprint: &PersonaFingerprint,
        at_ms: u64,
    ) -> Result<bool, StoreError> {
        let found = self.row(
            "SELECT 1 FROM block_past WHERE fingerprint = ?1 AND since_ms <= ?2 AND until_ms > ?2
             LIMIT 1",
            (fingerprint.as_bytes(), at_ms),
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    /// Whether a conversation is one of two with somebody who is blocked.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn is_conversation_blocked(&self, id: ConversationId) -> Result<bool, StoreError> {
        let found = self.row(
            "SELECT 1 FROM conversation JOIN contact ON contact.id = conversation.contact
                 JOIN blocked USING (fingerprint)
             WHERE conversation.id = ?1",
            [id],
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    /// A persona under each own name that knows it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn contacts_of_fingerprint(
        &self,
        fingerprint: &PersonaFingerprint,
    ) -> Result<Vec<ContactRow>, StoreError> {
        self.rows(
            "SELECT * FROM contact WHERE fingerprint = ?1 ORDER BY id",
            [fingerprint.as_bytes()],
            contact::read,
        )
    }

    /// Everything of a conversation that waits and that its home never answered for, in its order.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn outbox_unanswered(&self, id: ConversationId) -> Result<Vec<OutboxRow>, StoreError> {
        self.rows(
            "SELECT outbox.* FROM outbox JOIN item ON item.id = outbox.item
             WHERE outbox.conversation = ?1 AND outbox.answered = 0 AND item.kept_back = 0
                 AND item.seq IS NULL
             ORDER BY outbox.number",
            [id],
            outbox::read,
        )
    }

    /// Everything of a conversation that is held for its time.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn items_held(&self, id: ConversationId) -> Result<Vec<ItemRow>, StoreError> {
        self.rows(
            "SELECT * FROM item WHERE conversation = ?1 AND held_until_s IS NOT NULL ORDER BY number",
            [id],
            read,
        )
    }

    /// An own item does not leave any more; it waits for no time either.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_item_kept_back(&self, id: ItemId) -> Result<(), StoreError> {
        self.execute(
            "UPDATE item SET kept_back = 1, state = 'queued', held_until_s = NULL
             WHERE id = ?1 AND seq IS NULL",
            [id],
        )?;
        Ok(())
    }

    /// How many own things of a conversation were kept back and not taken back since.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn count_kept_back(&self, id: ConversationId) -> Result<u64, StoreError> {
        let count = self.row(
            "SELECT count(*) FROM item
             WHERE conversation = ?1 AND kept_back = 1 AND act IS NULL AND retracted_s IS NULL",
            [id],
            |row| Ok(row.get(0)?),
        )?;
        Ok(count.unwrap_or(0))
    }

    /// For tests: what is kept of a conversation and never shown.
    ///
    /// # Errors
    /// What SQLite says.
    #[doc(hidden)]
    pub fn hidden_items(&self, id: ConversationId) -> Result<Vec<ItemRow>, StoreError> {
        self.rows(
            "SELECT * FROM item WHERE conversation = ?1 AND hidden = 1 ORDER BY number",
            [id],
            read,
        )
    }

    /// Own items that were kept back, and of which nothing was stored under a head that is read to its end.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn kept_back_under(
        &self,
        log: &LogId,
        head: &HeadId,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        self.rows(
            "SELECT outbox.* FROM outbox JOIN item ON item.id = outbox.item
             WHERE outbox.log = ?1 AND outbox.head = ?2 AND item.kept_back = 1
             ORDER BY outbox.number",
            (log.as_bytes(), head.as_bytes()),
            outbox::read,
        )
    }

    /// Forgets an own item that never left, and its place in the outbox.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_unsent(&self, id: ItemId) -> Result<(), StoreError> {
        self.execute("DELETE FROM outbox WHERE item = ?1", [id])?;
        self.execute("DELETE FROM item WHERE id = ?1 AND seq IS NULL", [id])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_persona_is_blocked_once_and_the_times_at_which_it_was_are_remembered() {
        let store = Store::in_memory().unwrap();
        let (eve, ada) = (
            PersonaFingerprint::new([1; 32]),
            PersonaFingerprint::new([2; 32]),
        );
        assert!(store.insert_block(&eve, 10).unwrap());
        assert!(!store.insert_block(&eve, 15).unwrap());
        assert!(store.is_blocked(&eve).unwrap() && !store.is_blocked(&ada).unwrap());
        assert!(store.delete_block(&eve, 20).unwrap());
        assert!(!store.delete_block(&eve, 25).unwrap());
        assert!(!store.is_blocked(&eve).unwrap());
        // Once more, on a clock that is set back meanwhile.
        assert!(store.insert_block(&eve, 40).unwrap());
        assert!(store.delete_block(&eve, 30).unwrap());
        let was = |at_ms| store.was_blocked_at(&eve, at_ms).unwrap();
        let blocked: Vec<u64> = (5..50).step_by(5).filter(|at_ms| was(*at_ms)).collect();
        assert_eq!(blocked, [10, 15, 30, 35]);
        assert!(!store.was_blocked_at(&ada, 15).unwrap());
    }
}
