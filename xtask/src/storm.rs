//! `cargo xtask storm`: the storm of `apps/kith/tests/storm` for long, on the binary as it is
//! released, one scenario after the other; one line for each, and everything else only on failure.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};

use crate::{process, tools};

/// How often each fault comes if nothing else is asked for.
const ROUNDS: u32 = 200;

/// How lines begin that are about the storm as a whole, or about a part of it that was left out.
const TOLD: &[&str] = &["storm ", "SKIPPED: "];

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Asked {
    rounds: u32,
    seed: Option<u64>,
}

impl Asked {
    /// Reads the arguments; none if they are not as they should be.
    pub fn read(arguments: &[&str]) -> Option<Self> {
        let mut asked = Self {
            rounds: ROUNDS,
            seed: None,
        };
        let mut rest = arguments.iter();
        while let Some(option) = rest.next() {
            let value = rest.next()?;
            match *option {
                "--rounds" => asked.rounds = value.parse().ok().filter(|rounds| *rounds > 0)?,
                "--seed" => asked.seed = Some(value.parse().ok()?),
                _ => return None,
            }
        }
        Some(asked)
    }
}

/// Builds for release and runs all scenarios.
///
/// # Errors
/// When a tool is missing, the build fails, or anything was lost, came twice or in another order.
pub fn run(asked: &Asked) -> Result<()> {
    tools::for_checking()?;
    let test = ["test", "--release", "--package", "kith", "--test", "storm"];
    process::run(process::cargo(test).arg("--no-run"))?;
    let mut command = process::cargo(test);
    // One at a time, so that each has the machine and its time means something.
    command.args(["--", "--nocapture", "--test-threads", "1"]);
    command.env("KITH_STORM_ROUNDS", asked.rounds.to_string());
    if let Some(seed) = asked.seed {
        command.env("KITH_STORM_SEED", seed.to_string());
    }
    let name = process::shown(&command);
    // What the scenarios tell comes on standard error; what the test program adds is not missed.
    let mut storm = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{name}` could not be started"))?;
    let said = storm.stderr.take().context("cargo has no standard error")?;
    let mut others = String::new();
    for line in BufReader::new(said).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        if TOLD.iter().any(|start| line.starts_with(start)) {
            println!("{line}");
        } else {
            others.push_str(&line);
            others.push('\n');
        }
    }
    let status = storm.wait()?;
    if !status.success() {
        bail!("{others}`{name}` failed ({status})");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(arguments: &[&str], expected: Option<(u32, Option<u64>)>) {
        let expected = expected.map(|(rounds, seed)| Asked { rounds, seed });
        assert_eq!(Asked::read(arguments), expected);
    }

    #[test]
    fn a_storm_is_asked_for_with_rounds_and_a_seed_or_without() {
        check(&[], Some((200, None)));
        check(&["--rounds", "7"], Some((7, None)));
        check(&["--seed", "9", "--rounds", "7"], Some((7, Some(9))));
    }

    #[test]
    fn a_storm_that_is_asked_for_wrongly_does_not_begin() {
        check(&["--rounds"], None);
        check(&["--rounds", "0"], None);
        check(&["--rounds", "many"], None);
        check(&["--loud", "7"], None);
        check(&["7"], None);
    }
}
