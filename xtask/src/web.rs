//! `cargo xtask web`: the worker that the browser runs, made by cargo and wasm-bindgen alone.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::metadata::{self, Workspace};
use crate::{process, tools};

/// The worker's name, as a crate and as files.
const WORKER: &str = "web_worker";

/// Builds the worker and says how large it is.
///
/// # Errors
/// When a tool is missing or the build fails.
pub fn run() -> Result<()> {
    let workspace = metadata::workspace()?;
    let folder = build(&workspace)?;
    for file in std::fs::read_dir(&folder)? {
        let file = file?;
        let name = file.file_name();
        println!("{:>9}  {}", file.metadata()?.len(), name.to_string_lossy());
    }
    Ok(())
}

/// Builds the worker; the folder in which its files are.
///
/// # Errors
/// As [`run`].
pub fn build(workspace: &Workspace) -> Result<PathBuf> {
    if !tools::wasm_target() {
        bail!("the target {} is missing", tools::WASM_TARGET);
    }
    let target = workspace.target_directory.join("wasm");
    let mut cargo = process::cargo(["build", "--profile", "web", "--package", WORKER]);
    cargo.args(["--target", tools::WASM_TARGET, "--target-dir"]);
    process::run(cargo.arg(&target))?;
    let built = target.join(tools::WASM_TARGET).join("web");
    let folder = workspace.target_directory.join("web");
    bind(&built.join(WORKER).with_extension("wasm"), &folder)?;
    let page = process::root().join("apps/web_worker/page/worker.js");
    std::fs::copy(&page, folder.join("worker.js"))
        .with_context(|| format!("copying {}", page.display()))?;
    Ok(folder)
}

/// Writes the module as the browser loads it, and the script that does.
fn bind(module: &Path, folder: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(module).out_name(WORKER).web(true)?;
    bindgen.typescript(false).remove_name_section(true);
    bindgen.remove_producers_section(true);
    bindgen.generate(folder)
}
