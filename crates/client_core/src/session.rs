//! One connection's state in memory: what was asked, what is done, what must wait.
//!
//! Nothing here survives a restart and nothing needs to: all requests are safe to repeat, and what
//! is to be asked follows from the store ([`crate::pump`]).

use client_store::id::{CapabilityId, ItemId, PersonaId};
use protocol::frame::Request;
use protocol::home_url::HomeUrl;
use protocol::id::{BlobId, HeadId, HomeKey, InboxId, LogId, Nonce, UseId};
use protocol::proof::Right;
use std::collections::BTreeMap;

use crate::effect::{ConnectionId, Lane};

/// Which connection: to a home, for a persona, for logs or inboxes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ConnectionKey {
    pub home: HomeUrl,
    pub persona: PersonaId,
    pub lane: Lane,
}

impl ConnectionKey {
    /// The connection on which a log is read and written.
    pub fn of_log(log: &client_store::log::LogRow) -> Self {
        Self {
            home: log.home.clone(),
            persona: log.persona,
            lane: Lane::Logs,
        }
    }

    /// The connection on which an own inbox is heard.
    pub fn of_inbox(inbox: &client_store::inbox::InboxRow) -> Self {
        Self {
            home: inbox.home.clone(),
            persona: inbox.persona,
            lane: Lane::Inboxes,
        }
    }
}

/// What a request was for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Asked {
    Hello,
    Prove(LogId, HeadId, Right),
    Own(InboxId),
    Open(UseId),
    Subscribe(LogId, HeadId),
    Append(LogId, HeadId, i64),
    Commit(LogId, HeadId),
    CreateInbox(InboxId),
    Publish(InboxId),
    Grant(CapabilityId),
    Revoke(CapabilityId),
    Allow(UseId),
    Fetch(UseId),
    Knock(UseId),
    Listen(InboxId),
    EraseInbox(InboxId),
    Acknowledge(InboxId, Vec<u64>),
    Repair(LogId, HeadId),
    Signal(LogId, HeadId),
    /// A ticket to put a blob.
    BlobPut(LogId, HeadId, BlobId),
    /// A ticket to get the blob of an item's file.
    BlobGet(LogId, HeadId, ItemId, u64),
    /// A new lease for a blob.
    BlobRenew(LogId, HeadId, BlobId),
    /// Not a request of the socket: it goes over HTTP at once.
    BlobErase(BlobId),
}

/// How a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    /// Sent and not answered.
    InFlight,
    /// Answered; holds for as long as the connection.
    Done,
    /// Not to be asked again on this connection.
    Refused,
    /// To be asked again from this monotonic time on.
    RetryAt(u64),
}

/// How far a connection is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Not connected; the next try is at this monotonic time.
    Waiting { until_ms: u64 },
    /// The driver connects.
    Connecting {
        connection: ConnectionId,
        since_ms: u64,
    },
    /// The home was asked for its key with this nonce.
    Greeting {
        connection: ConnectionId,
        nonce: Nonce,
    },
    /// The home's key is checked.
    Ready {
        connection: ConnectionId,
        home: HomeKey,
        nonce: Nonce,
    },
}

pub(crate) struct Session {
    pub phase: Phase,
    /// Failed tries since the last success.
    pub failures: u32,
    /// Whether nobody waits for this home: it is only to be told goodbye.
    pub by_the_way: bool,
    next_request: u64,
    in_flight: BTreeMap<u64, (Asked, u64)>,
    status: BTreeMap<Asked, Status>,
}

impl Session {
    pub fn new(now_ms: u64) -> Self {
        Self {
            phase: Phase::Waiting { until_ms: now_ms },
            failures: 0,
            by_the_way: false,
            next_request: 1,
            in_flight: BTreeMap::new(),
            status: BTreeMap::new(),
        }
    }

    pub fn connection(&self) -> Option<ConnectionId> {
        match &self.phase {
            Phase::Waiting { .. } => None,
            Phase::Connecting { connection, .. }
            | Phase::Greeting { connection, .. }
            | Phase::Ready { connection, .. } => Some(*connection),
        }
    }

    /// The connection, the home's key and its nonce, once they are known.
    pub fn ready(&self) -> Option<(ConnectionId, HomeKey, Nonce)> {
        match &self.phase {
            Phase::Ready {
                connection,
                home,
                nonce,
            } => Some((*connection, *home, *nonce)),
            _ => None,
        }
    }

    /// Forgets everything that held for the connection that ended.
    pub fn reset(&mut self, until_ms: u64) {
        self.phase = Phase::Waiting { until_ms };
        self.in_flight.clear();
        self.status.clear();
    }

    /// Whether something may be asked now: it is neither under way nor settled.
    pub fn may_ask(&self, asked: &Asked, now_ms: u64) -> bool {
        match self.status.get(asked) {
            None => true,
            Some(Status::RetryAt(at_ms)) => *at_ms <= now_ms,
            Some(Status::InFlight | Status::Done | Status::Refused) => false,
        }
    }

    pub fn is_in_flight(&self, asked: &Asked) -> bool {
        self.status.get(asked) == Some(&Status::InFlight)
    }

    pub fn is_done(&self, asked: &Asked) -> bool {
        self.status.get(asked) == Some(&Status::Done)
    }

    /// Numbers a request and remembers what it is for; the frame to send.
    pub fn ask(&mut self, asked: Asked, request: &Request, now_ms: u64) -> Vec<u8> {
        let id = self.next_request;
        self.next_request += 1;
        self.status.insert(asked.clone(), Status::InFlight);
        self.in_flight.insert(id, (asked, now_ms));
        request.to_frame(id)
    }

    /// What the answer with this id is for.
    pub fn answered(&mut self, id: u64) -> Option<Asked> {
        let (asked, _) = self.in_flight.remove(&id)?;
        self.status.remove(&asked);
        Some(asked)
    }

    pub fn settle(&mut self, asked: Asked) {
        self.status.insert(asked, Status::Done);
    }

    pub fn refuse(&mut self, asked: Asked) {
        self.status.insert(asked, Status::Refused);
    }

    pub fn retry_at(&mut self, asked: Asked, at_ms: u64) {
        self.status.insert(asked, Status::RetryAt(at_ms));
    }

    pub fn forget(&mut self, asked: &Asked) {
        self.status.remove(asked);
    }

    /// A log entered another head: forgets what held for the one before.
    pub fn forget_heads_but(&mut self, log: &LogId, head: &HeadId) {
        self.status.retain(|asked, _| match asked {
            Asked::Prove(l, h, _)
            | Asked::Subscribe(l, h)
            | Asked::Append(l, h, _)
            | Asked::Repair(l, h)
            | Asked::Signal(l, h)
            | Asked::BlobPut(l, h, _)
            | Asked::BlobRenew(l, h, _)
            | Asked::BlobGet(l, h, _, _)
            | Asked::Commit(l, h) => l != log || h == head,
            _ => true,
        });
    }

    /// How many appends to a log are under way.
    pub fn appends_in_flight(&self, log: &LogId) -> usize {
        self.in_flight
            .values()
            .filter(|(asked, _)| matches!(asked, Asked::Append(l, ..) if l == log))
            .count()
    }

    /// Whether the home is known and has answered everything.
    pub fn is_settled(&self) -> bool {
        self.ready().is_some() && self.in_flight.is_empty()
    }

    /// When the oldest unanswered request was sent.
    pub fn oldest_request_ms(&self) -> Option<u64> {
        self.in_flight.values().map(|(_, at_ms)| *at_ms).min()
    }

    /// Forgets the waits that are over; whether there were any. Not everything that waited is still
    /// to be asked, and what is not must not wake anybody again.
    pub fn take_due(&mut self, now_ms: u64) -> bool {
        let before = self.status.len();
        self.status
            .retain(|_, status| !matches!(status, Status::RetryAt(at_ms) if *at_ms <= now_ms));
        self.status.len() < before
    }

    /// The next time at which something that had to wait may be asked again.
    pub fn next_retry_ms(&self) -> Option<u64> {
        self.status
            .values()
            .filter_map(|status| match status {
                Status::RetryAt(at_ms) => Some(*at_ms),
                _ => None,
            })
            .min()
    }
}
