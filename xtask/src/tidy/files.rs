//! Rules about files as such: how long a source may be, and what no file is called.

use std::collections::BTreeMap;

use super::{Finding, LONG_FILES, Tree};

/// The most lines a Rust file may have.
const MAX_LINES: usize = 500;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["utils", "util", "helpers", "helper", "common", "misc"];

pub fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    let listed = long_files(tree, findings);
    for (path, text) in tree.files.iter().filter(|(path, _)| path.ends_with(".rs")) {
        let lines = text.lines().count();
        if lines > MAX_LINES && !listed.contains_key(path.as_str()) {
            let message = format!("{lines} lines; {MAX_LINES} are allowed, so split it");
            findings.push(Finding::in_file(path, message));
        }
    }
    for path in tree.files.keys().chain(&tree.other_paths) {
        let stems = path
            .split('/')
            .map(|part| part.split('.').next().unwrap_or(part));
        for stem in stems.filter(|stem| EMPTY_NAMES.contains(stem)) {
            let message = format!("`{stem}` says nothing; name it after what it does");
            findings.push(Finding::in_file(path, message));
        }
    }
}

/// The folder of a path below the root.
pub fn parent(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder)
}

/// Reads the list of files that may be longer; an entry that allows more than is needed must go
/// or shrink, so that the list never grows old.
fn long_files<'t>(tree: &'t Tree, findings: &mut Vec<Finding>) -> BTreeMap<&'t str, usize> {
    let list = tree
        .files
        .get(LONG_FILES)
        .map(String::as_str)
        .unwrap_or_default();
    let mut listed = BTreeMap::new();
    for (number, line) in list.lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let mut complain = |message: String| {
            findings.push(Finding::at(LONG_FILES, number + 1, message));
        };
        let entry = line
            .split_once(' ')
            .map(|(path, max)| (path, max.trim().parse::<usize>()));
        let Some((path, Ok(max))) = entry else {
            complain("an entry is a path, a blank and the most lines allowed".to_owned());
            continue;
        };
        let lines = tree.files.get(path).map(|text| text.lines().count());
        match lines {
            None => complain(format!("{path} does not exist; remove the entry")),
            Some(lines) if lines <= MAX_LINES => {
                complain(format!("{path} has {lines} lines now; remove the entry"));
            }
            Some(lines) if lines < max => {
                complain(format!(
                    "{path} has {lines} lines now; lower the entry to {lines}"
                ));
            }
            Some(lines) if lines > max => {
                complain(format!(
                    "{path} has {lines} lines; {max} are allowed, so split it"
                ));
            }
            Some(_) => {}
        }
        listed.insert(path, max);
    }
    listed
}

#[cfg(test)]
mod tests {
    use super::super::planted::check;
    use super::*;

    #[test]
    fn a_file_of_more_than_500_lines_is_found() {
        check(
            &[("a.rs", &"x;\n".repeat(500)), ("a.txt", &"x\n".repeat(501))],
            &[],
        );
        check(
            &[("a.rs", &"x;\n".repeat(501))],
            &["a.rs: 501 lines; 500 are allowed, so split it"],
        );
    }

    #[test]
    fn a_listed_file_may_be_as_long_as_its_entry_says() {
        let long = "x;\n".repeat(600);
        check(&[("a.rs", &long), (LONG_FILES, "# why\na.rs 600\n")], &[]);
        check(
            &[("a.rs", &long), (LONG_FILES, "a.rs 599\n")],
            &["xtask/tidy/long-files.txt:1: a.rs has 600 lines; 599 are allowed, so split it"],
        );
    }

    #[test]
    fn an_entry_that_allows_too_much_is_found() {
        check(
            &[("a.rs", &"x;\n".repeat(600)), (LONG_FILES, "a.rs 601\n")],
            &["xtask/tidy/long-files.txt:1: a.rs has 600 lines now; lower the entry to 600"],
        );
        check(
            &[("a.rs", "x;\n"), (LONG_FILES, "a.rs 601\nb.rs 700\nc.rs\n")],
            &[
                "xtask/tidy/long-files.txt:1: a.rs has 1 lines now; remove the entry",
                "xtask/tidy/long-files.txt:2: b.rs does not exist; remove the entry",
                "xtask/tidy/long-files.txt:3: an entry is a path, a blank and the most lines \
                 allowed",
            ],
        );
    }

    #[test]
    fn a_name_that_says_nothing_is_found_in_files_and_folders() {
        check(
            &[
                ("a/utils.rs", ""),
                ("common/b.md", ""),
                ("misc", ""),
                ("a/commonplace.rs", ""),
            ],
            &[
                "a/utils.rs: `utils` says nothing; name it after what it does",
                "common/b.md: `common` says nothing; name it after what it does",
                "misc: `misc` says nothing; name it after what it does",
            ],
        );
    }
}
