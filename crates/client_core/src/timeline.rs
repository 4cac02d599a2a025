//! What is shown: contacts, conversations, and what was said in them.

use client_store::id::{ConversationId, ItemId};
use client_store::item::ItemRow;
use client_store::log::LogState;
use mls::persona::safety_number;
use std::collections::BTreeMap;

use crate::effect::Now;
use crate::engine::Engine;
use crate::error::CoreError;
use crate::view::{ContactView, ConversationView, ItemState, ItemView, Waiting};

impl Engine {
    /// Everybody known, by name.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn contacts(&self) -> Result<Vec<ContactView>, CoreError> {
        let personas = self.store.personas()?;
        let rows = self.store.contacts()?;
        rows.into_iter()
            .map(|row| {
                let own = personas
                    .iter()
                    .find(|persona| persona.id == row.persona)
                    .ok_or(CoreError::Unknown("name"))?;
                Ok(ContactView {
                    id: row.id,
                    persona: row.persona,
                    name: row.name.as_str().to_owned(),
                    safety: safety_number(&own.fingerprint, &row.fingerprint),
                    verified: row.verified,
                })
            })
            .collect()
    }

    /// All conversations, oldest first.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn conversations(&self) -> Result<Vec<ConversationView>, CoreError> {
        let rows = self.store.conversations()?;
        rows.into_iter()
            .map(|row| {
                let log = self.store.logs_of(row.id)?.into_iter().next();
                Ok(ConversationView {
                    id: row.id,
                    persona: row.persona,
                    contact: row.contact,
                    unread: self.store.unread(row.id)?,
                    title: row.title,
                    home: log.map(|log| log.home),
                    kind: row.kind,
                    halted: self.why_halted(row.id)?,
                })
            })
            .collect()
    }

    /// Why a conversation cannot go on: all its logs are halted.
    pub(crate) fn why_halted(
        &self,
        conversation: ConversationId,
    ) -> Result<Option<String>, CoreError> {
        let mut why = None;
        for log in self.store.logs_of(conversation)? {
            match log.state {
                LogState::Halted(reason) => why = Some(reason),
                LogState::Removed => why = Some("others removed you from it".to_owned()),
                LogState::Left => why = Some("you left it".to_owned()),
                LogState::Open | LogState::Opening | LogState::Behind => return Ok(None),
            }
        }
        Ok(why)
    }

    /// The last `limit` items after position `since`, oldest first, unstored last.
    ///
    /// # Errors
    /// [`CoreError::Unknown`], [`CoreError::Store`].
    pub fn items(
        &self,
        conversation: ConversationId,
        since: u64,
        limit: u64,
    ) -> Result<Vec<ItemView>, CoreError> {
        let row = self
            .store
            .conversation(conversation)?
            .ok_or(CoreError::Unknown("conversation"))?;
        let own = self
            .store
            .persona(row.persona)?
            .ok_or(CoreError::Unknown("name"))?;
        let rows = self.store.last_items(conversation, since, limit)?;
        let mut names = BTreeMap::from([(own.fingerprint, own.name.as_str().to_owned())]);
        let mut views = Vec::with_capacity(rows.len());
        for item in rows {
            let name = match names.get(&item.author) {
                Some(name) => name.clone(),
                None => self.name_of(row.persona, &item.author)?,
            };
            names.insert(item.author, name.clone());
            views.push(view(item, &name));
        }
        #[cfg(feature = "planted-bugs")]
        if crate::planted::is_planted(crate::planted::Bug::ClockOrders) {
            views.sort_by_key(|item| item.at_ms);
        }
        Ok(views)
    }

    /// How far an item is.
    ///
    /// # Errors
    /// [`CoreError::Unknown`].
    pub fn item_state(&self, item: ItemId) -> Result<ItemState, CoreError> {
        let row = self.store.item(item)?.ok_or(CoreError::Unknown("item"))?;
        Ok(if row.stored {
            ItemState::Stored
        } else {
            ItemState::Queued
        })
    }

    /// Everything up to this position was shown to the person.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn mark_read(
        &mut self,
        now: Now,
        conversation: ConversationId,
        seq: u64,
    ) -> Result<(), CoreError> {
        self.transact(now, |engine| {
            Ok(engine.store.set_shown(conversation, seq)?)
        })
    }

    /// What waits for a home.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn waiting(&self) -> Result<Waiting, CoreError> {
        let mut acts = self.store.acceptances()?.len();
        for inbox in self.store.inboxes()? {
            acts += usize::from(!inbox.published);
            acts += self.store.capabilities_to_tell(&inbox.inbox)?.len();
        }
        acts += self.store.foundings()?.len();
        Ok(Waiting {
            items: self.store.outbox_length()?,
            acts: acts as u64 + self.store.invitees_waiting()?,
        })
    }
}

fn view(item: ItemRow, author: &str) -> ItemView {
    ItemView {
        id: item.id,
        seq: item.seq,
        author: author.to_owned(),
        mine: item.mine,
        at_ms: item.at_ms,
        kind: item.kind,
        text: item.text,
        state: if item.stored {
            ItemState::Stored
        } else {
            ItemState::Queued
        },
    }
}
