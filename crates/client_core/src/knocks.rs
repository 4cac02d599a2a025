//! Items in our inboxes: somebody accepted an invitation of ours.

use client_store::capability::CapabilityState;
use client_store::contact::ContactRow;
use client_store::conversation::ConversationRow;
use client_store::id::{ContactId, ConversationId};
use client_store::inbox::InboxRow;
use client_store::log::{LogRow, LogState};
use mls::error::MlsError;
use mls::group::{Group, Joined};
use mls::inbox_seal::{inbox_key_pair, open_item};
use mls::persona::PersonaKey;
use mls::welcome_item::{UnverifiedWelcomeItem, WelcomeItem};
use protocol::frame::Request;
use protocol::hash;
use protocol::id::InboxId;
use protocol::request::Acknowledge;
use protocol::response::{Item, Items};

use crate::effect::Event;
use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::session::{Asked, ConnectionKey};

impl Engine {
    /// A page of items.
    pub(crate) fn received_items(
        &mut self,
        key: &ConnectionKey,
        inbox: &InboxId,
        items: Items,
    ) -> Result<(), CoreError> {
        let last = items.items.last().map(|item| item.number);
        let Some(row) = self.store.inbox(inbox)? else {
            return Ok(());
        };
        self.receive_items(key, inbox, items.items)?;
        match (items.end, last) {
            (false, Some(last)) => self.listen(key, &row, last),
            _ => self.settle(key, Asked::Listen(*inbox)),
        }
        self.stock_left(&row, items.key_packages)
    }

    /// Takes items in and acknowledges them once that is durable. What does not hold is passed over
    /// for good: a home would bring it again and again.
    pub(crate) fn receive_items(
        &mut self,
        key: &ConnectionKey,
        inbox: &InboxId,
        items: Vec<Item>,
    ) -> Result<(), CoreError> {
        let Some(row) = self.store.inbox(inbox)? else {
            return Ok(());
        };
        if items.is_empty() {
            return Ok(());
        }
        let numbers: Vec<u64> = items.iter().map(|item| item.number).collect();
        for item in items {
            match self.receive_item(&row, &item.body) {
                Ok(()) => {}
                Err(CoreError::Mls(error @ MlsError::Invalid { .. })) => {
                    self.event(Event::PassedOver(format!(
                        "Somebody's answer to an invitation does not hold ({error}); it was passed over."
                    )));
                }
                Err(error) => return Err(error),
            }
        }
        let request = Request::Acknowledge(Acknowledge {
            inbox: *inbox,
            device: row.device,
            numbers: numbers.clone(),
        });
        self.ask(key, Asked::Acknowledge(*inbox, numbers), &request);
        Ok(())
    }

    fn receive_item(&mut self, inbox: &InboxRow, sealed: &[u8]) -> Result<(), CoreError> {
        let (private, _) = inbox_key_pair(&self.entropy, &inbox.hpke_seed)?;
        let bytes = open_item(&self.entropy, &private, &inbox.inbox, sealed)?;
        let item = UnverifiedWelcomeItem::from_bytes(&bytes)?;
        if self.store.log(item.log())?.is_some() {
            // It came before, and the home was not told in time.
            return Ok(());
        }
        // Undone as a whole if anything does not hold: the KeyPackage stays usable.
        let joined = self.store.attempt(|| {
            let joined = self.with_mls(|provider| Group::join(provider, item))?;
            if let Joined::New(new) = &joined {
                self.check_joined(inbox, &new.0, &new.1)?;
            }
            Ok::<_, CoreError>(joined)
        })?;
        match joined {
            Joined::Known => Ok(()),
            Joined::New(new) => self.keep_joined(inbox, new.0, &new.1),
        }
    }

    /// The one other persona of a pair.
    fn counterpart(group: &Group, own: PersonaKey) -> Result<PersonaKey, CoreError> {
        let invalid = |what| MlsError::Invalid {
            what,
            detail: String::new(),
        };
        let members = group.members()?;
        let mut others = members
            .iter()
            .map(|member| member.credential.persona())
            .filter(|p| *p != own);
        let other = others
            .next()
            .ok_or_else(|| invalid("nobody else is in the group"))?;
        if others.any(|another| another != other) {
            return Err(invalid("more than two people are in the group").into());
        }
        Ok(other)
    }

    /// Was it invited, does it begin where it says, and is it a pair?
    fn check_joined(
        &self,
        inbox: &InboxRow,
        group: &Group,
        item: &WelcomeItem,
    ) -> Result<(), CoreError> {
        let invalid = |what| {
            CoreError::Mls(MlsError::Invalid {
                what,
                detail: String::new(),
            })
        };
        let capability = self
            .store
            .capability_of_secret(&item.capability)?
            .filter(|capability| capability.inbox == inbox.inbox)
            .ok_or_else(|| invalid("it answers an invitation that was never given"))?;
        if matches!(
            capability.state,
            CapabilityState::Revoking | CapabilityState::Revoked
        ) {
            return Err(invalid("it answers an invitation that was taken back"));
        }
        let own = self
            .store
            .persona(inbox.persona)?
            .ok_or(CoreError::Unknown("name"))?;
        let own = mls::persona::PersonaSecret::from_seed(&own.persona_seed).key();
        let other = Self::counterpart(group, own)?.fingerprint();
        if let Some(holder) = capability.contact {
            let holder = self
                .store
                .contact(holder)?
                .ok_or(CoreError::Unknown("contact"))?;
            if holder.fingerprint != other {
                return Err(invalid("it uses the way back of somebody else"));
            }
        }
        let head = hash::first_head(&item.log);
        let begins = (head, 0, hash::chain_start(&item.log, &head));
        if (item.head, item.seq, item.chain) != begins {
            return Err(invalid("it does not begin at the log's first head"));
        }
        Ok(())
    }

    /// Keeps contact, conversation and log; a pair that knows each other gets one more log.
    fn keep_joined(
        &mut self,
        inbox: &InboxRow,
        group: Group,
        item: &WelcomeItem,
    ) -> Result<(), CoreError> {
        let own = self
            .store
            .persona(inbox.persona)?
            .ok_or(CoreError::Unknown("name"))?;
        let own_key = mls::persona::PersonaSecret::from_seed(&own.persona_seed).key();
        let fingerprint = Self::counterpart(&group, own_key)?.fingerprint();
        let contact = match self.store.contact_of_pair(inbox.persona, &fingerprint)? {
            Some(known) => known.id,
            None => self.new_contact(inbox, fingerprint, item)?,
        };
        self.store.set_return_inbox(contact, &item.return_inbox)?;
        let conversation = match self.store.conversation_with(contact)? {
            Some(known) => known.id,
            None => self.new_conversation(inbox, contact, &group, item)?,
        };
        let row = LogRow {
            log: item.log,
            conversation,
            persona: inbox.persona,
            group_id: group.id().to_vec(),
            home: item.home.clone(),
            home_key: item.home_key,
            state: LogState::Open,
            head: item.head,
            base: 0,
            next_seq: 1,
            chain: item.chain,
            closing_seed: None,
            leaf_update_s: self.now.unix_s(),
        };
        self.store.insert_log(&row)?;
        self.keep_group(&row, group);
        if let Some(invitation) = self.store.capability_of_secret(&item.capability)? {
            self.store.count_use(invitation.id)?;
        }
        self.event(Event::Joined(contact, conversation));
        self.work.insert(Work::Connections);
        self.work.insert(Work::Log(row.log));
        Ok(())
    }

    fn new_contact(
        &mut self,
        inbox: &InboxRow,
        fingerprint: protocol::id::PersonaFingerprint,
        item: &WelcomeItem,
    ) -> Result<ContactId, CoreError> {
        let row = ContactRow {
            id: ContactId::new(self.entropy.bytes()),
            persona: inbox.persona,
            fingerprint,
            name: item.name.clone(),
            return_inbox: Some(item.return_inbox.clone()),
            verified: false,
        };
        self.store.insert_contact(&row)?;
        Ok(row.id)
    }

    fn new_conversation(
        &mut self,
        inbox: &InboxRow,
        contact: ContactId,
        group: &Group,
        item: &WelcomeItem,
    ) -> Result<ConversationId, CoreError> {
        let row = ConversationRow {
            id: ConversationId::new(self.entropy.bytes()),
            persona: inbox.persona,
            contact: Some(contact),
            title: item.name.as_str().to_owned(),
            room: group.place().conversation,
            created_s: self.now.unix_s(),
        };
        self.store.insert_conversation(&row)?;
        Ok(row.id)
    }
}
