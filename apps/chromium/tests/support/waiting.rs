//! Waiting for what comes by itself, and not longer than makes sense.

use std::time::{Duration, Instant};

/// What no person would wait for, so that slow machines fail nothing.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Looks again and again until something is there.
#[track_caller]
pub fn wait_for<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    wait_long_for(what, PATIENCE, look)
}

/// As [`wait_for`], with a bound of one's own.
#[track_caller]
pub fn wait_long_for<T>(what: &str, bound: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < bound, "waited for {what} too long");
        std::thread::sleep(Duration::from_millis(20));
    }
}
