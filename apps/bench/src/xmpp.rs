//! Prosody and ejabberd as peers: pairs of XMPP clients whose messages the server archives.
//!
//! A message is a stanza of type *chat* with a body of 300 bytes. The clients write and look through plain bytes:
//! an XML parser would be what is measured.

mod client;
mod stanza;

pub(crate) use stanza::Domain;

use crate::text_connection::{hear_failures, receive};
use crate::{ejabberd, prosody};
use client::Client;
use load::{Arrivals, Idle, LoadError, Peer, Sender, stamped_text};
use std::path::Path;
use std::process::Command;
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::OwnedWriteHalf;

/// Bytes of a message.
const BODY_BYTES: usize = 300;

/// Which server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Server {
    Prosody(prosody::Archive),
    Ejabberd(ejabberd::Archive),
}

/// A server of XMPP.
#[derive(Debug)]
pub(crate) struct Xmpp {
    server: Server,
    port: u16,
    accounts: u64,
}

impl Xmpp {
    pub(crate) fn new(server: Server) -> Self {
        Self {
            server,
            port: 0,
            accounts: 0,
        }
    }

    async fn client(&mut self) -> Result<(String, Client), LoadError> {
        self.accounts += 1;
        let user = format!("user{}", self.accounts);
        let client = Client::online(self.port, &user).await?;
        Ok((user, client))
    }
}

impl Peer for Xmpp {
    type Sender = XmppSender;

    fn name(&self) -> &'static str {
        match self.server {
            Server::Prosody(prosody::Archive::Sqlite) => "prosody",
            Server::Prosody(prosody::Archive::Files) => "prosody-internal",
            Server::Ejabberd(ejabberd::Archive::Sqlite) => "ejabberd",
            Server::Ejabberd(ejabberd::Archive::Mnesia) => "ejabberd-mnesia",
        }
    }

    fn command(&self, folder: &Path, port: u16) -> Result<Command, LoadError> {
        match self.server {
            Server::Prosody(archive) => prosody::command(archive, folder, port),
            Server::Ejabberd(archive) => ejabberd::command(archive, folder, port),
        }
    }

    async fn prepare(&mut self, port: u16) -> Result<(), LoadError> {
        self.port = port;
        Ok(())
    }

    async fn pair(&mut self, arrivals: Arrivals) -> Result<XmppSender, LoadError> {
        let (_, sender) = self.client().await?;
        let (to, receiver) = self.client().await?;
        let (incoming, outgoing) = receiver.into_split();
        tokio::spawn(receive(incoming, outgoing, arrivals.clone()));
        let (incoming, outgoing) = sender.into_split();
        // A sender is told something only if its message came to nothing.
        tokio::spawn(hear_failures(incoming, stanza::ERROR, arrivals));
        let (before, after) = stanza::around_body(&to);
        Ok(XmppSender {
            outgoing,
            before,
            after,
        })
    }

    async fn idle(&mut self) -> Result<Box<dyn Idle>, LoadError> {
        Ok(Box::new(self.client().await?.1))
    }
}

/// Writes messages to one account.
#[derive(Debug)]
pub(crate) struct XmppSender {
    outgoing: OwnedWriteHalf,
    before: String,
    after: &'static str,
}

impl Sender for XmppSender {
    async fn send(&mut self, sent_ns: u64) -> Result<(), LoadError> {
        let mut message = self.before.clone();
        message.push_str(&stamped_text(sent_ns, BODY_BYTES));
        message.push_str(self.after);
        let writing = self.outgoing.write_all(message.as_bytes()).await;
        writing.map_err(LoadError::system("sending"))
    }
}
