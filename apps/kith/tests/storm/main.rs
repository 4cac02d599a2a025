//! A storm on real processes: homes and clients killed, disks that fill, clocks that jump and
//! connections that are cut, while two people write to each other. Whatever a command said was
//! kept is in the end on both sides, once, in one order.
//!
//! `KITH_STORM_ROUNDS` says how often each fault comes (`cargo xtask storm` asks for many), and
//! `KITH_STORM_SEED` repeats the draws of a storm, though not what the machine made of them.

#![cfg(test)]

#[path = "../support/mod.rs"]
mod support;

mod author;
mod clock;
mod cuts;
mod full_disk;
mod kill_client;
mod kill_home;
mod pair;
mod proxy;
mod random;
mod report;
mod verdict;
mod week;
