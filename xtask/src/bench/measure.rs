//! One measurement as a process of its own, ended with all that it started if it does not end by itself.

use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::plan::{HOME, IDLE, IDLE_WITH_ACCOUNTS, LONG_ENTRIES, OWN, PAIRS, Step};
use crate::built::target_folder;
use crate::process;

/// How often it is looked whether a measurement has ended.
const LOOKING: Duration = Duration::from_millis(100);

/// The command of a step.
pub fn command(step: &Step, secs: f64, folder: &Path) -> Command {
    let release = target_folder().join("release");
    let secs = secs.to_string();
    let task = step.task.as_str();
    let mut command = if task == HOME || OWN.contains(&task) {
        let mut command = process::command(release.join("kith"));
        let name = if task == HOME { "home" } else { task };
        command.args(["--json", "bench", name]);
        command
    } else {
        let mut command = process::command(release.join("bench-peers"));
        command.args(["measure", task]);
        command
    };
    command.arg("--folder").arg(folder);
    if !["append", "cold-start", "blob"].contains(&task) {
        command.args(["--secs", &secs]);
    } else if step.long {
        command.args(["--entries", &LONG_ENTRIES.to_string()]);
    }
    if !OWN.contains(&task) {
        let idle = match task {
            _ if !step.is_whole() => 0,
            HOME | "relay" => IDLE,
            _ => IDLE_WITH_ACCOUNTS,
        };
        command.args(["--idle", &idle.to_string()]);
        command.args(["--pairs", &PAIRS.to_string()]);
        if !step.is_whole() {
            command.arg("--no-syncs");
        }
    }
    command
}

/// Runs a measurement; its figures.
///
/// # Errors
/// When it fails, prints something else than one JSON object, or takes longer than `patience`.
pub fn run(command: &mut Command, patience: Duration) -> Result<Value> {
    let name = process::shown(command);
    let folder = tempfile::tempdir()?;
    let (figures, complaints) = (folder.path().join("out"), folder.path().join("err"));
    let mut child = command
        .stdin(Stdio::null())
        .stdout(File::create(&figures)?)
        .stderr(File::create(&complaints)?)
        // With the servers that it starts.
        .process_group(0)
        .spawn()
        .with_context(|| format!("`{name}` could not be started"))?;
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if started.elapsed() > patience {
            break None;
        }
        std::thread::sleep(LOOKING);
    };
    // A server that outlives its measurement would disturb the next.
    let group = format!("-{}", child.id());
    process::succeeds(Command::new("kill").args(["-KILL", "--", &group]));
    let Some(status) = status else {
        child.wait()?;
        bail!("`{name}` did not end within {} s", patience.as_secs());
    };
    let said = std::fs::read_to_string(&complaints).unwrap_or_default();
    if !status.success() {
        bail!(
            "{}",
            said.trim().lines().last().unwrap_or("it said nothing")
        );
    }
    let text = std::fs::read_to_string(&figures)?;
    serde_json::from_str(text.trim()).with_context(|| format!("`{name}` printed no JSON"))
}

#[cfg(test)]
mod tests {
    use super::super::plan::Medium;
    use super::*;

    #[track_caller]
    fn check(task: &str, rep: u32, long: bool, expected: &str) {
        let step = Step {
            medium: Medium::Disk,
            rep,
            task: task.to_owned(),
            long,
        };
        let command = command(&step, 6.0, Path::new("/d"));
        assert_eq!(process::shown(&command), expected);
    }

    #[test]
    fn each_task_has_its_command() {
        check(
            "kith",
            1,
            false,
            "kith --json bench home --folder /d --secs 6 --idle 10000 --pairs 100",
        );
        check(
            "nats",
            2,
            false,
            "bench-peers measure nats --folder /d --secs 6 --idle 0 --pairs 100 --no-syncs",
        );
        check("append", 1, false, "kith --json bench append --folder /d");
        check("blob", 1, false, "kith --json bench blob --folder /d");
        check(
            "append",
            1,
            true,
            "kith --json bench append --folder /d --entries 10000000",
        );
        check(
            "quiet",
            3,
            false,
            "kith --json bench quiet --folder /d --secs 6",
        );
    }

    fn bash(script: &str) -> Command {
        let mut command = process::command("bash");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_measurement_gives_figures_or_says_why_not() {
        let patience = Duration::from_secs(60);
        let figures = run(&mut bash("echo '{\"a\": 1}'"), patience).unwrap();
        assert_eq!(figures["a"], 1);
        let error = run(&mut bash("echo first >&2; echo last >&2; exit 1"), patience);
        assert_eq!(error.unwrap_err().to_string(), "last");
        assert!(run(&mut bash("echo words"), patience).is_err());
    }

    #[test]
    fn a_measurement_that_hangs_is_ended_with_what_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let pid = folder.path().join("pid");
        let script = format!("sleep 1000 & echo $! > {}; wait", pid.display());
        let error = run(&mut bash(&script), Duration::from_secs(3));
        assert!(error.unwrap_err().to_string().contains("did not end"));
        let pid = std::fs::read_to_string(&pid).unwrap();
        let state = || std::fs::read_to_string(format!("/proc/{}/stat", pid.trim()));
        let asked = Instant::now();
        // What nobody waits for may stay as a name for a moment.
        while state().is_ok_and(|stat| !stat.contains(") Z ")) {
            assert!(asked.elapsed() < Duration::from_secs(60), "it runs on");
            std::thread::sleep(LOOKING);
        }
    }
}
