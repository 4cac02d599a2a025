//! What a command said, and whether it keeps to the contract while saying it.

use serde_json::Value;
use std::io::{Read, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// No command may take longer, whatever happens to it.
const LONGEST: Duration = Duration::from_secs(60);

/// A command that ended.
#[derive(Debug)]
pub struct Said {
    /// The exit code; none if it was killed.
    pub code: Option<i32>,
    /// The signal that ended it, if one did.
    pub signal: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// How long it took.
    pub took: Duration,
}

impl Said {
    /// Ended well, and said nothing on standard error.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        assert_eq!(self.err, "", "{self:?}");
        self
    }

    /// Every line of standard output as JSON.
    #[track_caller]
    pub fn lines(&self) -> Vec<Value> {
        let read =
            |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.out.lines().map(read).collect()
    }

    /// The one line of standard output as JSON.
    #[track_caller]
    pub fn line(&self) -> Value {
        let lines = self.lines();
        assert_eq!(lines.len(), 1, "{self:?}");
        lines.into_iter().next().unwrap()
    }

    /// A text of the one line.
    #[track_caller]
    pub fn text(&self, key: &str) -> String {
        let line = self.line();
        let text = line[key].as_str();
        text.unwrap_or_else(|| panic!("no text {key} in {line}"))
            .to_owned()
    }

    /// Failed with this exit code, and said so as the contract wants it with `--json`: one line,
    /// the kind that goes with the code, one message of whole sentences without Rust in it. Returns
    /// the message.
    #[track_caller]
    pub fn failed(&self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.err.lines().count(), 1, "one line of error: {self:?}");
        let error: Value = serde_json::from_str(&self.err).unwrap();
        let kind = match code {
            1 => "bug",
            2 => "usage",
            3 => "refused",
            4 => "unreachable",
            5 => "invalid",
            6 => "locked",
            7 => "storage",
            other => panic!("{other} is no exit code of the contract"),
        };
        assert_eq!(error["error"], kind, "{self:?}");
        let message = error["message"].as_str().unwrap().to_owned();
        is_a_sentence(&message);
        message
    }

    /// As [`Said::failed`], and printed nothing as a result.
    #[track_caller]
    pub fn failed_without_result(&self, code: i32) -> String {
        let message = self.failed(code);
        assert_eq!(self.out, "", "{self:?}");
        message
    }
}

/// Whole sentences for people: a capital, a full stop, nothing that only a programmer reads.
#[track_caller]
pub fn is_a_sentence(message: &str) {
    assert!(message.ends_with('.'), "no full stop: {message}");
    assert!(!message.ends_with(".."), "two full stops: {message}");
    assert!(message.len() > 20, "too short to help: {message}");
    assert!(message.len() < 600, "too long to be read: {message}");
    let first = message.chars().next().unwrap();
    assert!(!first.is_lowercase(), "begins small: {message}");
    for foreign in [
        "Error(", "Err(", "Some(", "None", "Ok(", "{ ", " }", "::", "Custom", "kind:", "()",
        "\\\"", "panicked", "unwrap", "os error",
    ] {
        assert!(!message.contains(foreign), "`{foreign}` is Rust: {message}");
    }
    assert!(!message.contains('\n'), "more than one line: {message}");
}

/// A command that runs.
#[derive(Debug)]
pub struct Running {
    child: Child,
    out: Option<JoinHandle<String>>,
    err: Option<JoinHandle<String>>,
    begun: Instant,
}

fn reading(mut pipe: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    })
}

impl Running {
    /// Starts a command with this on its standard input.
    pub fn start(command: Command, input: &[u8]) -> Self {
        Self::start_slowly(command, input, Duration::ZERO)
    }

    /// Starts a command that gets its standard input line by line, with a pause before each.
    pub fn start_slowly(mut command: Command, input: &[u8], pause: Duration) -> Self {
        let begun = Instant::now();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // A command that does not read its input closes it: nothing to complain about.
        std::thread::spawn(move || {
            for line in input.split_inclusive(|byte| *byte == b'\n' && !pause.is_zero()) {
                std::thread::sleep(pause);
                if stdin.write_all(line).is_err() {
                    return;
                }
            }
        });
        let out = Some(reading(child.stdout.take().unwrap()));
        let err = Some(reading(child.stderr.take().unwrap()));
        Self {
            child,
            out,
            err,
            begun,
        }
    }

    /// Ends it without a chance to do anything.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
    }

    /// Its number, by which the system knows it.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal by its name.
    #[track_caller]
    pub fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        let sent = kill.args(["-s", name, &self.child.id().to_string()]);
        assert!(sent.status().unwrap().success());
    }

    /// Whether it has not ended.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// What it held in memory at most so far, in KiB; none once it has ended.
    #[cfg(target_os = "linux")]
    pub fn most_memory_kib(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }

    fn ended(&mut self) -> ExitStatus {
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(
                self.begun.elapsed() < LONGEST,
                "still running after {LONGEST:?}"
            );
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Waits for its end.
    pub fn said(mut self) -> Said {
        let status = self.ended();
        let took = self.begun.elapsed();
        Said {
            code: status.code(),
            signal: status.signal(),
            out: self.out.take().unwrap().join().unwrap(),
            err: self.err.take().unwrap().join().unwrap(),
            took,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
