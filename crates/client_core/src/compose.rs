//! Saying something: the text becomes MIMI content with its own id, durable before anything else.

use client_store::id::{ConversationId, ItemId};
use client_store::item::{ItemKind, ItemRow};
use content::{RoomUri, Salt, SenderUri, TextMessage};

use crate::effect::Now;
use crate::engine::{Engine, Work};
use crate::error::CoreError;

impl Engine {
    /// Says something in a conversation. It is durable here when this returns, and goes out as soon
    /// as the home is reached.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] if the text is too long or the conversation cannot go on,
    /// [`CoreError::Unknown`].
    pub fn send(
        &mut self,
        now: Now,
        conversation: ConversationId,
        text: &str,
    ) -> Result<ItemId, CoreError> {
        let mut ids = self.send_all(now, conversation, &[text])?;
        ids.pop().ok_or(CoreError::Unknown("item"))
    }

    /// Says several things, one item each, in their order and in one transaction.
    ///
    /// # Errors
    /// As [`Engine::send`]; then none of them is kept.
    pub fn send_all(
        &mut self,
        now: Now,
        conversation: ConversationId,
        texts: &[&str],
    ) -> Result<Vec<ItemId>, CoreError> {
        let messages = texts
            .iter()
            .map(|text| {
                let mut message = TextMessage::new(*text).map_err(|error| {
                    CoreError::Invalid(format!("{error}; nothing was sent. Send it in parts."))
                })?;
                message.sent_at_ms = Some(now.unix_ms);
                Ok(message)
            })
            .collect::<Result<Vec<_>, CoreError>>()?;
        self.transact(now, |engine| {
            if let Some(why) = engine.why_closed(conversation)? {
                return Err(CoreError::Invalid(format!(
                    "This conversation cannot go on ({why}); nothing was sent. What was said is safe."
                )));
            }
            let ids = messages
                .iter()
                .map(|message| engine.compose(conversation, message))
                .collect::<Result<Vec<_>, _>>()?;
            for log in engine.store.logs_of(conversation)? {
                engine.work.insert(Work::Log(log.log));
            }
            Ok(ids)
        })
    }

    fn compose(
        &mut self,
        conversation: ConversationId,
        message: &TextMessage,
    ) -> Result<ItemId, CoreError> {
        let row = self
            .store
            .conversation(conversation)?
            .ok_or(CoreError::Unknown("conversation"))?;
        let persona = self
            .store
            .persona(row.persona)?
            .ok_or(CoreError::Unknown("name"))?;
        let sender = SenderUri::from_fingerprint(*persona.fingerprint.as_bytes());
        let room = RoomUri::from_conversation_key(row.room);
        let content = message.to_content(Salt::new(self.entropy.bytes()), &sender, &room);
        let item = ItemRow {
            id: ItemId::new(self.entropy.bytes()),
            conversation,
            log: None,
            seq: None,
            message_id: *content.message_id(&sender, &room).as_bytes(),
            author: persona.fingerprint,
            mine: true,
            at_ms: message.sent_at_ms.unwrap_or(self.now.unix_ms),
            kind: ItemKind::Message,
            text: message.text().to_owned(),
            content: content.encode(),
            stored: false,
        };
        self.store.insert_item(&item)?;
        self.store.push_outbox(item.id, conversation)?;
        Ok(item.id)
    }
}
