//! `cargo xtask fuzz`: libFuzzer looks for bytes at which something does not hold, for each program in
//! `fuzz/fuzz_targets` in turn; one line for each. What is tried stands in `apps/fuzzing`, what is known
//! in `fuzz/corpus`. It needs cargo-fuzz, which no other check does.

use std::fs;
use std::path::Path;
use std::process::Output;

use anyhow::{Context as _, Result, bail};

use crate::metadata;
use crate::process;

/// Minutes for each target if nothing else is asked for.
const MINUTES: u64 = 2;
/// Lines of libFuzzer that are shown of one that failed.
const SHOWN_LINES: usize = 60;

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Asked {
    target: Option<String>,
    minutes: u64,
    keep: bool,
}

impl Asked {
    /// Reads the arguments; none if they are not as they should be.
    pub fn read(arguments: &[&str]) -> Option<Self> {
        let mut asked = Self {
            target: None,
            minutes: MINUTES,
            keep: false,
        };
        let mut rest = arguments.iter();
        while let Some(option) = rest.next() {
            match *option {
                "--target" => asked.target = Some((*rest.next()?).to_owned()),
                "--minutes" => {
                    asked.minutes = rest.next()?.parse().ok().filter(|minutes| *minutes > 0)?;
                }
                "--keep" => asked.keep = true,
                _ => return None,
            }
        }
        Some(asked)
    }
}

/// What libFuzzer says of a run.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    executions: u64,
    edges: u64,
    inputs: u64,
}

impl Told {
    fn read(printed: &str) -> Self {
        let mut told = Self::default();
        for line in printed.lines() {
            if let Some(number) = line.strip_prefix("stat::number_of_executed_units:") {
                told.executions = number.trim().parse().unwrap_or(0);
            }
            // #1024 NEW cov: 512 ft: 900 corp: 17/4096b …
            let mut words = line.split_whitespace();
            while let Some(word) = words.next() {
                match word {
                    "cov:" => told.edges = number(words.next()).unwrap_or(told.edges),
                    "corp:" => told.inputs = number(words.next()).unwrap_or(told.inputs),
                    _ => {}
                }
            }
        }
        told
    }
}

fn number(word: Option<&str>) -> Option<u64> {
    word?.split('/').next()?.parse().ok()
}

/// Fuzzes each target, or the one that is asked for.
///
/// # Errors
/// When there is no cargo-fuzz, a program does not build, or something was found.
pub fn run(asked: &Asked) -> Result<()> {
    if process::output(&mut process::cargo(["fuzz", "--version"])).is_err() {
        bail!("cargo-fuzz is not installed; `cargo install cargo-fuzz --locked` installs it");
    }
    let targets = targets()?;
    let chosen: Vec<&String> = targets
        .iter()
        .filter(|name| asked.target.as_ref().is_none_or(|one| one == *name))
        .collect();
    if chosen.is_empty() {
        bail!("there is no such target; there are {}", targets.join(", "));
    }
    let folders = metadata::workspace()?.target_directory.join("fuzz");
    for name in chosen {
        one(name, &folders.join(name), asked)?;
    }
    Ok(())
}

fn targets() -> Result<Vec<String>> {
    let folder = process::root().join("fuzz/fuzz_targets");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        names.extend(path.file_stem().map(|stem| stem.to_string_lossy().into()));
    }
    names.sort();
    Ok(names)
}

fn one(name: &str, folder: &Path, asked: &Asked) -> Result<()> {
    corpus("unpack", name, folder)?;
    let seconds = format!("-max_total_time={}", asked.minutes * 60);
    let mut command = fuzz("run", name, folder);
    command.args([
        "--",
        &seconds,
        "-print_final_stats=1",
        "-timeout=120",
        "-rss_limit_mb=4096",
    ]);
    let words = process::root().join("fuzz/dictionaries").join(name);
    if words.is_file() {
        command.arg(format!("-dict={}", words.display()));
    }
    let shown = process::shown(&command);
    let output = command
        .output()
        .with_context(|| format!("`{shown}` could not be started"))?;
    let printed = printed(&output);
    let told = Told::read(&printed);
    println!(
        "fuzz {name}: {} executions, {} edges, {} inputs",
        told.executions, told.edges, told.inputs
    );
    if !output.status.success() {
        let lines: Vec<&str> = printed.lines().collect();
        let last = lines.len().saturating_sub(SHOWN_LINES);
        let last = lines.get(last..).unwrap_or_default().join("\n");
        bail!("{last}\n`{shown}` found something; fuzz/artifacts/{name} has the bytes");
    }
    if told.executions == 0 {
        bail!("`{shown}` tried nothing");
    }
    if asked.keep {
        keep(name, folder)?;
    }
    Ok(())
}

/// Keeps what is kept, which something was found with or may be again, and the fewest inputs that reach
/// as much more as all. How often something is reached does not count: that would keep hundreds.
fn keep(name: &str, folder: &Path) -> Result<()> {
    let fewest = folder.with_extension("kept");
    let _ = fs::remove_dir_all(&fewest);
    corpus("unpack", name, &fewest)?;
    let mut command = fuzz("run", name, &fewest);
    process::run(
        command
            .arg(folder)
            .args(["--", "-set_cover_merge=1", "-use_counters=0"]),
    )?;
    corpus("pack", name, &fewest)
}

/// Without a sanitizer: there is no unsafe code of ours to watch, and so the stable toolchain will do.
fn fuzz(act: &str, name: &str, folder: &Path) -> std::process::Command {
    let mut command = process::cargo(["fuzz", act, "--fuzz-dir", "fuzz", "--sanitizer", "none"]);
    command.arg(name).arg(folder);
    command
}

fn corpus(act: &str, name: &str, folder: &Path) -> Result<()> {
    let mut command = process::cargo(["run", "--quiet", "--package", "fuzzing", "--", act, name]);
    process::run(command.arg(folder))
}

fn printed(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&both).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(arguments: &[&str], expected: Option<(Option<&str>, u64, bool)>) {
        let expected = expected.map(|(target, minutes, keep)| Asked {
            target: target.map(str::to_owned),
            minutes,
            keep,
        });
        assert_eq!(Asked::read(arguments), expected);
    }

    #[test]
    fn fuzzing_is_asked_for_with_a_target_and_minutes_or_without() {
        check(&[], Some((None, 2, false)));
        check(&["--keep", "--minutes", "7"], Some((None, 7, true)));
        check(&["--target", "home"], Some((Some("home"), 2, false)));
        for wrong in [
            &["--target"][..],
            &["--minutes", "0"],
            &["--minutes"],
            &["home"],
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn the_last_word_of_libfuzzer_counts() {
        let printed = "#2\tINITED cov: 100 ft: 200 corp: 3/40b exec/s: 0 rss: 50Mb\n\
                       #999\tDONE   cov: 512 ft: 900 corp: 17/4096b lim: 40 exec/s: 9\n\
                       stat::number_of_executed_units: 999\nstat::peak_rss_mb: 50\n";
        let expected = Told {
            executions: 999,
            edges: 512,
            inputs: 17,
        };
        assert_eq!(Told::read(printed), expected);
    }
}
