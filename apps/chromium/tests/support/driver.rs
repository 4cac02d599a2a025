//! The program that drives a browser, and the processes of both.

use rustix::process::{Pid, Signal, kill_process_group};
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

use super::wait_for;

const MISSING: &str = "these tests need chromium and chromedriver; on Debian: apt-get install --yes chromium chromium-driver";

/// With its browser it is one group of processes, which ends with it.
pub struct Driver {
    process: Child,
    pub group: Group,
    /// Where it is asked.
    pub url: String,
}

impl Driver {
    /// Starts it at a free port.
    pub fn start() -> Self {
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .process_group(0)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect(MISSING);
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = lines
            .find_map(|line| {
                let line = line.unwrap();
                let port = line.strip_suffix('.')?.rsplit_once("on port ")?.1;
                port.parse::<u16>().ok()
            })
            .expect("chromedriver says at which port it is");
        // It goes on writing.
        std::thread::spawn(move || lines.for_each(drop));
        let url = format!("http://localhost:{port}");
        let id = i32::try_from(process.id()).unwrap();
        let group = Group(Pid::from_raw(id).unwrap());
        Self {
            process,
            group,
            url,
        }
    }

    /// Ends it and the browser without a chance to do anything, and waits for that.
    pub fn end(&mut self) {
        self.group.kill();
        let _ = self.process.wait();
        wait_for("the end of a browser", || {
            self.group.processes().is_empty().then_some(())
        });
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.group.kill();
        let _ = self.process.wait();
    }
}

/// The driver's and its browser's processes.
#[derive(Debug, Clone, Copy)]
pub struct Group(Pid);

impl Group {
    /// Ends them without a chance to do anything.
    pub fn kill(self) {
        // They may be gone.
        let _ = kill_process_group(self.0, Signal::KILL);
    }

    /// Those that still run.
    pub fn processes(self) -> Vec<Process> {
        let all = std::fs::read_dir("/proc").unwrap().flatten();
        let ids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        let found = ids.filter_map(Process::read);
        found
            .filter(|one| one.group == self.0.as_raw_nonzero().get() && one.runs)
            .collect()
    }

    /// What they took of all cores since they began, in seconds.
    pub fn cpu_seconds(self) -> f64 {
        let per_second = rustix::param::clock_ticks_per_second() as f64;
        let ticks: u64 = self.processes().iter().map(|one| one.cpu_ticks).sum();
        ticks as f64 / per_second
    }
}

/// One process, as the system tells of it (proc(5), /proc/PID/stat).
#[derive(Debug)]
pub struct Process {
    group: i32,
    /// Not one that has ended and that nobody asked about yet.
    runs: bool,
    cpu_ticks: u64,
}

impl Process {
    fn read(id: i32) -> Option<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        let after_name: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = |place: usize| after_name.get(place)?.parse::<u64>().ok();
        Some(Self {
            group: after_name.get(2)?.parse().ok()?,
            runs: *after_name.first()? != "Z",
            cpu_ticks: ticks(11)? + ticks(12)?,
        })
    }
}
