//! Reading a conversation in parts.

use client_store::id::{ConversationId, ItemId};
use client_store::item::ItemRow;

use crate::engine::Engine;
use crate::error::CoreError;
use crate::view::{ItemView, WindowView};

/// Items that are shown before the first one that is new, so that it is known what it follows.
const BEFORE_UNREAD: u64 = 10;

/// Which part of a conversation is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// Its end.
    End,
    /// What comes right before an item.
    Before(ItemId),
    /// What comes right after an item.
    After(ItemId),
    /// An item, with as much before it as after it.
    Around(ItemId),
    /// What follows so many items.
    Place(u64),
    /// The first item that was not shown yet, with a little before it; the end where all was shown.
    Unread,
    /// The first item from a moment on, Unix milliseconds, by the clocks of their authors; the end where there is none.
    Time(u64),
}

impl Engine {
    /// A part of a conversation of `limit` items at most, oldest first, those without a place last.
    ///
    /// # Errors
    /// [`CoreError::Unknown`] if there is no such conversation, or no such item in it; [`CoreError::Store`].
    pub fn window(
        &self,
        conversation: ConversationId,
        at: At,
        limit: u64,
    ) -> Result<WindowView, CoreError> {
        let mut names = self.names_in(conversation)?;
        let unread = self.store.first_unread(conversation)?;
        let rows = match at {
            At::End => self.store.items_before(conversation, None, limit)?,
            At::Before(item) => {
                let item = self.shown_in(conversation, item)?;
                self.store.items_before(conversation, Some(&item), limit)?
            }
            At::After(item) => {
                let item = self.shown_in(conversation, item)?;
                self.store.items_after(conversation, Some(&item), limit)?
            }
            At::Around(item) => {
                let item = self.shown_in(conversation, item)?;
                self.around(item, limit / 2, limit)?
            }
            At::Place(place) => match self.store.item_at(conversation, place)? {
                Some(item) => self.around(item, 0, limit)?,
                None => self.store.items_before(conversation, None, limit)?,
            },
            At::Unread => match &unread {
                Some(item) => self.around(item.clone(), BEFORE_UNREAD.min(limit / 2), limit)?,
                None => self.store.items_before(conversation, None, limit)?,
            },
            At::Time(at_ms) => match self.store.first_since(conversation, at_ms)? {
                Some(item) => self.around(item, 0, limit)?,
                None => self.store.items_before(conversation, None, limit)?,
            },
        };
        let all = self.store.count_shown(conversation)?;
        let length = rows.len() as u64;
        let before = match (at, rows.first()) {
            (At::End, _) => all.saturating_sub(length),
            (At::Before(_), None) => 0,
            (_, None) => all,
            (_, Some(first)) => self.store.count_before(first)?,
        };
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            items.push(self.item_view(row, &mut names)?);
        }
        Ok(WindowView {
            items,
            before,
            after: all.saturating_sub(before).saturating_sub(length),
            unread_from: unread.map(|item| item.id),
        })
    }

    /// What was said last in a conversation, but for what is held for its time.
    ///
    /// # Errors
    /// [`CoreError::Unknown`], [`CoreError::Store`].
    pub fn last_said(&self, conversation: ConversationId) -> Result<Option<ItemView>, CoreError> {
        let Some(row) = self.store.last_said(conversation)? else {
            return Ok(None);
        };
        let mut names = self.names_in(conversation)?;
        self.item_view(row, &mut names).map(Some)
    }

    fn shown_in(&self, conversation: ConversationId, item: ItemId) -> Result<ItemRow, CoreError> {
        let row = self.item_said(item)?;
        Some(row)
            .filter(|row| row.conversation == conversation)
            .ok_or(CoreError::Unknown("item"))
    }

    /// An item with so many before it, and as many after it as there is room for.
    fn around(&self, item: ItemRow, before: u64, limit: u64) -> Result<Vec<ItemRow>, CoreError> {
        let of = item.conversation;
        let mut rows = self.store.items_before(of, Some(&item), before)?;
        let room = limit.saturating_sub(rows.len() as u64).saturating_sub(1);
        let after = self.store.items_after(of, Some(&item), room)?;
        rows.push(item);
        rows.extend(after);
        Ok(rows)
    }
}
