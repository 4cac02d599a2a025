//! A real `kith home` in a process of its own, and a client that speaks the protocol over a real
//! WebSocket. The process ends with the test, however that ends.

#![allow(dead_code, reason = "each test file uses its own part of this")]

pub mod client;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

pub struct RunningHome {
    pub child: Child,
    pub address: String,
    pub announced: serde_json::Value,
    pub data: PathBuf,
    pub stderr: PathBuf,
}

/// `kith home` with these arguments, with JSON and every log line of ours.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kith"));
    command
        .args(["--json", "home"])
        .args(arguments)
        .env("RUST_LOG", "trace");
    command
}

/// Runs a command that ends by itself.
pub fn ended(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

/// What a home says to a request by HTTP, headers and all.
pub fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: home\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// `kith home` with these arguments, where no file may be longer than so many KiB.
pub fn cramped(kib: u32, arguments: &[&str]) -> Command {
    let kith = command(arguments);
    let mut shell = Command::new("bash");
    // Ignoring the signal turns the limit into an error of the write.
    let script = format!("trap '' XFSZ; ulimit -f {kib}; exec \"$0\" \"$@\"");
    shell.args(["-c", &script]).arg(kith.get_program());
    shell.args(kith.get_args());
    shell
}

impl RunningHome {
    /// A home that takes everybody, on a free port.
    pub fn start(data: &Path) -> Self {
        Self::start_with(data, &["--open"])
    }

    /// As it runs for an operator, without the most talkative logs.
    pub fn start_quiet(data: &Path) -> Self {
        let mut command = command(&["--open"]);
        command.env_remove("RUST_LOG");
        Self::spawn(command, data)
    }

    pub fn start_with(data: &Path, arguments: &[&str]) -> Self {
        Self::spawn(command(arguments), data)
    }

    /// Runs a command that begins with `kith home`, on a free port and this folder.
    pub fn spawn(command: Command, data: &Path) -> Self {
        Self::spawn_at("127.0.0.1:0", command, data)
    }

    /// Runs a command that begins with `kith home` at an address.
    pub fn spawn_at(listen: &str, mut command: Command, data: &Path) -> Self {
        let stderr = data.with_extension("stderr");
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&stderr)
            .unwrap();
        let mut child = command
            .args(["--listen", listen, "--data", data.to_str().unwrap()])
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let announced: serde_json::Value = serde_json::from_str(&line).unwrap_or_else(|error| {
            panic!("{error}: {line:?} {:?}", std::fs::read_to_string(&stderr))
        });
        Self {
            address: announced["listening"].as_str().unwrap().to_owned(),
            announced,
            child,
            data: data.to_owned(),
            stderr,
        }
    }

    /// Ends the process without a chance to do anything.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks the process to stop.
    pub fn ask_to_stop(&self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the end of the process.
    pub fn ends_within(&mut self, limit: Duration) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < limit, "still running after {limit:?}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn logged(&self) -> String {
        std::fs::read_to_string(&self.stderr).unwrap()
    }
}

impl Drop for RunningHome {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
