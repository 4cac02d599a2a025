//! Exceptions to lints and to memory safety: each has a reason, and their number only falls.

use super::source::lines_naming;
use super::{EXPECTATIONS, Finding, Tree};

/// Files that may hold unsafe code.
const UNSAFE_FILES: &[&str] = &[
    "apps/simulator/src/disk/sqlite/io.rs",
    "apps/simulator/src/disk/sqlite/mod.rs",
    "apps/simulator/src/disk/sqlite/vfs.rs",
];

pub fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    let mut count = 0;
    for (path, source) in &tree.sources {
        for (line, reasoned) in exceptions(&source.code) {
            count += 1;
            if !reasoned {
                let message = "an exception to a lint needs `reason = \"…\"`";
                findings.push(Finding::at(path, line, message));
            }
        }
        if !UNSAFE_FILES.contains(&path.as_str()) {
            for line in lines_naming(&source.code, "unsafe") {
                findings.push(Finding::at(path, line, "unsafe code is not allowed here"));
            }
        }
    }
    ratchet(tree, count, findings);
}

fn ratchet(tree: &Tree, count: usize, findings: &mut Vec<Finding>) {
    let listed = tree
        .files
        .get(EXPECTATIONS)
        .and_then(|text| text.trim().parse::<usize>().ok());
    let message = match listed {
        None => format!("this file holds one number: the exceptions to lints, now {count}"),
        Some(listed) if count > listed => {
            format!("{count} exceptions to lints; {listed} are allowed, so do without a new one")
        }
        Some(listed) if count < listed => {
            format!("{count} exceptions to lints are left; lower the number to {count}")
        }
        Some(_) => return,
    };
    findings.push(Finding::in_file(EXPECTATIONS, message));
}

/// The line of each `allow(…)` and `expect(…)` that stands in an attribute, and whether it gives
/// a reason.
fn exceptions(code: &str) -> Vec<(usize, bool)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("#[").chain(code.match_indices("#![")) {
        let attribute = bracketed(code.get(at..).unwrap_or_default());
        let lint = ["[allow(", "[expect(", " allow(", " expect("];
        let Some(inside) = lint.iter().find_map(|start| attribute.find(start)) else {
            continue;
        };
        let line = code
            .get(..at + inside)
            .unwrap_or_default()
            .matches('\n')
            .count()
            + 1;
        let reasoned = attribute.contains("reason =");
        found.push((line, reasoned));
    }
    found
}

/// The start of `code` up to the bracket that closes its first one.
fn bracketed(code: &str) -> &str {
    let mut depth = 0usize;
    for (at, char) in code.char_indices() {
        match char {
            '[' => depth += 1,
            ']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return code.get(..=at).unwrap_or(code);
                }
            }
            _ => {}
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::super::planted::check;
    use super::EXPECTATIONS;

    #[test]
    fn an_exception_without_a_reason_is_found() {
        check(
            &[
                ("a.rs", "x;\n#[allow(dead_code)]\nfn y() {}\n"),
                (EXPECTATIONS, "1"),
            ],
            &["a.rs:2: an exception to a lint needs `reason = \"…\"`"],
        );
        check(
            &[
                ("a.rs", "#![cfg_attr(test,\n    expect(one, two)\n)]\n"),
                (EXPECTATIONS, "1"),
            ],
            &["a.rs:2: an exception to a lint needs `reason = \"…\"`"],
        );
    }

    #[test]
    fn the_number_of_exceptions_only_falls() {
        let text = "#![allow(\n    one,\n    reason = \"because\"\n)]\nx.expect(2);\n";
        check(&[("a.rs", text), (EXPECTATIONS, "1\n")], &[]);
        check(
            &[("a.rs", text), (EXPECTATIONS, "0\n")],
            &[
                "xtask/tidy/expectations.txt: 1 exceptions to lints; 0 are allowed, \
               so do without a new one",
            ],
        );
        check(
            &[("a.rs", text), (EXPECTATIONS, "2\n")],
            &[
                "xtask/tidy/expectations.txt: 1 exceptions to lints are left; \
               lower the number to 1",
            ],
        );
        check(
            &[("a.rs", ""), (EXPECTATIONS, "some\n")],
            &["xtask/tidy/expectations.txt: this file holds one number: \
               the exceptions to lints, now 0"],
        );
    }

    #[test]
    fn unsafe_code_is_found() {
        check(
            &[(
                "a.rs",
                "#![forbid(unsafe_code)]\n// unsafe\nfn x() { unsafe { y() } }\n",
            )],
            &["a.rs:3: unsafe code is not allowed here"],
        );
    }
}
