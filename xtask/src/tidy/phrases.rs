//! Rules about what the page says to people: all of it stands in `apps/web/words`, it holds together, each other
//! language fits English and says who read it, and no text for people is left in the page's sources.

use super::{Finding, Tree};
use phrases_build::Words;
use phrases_build::words::{Files, SOURCE};

/// Where the words are, a folder for each language.
pub const WORDS: &str = "apps/web/words/";

/// The sources that must not say anything by themselves.
const PAGE: &str = "apps/web/src/page/";

/// Where a language is offered, and the document that names its file.
const OFFERED: [&str; 2] = ["apps/web/src/language.rs", "apps/web/page/index.html"];

/// How each file of another language begins, until a native reader has signed it.
const MADE: [&str; 3] = [
    "# machine-made; no native reader has signed yet",
    "# machine-made; read again once; no native reader has signed yet",
    "# native reader: ",
];

/// What stands below it: somebody who did not write it, and read every string of it beside English.
const SECOND_READER: &str = "# second reader: ";

/// Literals that look like text and are names: of the product, of keys, of the web's own things.
const NAMES: &[&str] = &[
    "ArrowDown",
    "ArrowUp",
    "Enter",
    "Escape",
    "Files",
    "Intl",
    "Kith",
    "ListFormat",
    "OUT_DIR",
    "PublicKeyCredential",
    "item mine",
    "item voice-{}",
    "main h1",
];

pub fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    match read(tree) {
        Ok(words) => {
            for language in &words.others {
                check_offered(tree, &language.tag, findings);
            }
        }
        Err(problems) => findings.extend(problems.into_iter().map(|problem| {
            let path = format!("{WORDS}{}", problem.file);
            Finding::at(&path, problem.line, problem.what)
        })),
    }
    for (path, text) in &tree.files {
        let is_other = path.starts_with(WORDS) && !path.starts_with(&format!("{WORDS}{SOURCE}/"));
        if is_other && path.ends_with(".ftl") {
            check_readers(path, text, findings);
        }
        if path.starts_with(PAGE) && path.ends_with(".rs") {
            check_literals(tree, path, text, findings);
        }
    }
}

/// The words of the page.
///
/// # Errors
/// Everything that is wrong with them.
pub fn read(tree: &Tree) -> Result<Words, Vec<phrases_build::Problem>> {
    let mut files = Files::new();
    for (path, text) in &tree.files {
        let place = path
            .strip_prefix(WORDS)
            .and_then(|place| place.split_once('/'));
        if let Some((tag, name)) = place.filter(|(_, name)| name.ends_with(".ftl")) {
            let language = files.entry(tag.to_owned()).or_default();
            language.insert(name.to_owned(), text.clone());
        }
    }
    Words::read(&files)
}

/// How complete each language is, a line for each.
pub fn completeness(words: &Words) -> Vec<String> {
    let all = words.source.phrases.len();
    let lines = words.others.iter().map(|language| {
        let has = language.phrases.len();
        format!(
            "{}: {has} of {all} phrases; English says the rest",
            language.tag
        )
    });
    lines.collect()
}

fn check_offered(tree: &Tree, tag: &str, findings: &mut Vec<Finding>) {
    for path in OFFERED {
        let text = tree.files.get(path).map(String::as_str).unwrap_or_default();
        if !text.contains(&format!("\"{tag}\"")) {
            let message = format!("{WORDS}{tag} is there, but here nobody can choose it");
            findings.push(Finding::in_file(path, message));
        }
    }
}

fn check_readers(path: &str, text: &str, findings: &mut Vec<Finding>) {
    let mut lines = text.lines();
    let made = lines.next().unwrap_or_default();
    if !MADE.iter().any(|form| made.starts_with(form)) {
        let message = format!("the first line says who made it, as in `{}`", MADE[0]);
        findings.push(Finding::at(path, 1, message));
    }
    let reader = lines
        .next()
        .and_then(|line| line.strip_prefix(SECOND_READER));
    if reader.is_none_or(|reader| reader.trim().is_empty()) {
        let message = format!("the second line is `{SECOND_READER}` and who it was, or `none yet`");
        findings.push(Finding::at(path, 2, message));
    }
}

fn check_literals(tree: &Tree, path: &str, text: &str, findings: &mut Vec<Finding>) {
    let Some(source) = tree.sources.get(path) else {
        return;
    };
    let lines = text.lines().zip(source.production.lines()).enumerate();
    for (number, (line, production)) in lines {
        if !production.contains('"') {
            continue;
        }
        for (before, literal) in literals(line) {
            if is_text(before, literal) && !NAMES.contains(&literal) {
                let message =
                    format!("\"{literal}\" is said to people: it belongs into {WORDS}{SOURCE}");
                findings.push(Finding::at(path, number + 1, message));
            }
        }
    }
}

/// The literals of a line, each with what stands before it.
fn literals(line: &str) -> Vec<(&str, &str)> {
    let code = line.split("//").next().unwrap_or(line);
    let mut found = Vec::new();
    let mut parts = code.split('"');
    let mut at = parts.next().map_or(0, str::len);
    while let (Some(literal), rest) = (parts.next(), parts.next()) {
        found.push((code.get(..at).unwrap_or_default(), literal));
        at += literal.len() + 2 + rest.map_or(0, str::len);
    }
    found
}

/// Whether people would read a literal there: a child of an element, a sentence, or several words.
fn is_text(before: &str, literal: &str) -> bool {
    let before = before.trim_end();
    if before.ends_with("class=") {
        return false;
    }
    let is_child = before.ends_with('>') && !before.ends_with("=>") && !before.ends_with("->");
    let letters = |text: &str| text.chars().any(char::is_alphabetic);
    let begins = literal.trim_start().chars().next();
    let is_sentence = begins.is_some_and(char::is_uppercase);
    let words = literal.split_whitespace().filter(|word| letters(word));
    (is_child && letters(literal)) || is_sentence || words.count() > 1
}

#[cfg(test)]
mod tests {
    use super::super::planted::check;

    const ENGLISH: (&str, &str) = (
        "apps/web/words/en/people.ftl",
        "people-a = A\npeople-b = B { $x }\n",
    );
    const READ: &str =
        "# machine-made; no native reader has signed yet\n# second reader: none yet\n";

    #[track_caller]
    fn check_german(german: &str, expected: &[&str]) {
        check(
            &[
                ENGLISH,
                ("apps/web/words/de/people.ftl", german),
                ("apps/web/src/language.rs", "language(\"de\");"),
                ("apps/web/page/index.html", "<meta lang=\"de\">"),
            ],
            expected,
        );
    }

    #[test]
    fn a_language_that_does_not_fit_english_is_found() {
        check_german(&format!("{READ}people-b = B {{ $x }}\n"), &[]);
        check_german(
            &format!("{READ}people-b = B\n"),
            &["apps/web/words/de/people.ftl:3: people-b: English says $x, too"],
        );
        check_german(
            &format!("{READ}people-c = C\n"),
            &["apps/web/words/de/people.ftl:3: people-c: English does not have it"],
        );
    }

    #[test]
    fn a_file_that_does_not_say_who_read_it_is_found() {
        check_german(
            "people-a = A\n",
            &[
                "apps/web/words/de/people.ftl:1: the first line says who made it, \
                 as in `# machine-made; no native reader has signed yet`",
                "apps/web/words/de/people.ftl:2: the second line is `# second reader: ` \
                 and who it was, or `none yet`",
            ],
        );
    }

    #[test]
    fn a_language_that_nobody_can_choose_is_found() {
        check(
            &[ENGLISH, ("apps/web/words/de/people.ftl", READ)],
            &[
                "apps/web/page/index.html: apps/web/words/de is there, but here nobody can choose it",
                "apps/web/src/language.rs: apps/web/words/de is there, but here nobody can choose it",
            ],
        );
    }

    #[test]
    fn text_for_people_in_a_source_of_the_page_is_found() {
        let path = "apps/web/src/page/a.rs";
        let said = |text: &str| {
            format!("{path}:1: \"{text}\" is said to people: it belongs into apps/web/words/en")
        };
        for (source, text) in [
            ("view! { <p>\"hello\"</p> }", "hello"),
            ("const A: &str = \"Hello\";", "Hello"),
            ("let a = \"not here\";", "not here"),
        ] {
            check(&[ENGLISH, (path, source)], &[&said(text)]);
        }
        for source in [
            "view! { <p class=\"a b\" id=\"here\">{x}\" · \"</p> }",
            "match a { 1 => \"end\", _ => \"start\" }",
            "if event.key() == \"Enter\" {}",
            "// \"Not this\"",
            "#[cfg(test)]\nmod tests { const A: &str = \"Hello there\"; }",
        ] {
            check(&[ENGLISH, (path, source)], &[]);
        }
    }
}
