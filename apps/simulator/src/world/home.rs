//! A home in the world: the real core over the real stores, on a machine with a disk of its own.
//!
//! Here stands what `apps/kith` does around the core: it hands over what came, flushes once for all
//! of it, says what was released, and ends after the first failure of a store.

use super::watched::{Bug, Record, Watched};
use crate::disk;
use home_core::ticket::{Ticket, TicketKey};
use home_core::{
    BlobAct, BlobLimits, BlobWord, Blobs, ConnectionId, Effect, Home, Identity, Input, StoreError,
    admit,
};
use home_store::{SqliteInboxes, SqliteLogs};
use protocol::frame::Response;
use protocol::hash::sha256;
use protocol::home_url::HomeUrl;
use protocol::id::{BlobId, HomeKey, Nonce};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;

/// What a home of this world takes of blobs, unless it was given more.
const BLOB_LIMITS: BlobLimits = BlobLimits {
    blob_bytes: 1 << 20,
    log_blobs: 64,
    log_bytes: 1 << 26,
    all_blobs: 1_024,
    all_bytes: 1 << 30,
};

type Core = Home<Watched, SqliteInboxes>;

/// A frame for a connection; none: it ends. With whether it was asked for.
pub struct Said {
    pub connection: u64,
    pub frame: Option<Vec<u8>>,
    pub is_push: bool,
}

pub struct HomeNode {
    pub name: &'static str,
    pub url: HomeUrl,
    /// Whether connections come about.
    pub reachable: bool,
    /// Whether anybody may make an inbox.
    pub open: bool,
    /// The machine, as the disk knows it.
    pub machine: String,
    /// What it takes of blobs.
    pub(super) blob_limits: BlobLimits,
    seed: [u8; 32],
    key: HomeKey,
    core: Option<Core>,
    pub record: Rc<RefCell<Record>>,
    pub logs: Option<Watched>,
    pub bug: Option<Bug>,
    nonces: BTreeMap<u64, Nonce>,
    /// Refusals of the first stage, which wait for nothing.
    refusals: Vec<Said>,
    /// What a planted bug holds back.
    held_back: Vec<Said>,
    failed: bool,
    /// How often the program has started.
    starts: u64,
    /// How many bytes of each blob have arrived; what they are is not in this world.
    pub(super) arrived: BTreeMap<BlobId, u64>,
    /// What the core said about bytes of blobs.
    words: Vec<BlobWord>,
}

impl HomeNode {
    /// A home that runs.
    pub fn new(name: &'static str, machine: String) -> Self {
        let seed = sha256(&[b"home", name.as_bytes()]);
        let mut node = Self {
            key: protocol::proof::home_key(&seed),
            name,
            url: super::World::url(name),
            reachable: true,
            machine,
            open: true,
            blob_limits: BLOB_LIMITS,
            seed,
            core: None,
            record: Rc::default(),
            logs: None,
            bug: None,
            nonces: BTreeMap::new(),
            refusals: Vec::new(),
            held_back: Vec::new(),
            failed: false,
            starts: 0,
            arrived: BTreeMap::new(),
            words: Vec::new(),
        };
        node.start();
        node
    }

    /// The machine loses what was not synced, and everything in memory.
    pub fn crash(&mut self, draw: &mut dyn FnMut(usize) -> usize) {
        disk::crash(&self.machine, draw);
        self.end();
    }

    /// The program is gone.
    pub fn end(&mut self) {
        self.core = None;
        self.logs = None;
        let mut record = self.record.borrow_mut();
        record.lost += std::mem::take(&mut record.unflushed);
        drop(record);
        self.nonces.clear();
        self.refusals.clear();
        self.held_back.clear();
        self.words.clear();
        self.failed = false;
    }

    /// The program starts; whether the disk let it.
    pub fn start(&mut self) -> bool {
        let path = |file: &str| PathBuf::from(format!("/sim/{}/{file}", self.machine));
        let stores = SqliteLogs::open(&path("logs.sqlite"))
            .and_then(|logs| Ok((logs, SqliteInboxes::open(&path("inboxes.sqlite"))?)));
        let (logs, inboxes) = match stores {
            Ok(stores) => stores,
            Err(error) => {
                let machine = &self.machine;
                let excused = disk::is_down(machine) || disk::is_full(machine);
                let excused = excused || self.record.borrow().damaged;
                assert!(excused, "{} cannot be opened: {error:?}", self.name);
                return false;
            }
        };
        let logs = Watched::new(logs, self.record.clone(), self.bug);
        self.logs = Some(logs.clone());
        let identity = Identity::new(&self.seed, self.open);
        self.starts += 1;
        let blobs = Blobs {
            key: self.ticket_key(),
            limits: self.blob_limits,
        };
        self.core = Some(Home::new(identity, logs, inboxes).with_blobs(blobs));
        true
    }

    /// Makes the tickets of this run.
    fn ticket_key(&self) -> TicketKey {
        TicketKey::new(sha256(&[b"ticket", &self.seed, &self.starts.to_be_bytes()]))
    }

    /// What a ticket is good for now; none if it is not of this run.
    pub(super) fn ticket(&self, bytes: &[u8], now_s: u64) -> Option<Ticket> {
        self.ticket_key().read(bytes, now_s).ok()
    }

    /// Tells or asks the core about bytes of blobs, durably; none if the home fails at it.
    pub(super) fn blob(&mut self, now_s: u64, act: BlobAct) -> (Option<BlobWord>, Vec<Said>) {
        self.handle(now_s, Input::Blob { task: 0, act });
        self.flush();
        let said = self.said();
        (self.words.pop(), said)
    }

    /// Whether the program runs.
    pub fn runs(&self) -> bool {
        self.core.is_some()
    }

    /// Whether a store has failed: the program is to end.
    pub fn has_failed(&self) -> bool {
        self.failed
    }

    fn handle(&mut self, now_s: u64, input: Input) {
        let Some(core) = &mut self.core else {
            return;
        };
        let result = core.handle(now_s, input);
        self.note(result);
    }

    /// After a failure nothing may work any more, whatever the driver tries.
    fn note(&mut self, result: Result<(), StoreError>) {
        let (Err(_), Some(core)) = (result, &mut self.core) else {
            return;
        };
        self.failed = true;
        let retried = core.flush().is_ok();
        let mut record = self.record.borrow_mut();
        record.stopped += 1;
        record.retried += u64::from(retried);
        // What was handled and not flushed will never be said.
        record.lost += std::mem::take(&mut record.unflushed);
    }

    pub fn connect(&mut self, id: u64, now_s: u64, nonce: [u8; 32]) {
        let (connection, nonce) = (ConnectionId(id), Nonce::new(nonce));
        if self.nonces.insert(id, nonce).is_none() {
            self.handle(now_s, Input::Connected { connection, nonce });
        }
    }

    pub fn disconnect(&mut self, id: u64, now_s: u64) {
        if self.nonces.remove(&id).is_some() {
            let connection = ConnectionId(id);
            self.handle(now_s, Input::Disconnected { connection });
        }
    }

    /// Takes a frame through both stages; what follows from it waits for the flush.
    pub fn receive(&mut self, id: u64, now_s: u64, frame: &[u8]) {
        let Some(nonce) = self.nonces.get(&id) else {
            return;
        };
        match admit(frame, &self.key, nonce) {
            Ok((number, request)) => {
                let input = Input::Request {
                    connection: ConnectionId(id),
                    id: number,
                    request,
                };
                self.handle(now_s, input);
            }
            Err((number, error)) => self.refusals.push(Said {
                connection: id,
                frame: Some(Response::Error(error).to_frame(number)),
                is_push: false,
            }),
        }
    }

    pub fn flush(&mut self) {
        let Some(core) = self.core.as_mut().filter(|_| !self.failed) else {
            return;
        };
        let result = core.flush();
        self.note(result);
    }

    /// What is to be said on which connection.
    pub fn said(&mut self) -> Vec<Said> {
        let mut said = std::mem::take(&mut self.refusals);
        while let Some(effect) = self.core.as_mut().and_then(Home::poll) {
            match effect {
                Effect::Answer {
                    connection,
                    id,
                    response,
                } => said.push(Said {
                    connection: connection.0,
                    frame: Some(response.to_frame(id)),
                    is_push: false,
                }),
                Effect::Push {
                    connections,
                    response,
                } => {
                    let frame = response.to_frame(0);
                    said.extend(connections.into_iter().map(|connection| Said {
                        connection: connection.0,
                        frame: Some(frame.clone()),
                        is_push: true,
                    }));
                }
                Effect::Close { connection } => said.push(Said {
                    connection: connection.0,
                    frame: None,
                    is_push: false,
                }),
                Effect::Blob { word, .. } => self.words.push(word),
            }
        }
        self.hold_back(&mut said);
        let mut record = self.record.borrow_mut();
        if record.unflushed > 0 {
            record.premature += said.iter().filter(|one| one.frame.is_some()).count() as u64;
        }
        said
    }

    /// Where one bug of two is planted, the other half waits for the real commit.
    fn hold_back(&mut self, said: &mut Vec<Said>) {
        let early = match self.bug {
            Some(Bug::PushBeforeCommit) => true,
            Some(Bug::AnswerBeforeCommit) => false,
            _ => return,
        };
        if self.record.borrow().unflushed > 0 {
            let (now, later) = std::mem::take(said)
                .into_iter()
                .partition(|one| one.is_push == early);
            *said = now;
            self.held_back.extend::<Vec<_>>(later);
        } else {
            said.splice(0..0, std::mem::take(&mut self.held_back));
        }
    }
}
