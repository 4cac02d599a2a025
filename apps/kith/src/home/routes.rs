//! Everything that can be asked for by HTTP, and the way from there to a WebSocket.

use super::app;
use super::blobs::{self, Blobs};
use super::limits::Network;
use super::server::Shared;
use super::socket;
use super::visit::Visit;
use super::{health, page};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Extension, Request, State};
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::middleware::{Next, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use protocol::home_url::SOCKET_PATH;
use std::sync::Arc;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;

/// The routes of a home.
pub(super) fn router(shared: &Arc<Shared>, blobs: Arc<Blobs>) -> Router {
    let json = Bytes::from(shared.card.json());
    let admitted = from_fn_with_state(Arc::clone(shared), admit);
    let blobs = blobs::router(blobs)
        .layer(admitted.clone())
        .layer(map_response(blobs::for_all_origins));
    Router::new()
        .merge(page::router(&shared.card))
        .route("/card.json", get(move || page::card(json.clone())))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route(SOCKET_PATH, get(upgrade))
        .merge(app::router(Arc::clone(&shared.app)))
        .layer(admitted)
        .with_state(Arc::clone(shared))
        .merge(blobs)
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

/// Answers the opening handshake of a WebSocket (RFC 6455, 4.2) and serves it from then on.
async fn upgrade(
    State(shared): State<Arc<Shared>>,
    Extension(visit): Extension<Visit>,
    Extension(network): Extension<Option<Network>>,
    mut request: Request,
) -> Response {
    let answer = match create_response_with_body(&request, Body::empty) {
        Ok(answer) => answer,
        Err(error) => {
            let words = format!("a WebSocket begins here: {error}\n");
            return (StatusCode::BAD_REQUEST, words).into_response();
        }
    };
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let Ok(stream) = upgraded.await else {
            return;
        };
        tracing::debug!("a connection begins");
        let metrics = Arc::clone(&shared.metrics);
        metrics.connections.inc();
        let guest = shared.limits.guest(network);
        socket::serve(stream, shared, guest).await;
        metrics.connections.dec();
        drop(visit);
        tracing::debug!("a connection ended");
    });
    answer
}
