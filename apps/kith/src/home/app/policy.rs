//! What browsers may do with the app: load from this home alone, run no script but its files, be shown
//! in no other page. Only the worker may connect elsewhere, since a person's contacts and other names
//! live at homes that this one does not know; what the page holds stays at home.

use axum::http::HeaderValue;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::Response;

/// For the page and every file but one (Content Security Policy Level 3).
static PAGE: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; \
     style-src 'self'; img-src 'self' blob:; font-src 'self'; manifest-src 'self'; form-action 'none'; \
     base-uri 'none'; frame-ancestors 'none'",
);
/// For the script with which the worker begins.
static WORKER: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' https: wss:; \
     form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
);
/// The same where a home is tried out on one machine, beside others that have no certificate either.
static WORKER_HERE: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' https: wss: \
     http://localhost:* ws://localhost:* http://127.0.0.1:* ws://127.0.0.1:*; \
     form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
);

/// What the app may use of a browser (Permissions Policy): passkeys and the clipboard, and none of what
/// tells of a person or their machine.
const PERMISSIONS: HeaderValue = HeaderValue::from_static(
    "publickey-credentials-get=(self), publickey-credentials-create=(self), clipboard-write=(self), \
     accelerometer=(), autoplay=(), browsing-topics=(), camera=(), clipboard-read=(), display-capture=(), \
     encrypted-media=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), \
     local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), \
     screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()",
);

const SAME_ORIGIN: HeaderValue = HeaderValue::from_static("same-origin");

/// The policies of one home.
#[derive(Debug)]
pub(super) struct Policy {
    worker: &'static HeaderValue,
}

impl Policy {
    /// Of a home that is reached from its own machine alone, without TLS, or of any other.
    pub(super) fn new(is_here_alone: bool) -> Self {
        Self {
            worker: if is_here_alone { &WORKER_HERE } else { &WORKER },
        }
    }

    /// The one that goes with a file.
    pub(super) fn of(&self, is_worker: bool) -> &'static HeaderValue {
        if is_worker { self.worker } else { &PAGE }
    }
}

/// Adds what holds for every answer below `/app`, whatever it is.
pub(super) async fn for_all(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert_with(|| PAGE.clone());
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    for (name, value) in [
        ("cross-origin-opener-policy", SAME_ORIGIN),
        ("cross-origin-resource-policy", SAME_ORIGIN),
        ("permissions-policy", PERMISSIONS),
    ] {
        headers.insert(HeaderName::from_static(name), value);
    }
    response
}
