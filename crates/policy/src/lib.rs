//! What people allow each other, as values that can be compared. Pure: no clock, no storage, no network.
//!
//! A [`Dimension`] is one thing that can be allowed; its [`Value`]s stand from strict to open, and a [`Level`] is one of
//! them. [`Limits`] hold a level for every dimension. What holds between two people is the [`Limits::meet`] of theirs, the
//! stricter of each, so that nobody is exposed beyond their own; what one side does not know is at its strictest.
//!
//! The table is that of the design (*Terms*); its names are those of the command line and of everything that is kept.

mod dimension;
mod level;
mod limits;

pub use dimension::{Dimension, Value};
pub use level::{Level, LevelError};
pub use limits::Limits;
