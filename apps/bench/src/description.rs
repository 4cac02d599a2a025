//! What is said of a peer beside its figures.

use serde_json::{Value, json};

/// What is said of a peer.
#[derive(Debug, Clone)]
pub(crate) struct Description {
    /// Its version; none: it is not installed.
    pub(crate) version: Option<String>,
    /// How it is installed.
    pub(crate) install: &'static str,
    /// Where a message is kept, and what the disk was asked for when it is delivered.
    pub(crate) kept: &'static str,
}

impl Description {
    pub(crate) fn to_json(&self, peer: &str) -> Value {
        json!({
            "peer": peer,
            "version": self.version,
            "install": self.install,
            "kept": self.kept,
        })
    }
}

/// What a program prints first when it is asked for its version; none: there is no such program.
pub(crate) fn first_line(command: &mut std::process::Command) -> Option<String> {
    let output = command
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let said = String::from_utf8(output.stdout).ok()?;
    said.lines().next().map(|line| line.trim().to_owned())
}
