//! A running `kith home`.

use serde_json::Value;
use std::fs::OpenOptions;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

use super::kith;
use super::said::{Running, Said};

/// How often a home tries to get its port back: another test may have it for a moment.
const TRIES: usize = 100;

pub struct Home {
    child: Child,
    folder: TempDir,
    open: bool,
    trace: bool,
    pub address: String,
    pub url: String,
}

impl Home {
    /// A home that takes everybody, on a free port.
    pub fn open() -> Self {
        Self::begin(true, false)
    }

    /// A home that wants invitations.
    pub fn closed() -> Self {
        Self::begin(false, false)
    }

    /// An open home that logs all it can.
    pub fn talkative() -> Self {
        Self::begin(true, true)
    }

    fn begin(open: bool, trace: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (child, announced) = spawn(folder.path(), "127.0.0.1:0", open, trace).unwrap();
        let address = announced["listening"].as_str().unwrap().to_owned();
        let url = announced["url"].as_str().unwrap().to_owned();
        assert_eq!(announced["open"], open);
        Self {
            child,
            folder,
            open,
            trace,
            address,
            url,
        }
    }

    /// The folder with its data.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// What it wrote to standard error since it first started.
    pub fn logged(&self) -> Vec<u8> {
        std::fs::read(self.folder.path().join("stderr")).unwrap()
    }

    /// Ends the process without a chance to do anything.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Comes back at the same address, with what it has.
    pub fn come_back(&mut self) {
        for _ in 0..TRIES {
            if let Some((child, _)) =
                spawn(self.folder.path(), &self.address, self.open, self.trace)
            {
                self.child = child;
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("the home does not get {} back", self.address);
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

fn spawn(folder: &Path, listen: &str, open: bool, trace: bool) -> Option<(Child, Value)> {
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join("stderr"))
        .unwrap();
    let mut command: Command = kith();
    command.args(["--json", "home", "--listen", listen, "--data"]);
    command.arg(folder.join("data"));
    if open {
        command.arg("--open");
    }
    if trace {
        command.env("RUST_LOG", "trace");
    }
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

impl Drop for Home {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
