//! Conversations with oneself: on this device alone, at no home.

use client_store::conversation::{ConversationKind, ConversationRow};
use client_store::id::{ConversationId, PersonaId};
use legible::is_same;

use crate::chosen::chosen;
use crate::effect::Now;
use crate::engine::Engine;
use crate::error::CoreError;

impl Engine {
    /// Begins a conversation with oneself. What is said in it is kept at once.
    ///
    /// # Errors
    /// [`CoreError::Unknown`] if there is no such name, [`CoreError::Invalid`] if the title is none, or stands already.
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
            // Of those that are shown: whom a block keeps unseen stays so.
            let conversations = engine.conversations()?;
            let mut titles = conversations.iter().map(|one| one.title.as_str());
            if titles.any(|stands| is_same(stands, title.as_str())) {
                return Err(CoreError::Invalid(format!(
                    "There is a conversation {title} already; nothing was changed. Choose another title."
                )));
            }
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
