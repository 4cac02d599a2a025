//! What a home forgets, and when (docs/protocol.md, *What a home stores*).
//!
//! Once a day of its own count ([`crate::Calendar`]) old repairs, items and uses go, old bodies begin to
//! (`retention`), and logs that nobody has read for two years lapse: from then on they answer `Gone`, and their rows
//! are erased a few with each input, so that no input takes long. Of a lapsed log only the id stays,
//! so that nobody takes it.
//!
//! Invariant: a connection holds no proof at a lapsed log, because the store may number other heads
//! as it numbered those.

use crate::bounds;
use crate::home::Home;
use crate::inbox_store::{Forget, InboxStore};
use crate::log_store::LogStore;
use crate::outcome::Stop;
use crate::store_error::StoreError;
use crate::time::{Calendar, Day};
use protocol::id::LogId;
use protocol::refusal::{HomeError, Refusal};
use std::collections::BTreeSet;

/// What has been forgotten in this run.
#[derive(Debug)]
pub(crate) struct Tidied {
    calendar: Option<Calendar>,
    day: Option<Day>,
    /// Whether rows of lapsed logs may be left.
    erasing: bool,
}

impl Tidied {
    pub(crate) const fn new() -> Self {
        Self {
            calendar: None,
            day: None,
            // An earlier run may have left some.
            erasing: true,
        }
    }
}

impl<L: LogStore, I: InboxStore> Home<L, I> {
    /// The day by the home's own count.
    pub(crate) fn today(&self) -> Day {
        self.tidied
            .calendar
            .map_or(Day::of(self.now_s), |calendar| calendar.lived)
    }

    /// Forgets what is too old, once a day, and goes on erasing.
    pub(crate) fn tidy(&mut self) -> Result<(), StoreError> {
        self.look_at_the_clock()?;
        let today = self.today();
        if self.tidied.day != Some(today) {
            self.pruning.new_day();
            self.logs.drop_repairs(today.minus(bounds::REPAIR_DAYS))?;
            self.inboxes.forget(Forget {
                items_before: today.minus(bounds::ITEM_DAYS),
                uses_before: today.minus(bounds::USE_MEMORY_DAYS),
                revoked_before: today.minus(bounds::REVOKED_DAYS),
            })?;
            self.lapse(today)?;
            self.tidied.day = Some(today);
        }
        self.prune(today)?;
        self.go_on_erasing()?;
        if self.tidied.erasing {
            self.tidied.erasing = self.logs.erase_lapsed(bounds::MAX_ERASED_ROWS)?;
        }
        Ok(())
    }

    /// Why a connection may not do what it has not proven a right for.
    pub(crate) fn unproven(&mut self, log: &LogId, why: Refusal) -> Result<Stop, StoreError> {
        Ok(if self.logs.is_lapsed(log)? {
            HomeError::Gone.into()
        } else {
            why.into()
        })
    }

    fn look_at_the_clock(&mut self) -> Result<(), StoreError> {
        let clock = Day::of(self.now_s);
        let known = match self.tidied.calendar {
            Some(calendar) => Some(calendar),
            None => self.logs.calendar()?,
        };
        let changed = match known {
            Some(calendar) => calendar.seen(clock),
            None => Some(Calendar::begin(clock)),
        };
        if let Some(calendar) = changed {
            self.logs.keep_calendar(calendar)?;
        }
        self.tidied.calendar = changed.or(known);
        Ok(())
    }

    fn lapse(&mut self, today: Day) -> Result<(), StoreError> {
        let before = today.minus(bounds::LOG_DAYS);
        let mut lapsed = BTreeSet::new();
        for log in self.logs.unread_logs(before, bounds::MAX_LAPSED_A_DAY)? {
            // Who has listened all the time has read, though long ago.
            if self.is_subscribed(&log) {
                self.logs.note_read(&log, today)?;
                continue;
            }
            self.logs.lapse(&log)?;
            lapsed.insert(log);
        }
        if !lapsed.is_empty() {
            self.tidied.erasing = true;
            for connection in self.connections.values_mut() {
                connection.proven.forget(|(log, _, _)| lapsed.contains(log));
            }
        }
        Ok(())
    }
}
