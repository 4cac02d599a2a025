//! Everything that can be asked for by HTTP, and the way from there to a WebSocket.

use super::blobs::{self, Blobs};
use super::limits::Network;
use super::server::Shared;
use super::socket::{self, MAX_MESSAGE_BYTES};
use super::visit::Visit;
use super::{health, page};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Extension, Request, State, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use protocol::home_url::SOCKET_PATH;
use std::sync::Arc;

/// What the WebSocket reads at once. Each connection holds a buffer of this size, so it is small; a
/// longer message gets one of its own.
const READ_BUFFER_BYTES: usize = 2 * 1024;
/// How much a WebSocket gathers before it writes.
const WRITE_BUFFER_BYTES: usize = 16 * 1024;

/// The routes of a home.
pub(super) fn router(shared: &Arc<Shared>, blobs: Arc<Blobs>) -> Router {
    let html = page::html(&shared.card);
    let json = Bytes::from(shared.card.json());
    Router::new()
        .route("/", get(move || page::page(html.clone())))
        .route("/card.json", get(move || page::card(json.clone())))
        .route("/style.css", get(page::style))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route(SOCKET_PATH, get(upgrade))
        .layer(from_fn_with_state(Arc::clone(shared), admit))
        .with_state(Arc::clone(shared))
        .merge(blobs::router(blobs))
}

/// Finds out who asks, and whether they ask too often.
async fn admit(
    State(shared): State<Arc<Shared>>,
    Extension(visit): Extension<Visit>,
    mut request: Request,
    next: Next,
) -> Response {
    let limits = &shared.limits;
    let network = limits.network(visit.from(), request.headers());
    let is_counted = visit.is_new() && limits.are_known_at_once();
    if !is_counted && let Err(early) = limits.visit(network) {
        shared.metrics.limited_visits.inc();
        let seconds = early.as_secs() + 1;
        let after = [(RETRY_AFTER, seconds.to_string())];
        return (StatusCode::TOO_MANY_REQUESTS, after).into_response();
    }
    request.extensions_mut().insert(network);
    next.run(request).await
}

async fn upgrade(
    State(shared): State<Arc<Shared>>,
    Extension(visit): Extension<Visit>,
    Extension(network): Extension<Option<Network>>,
    socket: WebSocketUpgrade,
) -> Response {
    socket
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_message_size(MAX_MESSAGE_BYTES)
        .max_frame_size(MAX_MESSAGE_BYTES)
        .on_upgrade(async move |socket| {
            tracing::debug!("a connection begins");
            let metrics = Arc::clone(&shared.metrics);
            metrics.connections.inc();
            let guest = shared.limits.guest(network);
            socket::serve(socket, shared, guest).await;
            metrics.connections.dec();
            drop(visit);
            tracing::debug!("a connection ended");
        })
}
