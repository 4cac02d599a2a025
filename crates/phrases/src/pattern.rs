//! What a phrase is made of: a part of Fluent's syntax (Fluent Syntax 1.0), its references resolved.

use serde::{Deserialize, Serialize};

/// A phrase in one language.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Pattern(pub Vec<Part>);

/// A piece of it, in the order in which it is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// As it stands.
    Text(String),
    /// An argument, by its place among the phrase's arguments, which are in the order of their names.
    Argument(u8, Format),
    /// One of several, by an argument.
    Select(u8, Vec<Variant>, Pattern),
}

/// One of several, and when it is chosen; what is chosen otherwise stands beside them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// A number, one of the language's plural categories (Unicode TR35, Part 3), or a text.
    pub key: String,
    /// What is said then.
    pub pattern: Pattern,
}

/// Names and values as `Intl` takes them.
pub type Options = Vec<(String, String)>;

/// How an argument is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// A text as it is, a number as the language writes it.
    Plain,
    /// `NUMBER`.
    Number(Options),
    /// `DATETIME`.
    Moment(Options),
    /// `LIST`: several texts, as the language puts them after each other.
    List,
    /// `BYTES`: a size in the unit that fits.
    Bytes,
}
