//! Somebody between clients and a real home who lets everything pass but the answers to one kind of
//! request, and does to those what the test says.

use futures_util::{SinkExt as _, StreamExt as _};
use protocol::frame::{Request, Response};
use protocol::id::{HomeKey, Nonce, Signature};
use protocol::proof;
use protocol::refusal::{HomeError, Refusal};
use protocol::response::{Done, Greeting, Published};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{accept_async, connect_async};

/// How often a request is put off before it passes.
const RETRIES: usize = 3;

/// What happens to the answers of one kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The request does not reach the home, and the connection ends.
    CloseBefore,
    /// The home did it, and the connection ends without an answer.
    CloseAfter,
    /// Bytes that are no frame.
    Garbage,
    /// The answer, under a version that nobody speaks yet.
    Version,
    /// The answer without its end.
    Cut,
    /// The answer as a text message.
    Text,
    /// An answer of another kind.
    OtherKind,
    /// The answer to another request.
    OtherId,
    /// The answer twice.
    Twice,
    /// An answer to nothing, and then the answer.
    Early,
    /// No answer.
    Silence,
    /// A refusal for a reason that nobody knows yet.
    Refuse,
    /// The home does not understand.
    NotUnderstood,
    /// Later, please.
    Retry,
    /// A greeting of somebody else, who can sign.
    OtherKey,
    /// A greeting whose signature is wrong.
    BadSignature,
}

impl Act {
    /// Whether the home never hears of the request: it did not do what it seems to refuse.
    fn is_before_the_home(self) -> bool {
        matches!(
            self,
            Self::CloseBefore | Self::Refuse | Self::NotUnderstood | Self::Retry
        )
    }
}

#[derive(Default)]
struct Rule {
    rule: Mutex<Option<(&'static str, Act)>>,
    met: AtomicUsize,
}

impl Rule {
    /// The act, if it is for this kind of request and begins with the request or with the answer.
    fn act(&self, kind: &str, with_request: bool) -> Option<Act> {
        let rule = self.rule.lock().unwrap();
        let (meant, act) = (*rule)?;
        if meant != kind || act.is_before_the_home() != with_request {
            return None;
        }
        self.met.fetch_add(1, Ordering::Relaxed);
        Some(act)
    }

    /// What a request gets that never reaches the home: an error, or the end of the connection.
    fn instead_of(&self, kind: &str) -> Option<Option<HomeError>> {
        let why = Refusal::Other("too-late-at-night".into());
        match self.act(kind, true)? {
            Act::Refuse => Some(Some(HomeError::Refused { why })),
            Act::NotUnderstood => Some(Some(HomeError::Invalid {
                what: "the moon".into(),
            })),
            Act::Retry if self.met.load(Ordering::Relaxed) > RETRIES => None,
            Act::Retry => Some(Some(HomeError::Retry { after_ms: 50 })),
            _ => Some(None),
        }
    }
}

pub struct Meddler {
    pub url: String,
    rule: Arc<Rule>,
    runtime: Option<Runtime>,
}

impl Meddler {
    /// Before the home at this address.
    pub fn before(home: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let rule = Arc::new(Rule::default());
        let home = format!("ws://{home}/socket");
        let rules = Arc::clone(&rule);
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(between(stream, home.clone(), Arc::clone(&rules)));
            }
        });
        Self {
            url,
            rule,
            runtime: Some(runtime),
        }
    }

    /// From now on, this is done to answers to this kind of request.
    pub fn meddle(&self, kind: &'static str, act: Act) {
        self.rule.met.store(0, Ordering::Relaxed);
        *self.rule.rule.lock().unwrap() = Some((kind, act));
    }

    /// Lets everything pass again; how often the rule was met.
    pub fn rest(&self) -> usize {
        *self.rule.rule.lock().unwrap() = None;
        self.rule.met.load(Ordering::Relaxed)
    }
}

impl Drop for Meddler {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// One connection, until either side or the rule ends it.
async fn between(stream: TcpStream, home: String, rule: Arc<Rule>) {
    let Ok(client) = accept_async(stream).await else {
        return;
    };
    let Ok((home, _)) = connect_async(home).await else {
        return;
    };
    let ((mut to_client, mut from_client), (mut to_home, mut from_home)) =
        (client.split(), home.split());
    let mut asked: BTreeMap<u64, Request> = BTreeMap::new();
    loop {
        tokio::select! {
            message = from_client.next() => {
                let Some(Ok(Message::Binary(bytes))) = message else { return };
                let (id, request) = Request::from_frame(&bytes).unwrap();
                match rule.instead_of(request.kind()) {
                    None => {}
                    Some(None) => return,
                    Some(Some(error)) => {
                        let frame = Response::Error(error).to_frame(id);
                        if to_client.send(Message::Binary(frame.into())).await.is_err() { return }
                        continue;
                    }
                }
                asked.insert(id, request);
                if to_home.send(Message::Binary(bytes)).await.is_err() { return }
            }
            message = from_home.next() => {
                let bytes = match message {
                    Some(Ok(Message::Binary(bytes))) => bytes,
                    Some(Ok(_)) => continue,
                    _ => return,
                };
                let (id, _) = Response::from_frame(&bytes).unwrap();
                let request = asked.remove(&id);
                let act = request.as_ref().and_then(|request| rule.act(request.kind(), false));
                let messages = match (act, request) {
                    (Some(act), Some(request)) => done_to(act, id, &request, &bytes),
                    _ => Some(vec![Message::Binary(bytes)]),
                };
                let Some(messages) = messages else { return };
                for message in messages {
                    if to_client.send(message).await.is_err() { return }
                }
            }
        }
    }
}

/// What the client gets instead; none: the connection ends.
fn done_to(act: Act, id: u64, request: &Request, answer: &[u8]) -> Option<Vec<Message>> {
    let binary = |bytes: Vec<u8>| vec![Message::Binary(bytes.into())];
    let done = Response::Done(Done {});
    Some(match act {
        Act::CloseBefore | Act::CloseAfter | Act::Refuse | Act::NotUnderstood | Act::Retry => {
            return None;
        }
        Act::Garbage => binary(vec![0xf7; 200]),
        Act::Version => {
            let mut bytes = answer.to_vec();
            bytes[1] = 9;
            binary(bytes)
        }
        Act::Cut => binary(answer[..answer.len() - 1].to_vec()),
        Act::Text => vec![Message::Text("{\"ok\":true}".into())],
        Act::OtherKind => binary(match Response::from_frame(answer) {
            Ok((_, Response::Done(_))) => {
                Response::Published(Published { remaining: 1 }).to_frame(id)
            }
            _ => done.to_frame(id),
        }),
        Act::OtherId => {
            let (_, response) = Response::from_frame(answer).unwrap();
            binary(response.to_frame(id + 1_000))
        }
        Act::Twice => [binary(answer.to_vec()), binary(answer.to_vec())].concat(),
        Act::Early => [binary(done.to_frame(id + 1_000)), binary(answer.to_vec())].concat(),
        Act::Silence => Vec::new(),
        Act::OtherKey => binary(other_greeting(request, true).to_frame(id)),
        Act::BadSignature => binary(other_greeting(request, false).to_frame(id)),
    })
}

/// The greeting of a home of the meddler's own.
fn other_greeting(request: &Request, honest: bool) -> Response {
    let Request::Hello(hello) = request else {
        panic!("only a greeting can be of another home");
    };
    let key = ed25519_dalek::SigningKey::from_bytes(&[3; 32]);
    let nonce = Nonce::new([4; 32]);
    let message = proof::greeting_message(&hello.nonce, &nonce);
    Response::Greeting(Greeting {
        home: HomeKey::new(key.verifying_key().to_bytes()),
        nonce,
        signature: if honest {
            proof::sign(&key, &message)
        } else {
            Signature::new([5; 64])
        },
        open: true,
    })
}
