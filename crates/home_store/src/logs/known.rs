//! What is kept in memory of the heads that are written to, so that an append reads nothing.
//!
//! Bounded by bytes: where there is no room left, the head that was used longest ago is forgotten. Everything here can
//! be read again from the file.

use super::marks::{Entries, Mark, Traces, trace};
use hashlink::LinkedHashMap;
use home_core::log_store::Position;

/// Bytes of all heads that are known.
const MAX_BYTES: usize = 128 * 1024 * 1024;
/// Bytes of the entries of those heads at which a body came again.
const MAX_ENTRIES_BYTES: usize = MAX_BYTES / 4;
/// Bytes that a head costs beside what it has seen.
const HEAD_BYTES: usize = 256;

/// The end of a head, and which bodies are remembered at it.
#[derive(Debug, Default)]
pub(super) struct KnownHead {
    /// The last entry.
    pub(super) last: Option<Position>,
    /// Whether a child stands below it.
    pub(super) has_children: bool,
    /// The bodies that are remembered; none: not read yet.
    pub(super) traces: Option<Traces>,
}

impl KnownHead {
    /// A head that is new.
    pub(super) fn empty() -> Self {
        Self {
            traces: Some(Traces::default()),
            ..Self::default()
        }
    }
}

/// How much memory something takes.
trait Bytes {
    fn bytes(&self) -> usize;
}

impl Bytes for KnownHead {
    fn bytes(&self) -> usize {
        HEAD_BYTES + self.traces.as_ref().map_or(0, Traces::bytes)
    }
}

impl Bytes for Entries {
    fn bytes(&self) -> usize {
        HEAD_BYTES + Self::bytes(self)
    }
}

/// What is remembered by the row numbers of heads; what was used longest ago comes first.
#[derive(Debug)]
struct Remembered<V> {
    heads: LinkedHashMap<u64, V>,
    bytes: usize,
    most: usize,
    /// How many were forgotten since their places were given back.
    forgotten: usize,
}

impl<V: Bytes> Remembered<V> {
    fn new(most: usize) -> Self {
        Self {
            heads: LinkedHashMap::new(),
            bytes: 0,
            most,
            forgotten: 0,
        }
    }

    fn get(&mut self, head: u64) -> Option<&V> {
        self.heads.to_back(&head).map(|found| &*found)
    }

    fn insert(&mut self, head: u64, value: V) {
        self.bytes += value.bytes();
        if let Some(before) = self.heads.insert(head, value) {
            self.bytes -= before.bytes();
        }
        self.make_room();
    }

    fn change(&mut self, head: u64, change: impl FnOnce(&mut V)) {
        let Some(value) = self.heads.to_back(&head) else {
            return;
        };
        let before = value.bytes();
        change(value);
        self.bytes = self.bytes + value.bytes() - before;
        self.make_room();
    }

    /// The head that was used last stays, whatever it takes.
    fn make_room(&mut self) {
        while self.bytes > self.most && self.heads.len() > 1 {
            if let Some((_, value)) = self.heads.pop_front() {
                self.bytes -= value.bytes();
                self.forgotten += 1;
            }
        }
        // The map keeps the places of those that went for others.
        if self.forgotten > self.heads.len() {
            self.heads.shrink_to_fit();
            self.forgotten = 0;
        }
    }
}

/// See the module.
#[derive(Debug)]
pub(super) struct KnownHeads {
    heads: Remembered<KnownHead>,
    entries: Remembered<Entries>,
}

impl Default for KnownHeads {
    fn default() -> Self {
        Self {
            heads: Remembered::new(MAX_BYTES),
            entries: Remembered::new(MAX_ENTRIES_BYTES),
        }
    }
}

impl KnownHeads {
    /// What is known of a head.
    pub(super) fn get(&mut self, head: u64) -> Option<&KnownHead> {
        self.heads.get(head)
    }

    /// Which entries have which bodies at a head, if that was asked before.
    pub(super) fn entries(&mut self, head: u64) -> Option<&Entries> {
        self.entries.get(head)
    }

    /// Remembers a head.
    pub(super) fn insert(&mut self, head: u64, known: KnownHead) {
        self.heads.insert(head, known);
    }

    /// Remembers which entries have which bodies at a head.
    pub(super) fn insert_entries(&mut self, head: u64, entries: Entries) {
        self.entries.insert(head, entries);
    }

    /// Changes what is known of a head, if anything is.
    pub(super) fn change(&mut self, head: u64, change: impl FnOnce(&mut KnownHead)) {
        self.heads.change(head, change);
    }

    /// Notes a new entry at a head of which something is known.
    pub(super) fn appended(&mut self, head: u64, last: Position, mark: Mark, entry: u64) {
        self.heads.change(head, |known| {
            known.last = Some(last);
            if let Some(traces) = &mut known.traces {
                traces.insert(trace(&mark), ());
            }
        });
        self.entries
            .change(head, |entries| entries.insert(mark, entry));
    }

    /// Forgets all heads.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    const MOST: usize = 4 * 1024 * 1024;

    /// Something that takes so many bytes and the head's own.
    fn taking(bytes: usize) -> KnownHead {
        // A trace takes 40 / 7 of a byte.
        let traces = HashMap::with_capacity(bytes * 7 / 40);
        KnownHead {
            traces: Some(Traces::read(traces)),
            ..KnownHead::default()
        }
    }

    #[track_caller]
    fn is_bounded(known: &Remembered<KnownHead>) {
        let bytes: usize = known.heads.values().map(Bytes::bytes).sum();
        assert_eq!(known.bytes, bytes);
        assert!(known.heads.len() == 1 || bytes <= MOST, "{bytes}");
        assert!(known.forgotten <= known.heads.len());
    }

    #[test]
    fn what_is_used_stays_and_the_rest_goes_when_the_room_is_full() {
        let mut known = Remembered::new(MOST);
        known.insert(0, taking(100));
        for head in 1..2_000 {
            known.insert(head, taking(20_000));
            assert!(known.get(0).is_some(), "{head}");
            is_bounded(&known);
        }
        assert!(known.get(1).is_none());
        assert!(known.get(1_999).is_some());
        assert!(known.bytes > MOST / 10 * 9, "{}", known.bytes);
    }

    #[test]
    fn heads_that_grow_are_as_bounded_as_heads_that_come() {
        let mut known = Remembered::new(MOST);
        for head in 0..1_000 {
            known.insert(head, KnownHead::empty());
        }
        for head in 0..1_000 {
            if known.get(head).is_none() {
                known.insert(head, KnownHead::empty());
            }
            known.change(head, |known| known.traces = taking(20_000).traces);
            assert!(known.get(head).is_some(), "the one that is written to");
            is_bounded(&known);
        }
    }

    #[test]
    fn a_head_that_takes_all_the_room_stays_alone() {
        let mut known = Remembered::new(MOST);
        known.insert(0, KnownHead::empty());
        known.insert(1, KnownHead::empty());
        known.change(1, |known| known.traces = taking(2 * MOST).traces);
        assert!(known.get(0).is_none());
        assert!(known.get(1).is_some());
        known.insert(1, KnownHead::empty());
        known.insert(2, KnownHead::empty());
        is_bounded(&known);
        assert_eq!(known.heads.len(), 2);
    }
}
