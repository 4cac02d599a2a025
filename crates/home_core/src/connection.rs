//! What the home remembers of a connection, in memory alone: what it has proven and what it hears.

use crate::bounds;
use crate::log_store::HeadRow;
use crate::signal::Signals;
use crate::sorted::Sorted;
use protocol::id::{HeadId, InboxId, LogId, Nonce};
use protocol::proof::Right;
use std::collections::VecDeque;

/// A connection of this run, numbered by the driver and never written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConnectionId(pub u64);

/// A map that forgets its oldest key when it is full.
#[derive(Debug)]
pub(crate) struct Remembered<K, V> {
    values: Sorted<K, V>,
    order: VecDeque<K>,
    most: usize,
}

impl<K: Ord + Copy, V> Remembered<K, V> {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            values: Sorted::default(),
            order: VecDeque::new(),
            most,
        }
    }

    pub(crate) fn insert(&mut self, key: K, value: V) {
        if !self.values.insert(key, value) {
            return;
        }
        if self.order.is_empty() {
            self.order.reserve_exact(1);
        }
        self.order.push_back(key);
        if self.order.len() > self.most
            && let Some(oldest) = self.order.pop_front()
        {
            self.values.remove(&oldest);
        }
    }

    /// Forgets all keys of which `which` is true.
    pub(crate) fn forget(&mut self, which: impl Fn(&K) -> bool) {
        if self.values.keys().any(&which) {
            self.values.retain(|key| !which(key));
            self.order.retain(|key| !which(key));
        }
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.values.get(key)
    }
}

/// One connection.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) nonce: Nonce,
    pub(crate) proven: Remembered<(LogId, HeadId, Right), HeadRow>,
    pub(crate) owned: Remembered<InboxId, ()>,
    pub(crate) subscribed: Sorted<(LogId, HeadId)>,
    pub(crate) listening: Sorted<InboxId>,
    /// The second in which it last added a child.
    pub(crate) last_child_s: Option<u64>,
    pub(crate) signals: Signals,
}

impl Connection {
    pub(crate) fn new(nonce: Nonce) -> Self {
        Self {
            nonce,
            proven: Remembered::new(bounds::MAX_PROVEN),
            owned: Remembered::new(bounds::MAX_OWNED),
            subscribed: Sorted::default(),
            listening: Sorted::default(),
            last_child_s: None,
            signals: Signals::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten_for_a_new_one_and_a_repeat_changes_nothing() {
        let mut remembered = Remembered::new(2);
        for key in [1, 2, 1, 3] {
            remembered.insert(key, ());
        }
        assert!(remembered.get(&1).is_none());
        assert!(remembered.get(&2).is_some());
        assert!(remembered.get(&3).is_some());
    }

    #[test]
    fn what_is_forgotten_leaves_its_place_to_others() {
        let mut remembered = Remembered::new(3);
        for key in [1, 2, 3] {
            remembered.insert(key, ());
        }
        remembered.forget(|key| *key < 3);
        for key in [4, 5] {
            remembered.insert(key, ());
        }
        assert!(remembered.get(&2).is_none());
        assert!([3, 4, 5].iter().all(|key| remembered.get(key).is_some()));
    }
}
