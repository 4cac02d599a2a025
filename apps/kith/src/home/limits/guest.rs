//! One connection, and how fast it may write.

use super::{Network, UNIT_BYTES, clock};
use governor::clock::Clock;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use std::num::NonZeroU32;

/// Somebody connected.
#[derive(Debug)]
pub(in crate::home) struct Guest {
    /// From where, if limits for networks hold for them.
    network: Option<Network>,
    bytes: Option<DefaultDirectRateLimiter>,
}

impl Guest {
    pub(super) fn new(network: Option<Network>, bytes: Option<Quota>) -> Self {
        Self {
            network,
            bytes: bytes.map(RateLimiter::direct),
        }
    }

    /// From where, if limits for networks hold for them.
    pub(in crate::home) fn network(&self) -> Option<Network> {
        self.network
    }

    /// Counts what was read, and lasts as long as it is too early for it.
    pub(in crate::home) async fn wrote(&self, bytes: usize) {
        let Some(limiter) = &self.bytes else { return };
        let units = u32::try_from(bytes / UNIT_BYTES).unwrap_or(u32::MAX);
        let units = NonZeroU32::MIN.saturating_add(units);
        // More than fits at all is no frame, and is refused as such.
        while let Ok(Err(early)) = limiter.check_n(units) {
            tokio::time::sleep(early.wait_time_from(clock().now())).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[tokio::test]
    async fn who_is_ahead_waits_and_loses_nothing() {
        let units = NonZeroU32::new(100).unwrap();
        let guest = Guest::new(None, Some(Quota::per_second(units)));
        let begun = Instant::now();
        for _ in 0..130 {
            guest.wrote(10).await;
        }
        assert!(begun.elapsed() >= Duration::from_millis(290));
    }
}
