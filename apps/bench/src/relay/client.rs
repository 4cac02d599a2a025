//! The relay as a peer of the loads, with bodies as long as those that a home is given.

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use load::{Arrivals, Idle, IdleSocket, LoadError, Peer, Sender, stamped_text, why_ended};
use std::io;
use std::path::Path;
use std::process::Command;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

/// Bytes of an entry of a home that holds a message of 300 (docs/protocol.md, *Wrap*).
const BODY_BYTES: usize = 512;

type Socket = WebSocketStream<TcpStream>;

/// The relay of this program.
#[derive(Debug, Default)]
pub struct Relay {
    port: u16,
    channels: i64,
}

impl Relay {
    async fn connect(&self, path: &str) -> Result<Socket, LoadError> {
        let connection = LoadError::system("a connection");
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await;
        let stream = stream.map_err(connection)?;
        let connection = LoadError::system("a connection");
        stream.set_nodelay(true).map_err(connection)?;
        let url = format!("ws://127.0.0.1:{}{path}", self.port);
        let opened = tokio_tungstenite::client_async(url, stream).await;
        let (socket, _) = opened.map_err(|error| LoadError::System {
            what: "a socket",
            source: io::Error::other(error),
        })?;
        Ok(socket)
    }

    async fn listen(&mut self) -> Result<(i64, Socket), LoadError> {
        self.channels += 1;
        let channel = self.channels;
        Ok((channel, self.connect(&format!("/channel/{channel}")).await?))
    }
}

impl Peer for Relay {
    type Sender = RelaySender;

    fn name(&self) -> &'static str {
        "relay"
    }

    fn command(&self, folder: &Path, port: u16) -> Result<Command, LoadError> {
        let program = std::env::current_exe();
        let program = program.map_err(LoadError::system("the path of this program"))?;
        let mut command = Command::new(program);
        command.arg("relay").arg("--data").arg(folder.join("relay"));
        command.arg("--listen").arg(format!("127.0.0.1:{port}"));
        Ok(command)
    }

    async fn prepare(&mut self, port: u16) -> Result<(), LoadError> {
        self.port = port;
        Ok(())
    }

    async fn pair(&mut self, arrivals: Arrivals) -> Result<RelaySender, LoadError> {
        let (channel, receiver) = self.listen().await?;
        let (sink, bodies) = receiver.split();
        tokio::spawn(receive(bodies, sink, arrivals.clone()));
        let (sink, answers) = self.connect("/").await?.split();
        tokio::spawn(hear_answers(answers, arrivals));
        Ok(RelaySender { sink, channel })
    }

    async fn idle(&mut self) -> Result<Box<dyn Idle>, LoadError> {
        Ok(Box::new(IdleSocket(self.listen().await?.1)))
    }
}

async fn receive<S>(mut bodies: SplitStream<Socket>, sink: S, arrivals: Arrivals) {
    let why = loop {
        match bodies.next().await {
            Some(Ok(Message::Binary(body))) => match stamp(&body) {
                Some(sent_ns) => arrivals.arrived(sent_ns),
                None => arrivals.failed("a body without a stamp"),
            },
            Some(Ok(_)) => {}
            ended => break why_ended(ended),
        }
    };
    arrivals.failed(format_args!("a receiver's connection: {why}"));
    drop(sink);
}

/// Bodies begin with the moment at which they were to be sent.
fn stamp(body: &[u8]) -> Option<u64> {
    body.first_chunk().copied().map(u64::from_be_bytes)
}

/// Each message must be answered by the next number of its channel.
async fn hear_answers(mut answers: SplitStream<Socket>, arrivals: Arrivals) {
    let mut last_seq = 0;
    let why = loop {
        match answers.next().await {
            Some(Ok(Message::Binary(seq))) => {
                last_seq += 1;
                if *seq != u64::to_be_bytes(last_seq) {
                    arrivals.failed(format_args!("an answer that is not number {last_seq}"));
                }
            }
            Some(Ok(_)) => {}
            ended => break why_ended(ended),
        }
    };
    arrivals.failed(format_args!("a sender's connection: {why}"));
}

/// Writes to one channel.
#[derive(Debug)]
pub struct RelaySender {
    sink: SplitSink<Socket, Message>,
    channel: i64,
}

impl Sender for RelaySender {
    async fn send(&mut self, sent_ns: u64) -> Result<(), LoadError> {
        let mut frame = self.channel.to_be_bytes().to_vec();
        frame.extend(sent_ns.to_be_bytes());
        frame.extend(stamped_text(sent_ns, BODY_BYTES - 8).into_bytes());
        let sending = self.sink.send(Message::Binary(frame.into())).await;
        sending.map_err(|error| LoadError::System {
            what: "sending",
            source: io::Error::other(error),
        })
    }
}
