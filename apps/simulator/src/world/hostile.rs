//! A hostile member: has a member's keys and writes past their engine, on a connection of a
//! stranger. Made of the same pieces as the engine; nothing that it does is kept in the member's
//! own store.

use super::{STRANGERS_NONCE, World};
use client_store::log::LogRow;
use client_store::pending_commit::PendingCommitRow;
use home_core::LogStore as _;
use mls::device::Device;
use mls::error::MlsError;
use mls::group::Group;
use mls::provider::{Entropy, Provider};
use mls::repair::Repair;
use mls::signal;
use mls::welcome_item::ReturnInbox;
use mls::wrap::{CommitPayload, WrapKind, seal_body};
use protocol::frame::{Request, Response};
use protocol::hash;
use protocol::id::{HeadId, LogId, Nonce, PersonaFingerprint};
use protocol::proof::{self, Right};
use protocol::request::{self, Append, Commit, Prove, Signal};

/// Somebody who does not keep to the rules but has real keys.
pub struct Member<'a> {
    world: &'a mut World,
    home: &'static str,
    name: &'static str,
    log: LogId,
    entropy: Entropy,
}

impl<'a> Member<'a> {
    /// A member of a log that is kept at `home`.
    pub fn new(world: &'a mut World, home: &'static str, name: &'static str, log: LogId) -> Self {
        let entropy = Entropy::from_seed(world.random.bytes());
        Self {
            world,
            home,
            name,
            log,
            entropy,
        }
    }

    fn log(&self) -> LogRow {
        let store = self.world.client(self.name).engine().store();
        store.log(&self.log).unwrap().unwrap()
    }

    /// Does something with the group as it is stored; nothing of it is kept.
    fn with_group<T>(
        &self,
        act: impl FnOnce(&Provider<'_>, &mut Group, &Device, &LogRow) -> T,
    ) -> T {
        let log = self.log();
        let store = self.world.client(self.name).engine().store();
        let persona = store.persona(log.persona).unwrap().unwrap();
        let device = Device::restore(&persona.device_seed, &persona.credential).unwrap();
        store.begin().unwrap();
        let act = |provider: &Provider<'_>| {
            let mut group = Group::load(provider, &log.group_id)?.unwrap();
            Ok::<_, MlsError>(act(provider, &mut group, &device, &log))
        };
        let result = Provider::run(store, &self.entropy, act);
        store.rollback().unwrap();
        result.unwrap()
    }

    /// Proves the right to write at the head where the member is.
    fn prove(&mut self) -> Option<Response> {
        let prove = self.proof();
        self.world.try_ask(self.home, &prove)
    }

    fn proof(&self) -> Request {
        let nonce = Nonce::new(STRANGERS_NONCE);
        self.with_group(|provider, group, _, log| {
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
        })
    }

    /// Posts a child with this body and next keys of the member's own making.
    fn post_with_own_keys(&mut self, body: Vec<u8>, rejected: &[HeadId]) -> Option<Response> {
        self.prove()?;
        let log = self.log();
        let write = ed25519_dalek::SigningKey::from_bytes(&[4; 32]);
        let write_key = proof::write_key(&[4; 32]);
        let read_key = proof::read_key(&[5; 32]);
        let hash = hash::body_hash(&body);
        let message = proof::possession_message(
            &log.home_key,
            &log.log,
            &log.head,
            &hash,
            &write_key,
            &read_key,
        );
        let commit = Request::Commit(Commit {
            log: log.log,
            parent: log.head,
            body,
            write_key,
            read_key,
            possession: proof::sign(&write, &message),
            rejected: rejected.to_vec(),
        });
        self.world.try_ask(self.home, &commit)
    }

    /// A child that is no commit at all, of so many bytes.
    pub fn post_garbage(&mut self, bytes: usize, rejected: &[HeadId]) -> Option<Response> {
        let mut body = vec![7; bytes];
        body[..16].copy_from_slice(&self.entropy.bytes::<16>());
        self.post_with_own_keys(body, rejected)
    }

    /// The children of the head where the member is, as their home has them.
    pub fn children(&self) -> Vec<HeadId> {
        let log = self.log();
        let mut stores = self.world.log_stores();
        let (_, mut store) = stores.find(|(name, _)| *name == self.home).unwrap();
        let head = store.head(&log.log, &log.head).unwrap().unwrap();
        store.child_heads(head.row).unwrap()
    }

    /// So many children that are no commits, one a second, as a home takes them; how many it took.
    pub fn fill_with_garbage(&mut self, children: u8) -> usize {
        let mut posted = Vec::new();
        for _ in 0..children {
            let mut body = vec![0; 512];
            body[..16].copy_from_slice(&self.entropy.bytes::<16>());
            let head = hash::head_of_commit(&body);
            match self.post_with_own_keys(body, &posted) {
                Some(Response::Committed(_)) => posted.push(head),
                _ => break,
            }
            self.world.pass_s(1);
        }
        posted.len()
    }

    /// A commit that holds and removes these leaves, with keys that are not those of the next epoch.
    pub fn post_bogus_keys(&mut self, removed: &[u32]) -> Option<Response> {
        let (write, read) = (proof::write_key(&[4; 32]), proof::read_key(&[5; 32]));
        let body = self.with_group(|provider, group, device, log| {
            let wrap = group.keys(provider).unwrap();
            if group.has_pending_commit() {
                group.clear_own_commit(provider).unwrap();
            }
            let own = group
                .commit_changes(provider, device, &[], removed)
                .unwrap();
            let head = &log.head;
            let payload = CommitPayload::new(device, own.message, &log.log, head, &write, &read);
            let (kind, bytes) = (WrapKind::Commit, payload.to_bytes());
            seal_body(wrap.wrap(), &self.entropy, &log.log, head, kind, &bytes).unwrap()
        });
        self.post_with_own_keys(body, &[])
    }

    /// A commit that holds for everybody but for one, to whom its path secret does not open, if it is
    /// sealed to their leaf alone. The member's own engine finds it made, posts it, and goes on by
    /// it; whether it was made.
    pub fn post_spoiled(&mut self, victim: &PersonaFingerprint) -> bool {
        let key = self.with_group(|_, group, _, _| {
            let members = group.members().unwrap();
            let member = members
                .iter()
                .find(|member| member.credential.persona().fingerprint() == *victim);
            member.map(|member| member.encryption_key.clone())
        });
        let Some(key) = key else {
            return false;
        };
        self.world.go_offline(self.name);
        let log = self.log();
        let store = self.world.client(self.name).engine().store();
        if store.pending_commit(&log.log).unwrap().is_some() {
            return false;
        }
        let persona = store.persona(log.persona).unwrap().unwrap();
        let device = Device::restore(&persona.device_seed, &persona.credential).unwrap();
        // What fails here failed for want of a disk, and leaves nothing.
        let made = store.begin().is_ok()
            && Provider::run_spoiling(store, &self.entropy, &key, |provider| {
                let mut group = Group::load(provider, &log.group_id)?.unwrap();
                Ok(spoiled_commit(
                    provider,
                    &self.entropy,
                    &mut group,
                    &device,
                    &log,
                ))
            })
            .is_ok_and(|row| store.insert_pending_commit(&row).is_ok())
            && store.commit().is_ok();
        if !made {
            let _ = store.rollback();
        }
        self.world.revive(self.name);
        self.world.go_online(self.name);
        made
    }

    /// Signals something of the moment as the device at a leaf, or as the own.
    pub fn signal_as(&mut self, leaf: Option<u32>, content: &[u8]) -> Option<Response> {
        self.prove()?;
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
        self.world.try_ask(self.home, &signal)
    }

    /// The leaf of a persona's first device, if they are a member.
    pub fn leaf_of(&self, persona: &PersonaFingerprint) -> Option<u32> {
        self.with_group(|_, group, _, _| {
            let members = group.members().unwrap();
            let found = members
                .iter()
                .find(|one| one.credential.persona().fingerprint() == *persona);
            found.map(|one| one.leaf)
        })
    }

    /// What leaves a request to be added again at the head where the member is now, with any KeyPackage:
    /// the proof and then the request itself.
    pub fn repair(&self, key_package: Vec<u8>, return_inbox: ReturnInbox) -> [Request; 2] {
        let repair = self.with_group(|provider, group, device, log| {
            let repair = Repair {
                log: log.log,
                head: log.head,
                leaf: group.own_leaf(),
                key_package,
                return_inbox,
            };
            let (kind, bytes) = (WrapKind::Repair, repair.sign(device));
            let keys = group.keys(provider).unwrap();
            let (log, head) = (log.log, log.head);
            let body = seal_body(keys.wrap(), &self.entropy, &log, &head, kind, &bytes).unwrap();
            Request::Repair(request::Repair { log, head, body })
        });
        [self.proof(), repair]
    }

    fn append(&mut self, body: Vec<u8>) -> Option<Response> {
        self.prove()?;
        let log = self.log();
        let append = Request::Append(Append {
            log: log.log,
            head: log.head,
            body,
        });
        self.world.try_ask(self.home, &append)
    }

    /// An entry that does not open.
    pub fn append_garbage(&mut self) -> Option<Response> {
        let mut body = vec![3; 512];
        body[..16].copy_from_slice(&self.entropy.bytes::<16>());
        self.append(body)
    }

    /// A text past the member's own engine, as a copy of the profile would write it.
    pub fn append_as_copy(&mut self) -> Option<Response> {
        self.append_message(Vec::new(), b"copy")
    }

    /// A message past the member's own engine, of any content and additional data.
    pub fn append_message(&mut self, aad: Vec<u8>, content: &[u8]) -> Option<Response> {
        let body = self.with_group(|provider, group, device, log| {
            let message = group.encrypt(provider, device, aad, content).unwrap();
            let keys = group.keys(provider).unwrap();
            let kind = WrapKind::Message;
            let place = (&log.log, &log.head);
            seal_body(keys.wrap(), &self.entropy, place.0, place.1, kind, &message).unwrap()
        });
        self.append(body)
    }
}

/// A commit that renews the member's leaf, as their engine keeps one before it is posted.
fn spoiled_commit(
    provider: &Provider<'_>,
    entropy: &Entropy,
    group: &mut Group,
    device: &Device,
    log: &LogRow,
) -> PendingCommitRow {
    let keys = group.keys(provider).unwrap();
    let own = group.commit_update(provider, device).unwrap();
    let (write_key, read_key) = (own.next.write_key(), own.next.read_key());
    let (id, head) = (&log.log, &log.head);
    let payload = CommitPayload::new(device, own.message, id, head, &write_key, &read_key);
    let (kind, bytes) = (WrapKind::Commit, payload.to_bytes());
    let body = seal_body(keys.wrap(), entropy, id, head, kind, &bytes).unwrap();
    let hash = hash::body_hash(&body);
    let home = &log.home_key;
    let message = proof::possession_message(home, id, head, &hash, &write_key, &read_key);
    PendingCommitRow {
        log: log.log,
        parent: log.head,
        body,
        write_key,
        read_key,
        possession: proof::sign(&own.next.write_secret(), &message),
        answered: false,
        welcome: None,
    }
}
