//! A hostile member: has a member's keys and writes past their engine, on a connection of a
//! stranger. Made of the same pieces as the engine; nothing that it does is kept in the member's
//! own store.

use super::{STRANGERS_NONCE, World};
use client_core::ConversationId;
use client_store::log::LogRow;
use mls::device::Device;
use mls::error::MlsError;
use mls::group::{Group, OwnCommit};
use mls::provider::{Entropy, Provider};
use mls::wrap::{CommitPayload, WrapKind, seal_body};
use protocol::frame::{Request, Response};
use protocol::hash;
use protocol::id::{HeadId, Nonce};
use protocol::proof::{self, Right};
use protocol::request::{Append, Commit, Prove};

/// Somebody who does not keep to the rules but has real keys.
pub struct Member<'a> {
    world: &'a mut World,
    home: &'static str,
    name: &'static str,
    conversation: ConversationId,
    entropy: Entropy,
}

impl<'a> Member<'a> {
    /// A member of a conversation whose log is kept at `home`.
    pub fn new(
        world: &'a mut World,
        home: &'static str,
        name: &'static str,
        conversation: ConversationId,
    ) -> Self {
        let entropy = Entropy::from_seed(world.random.bytes());
        Self {
            world,
            home,
            name,
            conversation,
            entropy,
        }
    }

    fn log(&self) -> LogRow {
        let store = self.world.client(self.name).engine().store();
        store.logs_of(self.conversation).unwrap()[0].clone()
    }

    /// Does something with the group as it is stored; nothing of it is kept. What is sealed to
    /// `spoiled` does not open.
    fn with_group<T>(
        &self,
        spoiled: Option<&[u8]>,
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
        let result = match spoiled {
            Some(key) => Provider::run_spoiling(store, &self.entropy, key, act),
            None => Provider::run(store, &self.entropy, act),
        };
        store.rollback().unwrap();
        result.unwrap()
    }

    /// Proves the right to write at the head where the member is.
    fn prove(&mut self) -> Option<Response> {
        let nonce = Nonce::new(STRANGERS_NONCE);
        let prove = self.with_group(None, |provider, group, _, log| {
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
        self.world.try_ask(self.home, &prove)
    }

    /// Posts a child with this body and next keys of these seeds.
    fn post(
        &mut self,
        body: Vec<u8>,
        (write, read): (&ed25519_dalek::SigningKey, [u8; 32]),
        rejected: &[HeadId],
    ) -> Option<Response> {
        self.prove()?;
        let log = self.log();
        let write_key = proof::write_key(&write.to_bytes());
        let read_key = proof::read_key(&read);
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
            possession: proof::sign(write, &message),
            rejected: rejected.to_vec(),
        });
        self.world.try_ask(self.home, &commit)
    }

    fn post_with_own_keys(&mut self, body: Vec<u8>, rejected: &[HeadId]) -> Option<Response> {
        let write = ed25519_dalek::SigningKey::from_bytes(&[4; 32]);
        self.post(body, (&write, [5; 32]), rejected)
    }

    /// A child that is no commit at all, of so many bytes.
    pub fn post_garbage(&mut self, bytes: usize) -> Option<Response> {
        let mut body = vec![7; bytes];
        body[..16].copy_from_slice(&self.entropy.bytes::<16>());
        self.post_with_own_keys(body, &[])
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

    /// A commit that renews the member's leaf, with word for next keys of these seeds or its own.
    fn commit(
        &mut self,
        spoiled: Option<&[u8]>,
        bogus: Option<(&[u8; 32], &[u8; 32])>,
    ) -> (Vec<u8>, OwnCommit) {
        let entropy = self.entropy.fork("body");
        self.with_group(spoiled, |provider, group, device, log| {
            let wrap = group.keys(provider).unwrap();
            if group.has_pending_commit() {
                group.clear_own_commit(provider).unwrap();
            }
            let own = group.commit_update(provider, device).unwrap();
            let (write, read) = match bogus {
                Some((write, read)) => (proof::write_key(write), proof::read_key(read)),
                None => (own.next.write_key(), own.next.read_key()),
            };
            let message = own.message.clone();
            let payload = CommitPayload::new(device, message, &log.log, &log.head, &write, &read);
            let (kind, bytes) = (WrapKind::Commit, payload.to_bytes());
            let place = (&log.log, &log.head);
            let body = seal_body(wrap.wrap(), &entropy, place.0, place.1, kind, &bytes).unwrap();
            (body, own)
        })
    }

    /// A commit that holds, with keys that are not those of the next epoch.
    pub fn post_bogus_keys(&mut self) -> Option<Response> {
        let (body, _) = self.commit(None, Some((&[4; 32], &[5; 32])));
        self.post_with_own_keys(body, &[])
    }

    /// A commit that holds for everybody but for the one whose path secret does not open, if it is
    /// sealed to their leaf alone.
    pub fn post_spoiled(&mut self, victim: &str) -> Option<Response> {
        let whom = self.world.engine(victim).personas().unwrap()[0].fingerprint;
        let key = self.with_group(None, |_, group, _, _| {
            let members = group.members().unwrap();
            let member = members
                .iter()
                .find(|member| member.credential.persona().fingerprint() == whom);
            member.map(|member| member.encryption_key.clone())
        })?;
        let (body, own) = self.commit(Some(&key), None);
        let read = own.next.read_secret().to_bytes();
        self.post(body, (&own.next.write_secret(), read), &[])
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
        let body = self.with_group(None, |provider, group, device, log| {
            let message = group
                .encrypt(provider, device, Vec::new(), b"copy")
                .unwrap();
            let keys = group.keys(provider).unwrap();
            let kind = WrapKind::Message;
            let place = (&log.log, &log.head);
            seal_body(keys.wrap(), &self.entropy, place.0, place.1, kind, &message).unwrap()
        });
        self.append(body)
    }
}
