//! The command line's contract: keys, exit codes, ids, names, passphrases, one profile for many
//! commands. Scripts and bots depend on what stands here.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the helpers of a test are part of the test"
)]

#[path = "../blind/needles.rs"]
mod needles;
#[path = "../blind/scanner.rs"]
mod scanner;
#[path = "../support/mod.rs"]
mod support;

mod acts;
mod alone;
mod at_homes;
mod backups;
mod blocking;
mod by_hand;
mod disks;
mod doctor;
#[cfg(target_os = "linux")]
mod ended;
mod files;
mod finding;
mod hidden;
mod hindrances;
mod idle;
mod kept_alone;
mod keys;
mod lines;
mod locked;
mod looks;
mod man;
mod mistyped;
mod naming;
mod people;
mod promises;
#[cfg(target_os = "linux")]
mod read_only;
mod rejoining;
mod stolen;
mod talking;
mod tampered;
mod terminal;
mod together;
mod unmet;
mod unreachable;
mod unread;
#[cfg(target_os = "linux")]
mod unwritable;
mod usage;
mod zipped;
