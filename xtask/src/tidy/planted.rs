//! Trees for the tests of the rules: mostly clean, with one thing planted.

use std::collections::BTreeMap;

use super::{EXPECTATIONS, Finding, LONG_FILES, Tree};
use crate::metadata::{Crate, Dependency};

/// Runs every rule over a tree of these files and compares the findings, each as `path:line:
/// message`. The two ratchet files are there and clean unless they are planted too.
#[track_caller]
pub fn check(files: &[(&str, &str)], expected: &[&str]) {
    check_with(files, Vec::new(), expected);
}

/// As [`check`], with members of the workspace.
#[track_caller]
pub fn check_with(files: &[(&str, &str)], crates: Vec<Crate>, expected: &[&str]) {
    let mut all = BTreeMap::from([
        (LONG_FILES.to_owned(), String::new()),
        (EXPECTATIONS.to_owned(), "0\n".to_owned()),
    ]);
    all.extend(
        files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned())),
    );
    let findings = super::check(&Tree::new(all, crates));
    let lines: Vec<String> = findings.iter().map(Finding::to_string).collect();
    assert_eq!(lines, expected);
}

/// A member with these dependencies, each used in its `src/lib.rs` by the caller.
pub fn member(folder: &str, dependencies: &[&str]) -> Crate {
    let name = folder.rsplit('/').next().unwrap_or(folder);
    Crate {
        name: name.to_owned(),
        folder: folder.to_owned(),
        dependencies: dependencies
            .iter()
            .map(|name| dependency(name, false))
            .collect(),
        ..Crate::default()
    }
}

/// A dependency under its own name.
pub fn dependency(name: &str, dev: bool) -> Dependency {
    Dependency {
        name: name.to_owned(),
        identifier: name.replace('-', "_"),
        dev,
    }
}
