//! What the sources of a core must not name: the system's clock, files, network, threads and
//! randomness, and maps without an order, all of which would make a run impossible to repeat.

use super::source::lines_naming;
use super::{Finding, Tree, layers};

/// Modules of the standard library; also found inside `use std::{…}`.
const STD_MODULES: &[&str] = &["env", "fs", "net", "process", "thread"];

/// Names, with what to do instead.
const NAMES: &[(&str, &str)] = &[
    ("SystemTime", "time is an argument"),
    ("Instant::now", "time is an argument"),
    ("thread_rng", "randomness is seeded by the caller"),
    ("OsRng", "randomness is seeded by the caller"),
    ("getrandom", "randomness is seeded by the caller"),
    (
        "HashMap",
        "use BTreeMap, whose order is the same in every run",
    ),
    (
        "HashSet",
        "use BTreeSet, whose order is the same in every run",
    ),
];

pub fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    for (path, source) in &tree.sources {
        let Some((folder, _)) = path.split_once("/src/") else {
            continue;
        };
        if !layers::is_core(folder) {
            continue;
        }
        for (name, instead) in NAMES {
            for line in lines_naming(&source.production, name) {
                let message = format!("a core must not name {name}: {instead}");
                findings.push(Finding::at(path, line, message));
            }
        }
        for (line, module) in std_modules(&source.production) {
            let message = format!("a core must not name std::{module}: it does no I/O");
            findings.push(Finding::at(path, line, message));
        }
    }
}

/// Where modules of [`STD_MODULES`] are named, alone or in a group.
fn std_modules(code: &str) -> Vec<(usize, &'static str)> {
    let mut found = Vec::new();
    for module in STD_MODULES {
        for line in lines_naming(code, &format!("std::{module}")) {
            found.push((line, *module));
        }
    }
    for (at, group) in code.match_indices("std::{") {
        let inside = code.get(at + group.len()..).unwrap_or_default();
        let line = code.get(..at).unwrap_or_default().matches('\n').count() + 1;
        let firsts = top_level_firsts(inside);
        let named = STD_MODULES.iter().filter(|module| firsts.contains(*module));
        found.extend(named.map(|module| (line, *module)));
    }
    found
}

/// The first word of each part of a `use` group, up to the brace that closes it.
fn top_level_firsts(inside: &str) -> Vec<&str> {
    let mut depth = 0usize;
    let mut start = 0;
    let mut firsts = Vec::new();
    for (at, char) in inside.char_indices() {
        match char {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                let part = inside.get(start..at).unwrap_or_default().trim();
                firsts.extend(part.split([':', ' ']).next());
                start = at + 1;
                if char == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    firsts
}

#[cfg(test)]
mod tests {
    use super::super::planted::check;

    #[test]
    fn what_makes_a_core_unrepeatable_is_found() {
        check(
            &[(
                "crates/protocol/src/a.rs",
                "use std::time::SystemTime;\nuse std::fs;\nOsRng\n",
            )],
            &[
                "crates/protocol/src/a.rs:1: a core must not name SystemTime: \
                 time is an argument",
                "crates/protocol/src/a.rs:2: a core must not name std::fs: it does no I/O",
                "crates/protocol/src/a.rs:3: a core must not name OsRng: \
                 randomness is seeded by the caller",
            ],
        );
        check(
            &[(
                "crates/mls/src/deep/a.rs",
                "x(HashMap::new());\nInstant::now();",
            )],
            &[
                "crates/mls/src/deep/a.rs:1: a core must not name HashMap: \
                 use BTreeMap, whose order is the same in every run",
                "crates/mls/src/deep/a.rs:2: a core must not name Instant::now: \
                 time is an argument",
            ],
        );
    }

    #[test]
    fn a_module_inside_a_group_is_found() {
        check(
            &[(
                "crates/policy/src/a.rs",
                "use std::{\n    fmt::{self, Write},\n    env,\n};\n",
            )],
            &["crates/policy/src/a.rs:1: a core must not name std::env: it does no I/O"],
        );
        check(
            &[(
                "crates/policy/src/a.rs",
                "use std::{fmt::{self, net}, time};\n",
            )],
            &[],
        );
    }

    #[test]
    fn tests_comments_literals_and_other_crates_are_free() {
        let text = "// HashMap\nconst A: &str = \"HashMap\";\nenv!(\"A\");\n\
                    #[cfg(test)]\nmod tests { use std::fs; }\n";
        check(&[("crates/protocol/src/a.rs", text)], &[]);
        check(&[("crates/protocol/tests/a.rs", "use std::fs;\n")], &[]);
        check(&[("crates/client/src/a.rs", "use std::fs;\n")], &[]);
    }
}
