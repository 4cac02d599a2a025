//! Bugs that tests plant to see that somebody catches them. None of this is in a program: only the
//! simulator asks for the feature `planted-bugs`.

use client_store::id::{ConversationId, ItemId};
use client_store::item::ItemRow;
use content::{MimiContent, RoomUri, Salt, SenderUri};
use protocol::frame::Response;
use protocol::hash;
use std::cell::Cell;

use crate::effect::Input;
use crate::engine::Engine;
use crate::error::CoreError;

/// A bug, of those that careful people make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// The cursor of a log moves in a transaction of its own, before what was read is kept.
    CursorOutside,
    /// That a child is invalid for all is not remembered.
    VerdictsForgotten,
    /// A commit of ours counts as done once the home has it.
    PendingClearedEarly,
    /// A child's keys are not compared with those of its epoch.
    NextKeyNotCompared,
    /// Those who left or are to be removed stay.
    RemovalNotHonoured,
    /// What a home shows is not compared with what it showed before, nor with what others read.
    HistoriesNotCompared,
    /// Items are shown in the order of their authors' clocks.
    ClockOrders,
    /// Whoever is blocked is left something because of it.
    BlockTold,
    /// What somebody says who is blocked is shown.
    BlockedShown,
    /// What somebody says who is blocked is not even read.
    BlockedNotRead,
    /// Their first contact is not taken up.
    BlockedNotJoined,
    /// Another version is in the outbox only from the next transaction on, so that a crash in between loses it.
    EditLost,
    /// What was changed is not taken back any more.
    EditedNotTakenBack,
    /// A sign of others stays when they take it back.
    SignStays,
    /// What was held leaves twice.
    HeldTwice,
    /// What comes once more is shown once more.
    ShownAgain,
}

/// What [`Bug::EditLost`] keeps in memory alone.
pub(crate) type Unsent = Vec<(ItemId, ConversationId)>;

thread_local! {
    static PLANTED: Cell<Option<Bug>> = const { Cell::new(None) };
}

/// Plants a bug in all engines of this thread, or takes it out.
pub fn plant(bug: Option<Bug>) {
    PLANTED.set(bug);
}

/// Whether a bug is planted.
pub(crate) fn is_planted(bug: Bug) -> bool {
    PLANTED.get() == Some(bug)
}

impl Engine {
    /// [`Bug::EditLost`]: takes another version out of the outbox again.
    pub(crate) fn plant_edit(&mut self, act: ItemId) -> Result<(), CoreError> {
        if !is_planted(Bug::EditLost) {
            return Ok(());
        }
        if let Some(row) = self.store.outbox_of_item(act)? {
            self.store.delete_outbox(row.number)?;
            self.unsent.push((act, row.conversation));
        }
        Ok(())
    }

    /// [`Bug::EditLost`]: puts it back.
    pub(crate) fn plant_unsent(&mut self) -> Result<(), CoreError> {
        for (item, conversation) in std::mem::take(&mut self.unsent) {
            self.store.push_outbox(item, conversation)?;
            self.work_on_logs_of(conversation)?;
        }
        Ok(())
    }

    /// [`Bug::HeldTwice`]: what was held leaves under another message id as well.
    pub(crate) fn plant_held(&mut self, item: &ItemRow) -> Result<(), CoreError> {
        if !is_planted(Bug::HeldTwice) {
            return Ok(());
        }
        let Ok(mut content) = MimiContent::decode(&item.content) else {
            return Ok(());
        };
        content.salt = Salt::new(self.entropy.bytes());
        let sender = SenderUri::from_fingerprint(*item.author.as_bytes());
        let (conversation, _) = self.own_part(item.conversation)?;
        let room = RoomUri::from_conversation_key(conversation.room);
        let again = ItemRow {
            id: ItemId::new(self.entropy.bytes()),
            message_id: *content.message_id(&sender, &room).as_bytes(),
            content: content.encode(),
            held_until_s: None,
            ..item.clone()
        };
        self.store.insert_item(&again)?;
        Ok(self.store.push_outbox(again.id, again.conversation)?)
    }

    /// [`Bug::ShownAgain`]: what is there already comes under another message id.
    pub(crate) fn plant_again(&mut self, item: &ItemRow) -> Result<(), CoreError> {
        if is_planted(Bug::ShownAgain) && item.act.is_none() {
            let again = ItemRow {
                id: ItemId::new(self.entropy.bytes()),
                message_id: self.entropy.bytes(),
                ..item.clone()
            };
            self.store.insert_item(&again)?;
        }
        Ok(())
    }

    /// [`Bug::CursorOutside`]: the cursors of entries that come are moved before anything else, in a
    /// transaction of their own.
    pub(crate) fn plant_cursor(&mut self, inputs: &[Input]) -> Result<(), CoreError> {
        self.cursors.clear();
        if !is_planted(Bug::CursorOutside) {
            return Ok(());
        }
        for input in inputs {
            let Input::Received(_, bytes) = input else {
                continue;
            };
            let Ok((0, Response::Entry(push))) = Response::from_frame(bytes) else {
                continue;
            };
            let Some(row) = self.store.log(&push.log)? else {
                continue;
            };
            let entry = push.entry;
            if row.head == push.head
                && row.next_seq == entry.seq
                && !self.cursors.contains_key(&push.log)
            {
                let chain = hash::chain_next(&row.chain, entry.seq, entry.kind, &entry.hash);
                self.store.begin()?;
                self.store
                    .advance_log(&row.log, &row.head, entry.seq, &chain)?;
                self.store.commit()?;
                self.cursors.insert(push.log, row);
            }
        }
        Ok(())
    }
}
