//! A server's processes, seen from outside: processor time, memory, files.

use crate::error::LoadError;
use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a server may take to listen.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a server may take to end when it is asked to.
const ENDING: Duration = Duration::from_secs(8);
/// How often it is looked whether a server listens or has ended.
const LOOKING: Duration = Duration::from_millis(2);
/// Ticks of the processor's clock in a second, on every Linux.
const TICKS_PER_S: f64 = 100.0;

/// Processor seconds that the processes have used, user and system.
pub fn cpu_s(processes: &[u32]) -> f64 {
    let ticks = |process: &u32| {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        let (_, after_name) = stat.rsplit_once(')')?;
        let mut fields = after_name.split_whitespace().skip(11);
        let user: f64 = fields.next()?.parse().ok()?;
        let system: f64 = fields.next()?.parse().ok()?;
        Some(user + system)
    };
    processes.iter().filter_map(ticks).sum::<f64>() / TICKS_PER_S
}

/// Resident memory of the processes, in KiB.
pub fn resident_kib(processes: &[u32]) -> u64 {
    status_kib(processes, "VmRSS")
}

/// The most resident memory that the processes ever had, in KiB.
pub fn peak_resident_kib(processes: &[u32]) -> u64 {
    status_kib(processes, "VmHWM")
}

fn status_kib(processes: &[u32], name: &str) -> u64 {
    let one = |process: &u32| {
        let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    processes.iter().filter_map(one).sum()
}

/// Bytes of all files in a folder.
pub fn file_bytes(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else {
        return 0;
    };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(data) if data.is_dir() => file_bytes(&entry.path()),
            Ok(data) => data.len(),
            Err(_) => 0,
        })
        .sum()
}

/// A server that runs until this is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// From its start until it took connections.
    pub cold_start: Duration,
}

impl Server {
    /// Starts a program and waits until it listens; its output goes to a file in `folder`.
    ///
    /// # Errors
    /// [`LoadError::Start`], [`LoadError::NoServer`], [`LoadError::System`].
    pub fn start(mut command: Command, folder: &Path, port: u16) -> Result<Self, LoadError> {
        let program = command.get_program().to_string_lossy().into_owned();
        let said: PathBuf = folder.join("output");
        let file = || {
            File::options()
                .append(true)
                .create(true)
                .open(&said)
                .map_err(LoadError::system("the server's output"))
        };
        command
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(file()?)
            .stderr(file()?);
        let started = Instant::now();
        let child = command.spawn().map_err(|source| LoadError::Start {
            program: program.clone(),
            source,
        })?;
        let mut server = Self {
            child,
            cold_start: Duration::ZERO,
        };
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        loop {
            if TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok() {
                server.cold_start = started.elapsed();
                return Ok(server);
            }
            let ended = !matches!(server.child.try_wait(), Ok(None));
            if ended || started.elapsed() > PATIENCE {
                let said = fs::read_to_string(&said).unwrap_or_default();
                return Err(LoadError::NoServer {
                    program,
                    waited: started.elapsed(),
                    said: said
                        .chars()
                        .rev()
                        .take(500)
                        .collect::<Vec<_>>()
                        .iter()
                        .rev()
                        .collect(),
                });
            }
            std::thread::sleep(LOOKING);
        }
    }

    /// Its processes, children included.
    pub fn processes(&self) -> Vec<u32> {
        let mut found = vec![self.child.id()];
        let mut at = 0;
        while let Some(parent) = found.get(at).copied() {
            found.extend(children(parent));
            at += 1;
        }
        found
    }
}

impl Server {
    /// Ends it with its children; does nothing if it has ended.
    pub fn stop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        for process in self.processes().into_iter().rev() {
            if let Some(id) = i32::try_from(process)
                .ok()
                .and_then(rustix::process::Pid::from_raw)
            {
                // It may have ended by itself.
                let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
            }
        }
        let asked = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) {
            if asked.elapsed() > ENDING {
                let _ = self.child.kill();
                let _ = self.child.wait();
                return;
            }
            std::thread::sleep(LOOKING);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn children(parent: u32) -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let is_child = |process: &u32| {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        after_name.split_whitespace().nth(1) == Some(&parent.to_string())
    };
    let name = |entry: std::io::Result<fs::DirEntry>| entry.ok()?.file_name().into_string().ok();
    entries
        .filter_map(name)
        .filter_map(|name| name.parse().ok())
        .filter(is_child)
        .collect()
}

/// A port on loopback that nobody listens at.
///
/// # Errors
/// [`LoadError::System`].
pub fn free_port() -> Result<u16, LoadError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    listener
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(LoadError::system("a free port"))
}
