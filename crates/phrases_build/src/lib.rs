//! Reads the words that are said to people, `words/LANG/AREA.ftl` in [Fluent](https://projectfluent.org)'s syntax, and
//! makes of them what a program takes: English as typed functions, and for each language a table of `phrases`.
//!
//! English is the source: what is said is what English says, and every other language says the same or leaves it to
//! English. Runs while a program is built and in `cargo xtask tidy`, never at a person's.
//!
//! | file | what it decides |
//! |---|---|
//! | [`reading`] | what a file of Fluent says, and where |
//! | [`compiling`] | which pattern a message becomes, and what its arguments are |
//! | [`language`] | the phrases of one language, from all its files |
//! | [`words`] | all languages, and whether each fits English |
//! | [`rust`] | the functions by which a program says English's phrases |

pub mod compiling;
pub mod language;
pub mod reading;
pub mod rust;
pub mod words;

pub use compiling::Kind;
pub use language::{Language, Phrase};
pub use words::Words;

/// Something that is wrong with the words, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{file}:{line}: {what}")]
pub struct Problem {
    /// The file, below the folder of the words.
    pub file: String,
    /// The line, counted from one.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}
