//! What is done to earlier items: edits, retractions, reactions.
//!
//! An act is an item of its own, stored and ordered like all others. Only its own author changes an item or takes
//! it back, and of several versions the last in the conversation's order is shown, so that all who hold the same
//! log show the same. An act may come before what it is about (in the other log of a pair); it holds then as soon as
//! that comes.

use client_store::id::{ConversationId, DraftId, ItemId};
use client_store::item::{Act, ItemKind, ItemRow, MessageIdBytes};
use content::{Reaction, Retraction, Salt};
use legible::{is_blank, is_sign};

use crate::advice::Step;
use crate::compose::{Said, Voice, message_id};
use crate::drafts::Writing;
use crate::effect::{Event, Now};
use crate::engine::Engine;
use crate::error::CoreError;
#[cfg(feature = "planted-bugs")]
use crate::planted::{Bug, is_planted};

/// How long the words of an item are kept that was taken back, for whoever has to report them.
const RETRACTED_KEPT_S: u64 = 30 * 86_400;

impl Engine {
    /// Puts another text in the place of an own one; the earlier versions are kept. The act's id.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] if it is not an own text, was taken back, stays here, nothing of the new text can be seen, or
    /// the conversation cannot go on; [`CoreError::Refused`] if its other person is blocked; [`CoreError::Unknown`].
    pub fn edit(&mut self, now: Now, item: ItemId, text: &str) -> Result<ItemId, CoreError> {
        self.edit_written(now, item, text, None)
    }

    /// The same, and lets go of what was kept of the text while it was written, in one transaction.
    ///
    /// # Errors
    /// As [`Engine::edit`]; the draft stays then.
    pub fn edit_written(
        &mut self,
        now: Now,
        item: ItemId,
        text: &str,
        written: Option<DraftId>,
    ) -> Result<ItemId, CoreError> {
        self.transact(now, |engine| {
            let (row, voice) = engine.own_item(item, "changed")?;
            engine.check_may_speak(row.conversation)?;
            engine.check_leaves(&row)?;
            if row.kind != ItemKind::Message {
                return Err(CoreError::Invalid(
                    "This is not a text, and cannot be changed; nothing was sent.".into(),
                ));
            }
            if is_blank(text) {
                return Err(CoreError::Invalid(
                    "There is nothing in it that can be seen; nothing was sent.".into(),
                )
                .advising("To take something back", Step::Retract));
            }
            if let Some(at_s) = row.held_until_s {
                engine.set_held(&voice, &row, text, at_s.saturating_mul(1_000))?;
                engine.forget_edited(&row, written, text)?;
                return Ok(row.id);
            }
            let message = engine.written_anew(&row, text)?;
            let of = message_id(&row.message_id)?;
            let salt = Salt::new(engine.entropy.bytes());
            let content = message.to_edit(of, salt, &voice.sender, &voice.room);
            let said = Said {
                kind: ItemKind::Message,
                act: Some((Act::Edit, row.message_id)),
                reply_to: None,
                text,
                note: row.note.as_deref(),
                held_until_s: None,
            };
            let act = engine.keep_said(&voice, &content, said)?;
            #[cfg(feature = "planted-bugs")]
            engine.plant_edit(act)?;
            engine.acted_on(row.conversation, &row.message_id)?;
            engine.work_on_logs_of(row.conversation)?;
            engine.forget_edited(&row, written, text)?;
            Ok(act)
        })
    }

    fn forget_edited(
        &mut self,
        row: &ItemRow,
        written: Option<DraftId>,
        text: &str,
    ) -> Result<(), CoreError> {
        let sent = Writing {
            text,
            note: row.note.as_deref(),
            reply_to: None,
            edits: Some(row.id),
        };
        self.forget_written(row.conversation, written, sent)
    }

    /// Takes an own item back: nobody is shown it any more. The act's id; none where nothing of the item had left
    /// this device, which then forgets it. It leaves also where the conversation's other person is blocked.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] if it is not an own text, was taken back, or the conversation cannot go on;
    /// [`CoreError::Unknown`].
    pub fn retract(&mut self, now: Now, item: ItemId) -> Result<Option<ItemId>, CoreError> {
        self.transact(now, |engine| {
            // Where nothing has left nobody is to be told, and it goes also where nobody can be.
            if let Some(row) = engine.store.item(item)?
                && row.act.is_none()
                && engine.withdraw(&row)?
            {
                engine.forget_if_unmet(row.conversation)?;
                return Ok(None);
            }
            let (row, voice) = engine.own_item(item, "taken back")?;
            engine.stop_unsealed(&row)?;
            engine.retract_row(&voice, &row).map(Some)
        })
    }

    /// Gives a sign for an item. The act's id; that of the first time where the same sign stands there already.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] if it is not one emoji or symbol ([`is_sign`]), the item was taken back or stays here, or the
    /// conversation cannot go on; [`CoreError::Refused`] if its other person is blocked; [`CoreError::Unknown`].
    pub fn react(&mut self, now: Now, item: ItemId, sign: &str) -> Result<ItemId, CoreError> {
        self.transact(now, |engine| {
            let (row, voice) = engine.item_to_act_on(item)?;
            engine.check_may_speak(row.conversation)?;
            engine.check_leaves(&row)?;
            if let Some(given) = engine.given(&voice, &row, sign)? {
                return Ok(given.id);
            }
            let seen = engine.version_of(&voice, item)?;
            let mut reaction = Reaction::new(sign, seen)
                .map_err(|error| CoreError::Invalid(format!("{error}; nothing was sent.")))?;
            if !is_sign(sign) {
                return Err(CoreError::Invalid(
                    "A sign is one emoji or one other symbol, and this is none; nothing was sent."
                        .into(),
                )
                .advising("Words are said with", Step::Reply));
            }
            reaction.sent_at_ms = Some(now.unix_ms);
            let salt = Salt::new(engine.entropy.bytes());
            let content = reaction.to_content(salt, &voice.sender, &voice.room);
            let said = Said {
                kind: ItemKind::Message,
                act: Some((Act::Reaction, row.message_id)),
                reply_to: None,
                text: sign,
                note: None,
                held_until_s: None,
            };
            let act = engine.keep_said(&voice, &content, said)?;
            engine.work_on_logs_of(row.conversation)?;
            Ok(act)
        })
    }

    /// Takes a sign back. The act's id.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] if this name gave no such sign, or the conversation cannot go on;
    /// [`CoreError::Unknown`].
    pub fn unreact(&mut self, now: Now, item: ItemId, sign: &str) -> Result<ItemId, CoreError> {
        self.transact(now, |engine| {
            let (row, voice) = engine.item_to_act_on(item)?;
            engine.check_leaves(&row)?;
            let given = engine.given(&voice, &row, sign)?.ok_or_else(|| {
                CoreError::Invalid("You gave no such sign there; nothing was sent.".into())
                    .advising("See", Step::SeeConversation)
            })?;
            engine.retract_row(&voice, &given)
        })
    }

    /// What an act is about: applies all acts on it anew, if it is there.
    pub(crate) fn acted_on(
        &mut self,
        conversation: ConversationId,
        target: &MessageIdBytes,
    ) -> Result<(), CoreError> {
        let Some(item) = self.store.item_of_message(conversation, target)? else {
            return Ok(());
        };
        // Nothing is done to edits and retractions themselves: an edit names the first version (draft §5.5).
        let is_open = matches!(item.act, None | Some((Act::Reaction, _)));
        if item.retracted_s.is_some() || item.hidden || !is_open {
            return Ok(());
        }
        #[cfg(feature = "planted-bugs")]
        if is_planted(Bug::EditedNotTakenBack) && item.edited && !item.mine
            || is_planted(Bug::SignStays) && item.act.is_some() && !item.mine
        {
            return Ok(());
        }
        if self
            .store
            .last_act_of_author(&item, Act::Retraction)?
            .is_some()
        {
            self.store.set_item_retracted(item.id, self.now.unix_s())?;
        } else if item.act.is_none()
            && let Some(newest) = self.store.last_act_of_author(&item, Act::Edit)?
            && (newest.text != item.text || newest.note != item.note || !item.edited)
        {
            self.store
                .set_item_edited(item.id, &newest.text, newest.note.as_deref())?;
        }
        let shown = match &item.act {
            Some((_, target)) => self.store.item_of_message(conversation, target)?,
            None => Some(item),
        };
        if let Some(shown) = shown.filter(|shown| !shown.hidden) {
            self.event(Event::Changed(conversation, shown.id));
        }
        Ok(())
    }

    /// An item has its place now: what was done to it before it came holds, and what it does.
    pub(crate) fn item_came(&mut self, item: &ItemRow) -> Result<(), CoreError> {
        self.gather_signs(item)?;
        if self
            .store
            .is_acted_on(item.conversation, &item.message_id)?
        {
            self.acted_on(item.conversation, &item.message_id)?;
        }
        let Some((act, target)) = &item.act else {
            return Ok(());
        };
        if *act == Act::Edit
            && let Some(first) = self.store.item_of_message(item.conversation, target)?
            && first.retracted_s.is_some()
            && first.content.is_empty()
        {
            // It comes when the other versions have been forgotten.
            return Ok(self.store.erase_words(item.id)?);
        }
        self.acted_on(item.conversation, target)
    }

    /// A sign is for the item, whichever version its giver saw; that version or the first may come after the sign.
    fn gather_signs(&mut self, item: &ItemRow) -> Result<(), CoreError> {
        match &item.act {
            Some((Act::Edit, target)) => {
                let first = self.store.item_of_message(item.conversation, target)?;
                if first.is_some_and(|first| first.author == item.author) {
                    self.store
                        .move_signs(item.conversation, &item.message_id, target)?;
                }
            }
            Some(_) => {}
            None => {
                for edit in self.store.edits_of(item)? {
                    self.store
                        .move_signs(item.conversation, &edit, &item.message_id)?;
                }
            }
        }
        Ok(())
    }

    /// The item that a message id means, which may be that of a later version.
    pub(crate) fn first_version(
        &self,
        conversation: ConversationId,
        message: &MessageIdBytes,
    ) -> Result<Option<ItemRow>, CoreError> {
        let item = self.store.item_of_message(conversation, message)?;
        match item {
            Some(ItemRow {
                act: Some((Act::Edit, target)),
                author,
                ..
            }) => {
                let first = self.store.item_of_message(conversation, &target)?;
                Ok(first.filter(|first| first.author == author))
            }
            item => Ok(item),
        }
    }

    /// Forgets the words of what was taken back long ago.
    pub(crate) fn forget_retracted(&mut self) -> Result<(), CoreError> {
        let until_s = self.now.unix_s().saturating_sub(RETRACTED_KEPT_S);
        let first_s = self.store.first_retracted_s()?;
        if first_s.is_some_and(|first_s| first_s <= until_s) {
            self.forget_files(until_s)?;
            self.store.forget_retracted(until_s)?;
        }
        Ok(())
    }

    /// When the next words are to be forgotten, in monotonic milliseconds.
    pub(crate) fn next_forgetting_ms(&self) -> Option<u64> {
        // Without an answer the store fails at the next transaction, which says so.
        let first_s = self.store.first_retracted_s().ok().flatten()?;
        Some(self.monotonic_ms_of(first_s.saturating_add(RETRACTED_KEPT_S)))
    }

    fn retract_row(&mut self, voice: &Voice, row: &ItemRow) -> Result<ItemId, CoreError> {
        let retraction = Retraction {
            of: message_id(&row.message_id)?,
            is_of_reaction: row.act.is_some(),
            sent_at_ms: Some(self.now.unix_ms),
        };
        let salt = Salt::new(self.entropy.bytes());
        let content = retraction.to_content(salt, &voice.sender, &voice.room);
        let said = Said {
            kind: ItemKind::Message,
            act: Some((Act::Retraction, row.message_id)),
            reply_to: None,
            text: "",
            note: None,
            held_until_s: None,
        };
        let act = self.keep_said(voice, &content, said)?;
        self.acted_on(row.conversation, &row.message_id)?;
        self.work_on_logs_of(row.conversation)?;
        Ok(act)
    }

    /// The sign that this name gave for an item and has not taken back.
    fn given(
        &self,
        voice: &Voice,
        row: &ItemRow,
        sign: &str,
    ) -> Result<Option<ItemRow>, CoreError> {
        let acts = self.store.acts_on(row.conversation, &row.message_id)?;
        Ok(acts.into_iter().find(|act| {
            matches!(act.act, Some((Act::Reaction, _)))
                && act.author == voice.persona.fingerprint
                && act.retracted_s.is_none()
                && act.text == sign
        }))
    }

    /// One thing said, that is shown or stands for what was taken back.
    pub(crate) fn item_said(&self, item: ItemId) -> Result<ItemRow, CoreError> {
        self.store
            .item(item)?
            .filter(|row| row.act.is_none() && !row.hidden)
            .ok_or(CoreError::Unknown("item"))
    }

    fn item_to_act_on(&self, item: ItemId) -> Result<(ItemRow, Voice), CoreError> {
        let row = self.item_said(item)?;
        if row.retracted_s.is_some() {
            return Err(CoreError::Invalid(
                "This was taken back; nothing was sent.".into(),
            ));
        }
        let voice = self.voice(row.conversation)?;
        Ok((row, voice))
    }

    /// What stays here has one version, and nobody else to give a sign for.
    fn check_leaves(&self, row: &ItemRow) -> Result<(), CoreError> {
        if row.kept_back {
            return Err(CoreError::Invalid(
                "This was kept back when you blocked somebody, and does not leave; nothing was sent."
                    .into(),
            )
            .advising("Say it anew, or let it go", Step::Retract));
        }
        match self.why_not_sent(row.id)? {
            None => Ok(()),
            Some(why) => Err(CoreError::Invalid(format!(
                "This stays here ({why}), and nobody else has it; nothing was sent."
            ))
            .advising("Say it anew, and let this go", Step::Retract)),
        }
    }

    /// What a device from before a restore may have sent does not leave once more when it is taken back.
    fn stop_unsealed(&mut self, row: &ItemRow) -> Result<(), CoreError> {
        if row.held_until_s.is_some() {
            self.store.set_item_released(row.id)?;
        }
        let waits = self.store.outbox_of_item(row.id)?;
        if waits.is_some_and(|waits| waits.sealed.is_none()) {
            self.store.stop_unsealed(row)?;
        }
        Ok(())
    }

    fn own_item(&self, item: ItemId, done: &str) -> Result<(ItemRow, Voice), CoreError> {
        let (row, voice) = self.item_to_act_on(item)?;
        if !row.mine {
            return Err(CoreError::Invalid(format!(
                "Somebody else said this; it can be {done} by them alone. Nothing was sent."
            )));
        }
        Ok((row, voice))
    }
}

/// Something has left, or is about to, that was to be held.
pub(crate) fn not_held() -> CoreError {
    CoreError::Invalid(
        "This is not held any more: it has left, or is on its way; nothing was changed.".into(),
    )
}
