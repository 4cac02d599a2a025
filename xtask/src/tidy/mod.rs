//! `cargo xtask tidy`: the layers and the style of the tree as code.
//!
//! A [`Tree`] goes in, a list of [`Finding`]s comes out; nothing here reads a file or asks a
//! program except [`Tree::read`], so that every rule is tested by planting what it must find.

mod attributes;
mod dependencies;
mod files;
mod imports;
mod layers;
mod links;
mod named_tests;
mod phrases;
mod reading_level;
mod source;
mod words;

#[cfg(test)]
mod planted;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use anyhow::{Context as _, Result, bail};

use crate::metadata::{self, Crate};
use crate::process;
use source::Source;

const LONG_FILES: &str = "xtask/tidy/long-files.txt";
const EXPECTATIONS: &str = "xtask/tidy/expectations.txt";

/// Everything the rules look at.
pub struct Tree {
    /// Every text file that git tracks or would track, by its path below the root.
    files: BTreeMap<String, String>,
    /// Paths of files that are not text; links may lead to them.
    other_paths: BTreeSet<String>,
    /// The Rust files among them, taken apart.
    sources: BTreeMap<String, Source>,
    /// The members of the workspace.
    crates: Vec<Crate>,
}

/// One breach of one rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    path: String,
    line: Option<usize>,
    message: String,
}

impl Finding {
    fn in_file(path: &str, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line: None,
            message: message.into(),
        }
    }

    fn at(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line: Some(line),
            message: message.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(formatter, "{}:{line}: {}", self.path, self.message),
            None => write!(formatter, "{}: {}", self.path, self.message),
        }
    }
}

impl Tree {
    fn new(files: BTreeMap<String, String>, crates: Vec<Crate>) -> Self {
        let sources = source::read_all(&files);
        Self {
            files,
            other_paths: BTreeSet::new(),
            sources,
            crates,
        }
    }

    /// Reads the tree that this program was started in.
    ///
    /// # Errors
    /// When git or cargo cannot list it, or a file cannot be read.
    pub fn read() -> Result<Self> {
        let root = process::root();
        let mut git = process::command("git");
        // The check may run as another account than the one that owns the clone.
        git.arg("-c")
            .arg(format!("safe.directory={}", root.display()));
        git.args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ]);
        let listed = process::output(&mut git).context("git could not list the files")?;
        let mut files = BTreeMap::new();
        let mut other_paths = BTreeSet::new();
        for path in listed.split('\0').filter(|path| !path.is_empty()) {
            match std::fs::read(root.join(path)).map(String::from_utf8) {
                Ok(Ok(text)) => drop(files.insert(path.to_owned(), text)),
                Ok(Err(_)) => drop(other_paths.insert(path.to_owned())),
                // Deleted, the deletion not yet staged.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                // A link to a folder: git tracks the link, there is no text in it.
                Err(error) if error.kind() == std::io::ErrorKind::IsADirectory => {}
                Err(error) => return Err(error).with_context(|| format!("reading {path}")),
            }
        }
        let mut tree = Self::new(files, metadata::workspace()?.crates);
        tree.other_paths = other_paths;
        Ok(tree)
    }
}

/// Everything in the tree that breaks a rule, by path and line.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    files::check(tree, &mut findings);
    layers::check(tree, &mut findings);
    imports::check(tree, &mut findings);
    attributes::check(tree, &mut findings);
    words::check(tree, &mut findings);
    dependencies::check(tree, &mut findings);
    links::check(tree, &mut findings);
    named_tests::check(tree, &mut findings);
    phrases::check(tree, &mut findings);
    reading_level::check(tree, &mut findings);
    findings.sort();
    findings.dedup();
    findings
}

/// Checks the tree and prints what it finds.
///
/// # Errors
/// When there is a finding, or the tree cannot be read.
pub fn run() -> Result<()> {
    let tree = Tree::read()?;
    let findings = check(&tree);
    if let Ok(words) = phrases::read(&tree) {
        for line in phrases::completeness(&words) {
            println!("{line}");
        }
    }
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!("tidy finds fault in the tree, findings: {}", findings.len());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_tidy() {
        let findings = check(&Tree::read().unwrap());
        let lines: Vec<String> = findings.iter().map(Finding::to_string).collect();
        assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
    }
}
