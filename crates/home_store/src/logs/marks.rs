//! Which bodies are remembered at a head, by the beginnings of their hashes.
//!
//! Almost every body is new, and to know that four bytes of each are enough ([`Traces`]): they are kept of all heads in
//! use. Which entry has a body is asked only of those that come again ([`Entries`]).
//!
//! Both in two generations: when the newer holds as many as must be remembered at most, it becomes the older, and the
//! older of before is forgotten. So nothing is read again and nothing is looked through, however much is written.
//! Of two bodies with the same beginning the younger is remembered: somebody with much time to search can so have the
//! body of another stored twice, if that one is sent twice.

use home_core::log_store::SEEN_ENTRIES_AT_MOST;
use protocol::id::BodyHash;
use std::collections::HashMap;
use std::hash::Hash;

/// The beginning of a hash.
pub(super) type Mark = [u8; 8];
/// The beginning of a mark.
type Trace = [u8; 4];

/// That a body was seen, in as few bytes as will do.
pub(super) type Traces = Generations<Trace, ()>;
/// The row numbers of entries.
pub(super) type Entries = Generations<Mark, u64>;

/// The mark of a hash.
pub(super) fn mark(hash: &BodyHash) -> Mark {
    hash.as_bytes().first_chunk().copied().unwrap_or_default()
}

/// The trace of a mark.
pub(super) fn trace(mark: &Mark) -> Trace {
    mark.first_chunk().copied().unwrap_or_default()
}

/// See the module.
#[derive(Debug)]
pub(super) struct Generations<K, V> {
    newer: HashMap<K, V>,
    older: HashMap<K, V>,
}

impl<K, V> Default for Generations<K, V> {
    fn default() -> Self {
        Self::read(HashMap::new())
    }
}

impl<K, V> Generations<K, V> {
    /// Those that were read of a file, no more than must be remembered.
    pub(super) fn read(all: HashMap<K, V>) -> Self {
        Self {
            newer: HashMap::new(),
            older: all,
        }
    }

    /// About the memory that they take, in bytes: a table is filled to seven eighths and has a byte more for each.
    pub(super) fn bytes(&self) -> usize {
        (self.newer.capacity() + self.older.capacity()) * (size_of::<(K, V)>() + 1) * 8 / 7
    }
}

impl<K: Eq + Hash, V: Copy> Generations<K, V> {
    /// What the youngest with this key has.
    pub(super) fn get(&self, key: &K) -> Option<V> {
        let found = self.newer.get(key).or_else(|| self.older.get(key));
        found.copied()
    }

    /// Remembers the youngest.
    pub(super) fn insert(&mut self, key: K, value: V) {
        if self.newer.len() >= SEEN_ENTRIES_AT_MOST {
            let next = HashMap::with_capacity(SEEN_ENTRIES_AT_MOST);
            self.older = std::mem::replace(&mut self.newer, next);
        }
        self.newer.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: u64 = SEEN_ENTRIES_AT_MOST as u64;

    fn filled(until: u64) -> Entries {
        let mut entries = Entries::default();
        for entry in 1..=until {
            entries.insert(entry.to_be_bytes(), entry);
        }
        entries
    }

    #[test]
    fn as_many_as_must_be_are_remembered_and_twice_as_many_at_most() {
        for until in [MOST, MOST + 1, 2 * MOST, 2 * MOST + 1, 5 * MOST / 2] {
            let entries = filled(until);
            for entry in [until, until - 1, until - MOST + 1] {
                let found = entries.get(&entry.to_be_bytes());
                assert_eq!(found, Some(entry), "{until}");
            }
            assert!(entries.newer.len() + entries.older.len() <= 2 * SEEN_ENTRIES_AT_MOST);
        }
        assert_eq!(filled(2 * MOST + 1).get(&1_u64.to_be_bytes()), None);
    }

    #[test]
    fn of_two_with_the_same_mark_the_younger_is_remembered() {
        let older = HashMap::from([([1; 8], 1), ([2; 8], 2)]);
        let mut entries = Entries::read(older);
        entries.insert([1; 8], 3);
        assert_eq!(entries.get(&[1; 8]), Some(3));
        assert_eq!(entries.get(&[2; 8]), Some(2));
        assert_eq!(entries.get(&[3; 8]), None);
    }

    #[test]
    fn a_thousand_traces_take_no_more_than_twelve_bytes_each() {
        let mut traces = Traces::default();
        for entry in 0..1_000_u32 {
            traces.insert(entry.to_be_bytes(), ());
        }
        assert!(traces.bytes() <= 12_000, "{}", traces.bytes());
    }
}
