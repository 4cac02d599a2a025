//! What a person types, at a question or at a prompt that does not show it, and what is piped in.
//!
//! Reading waits for as long as nothing comes, so it is done on a thread of its own: whoever waits for it can be told to end.
//! The terminal shows again what is typed before anything else is done.

use rpassword::ConfigBuilder;
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcgetwinsize, tcsetattr,
};
use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::path::Path;
use std::sync::mpsc;
use tokio::sync::{Mutex, oneshot};
use zeroize::Zeroizing;

use crate::signals;

/// The terminal of whoever started this process.
const TERMINAL: &str = "/dev/tty";

/// How many columns the terminal has to which results are printed, if they are.
pub fn columns() -> Option<usize> {
    let out = io::stdout();
    let columns = out.is_terminal().then(|| tcgetwinsize(&out).ok())??.ws_col;
    (columns > 0).then_some(usize::from(columns))
}

/// An answer that somebody is about to type: a question that was given up leaves it to the next one.
static TYPING: Mutex<Option<oneshot::Receiver<io::Result<String>>>> = Mutex::const_new(None);

/// Asks at this process's terminal.
///
/// # Errors
/// What the system says if nothing can be asked or read.
pub async fn ask(question: String) -> io::Result<String> {
    let mut open = Open(true);
    io::stderr().write_all(question.as_bytes())?;
    let mut typing = TYPING.lock().await;
    let answer = match typing.take() {
        Some(answer) => answer,
        None => beside(|| {
            let mut answer = String::new();
            io::stdin().read_line(&mut answer).map(|_| answer)
        })?,
    };
    let answer = typing.insert(answer).await;
    *typing = None;
    open.0 = false;
    answer.unwrap_or_else(|_| Err(io::ErrorKind::UnexpectedEof.into()))
}

/// A question, as long as nobody has answered it.
struct Open(bool);

impl Drop for Open {
    fn drop(&mut self) {
        if self.0 {
            // What is said next does not stand behind it. There is nobody left to tell if this fails.
            let _ = io::stderr().write_all(b"\n");
        }
    }
}

/// All of standard input, or the first `most` bytes of it.
///
/// # Errors
/// What the system says.
pub async fn input(most: u64) -> io::Result<Vec<u8>> {
    let read = beside(move || {
        let mut bytes = Vec::new();
        let read = io::stdin().lock().take(most).read_to_end(&mut bytes);
        read.map(|_| bytes)
    })?;
    read.await
        .unwrap_or_else(|_| Err(io::ErrorKind::UnexpectedEof.into()))
}

fn beside<T: Send + 'static>(
    read: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<oneshot::Receiver<io::Result<T>>> {
    let (tell, told) = oneshot::channel();
    std::thread::Builder::new().spawn(move || tell.send(read()))?;
    Ok(told)
}

/// Asks at the terminal without showing what is typed. Blocks this thread; needs a tokio runtime.
///
/// # Errors
/// What the system says; [`io::ErrorKind::Interrupted`] where a signal asks for the end.
pub fn ask_unseen(prompt: &str) -> io::Result<Zeroizing<String>> {
    let terminal = OpenOptions::new().read(true).write(true).open(TERMINAL)?;
    let unseen = Unseen::begin(terminal.try_clone()?)?;
    (&terminal).write_all(prompt.as_bytes())?;
    let typed = unless_asked_to_end(move || {
        // Neither is a terminal to it, whose state is in other hands.
        let config = ConfigBuilder::new().input_reader(terminal).output_discard();
        rpassword::read_password_with_config(config.build()).map(Zeroizing::new)
    });
    drop(unseen);
    typed
}

/// Reads a file that may be a pipe, at whose other end somebody thinks. Blocks this thread; needs a tokio runtime.
///
/// # Errors
/// What the system says; [`io::ErrorKind::Interrupted`] where a signal asks for the end.
pub fn read_to_string(file: &Path) -> io::Result<Zeroizing<String>> {
    let file = file.to_owned();
    unless_asked_to_end(move || std::fs::read_to_string(file).map(Zeroizing::new))
}

/// Waits for what is read on a thread of its own, unless a signal asks for the end first.
fn unless_asked_to_end<T: Send + 'static>(
    read: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let (tell, told) = mpsc::channel();
    let stop = tell.clone();
    let stopping = tokio::spawn(async move {
        signals::asked().await;
        // Who has the answer already does not hear it.
        let _ = stop.send(Err(io::ErrorKind::Interrupted.into()));
    });
    std::thread::Builder::new().spawn(move || tell.send(read()))?;
    let read = told.recv();
    stopping.abort();
    read.unwrap_or_else(|_| Err(io::ErrorKind::UnexpectedEof.into()))
}

/// A terminal that does not show what is typed, as long as this lives.
struct Unseen {
    terminal: File,
    before: Termios,
}

impl Unseen {
    fn begin(terminal: File) -> io::Result<Self> {
        let before = tcgetattr(&terminal)?;
        let mut unseen = before.clone();
        // Ctrl-C comes as a character then, and what reads makes the signal of it.
        let shown = LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
        unseen.local_modes.remove(shown);
        unseen.special_codes[SpecialCodeIndex::VMIN] = 1;
        unseen.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(&terminal, OptionalActions::Now, &unseen)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        // A terminal that is gone shows nothing.
        let _ = tcsetattr(&self.terminal, OptionalActions::Now, &self.before);
        let _ = self.terminal.write_all(b"\n");
    }
}
