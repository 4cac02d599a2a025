//! `GET /healthz`: the process lives and takes connections. `GET /readyz`: it also gets on with what
//! it is asked. Both say so in a word, for whatever restarts a home or sends people to it.

use super::server::Shared;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use std::sync::Arc;
use std::time::Duration;

/// How long the disk may take for one batch until the home says that it is not ready.
const STUCK: Duration = Duration::from_secs(2);

/// `GET /healthz`
pub(super) async fn alive() -> impl IntoResponse {
    said(StatusCode::OK, "alive\n")
}

/// `GET /readyz`
pub(super) async fn ready(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    match why_not(&shared) {
        None => said(StatusCode::OK, "ready\n"),
        Some(why) => said(StatusCode::SERVICE_UNAVAILABLE, why),
    }
}

fn why_not(shared: &Shared) -> Option<&'static str> {
    if shared.is_stopping() {
        Some("the home stops\n")
    } else if shared.writer.is_closed() {
        Some("the store failed\n")
    } else if shared.metrics.busy_for() > STUCK {
        Some("the disk does not answer\n")
    } else {
        None
    }
}

fn said(status: StatusCode, words: &'static str) -> impl IntoResponse {
    (status, [(CACHE_CONTROL, "no-store")], words)
}
