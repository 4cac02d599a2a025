//! `GET /metrics`, on a listener of its own: whoever runs the home decides who may ask, and no
//! proxy in front of the home hands it on by mistake.

use super::{Metrics, Observed};
use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::prometheus_text;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::sync::Arc;

/// The page of these metrics, in Prometheus's text format.
pub(in crate::home) fn router(metrics: &Metrics, observed: Observed) -> Router {
    let mut registry = Registry::default();
    metrics.register(registry.sub_registry_with_prefix("kith_home"));
    let version = Gauge::<i64>::default();
    version.set(1);
    registry
        .sub_registry_with_label(("version".into(), env!("CARGO_PKG_VERSION").into()))
        .register("kith_home_build_info", "The home's version", version);
    registry.register_collector(Box::new(observed));
    let registry = Arc::new(registry);
    Router::new().route("/metrics", get(async move || text(&registry)))
}

fn text(registry: &Registry) -> Response {
    let mut text = String::new();
    match prometheus_text::encode(&mut text, registry) {
        Ok(()) => ([(CONTENT_TYPE, prometheus_text::CONTENT_TYPE)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
