//! All languages, and whether each fits English.

use crate::compiling::Kind;
use crate::language::{Language, Phrase};
use crate::{Problem, rust};
use phrases::{Pattern, Table};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::Path;

/// The language that all others follow.
pub const SOURCE: &str = "en";

/// The words of a program in all its languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// What is said, and how English says it.
    pub source: Language,
    /// The others, by their tags.
    pub others: Vec<Language>,
}

/// The texts of files by their names, by the tags of languages.
pub type Files = BTreeMap<String, BTreeMap<String, String>>;

impl Words {
    /// Reads all languages from the texts of their files.
    ///
    /// # Errors
    /// Everything that is wrong with them, also where a language does not fit English.
    pub fn read(files: &Files) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut languages = Vec::new();
        for (tag, files) in files {
            match Language::read(tag, files) {
                Ok(language) => languages.push(language),
                Err(found) => problems.extend(found),
            }
        }
        let is_source = |language: &Language| language.tag == SOURCE;
        let (mut source, others): (Vec<_>, Vec<_>) = languages.into_iter().partition(is_source);
        let words = Self {
            source: source.pop().unwrap_or_default(),
            others,
        };
        // What English lacks because of a fault in it is no fault of the others.
        if problems.is_empty() {
            words.check(&mut problems);
        }
        if problems.is_empty() {
            Ok(words)
        } else {
            problems.sort();
            Err(problems)
        }
    }

    /// Reads them from a folder with a folder for each language.
    ///
    /// # Errors
    /// As [`Self::read`], all of it in one text.
    pub fn read_folder(folder: &Path) -> io::Result<Self> {
        let words = Self::read(&files(folder)?);
        words.map_err(|problems| {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            io::Error::other(lines.join("\n"))
        })
    }

    /// Which list of phrases this is: their names and arguments, in their order.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for (name, phrase) in &self.source.phrases {
            name.hash(&mut hasher);
            let arguments = phrase.arguments.iter();
            let arguments: Vec<_> = arguments.map(|(name, kind)| (name, *kind as u8)).collect();
            arguments.hash(&mut hasher);
        }
        hasher.finish()
    }

    /// The table of a language.
    pub fn table(&self, language: &Language) -> Table {
        let pattern = |name: &String| -> Option<Pattern> {
            Some(language.phrases.get(name)?.pattern.clone())
        };
        let phrases = self.source.phrases.keys().map(pattern);
        Table::new(self.fingerprint(), phrases.collect())
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        for (name, phrase) in &self.source.phrases {
            if let Some(what) = rust::flaw(phrase) {
                problems.push(problem(&self.source, phrase, format!("{name}: {what}")));
            }
        }
        for language in &self.others {
            for (name, phrase) in &language.phrases {
                let what = match self.source.phrases.get(name) {
                    None => Some("English does not have it".to_owned()),
                    Some(source) => differs(source, phrase),
                };
                if let Some(what) = what {
                    problems.push(problem(language, phrase, format!("{name}: {what}")));
                }
            }
        }
    }
}

fn problem(language: &Language, phrase: &Phrase, what: String) -> Problem {
    Problem {
        file: format!("{}/{}.ftl", language.tag, phrase.area),
        line: phrase.line,
        what,
    }
}

/// In what a phrase does not take the arguments that English takes.
fn differs(source: &Phrase, phrase: &Phrase) -> Option<String> {
    let missing = source.arguments.keys();
    let missing = missing.filter(|name| !phrase.arguments.contains_key(*name));
    if let Some(name) = missing.min() {
        return Some(format!("English says ${name}, too"));
    }
    for (name, kind) in &phrase.arguments {
        match (source.arguments.get(name), kind) {
            (None, _) => return Some(format!("English does not know ${name}")),
            (Some(known), kind) if known == kind => {}
            (Some(Kind::Number), Kind::Text) => {}
            (Some(_), _) => return Some(format!("${name} is another kind of argument in English")),
        }
    }
    None
}

/// The texts of all files of Fluent.
fn files(folder: &Path) -> io::Result<Files> {
    let mut files = Files::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if !path.is_dir() {
            continue;
        }
        let mut texts = BTreeMap::new();
        for entry in std::fs::read_dir(&path)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "ftl") {
                texts.insert(name(&path), std::fs::read_to_string(&path)?);
            }
        }
        files.insert(name(&path), texts);
    }
    Ok(files)
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::{Files, Words};
    use phrases::{Format, Part, Pattern};
    use std::collections::BTreeMap;

    fn files(languages: &[(&str, &str)]) -> Files {
        let files = languages.iter().map(|(tag, text)| {
            let file = ("people.ftl".to_owned(), (*text).to_owned());
            ((*tag).to_owned(), BTreeMap::from([file]))
        });
        files.collect()
    }

    #[track_caller]
    fn check(english: &str, german: &str, expected: &[&str]) {
        let found = match Words::read(&files(&[("en", english), ("de", german)])) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn a_language_may_lack_phrases_and_order_them_otherwise() {
        check(
            "people-b = B\npeople-a = A { $x }\n",
            "people-a = { $x } A\n",
            &[],
        );
    }

    #[test]
    fn what_does_not_fit_english_is_found() {
        check(
            "people-a = A\n",
            "people-b = B\n",
            &["de/people.ftl:1: people-b: English does not have it"],
        );
        check(
            "people-a = A { $x }\n",
            "\npeople-a = A\n",
            &["de/people.ftl:2: people-a: English says $x, too"],
        );
        check(
            "people-a = A\n",
            "people-a = A { $x }\n",
            &["de/people.ftl:1: people-a: English does not know $x"],
        );
        check(
            "people-a = A { $x }\n",
            "people-a = { $x -> \n [one] A\n *[other] B\n }\n",
            &["de/people.ftl:1: people-a: $x is another kind of argument in English"],
        );
        check("people-a = { NUMBER($x) }\n", "people-a = { $x }\n", &[]);
    }

    #[test]
    fn what_cannot_be_said_is_found() {
        for (english, expected) in [
            (
                "people-a = A\npeople-a = B\n",
                "en/people.ftl:2: people-a is there twice",
            ),
            (
                "place-a = A\n",
                "en/people.ftl:1: place-a stands in people.ftl, so its name begins with people-",
            ),
            (
                "people-a = { people-b }\n",
                "en/people.ftl:1: people-a: people-b is named and is nowhere",
            ),
            (
                "people-a = { people-a }\n",
                "en/people.ftl:1: people-a: messages name each other",
            ),
            (
                "people-a = { SHOUT($x) }\n",
                "en/people.ftl:1: people-a: there is no function SHOUT",
            ),
            (
                "people-a = { BYTES($x) } { DATETIME($x) }\n",
                "en/people.ftl:1: people-a: $x is two kinds of argument",
            ),
            (
                "people-as = A\n",
                "en/people.ftl:1: people-as: `as` is a word of Rust; take another",
            ),
            (
                "people-a =\n  .b = B\n",
                "en/people.ftl:1: people-a has attributes; give each a message of its own",
            ),
        ] {
            check(english, "", &[expected]);
        }
        let broken = Words::read(&files(&[("en", "people-a = { $x\n")])).unwrap_err();
        assert!(
            broken[0].what.starts_with("this is not Fluent"),
            "{broken:?}"
        );
    }

    #[test]
    fn tables_hold_each_languages_words_in_englishs_order() {
        let words = Words::read(&files(&[
            (
                "en",
                "-kith = Kith\npeople-b = To { $b } from\n    { $a }: { -kith }\npeople-a = A\n",
            ),
            ("de", "people-b = { $a } an { $b }\n"),
        ]))
        .unwrap();
        let text = |text: &str| Part::Text(text.to_owned());
        let argument = |place: u8| Part::Argument(place, Format::Plain);
        let english = words.table(&words.source);
        assert_eq!(english.get(0), Some(&Pattern(vec![text("A")])));
        let expected = vec![
            text("To "),
            argument(1),
            text(" from "),
            argument(0),
            text(": Kith"),
        ];
        assert_eq!(english.get(1), Some(&Pattern(expected)));
        let german = words.table(&words.others[0]);
        assert_eq!(german.get(0), None);
        assert_eq!(
            german.get(1),
            Some(&Pattern(vec![argument(0), text(" an "), argument(1)]))
        );
    }

    #[test]
    fn another_list_of_phrases_has_another_fingerprint() {
        let fingerprint = |text: &str| Words::read(&files(&[("en", text)])).unwrap().fingerprint();
        let first = fingerprint("people-a = A { $x }\n");
        assert_eq!(fingerprint("people-a = B { $x }\n"), first);
        for other in [
            "people-b = A { $x }\n",
            "people-a = A\n",
            "people-a = A { BYTES($x) }\n",
        ] {
            assert_ne!(fingerprint(other), first, "{other}");
        }
    }
}
