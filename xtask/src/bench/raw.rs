//! The raw figures: one line of JSON for the run, then one for each measurement, appended as they come. From them
//! alone the table can be made, and a run that was cut off goes on.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::process::root;

use super::plan::Step;

/// What a file of raw figures holds.
#[derive(Debug, Clone, Default)]
pub struct Raw {
    /// When, where, with what.
    pub run: Value,
    /// Measurements that came to an end.
    pub measured: Vec<Value>,
    /// Those that did not, and have not been made since.
    pub failed: Vec<Value>,
}

/// A text by its name.
pub fn word<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str()
}

/// A number by its name.
pub fn number(value: &Value, name: &str) -> Option<f64> {
    value.get(name)?.as_f64()
}

/// The members of a list by its name; none: there is no such list.
pub fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

type Key = (String, u32, String, bool);

impl Raw {
    /// Reads the lines. One that was cut off at the end of the file counts for nothing.
    ///
    /// # Errors
    /// When a line before the last is no JSON.
    pub fn read(text: &str) -> Result<Self> {
        let mut raw = Self::default();
        let count = text.lines().count();
        for (index, line) in text.lines().enumerate() {
            let value: Value = match serde_json::from_str(line) {
                Ok(value) => value,
                Err(_) if index + 1 == count => break,
                Err(error) => return Err(error).context(format!("line {}", index + 1)),
            };
            match word(&value, "kind") {
                Some("run") => raw.run = value,
                Some("measured") => raw.measured.push(value),
                _ => raw.failed.push(value),
            }
        }
        let done = raw.done();
        raw.failed
            .retain(|line| key(line).is_some_and(|key| !done.contains(&key)));
        // What failed more than once is told once.
        let mut told = BTreeSet::new();
        raw.failed.retain(|line| told.insert(key(line)));
        Ok(raw)
    }

    /// Which steps need not be made again.
    pub fn done(&self) -> BTreeSet<Key> {
        self.measured.iter().filter_map(key).collect()
    }
}

fn key(line: &Value) -> Option<Key> {
    let medium = word(line, "medium")?.to_owned();
    let rep = u32::try_from(line.get("rep")?.as_u64()?).ok()?;
    let task = word(line, "task")?.to_owned();
    Some((medium, rep, task, line.get("long")?.as_bool()?))
}

/// A line about a step: its figures, or why there are none.
pub fn line(step: &Step, took_s: f64, outcome: &Result<Value>) -> Value {
    let (kind, name, value) = match outcome {
        Ok(figures) => ("measured", "figures", figures.clone()),
        Err(error) => ("failed", "error", json!(anywhere(&format!("{error:#}")))),
    };
    json!({
        "kind": kind,
        "medium": step.medium.name(),
        "rep": step.rep,
        "task": step.task,
        "long": step.long,
        "took_s": took_s.round(),
        name: value,
    })
}

/// What is said, without where this tree lies: the figures are kept in it.
fn anywhere(said: &str) -> String {
    said.replace(&format!("{}/", root().display()), "")
}

/// The file of a commit in this folder: the last that was begun, else a new one of today.
///
/// # Errors
/// When the folder cannot be read.
pub fn file_of(folder: &Path, commit: &str, today: &str) -> Result<PathBuf> {
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let end = format!("-{commit}.jsonl");
    let mut begun: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(&end) {
            begun.push(path);
        }
    }
    begun.sort();
    Ok(begun
        .pop()
        .unwrap_or_else(|| folder.join(format!("{today}{end}"))))
}

/// Appends a line, on the disk when this returns. What an earlier run was cut off in is cut away.
///
/// # Errors
/// When the file cannot be written.
pub fn append(path: &Path, line: &Value) -> Result<()> {
    let old = fs::read_to_string(path).unwrap_or_default();
    let whole = old.rfind('\n').map_or(0, |end| end + 1);
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    file.set_len(whole as u64)?;
    writeln!(file, "{line}")?;
    file.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::plan::Medium;
    use super::*;

    fn step(task: &str, rep: u32) -> Step {
        Step {
            medium: Medium::Disk,
            rep,
            task: task.to_owned(),
            long: false,
        }
    }

    #[test]
    fn a_run_that_was_cut_off_knows_what_is_done_and_makes_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let path = file_of(folder.path(), "abc", "2026-01-01").unwrap();
        append(&path, &json!({"kind": "run", "commit": "abc"})).unwrap();
        append(&path, &line(&step("kith", 1), 1.0, &Ok(json!({"x": 1})))).unwrap();
        let failed = Err(anyhow::anyhow!("no server"));
        append(&path, &line(&step("nats", 1), 1.0, &failed)).unwrap();
        let whole = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{whole}{{\"kind\":\"meas")).unwrap();
        let raw = Raw::read(&fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(raw.run["commit"], "abc");
        assert!(raw.done().contains(&step("kith", 1).key()));
        assert!(!raw.done().contains(&step("nats", 1).key()));
        assert_eq!(raw.failed.len(), 1);
        assert_eq!(raw.failed[0]["error"], "no server");

        append(&path, &line(&step("nats", 1), 1.0, &Ok(json!({"x": 2})))).unwrap();
        let raw = Raw::read(&fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!((raw.measured.len(), raw.failed.len()), (2, 0));
        let again = file_of(folder.path(), "abc", "2026-01-02").unwrap();
        assert_eq!(again, path);
        let other = file_of(folder.path(), "def", "2026-01-02").unwrap();
        assert!(other.ends_with("2026-01-02-def.jsonl"));
    }

    #[test]
    fn a_broken_line_in_the_middle_is_said() {
        let error = Raw::read("{\"kind\":\"run\"}\n{\"kin\n{}\n").unwrap_err();
        assert!(format!("{error:#}").starts_with("line 2"), "{error:#}");
    }

    #[test]
    fn what_failed_is_said_without_where_the_tree_lies() {
        let said = format!("no home in {}/target/x", root().display());
        assert_eq!(anywhere(&said), "no home in target/x");
    }
}
