//! GET and HEAD with a ticket to get: a whole blob, or one range of it.

use super::Blobs;
use super::asked::{etag, is_known, range};
use super::refused::Refused;
use super::store::Source;
use crate::home::visit::Visit;
use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderValue,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use futures_util::stream::{self, BoxStream, StreamExt};
use home_core::blob_index::BlobState;
use home_core::ticket::Ticket;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::spawn_blocking;

/// What is read from a file at once.
const READ_BYTES: u64 = 256 * 1024;
/// What is handed on at once: whoever takes less in the life of a connection is cut off.
const PIECE_BYTES: usize = 64 * 1024;

/// `GET`, or `HEAD`, which gives the same without the bytes.
///
/// # Errors
/// [`Refused`].
pub(super) async fn get(
    blobs: &Arc<Blobs>,
    ticket: &Ticket,
    headers: &HeaderMap,
    is_head: bool,
    visit: &Visit,
) -> Result<Response, Refused> {
    let hash = match blobs.look(ticket.blob).await? {
        Some(BlobState::Whole(hash)) => hash,
        Some(BlobState::Awaited) => return Err(Refused::Unknown),
        Some(BlobState::Erasing | BlobState::Erased) | None => return Err(Refused::Gone),
    };
    let etag = etag(&hash);
    if is_known(headers, &etag) {
        return Ok(said(StatusCode::NOT_MODIFIED, &etag, Body::empty()));
    }
    let size = ticket.size;
    let asked = range(headers, size, &etag)?;
    let part = asked.clone().unwrap_or(0..size);
    let body = if is_head {
        Body::empty()
    } else {
        let Ok(place) = Arc::clone(&blobs.places).try_acquire_owned() else {
            return Err(Refused::Busy);
        };
        let source = blobs.store.read(&ticket.blob, part.clone()).await?;
        Body::from_stream(given_out(source, &part, visit.clone(), place))
    };
    let status = match asked {
        Some(_) => StatusCode::PARTIAL_CONTENT,
        None => StatusCode::OK,
    };
    let mut response = said(status, &etag, body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, (part.end - part.start).into());
    let opaque = HeaderValue::from_static("application/octet-stream");
    headers.insert(CONTENT_TYPE, opaque);
    if let Some(Range { start, end }) = asked {
        let place = format!("bytes {start}-{}/{size}", end - 1);
        headers.extend(HeaderValue::try_from(place).map(|place| (CONTENT_RANGE, place)));
    }
    Ok(response)
}

fn said(status: StatusCode, etag: &str, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.extend(HeaderValue::try_from(etag).map(|etag| (ETAG, etag)));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    // An erased blob shall not live on in caches.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let sniff = HeaderValue::from_static("nosniff");
    headers.insert(X_CONTENT_TYPE_OPTIONS, sniff);
    response
}

/// Bytes as fast as they are taken, each piece a new life for the connection.
fn given_out(
    source: Source,
    part: &Range<u64>,
    visit: Visit,
    place: OwnedSemaphorePermit,
) -> BoxStream<'static, io::Result<Bytes>> {
    let pieces = match source {
        Source::File(file) => read(file, part.end - part.start),
        Source::Stream(stream) => stream.map(|piece| piece.map_err(io::Error::other)).boxed(),
    };
    pieces
        .inspect(move |_| {
            let _held = &place;
            visit.renew();
        })
        .boxed()
}

/// The next bytes of a file, in pieces.
fn read(file: File, bytes: u64) -> BoxStream<'static, io::Result<Bytes>> {
    let begin = (Some(file), bytes, Bytes::new());
    let next = |(file, left, mut read): (Option<File>, u64, Bytes)| async move {
        let Some(mut file) = file else {
            return Ok(None);
        };
        let (file, left) = if read.is_empty() && left > 0 {
            let wanted = left.min(READ_BYTES);
            let reading = spawn_blocking(move || {
                let mut buffer = vec![0; usize::try_from(wanted).unwrap_or(0)];
                file.read_exact(&mut buffer).map(|()| (file, buffer))
            });
            let (file, buffer) = reading.await.map_err(io::Error::other)??;
            read = buffer.into();
            (file, left - wanted)
        } else {
            (file, left)
        };
        if read.is_empty() {
            return Ok(None);
        }
        let piece = read.split_to(read.len().min(PIECE_BYTES));
        Ok(Some((piece, (Some(file), left, read))))
    };
    stream::try_unfold(begin, next).boxed()
}
