//! The first stage: bytes in, a request out whose form, bounds and signatures are right.
//!
//! It knows no store and keeps no state, so every connection runs it for itself and the one writer
//! never verifies a signature and never hashes a body. What is left to the second stage is whether
//! the keys that signed are the ones that count.
//!
//! Invariant: an [`Admitted`] comes from [`admit`] alone.

mod blob;
mod inbox;
mod kind;
mod log;

use protocol::frame::{FrameError, Request};
use protocol::id::{HomeKey, LogId, Nonce};
use protocol::refusal::HomeError;

pub(crate) use blob::{BlobRequest, BlobWish};
pub(crate) use inbox::{CheckedAdmission, InboxRequest};
pub use kind::RequestKind;
pub(crate) use log::{LogRequest, Wanted};

/// A request that passed the first stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted(pub(crate) Checked);

impl Admitted {
    /// Whether its answer can hold a whole page of bodies, by which a driver bounds how many are
    /// under way at once.
    pub fn is_answered_at_length(&self) -> bool {
        matches!(
            self.0,
            Checked::Log(LogRequest::Read { .. })
                | Checked::Inbox(InboxRequest::Fetch { .. } | InboxRequest::Listen(_))
        )
    }

    /// The log that it is about, if it is about one, by which a driver keeps logs from crowding each
    /// other out.
    pub fn log(&self) -> Option<LogId> {
        match &self.0 {
            Checked::Log(request) => Some(request.log()),
            Checked::Blob(request) => Some(request.log),
            Checked::Hello { .. } | Checked::Inbox(_) => None,
        }
    }
}

/// A request with its secrets hashed, its bodies hashed and its signatures verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Checked {
    Hello { nonce: Nonce },
    Log(LogRequest),
    Inbox(InboxRequest),
    Blob(BlobRequest),
}

/// Reads and checks one frame of a connection with the home's `nonce`.
///
/// # Errors
/// The request's id (0 where none could be read) and the answer that it gets instead.
pub fn admit(
    bytes: &[u8],
    home: &HomeKey,
    nonce: &Nonce,
) -> Result<(u64, Admitted), (u64, HomeError)> {
    let (id, request) = Request::from_frame(bytes).map_err(|error| (error.id(), refuse(&error)))?;
    if id == 0 {
        // Pushes have the id 0; an answer with it could not be told from one.
        return Err((0, invalid("a request's id is above 0")));
    }
    match check(request, home, nonce) {
        Ok(checked) => Ok((id, Admitted(checked))),
        Err(error) => Err((id, error)),
    }
}

fn refuse(error: &FrameError) -> HomeError {
    HomeError::Invalid {
        what: error.to_string(),
    }
}

fn check(request: Request, home: &HomeKey, nonce: &Nonce) -> Result<Checked, HomeError> {
    use Checked::{Blob, Inbox, Log};
    Ok(match request {
        Request::Hello(request) => Checked::Hello {
            nonce: request.nonce,
        },
        Request::Prove(request) => Log(log::prove(&request, home, nonce)?),
        Request::Open(request) => Log(log::open(&request)),
        Request::Read(request) => Log(log::read(&request, false)?),
        Request::Subscribe(request) => Log(log::read(&request, true)?),
        Request::Append(request) => Log(log::append(request)?),
        Request::Commit(request) => Log(log::commit(request, home)?),
        Request::Repair(request) => Log(log::repair(request)?),
        Request::Signal(request) => Log(log::signal(request)?),
        Request::BlobPut(request) => Blob(blob::put(&request)?),
        Request::BlobGet(request) => Blob(blob::named(&request, BlobWish::Get)),
        Request::BlobRenew(request) => Blob(blob::named(&request, BlobWish::Renew)),
        Request::Own(request) => Inbox(inbox::own(&request, home, nonce)?),
        Request::CreateInbox(request) => Inbox(inbox::create(&request)),
        Request::Publish(request) => Inbox(inbox::publish(request)?),
        Request::GrantCapability(request) => Inbox(inbox::grant(request)?),
        Request::RevokeCapability(request) => Inbox(inbox::revoke(request)),
        Request::Allow(request) => Inbox(inbox::allow(request)?),
        Request::Fetch(request) => Inbox(inbox::fetch(&request)),
        Request::Knock(request) => Inbox(inbox::knock(request)?),
        Request::Listen(request) => Inbox(inbox::listen(request)?),
        Request::Acknowledge(request) => Inbox(inbox::acknowledge(request)?),
        Request::EraseInbox(request) => Inbox(InboxRequest::Erase(request.inbox)),
    })
}

/// An answer that the request is not well-formed.
pub(crate) fn invalid(what: &str) -> HomeError {
    HomeError::Invalid {
        what: what.to_owned(),
    }
}

fn at_most(found: usize, most: usize, what: &str) -> Result<(), HomeError> {
    if found <= most {
        Ok(())
    } else {
        Err(invalid(&format!("{what}: at most {most}, found {found}")))
    }
}

fn bucket(body: &[u8], what: &str) -> Result<(), HomeError> {
    if protocol::size_bucket::is_bucket(body.len()) {
        Ok(())
    } else {
        Err(invalid(&format!("{what} is not as long as a size bucket")))
    }
}

/// Databases count with a sign; no honest number is so high.
fn number(value: u64) -> Result<(), HomeError> {
    if i64::try_from(value).is_ok() {
        Ok(())
    } else {
        Err(invalid("a number is too high"))
    }
}

fn verified(result: Result<(), protocol::proof::BadSignature>) -> Result<(), HomeError> {
    result.map_err(|error| invalid(&error.to_string()))
}

/// Whether a Unix time in seconds can be kept.
fn time(value: Option<u64>) -> Result<(), HomeError> {
    value.map_or(Ok(()), number)
}
