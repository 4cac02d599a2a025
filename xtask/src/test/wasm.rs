//! What the browser will run compiles for it.

use anyhow::Result;

use super::Outcome;
use crate::metadata::Workspace;
use crate::{process, tools};

/// Crates that must compile for the browser; those that do not exist yet are passed over.
const CRATES: &[&str] = &[
    "legible",
    "protocol",
    "content",
    "policy",
    "mls",
    "blob",
    "backup",
    "seal",
    "client_store",
    "client_core",
];

/// Nobody runs what is built here, and optimising it, SQLite above all, takes most of the time.
const UNOPTIMISED: &str = "profile.dev.package.'*'.opt-level = 0";

pub fn check(workspace: &Workspace) -> Result<Outcome> {
    if !tools::wasm_target() {
        return Ok(Outcome::NotChecked(format!(
            "the target {} is not installed and could not be added",
            tools::WASM_TARGET
        )));
    }
    if !tools::has_clang() {
        return Ok(Outcome::NotChecked(
            "no clang was found that compiles SQLite for the browser".to_owned(),
        ));
    }
    let here = |name: &&&str| workspace.crates.iter().any(|member| member.name == **name);
    // A folder of its own, so that the two builds do not take turns throwing each other out.
    let folder = workspace.target_directory.join("wasm");
    let mut build = process::cargo(["build", "--target", tools::WASM_TARGET, "--target-dir"]);
    build.arg(folder).args(["--config", UNOPTIMISED]);
    for name in CRATES.iter().filter(here) {
        build.args(["--package", name]);
    }
    process::run(&mut build)?;
    Ok(Outcome::Passed)
}
