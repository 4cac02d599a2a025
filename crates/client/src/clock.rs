//! The two clocks of this machine.

use client_core::Now;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Reads both clocks; the monotonic one counts from when this was made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    started: Instant,
}

impl Clock {
    pub fn start() -> Self {
        Self {
            started: Instant::now(),
        }
    }

    pub fn now(&self) -> Now {
        // A clock before 1970 is a clock that is not set: zero says as much.
        let unix = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Now {
            monotonic_ms: milliseconds(self.started.elapsed()),
            unix_ms: milliseconds(unix),
        }
    }
}

fn milliseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
