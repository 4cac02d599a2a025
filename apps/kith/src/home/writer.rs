//! The one thread in which a home lives: it takes what is waiting, lets it happen, makes it durable
//! in one go and hands out the answers.

use super::error::HomeCommandError;
use super::metrics::Metrics;
use super::outgoing::{FrameKind, Outgoing};
use axum::body::Bytes;
use home_core::{Admitted, BlobAct, BlobWord, ConnectionId, Effect, Home, Input, StoreError};
use home_store::{SqliteInboxes, SqliteLogs};
use protocol::frame::Response;
use protocol::id::Nonce;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::{mpsc, oneshot};

/// Inputs that wait for the writer at most; connections wait beyond that.
const MAX_WAITING: usize = 256;
/// Inputs in one flush at most.
const MAX_BATCH: usize = 256;
/// Weight in one flush at most, which bounds the memory of its answers.
const MAX_BATCH_WEIGHT: u32 = 1_024;

/// The home of this binary.
pub(super) type SqliteHome = Home<SqliteLogs, SqliteInboxes>;

/// What connections tell the writer.
#[derive(Debug)]
pub(super) enum ToWriter {
    Connected {
        connection: ConnectionId,
        nonce: Nonce,
        outgoing: Outgoing,
    },
    Request {
        connection: ConnectionId,
        id: u64,
        request: Admitted,
        /// Its share of the connection's window, which its answer gives back.
        weight: u32,
    },
    Disconnected {
        connection: ConnectionId,
    },
    /// Who moves the bytes of blobs asks or tells something.
    Blob {
        act: BlobAct,
        answer: oneshot::Sender<BlobWord>,
    },
    /// Time passed.
    Tick,
    /// Finish what is waiting and end.
    Stop,
}

/// A connection as the writer sees it.
#[derive(Debug)]
struct Peer {
    outgoing: Outgoing,
    /// The weights of the requests under way, oldest first: answers come in their order.
    weights: VecDeque<u32>,
}

/// The running thread.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) inputs: mpsc::Sender<ToWriter>,
    /// Ends when the thread does.
    pub(super) ended: oneshot::Receiver<()>,
    pub(super) thread: JoinHandle<Result<(), StoreError>>,
}

/// Unix time in seconds.
pub(super) fn now_s() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// Starts the thread.
///
/// # Errors
/// [`HomeCommandError::System`] if there is no thread to be had.
pub(super) fn start(home: SqliteHome, metrics: Arc<Metrics>) -> Result<Writer, HomeCommandError> {
    let (inputs, receiver) = mpsc::channel(MAX_WAITING);
    let (alive, ended) = oneshot::channel();
    let thread = std::thread::Builder::new()
        .name("home-writer".to_owned())
        .spawn(move || {
            let _alive: oneshot::Sender<()> = alive;
            let mut thread = Thread {
                home,
                peers: BTreeMap::new(),
                asked: BTreeMap::new(),
                tasks: 0,
                metrics,
            };
            thread.run(receiver)
        })
        .map_err(|source| HomeCommandError::System {
            what: "a thread",
            source,
        })?;
    Ok(Writer {
        inputs,
        ended,
        thread,
    })
}

struct Thread {
    home: SqliteHome,
    peers: BTreeMap<ConnectionId, Peer>,
    /// Who waits for a word about a blob, by the number of the task.
    asked: BTreeMap<u64, oneshot::Sender<BlobWord>>,
    tasks: u64,
    metrics: Arc<Metrics>,
}

impl Thread {
    fn run(&mut self, mut inputs: mpsc::Receiver<ToWriter>) -> Result<(), StoreError> {
        let mut going = true;
        while going && let Some(first) = inputs.blocking_recv() {
            let result = self.batch(first, &mut inputs, &mut going);
            // After a failure the home has nothing to say but that every connection is closed.
            self.deliver();
            if let Err(error) = result {
                tracing::error!(%error, "the store failed, the home stops");
                return Err(error);
            }
        }
        Ok(())
    }

    /// Takes what is waiting, at most so much, and flushes once.
    fn batch(
        &mut self,
        first: ToWriter,
        inputs: &mut mpsc::Receiver<ToWriter>,
        going: &mut bool,
    ) -> Result<(), StoreError> {
        let begun = self.metrics.batch_begins();
        let now_s = now_s();
        let (mut count, mut weight) = (1, 0);
        let mut next = Some(first);
        while let Some(message) = next {
            if let ToWriter::Request { weight: one, .. } = &message {
                weight += one;
            }
            match self.input(message) {
                Some(input) => self.home.handle(now_s, input)?,
                None => *going = false,
            }
            let full = count >= MAX_BATCH || weight >= MAX_BATCH_WEIGHT;
            next = if full { None } else { inputs.try_recv().ok() };
            count += 1;
        }
        self.home.flush()?;
        self.metrics.batch_ends(begun, count - 1);
        tracing::trace!(inputs = count - 1, "flushed");
        Ok(())
    }

    /// Notes what the driver must know of a message; no input: stop.
    fn input(&mut self, message: ToWriter) -> Option<Input> {
        match message {
            ToWriter::Connected {
                connection,
                nonce,
                outgoing,
            } => {
                let weights = VecDeque::new();
                self.peers.insert(connection, Peer { outgoing, weights });
                Some(Input::Connected { connection, nonce })
            }
            ToWriter::Request {
                connection,
                id,
                request,
                weight,
            } => {
                if let Some(peer) = self.peers.get_mut(&connection) {
                    peer.weights.push_back(weight);
                }
                Some(Input::Request {
                    connection,
                    id,
                    request,
                })
            }
            ToWriter::Disconnected { connection } => {
                self.peers.remove(&connection);
                Some(Input::Disconnected { connection })
            }
            ToWriter::Blob { act, answer } => {
                self.tasks += 1;
                self.asked.insert(self.tasks, answer);
                let task = self.tasks;
                Some(Input::Blob { task, act })
            }
            ToWriter::Tick => Some(Input::Tick),
            ToWriter::Stop => None,
        }
    }

    fn deliver(&mut self) {
        while let Some(effect) = self.home.poll() {
            match effect {
                Effect::Answer {
                    connection,
                    id,
                    response,
                } => self.answer(connection, id, &response),
                Effect::Push {
                    connections,
                    response,
                } => {
                    // Encoded once, shared by all.
                    let bytes = Bytes::from(response.to_frame(0));
                    for connection in connections {
                        self.send(connection, bytes.clone(), FrameKind::Push);
                    }
                }
                Effect::Blob { task, word } => {
                    // Whoever asked may be gone; what they told holds all the same.
                    let _ = self.asked.remove(&task).map(|answer| answer.send(word));
                }
                Effect::Close { connection } => {
                    self.peers.remove(&connection);
                }
            }
        }
    }

    fn answer(&mut self, connection: ConnectionId, id: u64, response: &Response) {
        let weight = self
            .peers
            .get_mut(&connection)
            .and_then(|peer| peer.weights.pop_front());
        if let Some(weight) = weight {
            let bytes = Bytes::from(response.to_frame(id));
            self.send(connection, bytes, FrameKind::Answer { weight });
        }
    }

    fn send(&mut self, connection: ConnectionId, bytes: Bytes, kind: FrameKind) {
        let full = self
            .peers
            .get(&connection)
            .is_some_and(|peer| peer.outgoing.send(bytes, kind).is_err());
        if full {
            self.peers.remove(&connection);
            self.metrics.fell_behind.inc();
            tracing::debug!("a reader that fell behind was cut off");
        }
    }
}
