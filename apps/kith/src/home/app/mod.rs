//! The app that browsers load, under `/app/`.
//!
//! | file | decides |
//! |---|---|
//! | `bundle.rs` | which files there are: in this program, or in a folder while somebody works on them |
//! | `coding.rs` | in which form a file goes out |
//! | `policy.rs` | what browsers may do with it |
//!
//! A name with a hash in it stands for the same bytes for ever and is kept for a year. The page itself
//! and the script with which the worker begins are asked for each time: the first has no hash, and the
//! second goes with a policy that depends on the home and would be kept along with it.

mod bundle;
mod coding;
mod policy;

use super::blobs;
use super::config::Config;
use super::error::HomeCommandError;
use super::visit::Visit;
use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    HeaderValue, VARY,
};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use bundle::{Bundle, BundleError, File};
use coding::Coding;
use data_encoding::HEXLOWER;
use policy::Policy;
use protocol::home_url::HomeUrl;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// The page itself, by its name in the bundle.
const INDEX: &str = "index.html";
/// What a browser sees where the program holds no app.
const WITHOUT: &str = include_str!("without.html");

const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASKED_EACH_TIME: HeaderValue = HeaderValue::from_static("no-cache");
const PLAIN: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// What is served.
#[derive(Debug)]
pub(super) struct App {
    bundle: Bundle,
    policy: Policy,
}

impl App {
    /// The app of a home with this configuration.
    ///
    /// # Errors
    /// [`HomeCommandError::App`] if there is one that cannot be used.
    pub(super) fn new(config: &Config, url: Option<&HomeUrl>) -> Result<Self, HomeCommandError> {
        let bundle = Bundle::new(config.app.clone())?;
        let is_tls = config.tls.certificate.is_some() || config.acme.accept_terms;
        // Behind a proxy with TLS the address says so.
        let is_here_alone = !is_tls
            && config.listen.ip().is_loopback()
            && url.is_none_or(|url| url.as_str().starts_with("http:"));
        Ok(Self {
            bundle,
            policy: Policy::new(is_here_alone),
        })
    }
}

/// The routes of the app.
pub(super) fn router<S: Clone + Send + Sync + 'static>(app: Arc<App>) -> Router<S> {
    Router::new()
        .route("/app", get(async || Redirect::permanent("/app/")))
        .route("/app/", get(index))
        .route("/app/{*name}", get(file))
        .layer(map_response(policy::for_all))
        .with_state(app)
}

async fn index(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
) -> Response {
    if matches!(app.bundle, Bundle::None) {
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        let headers = [(CONTENT_TYPE, html), (CACHE_CONTROL, ASKED_EACH_TIME)];
        return (StatusCode::NOT_FOUND, headers, WITHOUT).into_response();
    }
    app.serve(INDEX, &headers, visit).await
}

async fn file(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Visit>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    // It has one address.
    let name = if name == INDEX { "" } else { &name };
    app.serve(name, &headers, visit).await
}

impl App {
    async fn serve(&self, name: &str, asked: &HeaderMap, visit: Visit) -> Response {
        match self.bundle.find(name).await {
            Ok(Some(file)) => self.answer(name, file, asked, visit),
            Ok(None) => {
                let words = "The app has no such file here; open it anew at /app/.\n";
                said(StatusCode::NOT_FOUND, words)
            }
            Err(BundleError { place, what }) => {
                let words = format!("The app in {place} cannot be used: {what}.\n");
                said(StatusCode::INTERNAL_SERVER_ERROR, words)
            }
        }
    }

    fn answer(&self, name: &str, file: File, asked: &HeaderMap, visit: Visit) -> Response {
        let Some(coding) = Coding::chosen(asked) else {
            let words = "The app is sent as it is, by gzip or by br, and none of them is wanted.\n";
            return said(StatusCode::NOT_ACCEPTABLE, words);
        };
        let policy = self.policy.of(file.is_worker);
        let etag = etag(&file, policy, coding);
        let is_kept = name != INDEX && !file.is_worker;
        let mut answer = HeaderMap::new();
        answer.insert(CONTENT_SECURITY_POLICY, policy.clone());
        answer.insert(CACHE_CONTROL, if is_kept { KEPT } else { ASKED_EACH_TIME });
        answer.insert(VARY, HeaderValue::from_static("accept-encoding"));
        let is_known = blobs::is_known(asked, &etag);
        answer.extend(HeaderValue::try_from(etag).map(|etag| (ETAG, etag)));
        if is_known {
            return (StatusCode::NOT_MODIFIED, answer).into_response();
        }
        answer.extend(coding.word().map(|word| (CONTENT_ENCODING, word)));
        answer.insert(CONTENT_LENGTH, coding.bytes_of(&file).into());
        answer.insert(CONTENT_TYPE, file.media_type.clone());
        (answer, Body::from_stream(coding.body(file, visit))).into_response()
    }
}

/// Another one where the bytes, their form or the policy that goes along are others (RFC 9110, 8.8.3).
fn etag(file: &File, policy: &HeaderValue, coding: Coding) -> String {
    let hash = Sha256::new()
        .chain_update(file.sha256.as_bytes())
        .chain_update(policy.as_bytes())
        .finalize();
    format!("\"{}.{}\"", HEXLOWER.encode(&hash), coding.name())
}

fn said(status: StatusCode, words: impl Into<Body>) -> Response {
    let headers = [(CONTENT_TYPE, PLAIN), (CACHE_CONTROL, ASKED_EACH_TIME)];
    (status, headers, words.into()).into_response()
}
