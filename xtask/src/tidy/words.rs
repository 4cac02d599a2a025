//! Rules about text: how much of a file is comment, what is unfinished, and which strings would
//! tie the tree to one machine.

use super::source::lines_naming;
use super::{Finding, Tree};

/// Files of more lines than this must keep to [`CODE_LINES_PER_COMMENT`].
const SHORT_FILE_LINES: usize = 100;

/// One line of comment, documentation aside, for at least this many lines of code.
const CODE_LINES_PER_COMMENT: usize = 7;

/// Marks of unfinished work. Here and below the words are put together from halves, so that this
/// file does not break its own rules.
const UNFINISHED: &[(&str, &str)] = &[("TO", "DO"), ("FIX", "ME"), ("XX", "X")];

/// Macros that stand for unfinished work.
const UNFINISHED_MACROS: &[(&str, &str)] = &[("todo", "!"), ("unimplemented", "!")];

/// Strings that mean something only on one machine, or a registry reached other than by its own
/// client.
const TIED: &[(&str, &str)] = &[
    ("/wo", "rk/"),
    ("../sha", "red"),
    ("index.crates", ".io"),
    ("static.crates", ".io"),
    ("registry.npmjs", ".org"),
    ("files.python", "hosted.org"),
    ("proxy.golang", ".org"),
];

/// The test vectors of the standard are too large to be copied, so these tests may name the
/// folder beside the tree that holds them.
const VECTOR_TESTS: &str = "crates/mls/tests/";

pub fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    for (path, source) in &tree.sources {
        let text = tree.files.get(path).map(String::as_str).unwrap_or_default();
        let allowed = source.code_lines / CODE_LINES_PER_COMMENT;
        if text.lines().count() > SHORT_FILE_LINES && source.comment_lines > allowed {
            let (comments, code) = (source.comment_lines, source.code_lines);
            let message = format!(
                "{comments} lines of comment for {code} of code; {allowed} are allowed, \
                 so let names and docstrings speak"
            );
            findings.push(Finding::in_file(path, message));
        }
        for (one, other) in UNFINISHED {
            let word = format!("{one}{other}");
            for line in lines_naming(text, &word) {
                findings.push(Finding::at(
                    path,
                    line,
                    format!("{word}: finish it or leave it out"),
                ));
            }
        }
        for (one, other) in UNFINISHED_MACROS {
            let word = format!("{one}{other}");
            for line in lines_naming(&source.code, &word) {
                findings.push(Finding::at(
                    path,
                    line,
                    format!("{word}: finish it or leave it out"),
                ));
            }
        }
    }
    for (path, text) in &tree.files {
        check_tied(path, text, findings);
    }
}

fn check_tied(path: &str, text: &str, findings: &mut Vec<Finding>) {
    let vectors = ["../sha", "red/vectors"].concat();
    let is_vector_test = path.starts_with(VECTOR_TESTS) && path.ends_with(".rs");
    for (number, line) in text.lines().enumerate() {
        let line = if is_vector_test {
            line.replace(&vectors, "")
        } else {
            line.to_owned()
        };
        for (one, other) in TIED {
            let tied = format!("{one}{other}");
            if line.contains(&tied) {
                let message = format!("`{tied}` ties the tree to one machine or registry");
                findings.push(Finding::at(path, number + 1, message));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::planted::check;

    #[test]
    fn a_long_file_with_too_many_comments_is_found() {
        let file = |comments: usize, code: usize| {
            format!("{}{}", "// why\n".repeat(comments), "x;\n".repeat(code))
        };
        check(&[("a.rs", &file(12, 88)), ("b.rs", &file(14, 98))], &[]);
        check(
            &[("a.rs", &file(15, 98))],
            &["a.rs: 15 lines of comment for 98 of code; 14 are allowed, \
               so let names and docstrings speak"],
        );
    }

    #[test]
    fn unfinished_work_is_found() {
        let [mark, stub] = [["FIX", "ME"].concat(), ["to", "do!"].concat()];
        check(
            &[
                ("a.rs", &format!("// {mark}: x\nfn a() {{ {stub}() }}\n")),
                ("b.md", &mark),
            ],
            &[
                &format!("a.rs:1: {mark}: finish it or leave it out"),
                &format!("a.rs:2: {stub}: finish it or leave it out"),
            ],
        );
    }

    #[test]
    fn a_string_that_ties_the_tree_to_a_machine_is_found() {
        let [path, host] = [["/wo", "rk/"].concat(), ["static.crates", ".io"].concat()];
        check(
            &[("a.md", &format!("x\nsee {path}main\n")), ("b.json", &host)],
            &[
                &format!("a.md:2: `{path}` ties the tree to one machine or registry"),
                &format!("b.json:1: `{host}` ties the tree to one machine or registry"),
            ],
        );
    }

    #[test]
    fn only_the_tests_of_mls_may_name_the_vectors() {
        let beside = ["../sha", "red"].concat();
        let text = format!("const A: &str = \"{beside}/vectors/a.json\";\n");
        check(&[("crates/mls/tests/a.rs", &text)], &[]);
        check(
            &[("crates/mls/src/a.rs", &text)],
            &[&format!(
                "crates/mls/src/a.rs:1: `{beside}` ties the tree to one machine or registry"
            )],
        );
        check(
            &[(
                "crates/mls/tests/a.rs",
                &format!("const A: &str = \"{beside}/other\";\n"),
            )],
            &[&format!(
                "crates/mls/tests/a.rs:1: `{beside}` ties the tree to one machine or registry"
            )],
        );
    }
}
