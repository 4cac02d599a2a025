//! Founding a conversation's group: its place, its log, and the item that invites into it.
//!
//! Everything here happens in the one transaction in which the KeyPackages came; no rival exists
//! yet, so the group's first commit is merged at once.

use client_store::acceptance::AcceptanceRow;
use client_store::capability::{CapabilityRow, CapabilityState};
use client_store::id::{CapabilityId, ContactId, ConversationId};
use client_store::inbox::InboxRow;
use client_store::log::{LogRow, LogState};
use ed25519_dalek::SigningKey;
use mls::group::{Group, NewGroup};
use mls::inbox_seal::{self, inbox_key_pair};
use mls::key_package::CheckedKeyPackage;
use mls::place::{Kind, Place};
use mls::welcome_item::{ReturnInbox, WelcomeItem};
use protocol::hash;
use protocol::home_url::HomeUrl;
use protocol::id::{HomeKey, LogId};
use protocol::request::Admission;
use protocol::secret::CapabilitySecret;
use zeroize::Zeroizing;

use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::session::ConnectionKey;

impl Engine {
    /// Founds the group at its place, with the item that invites into it.
    pub(crate) fn found_group(
        &mut self,
        acceptance: &AcceptanceRow,
        others: &[CheckedKeyPackage],
    ) -> Result<(), CoreError> {
        let conversation = self
            .store
            .conversation(acceptance.conversation)?
            .ok_or(CoreError::Unknown("conversation"))?;
        let contact = conversation.contact.ok_or(CoreError::Unknown("contact"))?;
        let inbox = self.return_inbox(acceptance)?;
        let (home, home_key) = self.log_home(acceptance, &inbox)?;
        let closing_seed = Zeroizing::new(self.entropy.bytes::<32>());
        let place = Place {
            generation: 0,
            home,
            home_key,
            log: self.next_log_id(acceptance.conversation)?,
            boats: Vec::new(),
            closing_key: SigningKey::from_bytes(&closing_seed)
                .verifying_key()
                .to_bytes(),
            conversation: conversation.room,
            kind: Kind::Pair,
        };
        let device = self.device_of(acceptance.persona)?;
        let group_id = self.entropy.bytes::<32>();
        let founded = place.clone();
        let NewGroup { group, welcome } =
            self.with_mls(|provider| Group::found(provider, &device, founded, group_id, others))?;
        let row = self.new_log(acceptance, &place, group_id, closing_seed);
        self.store.insert_log(&row)?;
        self.keep_group(&row, group);
        let persona = self
            .store
            .persona(acceptance.persona)?
            .ok_or(CoreError::Unknown("name"))?;
        let item = WelcomeItem {
            welcome,
            home: place.home,
            home_key,
            log: row.log,
            head: row.head,
            seq: 0,
            chain: row.chain,
            return_inbox: self.way_back(&inbox, contact)?,
            name: persona.name,
            capability: acceptance.invitation.capability.clone(),
            base: 0,
        }
        .sign(&device);
        let (key, to) = (
            &acceptance.invitation.inbox_key,
            &acceptance.invitation.inbox,
        );
        let item = inbox_seal::seal_item(&self.entropy, key, to, &item)?;
        self.store
            .set_acceptance_founded(&acceptance.use_id, &row.log, &item)?;
        self.work.insert(Work::Connections);
        self.work.insert(Work::Acceptance(acceptance.use_id));
        self.work
            .insert(Work::Connection(ConnectionKey::of_inbox(&inbox)));
        Ok(())
    }

    /// A random id; below those of logs that the conversation has already, so that both write to the new one and
    /// what is said in it comes last.
    fn next_log_id(&self, conversation: ConversationId) -> Result<LogId, CoreError> {
        let random = u128::from_be_bytes(self.entropy.bytes());
        let logs = self.store.logs_of(conversation)?;
        let lowest = logs
            .first()
            .map_or(0, |log| u128::from_be_bytes(*log.log.as_bytes()));
        let below = random.checked_rem(lowest).unwrap_or(random);
        Ok(LogId::new(below.to_be_bytes()))
    }

    /// A log at its first head, not yet at its home.
    fn new_log(
        &self,
        acceptance: &AcceptanceRow,
        place: &Place,
        group_id: [u8; 32],
        closing_seed: Zeroizing<[u8; 32]>,
    ) -> LogRow {
        let head = hash::first_head(&place.log);
        LogRow {
            log: place.log,
            conversation: acceptance.conversation,
            persona: acceptance.persona,
            group_id: group_id.to_vec(),
            home: place.home.clone(),
            home_key: place.home_key,
            state: LogState::Opening,
            head,
            base: 0,
            next_seq: 1,
            chain: hash::chain_start(&place.log, &head),
            closing_seed: Some(closing_seed),
            leaf_update_s: self.now.unix_s(),
            repairs_after: 0,
        }
    }

    /// The inbox at which the counterpart will reach us: one that the name has, else a new one at
    /// the inviter's home, which the invitation pays for. One that its home never confirmed is no
    /// way back: that home may never answer.
    fn return_inbox(&mut self, acceptance: &AcceptanceRow) -> Result<InboxRow, CoreError> {
        let inboxes = self.store.inboxes_of(acceptance.persona)?;
        if let Some(open) = inboxes.into_iter().find(|inbox| inbox.open) {
            return Ok(open);
        }
        let home = acceptance.invitation.home.clone();
        let admission = Admission::Token(acceptance.inbox_token.clone());
        self.insert_inbox(acceptance.persona, home, admission)
    }

    /// The log lives where the way back is: at the accepter's home if they have one, else at the
    /// inviter's. Its key was shown there, or stands in the link.
    fn log_home(
        &self,
        acceptance: &AcceptanceRow,
        inbox: &InboxRow,
    ) -> Result<(HomeUrl, HomeKey), CoreError> {
        let invitation = &acceptance.invitation;
        let known = self.store.home_key(&inbox.home)?;
        let key = known.filter(|_| inbox.home != invitation.home);
        Ok((inbox.home.clone(), key.unwrap_or(invitation.home_key)))
    }

    /// A standing capability for the counterpart, and everything else they need to knock.
    pub(crate) fn way_back(
        &mut self,
        inbox: &InboxRow,
        contact: ContactId,
    ) -> Result<ReturnInbox, CoreError> {
        let secret = match self.store.standing_capability(&inbox.inbox, contact)? {
            Some(known) => known.secret,
            None => {
                let row = CapabilityRow {
                    id: CapabilityId::new(self.entropy.bytes()),
                    inbox: inbox.inbox,
                    secret: CapabilitySecret::new(self.entropy.bytes()),
                    contact: Some(contact),
                    label: None,
                    uses: None,
                    used: 0,
                    expires_s: None,
                    state: CapabilityState::New,
                    created_s: self.now.unix_s(),
                    repairs: None,
                };
                self.store.insert_capability(&row)?;
                row.secret
            }
        };
        self.way_with(inbox, secret)
    }

    /// Everything that one needs to knock at an inbox of ours under a capability.
    pub(crate) fn way_with(
        &self,
        inbox: &InboxRow,
        capability: CapabilitySecret,
    ) -> Result<ReturnInbox, CoreError> {
        let home_key = self
            .store
            .home_key(&inbox.home)?
            .ok_or(CoreError::Unknown("home"))?;
        let (_, inbox_key) = inbox_key_pair(&self.entropy, &inbox.hpke_seed)?;
        Ok(ReturnInbox {
            home: inbox.home.clone(),
            home_key,
            inbox: inbox.inbox,
            inbox_key,
            seal_key: inbox.seal_key.clone(),
            capability,
        })
    }
}
