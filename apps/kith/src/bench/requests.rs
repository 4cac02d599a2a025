//! What a client of a measurement asks of a home, whatever the way.

use ed25519_dalek::SigningKey;
use load::LoadError;
use protocol::frame::Request;
use protocol::hash::first_head;
use protocol::id::{HeadId, InboxId, LogId, Nonce, OwnerKey, ReadKey, WriteKey};
use protocol::proof::{self, Right};
use protocol::request::{self, Admission};
use protocol::response::Greeting;
use protocol::secret::Token;
use std::io;

/// Logs that one inbox pays for.
const LOGS_OF_AN_INBOX: usize = 1_000;
/// Tokens that one request grants.
const TOKENS_OF_A_REQUEST: usize = 32;

/// Fresh random bytes.
pub(super) fn random<const N: usize>() -> Result<[u8; N], LoadError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| LoadError::System {
        what: "randomness",
        source: io::Error::other(error),
    })?;
    Ok(bytes)
}

/// A log with its keys.
pub(super) struct BenchLog {
    pub(super) log: LogId,
    pub(super) head: HeadId,
    write: SigningKey,
    read: SigningKey,
}

pub(super) fn hello() -> Result<Request, LoadError> {
    let nonce = Nonce::new(random()?);
    Ok(Request::Hello(request::Hello { nonce }))
}

/// What makes an inbox and turns its allowance into tokens, and these tokens.
pub(super) fn inbox(greeting: &Greeting) -> Result<(Vec<Request>, Vec<Token>), LoadError> {
    let owner = SigningKey::from_bytes(&random()?);
    let key = OwnerKey::new(owner.verifying_key().to_bytes());
    let inbox = InboxId::new(random()?);
    let create = Request::CreateInbox(request::CreateInbox {
        inbox,
        owner: key,
        admission: Admission::Open,
    });
    let message = proof::owner_message(&greeting.home, &greeting.nonce, &inbox);
    let own = Request::Own(request::Own {
        inbox,
        key,
        signature: proof::sign(&owner, &message),
    });
    let tokens = (0..LOGS_OF_AN_INBOX).map(|_| random().map(Token::new));
    let tokens = tokens.collect::<Result<Vec<_>, _>>()?;
    let allow = tokens.chunks(TOKENS_OF_A_REQUEST).map(|granted| {
        let tokens = granted.iter().map(Token::hash).collect();
        Request::Allow(request::Allow { inbox, tokens })
    });
    let requests = [create, own].into_iter().chain(allow).collect();
    Ok((requests, tokens))
}

/// Opens a log for a token.
pub(super) fn open(token: Token) -> Result<(Request, BenchLog), LoadError> {
    let log = LogId::new(random()?);
    let write = SigningKey::from_bytes(&random()?);
    let read = SigningKey::from_bytes(&random()?);
    let open = Request::Open(request::Open {
        token,
        log,
        write_key: WriteKey::new(write.verifying_key().to_bytes()),
        read_key: ReadKey::new(read.verifying_key().to_bytes()),
    });
    let head = first_head(&log);
    let log = BenchLog {
        log,
        head,
        write,
        read,
    };
    Ok((open, log))
}

/// Proves a right to a log.
pub(super) fn prove(greeting: &Greeting, log: &BenchLog, right: Right) -> Request {
    let signing = match right {
        Right::Read => &log.read,
        Right::Write => &log.write,
    };
    let Greeting { home, nonce, .. } = greeting;
    let message = proof::right_message(home, nonce, &log.log, &log.head, right);
    Request::Prove(request::Prove {
        log: log.log,
        head: log.head,
        right,
        key: signing.verifying_key().to_bytes(),
        signature: proof::sign(signing, &message),
    })
}
