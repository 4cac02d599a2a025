//! A connection of a protocol of text, step by step until the load begins.

use load::{Arrivals, Idle, LoadError, find_stamps};
use std::io::ErrorKind;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::timeout;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Why a connection ended that did not break.
const CLOSED: &str = "the server closed it";
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

impl Idle for TextConnection {
    fn closed(&mut self) -> Option<String> {
        let mut read = [0; READ_BYTES];
        loop {
            match self.stream.try_read(&mut read) {
                Ok(0) => return Some(CLOSED.to_owned()),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return None,
                Err(error) => return Some(error.to_string()),
            }
        }
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
    let why = loop {
        match incoming.read(&mut read).await {
            Ok(0) => break CLOSED.to_owned(),
            Ok(length) => {
                buffer.extend_from_slice(read.get(..length).unwrap_or_default());
                find_stamps(&mut buffer, |sent_ns| arrivals.arrived(sent_ns));
            }
            Err(error) => break error.to_string(),
        }
    };
    arrivals.failed(format_args!("a receiver's connection: {why}"));
    drop(outgoing);
}

/// Reads to the end of a sender's connection, which is a failure, and tells of each `word`, which stands for a message
/// that came to nothing.
pub(crate) async fn hear_failures(
    mut incoming: OwnedReadHalf,
    word: &'static str,
    arrivals: Arrivals,
) {
    let mut read = vec![0; READ_BYTES];
    let mut words = WordCount::new(word);
    let why = loop {
        match incoming.read(&mut read).await {
            Ok(0) => break CLOSED.to_owned(),
            Ok(length) => {
                let piece = read.get(..length).unwrap_or_default();
                for _ in 0..words.add(piece) {
                    let said = String::from_utf8_lossy(piece);
                    arrivals.failed(format_args!("a message came to nothing: {said}"));
                }
            }
            Err(error) => break error.to_string(),
        }
    };
    arrivals.failed(format_args!("a sender's connection: {why}"));
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

    #[tokio::test]
    async fn a_connection_that_the_server_closes_is_a_failure_idle_or_not() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut idle = TextConnection::open(port).await.unwrap();
        let (mut at_server, _) = listener.accept().await.unwrap();
        let heard = TextConnection::open(port).await.unwrap();
        let (other_at_server, _) = listener.accept().await.unwrap();
        at_server.write_all(b"are you there?").await.unwrap();
        idle.stream.readable().await.unwrap();
        assert_eq!(idle.closed(), None);
        drop((at_server, other_at_server));
        idle.stream.readable().await.unwrap();
        assert_eq!(idle.closed().as_deref(), Some(CLOSED));

        let receipts = std::sync::Arc::new(load::Receipts::new());
        let arrivals = Arrivals::new(std::sync::Arc::clone(&receipts), 1);
        let (incoming, outgoing) = heard.into_split();
        receive(incoming, outgoing, arrivals).await;
        let said = receipts.whole().unwrap_err().to_string();
        assert!(
            said.contains("a receiver's connection: the server closed it"),
            "{said}"
        );
    }
}
