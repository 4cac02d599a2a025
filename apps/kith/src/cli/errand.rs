//! What a command and the process that holds its profile say to each other: JSON Lines over the profile's socket.
//!
//! First the errand, then words until one of the last three. The command's process answers questions in between; if
//! it goes away, the errand is given up at the next moment of waiting, never in the middle of an act.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::PathBuf;
use tokio::io::{
    AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _,
};
use zeroize::Zeroizing;

use crate::output::{Reached, Said};

/// A line at most: what standard input may hold, escaped.
const MAX_LINE_BYTES: u64 = 6 * 64 * 1024 * 1024 + 1024 * 1024;

/// A command that another process is to do.
#[derive(Serialize, Deserialize)]
pub(super) struct Errand {
    /// Of the program; another one does not know what the arguments mean.
    pub version: String,
    /// The time zone that was set for the command, which dates depend on.
    pub zone: Option<String>,
    /// As they were typed, the program's name first.
    pub arguments: Vec<String>,
    /// The folder in which paths begin.
    pub folder: PathBuf,
    /// For a sealed profile.
    pub passphrase: Option<String>,
    /// What is on standard input, where the command reads it.
    pub input: Option<String>,
    /// Whether somebody sits there.
    pub is_terminal: bool,
    /// How far the command got elsewhere, where it goes on.
    pub reached: Option<Reached>,
}

impl Drop for Errand {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.passphrase);
    }
}

/// What the holder says.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Word {
    /// The command begins; before that nothing was done.
    Begun,
    /// It says something.
    Said(Said),
    /// The last word: done.
    Done,
    /// Instead of all others: this process works with something else, and the connection stays for as long as it does.
    NotNow,
    /// The last word: it failed, with its kind and sentence.
    Failed(String, String),
    /// The last word: this process ends; go on by yourself.
    GoOn,
}

/// What is answered to a question.
#[derive(Serialize, Deserialize)]
pub(super) struct Answer(pub String);

/// The next line, or none at the end.
///
/// # Errors
/// What the system says; a line that is too long or means nothing.
pub(super) async fn read<T: DeserializeOwned>(
    from: &mut (impl AsyncBufRead + Unpin),
) -> io::Result<Option<T>> {
    // An errand may hold a passphrase.
    let mut line = Zeroizing::new(Vec::new());
    let length = from
        .take(MAX_LINE_BYTES)
        .read_until(b'\n', &mut line)
        .await?;
    if length == 0 {
        return Ok(None);
    }
    serde_json::from_slice(&line)
        .map(Some)
        .map_err(io::Error::from)
}

/// Says a line.
///
/// # Errors
/// What the system says.
pub(super) async fn write(
    to: &mut (impl AsyncWrite + Unpin),
    word: &impl Serialize,
) -> io::Result<()> {
    let mut line = Zeroizing::new(serde_json::to_vec(word)?);
    line.push(b'\n');
    to.write_all(&line).await?;
    to.flush().await
}
