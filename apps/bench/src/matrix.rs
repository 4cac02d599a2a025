//! Synapse as a peer: pairs of Matrix clients with a room each, one of which sends and the other long-polls
//! (Matrix client-server API, `PUT …/send`, `GET /sync`).

mod client;

use crate::synapse;
use client::{Client, since};
use futures_util::FutureExt;
use load::{Arrivals, Idle, LoadError, Peer, Sender, Size, find_stamps, stamped_text};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

/// Bytes of a message.
const BODY_BYTES: usize = 300;

/// A server of Matrix.
#[derive(Debug, Default)]
pub(crate) struct Matrix {
    client: Option<Arc<Client>>,
    accounts: u64,
}

impl Matrix {
    fn client(&self) -> Result<Arc<Client>, LoadError> {
        let unprepared = || LoadError::answer("a client", "Synapse was not prepared");
        self.client.clone().ok_or_else(unprepared)
    }

    /// A new account: its name and its token.
    async fn account(&mut self) -> Result<(String, String), LoadError> {
        self.accounts += 1;
        let user = format!("user{}", self.accounts);
        let question = json!({
            "username": user,
            "password": "a long secret",
            "auth": {"type": "m.login.dummy"},
        });
        let client = self.client()?;
        let answer = client.post("register", None, &question).await?;
        let token = answer.get("access_token").and_then(Value::as_str);
        let token = token.ok_or_else(|| LoadError::answer("an account", &answer))?;
        Ok((format!("@{user}:localhost"), token.to_owned()))
    }
}

impl Peer for Matrix {
    type Sender = MatrixSender;

    fn name(&self) -> &'static str {
        "synapse"
    }

    fn size(&self) -> Size {
        Size {
            pairs: 20,
            window_of_one: 8,
            window_of_many: 2,
            low_per_s: 10.0,
            rate_per_s: 20.0,
        }
    }

    fn command(&self, folder: &Path, port: u16) -> Result<Command, LoadError> {
        synapse::command(folder, port)
    }

    async fn prepare(&mut self, port: u16) -> Result<(), LoadError> {
        self.client = Some(Arc::new(Client::new(port)));
        Ok(())
    }

    async fn pair(&mut self, arrivals: Arrivals) -> Result<MatrixSender, LoadError> {
        let (_, token) = self.account().await?;
        let (receiver, receiver_token) = self.account().await?;
        let client = self.client()?;
        let room =
            json!({"preset": "trusted_private_chat", "is_direct": true, "invite": [receiver]});
        let answer = client.post("createRoom", Some(&token), &room).await?;
        let room = answer.get("room_id").and_then(Value::as_str);
        let room = room.ok_or_else(|| LoadError::answer("a room", &answer))?;
        let path = format!("join/{room}");
        client
            .post(&path, Some(&receiver_token), &json!({}))
            .await?;
        let first = client.sync(&receiver_token, None).await?;
        tokio::spawn(receive(
            Arc::clone(&client),
            receiver_token,
            since(&first)?,
            arrivals.clone(),
        ));
        Ok(MatrixSender {
            client,
            room: room.to_owned(),
            token,
            arrivals,
        })
    }

    async fn idle(&mut self) -> Result<Box<dyn Idle>, LoadError> {
        let (_, token) = self.account().await?;
        let client = self.client()?;
        let first = client.sync(&token, None).await?;
        let mut next = since(&first)?;
        let waiting = tokio::spawn(async move {
            loop {
                let answer = client.sync(&token, Some(&next)).await;
                match answer.and_then(|answer| since(&answer)) {
                    Ok(after) => next = after,
                    Err(error) => return error,
                }
            }
        });
        Ok(Box::new(Waiting(waiting)))
    }
}

/// A client that waits until this is dropped.
struct Waiting(tokio::task::JoinHandle<LoadError>);

impl Idle for Waiting {
    fn closed(&mut self) -> Option<String> {
        let ended = (&mut self.0).now_or_never()?;
        Some(match ended {
            Ok(error) => error.to_string(),
            Err(error) => error.to_string(),
        })
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Polls until a poll fails.
async fn receive(client: Arc<Client>, token: String, mut next: String, arrivals: Arrivals) {
    loop {
        let answer = client.sync(&token, Some(&next)).await;
        let polled = answer.and_then(|answer| Ok((since(&answer)?, answer)));
        match polled {
            Ok((after, mut answer)) => {
                next = after;
                find_stamps(&mut answer, |sent_ns| arrivals.arrived(sent_ns));
            }
            Err(error) => {
                arrivals.failed(format_args!("a receiver's poll: {error}"));
                return;
            }
        }
    }
}

/// Sends to one room.
#[derive(Debug)]
pub(crate) struct MatrixSender {
    client: Arc<Client>,
    room: String,
    token: String,
    arrivals: Arrivals,
}

impl Sender for MatrixSender {
    /// Each message is a request of its own; several may be under way.
    async fn send(&mut self, sent_ns: u64) -> Result<(), LoadError> {
        let client = Arc::clone(&self.client);
        let (room, token) = (self.room.clone(), self.token.clone());
        let arrivals = self.arrivals.clone();
        tokio::spawn(async move {
            let message = json!({"msgtype": "m.text", "body": stamped_text(sent_ns, BODY_BYTES)});
            if let Err(error) = client.send(&room, &token, sent_ns, &message).await {
                arrivals.failed(error);
            }
        });
        Ok(())
    }
}
