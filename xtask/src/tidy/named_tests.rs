//! Tests that documents name as shown proof: a link whose text is a function and whose target a Rust file leads to a
//! file that has this function.

use super::links::{self, resolve};
use super::{Finding, Tree};

pub fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    let documents = tree.files.iter().filter(|(path, _)| path.ends_with(".md"));
    for (path, text) in documents {
        for (number, line) in links::prose(text) {
            for (name, target) in named(line) {
                let folder = super::files::parent(path).unwrap_or_default();
                // A link that leads nowhere is found by the rule for links.
                let source = resolve(folder, target).and_then(|file| tree.files.get(&file));
                let function = format!("fn {name}(");
                if source.is_some_and(|source| !source.contains(&function)) {
                    let message = format!("there is no `{name}` in {target}");
                    findings.push(Finding::at(path, number, message));
                }
            }
        }
    }
}

/// Every ``[`name`](target.rs)`` of a line.
fn named(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.split("[`").skip(1).filter_map(|rest| {
        let (name, rest) = rest.split_once("`](")?;
        let (target, _) = rest.split_once(')')?;
        target.ends_with(".rs").then_some((name, target))
    })
}

#[cfg(test)]
mod tests {
    use super::super::planted::check;

    #[test]
    fn a_test_that_is_not_there_is_found() {
        check(
            &[
                ("a/b.rs", "#[test]\nfn it_holds() {}\n"),
                (
                    "docs/a.md",
                    "[`it_holds`](../a/b.rs), [`it_held`](../a/b.rs)\n[`b`](../a/b.rs) [it](../a/b.rs)\n",
                ),
            ],
            &[
                "docs/a.md:1: there is no `it_held` in ../a/b.rs",
                "docs/a.md:2: there is no `b` in ../a/b.rs",
            ],
        );
    }
}
