//! What arrived, and how long it took.

use crate::error::LoadError;
use std::fmt::Display;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::Semaphore;

/// Characters of a failure that are told.
const LONGEST: usize = 300;

/// What all receivers of a load count together.
#[derive(Debug)]
pub struct Receipts {
    origin: Instant,
    sent: AtomicU64,
    delivered: AtomicU64,
    failed: AtomicU64,
    first_failure: Mutex<Option<String>>,
    recording: AtomicBool,
    latencies_us: Mutex<Vec<u32>>,
}

impl Receipts {
    /// Counts from now on.
    pub fn new() -> Self {
        Self {
            origin: Instant::now(),
            sent: AtomicU64::new(0),
            delivered: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            first_failure: Mutex::new(None),
            recording: AtomicBool::new(false),
            latencies_us: Mutex::new(Vec::new()),
        }
    }

    /// Nanoseconds since the load began, the time that stamps are in.
    pub fn now_ns(&self) -> u64 {
        u64::try_from(self.origin.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Messages that arrived so far.
    pub fn delivered(&self) -> u64 {
        self.delivered.load(Ordering::Relaxed)
    }

    /// Messages that were sent and have not arrived.
    pub(crate) fn under_way(&self) -> u64 {
        // Read first: what arrives meanwhile was sent before.
        let delivered = self.delivered();
        let sent = self.sent.load(Ordering::Relaxed);
        sent.saturating_sub(delivered)
    }

    /// Whether nothing failed so far.
    ///
    /// # Errors
    /// [`LoadError::Failed`]: how often something did, and what was first.
    pub fn whole(&self) -> Result<(), LoadError> {
        let failed = self.failed.load(Ordering::Relaxed);
        if failed == 0 {
            return Ok(());
        }
        let first = self.first_failure.lock();
        let first = first.unwrap_or_else(PoisonError::into_inner);
        Err(LoadError::Failed {
            failed,
            first: first.clone().unwrap_or_default(),
        })
    }

    pub(crate) fn record(&self, on: bool) {
        self.recording.store(on, Ordering::Relaxed);
    }

    /// The latencies recorded, in microseconds, ascending.
    pub(crate) fn latencies_us(&self) -> Vec<u32> {
        let latencies = self.latencies_us.lock();
        let mut latencies = latencies.unwrap_or_else(PoisonError::into_inner).clone();
        latencies.sort_unstable();
        latencies
    }
}

impl Default for Receipts {
    fn default() -> Self {
        Self::new()
    }
}

/// What the receiver of one pair tells: each message that arrived, which also lets the next one go.
#[derive(Debug, Clone)]
pub struct Arrivals {
    receipts: Arc<Receipts>,
    window: Arc<Semaphore>,
}

impl Arrivals {
    /// A pair with so many messages under way at most.
    pub fn new(receipts: Arc<Receipts>, window: usize) -> Self {
        let window = Arc::new(Semaphore::new(window));
        Self { receipts, window }
    }

    /// The clock of the stamps, in nanoseconds.
    pub fn now_ns(&self) -> u64 {
        self.receipts.now_ns()
    }

    /// A moment on that clock.
    pub(crate) fn stamp_ns(&self, moment: Instant) -> u64 {
        let since = moment.saturating_duration_since(self.receipts.origin);
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    }

    /// A message goes now.
    pub(crate) fn sent(&self) {
        self.receipts.sent.fetch_add(1, Ordering::Relaxed);
    }

    /// A message arrived that was to be sent at `sent_ns`.
    pub fn arrived(&self, sent_ns: u64) {
        let receipts = &self.receipts;
        receipts.delivered.fetch_add(1, Ordering::Relaxed);
        if receipts.recording.load(Ordering::Relaxed) {
            let took_us = receipts.now_ns().saturating_sub(sent_ns) / 1_000;
            let latencies = receipts.latencies_us.lock();
            let mut latencies = latencies.unwrap_or_else(PoisonError::into_inner);
            latencies.push(u32::try_from(took_us).unwrap_or(u32::MAX));
        }
        self.window.add_permits(1);
    }

    /// A connection broke or was closed, or a message came to nothing: the measurement is worth nothing. Once the load
    /// is over, nobody looks at it any more, so a connection may end then.
    pub fn failed(&self, why: impl Display) {
        let first = self.receipts.first_failure.lock();
        let mut first = first.unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert_with(|| why.to_string().chars().take(LONGEST).collect());
        // Counted while what was first is held, so that nobody sees the one without the other.
        self.receipts.failed.fetch_add(1, Ordering::Relaxed);
    }

    /// Waits until one more may be under way.
    pub(crate) async fn room(&self) {
        if let Ok(permit) = self.window.acquire().await {
            permit.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_failure_is_told_and_all_are_counted() {
        let receipts = Arc::new(Receipts::new());
        let arrivals = Arrivals::new(Arc::clone(&receipts), 1);
        assert!(receipts.whole().is_ok());
        arrivals.failed("the server closed a receiver's connection");
        arrivals.failed("a sender's connection: broken pipe");
        let said = receipts.whole().unwrap_err().to_string();
        let expected =
            "2 failures under the load; the first: the server closed a receiver's connection";
        assert_eq!(said, expected);
    }
}
