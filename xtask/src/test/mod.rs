//! `cargo xtask test`: every check there is, stage by stage, in the order in which failing early
//! saves most time.

mod browser;
mod features;
mod licences;
mod programs;
mod suites;
mod web;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::metadata::{self, Workspace};
use crate::{process, readme, tidy, tools};
use suites::Totals;

/// One check.
struct Stage {
    name: &'static str,
    /// What to do when it fails, as one sentence.
    remedy: &'static str,
    check: fn(&mut Context) -> Result<Outcome>,
}

/// How a stage ended that did not fail.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    Passed,
    /// There is nothing here for it to check.
    NothingToDo(String),
}

/// What the stages share.
struct Context {
    workspace: Workspace,
    totals: Totals,
}

const STAGES: &[Stage] = &[
    Stage {
        name: "tools",
        remedy: "Install what is named above.",
        check: |_| tools::for_checking().map(|()| Outcome::Passed),
    },
    Stage {
        name: "format",
        remedy: "Run `cargo fmt --all` and look at what it changed.",
        check: |_| cargo(&["fmt", "--all", "--check"]),
    },
    Stage {
        name: "tidy",
        remedy: "Put right what is listed above; the rules are in xtask/src/tidy.",
        check: |_| tidy::run().map(|()| Outcome::Passed),
    },
    Stage {
        name: "clippy",
        remedy: "Change the code as clippy says above.",
        check: |_| {
            cargo(&[
                "clippy",
                "--workspace",
                "--all-targets",
                // Whose tests are compiled with it alone.
                "--features",
                programs::BROWSER_FEATURE,
                "--quiet",
                "--",
                "-D",
                "warnings",
            ])
        },
    },
    Stage {
        name: "features",
        remedy: "Make the crate named above compile with this feature alone.",
        check: |context| features::check(&context.workspace),
    },
    Stage {
        name: "licences",
        remedy: "Do without the dependency named above, or weigh its licence in deny.toml.",
        check: |_| licences::check(),
    },
    Stage {
        name: "web",
        remedy: "Make the crate named above compile for the browser again, and what it loads small.",
        check: |context| web::check(&context.workspace),
    },
    Stage {
        name: "tests",
        remedy: "Find the first failing test above and run it alone: cargo test -p CRATE NAME.",
        check: |context| suites::check(context),
    },
    Stage {
        name: "doctests",
        remedy: "Correct the example in the documentation named above.",
        check: |context| suites::check_examples(context),
    },
    Stage {
        name: "browser",
        remedy: "Look at target/screens, and run the failing test alone: cargo test -p chromium --features chromium NAME.",
        check: |context| browser::check(context),
    },
    Stage {
        name: "readme",
        remedy: "Make README.md and what Kith prints agree.",
        check: |_| readme::run().map(|()| Outcome::Passed),
    },
];

/// A stage that has ended, for the table.
struct Ended {
    name: &'static str,
    result: Result<Outcome>,
    took: Duration,
}

/// Runs all stages up to the first that fails.
fn run_all(stages: &[Stage], context: &mut Context) -> Vec<Ended> {
    let mut ended = Vec::new();
    for stage in stages {
        println!("== {}", stage.name);
        let started = Instant::now();
        let result = (stage.check)(context);
        let took = started.elapsed();
        println!("== {}: {} in {}", stage.name, word(&result), seconds(took));
        let failure = result.as_ref().err().map(|error| format!("{error:#}"));
        ended.push(Ended {
            name: stage.name,
            result,
            took,
        });
        if let Some(failure) = failure {
            eprintln!("error: {failure}\n{}", stage.remedy);
            break;
        }
    }
    ended
}

/// Runs every check; the last line has the form in which cargo sums up tests.
///
/// # Errors
/// When the workspace cannot be read.
pub fn run() -> Result<ExitCode> {
    let started = Instant::now();
    let mut context = Context {
        workspace: metadata::workspace()?,
        totals: Totals::default(),
    };
    let ended = run_all(STAGES, &mut context);
    let passed = ended.iter().all(|stage| stage.result.is_ok());
    println!("\n{}", table(&ended, STAGES.len()));
    println!("{}", context.totals.line(passed, started.elapsed()));
    Ok(if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn cargo(arguments: &[&str]) -> Result<Outcome> {
    process::run(&mut process::cargo(arguments.iter().copied()))?;
    Ok(Outcome::Passed)
}

fn word(result: &Result<Outcome>) -> String {
    match result {
        Ok(Outcome::Passed) => "passed".to_owned(),
        Ok(Outcome::NothingToDo(why)) => format!("nothing to do ({why})"),
        Err(_) => "FAILED".to_owned(),
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn table(ended: &[Ended], stages: usize) -> String {
    let mut table = String::new();
    for stage in ended {
        let line = format!(
            "{:<10}{:>9}  {}\n",
            stage.name,
            seconds(stage.took),
            word(&stage.result)
        );
        table.push_str(&line);
    }
    if ended.len() < stages {
        table.push_str(&format!("{} more not reached\n", stages - ended.len()));
    }
    table
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn the_first_failing_stage_is_the_last_that_runs() {
        let stage = |name, check| Stage {
            name,
            remedy: "Repair it.",
            check,
        };
        let stages = [
            stage("one", |_| Ok(Outcome::Passed)),
            stage("two", |_| Ok(Outcome::NothingToDo("no crate".to_owned()))),
            stage("three", |_| bail!("broken")),
            stage("four", |_| Ok(Outcome::Passed)),
        ];
        let workspace = Workspace {
            target_directory: "target".into(),
            crates: Vec::new(),
        };
        let mut context = Context {
            workspace,
            totals: Totals::default(),
        };
        let mut ended = run_all(&stages, &mut context);
        for stage in &mut ended {
            stage.took = Duration::from_millis(1500);
        }
        assert_eq!(
            table(&ended, stages.len()),
            "one           1.5 s  passed\n\
             two           1.5 s  nothing to do (no crate)\n\
             three         1.5 s  FAILED\n\
             1 more not reached\n"
        );
    }
}
