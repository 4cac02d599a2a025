//! A client of a home without a profile: frames, ids and proofs, as many as a measurement needs.

use super::requests::{self, BenchLog};
use futures_util::{SinkExt, StreamExt};
use load::LoadError;
use protocol::frame::{Request, Response};
use protocol::proof::Right;
use protocol::request;
use protocol::response::Greeting;
use protocol::secret::Token;
use std::io;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

/// A connection that has greeted the home.
pub(super) struct HomeClient {
    pub(super) socket: WebSocketStream<TcpStream>,
    greeting: Greeting,
    last_id: u64,
}

fn system(what: &'static str) -> impl Fn(tokio_tungstenite::tungstenite::Error) -> LoadError {
    move |error| LoadError::System {
        what,
        source: io::Error::other(error),
    }
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
        match exchange(&mut socket, &requests::hello()?, 1).await? {
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
        let prove = requests::prove(&self.greeting, log, right);
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
        let (open, log) = requests::open(token)?;
        self.done("open", &open).await?;
        Ok(log)
    }

    /// Makes an inbox and turns its allowance into tokens.
    async fn tokens(&mut self) -> Result<Vec<Token>, LoadError> {
        let (inbox, tokens) = requests::inbox(&self.greeting)?;
        for request in &inbox {
            self.done("an inbox", request).await?;
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
