//! Links between the documents: every relative one leads to a file that is there, and to a
//! heading in it where it names one.

use std::collections::BTreeSet;

use super::files::parent;
use super::{Finding, Tree};

/// The documents at the root whose links are checked, besides everything in `docs/`.
const DOCUMENTS: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "GLOSSARY.md",
    "SECURITY.md",
    "CHANGELOG.md",
];

pub fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    for (path, text) in &tree.files {
        let in_docs = path.starts_with("docs/") && path.ends_with(".md");
        if !in_docs && !DOCUMENTS.contains(&path.as_str()) {
            continue;
        }
        for (line, target) in links(text) {
            if let Err(message) = follow(tree, path, target) {
                findings.push(Finding::at(path, line, message));
            }
        }
    }
}

fn follow(tree: &Tree, from: &str, target: &str) -> Result<(), String> {
    let (place, heading) = target.split_once('#').unwrap_or((target, ""));
    if target.starts_with("//") || place.contains(':') {
        return Ok(());
    }
    let resolved = if place.is_empty() {
        Some(from.to_owned())
    } else {
        resolve(parent(from).unwrap_or_default(), place)
    };
    let Some(path) = resolved.filter(|path| exists(tree, path)) else {
        return Err(format!("the link to {place} leads nowhere"));
    };
    let missing = tree.files.get(&path).is_some_and(|text| {
        path.ends_with(".md") && !heading.is_empty() && !headings(text).contains(heading)
    });
    if missing {
        Err(format!("there is no heading #{heading} in {path}"))
    } else {
        Ok(())
    }
}

fn exists(tree: &Tree, path: &str) -> bool {
    let folder = format!("{path}/");
    let mut paths = tree.files.keys().chain(&tree.other_paths);
    path.is_empty() || paths.any(|known| known == path || known.starts_with(&folder))
}

/// A path from the root; none when it leaves the tree.
pub fn resolve(folder: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The lines outside fenced code, numbered from 1.
pub fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(number, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fenced && !fence).then_some((number + 1, line))
    })
}

/// Every `[text](target)` and `[name]: target`, with its line.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (number, line) in prose(text) {
        let mut inline = line.split("](").skip(1);
        found.extend(
            inline
                .by_ref()
                .filter_map(|rest| target(rest, ')'))
                .map(|t| (number, t)),
        );
        let definition = line
            .strip_prefix('[')
            .and_then(|rest| rest.split_once("]: "));
        found.extend(
            definition
                .and_then(|(_, rest)| target(rest, ' '))
                .map(|t| (number, t)),
        );
    }
    found
}

/// The target at the start of `rest`, without a title behind it.
fn target(rest: &str, end: char) -> Option<&str> {
    let target = rest.split([end, ' ']).next()?;
    Some(target.trim_matches(['<', '>'])).filter(|target| !target.is_empty())
}

/// The names by which links reach the headings of a document: lower case, blanks as dashes,
/// punctuation left out.
fn headings(text: &str) -> BTreeSet<String> {
    let titles = prose(text).filter(|(_, line)| line.starts_with('#'));
    titles
        .map(|(_, line)| {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let kept = title
                .chars()
                .filter(|char| char.is_alphanumeric() || " -_".contains(*char));
            kept.map(|char| if char == ' ' { '-' } else { char })
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::planted::check;

    #[test]
    fn a_link_that_leads_nowhere_is_found() {
        check(
            &[
                (
                    "README.md",
                    "# A\n[a](docs/a.md) and [b](docs/b.md \"title\")\n",
                ),
                (
                    "docs/a.md",
                    "[up](../README.md) [out](../../x) [web](https://example.org)\n",
                ),
                (
                    "docs/c.md",
                    "[it]: ./none.md\n[mail](mailto:a@example.org)\n",
                ),
            ],
            &[
                "README.md:2: the link to docs/b.md leads nowhere",
                "docs/a.md:1: the link to ../../x leads nowhere",
                "docs/c.md:1: the link to ./none.md leads nowhere",
            ],
        );
    }

    #[test]
    fn a_heading_that_is_not_there_is_found() {
        check(
            &[
                (
                    "README.md",
                    "# One, two\n[a](#one-two) [b](#three) [c](docs/a.md#x-y)\n",
                ),
                ("docs/a.md", "## X: `Y`\n"),
            ],
            &["README.md:2: there is no heading #three in README.md"],
        );
        check(
            &[("README.md", "[c](docs/a.md#y)\n"), ("docs/a.md", "## X\n")],
            &["README.md:1: there is no heading #y in docs/a.md"],
        );
    }

    #[test]
    fn folders_may_be_linked_and_code_is_no_link() {
        check(
            &[
                ("README.md", "[docs](docs/)\n```\n[x](nowhere)\n```\n"),
                ("docs/a.md", ""),
                ("crates/a.md", "[x](nowhere)"),
            ],
            &[],
        );
    }
}
