//! `cargo xtask bench web`: the app in a real Chromium in figures. The measuring itself is a test of `apps/chromium`
//! that nothing else runs.

use std::process::Stdio;

use anyhow::{Context as _, Result, bail};

use crate::{metadata, process, start};

/// The test that measures.
const TEST: &str = "measure::the_app_in_figures";

/// Builds what people get, measures it and prints one line of JSON.
///
/// # Errors
/// When something cannot be built, or chromium or chromedriver is missing, or the app fails.
pub fn run() -> Result<()> {
    start::build()?;
    let kith = metadata::workspace()?.kith();
    let mut cargo = process::cargo(["test", "--package", "chromium", "--features", "chromium"]);
    cargo.args(["--test", "chromium", "--"]);
    cargo.args(["--ignored", "--exact", TEST, "--nocapture"]);
    cargo.env("KITH_BIN", kith).stdin(Stdio::null());
    let name = process::shown(&cargo);
    let output = cargo
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("`{name}` could not be started"))?;
    let said = String::from_utf8(output.stdout)?;
    let Some(figures) = figures(&said).filter(|_| output.status.success()) else {
        bail!("`{name}` failed ({}): {said}", output.status);
    };
    println!("{figures}");
    Ok(())
}

/// The line of figures among what the test program says.
fn figures(said: &str) -> Option<&str> {
    said.lines().find(|line| line.starts_with('{'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_among_what_a_test_program_says() {
        let said =
            "\nrunning 1 test\n{\"first_load\":{}}\ntest measure::the_app_in_figures ... ok\n";
        assert_eq!(figures(said), Some("{\"first_load\":{}}"));
        assert_eq!(figures("running 0 tests\n"), None);
    }

    #[test]
    fn the_test_that_measures_is_there() {
        let source = process::root().join("apps/chromium/tests/chromium/measure.rs");
        let source = std::fs::read_to_string(source).unwrap();
        let (_, name) = TEST.split_once("::").unwrap();
        assert!(source.contains(&format!("fn {name}()")));
    }
}
