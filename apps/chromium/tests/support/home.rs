//! A running `kith home` that serves the app.

use serde_json::Value;
use std::fs::OpenOptions;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

use super::{places, wait_for};

pub struct Home {
    child: Option<Child>,
    folder: TempDir,
    app: PathBuf,
    /// Always the same.
    pub port: u16,
}

/// The program, without anything that the surroundings of the test would tell it.
pub fn kith() -> Command {
    let mut command = Command::new(places::kith());
    for name in [
        "KITH_PASSPHRASE",
        "KITH_PHRASE",
        "RUST_LOG",
        "RUST_BACKTRACE",
    ] {
        command.env_remove(name);
    }
    command
}

/// A port at loopback that nobody has at this moment.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

impl Home {
    /// A home that takes everybody.
    pub fn open() -> Self {
        Self::serving(&places::app())
    }

    /// A home with a bundle of its own.
    pub fn serving(app: &Path) -> Self {
        let mut home = Self {
            child: None,
            folder: tempfile::tempdir().unwrap(),
            app: app.to_owned(),
            port: free_port(),
        };
        home.start();
        home
    }

    /// None: something else is at this port.
    pub fn none(port: u16) -> Self {
        Self {
            child: None,
            folder: tempfile::tempdir().unwrap(),
            app: PathBuf::new(),
            port,
        }
    }

    /// Its address; passkeys want a name, so it has one.
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// How a page calls it.
    pub fn host(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// The app's address.
    pub fn app_url(&self) -> String {
        format!("{}/app/", self.url())
    }

    /// Ends the process without a chance to do anything.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Comes back at the same address, with what it has.
    pub fn start(&mut self) {
        assert!(self.child.is_none(), "it runs");
        self.child = Some(wait_for("the home", || self.spawn()));
    }

    /// Comes back at the same address as another home: with nothing, not even its key.
    pub fn start_as_another(&mut self) {
        std::fs::remove_dir_all(self.folder.path().join("data")).unwrap();
        self.start();
    }

    fn spawn(&self) -> Option<Child> {
        let log = self.folder.path().join("stderr");
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(log)
            .unwrap();
        let mut command = kith();
        command.args(["--json", "home", "--open", "--url", &self.url(), "--listen"]);
        command.arg(format!("127.0.0.1:{}", self.port));
        command.arg("--data").arg(self.folder.path().join("data"));
        command.arg("--app").arg(&self.app);
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        if serde_json::from_str::<Value>(&line).is_ok() {
            return Some(child);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        None
    }

    /// What it wrote to standard error since it first started.
    pub fn logged(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("stderr")).unwrap_or_default()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the home at {} said:\n{}", self.url(), self.logged());
        }
        self.kill();
    }
}
