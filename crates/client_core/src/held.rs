//! What is held for its time: looked at, and sent at another time.

use client_store::id::{ConversationId, ItemId};
use client_store::item::ItemRow;
use content::{Salt, TextMessage};

use crate::acts::not_held;
use crate::advice::Step;
use crate::compose::{Voice, message_id};
use crate::effect::Now;
use crate::engine::Engine;
use crate::error::CoreError;
use crate::view::ItemView;

impl Engine {
    /// Everything that is held for its time, the next one first, with its conversation.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn held(&self) -> Result<Vec<(ConversationId, ItemView)>, CoreError> {
        let mut views = Vec::new();
        for row in self.store.all_held()? {
            let of = row.conversation;
            let mut names = self.names_in(of)?;
            views.push((of, self.item_view(row, &mut names)?));
        }
        Ok(views)
    }

    /// Something that is held leaves at another time, Unix seconds, and says that it was written then; at once where
    /// there is none, or it has passed.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] if it is not held, a device from before may have sent it, or the conversation cannot go on;
    /// [`CoreError::Refused`] if its other person is blocked; [`CoreError::Unknown`].
    pub fn reschedule(
        &mut self,
        now: Now,
        item: ItemId,
        at_s: Option<u64>,
    ) -> Result<(), CoreError> {
        self.transact(now, |engine| {
            let row = engine.item_said(item)?;
            if row.held_until_s.is_none() {
                return Err(not_held());
            }
            let voice = engine.voice(row.conversation)?;
            engine.check_may_speak(row.conversation)?;
            let at_s = at_s.filter(|at_s| *at_s > now.unix_s());
            let at_ms = at_s.map_or(now.unix_ms, |at_s| at_s.saturating_mul(1_000));
            let text = row.text.clone();
            engine.set_held(&voice, &row, &text, at_ms)?;
            let until_s = at_s.unwrap_or_else(|| now.unix_s());
            engine.store.set_held_until(row.id, until_s, at_ms)?;
            if at_s.is_none() {
                engine.store.set_item_released(row.id)?;
                engine.let_leave(row.id, &voice.conversation)?;
            }
            Ok(())
        })
    }

    /// What is held says something else when it leaves, or that it was written at another time, Unix milliseconds. It has
    /// not left: nobody needs to know that it was otherwise.
    pub(crate) fn set_held(
        &self,
        voice: &Voice,
        row: &ItemRow,
        text: &str,
        at_ms: u64,
    ) -> Result<(), CoreError> {
        if self.store.may_have_left(row.id)? {
            return Err(CoreError::Invalid(
                "The device from before may have sent this already, so it cannot be changed here; nothing was \
                 sent."
                    .into(),
            )
            .advising("Take it back, and say it anew", Step::Retract));
        }
        let mut message = self.written_anew(row, text)?;
        message.sent_at_ms = Some(at_ms);
        let salt = Salt::new(self.entropy.bytes());
        let content = message.to_content(salt, &voice.sender, &voice.room);
        let id = content.message_id(&voice.sender, &voice.room);
        let stored = self
            .store
            .set_held_content(row.id, id.as_bytes(), text, &content.encode());
        Ok(stored?)
    }

    /// An own text with all that goes with it, and other words.
    pub(crate) fn written_anew(&self, row: &ItemRow, text: &str) -> Result<TextMessage, CoreError> {
        let mut message = self.written(text, row.note.as_deref())?;
        let files = self.store.files_of(row.id)?;
        let files = files.into_iter().map(|row| row.file).collect();
        message
            .set_files(files)
            .map_err(|error| CoreError::Invalid(format!("{error}; nothing was sent.")))?;
        message.in_reply_to = row.reply_to.as_ref().map(message_id).transpose()?;
        Ok(message)
    }
}
