//! Loads on a server of messages, measured the same way whatever it speaks.
//!
//! A [`Peer`] says how its server is started and how two clients of it become a [`Sender`] and
//! somebody who receives; [`measure`] does the rest and gives one JSON object. Times are taken from
//! the moment at which a message *should* have been sent to its receipt by the other client, so a
//! server that falls behind cannot hide it (no coordinated omission). Figures of two runs on a
//! shared machine mean little; ratios within one run do.

mod arrivals;
mod drive;
mod error;
mod idle_socket;
mod pacer;
mod peer;
mod process;
mod stamp;
mod suite;
mod syncs;
mod turns;

pub use arrivals::{Arrivals, Receipts};
pub use drive::{Load, Measured, Pace, drive};
pub use error::LoadError;
pub use idle_socket::{IdleSocket, why_ended};
pub use peer::{Idle, Peer, Sender, Size};
pub use process::{Server, cpu_s, file_bytes, free_port, peak_resident_kib, resident_kib};
pub use stamp::{find_stamps, stamped_text};
pub use suite::{Suite, measure};
