//! The entries at the end of the table that have no row in `places` yet.
//!
//! An append adds to the *young*. When they are many they become the *run*: sorted by head and number,
//! of which each further append gives a few rows to the table. Rows that come in their order cost little
//! even if they belong to ten thousand heads, while rows written one by one where they belong would
//! each write a page of their own.
//!
//! Invariant: of one head, what is in the table comes before what is in the run, and that before what
//! is young.

use super::marks::Mark;
use std::collections::HashMap;

/// Entries that are young, at least, before they become a run.
const YOUNG: usize = 16 * 1024;
/// Rows of a run for each head, since each head means a page of the table that is written anew: where there are fewer,
/// the run waits for more.
const ROWS_OF_A_HEAD: usize = 8;
/// Entries that are young at most, however many heads they belong to: a start gives them their rows.
const YOUNG_AT_MOST: usize = 64 * 1024;
/// Rows of the run that each append gives to the table: more than one, so that a run is over before
/// the next begins.
const ROWS_OF_AN_APPEND: usize = 2;

/// Where an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// Row number of its head.
    pub(super) head: u64,
    /// Its number at the head.
    pub(super) seq: u64,
    /// Its row number.
    pub(super) entry: u64,
    /// The beginning of its hash.
    pub(super) mark: Mark,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Tail {
    young: HashMap<u64, Vec<Place>>,
    young_count: usize,
    /// Sorted; what stands before `given` is in the table.
    run: Vec<Place>,
    given: usize,
    /// The last entry that was young when the run began.
    run_ends: u64,
    last: u64,
}

impl Tail {
    /// Adds the newest entry.
    pub(super) fn push(&mut self, place: Place) {
        self.young.entry(place.head).or_default().push(place);
        self.young_count += 1;
        self.last = place.entry;
    }

    /// Whether no entry is without a row.
    pub(super) fn is_empty(&self) -> bool {
        self.young_count == 0 && self.given == self.run.len()
    }

    /// The entries of a head without a row, by rising number.
    pub(super) fn of(&self, head: u64) -> impl DoubleEndedIterator<Item = Place> {
        let young = self.young.get(&head).map_or(&[][..], Vec::as_slice);
        self.of_run(head).iter().chain(young).copied()
    }

    fn of_run(&self, head: u64) -> &[Place] {
        let waiting = self.run.get(self.given..).unwrap_or_default();
        let from = waiting.partition_point(|place| place.head < head);
        let until = waiting.partition_point(|place| place.head <= head);
        waiting.get(from..until).unwrap_or_default()
    }

    /// The next rows for the table, as many as one append gives.
    pub(super) fn due(&mut self) -> &[Place] {
        if self.run.is_empty() && self.young_count >= self.enough() {
            self.begin_run();
        }
        let from = self.given;
        self.given = self.run.len().min(from + ROWS_OF_AN_APPEND);
        self.run.get(from..self.given).unwrap_or_default()
    }

    /// How many young ones are enough for a run.
    fn enough(&self) -> usize {
        (self.young.len() * ROWS_OF_A_HEAD).clamp(YOUNG, YOUNG_AT_MOST)
    }

    /// Everything that is without a row.
    pub(super) fn all(&mut self) -> Vec<Place> {
        let mut all = self.run.split_off(self.given);
        all.extend(self.young.drain().flat_map(|(_, places)| places));
        all.sort_unstable();
        *self = Self {
            last: self.last,
            ..Self::default()
        };
        all
    }

    /// The entry up to which all have a row, once for each run that is over.
    pub(super) fn over(&mut self) -> Option<u64> {
        let over = !self.run.is_empty() && self.given == self.run.len();
        over.then(|| {
            self.run.clear();
            self.given = 0;
            self.run_ends
        })
    }

    fn begin_run(&mut self) {
        self.run
            .extend(self.young.drain().flat_map(|(_, places)| places));
        self.run.sort_unstable();
        self.young_count = 0;
        self.run_ends = self.last;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many entries at so many heads, one after the other, are young before the first gets a row.
    fn young_of(heads: u64) -> usize {
        let mut tail = Tail::default();
        for entry in 1.. {
            let head = entry % heads;
            tail.push(Place {
                head,
                seq: entry / heads + 1,
                entry,
                mark: entry.to_be_bytes(),
            });
            if !tail.due().is_empty() {
                break;
            }
        }
        tail.run.len()
    }

    #[test]
    fn a_run_waits_for_more_where_it_has_few_rows_of_each_head_and_not_for_ever() {
        assert_eq!(young_of(1), YOUNG);
        assert_eq!(young_of(2_048), YOUNG);
        assert_eq!(young_of(4_096), 2 * YOUNG);
        assert_eq!(young_of(50_000), YOUNG_AT_MOST);
    }
}
