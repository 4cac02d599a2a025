//! A home in the world: the real core over the real stores, in a folder of its own.

use super::watched::{Bug, Record, Watched};
use home_core::{ConnectionId, Effect, Home, Identity, Input, admit};
use home_store::{HomeFolder, SqliteInboxes};
use protocol::frame::Response;
use protocol::hash::sha256;
use protocol::home_url::HomeUrl;
use protocol::id::Nonce;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

type Core = Home<Watched, SqliteInboxes>;

pub struct HomeNode {
    pub name: &'static str,
    pub url: HomeUrl,
    /// Whether connections come about.
    pub reachable: bool,
    /// Whether anybody may make an inbox.
    pub open: bool,
    path: PathBuf,
    seed: [u8; 32],
    core: Option<Core>,
    pub record: Rc<RefCell<Record>>,
    pub logs: Option<Watched>,
    pub bug: Option<Bug>,
    nonces: BTreeMap<u64, Nonce>,
    /// Refusals of the first stage, which wait for nothing.
    refusals: Vec<(u64, Vec<u8>)>,
}

impl HomeNode {
    pub fn start(name: &'static str, path: &Path) -> Self {
        let mut node = Self {
            name,
            url: super::World::url(name),
            reachable: true,
            path: path.to_owned(),
            open: true,
            seed: sha256(&[b"home", name.as_bytes()]),
            core: None,
            record: Rc::default(),
            logs: None,
            bug: None,
            nonces: BTreeMap::new(),
            refusals: Vec::new(),
        };
        node.restart();
        node
    }

    /// The stores are dropped as they are: what was not flushed is lost.
    pub fn restart(&mut self) {
        self.core = None;
        self.logs = None;
        let mut record = self.record.borrow_mut();
        record.lost += std::mem::take(&mut record.unflushed);
        drop(record);
        self.nonces.clear();
        self.refusals.clear();
        let folder = HomeFolder::lock(&self.path).unwrap();
        let identity = Identity::new(&self.seed, self.open);
        let (logs, inboxes) = (folder.logs().unwrap(), folder.inboxes().unwrap());
        let logs = Watched::new(logs, self.record.clone(), self.bug);
        self.logs = Some(logs.clone());
        self.core = Some(Home::new(identity, logs, inboxes));
    }

    fn core(&mut self) -> &mut Core {
        self.core.as_mut().unwrap()
    }

    pub fn connect(&mut self, id: u64, now_s: u64, nonce: [u8; 32]) {
        let (connection, nonce) = (ConnectionId(id), Nonce::new(nonce));
        if self.nonces.insert(id, nonce).is_some() {
            return;
        }
        let input = Input::Connected { connection, nonce };
        self.core().handle(now_s, input).unwrap();
    }

    pub fn disconnect(&mut self, id: u64) {
        if self.nonces.remove(&id).is_some() {
            let connection = ConnectionId(id);
            let input = Input::Disconnected { connection };
            self.core().handle(0, input).unwrap();
        }
    }

    /// Takes a frame through both stages; what follows from it waits for the flush.
    pub fn receive(&mut self, id: u64, now_s: u64, frame: &[u8]) {
        let Some(nonce) = self.nonces.get(&id) else {
            return;
        };
        let key = protocol::proof::home_key(&self.seed);
        match admit(frame, &key, nonce) {
            Ok((number, request)) => {
                let input = Input::Request {
                    connection: ConnectionId(id),
                    id: number,
                    request,
                };
                self.core().handle(now_s, input).unwrap();
            }
            Err((number, error)) => {
                let frame = Response::Error(error).to_frame(number);
                self.refusals.push((id, frame));
            }
        }
    }

    pub fn flush(&mut self) {
        self.core().flush().unwrap();
    }

    /// What is to be said on which connection; nothing: end it.
    pub fn said(&mut self) -> Vec<(u64, Option<Vec<u8>>)> {
        let refusals = std::mem::take(&mut self.refusals);
        let mut said: Vec<_> = refusals
            .into_iter()
            .map(|(id, frame)| (id, Some(frame)))
            .collect();
        while let Some(effect) = self.core().poll() {
            let mut record = self.record.borrow_mut();
            record.premature += u64::from(record.unflushed > 0);
            drop(record);
            match effect {
                Effect::Answer {
                    connection,
                    id,
                    response,
                } => said.push((connection.0, Some(response.to_frame(id)))),
                Effect::Push {
                    connections,
                    response,
                } => said.extend(
                    connections
                        .into_iter()
                        .map(|connection| (connection.0, Some(response.to_frame(0)))),
                ),
                Effect::Close { connection } => said.push((connection.0, None)),
            }
        }
        said
    }
}
