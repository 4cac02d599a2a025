//! The one thread that keeps messages: it takes what is waiting, keeps it in one transaction and tells.

use super::RelayError;
use super::store::Store;
use std::collections::HashMap;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::{Bytes, Message};

/// Messages that wait for the writer at most; connections wait beyond that.
const MAX_WAITING: usize = 4_096;
/// Messages in one transaction at most.
const MAX_BATCH: usize = 1_024;
/// Bytes of the channel before a body.
const CHANNEL_BYTES: usize = 8;

/// Where a connection is told something. A full one belongs to a client that does not read: it misses messages.
pub(super) type Outgoing = mpsc::Sender<Message>;

/// What connections tell the writer.
#[derive(Debug)]
pub(super) enum ToWriter {
    /// Somebody hears a channel from now on.
    Listen { channel: i64, listener: Outgoing },
    /// Keep this.
    Keep(ToKeep),
}

/// A message on its way into the file.
#[derive(Debug)]
pub(super) struct ToKeep {
    pub(super) sender: Outgoing,
    channel: i64,
    body: Bytes,
}

impl ToKeep {
    /// Reads a frame; none: it has no channel.
    pub(super) fn from_frame(frame: &Bytes, sender: Outgoing) -> Option<Self> {
        let channel = i64::from_be_bytes(*frame.first_chunk::<CHANNEL_BYTES>()?);
        let body = frame.slice(CHANNEL_BYTES..);
        Some(Self {
            sender,
            channel,
            body,
        })
    }
}

/// Starts the thread, which ends when nobody can tell it anything any more, or with the first error.
pub(super) fn start(store: Store) -> Result<mpsc::Sender<ToWriter>, RelayError> {
    let (sender, receiver) = mpsc::channel(MAX_WAITING);
    std::thread::Builder::new()
        .name("relay-writer".to_owned())
        .spawn(move || run(store, receiver))
        .map_err(|source| RelayError::System {
            what: "a thread",
            source,
        })?;
    Ok(sender)
}

fn run(mut store: Store, mut inputs: mpsc::Receiver<ToWriter>) -> rusqlite::Result<()> {
    let mut listeners: HashMap<i64, Vec<Outgoing>> = HashMap::new();
    let mut batch: Vec<ToKeep> = Vec::with_capacity(MAX_BATCH);
    while let Some(first) = inputs.blocking_recv() {
        let mut next = Some(first);
        while let Some(input) = next {
            match input {
                ToWriter::Listen { channel, listener } => {
                    let of_channel = listeners.entry(channel).or_default();
                    of_channel.retain(|listener| !listener.is_closed());
                    of_channel.push(listener);
                }
                ToWriter::Keep(message) => batch.push(message),
            }
            let full = batch.len() >= MAX_BATCH;
            next = if full { None } else { inputs.try_recv().ok() };
        }
        let messages = batch.iter().map(|one| (one.channel, one.body.as_ref()));
        let seqs = store.keep(messages)?;
        for (message, seq) in batch.drain(..).zip(seqs) {
            for listener in listeners.get(&message.channel).into_iter().flatten() {
                let _ = listener.try_send(Message::Binary(message.body.clone()));
            }
            let seq = Bytes::copy_from_slice(&seq.to_be_bytes());
            let _ = message.sender.try_send(Message::Binary(seq));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_without_a_channel_is_no_message() {
        let (sender, _receiver) = mpsc::channel(1);
        let read = |frame: &'static [u8]| {
            ToKeep::from_frame(&Bytes::from_static(frame), sender.clone())
                .map(|message| (message.channel, message.body))
        };
        assert_eq!(read(b"1234567"), None);
        assert_eq!(
            read(b"\0\0\0\0\0\0\x01\x02ab"),
            Some((258, Bytes::from_static(b"ab")))
        );
    }
}
