//! What somebody keeps for themselves alone: nothing here is read by whatever speaks with homes.

pub mod letter;
pub mod limit;
pub mod person;
pub mod practice;
pub mod way_back;
