//! A real home and our real command line, each a process of its own.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const KITH: &str = env!("CARGO_BIN_EXE_kith");

/// A running home, which ends with the test.
pub struct Home {
    child: Child,
    folder: TempDir,
    pub url: String,
}

impl Home {
    /// On a free port; `open`: it takes everybody.
    pub fn start(open: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(KITH);
        command
            .args(["--json", "home", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path())
            .env("RUST_LOG", "warn")
            .stdout(Stdio::piped());
        if open {
            command.arg("--open");
        }
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let announced: Value = serde_json::from_str(&line).unwrap();
        let listening = announced["listening"].as_str().unwrap();
        Self {
            url: format!("http://{listening}"),
            child,
            folder,
        }
    }

    /// A home invitation, made beside the running home.
    pub fn invitation(&self) -> String {
        let output = Command::new(KITH)
            .args(["--json", "home", "invite", "--data"])
            .arg(self.folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        answer["invitation"].as_str().unwrap().to_owned()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Somebody who uses our command line.
pub struct Ours {
    folder: TempDir,
}

/// What a command said.
#[derive(Debug)]
pub struct Said {
    pub exit: i32,
    pub lines: Vec<Value>,
    pub error: String,
}

impl Ours {
    /// With a profile and one name at a home.
    pub fn join(name: &str, home: &Home) -> Self {
        let ours = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        ours.does(&["profile", "init"]);
        ours.does(&["persona", "new", name, "--home", &home.url]);
        ours
    }

    fn profile(&self) -> PathBuf {
        self.folder.path().join("profile")
    }

    /// Runs a command, whatever comes of it.
    pub fn tries(&self, arguments: &[&str]) -> Said {
        let output = Command::new(KITH)
            .arg("--json")
            .arg("--profile")
            .arg(self.profile())
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let lines = String::from_utf8(output.stdout).unwrap();
        Said {
            exit: output.status.code().unwrap(),
            lines: lines
                .lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect(),
            error: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs a command that must succeed.
    pub fn does(&self, arguments: &[&str]) -> Vec<Value> {
        let said = self.tries(arguments);
        assert_eq!(said.exit, 0, "{arguments:?}: {said:?}");
        said.lines
    }

    /// A link to hand to somebody.
    pub fn invites(&self) -> String {
        let lines = self.does(&["invite", "new"]);
        lines[0]["link"].as_str().unwrap().to_owned()
    }

    /// Exchanges all that waits.
    pub fn syncs(&self) {
        self.does(&["sync", "--wait", "1"]);
    }

    /// What is shown of a conversation: text, and whether it is one's own.
    pub fn reads(&self, conversation: &str) -> Vec<(String, bool)> {
        self.does(&["show", conversation])
            .iter()
            .map(|line| {
                let text = line["text"].as_str().unwrap().to_owned();
                (text, line["mine"].as_bool().unwrap())
            })
            .collect()
    }

    /// How many conversations there are.
    pub fn conversations(&self) -> usize {
        self.does(&["conversation", "list"]).len()
    }
}
