//! Days, the only time that a home keeps at rest beside the expiry that an owner asked for.

/// Seconds in a day.
const DAY_S: u64 = 24 * 60 * 60;

/// A day as its number since 1 January 1970 (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(u64);

impl Day {
    /// The day of a Unix time in seconds.
    pub const fn of(now_s: u64) -> Self {
        Self(now_s / DAY_S)
    }

    /// Takes the number of a day.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The day that many days before, not before the first.
    pub const fn minus(self, days: u64) -> Self {
        Self(self.0.saturating_sub(days))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_utc() {
        assert_eq!(Day::of(86_399), Day::new(0));
        assert_eq!(Day::of(86_400), Day::new(1));
        assert_eq!(Day::new(3).minus(5), Day::new(0));
    }
}
