//! For how long bodies are kept: by days, and by the bytes that the store of logs may take.
//!
//! What is too old goes a few bodies at a time, one step between two flushes, so that nobody waits for it.
//! Hashes and chains stay. Whatever the bound in bytes, the bodies of the last [`bounds::SEEN_DAYS`] days
//! stay: who was away for a week loses nothing.

use crate::bounds;
use crate::home::Home;
use crate::inbox_store::InboxStore;
use crate::log_store::LogStore;
use crate::store_error::StoreError;
use crate::time::Day;

/// What a home keeps of bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    days: u64,
    bytes: Option<u64>,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            days: bounds::BODY_DAYS,
            bytes: None,
        }
    }
}

impl Retention {
    /// Bodies are kept for so many days, not less than [`bounds::SEEN_DAYS`], and the oldest of them go
    /// earlier while the store of logs takes more than so many bytes.
    pub fn new(days: u64, bytes: Option<u64>) -> Self {
        Self {
            days: days.max(bounds::SEEN_DAYS),
            bytes,
        }
    }
}

/// What is being pruned.
#[derive(Debug)]
pub(crate) struct Pruning {
    keep: Retention,
    /// Whether bodies may be left whose days are over.
    by_age: bool,
    /// Whether the store took too much when it was last looked at, and had something to give.
    by_bytes: bool,
    looked_s: Option<u64>,
    /// Whether something was pruned since the last flush.
    stepped: bool,
}

impl Pruning {
    pub(crate) fn new() -> Self {
        Self {
            keep: Retention::default(),
            by_age: true,
            by_bytes: false,
            looked_s: None,
            stepped: false,
        }
    }

    /// A day began.
    pub(crate) fn new_day(&mut self) {
        self.by_age = true;
    }

    /// Everything so far is durable.
    pub(crate) fn flushed(&mut self) {
        self.stepped = false;
    }
}

impl<L: LogStore, I: InboxStore> Home<L, I> {
    /// Lets the home keep bodies for so long.
    #[must_use]
    pub fn keeping(mut self, keep: Retention) -> Self {
        self.pruning.keep = keep;
        self
    }

    /// One step, if one is due.
    pub(crate) fn prune(&mut self, today: Day) -> Result<(), StoreError> {
        if self.pruning.stepped {
            return Ok(());
        }
        self.look_at_the_bytes()?;
        let keep = self.pruning.keep.days;
        if self.pruning.by_age {
            self.pruning.stepped = true;
            self.pruning.by_age = self.drop_some(today.minus(keep))?;
        } else if self.pruning.by_bytes {
            self.pruning.stepped = true;
            let more = self.drop_some(today.minus(bounds::SEEN_DAYS))?;
            self.pruning.by_bytes = more && self.takes_too_much()?;
        }
        Ok(())
    }

    fn drop_some(&mut self, before: Day) -> Result<bool, StoreError> {
        self.logs
            .drop_bodies(before, bounds::MAX_PRUNED_ENTRIES, bounds::MAX_PRUNED_BYTES)
    }

    fn look_at_the_bytes(&mut self) -> Result<(), StoreError> {
        let now_s = self.now_s;
        let looked = |at: u64| now_s >= at && now_s - at < bounds::BYTES_LOOKED_AT_EVERY_S;
        if self.pruning.keep.bytes.is_some() && !self.pruning.looked_s.is_some_and(looked) {
            self.pruning.looked_s = Some(now_s);
            self.pruning.by_bytes = self.takes_too_much()?;
        }
        Ok(())
    }

    fn takes_too_much(&mut self) -> Result<bool, StoreError> {
        match self.pruning.keep.bytes {
            Some(most) => Ok(self.logs.bytes()? > most),
            None => Ok(false),
        }
    }
}
