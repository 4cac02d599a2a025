//! How often a capability may be used in a minute, counted in memory alone.
//!
//! For each capability and not for each inbox: whoever knows an inbox could use up a limit that all
//! share. A minute is one of the clock, so that nothing needs to be remembered from one to the
//! next.

use crate::bounds;
use crate::inbox_store::CapabilityRow;
use std::collections::BTreeMap;

/// FETCH and KNOCK in this minute.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    minute: u64,
    counts: BTreeMap<CapabilityRow, u32>,
}

impl Pace {
    /// Counts one more, or says in how many milliseconds there is room for it.
    pub(crate) fn count(&mut self, capability: CapabilityRow, now_s: u64) -> Result<(), u64> {
        let minute = now_s / 60;
        if minute != self.minute {
            self.minute = minute;
            self.counts.clear();
        }
        let count = self.counts.entry(capability).or_default();
        if *count >= bounds::MAX_CONTACTS_A_MINUTE {
            return Err((60 - now_s % 60) * 1_000);
        }
        *count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_capability_has_a_minute_of_its_own_and_another_minute_begins_anew() {
        let (one, other) = (CapabilityRow(1), CapabilityRow(2));
        let mut pace = Pace::default();
        for _ in 0..bounds::MAX_CONTACTS_A_MINUTE {
            assert_eq!(pace.count(one, 600), Ok(()));
        }
        assert_eq!(pace.count(one, 600), Err(60_000));
        assert_eq!(pace.count(one, 659), Err(1_000));
        assert_eq!(pace.count(other, 659), Ok(()));
        assert_eq!(pace.count(one, 660), Ok(()));
        // A clock that was set back blocks nobody.
        assert_eq!(pace.count(one, 60), Ok(()));
        assert_eq!(pace.counts.len(), 1);
    }
}
