//! A log and those who hold its keys.

use super::{World, body};
use ed25519_dalek::SigningKey;
use home_core::ConnectionId;
use home_core::log_store::LogStore;
use protocol::frame::{Request, Response};
use protocol::hash::{body_hash, first_head, head_of_commit};
use protocol::id::{HeadId, LogId};
use protocol::proof::{self, Right};
use protocol::request;
use protocol::response::{Appended, Page};
use protocol::secret::Token;

pub const LOG: LogId = LogId::new([7; 16]);

/// The keys of a head: seeds, so that tests can sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keys {
    pub write: [u8; 32],
    pub read: [u8; 32],
}

/// Different keys for each `of`.
pub const fn keys(of: u8) -> Keys {
    Keys {
        write: [of; 32],
        read: [of + 100; 32],
    }
}

pub fn head0() -> HeadId {
    first_head(&LOG)
}

pub fn open_request(token: u8, log: LogId, keys: Keys) -> Request {
    Request::Open(request::Open {
        token: Token::new([token; 32]),
        log,
        write_key: proof::write_key(&keys.write),
        read_key: proof::read_key(&keys.read),
    })
}

pub fn prove_request(
    world: &World,
    by: ConnectionId,
    head: HeadId,
    right: Right,
    seed: [u8; 32],
) -> Request {
    let message = proof::right_message(&world.key, &world.nonce(by), &LOG, &head, right);
    let key = SigningKey::from_bytes(&seed);
    Request::Prove(request::Prove {
        log: LOG,
        head,
        right,
        key: key.verifying_key().to_bytes(),
        signature: proof::sign(&key, &message),
    })
}

pub fn append_request(head: HeadId, body: Vec<u8>) -> Request {
    Request::Append(request::Append {
        log: LOG,
        head,
        body,
    })
}

pub fn read_request(head: HeadId, from: u64, children_from: u64) -> request::Read {
    request::Read {
        log: LOG,
        head,
        from,
        children_from,
        repairs_after: 0,
    }
}

pub fn commit_request(
    world: &World,
    parent: HeadId,
    body: Vec<u8>,
    keys: Keys,
    rejected: Vec<HeadId>,
) -> Request {
    let (write_key, read_key) = (proof::write_key(&keys.write), proof::read_key(&keys.read));
    let hash = body_hash(&body);
    let message =
        proof::possession_message(&world.key, &LOG, &parent, &hash, &write_key, &read_key);
    Request::Commit(request::Commit {
        log: LOG,
        parent,
        body,
        write_key,
        read_key,
        possession: proof::sign(&SigningKey::from_bytes(&keys.write), &message),
        rejected,
    })
}

impl World {
    /// Grants a token as an inbox's allowance would.
    pub fn grant_token(&mut self, token: u8) {
        let path = self.folder.path().join(home_store::LOGS_FILE);
        let mut logs = home_store::SqliteLogs::open(&path).unwrap();
        logs.grant_token(&Token::new([token; 32]).hash()).unwrap();
        logs.commit().unwrap();
    }

    /// A connection that has proven both rights at the first head of a fresh log.
    pub fn writer(&mut self) -> ConnectionId {
        self.home.flush().unwrap();
        self.grant_token(1);
        let connection = self.connect();
        let opened = self.ask(connection, &open_request(1, LOG, keys(1)));
        assert_eq!(opened, super::DONE);
        self.prove_both(connection, head0(), keys(1));
        connection
    }

    pub fn prove(
        &mut self,
        by: ConnectionId,
        head: HeadId,
        right: Right,
        seed: [u8; 32],
    ) -> Response {
        let request = prove_request(self, by, head, right, seed);
        self.ask(by, &request)
    }

    pub fn prove_both(&mut self, by: ConnectionId, head: HeadId, keys: Keys) {
        assert_eq!(self.prove(by, head, Right::Write, keys.write), super::DONE);
        assert_eq!(self.prove(by, head, Right::Read, keys.read), super::DONE);
    }

    pub fn append(&mut self, by: ConnectionId, of: u64) -> Appended {
        match self.ask(by, &append_request(head0(), body(of))) {
            Response::Appended(appended) => appended,
            other => panic!("not appended: {other:?}"),
        }
    }

    pub fn read(&mut self, by: ConnectionId, from: u64, children_from: u64) -> Page {
        let request = Request::Read(read_request(head0(), from, children_from));
        match self.ask(by, &request) {
            Response::Page(page) => page,
            other => panic!("no page: {other:?}"),
        }
    }

    pub fn subscribe(&mut self, by: ConnectionId, head: HeadId, from: u64) -> Response {
        self.ask(by, &Request::Subscribe(read_request(head, from, 0)))
    }

    /// A commit below `parent`, a second after anything before.
    pub fn commit(
        &mut self,
        by: ConnectionId,
        parent: HeadId,
        of: u64,
        rejected: Vec<HeadId>,
    ) -> (HeadId, Response) {
        self.now_s += 1;
        let body = body(of);
        let head = head_of_commit(&body);
        let request = commit_request(self, parent, body, keys(of as u8), rejected);
        (head, self.ask(by, &request))
    }
}
