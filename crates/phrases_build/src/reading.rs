//! What a file of Fluent says, and where.

use crate::Problem;
use fluent_syntax::ast::{Entry, Pattern};
use fluent_syntax::parser::{self, ParserError};

/// A message or a term of a file.
pub struct Read<'s> {
    /// Its name; a term's begins with `-`.
    pub id: String,
    /// The line that it begins on, counted from one.
    pub line: usize,
    /// What it says.
    pub pattern: Pattern<&'s str>,
}

/// Reads a file.
///
/// # Errors
/// What Fluent does not know, and what is not needed here: messages without a value, and attributes.
pub fn read<'s>(file: &str, source: &'s str) -> Result<Vec<Read<'s>>, Problem> {
    let problem = |line: usize, what: String| Problem {
        file: file.to_owned(),
        line,
        what,
    };
    let resource = parser::parse(source).map_err(|(_, errors)| {
        let first: Option<&ParserError> = errors.first();
        let at = first.map_or(0, |error| error.pos.start);
        let what = first.map_or_else(String::new, ToString::to_string);
        problem(line(source, at), format!("this is not Fluent: {what}"))
    })?;
    let mut found = Vec::new();
    for entry in resource.body {
        let (name, id, pattern, attributes) = match entry {
            Entry::Message(message) => {
                let name = message.id.name;
                (name, name.to_owned(), message.value, message.attributes)
            }
            Entry::Term(term) => {
                let name = term.id.name;
                (name, format!("-{name}"), Some(term.value), term.attributes)
            }
            Entry::Comment(_)
            | Entry::GroupComment(_)
            | Entry::ResourceComment(_)
            | Entry::Junk { .. } => continue,
        };
        let line = line(source, place(source, name));
        if !attributes.is_empty() {
            let what = format!("{id} has attributes; give each a message of its own");
            return Err(problem(line, what));
        }
        let Some(pattern) = pattern else {
            return Err(problem(line, format!("{id} says nothing")));
        };
        found.push(Read { id, line, pattern });
    }
    Ok(found)
}

/// Where a part of a text stands in it.
fn place(source: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(source.as_ptr() as usize)
}

fn line(source: &str, at: usize) -> usize {
    let before = source.get(..at).unwrap_or(source);
    before.matches('\n').count() + 1
}
