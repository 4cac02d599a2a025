//! Saying something: what is said becomes MIMI content with its own id, durable before anything else.

use client_store::conversation::{ConversationKind, ConversationRow};
use client_store::id::{ConversationId, ItemId};
use client_store::item::{Act, ItemKind, ItemRow, MessageIdBytes};
use client_store::persona::PersonaRow;
use content::{MessageId, MimiContent, RoomUri, Salt, SenderUri, TextMessage};
use legible::is_blank;

use crate::effect::{Event, Now};
use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::files::Attachment;

/// A text that is to be sent, and what goes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draft<'a> {
    /// The text.
    pub text: &'a str,
    /// What it answers.
    pub reply_to: Option<ItemId>,
    /// What is said before it, so that it is opened by choice.
    pub note: Option<&'a str>,
    /// When it is to leave, Unix seconds; at once if that has passed. Until then it is held here.
    pub held_until_s: Option<u64>,
    /// What goes with it. A text may be empty then.
    pub files: &'a [Attachment],
}

impl<'a> Draft<'a> {
    /// A text and nothing else.
    pub const fn text(text: &'a str) -> Self {
        Self {
            text,
            reply_to: None,
            note: None,
            held_until_s: None,
            files: &[],
        }
    }
}

/// In whose name and where something is said.
pub(crate) struct Voice {
    pub conversation: ConversationRow,
    pub persona: PersonaRow,
    pub sender: SenderUri,
    pub room: RoomUri,
}

/// What becomes of content that is sent.
pub(crate) struct Said<'a> {
    pub kind: ItemKind,
    pub act: Option<(Act, MessageIdBytes)>,
    pub reply_to: Option<MessageIdBytes>,
    pub text: &'a str,
    pub note: Option<&'a str>,
    pub held_until_s: Option<u64>,
}

impl Engine {
    /// Says something in a conversation. It is durable here when this returns, and goes out as soon
    /// as the home is reached.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] if the text is too long or the conversation cannot go on,
    /// [`CoreError::Refused`] if its other person is blocked or the invitation to it was refused,
    /// [`CoreError::Unknown`].
    pub fn send(
        &mut self,
        now: Now,
        conversation: ConversationId,
        text: &str,
    ) -> Result<ItemId, CoreError> {
        let mut ids = self.send_all(now, conversation, &[Draft::text(text)])?;
        ids.pop().ok_or(CoreError::Unknown("item"))
    }

    /// Says several things, one item each, in their order and in one transaction.
    ///
    /// # Errors
    /// As [`Engine::send`], and [`CoreError::Invalid`] if a note is too long or shows nothing, or what is answered is
    /// not in this conversation; then none of them is kept.
    pub fn send_all(
        &mut self,
        now: Now,
        conversation: ConversationId,
        drafts: &[Draft<'_>],
    ) -> Result<Vec<ItemId>, CoreError> {
        self.transact(now, |engine| {
            let voice = engine.voice(conversation)?;
            engine.check_may_speak(conversation)?;
            let ids = drafts
                .iter()
                .map(|draft| engine.compose(&voice, draft))
                .collect::<Result<Vec<_>, _>>()?;
            engine.work_on_logs_of(conversation)?;
            Ok(ids)
        })
    }

    /// Says one thing in the running transaction.
    pub(crate) fn say(
        &mut self,
        conversation: ConversationId,
        draft: &Draft<'_>,
    ) -> Result<ItemId, CoreError> {
        let voice = self.voice(conversation)?;
        self.check_may_speak(conversation)?;
        let item = self.compose(&voice, draft)?;
        self.work_on_logs_of(conversation)?;
        Ok(item)
    }

    fn compose(&mut self, voice: &Voice, draft: &Draft<'_>) -> Result<ItemId, CoreError> {
        let held_until_s = draft.held_until_s.filter(|at_s| *at_s > self.now.unix_s());
        if draft.note.is_some_and(is_blank) {
            return Err(CoreError::Invalid(
                "There is nothing in the note that can be seen; nothing was sent. Write a word there, or leave the note out."
                    .into(),
            ));
        }
        let mut message = self.written(draft.text, draft.note)?;
        if let Some(at_s) = held_until_s {
            message.sent_at_ms = Some(at_s.saturating_mul(1_000));
        }
        if let Some(answered) = draft.reply_to {
            message.in_reply_to = Some(self.version_of(voice, answered)?);
        }
        let files = draft.files.iter().map(|one| one.file.clone()).collect();
        message.set_files(files).map_err(|error| {
            CoreError::Invalid(format!("{error}; nothing was sent. Send them in parts."))
        })?;
        let has_text = !draft.text.is_empty() || draft.files.is_empty();
        let salt = Salt::new(self.entropy.bytes());
        let content = message.to_content(salt, &voice.sender, &voice.room);
        let said = Said {
            kind: if has_text {
                ItemKind::Message
            } else {
                ItemKind::Media
            },
            act: None,
            reply_to: message.in_reply_to.map(|id| *id.as_bytes()),
            text: draft.text,
            note: draft.note,
            held_until_s,
        };
        let item = self.keep_said(voice, &content, said)?;
        let stays_here = voice.conversation.kind == ConversationKind::Own;
        self.keep_attachments(item, draft.files, stays_here)?;
        Ok(item)
    }

    /// When something is due next that is held, in monotonic milliseconds.
    pub(crate) fn next_release_ms(&self) -> Option<u64> {
        // Without an answer the store fails at the next transaction, which says so.
        let at_s = self.store.next_due_s().ok().flatten()?;
        Some(self.monotonic_ms_of(at_s))
    }

    /// A moment by this machine's clock, Unix seconds, in monotonic milliseconds.
    pub(crate) const fn monotonic_ms_of(&self, at_s: u64) -> u64 {
        let wait_ms = at_s.saturating_mul(1_000).saturating_sub(self.now.unix_ms);
        self.now.monotonic_ms.saturating_add(wait_ms)
    }

    /// A text as it is sent now.
    pub(crate) fn written(&self, text: &str, note: Option<&str>) -> Result<TextMessage, CoreError> {
        let too_long =
            |error| CoreError::Invalid(format!("{error}; nothing was sent. Send it in parts."));
        let mut message = TextMessage::new(text).map_err(too_long)?;
        if let Some(note) = note {
            message.set_note(note).map_err(|error| {
                CoreError::Invalid(format!("The note: {error}; nothing was sent."))
            })?;
        }
        message.sent_at_ms = Some(self.now.unix_ms);
        Ok(message)
    }

    /// The own name and the room of a conversation in which something can be said.
    pub(crate) fn voice(&self, conversation: ConversationId) -> Result<Voice, CoreError> {
        let why_closed = self.why_closed(conversation)?;
        let (conversation, persona) = self.own_part(conversation)?;
        match why_closed {
            Some(why) if conversation.refused.as_ref() == Some(&why) => {
                return Err(CoreError::Refused(format!(
                    "This conversation did not come about ({why}); nothing was sent. What you wrote before is kept \
                     here, and goes out once you have accepted a link of theirs that holds."
                )));
            }
            Some(why) => {
                return Err(CoreError::Invalid(format!(
                    "This conversation cannot go on ({why}); nothing was sent. What was said is safe."
                )));
            }
            None => {}
        }
        let sender = SenderUri::from_fingerprint(*persona.fingerprint.as_bytes());
        let room = RoomUri::from_conversation_key(conversation.room);
        Ok(Voice {
            conversation,
            persona,
            sender,
            room,
        })
    }

    /// A conversation, and the own name that takes part in it.
    pub(crate) fn own_part(
        &self,
        conversation: ConversationId,
    ) -> Result<(ConversationRow, PersonaRow), CoreError> {
        let row = self
            .store
            .conversation(conversation)?
            .ok_or(CoreError::Unknown("conversation"))?;
        let persona = self
            .store
            .persona(row.persona)?
            .ok_or(CoreError::Unknown("name"))?;
        Ok((row, persona))
    }

    /// The message id of an item in the version that is shown.
    pub(crate) fn version_of(&self, voice: &Voice, item: ItemId) -> Result<MessageId, CoreError> {
        let row = self
            .store
            .item(item)?
            .filter(|row| row.conversation == voice.conversation.id && !row.hidden)
            .ok_or(CoreError::Unknown("item"))?;
        let stays = row.kept_back || self.why_not_sent(item)?.is_some();
        if row.held_until_s.is_some() || stays {
            return Err(CoreError::Invalid(
                "This has not left yet; nothing was sent.".into(),
            ));
        }
        let newest = self.store.last_act_of_author(&row, Act::Edit)?;
        message_id(&newest.unwrap_or(row).message_id)
    }

    /// Keeps what is said and puts it into the outbox.
    pub(crate) fn keep_said(
        &mut self,
        voice: &Voice,
        content: &MimiContent,
        said: Said<'_>,
    ) -> Result<ItemId, CoreError> {
        let item = ItemRow {
            id: ItemId::new(self.entropy.bytes()),
            conversation: voice.conversation.id,
            log: None,
            seq: None,
            message_id: *content.message_id(&voice.sender, &voice.room).as_bytes(),
            author: voice.persona.fingerprint,
            mine: true,
            at_ms: said
                .held_until_s
                .map_or(self.now.unix_ms, |at_s| at_s.saturating_mul(1_000)),
            kind: said.kind,
            act: said.act,
            reply_to: said.reply_to,
            text: said.text.to_owned(),
            note: said.note.map(ToOwned::to_owned),
            content: content.encode(),
            stored: false,
            held_until_s: said.held_until_s,
            edited: false,
            retracted_s: None,
            hidden: false,
            kept_back: false,
        };
        self.store.insert_item(&item)?;
        if item.held_until_s.is_none() {
            self.let_leave(item.id, &voice.conversation)?;
        }
        Ok(item.id)
    }

    /// Something leaves for the home; in a conversation with oneself it is where it belongs.
    pub(crate) fn let_leave(
        &mut self,
        item: ItemId,
        conversation: &ConversationRow,
    ) -> Result<(), CoreError> {
        if conversation.kind == ConversationKind::Own {
            self.store.set_item_kept(item, conversation.id)?;
            self.event(Event::Stored(item));
            return Ok(());
        }
        self.store.push_outbox(item, conversation.id)?;
        self.work_on_logs_of(conversation.id)
    }

    /// Lets leave what was held and whose time has come, by this machine's clock. Where nothing can be said any more it
    /// stays in the outbox and says so, unless it is this name that has left.
    pub(crate) fn release_held(&mut self) -> Result<(), CoreError> {
        for item in self.store.items_due(self.now.unix_s())? {
            let Some(conversation) = self.store.conversation(item.conversation)? else {
                continue;
            };
            if self.is_left(&conversation)? {
                self.drop_files(item.id)?;
                self.store.delete_held(item.id)?;
                continue;
            }
            #[cfg(feature = "planted-bugs")]
            self.plant_held(&item)?;
            self.store.set_item_released(item.id)?;
            self.let_leave(item.id, &conversation)?;
        }
        Ok(())
    }

    /// Looks at all logs of a conversation before the transaction ends.
    pub(crate) fn work_on_logs_of(
        &mut self,
        conversation: ConversationId,
    ) -> Result<(), CoreError> {
        for log in self.store.logs_of(conversation)? {
            self.work.insert(Work::Log(log.log));
        }
        Ok(())
    }
}

/// A message id that was derived earlier.
pub(crate) fn message_id(bytes: &MessageIdBytes) -> Result<MessageId, CoreError> {
    MessageId::from_bytes(*bytes).ok_or(CoreError::Unknown("item"))
}
