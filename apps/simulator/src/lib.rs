//! A deterministic world for the production cores: real engines, homes and stores, with network,
//! clock and entropy from one seed, and disks that lose what was not synced.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a tool of the tests: what should not happen ends the run with its trace"
)]

pub mod act;
pub mod blocking;
pub mod check;
pub mod disk;
pub mod mix;
pub mod run;
pub mod scene;
pub mod tally;
mod template;
pub mod trouble;
pub mod week;
pub mod world;
