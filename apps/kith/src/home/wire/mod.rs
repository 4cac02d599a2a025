//! The WebSocket of a connection, and how it gives back what large messages took.
//!
//! A WebSocket keeps a buffer as large as the largest message that it read, a commit or a body, for as long
//! as it lives, which can be weeks; what it sends goes in pieces, and takes little of one. So it is made anew
//! over the same stream after each long message, and where it sent much and is quiet. That is safe where nothing
//! was read that is not part of a message yet, which the stream knows: it follows the frames.
//!
//! | file | what |
//! |---|---|
//! | `boundaries.rs` | where messages end in what was read |
//! | `room.rs` | the memory that all long messages may take while they come |
//! | `stream.rs` | the stream, which reads no more than the two allow |

mod boundaries;
mod room;
mod stream;

pub(super) use room::Room;
pub(super) use stream::Course;

use super::limits::Network;
use futures_util::StreamExt;
use futures_util::stream::{SplitSink, SplitStream};
use hyper::upgrade::Upgraded;
use protocol::frame::MAX_FRAME_BYTES;
use std::sync::Arc;
use stream::Stream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
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
/// A longer message of a client waits for room before it is read, and leaves none of it behind.
const LONG_BYTES: usize = 8 * 1024;
/// What is read at once never holds all of a long message.
const _: () = assert!(READ_BUFFER_BYTES < LONG_BYTES);
/// Who is sent more at once has buffers that are worth giving back.
pub(super) const HEAVY_BYTES: usize = 4 * 1024;

/// The WebSocket of a connection.
type Wire = WebSocketStream<Stream>;
/// Its half that takes messages.
pub(super) type WireSink = SplitSink<Wire, Message>;
/// Its half that gives them.
pub(super) type WireStream = SplitStream<Wire>;
/// The two, which are small: the WebSocket itself would lie in each task for as long as it runs.
pub(super) type Halves = (WireSink, WireStream);

/// A WebSocket over a stream on which the handshake is done; and what the stream tells.
pub(super) async fn begin(
    stream: Upgraded,
    room: Arc<Room>,
    network: Option<Network>,
) -> (Halves, Arc<Course>) {
    let stream = Stream::new(stream, room, network);
    let course = stream.course();
    (over(stream).await.split(), course)
}

/// The same WebSocket without its buffers, in which nothing may be; none if these are not the halves of one.
pub(super) async fn made_anew((sink, stream): Halves) -> Option<Halves> {
    let mut stream = sink.reunite(stream).ok()?.into_inner();
    stream.buffers_are_new();
    Some(over(stream).await.split())
}

async fn over(stream: Stream) -> Wire {
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_write_buffer_size(MAX_WRITE_BUFFER_BYTES)
        .max_message_size(Some(MAX_MESSAGE_BYTES))
        .max_frame_size(Some(MAX_MESSAGE_BYTES));
    WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await
}
