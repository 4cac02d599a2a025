//! Dependencies that a manifest declares and no source names.

use super::source::lines_naming;
use super::{Finding, Tree};
use crate::metadata::Crate;

pub fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    for member in &tree.crates {
        let mut identifiers: Vec<&str> = member
            .dependencies
            .iter()
            .map(|one| one.identifier.as_str())
            .collect();
        identifiers.sort_unstable();
        identifiers.dedup();
        for identifier in identifiers {
            let ignored = member
                .ignored
                .iter()
                .any(|name| name.replace('-', "_") == identifier);
            if !ignored && !is_named(tree, member, identifier) {
                let manifest = format!("{}/Cargo.toml", member.folder);
                let message = format!("no source of {} names {identifier}; remove it", member.name);
                findings.push(Finding::in_file(&manifest, message));
            }
        }
    }
}

fn is_named(tree: &Tree, member: &Crate, identifier: &str) -> bool {
    let folder = format!("{}/", member.folder);
    let own = tree.sources.iter().filter(|(path, _)| {
        let inside = path.strip_prefix(&folder);
        inside.is_some_and(|path| {
            let top = path.split('/').next();
            matches!(
                top,
                Some("src" | "tests" | "benches" | "examples" | "build.rs")
            )
        })
    });
    own.into_iter()
        .any(|(_, source)| !lines_naming(&source.code, identifier).is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::planted::{check_with, member};

    #[test]
    fn a_dependency_that_no_source_names_is_found() {
        check_with(
            &[(
                "apps/a/src/main.rs",
                "use one::x; // two-words\nthree_more::y();\n",
            )],
            vec![member("apps/a", &["one", "two-words", "three-more"])],
            &["apps/a/Cargo.toml: no source of a names two_words; remove it"],
        );
    }

    #[test]
    fn tests_and_build_scripts_count_and_other_crates_do_not() {
        check_with(
            &[
                ("apps/a/tests/x.rs", "one::x();"),
                ("apps/a/build.rs", "two::x();"),
                ("apps/ab/src/lib.rs", "three::x();"),
            ],
            vec![member("apps/a", &["one", "two", "three"])],
            &["apps/a/Cargo.toml: no source of a names three; remove it"],
        );
    }

    #[test]
    fn a_manifest_can_name_a_dependency_that_is_needed_unseen() {
        let mut a = member("apps/a", &["one"]);
        a.ignored.push("one".to_owned());
        check_with(&[], vec![a], &[]);
    }
}
