//! Each feature of each crate alone, so that none silently needs another.

use anyhow::Result;

use super::Outcome;
use crate::metadata::{Crate, Workspace};
use crate::process;

pub fn check(workspace: &Workspace) -> Result<Outcome> {
    let builds: Vec<Vec<String>> = workspace.crates.iter().flat_map(builds).collect();
    if builds.is_empty() {
        return Ok(Outcome::NothingToDo("no crate has features".to_owned()));
    }
    for build in builds {
        println!("cargo {}", build.join(" "));
        process::run(&mut process::cargo(build.iter().map(String::as_str)))?;
    }
    Ok(Outcome::Passed)
}

/// The builds of one crate: without any feature, and with each alone.
fn builds(member: &Crate) -> Vec<Vec<String>> {
    if member.features.is_empty() {
        return Vec::new();
    }
    let bare = [
        "check",
        "--quiet",
        "--package",
        &member.name,
        "--no-default-features",
    ];
    let bare: Vec<String> = bare.map(str::to_owned).into();
    let alone = member
        .features
        .iter()
        .filter(|feature| *feature != "default")
        .map(|feature| {
            let mut build = bare.clone();
            build.extend(["--features".to_owned(), feature.clone()]);
            build
        });
    std::iter::once(bare.clone()).chain(alone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_is_built_without_features_and_with_each_alone() {
        let features = ["default", "one", "two"].map(str::to_owned).to_vec();
        let member = Crate {
            name: "a".to_owned(),
            features,
            ..Crate::default()
        };
        let lines: Vec<String> = builds(&member)
            .iter()
            .map(|build| build.join(" "))
            .collect();
        let bare = "check --quiet --package a --no-default-features";
        assert_eq!(
            lines,
            [
                bare.to_owned(),
                format!("{bare} --features one"),
                format!("{bare} --features two")
            ]
        );
        assert!(builds(&Crate::default()).is_empty());
    }
}
