//! Somebody with a profile who types commands.

use serde_json::Value;
use std::io::Write as _;
use std::process::Stdio;
use tempfile::TempDir;

use super::home::{Home, kith};

pub struct Terminal {
    folder: TempDir,
}

impl Terminal {
    /// With a name on this device alone.
    pub fn local(name: &str) -> Self {
        let terminal = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        terminal.run(&["profile", "init"]);
        terminal.run(&["persona", "new", name]);
        terminal
    }

    /// With a name at a home.
    pub fn at(home: &Home, name: &str) -> Self {
        let terminal = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        terminal.run(&["profile", "init"]);
        terminal.run(&["persona", "new", name, "--home", &home.url()]);
        terminal
    }

    /// Runs a command that ends well; its lines.
    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> Vec<Value> {
        self.run_with(arguments, b"")
    }

    /// As [`Terminal::run`], with this on standard input.
    #[track_caller]
    pub fn run_with(&self, arguments: &[&str], input: &[u8]) -> Vec<Value> {
        let (code, out, err) = self.tried(arguments, input);
        assert_eq!(code, Some(0), "{arguments:?}: {err}{out}");
        out.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Runs a command; its exit code and what it said.
    pub fn tried(&self, arguments: &[&str], input: &[u8]) -> (Option<i32>, String, String) {
        let mut command = kith();
        command.arg("--json").arg("--profile");
        command
            .arg(self.folder.path().join("profile"))
            .args(arguments);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // A command that does not read its input closes it.
        std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    }

    /// A link for one person.
    #[track_caller]
    pub fn invite(&self) -> String {
        let lines = self.run(&["invite", "new"]);
        lines[0]["link"].as_str().unwrap().to_owned()
    }

    /// Accepts a link; the safety number.
    #[track_caller]
    pub fn accept(&self, link: &str) -> String {
        let lines = self.run(&["invite", "accept", link]);
        lines[0]["safety"].as_str().unwrap().to_owned()
    }

    /// Says something.
    #[track_caller]
    pub fn send(&self, to: &str, text: &str) {
        self.run(&["send", to, text]);
    }

    /// Exchanges what waits, for at least a second without news.
    #[track_caller]
    pub fn sync(&self) {
        self.run(&["sync", "--wait", "1"]);
    }

    /// All texts of a conversation.
    #[track_caller]
    pub fn texts(&self, conversation: &str) -> Vec<String> {
        let limit = u32::MAX.to_string();
        let lines = self.run(&["show", conversation, "--limit", &limit]);
        let text = |line: &Value| line["text"].as_str().unwrap().to_owned();
        lines.iter().map(text).collect()
    }

    /// The safety number with somebody, as the list says it.
    #[track_caller]
    pub fn safety(&self, name: &str) -> String {
        let lines = self.run(&["contact", "list"]);
        let found = lines.iter().find(|line| line["name"] == name);
        found.unwrap()["safety"].as_str().unwrap().to_owned()
    }
}
