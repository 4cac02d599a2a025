//! The one thread in which a home lives: it takes what is waiting, lets it happen, makes it durable
//! in one go and hands out the answers.

use super::error::HomeCommandError;
use super::metrics::Metrics;
use super::outgoing::{Frame, Outgoing, Unsent};
use super::waiting::{Waiter, Waiting};
use axum::body::Bytes;
use home_core::{BlobAct, BlobWord, ConnectionId, Effect, Home, Input, StoreError};
use home_store::{SqliteInboxes, SqliteLogs};
use protocol::frame::Response;
use protocol::id::Nonce;
use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::{mpsc, oneshot};

/// Inputs on their way to the thread at most; connections wait beyond that.
const MAX_INPUTS: usize = 1_024;
/// What waits for its turn at most, in units of a connection's window; connections wait beyond that.
pub(super) const MAX_WAITING_UNITS: usize = 4_096;
/// Inputs in one flush at most.
const MAX_BATCH: usize = 1_024;
/// Weight in one flush at most, which bounds the memory of its answers.
const MAX_BATCH_WEIGHT: u32 = 1_024;
/// How long inputs are taken into one flush. A disk that needs longer for the flush gets as long, so that
/// it is never the disk that waits; and nobody waits for a batch much longer than for a flush.
const BATCH: Duration = Duration::from_millis(2);
/// The longest, whatever the disk needs.
const LONGEST_BATCH: Duration = Duration::from_millis(20);

/// The home of this binary.
pub(super) type SqliteHome = Home<SqliteLogs, SqliteInboxes>;

/// What connections tell the writer.
#[derive(Debug)]
pub(super) enum ToWriter {
    Connected {
        connection: ConnectionId,
        nonce: Nonce,
        outgoing: Outgoing,
        /// Let go of when the connection is to close.
        hold: oneshot::Sender<()>,
    },
    /// Something for its turn.
    Waiter(ConnectionId, Waiter),
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
    _hold: oneshot::Sender<()>,
    /// What this flush has for it.
    portion: Vec<Frame>,
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
pub(super) fn start(
    home: SqliteHome,
    unsent: Unsent,
    metrics: Arc<Metrics>,
) -> Result<Writer, HomeCommandError> {
    let (inputs, receiver) = mpsc::channel(MAX_INPUTS);
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
                waiting: Waiting::default(),
                addressed: Vec::new(),
                last_flush: Duration::ZERO,
                unsent,
                stopping: false,
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
    waiting: Waiting,
    /// Connections for which this flush has something.
    addressed: Vec<ConnectionId>,
    last_flush: Duration,
    unsent: Unsent,
    stopping: bool,
    metrics: Arc<Metrics>,
}

impl Thread {
    fn run(&mut self, mut inputs: mpsc::Receiver<ToWriter>) -> Result<(), StoreError> {
        loop {
            let first = match (self.waiting.is_empty(), self.stopping) {
                (true, true) => return Ok(()),
                (true, false) => match inputs.blocking_recv() {
                    Some(first) => Some(first),
                    None => return Ok(()),
                },
                (false, _) => None,
            };
            let result = self.batch(first, &mut inputs);
            if result.is_err() {
                // Whoever is let go of now looks at this to tell them why.
                inputs.close();
            }
            // After a failure the home has nothing to say but that every connection is closed.
            self.deliver();
            if let Err(error) = result {
                tracing::error!(%error, "the store failed, the home stops");
                return Err(error);
            }
        }
    }

    /// Takes what is waiting, at most so much and for so long, and flushes once.
    fn batch(
        &mut self,
        first: Option<ToWriter>,
        inputs: &mut mpsc::Receiver<ToWriter>,
    ) -> Result<(), StoreError> {
        let begun = self.metrics.batch_begins();
        let (now_s, started) = (now_s(), Instant::now());
        let longest = self.last_flush.clamp(BATCH, LONGEST_BATCH);
        if let Some(first) = first {
            self.take(first, now_s)?;
        }
        let (mut count, mut weight) = (0, 0);
        while count < MAX_BATCH && weight < MAX_BATCH_WEIGHT && started.elapsed() < longest {
            // Who has just come takes part in the choice of who is next, unless it is the last: or a flood
            // would keep the home from ever stopping.
            while !self.stopping
                && let Ok(input) = inputs.try_recv()
            {
                self.take(input, now_s)?;
            }
            let Some((connection, waiter)) = self.waiting.next() else {
                break;
            };
            count += 1;
            weight += self.serve(connection, waiter, now_s)?;
        }
        self.waiting.batch_ends();
        let handled = Instant::now();
        self.home.flush()?;
        self.last_flush = handled.elapsed();
        self.metrics.batch_ends(begun, count);
        tracing::trace!(inputs = count, "flushed");
        Ok(())
    }

    /// Takes an input: what has its turn waits for it, everything else happens.
    fn take(&mut self, input: ToWriter, now_s: u64) -> Result<(), StoreError> {
        match input {
            ToWriter::Connected {
                connection,
                nonce,
                outgoing,
                hold,
            } => {
                let peer = Peer {
                    outgoing,
                    _hold: hold,
                    portion: Vec::new(),
                    weights: VecDeque::new(),
                };
                self.peers.insert(connection, peer);
                self.home
                    .handle(now_s, Input::Connected { connection, nonce })
            }
            ToWriter::Waiter(connection, waiter) => {
                self.waiting.push(connection, waiter);
                Ok(())
            }
            ToWriter::Blob { act, answer } => {
                self.tasks += 1;
                let task = self.tasks;
                self.asked.insert(task, answer);
                self.home.handle(now_s, Input::Blob { task, act })
            }
            ToWriter::Tick => self.home.handle(now_s, Input::Tick),
            ToWriter::Stop => {
                self.stopping = true;
                Ok(())
            }
        }
    }

    /// Lets happen what has its turn; its weight.
    fn serve(
        &mut self,
        connection: ConnectionId,
        waiter: Waiter,
        now_s: u64,
    ) -> Result<u32, StoreError> {
        let (input, weight) = match waiter {
            Waiter::Request {
                id,
                request,
                weight,
                place: _given_back,
            } => {
                if let Some(peer) = self.peers.get_mut(&connection) {
                    peer.weights.push_back(weight);
                }
                let input = Input::Request {
                    connection,
                    id,
                    request,
                };
                (input, weight)
            }
            Waiter::Gone => {
                self.forget(connection);
                (Input::Disconnected { connection }, 0)
            }
        };
        self.home.handle(now_s, input)?;
        Ok(weight)
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
                    let among = connections.len();
                    for connection in connections {
                        self.address(connection, Frame::push(bytes.clone(), among));
                    }
                }
                Effect::Blob { task, word } => {
                    // Whoever asked may be gone; what they told holds all the same.
                    let _ = self.asked.remove(&task).map(|answer| answer.send(word));
                }
                Effect::Close { connection } => self.forget(connection),
            }
        }
        for connection in std::mem::take(&mut self.addressed) {
            self.send(connection);
        }
        if self.unsent.is_too_much() {
            self.let_go_of_most();
        }
    }

    fn answer(&mut self, connection: ConnectionId, id: u64, response: &Response) {
        let weight = self
            .peers
            .get_mut(&connection)
            .and_then(|peer| peer.weights.pop_front());
        if let Some(weight) = weight {
            let bytes = Bytes::from(response.to_frame(id));
            self.address(connection, Frame::answer(bytes, weight));
        }
    }

    /// Adds to what this flush has for a connection.
    fn address(&mut self, connection: ConnectionId, frame: Frame) {
        if let Some(peer) = self.peers.get_mut(&connection) {
            if peer.portion.is_empty() {
                self.addressed.push(connection);
            }
            peer.portion.push(frame);
        }
    }

    fn send(&mut self, connection: ConnectionId) {
        let full = self.peers.get_mut(&connection).is_some_and(|peer| {
            let portion = std::mem::take(&mut peer.portion);
            peer.outgoing.send(portion).is_err()
        });
        if full {
            self.cut_off(connection);
        }
    }

    /// Lets go of those for whom most lies in memory, of two alike the one that has been there longer, until it is
    /// enough less.
    fn let_go_of_most(&mut self) {
        let peers = self.peers.iter();
        let lying = peers.map(|(connection, peer)| (peer.outgoing.lying_bytes(), *connection));
        let mut lying: Vec<_> = lying.filter(|(bytes, _)| *bytes > 0).collect();
        lying.sort_unstable_by_key(|(bytes, connection)| (Reverse(*bytes), *connection));
        for (_, connection) in lying {
            if self.unsent.is_enough_less() {
                break;
            }
            self.cut_off(connection);
        }
    }

    fn cut_off(&mut self, connection: ConnectionId) {
        self.forget(connection);
        self.metrics.fell_behind.inc();
        tracing::debug!("a reader that fell behind was cut off");
    }

    fn forget(&mut self, connection: ConnectionId) {
        if let Some(peer) = self.peers.remove(&connection) {
            peer.outgoing.give_up();
        }
    }
}
