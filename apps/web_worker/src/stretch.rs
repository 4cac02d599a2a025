//! How much of an upload goes with one request: little where the way is slow, so that its end is seen and little is lost
//! when it breaks, and much where it is quick.

/// Bytes of the first request.
const FIRST_BYTES: u64 = 256 << 10;
/// Bytes of one request at most, and at least.
const MOST_BYTES: u64 = 8 << 20;
const LEAST_BYTES: u64 = 64 << 10;
/// A request that took less, in milliseconds, is followed by a longer one, and one that took more than the other by a
/// shorter one.
const QUICK_MS: u64 = 1_000;
const SLOW_MS: u64 = 6_000;

/// How many bytes go with the next request.
#[derive(Debug, Clone, Copy)]
pub struct Stretch(u64);

impl Default for Stretch {
    fn default() -> Self {
        Self(FIRST_BYTES)
    }
}

impl Stretch {
    /// Where the next request ends that begins at `from`, of an upload of so many bytes.
    pub const fn end(self, from: u64, size_bytes: u64) -> u64 {
        let end = from.saturating_add(self.0);
        if end < size_bytes { end } else { size_bytes }
    }

    /// The last one took so long, in milliseconds.
    pub fn took(&mut self, ms: u64) {
        if ms < QUICK_MS {
            self.0 = (self.0 * 2).min(MOST_BYTES);
        } else if ms > SLOW_MS {
            self.0 = (self.0 / 2).max(LEAST_BYTES);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FIRST_BYTES, LEAST_BYTES, MOST_BYTES, Stretch};

    #[test]
    fn a_quick_way_takes_much_at_once_and_a_slow_one_little() {
        let mut stretch = Stretch::default();
        assert_eq!(stretch.end(10, u64::MAX), 10 + FIRST_BYTES);
        assert_eq!(stretch.end(10, 100), 100);
        assert_eq!(stretch.end(u64::MAX, u64::MAX), u64::MAX);
        for _ in 0..20 {
            stretch.took(10);
        }
        assert_eq!(stretch.end(0, u64::MAX), MOST_BYTES);
        stretch.took(3_000);
        assert_eq!(stretch.end(0, u64::MAX), MOST_BYTES);
        for _ in 0..20 {
            stretch.took(100_000);
        }
        assert_eq!(stretch.end(0, u64::MAX), LEAST_BYTES);
    }
}
