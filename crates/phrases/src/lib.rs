//! What is said to people, in their language: phrases, compiled from [Fluent](https://projectfluent.org)'s files by
//! `phrases_build`, and how one becomes a text.
//!
//! In go a [`Table`] of one language, the number of a phrase, its [`Argument`]s, and a [`Locale`] that knows the
//! language's plurals, numbers and dates (in a browser: `Intl`); out come [`Piece`]s. Invariant: whatever an argument
//! holds, it cannot turn the direction of what stands around it (Unicode's UAX #9, §6.3, as Fluent does it).
//!
//! | file | what it decides |
//! |---|---|
//! | [`pattern`] | what a phrase is made of |
//! | [`table`] | the phrases of a language as bytes, and whether they belong to this program |
//! | [`say`] | which text it becomes |

pub mod pattern;
pub mod say;
pub mod table;

pub use pattern::{Format, Options, Part, Pattern, Variant};
pub use say::{Argument, Locale, Piece, isolated, say};
pub use table::{Table, TableError};
