//! Files: sent, kept, fetched, saved, taken back.

mod at_rest;
pub mod attached;
#[cfg(target_os = "linux")]
mod bombs;
mod elsewhere;
mod hostile;
#[cfg(target_os = "linux")]
mod large;
mod refused;
mod resumed;
mod retracted;
mod round_trip;
mod way;
