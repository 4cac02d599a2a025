//! HEAD and PATCH with a ticket to put: bytes come in and stay as far as they came.

use super::Blobs;
use super::asked::Append;
use super::finish::{Held, finish};
use super::refused::{Refused, UPLOAD_OFFSET};
use super::staging::Staged;
use super::turns::Turn;
use crate::home::visit::Visit;
use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use futures_util::StreamExt;
use home_core::blob_index::BlobState;
use home_core::ticket::Ticket;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{Instant, timeout_at};

/// Bytes that are written at once.
const BATCH_BYTES: usize = 256 * 1024;
/// Bytes that must come within [`PACE`].
const PACE_BYTES: usize = 16 * 1024;
/// The time for [`PACE_BYTES`], shorter than a connection's life.
const PACE: Duration = Duration::from_secs(20);

/// Where an upload stands, for whoever has its turn.
enum Standing {
    /// At its end.
    Whole,
    /// All bytes are at their place, and the row does not say so.
    Moved(Turn),
    /// In its file.
    Staged(Staged),
}

/// `HEAD` with a ticket to put.
///
/// # Errors
/// [`Refused`].
pub(super) async fn head(blobs: &Blobs, ticket: &Ticket) -> Result<Response, Refused> {
    let (at, complete) = match stand(blobs, ticket).await? {
        Standing::Whole => (ticket.size, true),
        Standing::Moved(_) => (ticket.size, false),
        Standing::Staged(staged) => (staged.at(), false),
    };
    Ok(progress(ticket, at, complete))
}

/// `PATCH`.
///
/// # Errors
/// [`Refused`]; whatever came is kept, unless it is [`Refused::Digest`].
pub(super) async fn patch(
    blobs: &Arc<Blobs>,
    ticket: &Ticket,
    headers: &HeaderMap,
    bytes: &mut BodyDataStream,
    visit: &Visit,
) -> Result<Response, Refused> {
    let append = Append::read(headers)?;
    let Ok(_place) = blobs.places.try_acquire() else {
        return Err(Refused::Busy);
    };
    let held = match stand(blobs, ticket).await? {
        Standing::Whole => return Ok(progress(ticket, ticket.size, true)),
        Standing::Moved(turn) => {
            may_append(&append, ticket.size, ticket.size)?;
            Held::Moved(turn)
        }
        Standing::Staged(staged) => {
            may_append(&append, staged.at(), ticket.size)?;
            let staged = receive(bytes, staged, ticket.size, visit).await?;
            if !append.complete {
                return Ok(progress(ticket, staged.at(), false));
            }
            if staged.at() != ticket.size {
                return Err(Refused::Incomplete);
            }
            Held::Staged(staged)
        }
    };
    if !append.complete {
        return Ok(progress(ticket, ticket.size, false));
    }
    let digest = append.digest.ok_or(Refused::Header("Repr-Digest"))?;
    finish(blobs, ticket, held, digest, visit).await?;
    Ok(progress(ticket, ticket.size, true))
}

fn may_append(append: &Append, at: u64, size: u64) -> Result<(), Refused> {
    if append.offset != at {
        return Err(Refused::Offset { at });
    }
    if append.length.is_some_and(|length| length > size - at) {
        return Err(Refused::TooLong);
    }
    Ok(())
}

/// Takes the turn and looks where the upload stands.
async fn stand(blobs: &Blobs, ticket: &Ticket) -> Result<Standing, Refused> {
    let turn = blobs.turns.take(ticket.blob).await?;
    match blobs.look(ticket.blob).await? {
        Some(BlobState::Awaited) => {}
        Some(BlobState::Whole(_)) => return Ok(Standing::Whole),
        Some(BlobState::Erasing | BlobState::Erased) | None => return Err(Refused::Gone),
    }
    if blobs.store.moved(&ticket.blob).await? == Some(ticket.size) {
        return Ok(Standing::Moved(turn));
    }
    let path = blobs.store.staging(&ticket.blob);
    let reserve_bytes = blobs.store.reserve_bytes;
    let open = spawn_blocking(move || Staged::open(path, reserve_bytes, turn));
    joined(open).await.map(Standing::Staged)
}

/// Writes what comes until it ends or something ends it, and makes that durable.
async fn receive(
    bytes: &mut BodyDataStream,
    staged: Staged,
    size: u64,
    visit: &Visit,
) -> Result<Staged, Refused> {
    let mut room = size - staged.at();
    let mut replaced = std::pin::pin!(staged.turn().is_replaced());
    let mut writing = Writing::new(staged);
    let mut pace = Pace::begin();
    let ended = loop {
        let next = tokio::select! {
            next = timeout_at(pace.until, bytes.next()) => next,
            () = &mut replaced => break Err(Refused::Replaced),
        };
        match next {
            Err(_) => break Err(Refused::Slow),
            Ok(None) => break Ok(()),
            // The connection broke; nobody hears this.
            Ok(Some(Err(_))) => break Err(Refused::Incomplete),
            Ok(Some(Ok(piece))) => {
                let Some(left) = room.checked_sub(piece.len() as u64) else {
                    break Err(Refused::TooLong);
                };
                room = left;
                if pace.takes(piece.len()) {
                    visit.renew();
                }
                writing.push(piece).await?;
            }
        }
    };
    let staged = writing.end().await?;
    let staged = joined(spawn_blocking(move || staged.sync())).await?;
    ended.map(|()| staged)
}

/// Whether bytes come fast enough.
struct Pace {
    until: Instant,
    bytes: usize,
}

impl Pace {
    fn begin() -> Self {
        Self {
            until: Instant::now() + PACE,
            bytes: 0,
        }
    }

    /// Notes bytes; whether they were enough for a new time.
    fn takes(&mut self, bytes: usize) -> bool {
        self.bytes += bytes;
        let enough = self.bytes >= PACE_BYTES;
        if enough {
            *self = Self::begin();
        }
        enough
    }
}

/// Bytes on their way into the file: some are gathered while others are written. It drops whatever
/// is gathered when it is dropped, and what is being written is written.
struct Writing {
    gathered: Vec<Bytes>,
    gathered_bytes: usize,
    written: JoinHandle<Result<Staged, Refused>>,
}

impl Writing {
    fn new(staged: Staged) -> Self {
        Self {
            gathered: Vec::new(),
            gathered_bytes: 0,
            written: spawn_blocking(move || Ok(staged)),
        }
    }

    async fn push(&mut self, piece: Bytes) -> Result<(), Refused> {
        self.gathered_bytes += piece.len();
        self.gathered.push(piece);
        if self.gathered_bytes >= BATCH_BYTES {
            self.write().await?;
        }
        Ok(())
    }

    async fn write(&mut self) -> Result<(), Refused> {
        let staged = joined(&mut self.written).await?;
        let pieces = std::mem::take(&mut self.gathered);
        self.gathered_bytes = 0;
        self.written = spawn_blocking(move || staged.append(&pieces));
        Ok(())
    }

    async fn end(mut self) -> Result<Staged, Refused> {
        self.write().await?;
        joined(self.written).await
    }
}

/// What a thread of its own gives.
pub(super) async fn joined<T>(
    thread: impl Future<Output = Result<Result<T, Refused>, tokio::task::JoinError>>,
) -> Result<T, Refused> {
    thread.await.unwrap_or(Err(Refused::Storage))
}

/// The answer that tells where an upload stands.
fn progress(ticket: &Ticket, at: u64, complete: bool) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(UPLOAD_OFFSET, at.into());
    let complete = HeaderValue::from_static(if complete { "?1" } else { "?0" });
    headers.insert("upload-complete", complete);
    headers.insert("upload-length", ticket.size.into());
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
