//! The program that drives a browser, and ends with it.

use rustix::process::{Pid, Signal, kill_process_group};
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

const MISSING: &str = "these tests need chromium and chromedriver; on Debian: apt-get install --yes chromium chromium-driver";

/// With its browser it is one group of processes, which ends with it.
pub struct Driver {
    pub(super) process: Child,
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
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.group.kill();
        let _ = self.process.wait();
    }
}

/// The driver's and its browser's processes.
#[derive(Debug, Clone, Copy)]
pub struct Group(pub(super) Pid);

impl Group {
    /// Ends them without a chance to do anything.
    pub fn kill(self) {
        // They may be gone.
        let _ = kill_process_group(self.0, Signal::KILL);
    }
}
