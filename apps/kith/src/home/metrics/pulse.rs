//! Whether the writer gets on: since when it has been at one batch.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The writer's pulse, felt from other threads.
#[derive(Debug)]
pub(in crate::home) struct Pulse {
    epoch: Instant,
    /// Milliseconds from `epoch` to when the batch began, and one; 0 between batches.
    begun_ms: AtomicU64,
}

impl Default for Pulse {
    fn default() -> Self {
        Self {
            epoch: Instant::now(),
            begun_ms: AtomicU64::new(0),
        }
    }
}

impl Pulse {
    /// A batch begins.
    pub(super) fn begins(&self) {
        let now_ms = u64::try_from(self.epoch.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.begun_ms
            .store(now_ms.saturating_add(1), Ordering::Relaxed);
    }

    /// The batch is durable.
    pub(super) fn ends(&self) {
        self.begun_ms.store(0, Ordering::Relaxed);
    }

    /// How long the present batch has taken so far; nothing between batches.
    pub(super) fn busy_for(&self) -> Duration {
        match self.begun_ms.load(Ordering::Relaxed) {
            0 => Duration::ZERO,
            begun_ms => self
                .epoch
                .elapsed()
                .saturating_sub(Duration::from_millis(begun_ms - 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_begun_and_not_ended_takes_time() {
        let pulse = Pulse::default();
        assert_eq!(pulse.busy_for(), Duration::ZERO);
        pulse.begins();
        std::thread::sleep(Duration::from_millis(5));
        assert!(pulse.busy_for() >= Duration::from_millis(5));
        pulse.ends();
        assert_eq!(pulse.busy_for(), Duration::ZERO);
    }
}
