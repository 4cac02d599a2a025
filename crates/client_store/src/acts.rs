//! What was done to items, and what they are shown as because of it.

use crate::error::StoreError;
use crate::id::{ConversationId, ItemId};
use crate::item::{Act, ItemRow, MessageIdBytes, message_id, read};
use crate::store::Store;

impl Store {
    /// What was done to an item, in the conversation's order; nothing of what is hidden or kept back.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn acts_on(
        &self,
        conversation: ConversationId,
        target: &MessageIdBytes,
    ) -> Result<Vec<ItemRow>, StoreError> {
        self.rows(
            "SELECT * FROM item WHERE conversation = ?1 AND act IS NOT NULL AND target = ?2
                 AND hidden = 0 AND kept_back = 0
             ORDER BY seq IS NULL, log DESC, seq, number",
            (conversation, target.as_slice()),
            read,
        )
    }

    /// The last thing of this kind that an item's own author did to it, in the conversation's order; nothing of what
    /// is hidden or kept back.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn last_act_of_author(
        &self,
        item: &ItemRow,
        act: Act,
    ) -> Result<Option<ItemRow>, StoreError> {
        self.row(
            "SELECT * FROM item WHERE conversation = ?1 AND target = ?2 AND act = ?3 AND author = ?4
                 AND act IS NOT NULL AND hidden = 0 AND kept_back = 0
             ORDER BY seq IS NULL DESC, log, seq DESC, number DESC LIMIT 1",
            (
                item.conversation,
                item.message_id.as_slice(),
                act.name(),
                item.author.as_bytes(),
            ),
            read,
        )
    }

    /// Whether anything was done to the item with this message id, that is neither hidden nor kept back.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn is_acted_on(
        &self,
        conversation: ConversationId,
        target: &MessageIdBytes,
    ) -> Result<bool, StoreError> {
        let found = self.row(
            "SELECT 1 FROM item WHERE conversation = ?1 AND act IS NOT NULL AND target = ?2
                 AND hidden = 0 AND kept_back = 0 LIMIT 1",
            (conversation, target.as_slice()),
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    /// An item is shown in this version from now on.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_item_edited(
        &self,
        id: ItemId,
        text: &str,
        note: Option<&str>,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE item SET edited = 1, text = ?2, note = ?3 WHERE id = ?1",
            (id, text, note),
        )?;
        Ok(())
    }

    /// An item is shown in its first version again.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_item_unedited(
        &self,
        id: ItemId,
        text: &str,
        note: Option<&str>,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE item SET edited = 0, text = ?2, note = ?3 WHERE id = ?1",
            (id, text, note),
        )?;
        Ok(())
    }

    /// An item was taken back: nothing of it is shown from now on. The first such word counts.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_item_retracted(&self, id: ItemId, now_s: u64) -> Result<(), StoreError> {
        self.execute(
            "UPDATE item SET retracted_s = ?2, text = '', note = NULL
             WHERE id = ?1 AND retracted_s IS NULL",
            (id, now_s),
        )?;
        Ok(())
    }

    /// The message ids of the versions that an item's own author put in its place.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn edits_of(&self, item: &ItemRow) -> Result<Vec<MessageIdBytes>, StoreError> {
        self.rows(
            "SELECT message_id FROM item WHERE conversation = ?1 AND target = ?2 AND act = 'edit'
                 AND author = ?3 AND act IS NOT NULL",
            (
                item.conversation,
                item.message_id.as_slice(),
                item.author.as_bytes(),
            ),
            |row| message_id(row.get(0)?, "item.message_id"),
        )
    }

    /// Signs that were given for one version are for another from now on.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn move_signs(
        &self,
        conversation: ConversationId,
        from: &MessageIdBytes,
        to: &MessageIdBytes,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE item SET target = ?3
             WHERE conversation = ?1 AND target = ?2 AND act = 'reaction' AND act IS NOT NULL",
            (conversation, from.as_slice(), to.as_slice()),
        )?;
        Ok(())
    }

    /// Nothing is left of what an item said.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn erase_words(&self, id: ItemId) -> Result<(), StoreError> {
        self.execute(
            "UPDATE item SET content = x'', text = '', note = NULL WHERE id = ?1 AND state = 'stored'",
            [id],
        )?;
        Ok(())
    }

    /// When the first was taken back of whose words something is left, Unix seconds; what has not reached its home yet
    /// is not among it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn first_retracted_s(&self) -> Result<Option<u64>, StoreError> {
        self.row(
            "SELECT retracted_s FROM item
             WHERE retracted_s IS NOT NULL AND state = 'stored' AND content <> x''
             ORDER BY retracted_s LIMIT 1",
            [],
            |row| Ok(row.get(0)?),
        )
    }

    /// Forgets what was taken back until this moment, all versions of it, once all has reached a home.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn forget_retracted(&self, until_s: u64) -> Result<usize, StoreError> {
        // Edits first, as long as it is known whose they are.
        self.execute(
            "UPDATE item SET content = x'', text = '', note = NULL
             WHERE act = 'edit' AND state = 'stored' AND number IN (
                 SELECT edit.number FROM item AS first JOIN item AS edit
                     ON edit.conversation = first.conversation AND edit.act IS NOT NULL
                         AND edit.target = first.message_id AND edit.author = first.author
                 WHERE first.retracted_s <= ?1 AND first.state = 'stored' AND first.content <> x'')",
            [until_s],
        )?;
        self.execute(
            "UPDATE item SET content = x''
             WHERE retracted_s <= ?1 AND state = 'stored' AND content <> x''",
            [until_s],
        )
    }
}
