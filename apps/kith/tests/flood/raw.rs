//! A WebSocket by hand, for what no client library sends.

use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);
/// Bits of a frame's first byte (RFC 6455 §5.2).
pub const FIN: u8 = 0x80;
pub const COMPRESSED: u8 = 0x40;
pub const CONTINUATION: u8 = 0;
pub const BINARY: u8 = 2;
pub const PING: u8 = 9;

pub struct Raw {
    stream: TcpStream,
    /// The head of the answer to the upgrade.
    pub answer: String,
}

/// A frame's head with a mask of zeros, so that its bytes follow as they are.
pub fn head(first: u8, length: u64) -> Vec<u8> {
    let mut head = vec![first, 0x80 | 127];
    head.extend(length.to_be_bytes());
    head.extend([0; 4]);
    head
}

impl Raw {
    /// Upgrades with these headers besides those that it takes.
    pub async fn connect(address: &str, headers: &str) -> Self {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!(
            "GET /socket HTTP/1.1\r\nHost: home\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
             {headers}\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            let byte = timeout(PATIENCE, stream.read_u8()).await.unwrap();
            answer.push(byte.unwrap());
        }
        let answer = String::from_utf8(answer).unwrap().to_lowercase();
        assert!(answer.starts_with("http/1.1 101 "), "{answer}");
        Self { stream, answer }
    }

    /// Writes, if the home still takes it.
    pub async fn write(&mut self, bytes: &[u8]) -> bool {
        let written = timeout(PATIENCE, self.stream.write_all(bytes)).await;
        matches!(written, Ok(Ok(())))
    }

    /// The close code with which the home ends the connection; none, if it just ends it. What has to be
    /// said first is not longer than a short frame.
    pub async fn close_code(&mut self) -> Option<u16> {
        self.close_code_after(PATIENCE).await
    }

    /// The same, where it may take so long.
    pub async fn close_code_after(&mut self, patience: Duration) -> Option<u16> {
        let mut all = Vec::new();
        let read = timeout(patience, self.stream.read_to_end(&mut all));
        // A home that did not read everything resets the connection, maybe before this is read.
        let _ = read.await.expect("the home ends the connection");
        let mut rest = &all[..];
        while let [first, length, after @ ..] = rest {
            let (payload, next) = after.split_at(usize::from(*length).min(after.len()));
            if first & 0x0f == 8 {
                return Some(u16::from_be_bytes(payload[..2].try_into().unwrap()));
            }
            rest = next;
        }
        None
    }
}
