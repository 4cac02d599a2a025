//! Names and texts of others, shown so that nobody is fooled by them: what may be chosen as a name ([`check`]), and what
//! becomes of whatever came ([`seen`], [`text`], [`line`], [`name`]); what can be given as a sign ([`is_sign`]), and which
//! texts say nothing ([`is_blank`]); under which name a file can be kept ([`safe_name`]).
//!
//! What kind of character something is, is asked of Unicode's own properties (UAX #44, by ICU4X), never of a list of ours.
//! Nothing here is refused on the wire or in a store: that would cut off whoever has such a name already.

mod characters;
mod file_name;
mod likeness;
mod names;
mod shown;
mod sign;

pub use characters::is_nowhere_seen;
pub use file_name::{numbered, safe_name};
pub use likeness::{is_same, likeness};
pub use names::{Flaw, MAX_MARKS, check, seen};
pub use shown::{line, name, text, words};
pub use sign::{is_blank, is_sign};
