//! Real homes, real browsers and people who use them. Everything is at loopback and ends with the test, however that
//! ends; every folder is a temporary one.

pub mod accessible;
pub mod browser;
pub mod devtools;
pub mod driver;
pub mod elsewhere;
pub mod home;
pub mod impostor;
pub mod loaded;
pub mod person;
pub mod places;
pub mod seats;
pub mod steps;
pub mod terminal;

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
