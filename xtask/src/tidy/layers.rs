//! The layering: which crate may depend on which, by what their manifests say.
//!
//! Imports run one way: legible ← protocol ← policy, content, mls ← client_store ← client_core ← client ←
//! apps, and protocol ← home_core ← home_store ← apps/kith. Development dependencies are free.

use super::{Finding, Tree};
use crate::metadata::Crate;

/// One row for each crate below `crates/`: what it may depend on among our own crates, and
/// whether it is a core (a pure machine: no I/O, no clock, no ambient randomness).
const LAYERS: &[Layer] = &[
    Layer {
        name: "legible",
        core: true,
        below: &[],
    },
    Layer {
        name: "view",
        core: true,
        below: &["policy"],
    },
    Layer {
        name: "phrases",
        core: true,
        below: &[],
    },
    Layer {
        name: "phrases_build",
        core: false,
        below: &["phrases"],
    },
    Layer {
        name: "protocol",
        core: true,
        below: &["legible"],
    },
    Layer {
        name: "content",
        core: true,
        below: &[],
    },
    Layer {
        name: "policy",
        core: true,
        below: &[],
    },
    Layer {
        name: "mls",
        core: true,
        below: &["protocol"],
    },
    Layer {
        name: "blob",
        core: true,
        below: &["protocol"],
    },
    Layer {
        name: "backup",
        core: true,
        below: &["protocol"],
    },
    Layer {
        name: "seal",
        core: true,
        below: &[],
    },
    Layer {
        name: "client_store",
        core: false,
        below: &["protocol", "policy", "content", "mls", "backup"],
    },
    Layer {
        name: "client_core",
        core: true,
        below: &[
            "legible",
            "protocol",
            "policy",
            "content",
            "mls",
            "blob",
            "backup",
            "client_store",
        ],
    },
    Layer {
        name: "client",
        core: false,
        below: &[
            "legible",
            "protocol",
            "policy",
            "content",
            "mls",
            "blob",
            "backup",
            "seal",
            "client_store",
            "client_core",
        ],
    },
    Layer {
        name: "home_core",
        core: true,
        below: &["protocol"],
    },
    Layer {
        name: "home_store",
        core: false,
        below: &["protocol", "home_core"],
    },
    Layer {
        name: "load",
        core: false,
        below: &[],
    },
];

/// The page in the browser, which draws and asks: engine, store and keys are its worker's alone.
const PAGE: &str = "apps/web";

/// What it may depend on among our own crates.
const BELOW_PAGE: &[&str] = &["legible", "phrases", "phrases_build", "policy", "view"];

/// The checks of the tree, and what they may depend on: what reads the words that are said to people.
const CHECKS: &str = "xtask";
const BELOW_CHECKS: &[&str] = &["phrases_build"];

struct Layer {
    name: &'static str,
    core: bool,
    below: &'static [&'static str],
}

/// What a core must not be able to reach.
const OUTSIDE_CORES: &[&str] = &[
    "axum",
    "fs4",
    "getrandom",
    "leptos",
    "rand",
    "reqwest",
    "rusqlite",
    "sqlx",
    "tokio",
];

/// Whether a folder holds a core.
pub fn is_core(folder: &str) -> bool {
    let name = folder.strip_prefix("crates/");
    LAYERS
        .iter()
        .any(|layer| layer.core && Some(layer.name) == name)
}

pub fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    let ours: Vec<&str> = tree
        .crates
        .iter()
        .map(|member| member.name.as_str())
        .collect();
    for member in &tree.crates {
        let manifest = format!("{}/Cargo.toml", member.folder);
        let mut complain = |message| findings.push(Finding::in_file(&manifest, message));
        let layer = LAYERS.iter().find(|layer| {
            member
                .folder
                .strip_prefix("crates/")
                .is_some_and(|name| name == layer.name)
        });
        if layer.is_none() && member.folder.starts_with("crates/") {
            complain(format!(
                "{} has no row in the table of layers; add one to xtask/src/tidy/layers.rs",
                member.name
            ));
        }
        for name in named(member) {
            let below = |layer: &Layer| layer.below.contains(&name);
            let allowed = match layer {
                Some(layer) => below(layer),
                None if member.folder == PAGE => BELOW_PAGE.contains(&name),
                None if member.folder == CHECKS => BELOW_CHECKS.contains(&name),
                None => member.folder.starts_with("apps/"),
            };
            if ours.contains(&name) && !allowed {
                complain(format!(
                    "{} must not depend on {name}: a layer above it",
                    member.name
                ));
            }
            if name.starts_with("openmls") && member.name != "mls" {
                complain(format!("{name} is for the crate mls alone"));
            }
            if layer.is_some_and(|layer| layer.core) && OUTSIDE_CORES.contains(&name) {
                complain(format!(
                    "{} is a core and must not depend on {name}",
                    member.name
                ));
            }
        }
    }
}

fn named(member: &Crate) -> impl Iterator<Item = &str> {
    member
        .dependencies
        .iter()
        .filter(|one| !one.dev)
        .map(|one| one.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::super::planted::{check_with, dependency, member};

    #[track_caller]
    fn check(folder: &str, dependencies: &[&str], expected: &[&str]) {
        let uses = dependencies.join(" ").replace('-', "_");
        let source = format!("{folder}/src/lib.rs");
        let mut crates = vec![member(folder, dependencies)];
        for other in [
            "crates/protocol",
            "crates/content",
            "crates/mls",
            "crates/client_core",
            "crates/view",
            "crates/legible",
        ] {
            if other != folder {
                crates.push(member(other, &[]));
            }
        }
        check_with(&[(&source, &uses)], crates, expected);
    }

    #[test]
    fn a_dependency_on_a_layer_above_is_found() {
        check("crates/mls", &["protocol", "openmls"], &[]);
        check("crates/client_core", &["protocol", "content", "mls"], &[]);
        check(
            "crates/protocol",
            &["mls"],
            &["crates/protocol/Cargo.toml: protocol must not depend on mls: a layer above it"],
        );
        check(
            "xtask",
            &["protocol"],
            &["xtask/Cargo.toml: xtask must not depend on protocol: a layer above it"],
        );
    }

    #[test]
    fn a_home_that_could_read_content_is_found() {
        check(
            "crates/home_core",
            &["protocol", "content"],
            &[
                "crates/home_core/Cargo.toml: home_core must not depend on content: a layer above it",
            ],
        );
        check(
            "crates/home_store",
            &["mls"],
            &["crates/home_store/Cargo.toml: home_store must not depend on mls: a layer above it"],
        );
    }

    #[test]
    fn a_page_that_could_read_the_store_is_found() {
        check("apps/web", &["view", "legible", "leptos"], &[]);
        check(
            "apps/web",
            &["view", "client_core"],
            &["apps/web/Cargo.toml: web must not depend on client_core: a layer above it"],
        );
        check("apps/web_worker", &["client_core"], &[]);
    }

    #[test]
    fn openmls_outside_mls_is_found() {
        check(
            "apps/kith",
            &["openmls_traits", "mls"],
            &["apps/kith/Cargo.toml: openmls_traits is for the crate mls alone"],
        );
    }

    #[test]
    fn a_core_that_reaches_the_outside_is_found() {
        check("crates/client", &["tokio"], &[]);
        check(
            "crates/client_core",
            &["tokio", "rusqlite", "rand_core"],
            &[
                "crates/client_core/Cargo.toml: client_core is a core and must not depend on \
                 rusqlite",
                "crates/client_core/Cargo.toml: client_core is a core and must not depend on \
                 tokio",
            ],
        );
    }

    #[test]
    fn a_crate_without_a_row_is_found() {
        check(
            "crates/novelty",
            &[],
            &[
                "crates/novelty/Cargo.toml: novelty has no row in the table of layers; \
               add one to xtask/src/tidy/layers.rs",
            ],
        );
    }

    #[test]
    fn development_dependencies_are_free() {
        let mut protocol = member("crates/protocol", &[]);
        protocol.dependencies.push(dependency("tokio", true));
        protocol.dependencies.push(dependency("mls", true));
        let crates = vec![protocol, member("crates/mls", &[])];
        check_with(&[("crates/protocol/tests/a.rs", "tokio mls")], crates, &[]);
    }
}
