//! What waits for the writer, and whose turn it is.
//!
//! Connections take turns, and one log gets no more than its share of a batch while others wait: a
//! flood, from however many connections, makes others wait for its share and not for all of it. The
//! order of each connection is kept.

use home_core::{Admitted, ConnectionId};
use protocol::id::LogId;
use std::collections::{BTreeMap, VecDeque};
use tokio::sync::OwnedSemaphorePermit;

/// Requests that a connection gets done before the next has its turn.
const OF_A_TURN: usize = 16;
/// Requests about one log in one batch while others wait.
const OF_A_LOG: usize = 64;

/// Something that a connection waits for.
#[derive(Debug)]
pub(super) enum Waiter {
    /// A request.
    Request {
        id: u64,
        request: Admitted,
        /// Its share of the connection's window, which its answer gives back.
        weight: u32,
        /// Its place among all that wait, given back when it is done.
        place: OwnedSemaphorePermit,
    },
    /// The connection has ended; nothing of it follows.
    Gone,
}

impl Waiter {
    fn log(&self) -> Option<LogId> {
        match self {
            Self::Request { request, .. } => request.log(),
            Self::Gone => None,
        }
    }
}

/// Everything that waits. Only connections of which something waits are in here.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    queues: BTreeMap<ConnectionId, VecDeque<Waiter>>,
    turns: VecDeque<ConnectionId>,
    /// Those that have nothing to do in this batch any more: their next is about a log that had its share.
    passed: Vec<ConnectionId>,
    /// What each log has had of this batch.
    shares: BTreeMap<LogId, usize>,
    /// What the connection at the front has had of its turn.
    of_turn: usize,
}

impl Waiting {
    /// Adds the newest of a connection.
    pub(super) fn push(&mut self, connection: ConnectionId, waiter: Waiter) {
        let queue = self.queues.entry(connection).or_default();
        if queue.is_empty() {
            self.turns.push_back(connection);
        }
        queue.push_back(waiter);
    }

    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.queues.is_empty()
    }

    /// What is next in this batch.
    pub(super) fn next(&mut self) -> Option<(ConnectionId, Waiter)> {
        loop {
            let Some(connection) = self.turns.front().copied() else {
                // Where nobody else waits there is no share to keep to.
                if self.passed.is_empty() || self.shares.len() > 1 {
                    return None;
                }
                self.turns.extend(self.passed.drain(..));
                self.shares.clear();
                continue;
            };
            let Some(queue) = self.queues.get_mut(&connection) else {
                self.turn_ends();
                continue;
            };
            let log = queue.front().and_then(Waiter::log);
            let had = log.and_then(|log| self.shares.get(&log)).copied();
            if had.unwrap_or(0) >= OF_A_LOG {
                self.turn_ends();
                self.passed.push(connection);
                continue;
            }
            let Some(waiter) = queue.pop_front() else {
                self.queues.remove(&connection);
                self.turn_ends();
                continue;
            };
            if let Some(log) = log {
                *self.shares.entry(log).or_default() += 1;
            }
            self.of_turn += 1;
            if queue.is_empty() {
                self.queues.remove(&connection);
                self.turn_ends();
            } else if self.of_turn >= OF_A_TURN {
                self.turn_ends();
                self.turns.push_back(connection);
            }
            return Some((connection, waiter));
        }
    }

    /// The batch is over: the next begins with those who were passed over.
    pub(super) fn batch_ends(&mut self) {
        for connection in self.passed.drain(..).rev() {
            self.turns.push_front(connection);
        }
        self.shares.clear();
        self.of_turn = 0;
    }

    fn turn_ends(&mut self) {
        self.turns.pop_front();
        self.of_turn = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use home_core::admit;
    use protocol::frame::Request;
    use protocol::id::{HeadId, HomeKey, Nonce};
    use protocol::request::Append;
    use std::sync::Arc;
    use tokio::sync::Semaphore;

    const FLOODED: u8 = 1;
    const QUIET: u8 = 2;

    fn request(id: u64, log: u8, places: &Arc<Semaphore>) -> Waiter {
        let append = Request::Append(Append {
            log: LogId::new([log; 16]),
            head: HeadId::new([0; 32]),
            body: vec![0; 512],
        });
        let home = HomeKey::new([0; 32]);
        let admitted = admit(&append.to_frame(id), &home, &Nonce::new([0; 32]));
        Waiter::Request {
            id,
            request: admitted.unwrap().1,
            weight: 1,
            place: Arc::clone(places).try_acquire_many_owned(1).unwrap(),
        }
    }

    fn batch(waiting: &mut Waiting) -> Vec<(u64, u64)> {
        let mut batch = Vec::new();
        while let Some((connection, waiter)) = waiting.next() {
            let id = match waiter {
                Waiter::Request { id, .. } => id,
                Waiter::Gone => 0,
            };
            batch.push((connection.0, id));
        }
        waiting.batch_ends();
        batch
    }

    /// Ten connections flood one log with a hundred requests each.
    fn flooded(places: &Arc<Semaphore>) -> Waiting {
        let mut waiting = Waiting::default();
        for id in 1..=100 {
            for connection in 1..=10 {
                waiting.push(ConnectionId(connection), request(id, FLOODED, places));
            }
        }
        waiting
    }

    #[test]
    fn a_quiet_log_is_served_in_each_batch_of_a_flood_on_another() {
        let places = Arc::new(Semaphore::new(2_000));
        let mut waiting = flooded(&places);
        for id in 1..=5 {
            waiting.push(ConnectionId(99), request(id, QUIET, &places));
            let batch = batch(&mut waiting);
            assert!(batch.contains(&(99, id)), "{id}: {batch:?}");
            assert_eq!(batch.len(), OF_A_LOG + 1);
        }
    }

    #[test]
    fn what_nobody_else_waits_for_is_done_at_once_and_in_the_order_of_each_connection() {
        let places = Arc::new(Semaphore::new(2_000));
        let mut waiting = flooded(&places);
        for connection in 1..=10 {
            waiting.push(ConnectionId(connection), Waiter::Gone);
        }
        let batch = batch(&mut waiting);
        assert!(waiting.is_empty());
        assert_eq!(places.available_permits(), 2_000);
        for connection in 1..=10 {
            let of_it = batch.iter().filter(|(of, _)| *of == connection);
            let ids: Vec<_> = of_it.map(|(_, id)| *id).collect();
            let expected: Vec<_> = (1..=100).chain([0]).collect();
            assert_eq!(ids, expected);
        }
    }

    #[test]
    fn a_connection_gets_its_turn_before_another_has_all_of_its_own() {
        let places = Arc::new(Semaphore::new(2_000));
        let mut waiting = Waiting::default();
        for id in 1..=50 {
            waiting.push(ConnectionId(1), request(id, FLOODED, &places));
        }
        waiting.push(ConnectionId(2), request(1, QUIET, &places));
        let batch = batch(&mut waiting);
        let turn = batch.iter().position(|one| *one == (2, 1));
        assert_eq!(turn, Some(OF_A_TURN));
        assert_eq!(batch.len(), 51);
    }

    #[test]
    fn who_was_passed_over_is_first_in_the_next_batch() {
        let places = Arc::new(Semaphore::new(2_000));
        let mut waiting = flooded(&places);
        let served = (1..=5).flat_map(|id| {
            waiting.push(ConnectionId(99), request(id, QUIET, &places));
            batch(&mut waiting)
        });
        let of_the_flood: Vec<u64> = served.map(|(of, _)| of).filter(|of| *of != 99).collect();
        let turns: Vec<u64> = of_the_flood.chunks(OF_A_TURN).map(|turn| turn[0]).collect();
        let around: Vec<u64> = (1..=10).cycle().take(turns.len()).collect();
        assert_eq!(turns, around);
    }
}
