//! Which bodies are remembered at a head: the row numbers of its last entries by the beginning of their hashes.
//!
//! In two generations: when the newer holds as many as must be remembered at most, it becomes the older, and the
//! older of before is forgotten. So nothing is read again and nothing is looked through, however much is written.
//! Of two bodies with the same beginning the younger is remembered: somebody with much time to search can so have the
//! body of another stored twice, if that one is sent twice.

use home_core::log_store::SEEN_ENTRIES_AT_MOST;
use protocol::id::BodyHash;
use std::collections::HashMap;

/// Bytes that room for a mark costs: 17 in a table that is filled to seven eighths.
const BYTES: usize = 20;

/// The beginning of a hash.
pub(super) type Mark = [u8; 8];

/// The mark of a hash.
pub(super) fn mark(hash: &BodyHash) -> Mark {
    hash.as_bytes().first_chunk().copied().unwrap_or_default()
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Marks {
    newer: HashMap<Mark, u64>,
    older: HashMap<Mark, u64>,
}

impl Marks {
    /// Those that were read of a file, no more than must be remembered.
    pub(super) fn read(entries: HashMap<Mark, u64>) -> Self {
        Self {
            newer: HashMap::new(),
            older: entries,
        }
    }

    /// The row number of the youngest entry with this mark.
    pub(super) fn get(&self, mark: &Mark) -> Option<u64> {
        let found = self.newer.get(mark).or_else(|| self.older.get(mark));
        found.copied()
    }

    /// Remembers the youngest entry.
    pub(super) fn insert(&mut self, mark: Mark, entry: u64) {
        if self.newer.len() >= SEEN_ENTRIES_AT_MOST {
            let next = HashMap::with_capacity(SEEN_ENTRIES_AT_MOST);
            self.older = std::mem::replace(&mut self.newer, next);
        }
        self.newer.insert(mark, entry);
    }

    /// About the memory that they take, in bytes.
    pub(super) fn bytes(&self) -> usize {
        (self.newer.capacity() + self.older.capacity()) * BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: u64 = SEEN_ENTRIES_AT_MOST as u64;

    fn filled(until: u64) -> Marks {
        let mut marks = Marks::default();
        for entry in 1..=until {
            marks.insert(entry.to_be_bytes(), entry);
        }
        marks
    }

    #[test]
    fn as_many_as_must_be_are_remembered_and_twice_as_many_at_most() {
        for until in [MOST, MOST + 1, 2 * MOST, 2 * MOST + 1, 5 * MOST / 2] {
            let marks = filled(until);
            for entry in [until, until - 1, until - MOST + 1] {
                let found = marks.get(&entry.to_be_bytes());
                assert_eq!(found, Some(entry), "{until}");
            }
            assert!(marks.newer.len() + marks.older.len() <= 2 * SEEN_ENTRIES_AT_MOST);
        }
        assert_eq!(filled(2 * MOST + 1).get(&1_u64.to_be_bytes()), None);
    }

    #[test]
    fn of_two_with_the_same_mark_the_younger_is_remembered() {
        let older = HashMap::from([([1; 8], 1), ([2; 8], 2)]);
        let mut marks = Marks::read(older);
        marks.insert([1; 8], 3);
        assert_eq!(marks.get(&[1; 8]), Some(3));
        assert_eq!(marks.get(&[2; 8]), Some(2));
        assert_eq!(marks.get(&[3; 8]), None);
    }
}
