//! A running `kith home`.

use serde_json::Value;
use std::fs::OpenOptions;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

use super::said::{Running, Said};
use super::{kith, wait_for};

/// How often a home tries to get its port back: another test may have it for a moment.
const TRIES: usize = 100;

pub struct Home {
    child: Child,
    /// Goes with the home.
    _folder: TempDir,
    start: Start,
    pub address: String,
    pub url: String,
}

/// How the process is started, each time.
struct Start {
    /// The folder with its data.
    data: PathBuf,
    /// Where it writes its standard error.
    stderr: PathBuf,
    open: bool,
    environment: Vec<(String, String)>,
}

impl Home {
    /// A home that takes everybody, on a free port.
    pub fn open() -> Self {
        Self::begin(true, None, &[])
    }

    /// A home that wants invitations.
    pub fn closed() -> Self {
        Self::begin(false, None, &[])
    }

    /// An open home that logs all it can.
    pub fn talkative() -> Self {
        Self::begin(true, None, &[("RUST_LOG".into(), "trace".into())])
    }

    /// An open home with its data in this folder.
    pub fn open_in(data: &Path) -> Self {
        Self::begin(true, Some(data), &[])
    }

    /// An open home whose process is told this by its environment, each time.
    pub fn open_with(environment: &[(String, String)]) -> Self {
        Self::begin(true, None, environment)
    }

    fn begin(open: bool, data: Option<&Path>, environment: &[(String, String)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let start = Start {
            data: data.map_or_else(|| folder.path().join("data"), Path::to_owned),
            stderr: folder.path().join("stderr"),
            open,
            environment: environment.to_vec(),
        };
        let (child, announced) = start.spawn("127.0.0.1:0").unwrap();
        let address = announced["listening"].as_str().unwrap().to_owned();
        let url = announced["url"].as_str().unwrap().to_owned();
        assert_eq!(announced["open"], open);
        Self {
            child,
            _folder: folder,
            start,
            address,
            url,
        }
    }

    /// The folder with its data.
    pub fn data(&self) -> PathBuf {
        self.start.data.clone()
    }

    /// What it wrote to standard error since it first started.
    pub fn logged(&self) -> Vec<u8> {
        std::fs::read(&self.start.stderr).unwrap()
    }

    /// Ends the process without a chance to do anything.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Whether it runs.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Asks the process to end, and waits for that.
    pub fn stop(&mut self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(sent.success());
        assert_eq!(self.ended(), Some(0));
    }

    /// The exit code with which it ends by itself; none if a signal ended it.
    pub fn ended(&mut self) -> Option<i32> {
        let status = wait_for("the end of the home", || self.child.try_wait().unwrap());
        status.code()
    }

    /// Comes back at the same address, with what it has.
    pub fn come_back(&mut self) {
        for _ in 0..TRIES {
            if let Some((child, _)) = self.start.spawn(&self.address) {
                self.child = child;
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("the home does not get {} back", self.address);
    }

    /// As [`Home::come_back`], but once; whether it runs.
    pub fn tries_to_come_back(&mut self) -> bool {
        match self.start.spawn(&self.address) {
            Some((child, _)) => {
                self.child = child;
                true
            }
            None => false,
        }
    }

    /// Comes back at the same address as another home: with nothing, not even its key.
    pub fn come_back_empty(&mut self) {
        self.kill();
        std::fs::remove_dir_all(self.data()).unwrap();
        self.come_back();
    }

    /// `kith home invite` beside the running home.
    pub fn invite(&self, arguments: &[&str]) -> Said {
        let mut command = kith();
        command.args(["--json", "home", "invite", "--data"]);
        command.arg(self.data()).args(arguments);
        Running::start(command, b"").said()
    }

    /// How many entries lie in its logs.
    pub fn entries(&self) -> u64 {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let file = self.data().join("logs.sqlite");
        rusqlite::Connection::open_with_flags(file, flags)
            .and_then(|db| db.query_row("SELECT count(*) FROM entries", (), |row| row.get(0)))
            .unwrap_or(0)
    }
}

impl Start {
    fn spawn(&self, listen: &str) -> Option<(Child, Value)> {
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.stderr)
            .unwrap();
        let mut command: Command = kith();
        command.args(["--json", "home", "--listen", listen, "--data"]);
        command.arg(&self.data);
        if self.open {
            command.arg("--open");
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        match serde_json::from_str(&line) {
            Ok(announced) => Some((child, announced)),
            Err(_) => {
                child.kill().unwrap();
                child.wait().unwrap();
                None
            }
        }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
