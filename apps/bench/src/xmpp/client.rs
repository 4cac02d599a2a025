//! A client from its connection until it is online.

use super::stanza;
use crate::text_connection::TextConnection;
use load::{Idle, LoadError};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// A client that is online.
#[derive(Debug)]
pub(super) struct Client {
    connection: TextConnection,
}

impl Client {
    /// Makes the account `user` and comes online with it.
    pub(super) async fn online(port: u16, user: &str) -> Result<Self, LoadError> {
        let mut connection = TextConnection::open(port).await?;
        let steps: [(String, &[&str]); 6] = [
            (stanza::stream(), &["</stream:features>"]),
            (stanza::register(user), &["register", ">"]),
            (stanza::authenticate(user), &["<success", ">"]),
            (stanza::stream(), &["</stream:features>"]),
            (stanza::bind().to_owned(), &["</iq>"]),
            (stanza::presence().to_owned(), &[]),
        ];
        for (said, expected) in steps {
            connection.say(&said).await?;
            for word in expected {
                connection.hear(word).await?;
            }
        }
        Ok(Self { connection })
    }

    pub(super) fn into_split(self) -> (OwnedReadHalf, OwnedWriteHalf) {
        self.connection.into_split()
    }
}

impl Idle for Client {
    fn closed(&mut self) -> Option<String> {
        self.connection.closed()
    }
}
