//! What is being written: kept on this device alone, in no backup, and erased with what comes of it.
//!
//! Each time that a draft is kept it has another id, and it takes the place of the one that it names. Where another window
//! has kept something else in that place meanwhile, both stand: nobody loses words that they did not see go.

use client_store::draft::DraftRow;
use client_store::id::{ConversationId, DraftId, ItemId};
use client_store::item::ItemKind;

use crate::compose::Draft;
use crate::effect::Now;
use crate::engine::Engine;
use crate::error::CoreError;
use crate::view::DraftView;

/// Bytes of a draft and its note at most: more than can be sent, so that nothing is lost before it is cut into parts.
pub const MAX_DRAFT_BYTES: usize = 1 << 20;

/// What is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Writing<'a> {
    /// The text.
    pub text: &'a str,
    /// What is to be said before it.
    pub note: Option<&'a str>,
    /// What it answers.
    pub reply_to: Option<ItemId>,
    /// What it is to stand in the place of.
    pub edits: Option<ItemId>,
}

impl Engine {
    /// Keeps what is being written, in the place of what was kept of it before; its id, and none of what is empty.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] if it is longer than [`MAX_DRAFT_BYTES`]; [`CoreError::Unknown`]. What was kept before stays.
    pub fn keep_draft(
        &mut self,
        now: Now,
        conversation: ConversationId,
        replaces: Option<DraftId>,
        writing: Writing<'_>,
    ) -> Result<Option<DraftId>, CoreError> {
        let note = writing.note.filter(|note| !note.is_empty());
        if writing.text.len() + note.map_or(0, str::len) > MAX_DRAFT_BYTES {
            return Err(CoreError::Invalid(
                "This is too long to be kept while it is written; what was kept before is still here. Send it in parts."
                    .into(),
            ));
        }
        self.transact(now, |engine| {
            engine.own_part(conversation)?;
            let draft = DraftRow {
                id: DraftId::new(engine.entropy.bytes()),
                conversation,
                text: writing.text.to_owned(),
                note: note.map(ToOwned::to_owned),
                reply_to: writing.reply_to,
                edits: writing.edits,
                at_ms: now.unix_ms,
            };
            let before = match replaces {
                Some(id) => engine.store.draft(id)?,
                None => None,
            };
            let before = before.filter(|before| before.conversation == conversation);
            let is_empty = draft.text.is_empty() && draft.note.is_none();
            match &before {
                Some(before) if !is_empty && is_same(before, &draft) => {
                    return Ok(Some(before.id));
                }
                Some(before) => {
                    engine.store.delete_draft(before.id)?;
                }
                // Perhaps this is kept once more, because nobody heard that it was.
                None => engine.drop_beginnings(&draft)?,
            }
            if is_empty {
                return Ok(None);
            }
            engine.store.insert_draft(&draft)?;
            Ok(Some(draft.id))
        })
    }

    /// What is being written in a conversation, the newest first.
    ///
    /// # Errors
    /// [`CoreError::Unknown`], [`CoreError::Store`].
    pub fn drafts(&self, conversation: ConversationId) -> Result<Vec<DraftView>, CoreError> {
        self.own_part(conversation)?;
        let mut views = Vec::new();
        for draft in self.store.drafts_of(conversation)? {
            let answers = self.is_there(conversation, draft.reply_to, false)?;
            let edits = self.is_there(conversation, draft.edits, true)?;
            views.push(DraftView {
                id: draft.id,
                text: draft.text,
                note: draft.note,
                reply_to: draft.reply_to.filter(|_| answers),
                edits: draft.edits.filter(|_| edits),
                at_ms: draft.at_ms,
            });
        }
        Ok(views)
    }

    /// Whether anything is being written in a conversation.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn has_drafts(&self, conversation: ConversationId) -> Result<bool, CoreError> {
        Ok(self.store.has_drafts(conversation)?)
    }

    /// Lets a draft go; the conversation that it was in. None where it is gone already.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn drop_draft(
        &mut self,
        now: Now,
        draft: DraftId,
    ) -> Result<Option<ConversationId>, CoreError> {
        self.transact(now, |engine| {
            let row = engine.store.draft(draft)?;
            engine.store.delete_draft(draft)?;
            Ok(row.map(|row| row.conversation))
        })
    }

    /// Says something, and lets go of what was kept of it while it was written, in one transaction.
    ///
    /// # Errors
    /// As [`Engine::send_all`]; the draft stays then.
    pub fn send_written(
        &mut self,
        now: Now,
        conversation: ConversationId,
        draft: &Draft<'_>,
        written: Option<DraftId>,
    ) -> Result<ItemId, CoreError> {
        self.transact(now, |engine| {
            let item = engine.say(conversation, draft)?;
            let sent = Writing {
                text: draft.text,
                note: draft.note,
                reply_to: draft.reply_to,
                edits: None,
            };
            engine.forget_written(conversation, written, sent)?;
            Ok(item)
        })
    }

    /// Nothing is left of a draft that was sent.
    pub(crate) fn forget_written(
        &mut self,
        conversation: ConversationId,
        written: Option<DraftId>,
        sent: Writing<'_>,
    ) -> Result<(), CoreError> {
        let Some(written) = written else {
            return Ok(());
        };
        if self.store.delete_draft(written)? {
            return Ok(());
        }
        self.drop_beginnings(&DraftRow {
            id: written,
            conversation,
            text: sent.text.to_owned(),
            note: sent.note.map(ToOwned::to_owned),
            reply_to: sent.reply_to,
            edits: sent.edits,
            at_ms: 0,
        })
    }

    /// Lets go of drafts all of whose words are the beginning of this one.
    fn drop_beginnings(&self, of: &DraftRow) -> Result<(), CoreError> {
        for draft in self.store.drafts_of(of.conversation)? {
            let is_beginning = of.text.starts_with(&draft.text)
                && (draft.note.is_none() || draft.note == of.note)
                && draft.edits == of.edits;
            if is_beginning && !of.text.is_empty() {
                self.store.delete_draft(draft.id)?;
            }
        }
        Ok(())
    }

    fn is_there(
        &self,
        conversation: ConversationId,
        item: Option<ItemId>,
        to_change: bool,
    ) -> Result<bool, CoreError> {
        let row = match item {
            Some(item) => self.store.item(item)?,
            None => None,
        };
        Ok(row.is_some_and(|row| {
            let is_shown = row.conversation == conversation && row.act.is_none() && !row.hidden;
            let is_open = row.retracted_s.is_none();
            let may_change = row.mine && row.kind == ItemKind::Message && !row.kept_back;
            is_shown && is_open && (may_change || !to_change)
        }))
    }
}

fn is_same(one: &DraftRow, other: &DraftRow) -> bool {
    one.text == other.text
        && one.note == other.note
        && one.reply_to == other.reply_to
        && one.edits == other.edits
}
