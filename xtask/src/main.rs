//! The project's commands: starting a home from the sources, and every check there is.
//!
//! `cargo xtask` decides nothing about Kith itself. It reads the tree, runs cargo and the built
//! binary, and turns what it finds into an exit code: 0 when all is well, 1 when a check fails,
//! 2 for wrong usage; `start` ends with the exit code of the home it ran.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "printing for the person at the terminal is what this program is for"
)]

mod bench;
mod built;
mod campaign;
mod fuzz;
mod metadata;
mod process;
mod readme;
mod start;
mod storm;
mod test;
mod tidy;
mod tools;
mod web;

use std::process::ExitCode;

use anyhow::Result;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  start [-- ARGS…]  build Kith and run a home at http://localhost:8440;
                    ARGS go to `kith home`, for example: -- --data DIR --listen ADDR
  test              run every check there is
  storm [--rounds N] [--seed S]
                    let N faults of each kind (200) come over real homes and clients
  campaign (--hours N | --seeds N) [--world NAME]
                    live through seeds of the simulator on and on; what passed
                    goes to docs/campaign.jsonl, what failed is kept and tried again
  bench [--reps N] [--secs S] [--only NAMES] [--disk DIR] [--memory DIR] [--long]
                    measure a home beside the peers that are installed; goes on where
                    it was cut off; the table goes to docs/bench
  bench --table FILE
                    make the table of raw figures again
  bench web         measure the app in Chromium; prints one line of JSON
  fuzz [--target T] [--minutes M] [--keep]
                    let libFuzzer try the decoders of a home, M minutes each (2);
                    with --keep what reaches more goes to fuzz/corpus
  tidy              check the layers and the style of the sources
  build             build Kith for release, with the app that browsers load in it
  web [--watch]     build the app alone; with --watch quickly, and anew on each change
  readme            run the commands that README.md and the manual show and compare what they print
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["start"] => start::run(&[]),
        ["start", "--", rest @ ..] => start::run(rest),
        ["test"] => test::run(),
        ["storm", rest @ ..] => match storm::Asked::read(rest) {
            Some(asked) => storm::run(&asked).map(|()| ExitCode::SUCCESS),
            None => {
                eprint!("{USAGE}");
                return ExitCode::from(2);
            }
        },
        ["campaign", rest @ ..] => match campaign::Asked::read(rest) {
            Some(asked) => campaign::run(&asked).map(|()| ExitCode::SUCCESS),
            None => {
                eprint!("{USAGE}");
                return ExitCode::from(2);
            }
        },
        ["bench", "web"] => bench::web::run().map(|()| ExitCode::SUCCESS),
        ["bench", rest @ ..] => match bench::Asked::read(rest) {
            Some(asked) => bench::run(&asked).map(|()| ExitCode::SUCCESS),
            None => {
                eprint!("{USAGE}");
                return ExitCode::from(2);
            }
        },
        ["fuzz", rest @ ..] => match fuzz::Asked::read(rest) {
            Some(asked) => fuzz::run(&asked).map(|()| ExitCode::SUCCESS),
            None => {
                eprint!("{USAGE}");
                return ExitCode::from(2);
            }
        },
        ["tidy"] => tidy::run().map(|()| ExitCode::SUCCESS),
        ["web"] => web::run().map(|()| ExitCode::SUCCESS),
        ["web", "--watch"] => web::watch().map(|()| ExitCode::SUCCESS),
        ["build"] => start::build().map(|()| ExitCode::SUCCESS),
        ["readme"] => readme::run().map(|()| ExitCode::SUCCESS),
        ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        [] => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
        ["start", wrong, ..] => {
            eprint!(
                "`{wrong}` says nothing to start; what is for the home goes behind two dashes: \
                 cargo xtask start -- {wrong} …; nothing was done\n\n{USAGE}"
            );
            return ExitCode::from(2);
        }
        [wrong, ..] => {
            eprint!(
                "there is no `cargo xtask {wrong}` with these words; nothing was done\n\n{USAGE}"
            );
            return ExitCode::from(2);
        }
    };
    report(outcome)
}

fn report(outcome: Result<ExitCode>) -> ExitCode {
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
