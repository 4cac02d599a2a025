//! Conversations with oneself: on this device alone, at no home.

use client_store::conversation::{ConversationKind, ConversationRow};
use client_store::id::{ConversationId, PersonaId};

use crate::chosen::chosen;
use crate::effect::Now;
use crate::engine::Engine;
use crate::error::CoreError;

impl Engine {
    /// Begins a conversation with oneself. What is said in it is kept at once.
    ///
    /// # Errors
    /// [`CoreError::Unknown`] if there is no such name, [`CoreError::Invalid`] if the title is none.
    pub fn new_own(
        &mut self,
        now: Now,
        persona: PersonaId,
        title: &str,
    ) -> Result<ConversationId, CoreError> {
        let title = chosen("title", title)?;
        self.transact(now, |engine| {
            engine
                .store
                .persona(persona)?
                .ok_or(CoreError::Unknown("name"))?;
            let row = ConversationRow {
                id: ConversationId::new(engine.entropy.bytes()),
                persona,
                contact: None,
                title: title.as_str().to_owned(),
                room: engine.entropy.bytes(),
                created_s: now.unix_s(),
                kind: ConversationKind::Own,
                refused: None,
            };
            engine.store.insert_conversation(&row)?;
            Ok(row.id)
        })
    }
}
