//! What was built, and where it lies.

use std::path::PathBuf;

use anyhow::Result;

use crate::campaign::REGRESSIONS;
use crate::process;

/// The commit, marked where the sources are not those of it.
///
/// # Errors
/// When git cannot say.
pub fn commit() -> Result<String> {
    let short = process::output(process::command("git").args(["rev-parse", "--short", "HEAD"]))?;
    let sources = [
        "status",
        "--porcelain",
        "--",
        "crates",
        "apps",
        "Cargo.lock",
    ];
    let changed = process::output(process::command("git").args(sources))?;
    let is_changed = changed.lines().any(|line| !line.contains(REGRESSIONS));
    let mark = if is_changed { "-changed" } else { "" };
    Ok(format!("{}{mark}", short.trim()))
}

/// Where cargo puts what it builds.
pub fn target_folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR");
    process::root().join(target.map_or_else(|| "target".into(), PathBuf::from))
}
