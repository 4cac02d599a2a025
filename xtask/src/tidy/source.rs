//! A Rust file taken apart: which of it is code, which lines are comments, which part is tests.
//!
//! This is a scanner, not a parser: it knows comments, literals and brackets, which is all that
//! the rules need. Invariant: every view of a file has the line breaks of the file, so that line
//! numbers agree.

use std::collections::{BTreeMap, BTreeSet};

use super::files::parent;

/// What stands for the inside of a literal in the views: no identifier, no bracket, no blank.
const LITERAL: char = '"';

/// One Rust file.
pub struct Source {
    /// The file with comments blanked and the inside of literals covered.
    pub code: String,
    /// As `code`, with everything blanked that only tests compile.
    pub production: String,
    /// How many lines hold a comment that is not documentation, and nothing else.
    pub comment_lines: usize,
    /// How many lines hold code.
    pub code_lines: usize,
    /// Modules declared in this file that only tests compile.
    test_modules: Vec<String>,
}

/// Takes every `.rs` file apart; files of modules that only tests compile get an empty
/// `production`.
pub fn read_all(files: &BTreeMap<String, String>) -> BTreeMap<String, Source> {
    let rust = files.iter().filter(|(path, _)| path.ends_with(".rs"));
    let mut sources: BTreeMap<String, Source> = rust
        .map(|(path, text)| (path.clone(), Source::read(text)))
        .collect();
    let tests: BTreeSet<String> = sources
        .iter()
        .flat_map(|(path, source)| {
            let folder = module_folder(path);
            source
                .test_modules
                .iter()
                .map(move |name| format!("{folder}/{name}"))
        })
        .collect();
    for (path, source) in &mut sources {
        let stem = path.strip_suffix(".rs").unwrap_or(path);
        let mut ancestors = std::iter::successors(Some(stem), |path| parent(path));
        if ancestors.any(|ancestor| tests.contains(ancestor)) {
            source.production.clear();
        }
    }
    sources
}

/// The folder that holds the files of the modules that a file declares.
fn module_folder(path: &str) -> &str {
    let stem = path.strip_suffix(".rs").unwrap_or(path);
    match stem.rsplit_once('/') {
        Some((folder, "mod" | "lib" | "main")) => folder,
        _ => stem,
    }
}

impl Source {
    /// Takes one file apart.
    pub fn read(text: &str) -> Self {
        let (code, comments) = Scanner::default().scan(text);
        let (production, test_modules) = without_tests(&code);
        let blank = |line: &str| line.trim().is_empty();
        let lines = || code.lines().enumerate();
        let comment_lines = lines()
            .filter(|(number, line)| blank(line) && comments.contains(number))
            .count();
        let code_lines = lines().filter(|(_, line)| !blank(line)).count();
        Self {
            code,
            production,
            comment_lines,
            code_lines,
            test_modules,
        }
    }
}

#[derive(Default)]
struct Scanner {
    code: String,
    line: usize,
    /// Lines, from 0, that a comment touches which is not documentation.
    comments: BTreeSet<usize>,
}

impl Scanner {
    fn scan(mut self, text: &str) -> (String, BTreeSet<usize>) {
        let mut rest = text;
        while let Some(next) = rest.chars().next() {
            let length = match next {
                '/' if rest.starts_with("//") => self.line_comment(rest),
                '/' if rest.starts_with("/*") => self.block_comment(rest),
                '"' => self.cover(rest, string_length(rest)),
                '\'' => self.cover(rest, char_length(rest)),
                'r' if !self.within_word() => match raw_string_length(rest) {
                    Some(length) => self.cover(rest, length),
                    None => self.copy(next),
                },
                _ => self.copy(next),
            };
            rest = rest.get(length..).unwrap_or_default();
        }
        (self.code, self.comments)
    }

    /// Whether what is scanned now goes on with an identifier; `b` and `c` may stand before a
    /// raw string.
    fn within_word(&self) -> bool {
        let mut before = self.code.chars().rev();
        let prefix = before.next();
        match prefix {
            Some('b' | 'c') => before.next().is_some_and(is_word),
            other => other.is_some_and(is_word),
        }
    }

    fn copy(&mut self, char: char) -> usize {
        self.push(char);
        char.len_utf8()
    }

    fn push(&mut self, char: char) {
        if char == '\n' {
            self.line += 1;
        }
        self.code.push(char);
    }

    fn cover(&mut self, rest: &str, length: usize) -> usize {
        // A lifetime's quote stands alone and is no literal.
        if length == 1 {
            return self.copy('\'');
        }
        self.fill(rest, length, LITERAL)
    }

    fn fill(&mut self, rest: &str, length: usize, with: char) -> usize {
        for char in rest.get(..length).unwrap_or(rest).chars() {
            self.push(if char == '\n' { '\n' } else { with });
        }
        length
    }

    fn line_comment(&mut self, rest: &str) -> usize {
        let comment = rest.lines().next().unwrap_or(rest);
        let outer = comment.starts_with("///") && !comment.starts_with("////");
        if !outer && !comment.starts_with("//!") {
            self.comments.insert(self.line);
        }
        self.fill(rest, comment.len(), ' ')
    }

    fn block_comment(&mut self, rest: &str) -> usize {
        let first = self.line;
        let length = self.fill(rest, block_comment_length(rest), ' ');
        if !rest.starts_with("/**") && !rest.starts_with("/*!") {
            self.comments.extend(first..=self.line);
        }
        length
    }
}

/// Whether a character can be part of an identifier.
pub fn is_word(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

fn block_comment_length(rest: &str) -> usize {
    let mut depth = 0usize;
    let mut at = 0;
    while let Some(here) = rest.get(at..).filter(|here| !here.is_empty()) {
        if here.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with("*/") {
            depth = depth.saturating_sub(1);
            at += 2;
            if depth == 0 {
                break;
            }
        } else {
            at += here.chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

fn string_length(rest: &str) -> usize {
    let mut escaped = false;
    for (at, char) in rest.char_indices().skip(1) {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a character literal, or 1 for the quote of a lifetime.
fn char_length(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some(_)) => chars
            .find(|(_, char)| *char == '\'')
            .map_or(1, |(at, _)| at + 1),
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

fn raw_string_length(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix('r')?;
    let inside = after.trim_start_matches('#');
    let hashes = after.get(..after.len() - inside.len())?;
    let inside = inside.strip_prefix('"')?;
    let end = format!("\"{hashes}");
    let opening = rest.len() - inside.len();
    Some(
        inside
            .find(&end)
            .map_or(rest.len(), |at| opening + at + end.len()),
    )
}

/// Blanks every item under `#[cfg(test)]`, and names the modules among them that live in files of
/// their own.
fn without_tests(code: &str) -> (String, Vec<String>) {
    if code.contains("#![cfg(test)]") {
        return (String::new(), Vec::new());
    }
    let mut production = String::new();
    let mut modules = Vec::new();
    let mut rest = code;
    while let Some(at) = ["#[cfg(test)]", "#[cfg(all(test,"]
        .iter()
        .filter_map(|c| rest.find(c))
        .min()
    {
        let (before, here) = rest.split_at(at);
        let attribute = here.find(']').map_or(here.len(), |end| end + 1);
        let item = here.get(attribute..).unwrap_or_default();
        let (item, after) = item.split_at(item_length(item));
        modules.extend(module_name(item));
        production.push_str(before);
        let covered = here.len() - after.len();
        let lines = here
            .get(..covered)
            .unwrap_or_default()
            .matches('\n')
            .count();
        production.push_str(&"\n".repeat(lines));
        rest = after;
    }
    production.push_str(rest);
    (production, modules)
}

/// Where an item ends: behind its `;` or the brace that closes it.
fn item_length(code: &str) -> usize {
    let mut depth = 0usize;
    for (at, char) in code.char_indices() {
        match char {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => return at,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 && (char == ';' || char == '}' && !is_followed_by_semicolon(code, at)) {
            return at + 1;
        }
    }
    code.len()
}

/// Whether the brace at `at` closes the group of a `use` and not an item.
fn is_followed_by_semicolon(code: &str, at: usize) -> bool {
    code.get(at + 1..).is_some_and(|rest| rest.starts_with(';'))
}

fn module_name(item: &str) -> Option<String> {
    let mut words = item.trim().strip_suffix(';')?.split_whitespace().rev();
    let name = words.next()?;
    (words.next()? == "mod").then(|| name.to_owned())
}

/// The lines, from 1, on which a path or word stands alone in code.
pub fn lines_naming(code: &str, word: &str) -> Vec<usize> {
    let mut lines = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let stands_alone = |at: usize| {
            let before = line.get(..at).and_then(|text| text.chars().next_back());
            let after = line
                .get(at + word.len()..)
                .and_then(|text| text.chars().next());
            !before.is_some_and(is_word) && !after.is_some_and(is_word)
        };
        if line.match_indices(word).any(|(at, _)| stands_alone(at)) {
            lines.push(number + 1);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, code: &str) {
        assert_eq!(Source::read(text).code, code);
    }

    #[test]
    fn comments_are_blanked_and_literals_covered() {
        check("a // b\nc", "a     \nc");
        check("a /* b /* c */ d */ e", "a                   e");
        check(r#"x("a\"b", 'c', '\'')"#, r#"x("""""", """, """")"#);
        check("br#\"a\"b\"# z", "b\"\"\"\"\"\"\"\" z");
        check("for r in 'a: &'a str", "for r in 'a: &'a str");
        check("\"// no comment\" y", "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\" y");
    }

    #[test]
    fn only_lines_of_comments_that_are_not_documentation_are_counted() {
        let source = Source::read("//! a\n/// b\n// c\nd // e\n/* f\n g */\n\nh\n");
        assert_eq!((source.comment_lines, source.code_lines), (3, 2));
    }

    #[test]
    fn what_only_tests_compile_is_no_production_code() {
        let source = Source::read("a;\n#[cfg(test)]\nmod t {\n b; { c }\n}\nd;\n");
        assert_eq!(source.production, "a;\n\n\n\n\nd;\n");
        let source = Source::read("#[cfg(test)]\nuse x::{y, z};\nw;");
        assert_eq!(source.production, "\n\nw;");
    }

    #[test]
    fn the_file_of_a_test_module_is_no_production_code() {
        let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
        let files = BTreeMap::from([
            file("a/src/lib.rs", "#[cfg(test)]\nmod tests;\nmod one;"),
            file("a/src/tests.rs", "x"),
            file("a/src/tests/deep.rs", "x"),
            file("a/src/one.rs", "#[cfg(test)]\nmod inner;"),
            file("a/src/one/inner.rs", "x"),
            file("a/src/one/outer.rs", "x"),
        ]);
        let sources = read_all(&files);
        let production: Vec<&str> = sources
            .iter()
            .filter(|(_, source)| source.production.contains('x'))
            .map(|(path, _)| path.as_str())
            .collect();
        assert_eq!(production, ["a/src/one/outer.rs"]);
    }

    #[test]
    fn a_word_is_found_only_where_it_stands_alone() {
        assert_eq!(lines_naming("ab\na b\nba\nx::a", "a"), [2, 4]);
        assert_eq!(lines_naming("std::fs::read\nmystd::fs", "std::fs"), [1]);
    }
}
