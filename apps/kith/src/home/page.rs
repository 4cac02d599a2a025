//! What a browser sees at the home's address, before any app: what this is, who runs it, who invites, and how to leave.
//! Readable without scripts; at most 30 KB in all; nothing from elsewhere (docs/misuse.md, SECURITY.md).
//!
//! An invitation stands in the fragment of the page's address, which no request carries. It goes along to the app by a form
//! without an action: that sends the page's own address with a query, a browser keeps the fragment over it and over the
//! redirect that answers (HTML, *Form submission*; Fetch, *HTTP-redirect fetch*), and the home sees nothing of it.

use super::card::Card;
use axum::Router;
use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    HeaderName, IF_NONE_MATCH, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use data_encoding::HEXLOWER;
use protocol::hash::sha256;
use std::future::ready;
use std::sync::Arc;

const HTML: &str = include_str!("page/index.html");
/// Where the card stands in it.
const CARD: &str = "<!-- card -->\n";
/// The query of the page's form.
const OPEN: &str = "open=app";
/// Where the app is.
const APP: &str = "/app/";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
/// What the page's address does not change: path, type and bytes.
const FILES: [(&str, &str, &str); 5] = [
    ("/icon.svg", "image/svg+xml", include_str!("page/icon.svg")),
    (
        "/style.css",
        "text/css; charset=utf-8",
        include_str!("page/style.css"),
    ),
    ("/page.js", JAVASCRIPT, include_str!("page/page.js")),
    (
        "/invitation.js",
        JAVASCRIPT,
        include_str!("page/invitation.js"),
    ),
    ("/legible.js", JAVASCRIPT, include_str!("page/legible.js")),
];

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

fn headers(content_type: &'static str) -> [(HeaderName, &'static str); 5] {
    [
        (CONTENT_TYPE, content_type),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-cache"),
    ]
}

/// Bytes that stay the same while a home runs, with a tag by which a browser that has them need not fetch them again.
struct Fixed {
    content_type: &'static str,
    body: Bytes,
    tag: String,
}

impl Fixed {
    fn new(content_type: &'static str, body: impl Into<Bytes>) -> Arc<Self> {
        let body = body.into();
        let tag = format!("\"{}\"", HEXLOWER.encode(&sha256(&[&body])));
        Arc::new(Self {
            content_type,
            body,
            tag,
        })
    }

    /// Answers who asked with these headers (RFC 9110 §13.1.2).
    fn answer(&self, asked: &HeaderMap) -> Response {
        let known = asked.get(IF_NONE_MATCH).map(|tags| tags.as_bytes());
        let headers = (headers(self.content_type), [(ETAG, self.tag.clone())]);
        if known == Some(self.tag.as_bytes()) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        (headers, self.body.clone()).into_response()
    }
}

/// The page of a home with this card, and what belongs to it.
pub(super) fn router<S: Clone + Send + Sync + 'static>(card: &Card) -> Router<S> {
    let page = Fixed::new("text/html; charset=utf-8", HTML.replace(CARD, &card.html()));
    let page = move |RawQuery(query): RawQuery, asked: HeaderMap| {
        ready(match query.as_deref() {
            Some(OPEN) => Redirect::to(APP).into_response(),
            _ => page.answer(&asked),
        })
    };
    let router = Router::new().route("/", get(page));
    FILES
        .into_iter()
        .fold(router, |router, (path, content_type, text)| {
            // Indentation is for whoever reads the sources.
            let lines: Vec<_> = text.lines().map(str::trim_start).collect();
            let file = Fixed::new(content_type, lines.join("\n"));
            let answer = move |asked: HeaderMap| ready(file.answer(&asked));
            router.route(path, get(answer))
        })
}

/// `GET /card.json`: any page may read it, for it says nothing that `/` does not.
pub(super) async fn card(json: Bytes) -> impl IntoResponse {
    let anybody = [(ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    (headers("application/json"), anybody, json)
}
