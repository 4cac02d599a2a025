//! Which request about a blob is whose. A page of another home may ask all of them (CORS): what
//! counts is the ticket, and no browser adds one by itself.

use super::refused::Refused;
use super::{Blobs, asked, download, upload};
use crate::home::visit::Visit;
use crate::home::writer::now_s;
use axum::Router;
use axum::body::{Body, BodyDataStream};
use axum::extract::{Extension, Path, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, HeaderName,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing;
use futures_util::StreamExt;
use home_core::blob_index::BlobState;
use home_core::ticket::{Act, Ticket};
use home_core::{BlobAct, BlobWord};
use protocol::secret::DeleteSecret;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How much of what nobody wants is read, so that whoever sends it hears the answer.
const UNWANTED_BYTES: usize = 1024 * 1024;
/// How long that may take.
const UNWANTED: Duration = Duration::from_secs(2);

const METHODS: &str = "GET, HEAD, PATCH, DELETE";
const HEADERS: &str = "Authorization, Content-Type, If-None-Match, If-Range, Range, Repr-Digest, \
    Upload-Complete, Upload-Offset";
const EXPOSED: &str = "Accept-Ranges, Content-Length, Content-Range, ETag, Retry-After, \
    Upload-Complete, Upload-Length, Upload-Offset, WWW-Authenticate";

/// The routes of blobs; whoever answers before them does it within [`for_all_origins`].
pub(in crate::home) fn router(blobs: Arc<Blobs>) -> Router {
    let methods = routing::get(get)
        .head(head)
        .patch(patch)
        .delete(delete)
        .options(|| async { StatusCode::NO_CONTENT });
    Router::new()
        .route("/blob/{name}", methods)
        .with_state(blobs)
}

/// Lets pages of every origin ask and read the answers.
pub(in crate::home) async fn for_all_origins(mut response: Response) -> Response {
    let all: [(HeaderName, &str); 5] = [
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (ACCESS_CONTROL_ALLOW_HEADERS, HEADERS),
        (ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED),
        (ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    let headers = response.headers_mut();
    headers.extend(all.map(|(name, value)| (name, HeaderValue::from_static(value))));
    response
}

impl Blobs {
    /// The ticket of a request about the blob that its path names.
    fn ticket(&self, name: &str, headers: &HeaderMap) -> Result<Ticket, Refused> {
        let blob = asked::blob(name)?;
        let ticket = asked::bearer(headers).ok_or(Refused::Ticket)?;
        let ticket = self
            .key
            .read(&ticket, now_s())
            .map_err(|_| Refused::Ticket)?;
        if ticket.blob != blob {
            return Err(Refused::OtherTicket);
        }
        Ok(ticket)
    }
}

fn is_for(ticket: &Ticket, act: Act) -> Result<(), Refused> {
    if ticket.act == act {
        Ok(())
    } else {
        Err(Refused::OtherTicket)
    }
}

async fn get(
    State(blobs): State<Arc<Blobs>>,
    Path(name): Path<String>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let ticket = blobs.ticket(&name, &headers)?;
    is_for(&ticket, Act::Get)?;
    download::get(&blobs, &ticket, &headers, false, &visit).await
}

async fn head(
    State(blobs): State<Arc<Blobs>>,
    Path(name): Path<String>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let ticket = blobs.ticket(&name, &headers)?;
    match ticket.act {
        Act::Get => download::get(&blobs, &ticket, &headers, true, &visit).await,
        Act::Put => upload::head(&blobs, &ticket).await,
    }
}

async fn patch(
    State(blobs): State<Arc<Blobs>>,
    Path(name): Path<String>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refused> {
    let mut bytes = body.into_data_stream();
    let put = async {
        let ticket = blobs.ticket(&name, &headers)?;
        is_for(&ticket, Act::Put)?;
        upload::patch(&blobs, &ticket, &headers, &mut bytes, &visit).await
    };
    let result = put.await;
    if result.is_err() {
        // Closing with something unread would take the answer back.
        let _ = timeout(UNWANTED, read_unwanted(&mut bytes)).await;
    }
    result
}

async fn read_unwanted(bytes: &mut BodyDataStream) {
    let mut read = 0;
    while read < UNWANTED_BYTES
        && let Some(Ok(piece)) = bytes.next().await
    {
        read += piece.len();
    }
}

async fn delete(
    State(blobs): State<Arc<Blobs>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refused> {
    let blob = asked::blob(&name)?;
    let secret = asked::bearer(&headers).ok_or(Refused::Ticket)?;
    let secret = DeleteSecret::from_slice(&secret).map_err(|_| Refused::Secret)?;
    match blobs.ask(BlobAct::Delete(blob, secret.hash())).await? {
        BlobWord::State(Some(BlobState::Erasing | BlobState::Erased)) => {
            blobs.erase.notify_one();
            Ok(StatusCode::NO_CONTENT)
        }
        BlobWord::WrongSecret => Err(Refused::Secret),
        BlobWord::State(_) | BlobWord::Erase(_) | BlobWord::Noted => Err(Refused::Unknown),
    }
}
