//! A connection of a protocol of text, step by step until the load begins.

use load::{Arrivals, LoadError, find_stamps};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::timeout;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);
const READ_BYTES: usize = 4 * 1024;
/// What is read at once under a load.
const LOAD_READ_BYTES: usize = 64 * 1024;

/// A connection to a server on loopback.
#[derive(Debug)]
pub(crate) struct TextConnection {
    stream: TcpStream,
    /// What came after what was heard.
    heard: Vec<u8>,
}

impl TextConnection {
    pub(crate) async fn open(port: u16) -> Result<Self, LoadError> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await;
        let stream = stream.map_err(LoadError::system("a connection"))?;
        let nodelay = stream.set_nodelay(true);
        nodelay.map_err(LoadError::system("a connection"))?;
        Ok(Self {
            stream,
            heard: Vec::new(),
        })
    }

    pub(crate) async fn say(&mut self, text: &str) -> Result<(), LoadError> {
        let writing = self.stream.write_all(text.as_bytes()).await;
        writing.map_err(LoadError::system("sending"))
    }

    /// Waits for `word` and drops everything up to its end.
    pub(crate) async fn hear(&mut self, word: &str) -> Result<(), LoadError> {
        self.hear_before(word).await.map(|_| ())
    }

    /// Waits for `word`; what was said before it.
    pub(crate) async fn hear_before(&mut self, word: &str) -> Result<String, LoadError> {
        let mut read = [0; READ_BYTES];
        loop {
            if let Some(end) = end_of(&self.heard, word.as_bytes()) {
                let rest = self.heard.split_off(end);
                let mut before = std::mem::replace(&mut self.heard, rest);
                before.truncate(end - word.len());
                return Ok(String::from_utf8_lossy(&before).into_owned());
            }
            let length = match timeout(PATIENCE, self.stream.read(&mut read)).await {
                Ok(length) => length.map_err(LoadError::system("an answer"))?,
                Err(_) => 0,
            };
            if length == 0 {
                let said = String::from_utf8_lossy(&self.heard);
                let answer = format!("{said:?} without {word:?}");
                return Err(LoadError::answer("a step before the load", answer));
            }
            self.heard
                .extend_from_slice(read.get(..length).unwrap_or_default());
        }
    }

    /// For the load; what came and was not heard is dropped.
    pub(crate) fn into_split(self) -> (OwnedReadHalf, OwnedWriteHalf) {
        self.stream.into_split()
    }
}

/// Where `needle` ends in `bytes`.
fn end_of(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let at = bytes
        .windows(needle.len())
        .position(|window| window == needle)?;
    Some(at + needle.len())
}

/// Counts a word in what comes in pieces.
#[derive(Debug)]
pub(crate) struct WordCount {
    word: &'static [u8],
    /// The end of the last piece, too short to hold the whole word.
    kept: Vec<u8>,
}

impl WordCount {
    pub(crate) fn new(word: &'static str) -> Self {
        Self {
            word: word.as_bytes(),
            kept: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, piece: &[u8]) -> usize {
        self.kept.extend_from_slice(piece);
        let windows = self.kept.windows(self.word.len());
        let count = windows.filter(|window| *window == self.word).count();
        let done = self.kept.len().saturating_sub(self.word.len() - 1);
        self.kept.drain(..done);
        count
    }
}

/// Tells of each body; `outgoing` stays open as long.
pub(crate) async fn receive(
    mut incoming: OwnedReadHalf,
    outgoing: OwnedWriteHalf,
    arrivals: Arrivals,
) {
    let mut buffer = Vec::new();
    let mut read = vec![0; LOAD_READ_BYTES];
    while let Ok(length @ 1..) = incoming.read(&mut read).await {
        buffer.extend_from_slice(read.get(..length).unwrap_or_default());
        find_stamps(&mut buffer, |sent_ns| arrivals.arrived(sent_ns));
    }
    drop(outgoing);
}

/// Reads to the end of a connection and tells of each `word`, which stands for a message that came to nothing.
pub(crate) async fn hear_failures(
    mut incoming: OwnedReadHalf,
    word: &'static str,
    mut failed: impl FnMut(),
) {
    let mut read = vec![0; READ_BYTES];
    let mut words = WordCount::new(word);
    while let Ok(length @ 1..) = incoming.read(&mut read).await {
        for _ in 0..words.add(read.get(..length).unwrap_or_default()) {
            failed();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_where_its_last_word_does() {
        assert_eq!(end_of(b"<iq></iq><b/>", b"</iq>"), Some(9));
        assert_eq!(end_of(b"<iq></i", b"</iq>"), None);
    }

    #[test]
    fn words_are_counted_once_however_they_are_cut() {
        let said = b"<message type='error'><error type='wait'></error></message><message/><error/>";
        for cut in 1..said.len() {
            let mut words = WordCount::new("<error");
            let counted: usize = said.chunks(cut).map(|piece| words.add(piece)).sum();
            assert_eq!(counted, 2, "cut every {cut} bytes");
        }
    }

    #[tokio::test]
    async fn what_was_heard_is_not_heard_again() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(b"one;two;").await.unwrap();
        };
        let client = async {
            let mut connection = TextConnection::open(port).await.unwrap();
            assert_eq!(connection.hear_before(";").await.unwrap(), "one");
            assert_eq!(connection.hear_before(";").await.unwrap(), "two");
            let error = connection.hear(";").await.unwrap_err().to_string();
            assert!(error.contains("without"), "{error}");
        };
        tokio::join!(server, client);
    }
}
