//! Real processes for black-box tests: homes, people with profiles, and what they say. Every
//! process ends with the test, however that ends, and every folder is a temporary one.

#![allow(dead_code, reason = "each test program uses its own part of this")]

pub mod home;
pub mod person;
pub mod said;
pub mod small_disk;

use std::io::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

/// The essay that Kith implements.
pub const ESSAY: &str = include_str!("../data/essay.md");

/// The program, without anything that the surroundings of the test would tell it.
pub fn kith() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kith"));
    command
        .env_remove("KITH_PASSPHRASE")
        .env_remove("KITH_PHRASE")
        .env_remove("RUST_LOG")
        .env_remove("RUST_BACKTRACE");
    command
}

/// Looks every other millisecond until something is there.
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "waited for {what} too long"
        );
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Says past the test program's capture that something was not tried: a gap must not look like a
/// pass.
pub fn skipped(what: &str) {
    let _ = writeln!(std::io::stderr(), "\nSKIPPED: {what}");
}
