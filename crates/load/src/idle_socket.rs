//! An idle client that speaks WebSocket.

use crate::peer::Idle;
use futures_util::{FutureExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{self, Message};

/// A connection that waits until this is dropped.
pub struct IdleSocket<S>(pub WebSocketStream<S>);

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Idle for IdleSocket<S> {
    fn closed(&mut self) -> Option<String> {
        loop {
            match self.0.next().now_or_never()? {
                Some(Ok(Message::Close(_))) | None => return Some(why_ended(None)),
                Some(Ok(_)) => {}
                ended => return Some(why_ended(ended)),
            }
        }
    }
}

/// Why a connection of which this came last is not open any more.
pub fn why_ended(last: Option<Result<Message, tungstenite::Error>>) -> String {
    match last {
        Some(Err(error)) => error.to_string(),
        _ => "the server closed it".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::SinkExt;
    use tokio_tungstenite::tungstenite::protocol::Role;

    #[tokio::test]
    async fn a_socket_is_open_until_the_server_closes_it_or_is_gone() {
        for says_so in [true, false] {
            let (client, server) = tokio::io::duplex(1024);
            let client = WebSocketStream::from_raw_socket(client, Role::Client, None).await;
            let mut server = WebSocketStream::from_raw_socket(server, Role::Server, None).await;
            let mut idle = IdleSocket(client);
            server.send(Message::Ping("".into())).await.unwrap();
            assert_eq!(idle.closed(), None);
            if says_so {
                server.close(None).await.unwrap();
            }
            drop(server);
            let why = idle.closed().unwrap();
            assert_eq!(why == "the server closed it", says_so, "{why}");
        }
    }
}
