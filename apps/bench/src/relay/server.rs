//! The relay's connections.

use super::RelayError;
use super::store::Store;
use super::writer::{Outgoing, ToKeep, ToWriter, start};
use futures_util::stream::SplitSink;
use futures_util::{SinkExt, StreamExt};
use std::net::SocketAddr;
use std::path::Path;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{
    Callback, ErrorResponse, Request, Response,
};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// Messages that wait for a client at most.
const MAX_OUTGOING: usize = 4_096;
/// What a connection reads at once; small, so that an idle one is small.
const READ_BUFFER_BYTES: usize = 4_096;
/// How much a connection gathers before it writes.
const WRITE_BUFFER_BYTES: usize = 16 * 1024;

/// Serves until the process is ended, with the messages in `folder`.
///
/// # Errors
/// [`RelayError`].
pub async fn serve(folder: &Path, address: SocketAddr) -> Result<(), RelayError> {
    std::fs::create_dir_all(folder).map_err(|source| RelayError::System {
        what: "the relay's folder",
        source,
    })?;
    let writer = start(Store::open(&folder.join("messages.sqlite"))?)?;
    let listening = TcpListener::bind(address).await;
    let listener = listening.map_err(|source| RelayError::Listen { address, source })?;
    loop {
        tokio::select! {
            () = writer.closed() => return Err(RelayError::WriterEnded),
            accepted = listener.accept() => {
                // A client that is gone again is no matter of the relay's.
                if let Ok((stream, _)) = accepted {
                    tokio::spawn(connection(stream, writer.clone()));
                }
            }
        }
    }
}

/// Finds the channel that a client wants to hear.
struct FindChannel<'a>(&'a mut Option<i64>);

impl Callback for FindChannel<'_> {
    fn on_request(self, request: &Request, response: Response) -> Result<Response, ErrorResponse> {
        let channel = request.uri().path().strip_prefix("/channel/");
        *self.0 = channel.and_then(|channel| channel.parse().ok());
        Ok(response)
    }
}

async fn connection(stream: TcpStream, writer: mpsc::Sender<ToWriter>) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES);
    let mut channel = None;
    let accepting = tokio_tungstenite::accept_hdr_async_with_config(
        stream,
        FindChannel(&mut channel),
        Some(config),
    );
    let (sink, mut frames) = accepting.await.ok()?.split();
    let (outgoing, waiting) = mpsc::channel(MAX_OUTGOING);
    tokio::spawn(tell(sink, waiting));
    if let Some(channel) = channel {
        let listener: Outgoing = outgoing.clone();
        let listen = ToWriter::Listen { channel, listener };
        writer.send(listen).await.ok()?;
    }
    while let Some(Ok(frame)) = frames.next().await {
        if let Message::Binary(frame) = frame {
            let message = ToKeep::from_frame(&frame, outgoing.clone())?;
            writer.send(ToWriter::Keep(message)).await.ok()?;
        }
    }
    Some(())
}

/// Writes what is waiting, and flushes once for all of it.
async fn tell(
    mut sink: SplitSink<WebSocketStream<TcpStream>, Message>,
    mut waiting: mpsc::Receiver<Message>,
) -> Option<()> {
    while let Some(first) = waiting.recv().await {
        let mut next = Some(first);
        while let Some(message) = next {
            sink.feed(message).await.ok()?;
            next = waiting.try_recv().ok();
        }
        sink.flush().await.ok()?;
    }
    Some(())
}
