//! A compiled module becomes what a browser loads: the module without what only debuggers read, the
//! script that loads it, and the scripts that its crates bring along.

use anyhow::{Context as _, Result};
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

/// Writes into a folder what is made of a module.
///
/// # Errors
/// When it is no module that wasm-bindgen's macros were compiled into.
pub fn bind(module: &Path, folder: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(module).web(true)?;
    bindgen.typescript(false).remove_name_section(true);
    bindgen.remove_producers_section(true);
    bindgen
        .generate(folder)
        .with_context(|| format!("binding {}", module.display()))
}
