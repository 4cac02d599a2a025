//! A connection to a home: frames, the home's key, proofs.

use std::time::Duration;

use ed25519_dalek::{Signer as _, SigningKey};
use futures_util::{SinkExt as _, StreamExt as _};
use protocol::frame::{Request, Response};
use protocol::home_url::HomeUrl;
use protocol::id::{HeadId, InboxId, LogId, Nonce, OwnerKey, Signature};
use protocol::proof::Right;
use protocol::refusal::HomeError;
use protocol::request::{Hello, Own, Prove};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::stranger::random;
use crate::stranger::signed::{public, statement, verify};
use crate::stranger::wrap::Spot;

/// How long a home may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Connection {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub home_key: [u8; 32],
    nonce: [u8; 32],
    last_id: u64,
}

impl Connection {
    /// Connects and makes sure that the home holds the expected key, if one is expected.
    pub async fn to(home: &str, expected: Option<&[u8; 32]>) -> Self {
        let home = HomeUrl::parse(home).unwrap();
        let (socket, _) = connect_async(home.socket()).await.unwrap();
        let mut connection = Self {
            socket,
            home_key: [0; 32],
            nonce: [0; 32],
            last_id: 0,
        };
        let nonce = random::<32>();
        let hello = Request::Hello(Hello {
            nonce: Nonce::new(nonce),
        });
        let Response::Greeting(greeting) = connection.ask(&hello).await else {
            panic!("the home does not greet");
        };
        connection.home_key = *greeting.home.as_bytes();
        connection.nonce = *greeting.nonce.as_bytes();
        let said = statement("kith/greeting", &[&nonce, &connection.nonce]);
        verify(&connection.home_key, &said, greeting.signature.as_bytes()).unwrap();
        if let Some(expected) = expected {
            assert_eq!(&connection.home_key, expected, "another home answers");
        }
        connection
    }

    /// Asks, and asks again as long as the home says so; pushes are passed over.
    pub async fn ask(&mut self, request: &Request) -> Response {
        loop {
            self.last_id += 1;
            let frame = request.to_frame(self.last_id);
            self.socket
                .send(Message::Binary(frame.into()))
                .await
                .unwrap();
            match self.answer().await {
                Response::Error(HomeError::Retry { after_ms }) => {
                    tokio::time::sleep(Duration::from_millis(after_ms)).await;
                }
                response => return response,
            }
        }
    }

    async fn answer(&mut self) -> Response {
        loop {
            let message = timeout(PATIENCE, self.socket.next()).await;
            if let Message::Binary(bytes) = message.unwrap().unwrap().unwrap() {
                let (id, response) = Response::from_frame(&bytes).unwrap();
                if id == self.last_id {
                    return response;
                }
            }
        }
    }

    /// Asks for what must be done.
    pub async fn done(&mut self, request: &Request) {
        let answer = self.ask(request).await;
        assert!(matches!(answer, Response::Done(_)), "{answer:?}");
    }

    /// Proves a right at a head with the key that one's own exporter yielded.
    pub async fn prove(&mut self, spot: &Spot, right: Right, key: &SigningKey) {
        let byte = match right {
            Right::Read => 0u8,
            Right::Write => 1,
        };
        let parts: [&[u8]; 5] = [&self.home_key, &self.nonce, &spot.log, &spot.head, &[byte]];
        let signature = key.sign(&statement("kith/prove", &parts)).to_bytes();
        self.done(&Request::Prove(Prove {
            log: LogId::new(spot.log),
            head: HeadId::new(spot.head),
            right,
            key: public(key),
            signature: Signature::new(signature),
        }))
        .await;
    }

    /// Proves that an inbox is one's own.
    pub async fn own(&mut self, inbox: &[u8; 16], owner: &SigningKey) {
        let said = statement("kith/own", &[&self.home_key, &self.nonce, inbox]);
        self.done(&Request::Own(Own {
            inbox: InboxId::new(*inbox),
            key: OwnerKey::new(public(owner)),
            signature: Signature::new(owner.sign(&said).to_bytes()),
        }))
        .await;
    }
}
