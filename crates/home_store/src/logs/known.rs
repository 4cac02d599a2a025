//! What is kept in memory of the heads that are written to, so that an append reads nothing.
//!
//! Bounded by bytes in two generations: what is used moves into the newer, and when that is half the
//! room, the older is forgotten. Everything here can be read again from the file.

use super::marks::Marks;
use home_core::log_store::Position;
use std::collections::HashMap;

/// Bytes of all that is remembered.
const MAX_BYTES: usize = 128 * 1024 * 1024;
/// Bytes that a head costs beside its marks.
const HEAD_BYTES: usize = 256;

/// The end of a head, and which bodies are remembered at it.
#[derive(Debug, Default)]
pub(super) struct KnownHead {
    /// The last entry.
    pub(super) last: Option<Position>,
    /// Whether a child stands below it.
    pub(super) has_children: bool,
    /// The bodies that are remembered; none: not read yet.
    pub(super) marks: Option<Marks>,
}

impl KnownHead {
    /// A head that is new.
    pub(super) fn empty() -> Self {
        Self {
            marks: Some(Marks::default()),
            ..Self::default()
        }
    }

    fn bytes(&self) -> usize {
        HEAD_BYTES + self.marks.as_ref().map_or(0, Marks::bytes)
    }
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct KnownHeads {
    newer: HashMap<u64, KnownHead>,
    older: HashMap<u64, KnownHead>,
    newer_bytes: usize,
}

impl KnownHeads {
    /// What is known of a head.
    pub(super) fn get(&mut self, head: u64) -> Option<&mut KnownHead> {
        if !self.newer.contains_key(&head) {
            let known = self.older.remove(&head)?;
            self.insert(head, known);
        }
        self.newer.get_mut(&head)
    }

    /// Remembers a head.
    pub(super) fn insert(&mut self, head: u64, known: KnownHead) {
        self.newer_bytes += known.bytes();
        if self.newer_bytes > MAX_BYTES / 2 {
            self.older = std::mem::take(&mut self.newer);
            self.newer_bytes = known.bytes();
        }
        self.newer.insert(head, known);
    }

    /// Changes what is known of a head, if anything is.
    pub(super) fn change(&mut self, head: u64, change: impl FnOnce(&mut KnownHead)) {
        let Some(known) = self.get(head) else {
            return;
        };
        let before = known.bytes();
        change(known);
        let after = known.bytes();
        self.newer_bytes = (self.newer_bytes + after).saturating_sub(before);
        // It may be the one that grows that fills the room, where no other comes.
        if self.newer_bytes > MAX_BYTES / 2
            && let Some(known) = self.newer.remove(&head)
        {
            self.insert(head, known);
        }
    }

    /// Forgets all heads.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Marks that take all the room there is.
    const MARKS_OF_ALL: usize = MAX_BYTES / 20;

    fn with_marks(marks: usize) -> KnownHead {
        KnownHead {
            marks: Some(Marks::read(HashMap::with_capacity(marks))),
            ..KnownHead::default()
        }
    }

    #[test]
    fn what_is_used_stays_and_the_rest_goes_when_the_room_is_full() {
        let mut known = KnownHeads::default();
        known.insert(0, with_marks(10));
        for head in 1..2_000 {
            known.insert(head, with_marks(10_000));
            assert!(known.get(0).is_some(), "{head}");
            let bytes = known.newer.values().chain(known.older.values());
            assert!(bytes.map(KnownHead::bytes).sum::<usize>() <= MAX_BYTES * 5 / 4);
        }
        assert!(known.get(1).is_none());
        assert!(known.get(1_999).is_some());
    }

    #[test]
    fn heads_that_grow_are_as_bounded_as_heads_that_come() {
        let mut known = KnownHeads::default();
        for head in 0..1_000 {
            known.insert(head, KnownHead::empty());
        }
        for head in 0..1_000 {
            if known.get(head).is_none() {
                known.insert(head, KnownHead::empty());
            }
            known.change(head, |known| known.marks = with_marks(10_000).marks);
            let all = known.newer.values().chain(known.older.values());
            assert!(all.map(KnownHead::bytes).sum::<usize>() <= MAX_BYTES * 5 / 4);
            assert!(known.get(head).is_some(), "the one that is written to");
        }
    }

    #[test]
    fn a_head_that_grows_makes_others_go() {
        let mut known = KnownHeads::default();
        known.insert(0, with_marks(0));
        known.insert(1, with_marks(0));
        known.change(1, |known| known.marks = with_marks(MARKS_OF_ALL).marks);
        known.insert(2, with_marks(0));
        known.insert(3, with_marks(MARKS_OF_ALL));
        assert!(known.get(0).is_none());
        assert!(known.get(3).is_some());
    }
}
