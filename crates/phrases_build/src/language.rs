//! The phrases of one language, from all its files. A phrase's name begins with its file's: `people-heading` stands in
//! `people.ftl`.

use crate::Problem;
use crate::compiling::{Arguments, Entries, compile};
use crate::reading::read;
use phrases::{Part, Pattern};
use std::collections::BTreeMap;

/// One phrase of a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// The name of its file, without the ending.
    pub area: String,
    /// Its own name, without the area's.
    pub key: String,
    /// The line that it begins on.
    pub line: usize,
    /// What it says.
    pub pattern: Pattern,
    /// What it is told.
    pub arguments: Arguments,
}

impl Phrase {
    /// What it says by default, with `argument` in the place of each argument.
    pub fn text(&self, argument: &str) -> String {
        text(&self.pattern, &|_| argument.to_owned())
    }
}

/// What a pattern says by default, with what `argument` gives for each.
pub fn text(pattern: &Pattern, argument: &dyn Fn(u8) -> String) -> String {
    let parts = pattern.0.iter().map(|part| match part {
        Part::Text(text) => text.clone(),
        Part::Argument(place, _) => argument(*place),
        Part::Select(_, _, otherwise) => text(otherwise, argument),
    });
    parts.collect()
}

/// A language.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Language {
    /// Its tag (BCP 47), the name of its folder.
    pub tag: String,
    /// Its phrases, by their whole names.
    pub phrases: BTreeMap<String, Phrase>,
}

impl Language {
    /// Reads a language from the texts of its files, by the files' names.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn read(tag: &str, files: &BTreeMap<String, String>) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut all = Vec::new();
        for (name, source) in files {
            let file = format!("{tag}/{name}");
            match read(&file, source) {
                Ok(found) => all.extend(found.into_iter().map(|one| (file.clone(), name, one))),
                Err(problem) => problems.push(problem),
            }
        }
        let mut entries = Entries::new();
        for (file, _, one) in &all {
            if entries.insert(&one.id, one).is_some() {
                let what = format!("{} is there twice", one.id);
                problems.push(at(file, one.line, what));
            }
        }
        let mut phrases = BTreeMap::new();
        for (file, name, one) in &all {
            if one.id.starts_with('-') {
                continue;
            }
            let area = name.strip_suffix(".ftl").unwrap_or(name);
            let key = one.id.strip_prefix(area);
            let Some(key) = key.and_then(|rest| rest.strip_prefix('-')) else {
                let what = format!(
                    "{} stands in {name}, so its name begins with {area}-",
                    one.id
                );
                problems.push(at(file, one.line, what));
                continue;
            };
            match compile(one, &entries) {
                Ok((pattern, arguments)) => {
                    let phrase = Phrase {
                        area: area.to_owned(),
                        key: key.to_owned(),
                        line: one.line,
                        pattern,
                        arguments,
                    };
                    phrases.insert(one.id.clone(), phrase);
                }
                Err(what) => problems.push(at(file, one.line, format!("{}: {what}", one.id))),
            }
        }
        if problems.is_empty() {
            let tag = tag.to_owned();
            Ok(Self { tag, phrases })
        } else {
            Err(problems)
        }
    }
}

fn at(file: &str, line: usize, what: String) -> Problem {
    Problem {
        file: file.to_owned(),
        line,
        what,
    }
}
