//! How much is taken in at once: much, so that catching up is quick, and not so much that a question waits long.

/// Inputs taken in one transaction at most.
const MOST: usize = 256;
/// Inputs taken in the first one.
const FIRST: usize = 32;
/// A transaction that took longer, in milliseconds, is followed by a smaller one, and one that took half as long by a
/// larger one.
const LONG_MS: u64 = 150;

/// How many inputs one transaction takes, by how long the last ones took on this machine.
#[derive(Debug, Clone, Copy)]
pub struct Pace(usize);

impl Default for Pace {
    fn default() -> Self {
        Self(FIRST)
    }
}

impl Pace {
    /// How many are taken next.
    pub const fn inputs(self) -> usize {
        self.0
    }

    /// So many were taken, which took so long, in milliseconds.
    pub fn took(&mut self, inputs: usize, ms: u64) {
        if ms > LONG_MS {
            self.0 = (inputs.min(self.0) / 2).max(1);
        } else if ms * 2 < LONG_MS && inputs >= self.0 {
            self.0 = (self.0 * 2).min(MOST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FIRST, MOST, Pace};

    #[test]
    fn a_slow_machine_takes_less_at_once_and_a_fast_one_as_much_as_it_may() {
        let mut pace = Pace::default();
        assert_eq!(pace.inputs(), FIRST);
        for _ in 0..3 {
            pace.took(pace.inputs(), 1_000);
        }
        assert_eq!(pace.inputs(), FIRST / 8);
        pace.took(3, 5);
        assert_eq!(pace.inputs(), FIRST / 8, "little says nothing");
        for _ in 0..9 {
            pace.took(pace.inputs(), 10);
        }
        assert_eq!(pace.inputs(), MOST);
        for _ in 0..20 {
            pace.took(pace.inputs(), 10_000);
        }
        assert_eq!(pace.inputs(), 1);
    }
}
