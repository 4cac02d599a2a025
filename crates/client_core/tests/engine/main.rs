//! The engine against real homes and real stores, in one process, without sockets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "the helpers of a test are part of the test"
)]

mod acts;
mod attacks;
mod bad_invitations;
mod blocked;
mod chaos;
mod circles;
mod commits;
mod files;
mod first_contact;
mod full_disk;
mod homes;
mod hostile;
mod impossible;
mod lies;
mod lying_home;
mod once;
mod order;
mod people;
mod refused_files;
mod refused_invitations;
mod repairs;
mod restored_blocks;
mod restored_device;
mod restored_held;
mod restored_home;
mod retries;
mod rooms;
mod signals;
mod wishes;
use simulator::world;
