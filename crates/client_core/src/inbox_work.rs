//! One of our inboxes at its home: make it, stock it with KeyPackages, tell who may knock, listen.

use client_store::capability::{CapabilityRow, CapabilityState};
use client_store::id::CapabilityId;
use client_store::inbox::InboxRow;
use ed25519_dalek::SigningKey;
use mls::device_list::{DeviceList, ListedDevice};
use mls::inbox_seal::{Published as Sealed, seal_published};
use mls::key_package;
use mls::persona::PersonaSecret;
use protocol::frame::Request;
use protocol::id::InboxId;
use protocol::proof;
use protocol::refusal::HomeError;
use protocol::request::{CreateInbox, GrantCapability, Listen, Own, Publish, RevokeCapability};
use protocol::response::Published;

use crate::effect::Event;
use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::refused_contact::explain;
use crate::session::{Asked, ConnectionKey};

/// KeyPackages made at a time, and below how many at the home more are made.
const STOCK: u32 = 24;
const STOCK_LOW: u64 = 8;

impl Engine {
    /// Asks what comes next for one inbox.
    pub(crate) fn work_on_inbox(&mut self, inbox: &InboxRow) -> Result<(), CoreError> {
        let key = ConnectionKey::of_inbox(inbox);
        let id = inbox.inbox;
        if !inbox.open {
            if self.may_ask(&key, &Asked::CreateInbox(id)) {
                let request = Request::CreateInbox(CreateInbox {
                    inbox: id,
                    owner: proof::owner_key(&inbox.owner_seed),
                    admission: inbox.admission.clone(),
                });
                self.ask(&key, Asked::CreateInbox(id), &request);
            }
            return Ok(());
        }
        if !self.own(&key, inbox) {
            return Ok(());
        }
        self.publish(&key, inbox)?;
        if !inbox.published {
            return Ok(());
        }
        for capability in self.store.capabilities_to_tell(&id)? {
            self.tell(&key, &capability);
        }
        if self.may_ask(&key, &Asked::Listen(id)) {
            self.listen(&key, inbox, 0);
        }
        Ok(())
    }

    /// Whether the inbox is proven to be ours on this connection; if not, proves it.
    pub(crate) fn own(&mut self, key: &ConnectionKey, inbox: &InboxRow) -> bool {
        let asked = Asked::Own(inbox.inbox);
        if self.is_done(key, &asked) {
            return true;
        }
        let ready = self.sessions.get(key).and_then(|session| session.ready());
        if let (Some((_, home, nonce)), true) = (ready, self.may_ask(key, &asked)) {
            let secret = SigningKey::from_bytes(&inbox.owner_seed);
            let message = proof::owner_message(&home, &nonce, &inbox.inbox);
            let request = Request::Own(Own {
                inbox: inbox.inbox,
                key: proof::owner_key(&inbox.owner_seed),
                signature: proof::sign(&secret, &message),
            });
            self.ask(key, asked, &request);
        }
        false
    }

    pub(crate) fn listen(&mut self, key: &ConnectionKey, inbox: &InboxRow, after: u64) {
        let request = Request::Listen(Listen {
            inbox: inbox.inbox,
            device: inbox.device,
            after,
        });
        self.ask(key, Asked::Listen(inbox.inbox), &request);
    }

    /// Tells the home of a capability, or that it was taken back.
    fn tell(&mut self, key: &ConnectionKey, capability: &CapabilityRow) {
        let (asked, request) = if capability.state == CapabilityState::New {
            let grant = GrantCapability {
                inbox: capability.inbox,
                capability: capability.secret.hash(),
                uses: capability.uses,
                expires: capability.expires_s,
                pays: capability.is_invitation(),
                label: None,
            };
            (Asked::Grant(capability.id), Request::GrantCapability(grant))
        } else {
            let revoke = RevokeCapability {
                inbox: capability.inbox,
                capability: capability.secret.hash(),
            };
            (
                Asked::Revoke(capability.id),
                Request::RevokeCapability(revoke),
            )
        };
        if self.may_ask(key, &asked) {
            self.ask(key, asked, &request);
        }
    }

    /// Publishes what waits: at first the device list and the last resort, later more stock.
    fn publish(&mut self, key: &ConnectionKey, inbox: &InboxRow) -> Result<(), CoreError> {
        let asked = Asked::Publish(inbox.inbox);
        if !self.may_ask(key, &asked) {
            return Ok(());
        }
        let mut waiting = self.store.key_packages_of(&inbox.inbox)?;
        if waiting.is_empty() && !inbox.published {
            self.make_key_packages(inbox, true)?;
            waiting = self.store.key_packages_of(&inbox.inbox)?;
        }
        if waiting.is_empty() {
            return Ok(());
        }
        let device_list = if inbox.published {
            None
        } else {
            Some(self.sealed_device_list(inbox)?)
        };
        let mut request = Publish {
            inbox: inbox.inbox,
            device: inbox.device,
            device_list,
            key_packages: Vec::new(),
            last_resort: None,
        };
        for row in waiting {
            if row.last_resort {
                request.last_resort = Some(row.sealed);
            } else {
                request.key_packages.push(row.sealed.into());
            }
        }
        self.ask(key, asked, &Request::Publish(request));
        Ok(())
    }

    fn sealed_device_list(&mut self, inbox: &InboxRow) -> Result<Vec<u8>, CoreError> {
        let persona = self
            .store
            .persona(inbox.persona)?
            .ok_or(CoreError::Unknown("name"))?;
        let secret = PersonaSecret::from_seed(&persona.persona_seed);
        let device = *self.device_of(inbox.persona)?.credential().device_key();
        let listed = ListedDevice {
            label: inbox.device,
            device,
        };
        let list = DeviceList::new(&secret.key(), vec![listed], inbox.list_version).sign(&secret);
        let what = Sealed::DeviceList;
        Ok(seal_published(
            &inbox.seal_key,
            &self.entropy,
            &inbox.inbox,
            what,
            &list,
        )?)
    }

    /// Makes KeyPackages and keeps them until the home has them.
    fn make_key_packages(&mut self, inbox: &InboxRow, first: bool) -> Result<(), CoreError> {
        let device = self.device_of(inbox.persona)?;
        let last_resorts = u32::from(first);
        for number in 0..STOCK + last_resorts {
            let last_resort = number < last_resorts;
            let bytes =
                self.with_mls(|provider| key_package::generate(provider, &device, last_resort))?;
            let what = Sealed::KeyPackage;
            let sealed =
                seal_published(&inbox.seal_key, &self.entropy, &inbox.inbox, what, &bytes)?;
            self.store
                .insert_key_package(&inbox.inbox, last_resort, &sealed)?;
        }
        Ok(())
    }

    /// The home said how many KeyPackages it has left.
    pub(crate) fn stock_left(&mut self, inbox: &InboxRow, left: u64) -> Result<(), CoreError> {
        if left < STOCK_LOW && self.store.key_packages_of(&inbox.inbox)?.is_empty() {
            self.make_key_packages(inbox, false)?;
            self.work
                .insert(Work::Connection(ConnectionKey::of_inbox(inbox)));
        }
        Ok(())
    }

    /// The home has what was published.
    pub(crate) fn published(
        &mut self,
        key: &ConnectionKey,
        inbox: &InboxId,
        published: &Published,
    ) -> Result<(), CoreError> {
        for row in self.store.key_packages_of(inbox)? {
            self.store.delete_key_package(row.number)?;
        }
        let first = self.store.inbox(inbox)?.filter(|inbox| !inbox.published);
        self.store.set_inbox_published(inbox)?;
        if let Some(inbox) = first {
            self.event(Event::InboxOpened(inbox.persona));
        } else if let Some(inbox) = self.store.inbox(inbox)? {
            self.stock_left(&inbox, published.remaining)?;
        }
        self.work.insert(Work::Connection(key.clone()));
        Ok(())
    }

    /// The home has the inbox; one that was given up meanwhile it erases again.
    pub(crate) fn inbox_created(
        &mut self,
        key: &ConnectionKey,
        inbox: &InboxId,
    ) -> Result<(), CoreError> {
        self.store.set_inbox_open(inbox)?;
        self.work.insert(Work::Connection(key.clone()));
        Ok(())
    }

    /// The home will not have the inbox: forget it, and what waited for it fails.
    pub(crate) fn inbox_refused(
        &mut self,
        key: &ConnectionKey,
        inbox: &InboxId,
        error: &HomeError,
    ) -> Result<(), CoreError> {
        if self.is_given_up(inbox)? {
            return self.erased(inbox);
        }
        for acceptance in self.store.acceptances()? {
            if self
                .way_back_of(&acceptance)?
                .is_some_and(|way_back| way_back.inbox == *inbox)
            {
                self.first_contact_refused(key, &acceptance.use_id, error)?;
            }
        }
        self.store.delete_inbox(inbox)?;
        let sentence = explain(error, key.home.host());
        self.event(Event::InboxRefused(key.persona, sentence));
        self.work.insert(Work::Connections);
        Ok(())
    }

    /// The home knows a capability.
    pub(crate) fn granted(
        &mut self,
        key: &ConnectionKey,
        capability: CapabilityId,
    ) -> Result<(), CoreError> {
        let Some(row) = self.store.capability(capability)? else {
            return Ok(());
        };
        if row.state == CapabilityState::New {
            self.store
                .set_capability_state(capability, CapabilityState::Granted)?;
        }
        if row.is_invitation() {
            self.event(Event::InvitationReady(capability));
        }
        if let Some(log) = row.repairs {
            self.work.insert(Work::Log(log));
        }
        self.work.insert(Work::Connection(key.clone()));
        Ok(())
    }

    /// The home knows that a capability was taken back.
    pub(crate) fn revoked(&mut self, capability: CapabilityId) -> Result<(), CoreError> {
        let row = self.store.capability(capability)?;
        if row.is_some_and(|row| row.repairs.is_some()) {
            return Ok(self.store.delete_capability(capability)?);
        }
        Ok(self
            .store
            .set_capability_state(capability, CapabilityState::Revoked)?)
    }
}
