//! What the browser runs compiles for it, without a warning, and becomes a bundle that is not too large.

use anyhow::Result;

use super::Outcome;
use crate::metadata::Workspace;
use crate::{process, web};

/// Crates of ours that the browser runs or will run, besides those that become its modules.
const CRATES: &[&str] = &[
    "legible",
    "protocol",
    "content",
    "mls",
    "blob",
    "backup",
    "seal",
    "policy",
    "view",
    "phrases",
    "client_store",
    "client_core",
];

pub fn check(workspace: &Workspace) -> Result<Outcome> {
    // With the bundle's profile and packages, so that C code and macros are compiled once for both.
    let mut clippy = web::for_browser(workspace, "clippy", "web")?;
    web::of_modules(&mut clippy);
    for name in CRATES {
        clippy.args(["--package", name]);
    }
    process::run(clippy.args(["--quiet", "--", "-D", "warnings"]))?;
    web::build(workspace, web::Build::Best)?;
    Ok(Outcome::Passed)
}
