//! What a command and the process that holds its profile say to each other: JSON Lines over the profile's socket.
//!
//! First the errand, then words until one of the last three. The command's process answers questions in between; if
//! it goes away, the errand is given up at the next moment of waiting, never in the middle of an act.

use data_encoding::BASE64;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::PathBuf;
use tokio::io::{
    AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _,
};
use zeroize::Zeroizing;

use super::error::CommandError;
use super::send::MAX_INPUT_BYTES;
use crate::output::{Reached, Said};

/// Of an errand's line beside what is piped in: what was typed, and what was shown of some hundred thousand items.
const MAX_REST_BYTES: u64 = 32 * 1024 * 1024;
/// An errand's line at most: all of standard input in base64, and the rest.
const MAX_ERRAND_BYTES: u64 = MAX_INPUT_BYTES.div_ceil(3) * 4 + MAX_REST_BYTES;
/// A word's line at most; it may say the same of items.
pub(super) const MAX_WORD_BYTES: u64 = MAX_REST_BYTES;
/// An answer's line at most.
pub(super) const MAX_ANSWER_BYTES: u64 = 64 * 1024;

/// A command that another process is to do.
#[derive(Serialize, Deserialize)]
pub(super) struct Errand {
    /// Of the program; another one does not know what the arguments mean. It stands first, and is looked at before the rest
    /// is read.
    pub version: String,
    /// The time zone that was set for the command, which dates depend on.
    pub zone: Option<String>,
    /// As they were typed, the program's name first.
    pub arguments: Vec<String>,
    /// The folder in which paths begin.
    pub folder: PathBuf,
    /// For a sealed profile.
    pub passphrase: Option<String>,
    /// What is on standard input, where the command reads it, in base64.
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

impl Errand {
    /// What is on standard input.
    ///
    /// # Errors
    /// [`CommandError::Usage`] where no command wrote it.
    pub fn piped(&self) -> Result<Option<String>, CommandError> {
        let Some(input) = &self.input else {
            return Ok(None);
        };
        let text = BASE64.decode(input.as_bytes()).ok();
        match text.and_then(|text| String::from_utf8(text).ok()) {
            Some(text) => Ok(Some(text)),
            None => Err(CommandError::Usage(
                "What was piped in is no text; nothing was done.".into(),
            )),
        }
    }
}

/// The errand, if it is one of this version of the program: of anything else no more is read than shows that.
///
/// # Errors
/// What the system says; something else, or a line that is too long.
pub(super) async fn read_errand(from: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Errand> {
    let begins = format!("{{\"version\":\"{}\",", env!("CARGO_PKG_VERSION"));
    let mut line = Zeroizing::new(vec![0; begins.len()]);
    from.read_exact(&mut line).await?;
    if line.as_slice() != begins.as_bytes() {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let most = MAX_ERRAND_BYTES;
    from.take(most).read_until(b'\n', &mut line).await?;
    serde_json::from_slice(&line).map_err(io::Error::from)
}

/// The next line, or none at the end.
///
/// # Errors
/// What the system says; a line that is longer than `most` bytes or means nothing.
pub(super) async fn read<T: DeserializeOwned>(
    from: &mut (impl AsyncBufRead + Unpin),
    most: u64,
) -> io::Result<Option<T>> {
    // An answer may be meant for nobody else.
    let mut line = Zeroizing::new(Vec::new());
    let length = from.take(most).read_until(b'\n', &mut line).await?;
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
