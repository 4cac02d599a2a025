//! What a browser sees at the home's address until the web app exists: what this is, in a few
//! lines. No script, nothing from elsewhere.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::response::IntoResponse;

const HTML: &str = include_str!("page.html");
const CSS: &str = include_str!("page.css");

const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

fn headers(content_type: &'static str) -> [(HeaderName, &'static str); 5] {
    [
        (CONTENT_TYPE, content_type),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-cache"),
    ]
}

/// `GET /`
pub(super) async fn page() -> impl IntoResponse {
    (headers("text/html; charset=utf-8"), HTML)
}

/// `GET /style.css`
pub(super) async fn style() -> impl IntoResponse {
    (headers("text/css; charset=utf-8"), CSS)
}
