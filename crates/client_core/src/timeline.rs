//! What is shown: contacts, conversations, and what was said in them.

use client_store::conversation::ConversationKind;
use client_store::id::{ContactId, ConversationId, ItemId, PersonaId};
use client_store::item::{Act, ItemRow};
use client_store::log::{LogRow, LogState};
use mls::persona::safety_number;
use protocol::id::PersonaFingerprint;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::effect::Now;
use crate::engine::Engine;
use crate::error::CoreError;
use crate::view::{
    ContactView, ConversationView, ItemState, ItemView, REPLACED, TAKEN_OUT, Waiting,
};

/// Different signs that are shown of one item at most.
const MAX_SIGNS: usize = 64;

impl Engine {
    /// Everybody known, by name.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn contacts(&self) -> Result<Vec<ContactView>, CoreError> {
        let personas = self.store.personas()?;
        let rows = self.store.contacts()?;
        rows.into_iter()
            .filter(|row| !row.met_blocked)
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
                    blocked: self.store.is_blocked(&row.fingerprint)?,
                })
            })
            .collect()
    }

    /// All conversations, oldest first.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn conversations(&self) -> Result<Vec<ConversationView>, CoreError> {
        let mut views = Vec::new();
        for row in self.store.conversations()? {
            let contact = match row.contact {
                Some(contact) => self.store.contact(contact)?,
                None => None,
            };
            if contact.is_some_and(|contact| contact.met_blocked) {
                continue;
            }
            let logs = self.store.logs_of(row.id)?;
            let is_open = |log: &LogRow| log.state == LogState::Open;
            let rejoining = !logs.iter().any(is_open)
                && logs.iter().any(|log| log.state == LogState::Rejoining);
            views.push(ConversationView {
                id: row.id,
                persona: row.persona,
                contact: row.contact,
                unread: self.store.unread(row.id)?,
                title: row.title,
                home: logs.into_iter().next().map(|log| log.home),
                kind: row.kind,
                halted: self.why_halted(row.id)?,
                blocked: self.store.is_conversation_blocked(row.id)?,
                rejoining,
            });
        }
        Ok(views)
    }

    /// Why a conversation cannot go on: all its logs are halted, or it never came about.
    pub(crate) fn why_halted(
        &self,
        conversation: ConversationId,
    ) -> Result<Option<String>, CoreError> {
        let logs = self.store.logs_of(conversation)?;
        if logs.is_empty() {
            let row = self.store.conversation(conversation)?;
            return Ok(row.and_then(|row| row.refused));
        }
        let mut why = None;
        for log in logs {
            match log.state {
                LogState::Halted(reason) => why = Some(reason),
                LogState::Removed => why = Some(self.why_removed(conversation)?.to_owned()),
                LogState::Left => why = Some("you left it".to_owned()),
                LogState::Open | LogState::Opening | LogState::Behind | LogState::Rejoining => {
                    return Ok(None);
                }
            }
        }
        Ok(why)
    }

    /// Of two nobody takes out the other, but for a device that another one of theirs has replaced.
    fn why_removed(&self, conversation: ConversationId) -> Result<&'static str, CoreError> {
        let row = self.store.conversation(conversation)?;
        Ok(match row.map(|row| row.kind) {
            Some(ConversationKind::Circle) | None => TAKEN_OUT,
            Some(ConversationKind::Pair | ConversationKind::Own) => REPLACED,
        })
    }

    /// Somebody's safety number was compared with them.
    ///
    /// # Errors
    /// [`CoreError::Unknown`].
    pub fn verify(&mut self, now: Now, contact: ContactId) -> Result<(), CoreError> {
        self.transact(now, |engine| {
            if !engine.store.set_verified(contact)? {
                return Err(CoreError::Unknown("contact"));
            }
            Ok(())
        })
    }

    /// These items of a conversation, in any order; what acts do to others and what is not there is left out.
    ///
    /// # Errors
    /// [`CoreError::Unknown`], [`CoreError::Store`].
    pub fn items_of(
        &self,
        conversation: ConversationId,
        items: &BTreeSet<ItemId>,
    ) -> Result<Vec<ItemView>, CoreError> {
        let mut names = self.names_in(conversation)?;
        let mut views = Vec::with_capacity(items.len());
        for item in items {
            if let Some(row) = self.store.item(*item)?
                && row.conversation == conversation
                && row.act.is_none()
                && !row.hidden
            {
                views.push(self.item_view(row, &mut names)?);
            }
        }
        Ok(views)
    }

    /// What came into a conversation since an item of the profile, by [`Engine::last_item_number`], and what changed
    /// because of it.
    ///
    /// # Errors
    /// [`CoreError::Unknown`], [`CoreError::Store`].
    pub fn items_since(
        &self,
        conversation: ConversationId,
        number: i64,
    ) -> Result<Vec<ItemView>, CoreError> {
        let mut shown = BTreeSet::new();
        for item in self.store.items_since(conversation, number)? {
            let mut target = item.act;
            let mut item = Some(item);
            // A sign that is taken back is an act on an act.
            while let Some((_, message)) = target {
                item = self.store.item_of_message(conversation, &message)?;
                target = item.as_ref().and_then(|item| item.act);
            }
            shown.extend(item.map(|item| item.id));
        }
        self.items_of(conversation, &shown)
    }

    /// The number of the newest item of the profile, in the order in which they came here.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn last_item_number(&self) -> Result<i64, CoreError> {
        Ok(self.store.last_item_number()?)
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
        let mut names = self.names_in(conversation)?;
        let rows = self.store.last_items(conversation, since, limit)?;
        let mut views = Vec::with_capacity(rows.len());
        for item in rows {
            views.push(self.item_view(item, &mut names)?);
        }
        #[cfg(feature = "planted-bugs")]
        if crate::planted::is_planted(crate::planted::Bug::ClockOrders) {
            views.sort_by_key(|item| item.at_ms);
        }
        Ok(views)
    }

    /// What holds all these words, best first, with its conversation; in one conversation or in all.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] if there is no word to search for, [`CoreError::Store`].
    pub fn search(
        &self,
        typed: &str,
        conversation: Option<ConversationId>,
        limit: u64,
    ) -> Result<Vec<(ConversationId, ItemView)>, CoreError> {
        let rows = self.store.items_with(typed, conversation, limit)?;
        let rows = rows.ok_or_else(|| {
            CoreError::Invalid("There is no word to search for; nothing was searched.".into())
        })?;
        let mut names = BTreeMap::new();
        let mut views = Vec::with_capacity(rows.len());
        for row in rows {
            let of = row.conversation;
            let names = match names.entry(of) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(self.names_in(of)?),
            };
            views.push((of, self.item_view(row, names)?));
        }
        Ok(views)
    }

    /// The items whose ids begin so, some of them, and their conversations.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn items_beginning(&self, typed: &str) -> Result<Vec<(ItemId, ConversationId)>, CoreError> {
        let Some((first, last)) = ItemId::range_of(typed) else {
            return Ok(Vec::new());
        };
        let rows = self.store.items_between(first, last)?;
        Ok(rows
            .into_iter()
            .map(|row| (row.id, row.conversation))
            .collect())
    }

    /// How far an item is.
    ///
    /// # Errors
    /// [`CoreError::Unknown`].
    pub fn item_state(&self, item: ItemId) -> Result<ItemState, CoreError> {
        let row = self.store.item(item)?.ok_or(CoreError::Unknown("item"))?;
        Ok(state(&row))
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

    /// Looks the whole profile through; what is damaged, a sentence each.
    ///
    /// # Errors
    /// [`CoreError::Store`] where it cannot even be looked at.
    pub fn check(&self) -> Result<Vec<String>, CoreError> {
        Ok(self.store.check()?)
    }

    /// Whether anything waits for a home; cheaper than counting it.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn is_waiting(&self) -> Result<bool, CoreError> {
        Ok(self.store.is_outbox_waiting()? || self.acts_waiting()? > 0)
    }

    /// What waits for a home.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn waiting(&self) -> Result<Waiting, CoreError> {
        Ok(Waiting {
            items: self.store.outbox_length()?,
            acts: self.acts_waiting()?,
        })
    }

    fn acts_waiting(&self) -> Result<u64, CoreError> {
        let mut acts = 0;
        for acceptance in self.store.acceptances()? {
            let is_blocked = self
                .store
                .is_conversation_blocked(acceptance.conversation)?;
            acts += usize::from(!is_blocked);
        }
        for inbox in self.store.inboxes()? {
            acts += usize::from(!inbox.published);
            acts += self.store.capabilities_to_tell(&inbox.inbox)?.len();
        }
        acts += self.store.foundings()?.len();
        let others = self.store.invitees_waiting()?
            + self.store.erasures_waiting()?
            + self.store.contact_items_waiting()?;
        Ok(acts as u64 + others)
    }
}

fn state(item: &ItemRow) -> ItemState {
    match item.held_until_s {
        Some(_) => ItemState::Held,
        None if item.kept_back => ItemState::KeptBack,
        None if item.stored => ItemState::Stored,
        None => ItemState::Queued,
    }
}

/// What people in a conversation are called.
pub(crate) struct Names {
    persona: PersonaId,
    known: BTreeMap<PersonaFingerprint, String>,
    blocked: BTreeMap<PersonaFingerprint, bool>,
    /// Why nothing can be said there any more.
    closed: Option<String>,
}

impl Engine {
    /// What is known of names in a conversation: the own one.
    pub(crate) fn names_in(&self, conversation: ConversationId) -> Result<Names, CoreError> {
        let (row, own) = self.own_part(conversation)?;
        Ok(Names {
            persona: row.persona,
            known: BTreeMap::from([(own.fingerprint, own.name.as_str().to_owned())]),
            blocked: BTreeMap::from([(own.fingerprint, false)]),
            closed: self.why_closed(conversation)?,
        })
    }

    /// Why an own item that waits does not go out.
    fn why_it_stays(&self, item: ItemId, names: &Names) -> Result<Option<String>, CoreError> {
        let refused = self.why_not_sent(item)?;
        let (None, Some(closed)) = (&refused, &names.closed) else {
            return Ok(refused);
        };
        // Nobody knows of what was encrypted whether its home has it.
        let waits = self.store.outbox_of_item(item)?;
        let never_left = waits.is_some_and(|waits| waits.sealed.is_none());
        Ok(never_left.then(|| closed.clone()))
    }

    pub(crate) fn item_view(
        &self,
        item: ItemRow,
        names: &mut Names,
    ) -> Result<ItemView, CoreError> {
        let author = self.called(&item.author, names)?;
        let answered = match &item.reply_to {
            Some(message) => self.first_version(item.conversation, message)?,
            None => None,
        };
        let retracted = item.retracted_s.is_some();
        let reactions = if retracted {
            Vec::new()
        } else {
            self.reactions(&item, names)?
        };
        let state = state(&item);
        let files = self.file_views(&item)?;
        let not_sent = match state {
            ItemState::Queued => self.why_it_stays(item.id, names)?,
            ItemState::KeptBack if !retracted => Some(self.why_kept_back(item.id)?),
            _ => None,
        };
        Ok(ItemView {
            id: item.id,
            seq: item.seq,
            author,
            mine: item.mine,
            at_ms: item.at_ms,
            kind: item.kind,
            text: item.text,
            note: item.note,
            reply_to: answered
                .filter(|answered| !answered.hidden)
                .map(|answered| answered.id),
            state,
            edited: item.edited && !retracted,
            retracted,
            reactions,
            files,
            not_sent,
            held_until_s: item.held_until_s,
        })
    }

    /// Each sign once, and each name once with it, but for those who are blocked.
    fn reactions(
        &self,
        item: &ItemRow,
        names: &mut Names,
    ) -> Result<Vec<(String, Vec<String>)>, CoreError> {
        let mut signs: Vec<(String, BTreeSet<PersonaFingerprint>)> = Vec::new();
        let mut reactions: Vec<(String, Vec<String>)> = Vec::new();
        for act in self.store.acts_on(item.conversation, &item.message_id)? {
            if act.retracted_s.is_some() || !matches!(act.act, Some((Act::Reaction, _))) {
                continue;
            }
            if self.is_left_out(&act.author, names)? {
                continue;
            }
            let place = signs.iter().position(|(sign, _)| *sign == act.text);
            if place.is_none() && signs.len() == MAX_SIGNS {
                continue;
            }
            let name = self.called(&act.author, names)?;
            match place.and_then(|place| signs.get_mut(place).zip(reactions.get_mut(place))) {
                Some(((_, givers), (_, called))) => {
                    if givers.insert(act.author) {
                        called.push(name);
                    }
                }
                None => {
                    signs.push((act.text.clone(), BTreeSet::from([act.author])));
                    reactions.push((act.text, vec![name]));
                }
            }
        }
        Ok(reactions)
    }

    fn is_left_out(
        &self,
        fingerprint: &PersonaFingerprint,
        names: &mut Names,
    ) -> Result<bool, CoreError> {
        if let Some(blocked) = names.blocked.get(fingerprint) {
            return Ok(*blocked);
        }
        let blocked = self.store.is_blocked(fingerprint)?;
        names.blocked.insert(*fingerprint, blocked);
        Ok(blocked)
    }

    fn called(
        &self,
        fingerprint: &PersonaFingerprint,
        names: &mut Names,
    ) -> Result<String, CoreError> {
        if let Some(name) = names.known.get(fingerprint) {
            return Ok(name.clone());
        }
        let name = self.name_of(names.persona, fingerprint)?;
        names.known.insert(*fingerprint, name.clone());
        Ok(name)
    }
}
