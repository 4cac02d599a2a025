//! The second stage: all requests of all connections, one after the other, in one place.
//!
//! | call | meaning |
//! |---|---|
//! | [`Home::handle`] | one input happens: stores are read and written inside their open transactions, effects are queued |
//! | [`Home::flush`] | everything handled so far becomes durable, then its effects are released |
//! | [`Home::poll`] | the next released effect |
//!
//! A driver handles as many inputs as are waiting and flushes once: that is the group commit.
//! Invariant: [`Home::poll`] never gives an effect of an input that is not durable yet. After a
//! [`StoreError`] nothing is durable, nothing more is handled and every connection is closed.

use crate::admit::{Admitted, Checked};
use crate::blob::{BlobAct, BlobWord, Blobs};
use crate::connection::{Connection, ConnectionId};
use crate::erase::Erasing;
use crate::greeting::Identity;
use crate::inbox_store::InboxStore;
use crate::lapse::Tidied;
use crate::log_store::LogStore;
use crate::outcome::{Outcome, Stop};
use crate::pace::Pace;
use crate::retention::Pruning;
use crate::store_error::StoreError;
use protocol::frame::Response;
use protocol::id::{HeadId, InboxId, LogId, Nonce};
use protocol::refusal::Refusal;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Something that happens to a home.
#[derive(Debug)]
pub enum Input {
    /// A connection began; `nonce` is fresh randomness, the same that its requests were admitted
    /// with.
    Connected {
        /// The connection.
        connection: ConnectionId,
        /// What its proofs are bound to.
        nonce: Nonce,
    },
    /// A request passed the first stage.
    Request {
        /// The connection.
        connection: ConnectionId,
        /// The request's number on it.
        id: u64,
        /// The request.
        request: Admitted,
    },
    /// A connection ended; nothing more will be said on it.
    Disconnected {
        /// The connection.
        connection: ConnectionId,
    },
    /// Who holds the bytes of blobs asks or tells something.
    Blob {
        /// The driver's number for it, which the answer repeats.
        task: u64,
        /// What.
        act: BlobAct,
    },
    /// Time passed. A driver says so at least once a day, or the home would live through busy days alone.
    Tick,
}

/// Something that a driver does for a home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Answer a request; each request gets exactly one answer, in the order of the requests of its
    /// connection.
    Answer {
        /// The connection.
        connection: ConnectionId,
        /// The request's number.
        id: u64,
        /// The answer.
        response: Response,
    },
    /// Say something unasked, the same to each of these.
    Push {
        /// The connections.
        connections: Vec<ConnectionId>,
        /// What to say, with the id 0.
        response: Response,
    },
    /// Tell who holds the bytes of blobs.
    Blob {
        /// The driver's number for what was asked or told.
        task: u64,
        /// The answer.
        word: BlobWord,
    },
    /// End a connection.
    Close {
        /// The connection.
        connection: ConnectionId,
    },
}

/// A home over its two stores.
#[derive(Debug)]
pub struct Home<L, I> {
    pub(crate) identity: Identity,
    pub(crate) logs: L,
    pub(crate) inboxes: I,
    pub(crate) connections: BTreeMap<ConnectionId, Connection>,
    pub(crate) subscribers: BTreeMap<(LogId, HeadId), BTreeSet<ConnectionId>>,
    pub(crate) listeners: BTreeMap<InboxId, BTreeSet<ConnectionId>>,
    pub(crate) now_s: u64,
    /// What the request that is being handled tells others.
    pushes: Vec<Effect>,
    waiting: VecDeque<Effect>,
    released: VecDeque<Effect>,
    pub(crate) tidied: Tidied,
    pub(crate) pruning: Pruning,
    pub(crate) erasing: Erasing,
    pub(crate) pace: Pace,
    pub(crate) blobs: Option<Blobs>,
    stopped: bool,
}

impl<L: LogStore, I: InboxStore> Home<L, I> {
    /// A home that nobody is connected to.
    pub fn new(identity: Identity, logs: L, inboxes: I) -> Self {
        Self {
            identity,
            logs,
            inboxes,
            connections: BTreeMap::new(),
            subscribers: BTreeMap::new(),
            listeners: BTreeMap::new(),
            now_s: 0,
            pushes: Vec::new(),
            waiting: VecDeque::new(),
            released: VecDeque::new(),
            tidied: Tidied::new(),
            pruning: Pruning::new(),
            erasing: Erasing::new(),
            pace: Pace::default(),
            blobs: None,
            stopped: false,
        }
    }

    /// Lets one input happen at `now_s`, Unix time in seconds. Its effects wait for [`Self::flush`].
    ///
    /// # Errors
    /// [`StoreError`]: the home has stopped; [`Self::poll`] closes every connection.
    pub fn handle(&mut self, now_s: u64, input: Input) -> Result<(), StoreError> {
        if self.stopped {
            return Err(StoreError::Stopped);
        }
        self.now_s = now_s;
        let result = self.tidy().and_then(|()| self.accept(input));
        result.inspect_err(|_| self.stop())
    }

    /// Makes everything handled so far durable and releases its effects.
    ///
    /// # Errors
    /// [`StoreError`]: the home has stopped; [`Self::poll`] closes every connection.
    pub fn flush(&mut self) -> Result<(), StoreError> {
        if self.stopped {
            return Err(StoreError::Stopped);
        }
        // The logs go first. A request can grant a token that opens logs (in the logs) and note
        // that it did (in the inboxes). If the machine stops between the two, the note is missing:
        // the request comes again and at worst grants once more. The other order could note what
        // was never granted, and the client would wait for it forever.
        let result = self.logs.commit().and_then(|()| self.inboxes.commit());
        if let Err(error) = result {
            self.stop();
            return Err(error);
        }
        self.pruning.flushed();
        self.erasing.flushed();
        self.released.append(&mut self.waiting);
        Ok(())
    }

    /// The next thing to do, in order; none: wait for inputs.
    pub fn poll(&mut self) -> Option<Effect> {
        self.released.pop_front()
    }

    /// Effects that wait for a flush, so that a driver can flush before they become many.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Tells the subscribers of a head once the request that is being handled is answered.
    pub(crate) fn push_to_subscribers(&mut self, head: &(LogId, HeadId), response: Response) {
        self.pushes
            .extend(push(self.subscribers.get(head), response));
    }

    /// Tells the subscribers of a head but one once the request that is being handled is answered.
    pub(crate) fn push_to_others(
        &mut self,
        but: ConnectionId,
        head: &(LogId, HeadId),
        response: Response,
    ) {
        let mut others = self.subscribers.get(head).cloned().unwrap_or_default();
        others.remove(&but);
        let others = Some(&others).filter(|others| !others.is_empty());
        self.pushes.extend(push(others, response));
    }

    /// Tells the listeners of an inbox once the request that is being handled is answered.
    pub(crate) fn push_to_listeners(&mut self, inbox: &InboxId, response: Response) {
        self.pushes
            .extend(push(self.listeners.get(inbox), response));
    }

    /// Whether anybody subscribes to any head of a log.
    pub(crate) fn is_subscribed(&self, log: &LogId) -> bool {
        let mut from = self.subscribers.range((*log, HeadId::new([0; 32]))..);
        from.next().is_some_and(|((first, _), _)| first == log)
    }

    fn stop(&mut self) {
        self.stopped = true;
        self.waiting.clear();
        let connections = std::mem::take(&mut self.connections).into_keys();
        self.released
            .extend(connections.map(|connection| Effect::Close { connection }));
    }

    fn accept(&mut self, input: Input) -> Result<(), StoreError> {
        match input {
            Input::Connected { connection, nonce } => {
                self.connections.insert(connection, Connection::new(nonce));
                Ok(())
            }
            Input::Disconnected { connection } => {
                self.disconnect(connection);
                Ok(())
            }
            Input::Tick => Ok(()),
            Input::Blob { task, act } => {
                let word = self.about_bytes(act)?;
                self.waiting.push_back(Effect::Blob { task, word });
                Ok(())
            }
            Input::Request {
                connection,
                id,
                request,
            } => {
                let response = match self.dispatch(connection, request.0) {
                    Ok(response) => response,
                    Err(Stop::Answer(error)) => Response::Error(error),
                    Err(Stop::Store(error)) => return Err(error),
                };
                // The answer stands before what the request pushes, so that a client that reads
                // its own entry back knows its number already.
                self.waiting.push_back(Effect::Answer {
                    connection,
                    id,
                    response,
                });
                self.waiting.extend(self.pushes.drain(..));
                Ok(())
            }
        }
    }

    fn dispatch(&mut self, from: ConnectionId, request: Checked) -> Outcome {
        match request {
            Checked::Hello { nonce } => self.hello(from, &nonce),
            Checked::Log(request) => self.about_log(from, request),
            Checked::Inbox(request) => self.about_inbox(from, request),
            Checked::Blob(request) => self.about_blob(from, request),
        }
    }

    fn hello(&mut self, from: ConnectionId, client_nonce: &Nonce) -> Outcome {
        let connection = self.connections.get(&from).ok_or(Refusal::NotProven)?;
        let greeting = self.identity.greet(client_nonce, &connection.nonce);
        Ok(Response::Greeting(greeting))
    }

    fn disconnect(&mut self, gone: ConnectionId) {
        let Some(connection) = self.connections.remove(&gone) else {
            return;
        };
        for head in connection.subscribed.keys() {
            remove_listener(&mut self.subscribers, head, gone);
        }
        for inbox in connection.listening.keys() {
            remove_listener(&mut self.listeners, inbox, gone);
        }
    }
}

fn push(to: Option<&BTreeSet<ConnectionId>>, response: Response) -> Option<Effect> {
    to.map(|connections| Effect::Push {
        connections: connections.iter().copied().collect(),
        response,
    })
}

fn remove_listener<K: Ord>(
    all: &mut BTreeMap<K, BTreeSet<ConnectionId>>,
    key: &K,
    gone: ConnectionId,
) {
    if let Some(connections) = all.get_mut(key) {
        connections.remove(&gone);
        if connections.is_empty() {
            all.remove(key);
        }
    }
}
