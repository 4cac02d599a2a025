//! `cargo xtask campaign`: the simulator on and on, a thousand seeds at a time. What passed is
//! written down with the commit that passed it, so that runs of many days add up; what failed is
//! kept as a regression that every check lives through again.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::built::{commit, target_folder};
use crate::process;

/// Seeds between two lines of the record.
const PORTION: u64 = 1_000;
/// Where the record is, from the root: one line of JSON a portion.
const RECORD: &str = "docs/campaign.jsonl";
/// Where failing seeds are kept, from the root: files `WORLD-SEED`.
pub(crate) const REGRESSIONS: &str = "apps/simulator/regressions";

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Asked {
    /// Until this time is over.
    time: Option<Duration>,
    /// Or so many portions are done.
    portions: Option<u64>,
    world: String,
}

impl Asked {
    /// Reads the arguments; none if they are not as they should be.
    pub fn read(arguments: &[&str]) -> Option<Self> {
        let mut asked = Self {
            time: None,
            portions: None,
            world: "standard".to_owned(),
        };
        let mut rest = arguments.iter();
        while let Some(option) = rest.next() {
            let value = rest.next()?;
            match *option {
                "--hours" => {
                    let hours: f64 = value.parse().ok()?;
                    asked.time = Some(Duration::try_from_secs_f64(hours * 3600.0).ok()?);
                }
                "--seeds" => {
                    let seeds: u64 = value.parse().ok().filter(|seeds| *seeds > 0)?;
                    asked.portions = Some(seeds.div_ceil(PORTION));
                }
                "--world" => asked.world = (*value).to_owned(),
                _ => return None,
            }
        }
        (asked.time.is_some() || asked.portions.is_some()).then_some(asked)
    }
}

/// Lives through portions until the time or the number is reached.
///
/// # Errors
/// When the simulator cannot be built or run, or if any seed failed.
pub fn run(asked: &Asked) -> Result<()> {
    process::run(&mut process::cargo(["build", "--package", "simulator"]))?;
    let build = ["build", "--release", "--package", "simulator"];
    process::run(&mut process::cargo(build))?;
    let program = target_folder().join("release").join("simulator");
    let commit = commit()?;
    check_builds_agree(&asked.world)?;
    let started = Instant::now();
    let (mut done, mut failed) = (0, 0);
    while asked.time.is_none_or(|time| started.elapsed() < time)
        && asked.portions.is_none_or(|portions| done < portions)
    {
        let from = next_seed(&read_record()?, &asked.world);
        let portion = live(&program, &asked.world, from)?;
        println!("{}", portion.line);
        failed += portion.failed.len();
        keep(&asked.world, &commit, from, &portion)?;
        done += 1;
    }
    for (of, passed) in totals(&read_record()?, &asked.world) {
        println!("{}: {passed} seeds passed at {of}", asked.world);
    }
    if failed > 0 {
        bail!("{failed} seeds failed; they are kept in {REGRESSIONS}");
    }
    Ok(())
}

/// What came of a thousand seeds.
struct Portion {
    failed: BTreeMap<u64, String>,
    line: String,
    seconds: f64,
}

fn live(program: &PathBuf, world: &str, from: u64) -> Result<Portion> {
    let started = Instant::now();
    let seeds = format!("{from}..{}", from + PORTION);
    let mut command = process::command(program);
    command.args(["--seeds", &seeds, "--world", world]);
    let name = process::shown(&command);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("`{name}` could not be started"))?;
    let said = String::from_utf8(output.stdout).context("the simulator printed no UTF-8")?;
    let failed = failures(&said, world);
    let line = said.lines().last().unwrap_or_default().to_owned();
    if !output.status.success() && failed.is_empty() {
        bail!("`{name}` failed ({}): {line}", output.status);
    }
    Ok(Portion {
        failed,
        line,
        seconds: started.elapsed().as_secs_f64(),
    })
}

/// The failing seeds, and why.
fn failures(said: &str, world: &str) -> BTreeMap<u64, String> {
    let middle = format!(" of {world}: ");
    said.lines()
        .filter_map(|line| {
            let (seed, why) = line.strip_prefix("seed ")?.split_once(&middle)?;
            Some((seed.parse().ok()?, why.to_owned()))
        })
        .collect()
}

/// Writes down what passed, and keeps what failed.
fn keep(world: &str, commit: &str, from: u64, portion: &Portion) -> Result<()> {
    let folder = process::root().join(REGRESSIONS);
    fs::create_dir_all(&folder)?;
    for (seed, why) in &portion.failed {
        let file = folder.join(format!("{world}-{seed}"));
        fs::write(&file, format!("{why}\nfound at {commit}\n"))?;
    }
    let passed = PORTION - portion.failed.len() as u64;
    let line = json!({
        "commit": commit,
        "world": world,
        "from": from,
        "to": from + PORTION,
        "passed": passed,
        "failed": portion.failed.len(),
        "seconds": portion.seconds.round() as u64,
    });
    let mut record = OpenOptions::new()
        .create(true)
        .append(true)
        .open(process::root().join(RECORD))?;
    writeln!(record, "{line}")?;
    Ok(())
}

fn read_record() -> Result<Vec<Value>> {
    let path = process::root().join(RECORD);
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let text = fs::read_to_string(path)?;
    text.lines()
        .map(|line| serde_json::from_str(line).with_context(|| format!("{RECORD}: {line}")))
        .collect()
}

/// The first seed that nobody lived through yet.
fn next_seed(record: &[Value], world: &str) -> u64 {
    let ends = of_world(record, world).filter_map(|line| line.get("to")?.as_u64());
    ends.max().unwrap_or(PORTION)
}

/// How many passed at each commit.
fn totals(record: &[Value], world: &str) -> BTreeMap<String, u64> {
    let mut totals = BTreeMap::new();
    for line in of_world(record, world) {
        let commit = line.get("commit").and_then(Value::as_str);
        let passed = line.get("passed").and_then(Value::as_u64);
        if let (Some(commit), Some(passed)) = (commit, passed) {
            *totals.entry(commit.to_owned()).or_default() += passed;
        }
    }
    totals
}

fn of_world<'a>(record: &'a [Value], world: &'a str) -> impl Iterator<Item = &'a Value> {
    let is_of = move |line: &&Value| line.get("world").and_then(Value::as_str) == Some(world);
    record.iter().filter(is_of)
}

/// A seed tells the same story whether the program is built for debugging or for release.
fn check_builds_agree(world: &str) -> Result<()> {
    for seed in ["1", "2", "3"] {
        let hash = |build: &str| {
            let program = target_folder().join(build).join("simulator");
            let mut command = process::command(program);
            let said = process::output(command.args(["--world", world, "--trace", seed]))?;
            Ok::<_, anyhow::Error>(said.lines().last().unwrap_or_default().to_owned())
        };
        let (debug, release) = (hash("debug")?, hash("release")?);
        if debug != release {
            bail!("seed {seed} of {world} tells {debug} in a debug build and {release} in release");
        }
    }
    println!("three seeds tell the same story in a debug and a release build");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(arguments: &[&str], expected: Option<(Option<u64>, Option<u64>, &str)>) {
        let read = Asked::read(arguments);
        let read = read.as_ref().map(|asked| {
            let seconds = asked.time.map(|time| time.as_secs());
            (seconds, asked.portions, asked.world.as_str())
        });
        assert_eq!(read, expected);
    }

    #[test]
    fn a_campaign_ends_after_some_time_or_some_seeds() {
        check(&["--hours", "1.5"], Some((Some(5_400), None, "standard")));
        check(
            &["--seeds", "1500", "--world", "pair"],
            Some((None, Some(2), "pair")),
        );
        check(&[], None);
        check(&["--hours", "-1"], None);
        check(&["--seeds", "0"], None);
        check(&["--days", "3"], None);
    }

    #[test]
    fn failing_seeds_are_read_out_of_what_the_simulator_says() {
        let said = "seed 7 of standard: ada lost bob-3\n     12 fault: disk full\nseeds 0..9 of standard: 8 passed\n";
        let expected = BTreeMap::from([(7, "ada lost bob-3".to_owned())]);
        assert_eq!(failures(said, "standard"), expected);
        assert_eq!(failures(said, "pair"), BTreeMap::new());
    }

    #[test]
    fn a_campaign_goes_on_where_the_last_one_ended_and_counts_by_commit() {
        let line = |commit, world, to, passed| json!({"commit": commit, "world": world, "to": to, "passed": passed});
        let record = [
            line("a", "standard", 2_000, 999),
            line("b", "standard", 3_000, 1_000),
            line("b", "pair", 9_000, 1_000),
            line("b", "standard", 4_000, 1_000),
        ];
        assert_eq!(next_seed(&record, "standard"), 4_000);
        assert_eq!(next_seed(&record, "circle"), 1_000);
        let expected = [("a".to_owned(), 999), ("b".to_owned(), 2_000)];
        assert_eq!(totals(&record, "standard"), BTreeMap::from(expected));
    }
}
