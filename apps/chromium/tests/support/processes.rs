//! The processes of a browser and of what drives it: what still runs, and what it took.

use super::driver::{Driver, Group};
use super::waiting::wait_for;

impl Driver {
    /// Ends it and the browser without a chance to do anything, and waits for that.
    pub fn end(&mut self) {
        self.group.kill();
        let _ = self.process.wait();
        wait_for("the end of a browser", || {
            self.group.processes().is_empty().then_some(())
        });
    }
}

impl Group {
    /// Those that still run.
    pub fn processes(self) -> Vec<Process> {
        let all = std::fs::read_dir("/proc").unwrap().flatten();
        let ids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        let found = ids.filter_map(Process::read);
        found
            .filter(|one| one.group == self.0.as_raw_nonzero().get() && one.runs)
            .collect()
    }

    /// What they hold in memory, in bytes; what several share counts for each.
    pub fn resident_bytes(self) -> u64 {
        let pages: u64 = self.processes().iter().map(|one| one.resident_pages).sum();
        pages * rustix::param::page_size() as u64
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
    resident_pages: u64,
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
            resident_pages: ticks(21)?,
        })
    }
}
