//! A home as a peer of the loads: a process of this program, and pairs of connections of which one
//! appends to a log and the other is subscribed to it.
//!
//! A message of 300 bytes is, encrypted and wrapped, an entry of 512 (docs/protocol.md, *Wrap*): bodies here
//! are 512 random bytes, of which the first eight are the stamp.

use super::home_client::{HomeClient, Logs};
use super::requests::{BenchLog, random};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use load::{Arrivals, Idle, IdleSocket, LoadError, Peer, Sender, why_ended};
use protocol::frame::{Request, Response};
use protocol::id::{HeadId, LogId};
use protocol::proof::Right;
use protocol::request::Append;
use std::path::Path;
use std::process::Command;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

/// Bytes of an entry that holds a message of 300.
const BODY_BYTES: usize = 512;

type Stream = SplitStream<WebSocketStream<TcpStream>>;

/// A home of this program.
pub(super) struct KithHome {
    port: u16,
    logs: Option<Logs>,
}

impl KithHome {
    pub(super) fn new() -> Self {
        Self {
            port: 0,
            logs: None,
        }
    }

    async fn next_log(&mut self) -> Result<BenchLog, LoadError> {
        match &mut self.logs {
            Some(logs) => logs.next().await,
            None => Err(LoadError::answer("open", "the home was not prepared")),
        }
    }
}

impl Peer for KithHome {
    type Sender = Appender;

    fn name(&self) -> &'static str {
        "kith"
    }

    fn command(&self, folder: &Path, port: u16) -> Result<Command, LoadError> {
        let program =
            std::env::current_exe().map_err(LoadError::system("the path of this program"))?;
        let mut command = Command::new(program);
        // Nobody has to be kept from asking for too much: that is what is measured.
        command.args(["home", "--open", "--listen"]);
        command.arg(format!("127.0.0.1:{port}"));
        command.arg("--data").arg(folder.join("home"));
        Ok(command)
    }

    async fn prepare(&mut self, port: u16) -> Result<(), LoadError> {
        self.port = port;
        self.logs = Some(Logs::new(HomeClient::connect(port).await?));
        Ok(())
    }

    async fn pair(&mut self, arrivals: Arrivals) -> Result<Appender, LoadError> {
        let log = self.next_log().await?;
        let mut reader = HomeClient::connect(self.port).await?;
        reader.prove(&log, Right::Read).await?;
        reader.subscribe(&log).await?;
        let mut writer = HomeClient::connect(self.port).await?;
        writer.prove(&log, Right::Write).await?;
        let (pongs, pushes) = reader.socket.split();
        tokio::spawn(receive(pushes, pongs, arrivals.clone()));
        let (sink, answers) = writer.socket.split();
        tokio::spawn(hear_answers(answers, arrivals));
        Ok(Appender {
            sink,
            log: log.log,
            head: log.head,
            last_id: 1 << 32,
        })
    }

    async fn idle(&mut self) -> Result<Box<dyn Idle>, LoadError> {
        let log = self.next_log().await?;
        let mut reader = HomeClient::connect(self.port).await?;
        reader.prove(&log, Right::Read).await?;
        reader.subscribe(&log).await?;
        Ok(Box::new(IdleSocket(reader.socket)))
    }
}

/// Tells what the subscriber is pushed.
async fn receive<S>(mut pushes: Stream, sink: S, arrivals: Arrivals) {
    let why = loop {
        let bytes = match pushes.next().await {
            Some(Ok(Message::Binary(bytes))) => bytes,
            Some(Ok(_)) => continue,
            ended => break why_ended(ended),
        };
        match Response::from_frame(&bytes) {
            Ok((0, Response::Entry(push))) => {
                let stamp = push.entry.body.as_deref().and_then(<[u8]>::first_chunk);
                arrivals.arrived(u64::from_be_bytes(*stamp.unwrap_or(&[0; 8])));
            }
            other => arrivals.failed(format_args!("a push that is no entry: {other:?}")),
        }
    };
    arrivals.failed(format_args!("a receiver's connection: {why}"));
    drop(sink);
}

/// Each append must be answered as one that is kept.
async fn hear_answers(mut answers: Stream, arrivals: Arrivals) {
    let why = loop {
        let bytes = match answers.next().await {
            Some(Ok(Message::Binary(bytes))) => bytes,
            Some(Ok(_)) => continue,
            ended => break why_ended(ended),
        };
        let answer = Response::from_frame(&bytes);
        if !matches!(answer, Ok((_, Response::Appended(_)))) {
            arrivals.failed(format_args!("an append that is not kept: {answer:?}"));
        }
    };
    arrivals.failed(format_args!("a sender's connection: {why}"));
}

/// Appends to one log.
pub(super) struct Appender {
    sink: SplitSink<WebSocketStream<TcpStream>, Message>,
    log: LogId,
    head: HeadId,
    last_id: u64,
}

impl Sender for Appender {
    async fn send(&mut self, sent_ns: u64) -> Result<(), LoadError> {
        let mut body = random::<BODY_BYTES>()?.to_vec();
        if let Some(stamp) = body.first_chunk_mut() {
            *stamp = sent_ns.to_be_bytes();
        }
        self.last_id += 1;
        let append = Request::Append(Append {
            log: self.log,
            head: self.head,
            body,
        });
        let frame = Message::Binary(append.to_frame(self.last_id).into());
        self.sink
            .send(frame)
            .await
            .map_err(|error| LoadError::System {
                what: "sending",
                source: std::io::Error::other(error),
            })
    }
}
