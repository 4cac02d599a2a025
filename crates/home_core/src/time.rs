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

/// How a home counts days: by those that it lived through, and not by what its clock says they are.
///
/// Whatever a home forgets it forgets by this count, which no clock moves on by more than one day at a
/// time: a clock that jumps ahead by years costs one day, a home that was off for months lived
/// through none of them. With a right clock a day here is never shorter than one outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calendar {
    /// The day that the clock showed when the home last looked.
    pub clock: Day,
    /// The day that it is by the home's own count.
    pub lived: Day,
}

impl Calendar {
    /// The calendar of a home that has lived through nothing yet.
    pub const fn begin(clock: Day) -> Self {
        Self {
            clock,
            lived: clock,
        }
    }

    /// The calendar once the clock shows `clock`; none: it stays as it is.
    pub(crate) fn seen(self, clock: Day) -> Option<Self> {
        if clock > self.clock {
            let lived = Day(self.lived.0.saturating_add(1));
            return Some(Self { clock, lived });
        }
        // A clock that was ahead is believed again, or no day would begin until it is caught up with.
        // One day back is the correction of a clock around midnight: that day was counted.
        (clock < self.clock.minus(1)).then_some(Self { clock, ..self })
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

    /// The home's own day after its clock showed these.
    fn lived(clock: &[u64]) -> u64 {
        let mut calendar = Calendar::begin(Day::new(100));
        for day in clock {
            calendar = calendar.seen(Day::new(*day)).unwrap_or(calendar);
        }
        calendar.lived.number()
    }

    #[test]
    fn a_home_lives_through_one_day_at_a_time_whatever_its_clock_shows() {
        for (clock, expected) in [
            (&[100_u64, 100] as &[u64], 100),
            (&[101, 102, 102, 103], 103),
            (&[200], 101),
            (&[4_000, 100], 101),
            (&[4_000, 100, 101, 102], 103),
            (&[4_000, 4_000, 4_001], 102),
            (&[101, 100, 101, 100, 101], 101),
            (&[0, 1, 2], 102),
        ] {
            assert_eq!(lived(clock), expected, "{clock:?}");
        }
    }
}
