//! The tests themselves, run by cargo and counted, and the examples in the documentation.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::{Context, Outcome, programs};
use crate::metadata::Workspace;
use crate::process;

/// What cargo counts, over all test programs.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub(super) passed: usize,
    failed: usize,
    ignored: usize,
    measured: usize,
    filtered: usize,
}

impl Totals {
    /// Adds what one line says, if it is cargo's line about a test program.
    pub(super) fn add(&mut self, line: &str) {
        let Some(counts) = line.strip_prefix("test result: ") else {
            return;
        };
        for part in counts.split([';', '.']) {
            let mut words = part.split_whitespace();
            let Some(Ok(number)) = words.next().map(str::parse::<usize>) else {
                continue;
            };
            match words.next() {
                Some("passed") => self.passed += number,
                Some("failed") => self.failed += number,
                Some("ignored") => self.ignored += number,
                Some("measured") => self.measured += number,
                Some("filtered") => self.filtered += number,
                _ => {}
            }
        }
    }

    /// The sum in the form of cargo's own line.
    pub fn line(&self, ok: bool, took: Duration) -> String {
        let Self {
            passed,
            failed,
            ignored,
            measured,
            filtered,
        } = self;
        format!(
            "test result: {}. {passed} passed; {failed} failed; {ignored} ignored; \
             {measured} measured; {filtered} filtered out; finished in {:.2}s",
            if ok { "ok" } else { "FAILED" },
            took.as_secs_f64(),
        )
    }
}

pub fn check(context: &mut Context) -> Result<Outcome> {
    let targets = ["--lib", "--bins", "--tests", "--examples"];
    let before = context.totals.passed;
    programs::run(&mut context.totals, &targets)?;
    if context.totals.passed == before {
        bail!("cargo ran no test at all");
    }
    Ok(Outcome::Passed)
}

pub fn check_examples(context: &mut Context) -> Result<Outcome> {
    if !has_examples(&context.workspace)? {
        return Ok(Outcome::NothingToDo(
            "no documentation holds an example".to_owned(),
        ));
    }
    let mut doctests = process::cargo(["test", "--workspace", "--no-fail-fast", "--doc"]);
    run_counted(&mut doctests, &mut context.totals)?;
    Ok(Outcome::Passed)
}

/// Runs cargo's tests, prints what they say as they say it, and counts.
pub(super) fn run_counted(command: &mut Command, totals: &mut Totals) -> Result<()> {
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let name = process::shown(command);
    let mut cargo = command
        .spawn()
        .with_context(|| format!("`{name}` could not be started"))?;
    let printed = cargo
        .stdout
        .take()
        .context("cargo has no standard output")?;
    for line in BufReader::new(printed).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        totals.add(&line);
    }
    let status = cargo.wait()?;
    if !status.success() {
        bail!("`{name}` failed ({status})");
    }
    Ok(())
}

/// Whether a library's documentation holds a fenced block, which rustdoc takes for an example.
fn has_examples(workspace: &Workspace) -> Result<bool> {
    for member in &workspace.crates {
        let source = process::root().join(&member.folder).join("src");
        if source.join("lib.rs").is_file() && holds_example(&source)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn holds_example(folder: &std::path::Path) -> Result<bool> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let found = if path.is_dir() {
            holds_example(&path)?
        } else {
            path.extension().is_some_and(|extension| extension == "rs")
                && documents_example(&std::fs::read_to_string(&path)?)
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

fn documents_example(source: &str) -> bool {
    source.lines().map(str::trim_start).any(|line| {
        let text = line
            .strip_prefix("///")
            .or_else(|| line.strip_prefix("//!"));
        text.is_some_and(|text| text.trim_start().starts_with("```"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_counts_is_summed_up_in_its_own_form() {
        let mut totals = Totals::default();
        totals.add("test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.01s");
        totals.add("test result: FAILED. 7 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.50s");
        totals.add("test a_test ... ok");
        assert_eq!(
            totals.line(false, Duration::from_millis(2500)),
            "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 2 filtered out; \
             finished in 2.50s"
        );
        assert!(
            Totals::default()
                .line(true, Duration::ZERO)
                .starts_with("test result: ok. 0 p")
        );
    }

    #[test]
    fn only_documentation_holds_examples() {
        assert!(documents_example("//! ```\n//! x();\n//! ```\n"));
        assert!(documents_example("    /// ```rust\n"));
        assert!(!documents_example("// ```\nlet x = \"/// ```\";\n"));
    }
}
