//! Which documents are checked: README.md, and the manual's chapters in the order in which its `SUMMARY.md` names them.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::blocks::{self, Block};

/// Where the manual's chapters are, from the root.
const MANUAL: &str = "docs/manual/src";

/// One document.
pub struct Document {
    /// Its path from the root.
    pub name: String,
    /// What is to be run.
    pub blocks: Vec<Block>,
}

/// The documents, each group of which is one session.
///
/// # Errors
/// When one cannot be read, or a group has nothing that could be run.
pub fn books(root: &Path) -> Result<[Vec<Document>; 2]> {
    let summary = read(root, &format!("{MANUAL}/SUMMARY.md"))?;
    let chapters: Vec<_> = chapters(&summary)
        .map(|chapter| format!("{MANUAL}/{chapter}"))
        .collect();
    Ok([
        book(root, &["README.md".to_owned()])?,
        book(root, &chapters)?,
    ])
}

fn book(root: &Path, names: &[String]) -> Result<Vec<Document>> {
    let mut documents = Vec::new();
    for name in names {
        documents.push(Document {
            name: name.clone(),
            blocks: blocks::parse(name, &read(root, name)?)?,
        });
    }
    let mut all = documents.iter().flat_map(|document| &document.blocks);
    if all.all(|block| block.steps.is_empty()) {
        bail!(
            "{} and what follows it has no `console` block that could be run; it must show how to begin",
            names.first().map_or(MANUAL, String::as_str)
        );
    }
    Ok(documents)
}

fn read(root: &Path, name: &str) -> Result<String> {
    std::fs::read_to_string(root.join(name)).with_context(|| format!("{name} cannot be read"))
}

/// The files that a summary of mdBook links to, in its order.
fn chapters(summary: &str) -> impl Iterator<Item = &str> {
    let links = summary.split("](").skip(1);
    links.filter_map(|rest| rest.split(')').next().filter(|file| file.ends_with(".md")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chapters_come_in_the_order_of_the_summary() {
        let summary =
            "# Summary\n\n[What](b.md)\n\n- [One](a.md)\n  - [Two](c/d.md)\n- [Draft]()\n";
        assert_eq!(
            chapters(summary).collect::<Vec<_>>(),
            ["b.md", "a.md", "c/d.md"]
        );
    }

    #[test]
    fn a_manual_without_a_command_is_found() {
        let root = tempfile::tempdir().unwrap();
        let manual = root.path().join(MANUAL);
        std::fs::create_dir_all(&manual).unwrap();
        std::fs::write(root.path().join("README.md"), "```console\n$ true\n```\n").unwrap();
        std::fs::write(manual.join("SUMMARY.md"), "- [One](a.md)\n").unwrap();
        std::fs::write(manual.join("a.md"), "```sh\ntrue\n```\n").unwrap();
        let error = books(root.path()).err().unwrap().to_string();
        assert!(error.contains("docs/manual/src/a.md"), "{error}");
        std::fs::write(manual.join("a.md"), "```console\n$ true\n```\n").unwrap();
        let [readme, chapters] = books(root.path()).unwrap();
        assert_eq!((readme.len(), chapters.len()), (1, 1));
    }
}
