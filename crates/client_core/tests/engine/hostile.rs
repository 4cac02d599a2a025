//! Somebody who does not keep to the rules but has real keys: made of the same pieces as the engine.

use crate::people::ADA;
use crate::world::{Member, World};
use client_store::log::LogRow;
use mls::device::Device;
use mls::group::Group;
use mls::inbox_seal::{Published, inbox_key_pair, open_published, seal_item};
use mls::key_package::CheckedKeyPackage;
use mls::key_value::MemoryKeyValue;
use mls::persona::PersonaSecret;
use mls::place::{Kind, Place};
use mls::provider::{Entropy, Provider};
use mls::welcome_item::{ReturnInbox, WelcomeItem};
use protocol::frame::{Request, Response};
use protocol::hash;
use protocol::id::{HomeKey, InboxId, LogId, UseId};
use protocol::invitation::Invitation;
use protocol::name::Name;
use protocol::request::{Fetch, Knock};
use protocol::secret::{CapabilitySecret, SealKey};

/// The one log of a client, as its file says.
pub fn log_of(world: &World, name: &str) -> LogRow {
    let logs = world.client(name).open_store().logs().unwrap();
    assert_eq!(logs.len(), 1);
    logs[0].clone()
}

/// The log of somebody's circle, as their file says.
pub fn log_of_circle(world: &World, name: &str) -> LogRow {
    let store = world.client(name).open_store();
    let circle = crate::circles::circle_of(world, name).unwrap();
    store.logs_of(circle).unwrap()[0].clone()
}

/// A hostile member of the one conversation.
pub fn member<'a>(world: &'a mut World, home: &'static str, name: &'static str) -> Member<'a> {
    let log = log_of(world, name).log;
    Member::new(world, home, name, log)
}

/// Somebody who got a link and answers it as they like.
pub struct Stranger {
    pub entropy: Entropy,
    pub persona: PersonaSecret,
    pub device: Device,
    pub invitation: Invitation,
    use_id: UseId,
    store: MemoryKeyValue,
}

impl Stranger {
    pub fn new(world: &World, link: &str, seed: u8) -> Self {
        let entropy = Entropy::from_seed([seed; 32]);
        let persona = PersonaSecret::generate(&entropy);
        let device = Device::generate(&entropy, &persona, world.now().unix_s());
        Self {
            persona,
            device,
            invitation: Invitation::from_link(link).unwrap(),
            use_id: UseId::new(entropy.bytes()),
            store: MemoryKeyValue::default(),
            entropy,
        }
    }

    /// A whole, honest Welcome item for Ada, at a log of this id.
    pub fn welcome(&self, world: &mut World, home: &'static str, log: LogId) -> WelcomeItem {
        let invitation = &self.invitation;
        let fetch = Request::Fetch(Fetch {
            inbox: invitation.inbox,
            capability: invitation.capability.clone(),
            use_id: self.use_id,
            log_token: None,
            inbox_token: None,
        });
        let Response::Fetched(fetched) = world.ask(home, &fetch) else {
            panic!("the link does not work");
        };
        let sealed = &fetched.key_packages[0].key_package;
        let (key, inbox) = (&invitation.seal_key, &invitation.inbox);
        let bytes = open_published(key, inbox, Published::KeyPackage, sealed).unwrap();
        let now_s = world.now().unix_s();
        let place = Place {
            generation: 0,
            home: invitation.home.clone(),
            home_key: invitation.home_key,
            log,
            boats: Vec::new(),
            closing_key: [1; 32],
            conversation: [2; 32],
            kind: Kind::Pair,
        };
        let founded = place.clone();
        let welcome = Provider::run(&self.store, &self.entropy, |provider| {
            let checked = CheckedKeyPackage::check(provider, &bytes, now_s)?;
            let id = self.entropy.bytes();
            Ok(Group::found(provider, &self.device, founded, id, &[checked])?.welcome)
        });
        let head = hash::first_head(&log);
        WelcomeItem {
            welcome: welcome.unwrap(),
            home: place.home,
            home_key: place.home_key,
            log,
            head,
            seq: 0,
            chain: hash::chain_start(&log, &head),
            return_inbox: self.return_inbox(),
            name: Name::parse("Mallory").unwrap(),
            capability: invitation.capability.clone(),
            base: 0,
        }
    }

    fn return_inbox(&self) -> ReturnInbox {
        let (_, inbox_key) = inbox_key_pair(&self.entropy, &[3; 32]).unwrap();
        ReturnInbox {
            home: self.invitation.home.clone(),
            home_key: HomeKey::new([6; 32]),
            inbox: InboxId::new([7; 16]),
            inbox_key,
            seal_key: SealKey::new([8; 32]),
            capability: CapabilitySecret::new([9; 32]),
        }
    }

    pub fn knock(&self, world: &mut World, home: &'static str, item: &WelcomeItem) {
        self.knock_with(world, home, &item.sign(&self.device));
    }

    /// Leaves anything at all, sealed to the inbox.
    pub fn knock_with(&self, world: &mut World, home: &'static str, payload: &[u8]) {
        let invitation = &self.invitation;
        let (key, inbox) = (&invitation.inbox_key, &invitation.inbox);
        let item = seal_item(&self.entropy, key, inbox, payload).unwrap();
        self.knock_unsealed(world, home, item);
    }

    /// Leaves anything at all.
    pub fn knock_unsealed(&self, world: &mut World, home: &'static str, item: Vec<u8>) {
        let knock = Request::Knock(Knock {
            inbox: self.invitation.inbox,
            capability: self.invitation.capability.clone(),
            use_id: self.use_id,
            item,
        });
        assert_eq!(world.ask(home, &knock).kind(), "done");
    }
}

/// How often Ada was told that something was passed over.
pub fn passed_over(world: &World) -> usize {
    let events = world.events(ADA).iter();
    events
        .filter(|event| matches!(event, client_core::Event::PassedOver(_)))
        .count()
}
