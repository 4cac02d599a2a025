//! Connections to homes: one task each, WebSocket, binary frames, bounded queues.

use client_core::{ConnectionId, Input};
use futures_util::{SinkExt as _, StreamExt as _};
use protocol::frame::MAX_FRAME_BYTES;
use protocol::home_url::HomeUrl;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// Frames that may wait for a connection; above it the connection is given up.
const OUTGOING_FRAMES: usize = 4096;
/// Inputs that may wait for the engine; above it, homes have to wait.
const INCOMING: usize = 1024;
/// Homes ping every half minute; after this much silence the connection is dead.
const SILENCE: Duration = Duration::from_secs(90);
/// How long connecting may take.
const CONNECTING: Duration = Duration::from_secs(15);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

struct Connection {
    outgoing: mpsc::Sender<Vec<u8>>,
    task: AbortHandle,
}

/// All connections of a client.
pub(crate) struct Transport {
    connections: BTreeMap<ConnectionId, Connection>,
    sender: mpsc::Sender<Input>,
}

/// What comes in on all connections.
pub(crate) struct Incoming {
    receiver: mpsc::Receiver<Input>,
}

impl Transport {
    pub fn new() -> (Self, Incoming) {
        // Says which cryptography TLS uses; a second client in one process finds it said already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (sender, receiver) = mpsc::channel(INCOMING);
        let connections = BTreeMap::new();
        let transport = Self {
            connections,
            sender,
        };
        (transport, Incoming { receiver })
    }

    /// Where inputs of others go, to wait with those of connections.
    pub fn inputs(&self) -> mpsc::Sender<Input> {
        self.sender.clone()
    }

    pub fn connect(&mut self, id: ConnectionId, home: &HomeUrl) {
        let (outgoing, frames) = mpsc::channel(OUTGOING_FRAMES);
        let task = tokio::spawn(run(id, home.socket(), frames, self.sender.clone()));
        self.connections.insert(
            id,
            Connection {
                outgoing,
                task: task.abort_handle(),
            },
        );
    }

    /// Queues a frame. A connection that cannot take it is dropped: everything is asked again on
    /// the next one.
    pub fn send(&mut self, id: ConnectionId, frame: Vec<u8>) -> Option<Input> {
        let connection = self.connections.get(&id)?;
        if connection.outgoing.try_send(frame).is_ok() {
            return None;
        }
        self.close(id);
        Some(Input::Closed(id))
    }

    /// Ends a connection once what was queued is sent.
    pub fn close(&mut self, id: ConnectionId) {
        // Dropping the queue lets the task send the rest and say goodbye.
        self.connections.remove(&id);
    }

    /// A connection has ended by itself.
    pub fn ended(&mut self, id: ConnectionId) {
        self.connections.remove(&id);
    }
}

impl Incoming {
    /// Waits for an input, and takes along everything else that is there already. Nothing is lost where this is given
    /// up before its end.
    pub async fn receive(&mut self, wait: Duration, most: usize) -> Vec<Input> {
        let mut inputs = Vec::new();
        // A timeout leaves the list empty: nothing came.
        let _ = tokio::time::timeout(wait, self.receiver.recv_many(&mut inputs, most)).await;
        inputs
    }
}

impl Drop for Transport {
    fn drop(&mut self) {
        for connection in self.connections.values() {
            connection.task.abort();
        }
    }
}

/// One connection from beginning to end; always reports its end.
async fn run(
    id: ConnectionId,
    url: String,
    frames: mpsc::Receiver<Vec<u8>>,
    inputs: mpsc::Sender<Input>,
) {
    if let Ok(Some(socket)) = tokio::time::timeout(CONNECTING, connect(&url)).await
        && inputs.send(Input::Opened(id)).await.is_ok()
    {
        carry(id, socket, frames, &inputs).await;
    }
    // If nobody listens any more, nobody needs to know.
    let _ = inputs.send(Input::Closed(id)).await;
}

async fn connect(url: &str) -> Option<Socket> {
    let mut config = WebSocketConfig::default();
    config.max_message_size = Some(MAX_FRAME_BYTES);
    config.max_frame_size = Some(MAX_FRAME_BYTES);
    match connect_async_with_config(url, Some(config), true).await {
        Ok((socket, _)) => Some(socket),
        Err(error) => {
            tracing::debug!(%error, "a home does not answer");
            None
        }
    }
}

/// Carries frames both ways until one side ends.
async fn carry(
    id: ConnectionId,
    socket: Socket,
    mut frames: mpsc::Receiver<Vec<u8>>,
    inputs: &mpsc::Sender<Input>,
) {
    let (mut sink, mut stream) = socket.split();
    let sending = async {
        while let Some(frame) = frames.recv().await {
            if sink.send(Message::Binary(frame.into())).await.is_err() {
                return;
            }
        }
        let _ = sink.close().await;
    };
    let receiving = async {
        loop {
            match tokio::time::timeout(SILENCE, stream.next()).await {
                Ok(Some(Ok(Message::Binary(bytes)))) => {
                    let received = Input::Received(id, bytes.to_vec());
                    if inputs.send(received).await.is_err() {
                        return;
                    }
                }
                Ok(Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)))) => {}
                _ => return,
            }
        }
    };
    // Each goes on while the other waits: a home may read no more before it is read from.
    tokio::select! {
        () = sending => {}
        () = receiving => {}
    }
}
