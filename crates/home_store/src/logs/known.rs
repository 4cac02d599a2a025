//! What is kept in memory of the heads that are written to, so that an append reads nothing.
//!
//! Bounded by bytes: where there is no room left, the head that was used longest ago is forgotten. Everything here can
//! be read again from the file.

use super::marks::{Entries, Traces};
use hashlink::LruCache;
use home_core::log_store::Position;

/// Bytes of all that is remembered.
const MAX_BYTES: usize = 128 * 1024 * 1024;
/// Bytes that a head costs beside what it has seen.
const HEAD_BYTES: usize = 320;

/// The end of a head, and which bodies are remembered at it.
#[derive(Debug, Default)]
pub(super) struct KnownHead {
    /// The last entry.
    pub(super) last: Option<Position>,
    /// Whether a child stands below it.
    pub(super) has_children: bool,
    /// The bodies that are remembered; none: not read yet.
    pub(super) traces: Option<Traces>,
    /// Which entries have them; none: none of them came again yet.
    pub(super) entries: Option<Entries>,
}

impl KnownHead {
    /// A head that is new.
    pub(super) fn empty() -> Self {
        Self {
            traces: Some(Traces::default()),
            ..Self::default()
        }
    }

    fn bytes(&self) -> usize {
        let traces = self.traces.as_ref().map_or(0, Traces::bytes);
        HEAD_BYTES + traces + self.entries.as_ref().map_or(0, Entries::bytes)
    }
}

/// See the module.
#[derive(Debug)]
pub(super) struct KnownHeads {
    heads: LruCache<u64, KnownHead>,
    bytes: usize,
}

impl Default for KnownHeads {
    fn default() -> Self {
        Self {
            heads: LruCache::new_unbounded(),
            bytes: 0,
        }
    }
}

impl KnownHeads {
    /// What is known of a head.
    pub(super) fn get(&mut self, head: u64) -> Option<&KnownHead> {
        self.heads.get(&head)
    }

    /// Remembers a head.
    pub(super) fn insert(&mut self, head: u64, known: KnownHead) {
        self.bytes += known.bytes();
        if let Some(before) = self.heads.insert(head, known) {
            self.bytes -= before.bytes();
        }
        self.make_room();
    }

    /// Changes what is known of a head, if anything is.
    pub(super) fn change(&mut self, head: u64, change: impl FnOnce(&mut KnownHead)) {
        let Some(known) = self.heads.get_mut(&head) else {
            return;
        };
        let before = known.bytes();
        change(known);
        self.bytes = self.bytes + known.bytes() - before;
        self.make_room();
    }

    /// Forgets all heads.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The head that was used last stays, whatever it takes.
    fn make_room(&mut self) {
        while self.bytes > MAX_BYTES && self.heads.len() > 1 {
            if let Some((_, known)) = self.heads.remove_lru() {
                self.bytes -= known.bytes();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn with_entries(entries: usize) -> KnownHead {
        KnownHead {
            entries: Some(Entries::read(HashMap::with_capacity(entries))),
            ..KnownHead::empty()
        }
    }

    #[track_caller]
    fn is_bounded(known: &KnownHeads) {
        let bytes: usize = known.heads.iter().map(|(_, head)| head.bytes()).sum();
        assert_eq!(known.bytes, bytes);
        assert!(known.heads.len() == 1 || bytes <= MAX_BYTES, "{bytes}");
    }

    #[test]
    fn what_is_used_stays_and_the_rest_goes_when_the_room_is_full() {
        let mut known = KnownHeads::default();
        known.insert(0, with_entries(10));
        for head in 1..2_000 {
            known.insert(head, with_entries(10_000));
            assert!(known.get(0).is_some(), "{head}");
            is_bounded(&known);
        }
        assert!(known.get(1).is_none());
        assert!(known.get(1_999).is_some());
        assert!(known.bytes > MAX_BYTES / 10 * 9, "{}", known.bytes);
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
            known.change(head, |known| known.entries = with_entries(10_000).entries);
            assert!(known.get(head).is_some(), "the one that is written to");
            is_bounded(&known);
        }
    }

    #[test]
    fn a_head_that_takes_all_the_room_stays_alone() {
        let mut known = KnownHeads::default();
        known.insert(0, KnownHead::empty());
        known.insert(1, KnownHead::empty());
        known.change(1, |known| {
            known.entries = with_entries(MAX_BYTES / 17).entries
        });
        assert!(known.get(0).is_none());
        assert!(known.get(1).is_some());
        known.insert(1, KnownHead::empty());
        known.insert(2, KnownHead::empty());
        is_bounded(&known);
        assert_eq!(known.heads.len(), 2);
    }
}
