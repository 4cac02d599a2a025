//! The functions by which a program says English's phrases: a module for each file and a function for each phrase, so
//! that one that is misspelt, lacks an argument or is said nowhere is found by the compiler.

use crate::compiling::Kind;
use crate::language::{Phrase, text};
use crate::words::Words;
use std::fmt::{self, Write as _};

/// Words that no function can be called.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Why a phrase cannot become a function.
pub fn flaw(phrase: &Phrase) -> Option<String> {
    let words = phrase.arguments.keys().chain([&phrase.key, &phrase.area]);
    for word in words {
        let name = name(word);
        if KEYWORDS.contains(&name.as_str()) {
            return Some(format!("`{name}` is a word of Rust; take another"));
        }
        if word.chars().any(|character| character.is_uppercase()) {
            return Some(format!("`{word}` has capitals; Rust has none there"));
        }
    }
    None
}

/// Source text with `FINGERPRINT` and the functions. Where it is included, `Phrase::new(u16, Vec<Argument>)` and
/// `phrases::Argument` must be in sight.
pub fn functions(words: &Words) -> String {
    let mut source = String::new();
    // A string takes everything.
    let _ = write(words, &mut source);
    source
}

fn write(words: &Words, into: &mut String) -> fmt::Result {
    writeln!(into, "/// Which list of phrases this is.")?;
    writeln!(
        into,
        "pub const FINGERPRINT: u64 = {};",
        words.fingerprint()
    )?;
    let mut area = "";
    for (number, phrase) in words.source.phrases.values().enumerate() {
        if phrase.area != area {
            if !area.is_empty() {
                writeln!(into, "}}")?;
            }
            area = &phrase.area;
            writeln!(into, "/// `{area}.ftl`.\npub mod {} {{", name(area))?;
            writeln!(into, "    use super::Phrase;")?;
        }
        function(number, phrase, into)?;
    }
    if !area.is_empty() {
        writeln!(into, "}}")?;
    }
    Ok(())
}

fn function(number: usize, phrase: &Phrase, into: &mut String) -> fmt::Result {
    let mut takes = Vec::new();
    let mut gives = Vec::new();
    for (argument, kind) in &phrase.arguments {
        let argument = name(argument);
        let (type_, made) = match kind {
            Kind::Text => ("impl Into<String>", format!("Text({argument}.into())")),
            Kind::Number => ("u64", format!("Number({argument})")),
            Kind::Moment => ("u64", format!("Moment({argument})")),
            Kind::List => ("Vec<String>", format!("List({argument})")),
        };
        takes.push(format!("{argument}: {type_}"));
        gives.push(format!("::phrases::Argument::{made}"));
    }
    let said = shown(phrase);
    writeln!(into, "    /// {}", said.trim())?;
    writeln!(
        into,
        "    pub fn {}({}) -> Phrase {{",
        name(&phrase.key),
        takes.join(", ")
    )?;
    writeln!(
        into,
        "        Phrase::new({number}, vec![{}])",
        gives.join(", ")
    )?;
    writeln!(into, "    }}")
}

/// A phrase as its function's documentation shows it.
fn shown(phrase: &Phrase) -> String {
    let name = |place: u8| phrase.arguments.keys().nth(place.into());
    text(&phrase.pattern, &|place| {
        name(place).map_or_else(String::new, |name| format!("`{name}`"))
    })
}

fn name(of: &str) -> String {
    of.replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::functions;
    use crate::words::Words;
    use std::collections::BTreeMap;

    #[test]
    fn a_file_becomes_a_module_and_a_phrase_a_function() {
        let text = "people-you-are = You are { $name }.\npeople-files = { $count -> \n [one] a file \n *[other] { $count } files\n } of { LIST($names) }\n";
        let file = BTreeMap::from([("people.ftl".to_owned(), text.to_owned())]);
        let words = Words::read(&BTreeMap::from([("en".to_owned(), file)])).unwrap();
        let source = functions(&words);
        let (_, module) = source.split_once(";\n").unwrap();
        let expected = "\
/// `people.ftl`.
pub mod people {
    use super::Phrase;
    /// `count` files of `names`
    pub fn files(count: u64, names: Vec<String>) -> Phrase {
        Phrase::new(0, vec![::phrases::Argument::Number(count), ::phrases::Argument::List(names)])
    }
    /// You are `name`.
    pub fn you_are(name: impl Into<String>) -> Phrase {
        Phrase::new(1, vec![::phrases::Argument::Text(name.into())])
    }
}
";
        assert_eq!(module, expected);
    }
}
