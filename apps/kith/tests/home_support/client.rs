//! A client as small as it can be: frames, ids, proofs.

use ed25519_dalek::SigningKey;
use futures_util::{SinkExt, StreamExt};
use protocol::frame::{Request, Response};
use protocol::hash::first_head;
use protocol::id::{DeviceLabel, HeadId, InboxId, LogId, Nonce, OwnerKey, TokenHash};
use protocol::proof::{self, Right};
use protocol::request::{self, Admission};
use protocol::response::{Greeting, Page};
use protocol::secret::Token;
use rustls::pki_types::CertificateDer;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{
    Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config,
};

const PATIENCE: Duration = Duration::from_secs(20);
pub const DONE: Response = Response::Done(protocol::response::Done {});

pub struct Client {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub greeting: Greeting,
    pub pushed: Vec<Response>,
    id: u64,
}

/// A log with its first keys, and a token that pays for it.
#[derive(Clone)]
pub struct Log {
    pub log: LogId,
    pub head: HeadId,
    pub write: SigningKey,
    pub read: SigningKey,
    pub token: Token,
}

/// Everything of a log from one number.
pub fn log(of: u64) -> Log {
    let mut id = [0xa5; 16];
    id[..8].copy_from_slice(&of.to_be_bytes());
    let seed = |last: u8| {
        let mut seed = [last; 32];
        seed[..8].copy_from_slice(&of.to_be_bytes());
        seed
    };
    let log = LogId::new(id);
    Log {
        log,
        head: first_head(&log),
        write: SigningKey::from_bytes(&seed(1)),
        read: SigningKey::from_bytes(&seed(2)),
        token: Token::new(seed(3)),
    }
}

/// The key of the inbox that pays for a log.
fn owner(log: &Log) -> SigningKey {
    SigningKey::from_bytes(log.log.as_bytes().repeat(2)[..].try_into().unwrap())
}

/// A body of the smallest bucket, different for each number.
pub fn body(of: u64) -> Vec<u8> {
    let mut body = vec![0x5a; 512];
    body[..8].copy_from_slice(&of.to_be_bytes());
    body
}

impl Client {
    pub async fn connect(address: &str) -> Self {
        let url = format!("ws://{address}/socket");
        Self::connect_by(url.into_client_request().unwrap()).await
    }

    /// Through a proxy that says from where.
    pub async fn connect_from(address: &str, from: &str) -> Self {
        let url = format!("ws://{address}/socket");
        let mut request = url.into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert("x-forwarded-for", from.parse().unwrap());
        Self::connect_by(request).await
    }

    /// Over a connection of which the system here holds little that is on its way.
    pub async fn connect_narrow(address: &str) -> Self {
        const LITTLE_BYTES: u32 = 8 * 1024;
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(LITTLE_BYTES).unwrap();
        socket.set_send_buffer_size(LITTLE_BYTES).unwrap();
        let stream = socket.connect(address.parse().unwrap()).await.unwrap();
        let stream = MaybeTlsStream::Plain(stream);
        let url = format!("ws://{address}/socket");
        let (socket, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
        Self::greeted(socket).await
    }

    /// By TLS, trusting this certificate alone.
    ///
    /// # Errors
    /// What went wrong, if the home does not show it.
    pub async fn connect_trusting(
        address: &str,
        certificate: CertificateDer<'static>,
    ) -> Result<Self, tungstenite::Error> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(certificate).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let port = address.rsplit(':').next().unwrap();
        let url = format!("wss://localhost:{port}/socket");
        let connector = Some(Connector::Rustls(Arc::new(config)));
        let (socket, _) = connect_async_tls_with_config(url, None, false, connector).await?;
        Ok(Self::greeted(socket).await)
    }

    async fn connect_by(request: tungstenite::handshake::client::Request) -> Self {
        let (socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        Self::greeted(socket).await
    }

    async fn greeted(socket: WebSocketStream<MaybeTlsStream<TcpStream>>) -> Self {
        let mut client = Self {
            socket,
            greeting: Greeting {
                home: protocol::id::HomeKey::new([0; 32]),
                nonce: Nonce::new([0; 32]),
                signature: protocol::id::Signature::new([0; 64]),
                open: false,
            },
            pushed: Vec::new(),
            id: 0,
        };
        let nonce = Nonce::new([17; 32]);
        let Response::Greeting(greeting) =
            client.ask(&Request::Hello(request::Hello { nonce })).await
        else {
            panic!("no greeting");
        };
        let message = proof::greeting_message(&nonce, &greeting.nonce);
        proof::verify(greeting.home.as_bytes(), &message, &greeting.signature).unwrap();
        client.greeting = greeting;
        client
    }

    pub async fn send_raw(&mut self, bytes: Vec<u8>) {
        self.socket
            .send(Message::Binary(bytes.into()))
            .await
            .unwrap();
    }

    /// The next message of the home that is no ping.
    pub async fn next(&mut self) -> Option<Message> {
        loop {
            match timeout(PATIENCE, self.socket.next()).await.unwrap() {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(message)) => return Some(message),
                Some(Err(_)) | None => return None,
            }
        }
    }

    /// The next frame of the home.
    pub async fn next_frame(&mut self) -> Option<(u64, Response)> {
        match self.next().await? {
            Message::Binary(bytes) => Some(Response::from_frame(&bytes).unwrap()),
            _ => None,
        }
    }

    pub async fn send(&mut self, request: &Request) -> u64 {
        self.id += 1;
        self.send_raw(request.to_frame(self.id)).await;
        self.id
    }

    pub async fn ask(&mut self, request: &Request) -> Response {
        let id = self.send(request).await;
        loop {
            let (answered, response) = self.next_frame().await.expect("the home answers");
            if answered == id {
                return response;
            }
            assert_eq!(answered, 0, "an answer to something else");
            self.pushed.push(response);
        }
    }

    /// Proves that the inbox of [`Self::pay_for`] is one's own.
    pub async fn own(&mut self, log: &Log) {
        let owner = owner(log);
        let inbox = InboxId::new(*log.log.as_bytes());
        let message = proof::owner_message(&self.greeting.home, &self.greeting.nonce, &inbox);
        let own = Request::Own(request::Own {
            inbox,
            key: OwnerKey::new(owner.verifying_key().to_bytes()),
            signature: proof::sign(&owner, &message),
        });
        assert_eq!(self.ask(&own).await, DONE);
    }

    /// Makes an inbox in an open home and turns its allowance into the token of a log.
    pub async fn pay_for(&mut self, log: &Log) {
        let inbox = InboxId::new(*log.log.as_bytes());
        let key = OwnerKey::new(owner(log).verifying_key().to_bytes());
        let create = Request::CreateInbox(request::CreateInbox {
            inbox,
            owner: key,
            admission: Admission::Open,
        });
        assert_eq!(self.ask(&create).await, DONE);
        self.own(log).await;
        let tokens: Vec<TokenHash> = vec![log.token.hash()];
        let allow = Request::Allow(request::Allow { inbox, tokens });
        assert_eq!(self.ask(&allow).await, DONE);
        let publish = Request::Publish(request::Publish {
            inbox,
            device: DeviceLabel::new([1; 16]),
            device_list: Some(vec![1; 64]),
            key_packages: vec![body(1).into()],
            last_resort: None,
        });
        assert!(matches!(self.ask(&publish).await, Response::Published(_)));
    }

    pub async fn open(&mut self, log: &Log) {
        let open = Request::Open(request::Open {
            token: log.token.clone(),
            log: log.log,
            write_key: protocol::id::WriteKey::new(log.write.verifying_key().to_bytes()),
            read_key: protocol::id::ReadKey::new(log.read.verifying_key().to_bytes()),
        });
        assert_eq!(self.ask(&open).await, DONE);
    }

    pub async fn prove(&mut self, log: &Log) {
        for (right, key) in [(Right::Write, &log.write), (Right::Read, &log.read)] {
            let (home, nonce) = (&self.greeting.home, &self.greeting.nonce);
            let message = proof::right_message(home, nonce, &log.log, &log.head, right);
            let prove = Request::Prove(request::Prove {
                log: log.log,
                head: log.head,
                right,
                key: key.verifying_key().to_bytes(),
                signature: proof::sign(key, &message),
            });
            assert_eq!(self.ask(&prove).await, DONE);
        }
    }

    /// A fresh log, opened and proven.
    pub async fn begin(&mut self, of: u64) -> Log {
        let log = log(of);
        self.pay_for(&log).await;
        self.open(&log).await;
        self.prove(&log).await;
        log
    }

    pub fn append_request(log: &Log, body: Vec<u8>) -> Request {
        Request::Append(request::Append {
            log: log.log,
            head: log.head,
            body,
        })
    }

    pub async fn read(&mut self, log: &Log, from: u64, subscribe: bool) -> Page {
        let read = request::Read {
            log: log.log,
            head: log.head,
            from,
            children_from: 0,
            repairs_after: 0,
        };
        let request = if subscribe {
            Request::Subscribe(read)
        } else {
            Request::Read(read)
        };
        match self.ask(&request).await {
            Response::Page(page) => page,
            other => panic!("no page: {other:?}"),
        }
    }
}
