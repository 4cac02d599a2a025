//! How often a server asks the disk to keep what it wrote, counted by `strace`; and how long the disk
//! takes, so that two runs can be told apart by their disk.

use crate::error::LoadError;
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long `strace` gets to attach itself and to write what it saw.
const SETTLING: Duration = Duration::from_millis(800);
/// Writes of the probe.
pub(crate) const PROBES: u64 = 60;
/// Writes of the probe before each load, which is not to keep the server waiting for long.
pub(crate) const PROBES_BEFORE_A_LOAD: u64 = 20;
const PAGE: usize = 4096;

/// Counts the syncs of processes until it is asked how many there were.
#[derive(Debug)]
pub(crate) struct Syncs {
    strace: Child,
    file: PathBuf,
}

impl Syncs {
    /// None where `strace` cannot be had: the figure is left out then.
    pub(crate) fn watch(processes: &[u32], folder: &Path) -> Option<Self> {
        let file = folder.join("syncs");
        let mut command = Command::new("strace");
        command.args([
            "-f",
            "-qq",
            "-e",
            "trace=fsync,fdatasync,sync_file_range,msync,syncfs",
            "-e",
            "signal=none",
        ]);
        command.arg("-o").arg(&file);
        for process in processes {
            command.arg("-p").arg(process.to_string());
        }
        let mut strace = command.stderr(Stdio::null()).spawn().ok()?;
        std::thread::sleep(SETTLING);
        // One that may not watch has ended, and would have counted nothing.
        let watches = strace.try_wait().is_ok_and(|ended| ended.is_none());
        watches.then_some(Self { strace, file })
    }

    /// How many there were.
    pub(crate) fn count(mut self) -> Option<u64> {
        std::thread::sleep(SETTLING);
        let id = i32::try_from(self.strace.id())
            .ok()
            .and_then(Pid::from_raw)?;
        kill_process(id, Signal::INT).ok()?;
        self.strace.wait().ok()?;
        let said = fs::read_to_string(&self.file).ok()?;
        u64::try_from(counted(&said)).ok()
    }
}

impl Drop for Syncs {
    /// After an error nobody asks how many there were.
    fn drop(&mut self) {
        let _ = self.strace.kill();
        let _ = self.strace.wait();
    }
}

/// How many calls it told of. One that another thread came in between has a second line for its end.
fn counted(said: &str) -> usize {
    let calls = said.lines().filter(|line| line.contains("sync"));
    calls.filter(|line| !line.contains(" resumed>")).count()
}

/// The median time in which a disk keeps one page, in milliseconds, out of so many.
pub(crate) fn sync_ms(folder: &Path, probes: u64) -> Result<f64, LoadError> {
    let path = folder.join("probe");
    let probe = || -> std::io::Result<f64> {
        let file = File::create(&path)?;
        file.write_all_at(&vec![b'x'; PAGE * probes as usize], 0)?;
        file.sync_all()?;
        let mut times = Vec::new();
        for at in 0..probes {
            file.write_all_at(&[b'y'; PAGE], at * PAGE as u64)?;
            let started = Instant::now();
            file.sync_data()?;
            times.push(started.elapsed().as_secs_f64() * 1e3);
        }
        fs::remove_file(&path)?;
        times.sort_by(f64::total_cmp);
        Ok(times.get(times.len() / 2).copied().unwrap_or_default())
    };
    probe().map_err(LoadError::system("the disk's probe"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_another_came_in_between_is_one() {
        let said =
            "7 fdatasync(5 <unfinished ...>\n8 fsync(6)  = 0\n7 <... fdatasync resumed>)  = 0\n";
        assert_eq!(counted(said), 2);
    }
}
