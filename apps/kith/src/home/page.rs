//! What a browser sees at the home's address until the web app exists: what this is, in a few
//! lines. No script, nothing from elsewhere.

use super::card::Card;
use axum::body::Bytes;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::IntoResponse;

const HTML: &str = include_str!("page.html");
/// Where the card stands in it.
const CARD: &str = "<!-- card -->\n";
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

/// The page of a home with this card.
pub(super) fn html(card: &Card) -> Bytes {
    HTML.replace(CARD, &card.html()).into()
}

/// `GET /`
pub(super) async fn page(html: Bytes) -> impl IntoResponse {
    (headers("text/html; charset=utf-8"), html)
}

/// `GET /card.json`: any page may read it, for it says nothing that `/` does not.
pub(super) async fn card(json: Bytes) -> impl IntoResponse {
    let anybody = [(ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    (headers("application/json"), anybody, json)
}

/// `GET /style.css`
pub(super) async fn style() -> impl IntoResponse {
    (headers("text/css; charset=utf-8"), CSS)
}
