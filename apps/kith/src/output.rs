//! What a command says: to people, or as JSON Lines.

use serde_json::{Value, json};
use std::fmt::Display;
use std::io::{self, Write};

/// How a command speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Output {
    /// JSON Lines instead of text.
    pub json: bool,
    /// Results only.
    pub quiet: bool,
}

impl Output {
    /// Prints a result to standard output.
    ///
    /// # Errors
    /// What the system says if standard output refuses.
    pub fn result(self, json: &Value, text: impl Display) -> io::Result<()> {
        // Whoever listened has heard enough.
        self.heard(json, text).map(drop)
    }

    /// Prints a result to standard output; whether anybody listens still.
    ///
    /// # Errors
    /// What the system says if standard output refuses.
    pub fn heard(self, json: &Value, text: impl Display) -> io::Result<bool> {
        let mut out = io::stdout().lock();
        let printed = if self.json {
            writeln!(out, "{json}")
        } else {
            writeln!(out, "{text}")
        };
        match printed.and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            printed => printed.map(|()| true),
        }
    }

    /// Says something on the side, to people alone.
    pub fn note(self, text: impl Display) {
        if !self.quiet && !self.json {
            // There is nobody left to tell if this fails.
            let _ = writeln!(io::stderr().lock(), "{text}");
        }
    }

    /// Prints an error to standard error. There is nobody left to tell if that fails.
    pub fn error(self, kind: &str, message: impl Display) {
        let mut out = io::stderr().lock();
        let _ = if self.json {
            let message = message.to_string();
            writeln!(out, "{}", json!({ "error": kind, "message": message }))
        } else {
            writeln!(out, "kith: {message}")
        };
    }
}
