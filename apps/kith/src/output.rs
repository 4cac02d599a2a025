//! What a command says: to people, or as JSON Lines; here, or to the process that asked for it.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

use crate::folded::folded;
use crate::followed::Followed;
use crate::{signals, terminal};

/// What goes into a pipe at once without waiting, where it goes in at all (`pipe(7)`, `PIPE_BUF` of Linux), in bytes.
const AT_ONCE: usize = 4096;
/// How often is looked, while nobody reads, whether this process is to end.
const LOOKED_UP_EVERY: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 200_000_000,
};
/// How often is looked whether somebody reads on, where others go on meanwhile.
const LOOKED_AT_EVERY: Duration = Duration::from_millis(20);

/// How and to whom a command speaks.
#[derive(Debug, Clone, Copy)]
pub struct Output<'a> {
    /// JSON Lines instead of text.
    pub json: bool,
    /// Results only.
    pub quiet: bool,
    /// Who listens, if it is not who started this process.
    pub listener: Option<&'a Listener>,
}

/// Something said to a listener.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Said {
    /// A result, for standard output.
    Result(String),
    /// Something on the side, for standard error.
    Note(String),
    /// A question; the answer is awaited.
    Question(String),
    /// How far the command got.
    Reached(Reached),
}

/// How far a command got, for whoever goes on with it elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reached {
    /// So much of a conversation was shown.
    Shown(Followed),
    /// So many files were saved.
    Saved(usize),
    /// What was asked is kept here: items that are spoken of, each with the one that goes out for it.
    Kept(Vec<(String, String)>),
}

/// Another process, which started a command and hears what it says.
#[derive(Debug)]
pub struct Listener {
    /// Whether somebody sits there.
    pub is_terminal: bool,
    /// What is said; unbounded, because a command must not wait for a reader who does not read: the other process
    /// takes all of it into its own memory.
    pub said: UnboundedSender<Said>,
    /// What is answered.
    pub answers: RefCell<UnboundedReceiver<String>>,
}

impl Output<'_> {
    /// Prints a result to standard output.
    ///
    /// # Errors
    /// What the system says if standard output refuses.
    pub fn result(self, json: &Value, text: impl Display) -> io::Result<()> {
        let line = self.line(json, text);
        // Whoever listened has heard enough.
        match self.listener {
            Some(listener) => drop(listener.said.send(Said::Result(line))),
            None => drop(self.print(&line)?),
        }
        Ok(())
    }

    /// Prints one of many results, of which a reader may take some and then stop (a pager, Ctrl-S): whoever else uses the
    /// profile goes on meanwhile, and it can be closed. Whether anybody listens still.
    ///
    /// # Errors
    /// What the system says if standard output refuses.
    pub async fn heard(self, json: &Value, text: impl Display) -> io::Result<bool> {
        let line = self.line(json, text);
        if let Some(listener) = self.listener {
            return Ok(listener.said.send(Said::Result(line)).is_ok());
        }
        is_read(print_beside(self.shown(&line).as_bytes()).await)
    }

    /// Prints a line that is written as it is printed; whether anybody reads it. At a terminal one for people is folded.
    ///
    /// # Errors
    /// What the system says if standard output refuses.
    pub fn print(self, line: &str) -> io::Result<bool> {
        is_read(print(self.shown(line).as_bytes()))
    }

    fn shown(self, line: &str) -> String {
        match terminal::columns() {
            Some(columns) if !self.json => format!("{}\n", folded(line, columns)),
            _ => format!("{line}\n"),
        }
    }

    /// A result as it is printed.
    pub fn line(self, json: &Value, text: impl Display) -> String {
        if self.json {
            self.line_again(&json.to_string())
        } else {
            self.line_again(&text.to_string())
        }
    }

    /// A line that another process made as [`Output::line`] does, or should have: what it was, if so.
    pub fn line_again(self, line: &str) -> String {
        if self.json {
            escaped(line)
        } else {
            legible::words(line)
        }
    }

    /// Says something on the side, to people alone.
    pub fn note(self, text: impl Display) {
        if self.quiet || self.json {
            return;
        }
        let note = legible::words(&text.to_string());
        // There is nobody left to tell if this fails.
        match self.listener {
            Some(listener) => drop(listener.said.send(Said::Note(note))),
            None => print_note(&note),
        }
    }

    /// So far the command got: whoever goes on elsewhere goes on from there.
    pub fn reached(self, reached: Reached) {
        if let Some(listener) = self.listener {
            // Who is gone goes on nowhere.
            let _ = listener.said.send(Said::Reached(reached));
        }
    }

    /// Whether there is somebody who can be asked.
    pub fn is_terminal(self) -> bool {
        self.listener.map_or_else(
            || io::stdin().is_terminal(),
            |listener| listener.is_terminal,
        )
    }

    /// Asks whoever sits there, and waits for the answer.
    ///
    /// # Errors
    /// What the system says if nothing can be asked or read.
    pub async fn ask(self, question: &str) -> io::Result<String> {
        let Some(listener) = self.listener else {
            return terminal::ask(legible::words(question)).await;
        };
        let _ = listener.said.send(Said::Question(legible::words(question)));
        let answer =
            std::future::poll_fn(|context| listener.answers.borrow_mut().poll_recv(context));
        answer
            .await
            .ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))
    }

    /// Prints an error to standard error. There is nobody left to tell if that fails.
    pub fn error(self, kind: &str, message: impl Display) {
        let mut out = io::stderr().lock();
        let _ = if self.json {
            let message = message.to_string();
            let error = json!({ "error": kind, "message": message }).to_string();
            writeln!(out, "{}", escaped(&error))
        } else {
            writeln!(out, "kith: {}", legible::words(&message.to_string()))
        };
    }
}

/// JSON of the same value, in which nothing stands as it is that steers a terminal, turns text around or is not seen: outside of
/// its strings there is no such thing, and in them each character may be written by its number (RFC 8259 §7).
fn escaped(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for c in json.chars() {
        let is_plain = c == ' ' || c.is_ascii_graphic();
        if is_plain || !legible::is_nowhere_seen(c) {
            shown.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            shown.push_str(&format!("\\u{unit:04x}"));
        }
    }
    shown
}

/// Whether anybody reads what was printed.
fn is_read(printed: io::Result<()>) -> io::Result<bool> {
    match printed {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        printed => printed.map(|()| true),
    }
}

/// Prints, and waits for whoever reads. Who reads nothing any more when a signal asks for the end does not keep this process
/// from it.
fn print(mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        if is_ready(&LOOKED_UP_EVERY)? {
            bytes = print_some(bytes)?;
        } else if signals::is_asked() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
    }
    Ok(())
}

/// The same, while others go on in this thread.
async fn print_beside(mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        if is_ready(&Timespec::default())? {
            bytes = print_some(bytes)?;
        } else {
            tokio::time::sleep(LOOKED_AT_EVERY).await;
        }
    }
    Ok(())
}

/// Waits until standard output takes something without waiting; whether it does.
fn is_ready(wait: &Timespec) -> io::Result<bool> {
    let out = rustix::stdio::stdout();
    match poll(&mut [PollFd::new(&out, PollFlags::OUT)], Some(wait)) {
        Ok(ready) => Ok(ready > 0),
        Err(Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Prints as much as goes in at once; the rest.
fn print_some(bytes: &[u8]) -> io::Result<&[u8]> {
    let (some, _) = bytes.split_at(bytes.len().min(AT_ONCE));
    let out = rustix::stdio::stdout();
    let printed = rustix::io::retry_on_intr(|| rustix::io::write(out, some))?;
    Ok(bytes.get(printed..).unwrap_or_default())
}

/// Prints a line to standard error. There is nobody left to tell if that fails.
pub fn print_note(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const JSON: Output<'_> = Output {
        json: true,
        quiet: false,
        listener: None,
    };

    #[test]
    fn what_steers_or_is_not_seen_is_written_by_its_number() {
        let text = "é\u{9b}2J\u{7f}\u{202e}\u{2066}\u{200b}\u{2028}\u{e0041}\u{1f496}";
        let expected = r#"{"é":"\u001b\u009b2J\u007f\u202e\u2066\u200b\u2028\udb40\udc41💖"}"#;
        let text = format!("\u{1b}{}", text.trim_start_matches('é'));
        assert_eq!(JSON.line(&json!({ "é": text }), ""), expected);
    }

    proptest! {
        #[test]
        fn it_is_the_same_to_whoever_reads_it(text in any::<String>()) {
            let value = json!({ &*text: [&*text] });
            let line = JSON.line(&value, "");
            prop_assert!(!line.contains(legible::is_nowhere_seen));
            prop_assert_eq!(JSON.line_again(&line), line.clone());
            prop_assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), value);
        }
    }
}
