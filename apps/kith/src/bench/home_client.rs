//! A client of a home without a profile: frames, ids and proofs, as many as a measurement needs.

use ed25519_dalek::SigningKey;
use futures_util::{SinkExt, StreamExt};
use load::LoadError;
use protocol::frame::{Request, Response};
use protocol::hash::first_head;
use protocol::id::{HeadId, InboxId, LogId, Nonce, OwnerKey, ReadKey, WriteKey};
use protocol::proof::{self, Right};
use protocol::request::{self, Admission};
use protocol::response::Greeting;
use protocol::secret::Token;
use std::io;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

/// Logs that one inbox pays for.
const LOGS_OF_AN_INBOX: usize = 1_000;
/// Tokens that one request grants.
const TOKENS_OF_A_REQUEST: usize = 32;

/// A connection that has greeted the home.
pub(super) struct HomeClient {
    pub(super) socket: WebSocketStream<TcpStream>,
    greeting: Greeting,
    last_id: u64,
}

/// A log that exists, with its keys.
pub(super) struct BenchLog {
    pub(super) log: LogId,
    pub(super) head: HeadId,
    write: SigningKey,
    read: SigningKey,
}

fn system(what: &'static str) -> impl Fn(tokio_tungstenite::tungstenite::Error) -> LoadError {
    move |error| LoadError::System {
        what,
        source: io::Error::other(error),
    }
}

/// Fresh random bytes.
pub(super) fn random<const N: usize>() -> Result<[u8; N], LoadError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| LoadError::System {
        what: "randomness",
        source: io::Error::other(error),
    })?;
    Ok(bytes)
}

impl HomeClient {
    pub(super) async fn connect(port: u16) -> Result<Self, LoadError> {
        let stream = TcpStream::connect(("127.0.0.1", port))
            .await
            .map_err(LoadError::system("a connection"))?;
        stream
            .set_nodelay(true)
            .map_err(LoadError::system("a connection"))?;
        let url = format!("ws://127.0.0.1:{port}/socket");
        let (mut socket, _) = tokio_tungstenite::client_async(url, stream)
            .await
            .map_err(system("the socket"))?;
        let nonce = Nonce::new(random()?);
        let hello = Request::Hello(request::Hello { nonce });
        match exchange(&mut socket, &hello, 1).await? {
            Response::Greeting(greeting) => Ok(Self {
                socket,
                greeting,
                last_id: 1,
            }),
            other => Err(LoadError::answer("hello", other)),
        }
    }

    pub(super) async fn ask(&mut self, request: &Request) -> Result<Response, LoadError> {
        self.last_id += 1;
        exchange(&mut self.socket, request, self.last_id).await
    }

    async fn done(&mut self, what: &'static str, request: &Request) -> Result<(), LoadError> {
        match self.ask(request).await? {
            Response::Done(_) => Ok(()),
            other => Err(LoadError::answer(what, other)),
        }
    }

    pub(super) async fn prove(&mut self, log: &BenchLog, right: Right) -> Result<(), LoadError> {
        let signing = match right {
            Right::Read => &log.read,
            Right::Write => &log.write,
        };
        let Greeting { home, nonce, .. } = &self.greeting;
        let message = proof::right_message(home, nonce, &log.log, &log.head, right);
        let prove = Request::Prove(request::Prove {
            log: log.log,
            head: log.head,
            right,
            key: signing.verifying_key().to_bytes(),
            signature: proof::sign(signing, &message),
        });
        self.done("prove", &prove).await
    }

    /// Listens to a log that has no entries yet.
    pub(super) async fn subscribe(&mut self, log: &BenchLog) -> Result<(), LoadError> {
        let subscribe = Request::Subscribe(request::Read {
            log: log.log,
            head: log.head,
            from: 1,
            children_from: 0,
            repairs_after: 0,
        });
        match self.ask(&subscribe).await? {
            Response::Page(page) if page.end => Ok(()),
            other => Err(LoadError::answer("subscribe", other)),
        }
    }

    /// Opens a log for a token.
    async fn open(&mut self, token: Token) -> Result<BenchLog, LoadError> {
        let log = LogId::new(random()?);
        let write = SigningKey::from_bytes(&random()?);
        let read = SigningKey::from_bytes(&random()?);
        let open = Request::Open(request::Open {
            token,
            log,
            write_key: WriteKey::new(write.verifying_key().to_bytes()),
            read_key: ReadKey::new(read.verifying_key().to_bytes()),
        });
        self.done("open", &open).await?;
        let head = first_head(&log);
        Ok(BenchLog {
            log,
            head,
            write,
            read,
        })
    }

    /// Makes an inbox and turns its allowance into tokens.
    async fn tokens(&mut self) -> Result<Vec<Token>, LoadError> {
        let owner = SigningKey::from_bytes(&random()?);
        let key = OwnerKey::new(owner.verifying_key().to_bytes());
        let inbox = InboxId::new(random()?);
        let create = Request::CreateInbox(request::CreateInbox {
            inbox,
            owner: key,
            admission: Admission::Open,
        });
        self.done("create-inbox", &create).await?;
        let message = proof::owner_message(&self.greeting.home, &self.greeting.nonce, &inbox);
        let own = Request::Own(request::Own {
            inbox,
            key,
            signature: proof::sign(&owner, &message),
        });
        self.done("own", &own).await?;
        let mut tokens = Vec::new();
        while tokens.len() < LOGS_OF_AN_INBOX {
            let count = TOKENS_OF_A_REQUEST.min(LOGS_OF_AN_INBOX - tokens.len());
            let secrets = (0..count).map(|_| random().map(Token::new));
            let granted = secrets.collect::<Result<Vec<_>, _>>()?;
            let allow = Request::Allow(request::Allow {
                inbox,
                tokens: granted.iter().map(Token::hash).collect(),
            });
            self.done("allow", &allow).await?;
            tokens.extend(granted);
        }
        Ok(tokens)
    }
}

/// A request and its answer on a connection on which nothing else is under way.
async fn exchange(
    socket: &mut WebSocketStream<TcpStream>,
    request: &Request,
    id: u64,
) -> Result<Response, LoadError> {
    let frame = Message::Binary(request.to_frame(id).into());
    socket.send(frame).await.map_err(system("the socket"))?;
    loop {
        let message = match socket.next().await {
            Some(message) => message.map_err(system("the socket"))?,
            None => return Err(LoadError::answer("the socket", "the home closed it")),
        };
        let Message::Binary(bytes) = message else {
            continue;
        };
        let (answered, response) =
            Response::from_frame(&bytes).map_err(|error| LoadError::answer("a frame", error))?;
        if answered == id {
            return Ok(response);
        }
    }
}

/// Opens logs at a home, and makes inboxes that pay for them.
pub(super) struct Logs {
    client: HomeClient,
    tokens: Vec<Token>,
}

impl Logs {
    pub(super) fn new(client: HomeClient) -> Self {
        let tokens = Vec::new();
        Self { client, tokens }
    }

    pub(super) async fn next(&mut self) -> Result<BenchLog, LoadError> {
        if self.tokens.is_empty() {
            self.tokens = self.client.tokens().await?;
        }
        match self.tokens.pop() {
            Some(token) => self.client.open(token).await,
            None => Err(LoadError::answer("allow", "no token")),
        }
    }
}
