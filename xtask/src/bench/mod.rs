//! `cargo xtask bench`: a home and the peers that are installed under the same loads, in turns, on disk and in
//! memory; raw figures and the table made of them go to docs/bench. Nothing is installed here: what is missing is
//! said, with the line to type.

mod asked;
mod figures;
mod goals;
mod machine;
mod measure;
mod own;
mod plan;
mod raw;
mod table;
pub mod web;

pub use asked::Asked;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::built::{commit, target_folder};
use crate::process;
use plan::{HOME, Medium, OWN, Step};
use raw::{Raw, number, word};

/// Where tables and raw figures lie, from the root.
const FOLDER: &str = "docs/bench";
/// A step may take so many times what is estimated, and a while more.
const PATIENCE: f64 = 4.0;
const PATIENCE_MORE_S: f64 = 120.0;

/// Measures what has not been measured of this commit yet, and writes the table.
///
/// # Errors
/// When something cannot be built or written, or when a name is not known. What cannot be measured is told in the
/// table and at the end.
pub fn run(asked: &Asked) -> Result<()> {
    if let Some(file) = &asked.table {
        return write_table(file);
    }
    println!("building for release");
    let build = [
        "build",
        "--release",
        "--package",
        "kith",
        "--package",
        "bench",
    ];
    process::run(&mut process::cargo(build))?;
    let peers = peers()?;
    let tasks = tasks(&peers, &asked.only)?;
    let folders = Folders::new(asked)?;
    let today = process::output(Command::new("date").args(["-u", "+%F"]))?;
    let commit = commit()?;
    let file = process::root().join(FOLDER).join("raw");
    let file = raw::file_of(&file, &commit, today.trim())?;
    begin(&file, asked, &commit, today.trim(), &peers, &folders)?;
    let done = read(&file)?.done();
    let mut left = plan::steps(&tasks, asked.reps, asked.long);
    left.retain(|step| !done.contains(&step.key()));
    measure_all(&left, asked.secs, &folders, &file)?;
    write_table(&file)?;
    let failed = read(&file)?.failed.len();
    if failed > 0 {
        bail!(
            "{failed} measurements failed; the table says which, and the same command tries them again"
        );
    }
    Ok(())
}

fn measure_all(steps: &[Step], secs: f64, folders: &Folders, file: &Path) -> Result<()> {
    let total_s: f64 = steps.iter().map(|step| plan::estimate_s(step, secs)).sum();
    println!(
        "{} measurements, about {} in all",
        steps.len(),
        minutes(total_s)
    );
    let mut left_s = total_s;
    for (index, step) in steps.iter().enumerate() {
        let estimate_s = plan::estimate_s(step, secs);
        println!(
            "{}/{}: {} on {}, repetition {}{}; about {} left",
            index + 1,
            steps.len(),
            step.task,
            step.medium,
            step.rep,
            if step.long { ", long" } else { "" },
            minutes(left_s),
        );
        let patience = Duration::from_secs_f64(estimate_s * PATIENCE + PATIENCE_MORE_S);
        let started = Instant::now();
        let folder = folders.of(step.medium);
        let outcome = measure::run(&mut measure::command(step, secs, folder), patience);
        if let Err(error) = &outcome {
            println!("failed: {error:#}");
        }
        let took_s = started.elapsed().as_secs_f64();
        raw::append(file, &raw::line(step, took_s, &outcome))?;
        folders.empty()?;
        left_s -= estimate_s;
    }
    Ok(())
}

fn minutes(seconds: f64) -> String {
    if seconds < 100.0 {
        format!("{seconds:.0} s")
    } else {
        format!("{:.0} min", seconds / 60.0)
    }
}

/// The peers, one description each, as the program that knows them tells.
fn peers() -> Result<Vec<Value>> {
    let program = target_folder().join("release").join("bench-peers");
    let said = process::output(process::command(program).arg("peers"))?;
    let peers: Result<Vec<Value>, _> = said.lines().map(serde_json::from_str).collect();
    let peers = peers.context("bench-peers printed no JSON")?;
    for peer in peers.iter().filter(|peer| word(peer, "version").is_none()) {
        let told = |name| word(peer, name).unwrap_or_default();
        println!(
            "{} is not installed; type: {}",
            told("peer"),
            told("install")
        );
    }
    Ok(peers)
}

/// What is to be measured of what can be.
fn tasks(peers: &[Value], only: &[String]) -> Result<Vec<String>> {
    let names = peers.iter().filter_map(|peer| word(peer, "peer"));
    let known: Vec<&str> = [HOME].into_iter().chain(names).chain(OWN).collect();
    if let Some(unknown) = only.iter().find(|name| !known.contains(&name.as_str())) {
        bail!(
            "{unknown} cannot be measured; what can is {}",
            known.join(", ")
        );
    }
    let missing = |name: &str| {
        let mut missing = peers.iter().filter(|peer| word(peer, "version").is_none());
        missing.any(|peer| word(peer, "peer") == Some(name))
    };
    let wanted = |name: &str| only.is_empty() || only.iter().any(|only| only == name);
    let tasks = known
        .into_iter()
        .filter(|name| wanted(name) && !missing(name));
    Ok(tasks.map(str::to_owned).collect())
}

/// Writes the first line, unless there is one; then what is asked for must be the same as what was.
fn begin(
    file: &Path,
    asked: &Asked,
    commit: &str,
    today: &str,
    peers: &[Value],
    folders: &Folders,
) -> Result<()> {
    let begun = if file.is_file() {
        read(file)?.run
    } else {
        Value::Null
    };
    if begun.is_null() {
        let line = json!({
            "kind": "run",
            "commit": commit,
            "date": today,
            "reps": asked.reps,
            "secs": asked.secs,
            "load": machine::load(),
            "machine": machine::describe(&folders.disk, &folders.memory),
            "peers": peers,
        });
        return raw::append(file, &line);
    }
    println!("going on with {}", file.display());
    let secs = number(&begun, "secs").unwrap_or_default();
    if secs != asked.secs {
        bail!(
            "{} was begun with --secs {}; go on with the same or move it away",
            file.display(),
            secs,
        );
    }
    Ok(())
}

/// Where data lie meanwhile: folders of our own, made anew and removed at the end.
struct Folders {
    disk: PathBuf,
    memory: PathBuf,
}

impl Folders {
    fn new(asked: &Asked) -> Result<Self> {
        let disk = asked.disk.clone().unwrap_or_else(target_folder);
        let memory = asked.memory.clone().unwrap_or_else(|| "/dev/shm".into());
        for (is_memory, option, folder) in [(false, "--disk", &disk), (true, "--memory", &memory)] {
            let found = fs::canonicalize(folder).with_context(|| {
                format!("{} is not there; name one by {option}", folder.display())
            })?;
            if machine::is_in_memory(&found) != is_memory {
                let kind = if is_memory { "memory" } else { "disk" };
                bail!(
                    "{} is not on a {kind}; name one by {option}",
                    folder.display()
                );
            }
        }
        let folders = Self {
            disk: fs::canonicalize(disk)?.join("kith-bench"),
            memory: fs::canonicalize(memory)?.join("kith-bench"),
        };
        folders.empty()?;
        Ok(folders)
    }

    fn of(&self, medium: Medium) -> &Path {
        match medium {
            Medium::Disk => &self.disk,
            Medium::Memory => &self.memory,
        }
    }

    fn empty(&self) -> Result<()> {
        for folder in [&self.disk, &self.memory] {
            // It is not there the first time.
            let _ = fs::remove_dir_all(folder);
            fs::create_dir_all(folder)?;
        }
        Ok(())
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        for folder in [&self.disk, &self.memory] {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

fn read(file: &Path) -> Result<Raw> {
    let text = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    Raw::read(&text).with_context(|| format!("reading {}", file.display()))
}

/// Writes the table of raw figures.
fn write_table(file: &Path) -> Result<()> {
    let raw = read(file)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let path = process::root().join(FOLDER).join("results.md");
    fs::write(&path, table::markdown(&raw, &format!("raw/{name}")))?;
    println!("the table is in {}", path.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(only: &[&str]) -> Result<Vec<String>> {
        let peers = [
            json!({"peer": "relay", "version": "1"}),
            json!({"peer": "nats", "version": null}),
        ];
        let only: Vec<String> = only.iter().map(|name| (*name).to_owned()).collect();
        tasks(&peers, &only)
    }

    #[test]
    fn what_is_not_installed_is_not_measured_and_what_is_not_known_is_refused() {
        let all = [
            "kith",
            "relay",
            "append",
            "cold-start",
            "quiet",
            "latency",
            "blob",
        ];
        assert_eq!(names(&[]).unwrap(), all);
        assert_eq!(names(&["nats", "kith"]).unwrap(), ["kith"]);
        let error = names(&["irc"]).unwrap_err().to_string();
        assert!(
            error.starts_with("irc cannot be measured; what can is kith, relay"),
            "{error}"
        );
    }

    #[test]
    fn a_folder_of_the_wrong_kind_is_refused() {
        let mut asked = Asked::read(&[]).unwrap();
        asked.disk = Some("/dev/shm".into());
        let error = Folders::new(&asked).err().unwrap().to_string();
        assert_eq!(error, "/dev/shm is not on a disk; name one by --disk");
        asked.disk = Some("/nowhere".into());
        let error = Folders::new(&asked).err().unwrap().to_string();
        assert_eq!(error, "/nowhere is not there; name one by --disk");
    }
}
