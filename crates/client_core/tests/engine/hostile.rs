//! Somebody who does not keep to the rules but has real keys: made of the same pieces as the engine.

use crate::people::ADA;
use crate::world::{STRANGERS_NONCE, World};
use client_store::log::LogRow;
use client_store::pending_commit::PendingCommitRow;
use mls::device::Device;
use mls::group::Group;
use mls::inbox_seal::{Published, inbox_key_pair, open_published, seal_item};
use mls::key_package::CheckedKeyPackage;
use mls::key_value::MemoryKeyValue;
use mls::persona::PersonaSecret;
use mls::place::{Kind, Place};
use mls::provider::{Entropy, Provider};
use mls::signal;
use mls::welcome_item::{ReturnInbox, WelcomeItem};
use mls::wrap::{CommitPayload, WrapKind, seal_body};
use protocol::frame::{Request, Response};
use protocol::hash;
use protocol::id::{HeadId, HomeKey, InboxId, LogId, Nonce, PersonaFingerprint, UseId};
use protocol::invitation::Invitation;
use protocol::name::Name;
use protocol::proof::{self, Right};
use protocol::request::{Append, Commit, Fetch, Knock, Prove, Signal};
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

/// A hostile member: has a member's keys and writes past their engine.
pub struct Member<'a> {
    world: &'a mut World,
    home: &'static str,
    name: &'static str,
    log: LogId,
    entropy: Entropy,
}

impl<'a> Member<'a> {
    /// Of the one conversation that they have.
    pub fn new(world: &'a mut World, home: &'static str, name: &'static str) -> Self {
        let log = log_of(world, name).log;
        Self::at(world, home, name, log)
    }

    /// Of a log.
    pub fn at(world: &'a mut World, home: &'static str, name: &'static str, log: LogId) -> Self {
        let entropy = Entropy::from_seed([77; 32]);
        Self {
            world,
            home,
            name,
            log,
            entropy,
        }
    }

    /// The log, as the member's file says.
    fn log(&self) -> LogRow {
        let store = self.world.client(self.name).open_store();
        store.log(&self.log).unwrap().unwrap()
    }

    /// Does something with the group as it is stored; nothing of it is kept.
    fn with_group<T>(
        &self,
        act: impl FnOnce(&Provider<'_>, &mut Group, &Device, &LogRow) -> T,
    ) -> T {
        let log = self.log();
        let store = self.world.client(self.name).open_store();
        let persona = store.persona(log.persona).unwrap().unwrap();
        let device = Device::restore(&persona.device_seed, &persona.credential).unwrap();
        store.begin().unwrap();
        let result = Provider::run(&store, &self.entropy, |provider| {
            let mut group = Group::load(provider, &log.group_id)?.unwrap();
            Ok(act(provider, &mut group, &device, &log))
        });
        store.rollback().unwrap();
        result.unwrap()
    }

    /// Proves the right to write at the head where the member is.
    fn prove(&mut self) {
        let nonce = Nonce::new(STRANGERS_NONCE);
        let prove = self.with_group(|provider, group, _, log| {
            let secret = group.keys(provider).unwrap().write_secret();
            let message =
                proof::right_message(&log.home_key, &nonce, &log.log, &log.head, Right::Write);
            Request::Prove(Prove {
                log: log.log,
                head: log.head,
                right: Right::Write,
                key: secret.verifying_key().to_bytes(),
                signature: proof::sign(&secret, &message),
            })
        });
        assert_eq!(self.world.ask(self.home, &prove).kind(), "done");
    }

    /// Posts a child with this body and keys of the stranger's own making.
    fn post(&mut self, body: Vec<u8>, next: &[u8; 32], rejected: &[HeadId]) -> Response {
        self.prove();
        let log = self.log();
        let (write, read) = (proof::write_key(next), proof::read_key(&[5; 32]));
        let hash = hash::body_hash(&body);
        let message =
            proof::possession_message(&log.home_key, &log.log, &log.head, &hash, &write, &read);
        let commit = Request::Commit(Commit {
            log: log.log,
            parent: log.head,
            body,
            write_key: write,
            read_key: read,
            possession: proof::sign(&ed25519_dalek::SigningKey::from_bytes(next), &message),
            rejected: rejected.to_vec(),
        });
        self.world.ask(self.home, &commit)
    }

    /// A child that is no commit at all, of so many bytes.
    pub fn post_garbage(&mut self, bytes: usize) -> Response {
        self.post(vec![7; bytes], &[4; 32], &[])
    }

    /// So many children that are no commits, one a second, as a home takes them.
    pub fn fill_with_garbage(&mut self, children: u8) {
        let mut posted = Vec::new();
        for number in 0..children {
            let body = vec![number; 512];
            let head = hash::head_of_commit(&body);
            let answer = self.post(body, &[4; 32], &posted);
            assert_eq!(answer.kind(), "committed");
            posted.push(head);
            self.world.pass_s(1);
        }
    }

    /// A commit that holds, with keys that are not those of the next epoch.
    pub fn post_bogus_keys(&mut self) -> Response {
        let next = [4; 32];
        let body = self.with_group(|provider, group, device, log| {
            let wrap = group.keys(provider).unwrap();
            let own = group.commit_update(provider, device).unwrap();
            let (write, read) = (proof::write_key(&next), proof::read_key(&[5; 32]));
            let payload =
                CommitPayload::new(device, own.message, &log.log, &log.head, &write, &read);
            let (kind, bytes) = (WrapKind::Commit, payload.to_bytes());
            seal_body(
                wrap.wrap(),
                &self.entropy,
                &log.log,
                &log.head,
                kind,
                &bytes,
            )
            .unwrap()
        });
        self.post(body, &next, &[])
    }

    /// An entry that does not open.
    pub fn append_garbage(&mut self) -> Response {
        self.prove();
        let log = self.log();
        let append = Request::Append(Append {
            log: log.log,
            head: log.head,
            body: vec![3; 512],
        });
        self.world.ask(self.home, &append)
    }

    /// A text past the member's own engine, as a copy of the profile would write it.
    pub fn append_as_copy(&mut self) -> Response {
        self.prove();
        let append = self.with_group(|provider, group, device, log| {
            let message = group
                .encrypt(provider, device, Vec::new(), b"copy")
                .unwrap();
            let keys = group.keys(provider).unwrap();
            let kind = WrapKind::Message;
            let body = seal_body(
                keys.wrap(),
                &self.entropy,
                &log.log,
                &log.head,
                kind,
                &message,
            )
            .unwrap();
            Request::Append(Append {
                log: log.log,
                head: log.head,
                body,
            })
        });
        self.world.ask(self.home, &append)
    }
}

impl Member<'_> {
    /// A commit that holds, but what it says to `victim` alone does not open. The member's own engine
    /// finds it made, posts it, and goes on by it.
    pub fn post_spoiled(&mut self, victim: &PersonaFingerprint) {
        self.world.go_offline(self.name);
        let log = self.log();
        let store = self.world.client(self.name).open_store();
        let persona = store.persona(log.persona).unwrap().unwrap();
        let device = Device::restore(&persona.device_seed, &persona.credential).unwrap();
        let key = self.with_group(|_, group, _, _| {
            let members = group.members().unwrap();
            let mut of_victim = members.into_iter().filter(|member| {
                let fingerprint = member.credential.persona().fingerprint();
                fingerprint == *victim
            });
            of_victim.next().unwrap().encryption_key
        });
        store.begin().unwrap();
        let made = Provider::run_spoiling(&store, &self.entropy, &key, |provider| {
            let mut group = Group::load(provider, &log.group_id)?.unwrap();
            let keys = group.keys(provider)?;
            let own = group.commit_update(provider, &device)?;
            let (write, read) = (own.next.write_key(), own.next.read_key());
            let (message, head) = (own.message, &log.head);
            let payload = CommitPayload::new(&device, message, &log.log, head, &write, &read);
            let (kind, bytes) = (WrapKind::Commit, payload.to_bytes());
            let body = seal_body(keys.wrap(), &self.entropy, &log.log, head, kind, &bytes)?;
            Ok((body, own.next))
        });
        let (body, next) = made.unwrap();
        let (write_key, read_key) = (next.write_key(), next.read_key());
        let hash = hash::body_hash(&body);
        let (home, id, head) = (&log.home_key, &log.log, &log.head);
        let message = proof::possession_message(home, id, head, &hash, &write_key, &read_key);
        let row = PendingCommitRow {
            log: log.log,
            parent: log.head,
            body,
            write_key,
            read_key,
            possession: proof::sign(&next.write_secret(), &message),
            answered: false,
            welcome: None,
        };
        store.insert_pending_commit(&row).unwrap();
        store.commit().unwrap();
        self.world.go_online(self.name);
    }

    /// Signals something of the moment as the device at a leaf, or as the own.
    pub fn signal_as(&mut self, leaf: Option<u32>, content: &[u8]) -> Response {
        self.prove();
        let signal = self.with_group(|provider, group, device, log| {
            let keys = group.keys(provider).unwrap();
            let sender = (device, leaf.unwrap_or_else(|| group.own_leaf()));
            let place = (&log.log, &log.head);
            let entropy = &self.entropy;
            Request::Signal(Signal {
                log: log.log,
                head: log.head,
                body: signal::seal(keys.signal(), entropy, place, sender, content).unwrap(),
            })
        });
        self.world.ask(self.home, &signal)
    }

    /// The leaf of a persona's first device.
    pub fn leaf_of(&self, persona: &PersonaFingerprint) -> u32 {
        self.with_group(|_, group, _, _| {
            let members = group.members().unwrap();
            let found = members
                .iter()
                .find(|one| one.credential.persona().fingerprint() == *persona);
            found.unwrap().leaf
        })
    }
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
