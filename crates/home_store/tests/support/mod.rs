//! A home over real stores in a folder of its own, driven frame by frame without a socket.

#![allow(dead_code, reason = "each test file uses its own part of this")]

pub mod inbox;
pub mod log;

use home_core::{ConnectionId, Effect, Home, Identity, Input, Retention, admit};
use home_store::{HomeFolder, KEY_FILE, SqliteInboxes, SqliteLogs};
use protocol::frame::{Request, Response};
use protocol::id::{HomeKey, Nonce};
use protocol::refusal::{HomeError, Refusal};
use protocol::request;
use std::collections::BTreeMap;
use tempfile::TempDir;

/// Noon of some day.
pub const NOON_S: u64 = 20_000 * DAY_S + DAY_S / 2;
pub const DAY_S: u64 = 86_400;

/// A home and the connections to it.
pub struct World {
    pub folder: TempDir,
    pub home: Home<SqliteLogs, SqliteInboxes>,
    pub key: HomeKey,
    pub now_s: u64,
    pub pushed: Vec<(ConnectionId, Response)>,
    nonces: BTreeMap<ConnectionId, Nonce>,
    open: bool,
    keep: Retention,
    requests: u64,
}

fn home(folder: &TempDir, open: bool, keep: Retention) -> Home<SqliteLogs, SqliteInboxes> {
    let held = HomeFolder::lock(folder.path()).unwrap();
    std::fs::write(folder.path().join(KEY_FILE), [42; 32]).unwrap();
    let identity = Identity::new(&[42; 32], open);
    Home::new(identity, held.logs().unwrap(), held.inboxes().unwrap()).keeping(keep)
}

impl World {
    pub fn new() -> Self {
        Self::with(true, Retention::default())
    }

    /// A home that takes new inboxes by invitation and token only.
    pub fn closed() -> Self {
        Self::with(false, Retention::default())
    }

    /// A home that keeps bodies for so long.
    pub fn keeping(keep: Retention) -> Self {
        Self::with(true, keep)
    }

    fn with(open: bool, keep: Retention) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            home: home(&folder, open, keep),
            folder,
            key: protocol::proof::home_key(&[42; 32]),
            now_s: NOON_S,
            pushed: Vec::new(),
            nonces: BTreeMap::new(),
            open,
            keep,
            requests: 0,
        }
    }

    /// The process ends and another serves the same folder; connections are gone.
    pub fn restart(&mut self) {
        let elsewhere = tempfile::tempdir().unwrap();
        self.home = home(&elsewhere, false, self.keep);
        self.home = home(&self.folder, self.open, self.keep);
        self.nonces.clear();
    }

    /// Nothing happens but that the clock is looked at.
    pub fn tick(&mut self) {
        self.home.handle(self.now_s, Input::Tick).unwrap();
        self.home.flush().unwrap();
    }

    /// The home lives through so many days.
    pub fn live_days(&mut self, days: u64) {
        for _ in 0..days {
            self.now_s += DAY_S;
            self.tick();
        }
    }

    pub fn connect(&mut self) -> ConnectionId {
        let connection = ConnectionId(self.nonces.len() as u64 + 1);
        let nonce = Nonce::new([self.nonces.len() as u8 + 1; 32]);
        self.nonces.insert(connection, nonce);
        let input = Input::Connected { connection, nonce };
        self.home.handle(self.now_s, input).unwrap();
        connection
    }

    pub fn disconnect(&mut self, connection: ConnectionId) {
        let input = Input::Disconnected { connection };
        self.home.handle(self.now_s, input).unwrap();
    }

    pub fn nonce(&self, connection: ConnectionId) -> Nonce {
        self.nonces[&connection]
    }

    /// Asks as a client would: through a frame, both stages and a flush.
    pub fn ask(&mut self, connection: ConnectionId, request: &Request) -> Response {
        self.requests += 1;
        let frame = request.to_frame(self.requests);
        let (id, admitted) = match admit(&frame, &self.key, &self.nonces[&connection]) {
            Ok(admitted) => admitted,
            Err((_, error)) => return Response::Error(error),
        };
        let input = Input::Request {
            connection,
            id,
            request: admitted,
        };
        self.home.handle(self.now_s, input).unwrap();
        self.home.flush().unwrap();
        self.answer(id)
    }

    fn answer(&mut self, expected: u64) -> Response {
        let mut answer = None;
        while let Some(effect) = self.home.poll() {
            match effect {
                Effect::Answer { id, response, .. } if id == expected => answer = Some(response),
                Effect::Push {
                    connections,
                    response,
                } => self
                    .pushed
                    .extend(connections.into_iter().map(|to| (to, response.clone()))),
                other => panic!("unexpected {other:?}"),
            }
        }
        answer.expect("every request gets an answer")
    }

    pub fn greet(&mut self, connection: ConnectionId) -> Response {
        let nonce = Nonce::new([200; 32]);
        self.ask(connection, &Request::Hello(request::Hello { nonce }))
    }

    pub fn pushed(&mut self) -> Vec<(ConnectionId, Response)> {
        std::mem::take(&mut self.pushed)
    }
}

/// The answer that refuses for this reason.
pub fn refused(why: Refusal) -> Response {
    Response::Error(HomeError::Refused { why })
}

/// The answer that there is nothing to say.
pub const DONE: Response = Response::Done(protocol::response::Done {});

pub fn is_invalid(response: &Response) -> bool {
    matches!(response, Response::Error(HomeError::Invalid { .. }))
}

/// A body of one size bucket, different for each `of`.
pub fn body(of: u64) -> Vec<u8> {
    sized_body(of, 512)
}

pub fn sized_body(of: u64, bytes: usize) -> Vec<u8> {
    let mut body = vec![0; bytes];
    body[..8].copy_from_slice(&of.to_be_bytes());
    body
}
