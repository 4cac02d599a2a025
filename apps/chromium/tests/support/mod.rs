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
pub mod processes;
pub mod seats;
pub mod steps;
pub mod terminal;
pub mod waiting;

pub use waiting::{PATIENCE, wait_for, wait_long_for};
