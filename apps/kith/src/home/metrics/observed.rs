//! What is looked up at the moment somebody asks: files, disk, the writer's queue, the process.

use home_store::{INBOXES_FILE, LOGS_FILE};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::Semaphore;

/// What there is to look at.
#[derive(Debug)]
pub(in crate::home) struct Observed {
    folder: PathBuf,
    /// The places of what waits for the writer, and how many there are in all.
    waiting: Arc<Semaphore>,
    waiting_places: usize,
    places: usize,
    started_s: f64,
}

impl Observed {
    /// Looks at a home's folder and at what waits for its writer, for which no place is taken yet.
    pub(in crate::home) fn new(folder: PathBuf, waiting: Arc<Semaphore>, places: usize) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            folder,
            waiting_places: waiting.available_permits(),
            waiting,
            places,
            started_s: now.map_or(0.0, |now| now.as_secs_f64()),
        }
    }

    /// Connections for which there is room.
    pub(in crate::home) fn places(&self) -> usize {
        self.places
    }

    /// The bytes of a file of the store and of what lies beside it until it is folded in.
    fn file_bytes(&self, name: &str) -> u64 {
        ["", "-wal"]
            .iter()
            .filter_map(|suffix| {
                std::fs::metadata(self.folder.join(format!("{name}{suffix}"))).ok()
            })
            .map(|file| file.len())
            .sum()
    }

    #[cfg(unix)]
    fn free_bytes(&self) -> Option<u64> {
        let disk = rustix::fs::statvfs(&self.folder).ok()?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    #[cfg(not(unix))]
    fn free_bytes(&self) -> Option<u64> {
        None
    }
}

impl Collector for Observed {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let mut gauge = |name: &str, help: &str, value: u64| {
            let value = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
            value.encode(encoder.encode_descriptor(name, help, None, MetricType::Gauge)?)
        };
        gauge(
            "kith_home_places",
            "Connections for which there is room",
            self.places as u64,
        )?;
        let waiting = self
            .waiting_places
            .saturating_sub(self.waiting.available_permits());
        let help = "Places taken by requests that wait for the writer; a long one takes several";
        gauge("kith_home_waiting_places", help, waiting as u64)?;
        for (name, file) in [
            ("kith_home_logs_file_bytes", LOGS_FILE),
            ("kith_home_inboxes_file_bytes", INBOXES_FILE),
        ] {
            let help = "Size of the file, with what is not yet folded into it";
            gauge(name, help, self.file_bytes(file))?;
        }
        if let Some(free) = self.free_bytes() {
            let help = "Room left to the home on the disk of its folder";
            gauge("kith_home_disk_free_bytes", help, free)?;
        }
        if let Some(resident) = resident_bytes() {
            let help = "Resident memory of the process";
            gauge("process_resident_memory_bytes", help, resident)?;
        }
        if let Some(open) = open_files() {
            gauge("process_open_fds", "Open file descriptors", open)?;
        }
        if let Some(most) = most_files() {
            let help = "The most file descriptors that the process may open";
            gauge("process_max_fds", help, most)?;
        }
        let started = ConstGauge::new(self.started_s);
        let help = "Unix time at which the process started, in seconds";
        let name = "process_start_time_seconds";
        started.encode(encoder.encode_descriptor(name, help, None, MetricType::Gauge)?)?;
        if let Some(seconds) = cpu_seconds() {
            let help = "Processor time of the process, in seconds";
            let seconds = ConstCounter::new(seconds);
            let name = "process_cpu_seconds";
            seconds.encode(encoder.encode_descriptor(name, help, None, MetricType::Counter)?)?;
        }
        Ok(())
    }
}

/// By the second number of /proc/self/statm, in pages.
#[cfg(target_os = "linux")]
fn resident_bytes() -> Option<u64> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = statm.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * rustix::param::page_size() as u64)
}

#[cfg(target_os = "linux")]
fn open_files() -> Option<u64> {
    Some(std::fs::read_dir("/proc/self/fd").ok()?.count() as u64)
}

#[cfg(not(target_os = "linux"))]
fn resident_bytes() -> Option<u64> {
    None
}

#[cfg(not(target_os = "linux"))]
fn open_files() -> Option<u64> {
    None
}

#[cfg(unix)]
fn most_files() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current
}

#[cfg(unix)]
fn cpu_seconds() -> Option<f64> {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let spent = std::time::Duration::try_from(spent).ok()?;
    Some(spent.as_secs_f64())
}

#[cfg(not(unix))]
fn most_files() -> Option<u64> {
    None
}

#[cfg(not(unix))]
fn cpu_seconds() -> Option<f64> {
    None
}
