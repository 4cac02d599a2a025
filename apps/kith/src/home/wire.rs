//! The WebSocket of a connection, and how it gives back what large messages took.
//!
//! A WebSocket keeps a buffer as large as the largest message that it read, a commit or a body, for as long
//! as it lives, which can be weeks; what it sends goes in pieces, and takes little of one. So where it has
//! become heavy and is quiet, it is made anew over the same stream. That is safe when it has nothing read
//! that is not part of a message yet: the stream counts the bytes that it gave, the connection those of the
//! messages that it got. Of messages in several frames it does not know how many bytes they were, and keeps
//! its buffers.

use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use protocol::frame::MAX_FRAME_BYTES;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

/// What the WebSocket reads at once. Each connection holds a buffer of this size, so it is small; a
/// longer message gets one of its own.
const READ_BUFFER_BYTES: usize = 2 * 1024;
/// How much a WebSocket gathers before it writes.
const WRITE_BUFFER_BYTES: usize = 16 * 1024;
/// How much it holds if the other side takes nothing: one frame more than it gathers. What it answers to pings beyond
/// that is the answer to the last of them.
const MAX_WRITE_BUFFER_BYTES: usize = WRITE_BUFFER_BYTES + 2 * PIECE_BYTES;
/// Bytes of one frame of the WebSocket. A longer message goes in several, of which only the next lies in its buffer.
pub(super) const PIECE_BYTES: usize = 16 * 1024;
/// The longest message that the WebSocket takes: what is longer is never held in memory.
const MAX_MESSAGE_BYTES: usize = MAX_FRAME_BYTES;
/// A longer message makes a WebSocket heavy.
pub(super) const HEAVY_BYTES: usize = 32 * 1024;

/// The WebSocket of a connection.
pub(super) type Wire = WebSocketStream<Counted>;

/// A stream that counts what is read of it.
#[derive(Debug)]
pub(super) struct Counted {
    stream: TokioIo<Upgraded>,
    read: Arc<AtomicU64>,
}

/// A WebSocket over a stream on which the handshake is done; and the bytes read of it so far.
pub(super) async fn begin(stream: Upgraded) -> (Wire, Arc<AtomicU64>) {
    let read = Arc::new(AtomicU64::new(0));
    let counted = Counted {
        stream: TokioIo::new(stream),
        read: Arc::clone(&read),
    };
    (over(counted).await, read)
}

/// The same WebSocket without its buffers, in which nothing may be.
pub(super) async fn made_anew(wire: Wire) -> Wire {
    over(wire.into_inner()).await
}

async fn over(stream: Counted) -> Wire {
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_write_buffer_size(MAX_WRITE_BUFFER_BYTES)
        .max_message_size(Some(MAX_MESSAGE_BYTES))
        .max_frame_size(Some(MAX_MESSAGE_BYTES));
    WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await
}

/// The bytes of a client's message on the wire if it came in one frame (RFC 6455, 5.2); if it came in
/// more it was longer.
pub(super) fn least_on_the_wire(payload: usize) -> u64 {
    let (head, mask) = match payload {
        0..126 => (2, 4),
        126..65_536 => (4, 4),
        _ => (10, 4),
    };
    head + mask + payload as u64
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        let read = buf.filled().len() - before;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        polled
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
