//! Requests to homes over HTTP: no credentials, no cache, no redirects, and nothing said of where they come from.

use client_core::{Answered, Outcome};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Blob, Headers, ReadableStreamDefaultReader, ReferrerPolicy, RequestCache,
    RequestCredentials, RequestInit, RequestMode, RequestRedirect, Response,
};

use super::browser::{property, scope};

/// A request under way, or its answer that is being read; it ends when this is dropped.
struct Running(AbortController);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// An answer.
pub struct Answer {
    response: Response,
    _running: Running,
}

/// Asks; an error is a way that broke.
///
/// # Errors
/// [`Outcome::BROKE`].
pub async fn ask(
    method: &str,
    url: &str,
    headers: &[(&str, String)],
    body: Option<&Blob>,
) -> Result<Answer, Outcome> {
    try_ask(method, url, headers, body)
        .await
        .map_err(|_| Outcome::BROKE)
}

async fn try_ask(
    method: &str,
    url: &str,
    headers: &[(&str, String)],
    body: Option<&Blob>,
) -> Result<Answer, JsValue> {
    let controller = AbortController::new()?;
    let told = Headers::new()?;
    for (name, value) in headers {
        told.set(name, value)?;
    }
    let request = RequestInit::new();
    request.set_method(method);
    request.set_headers_headers(&told);
    request.set_body_opt_blob(body);
    request.set_mode(RequestMode::Cors);
    request.set_credentials(RequestCredentials::Omit);
    request.set_cache(RequestCache::NoStore);
    request.set_redirect(RequestRedirect::Error);
    request.set_referrer_policy(ReferrerPolicy::NoReferrer);
    request.set_signal(Some(&controller.signal()));
    let scope = scope().ok_or(JsValue::NULL)?;
    let running = Running(controller);
    let response = JsFuture::from(scope.fetch_with_str_and_init(url, &request)).await?;
    Ok(Answer {
        response: response.dyn_into()?,
        _running: running,
    })
}

impl Answer {
    /// What matters of it.
    pub fn answered(&self) -> Answered {
        let header = |name: &str| self.response.headers().get(name).ok().flatten();
        let number = |name: &str| header(name).and_then(|text| text.parse().ok());
        Answered {
            status: self.response.status(),
            offset: number("upload-offset"),
            complete: header("upload-complete").as_deref() == Some("?1"),
            retry_after_s: number("retry-after"),
        }
    }

    /// What it carries, as it comes.
    ///
    /// # Errors
    /// [`Outcome::BROKE`] where it carries nothing.
    pub fn body(self) -> Result<Body, Outcome> {
        let stream = self.response.body().ok_or(Outcome::BROKE)?;
        let reader = ReadableStreamDefaultReader::new(&stream).map_err(|_| Outcome::BROKE)?;
        Ok(Body {
            reader,
            _answer: self,
        })
    }
}

/// What an answer carries.
pub struct Body {
    reader: ReadableStreamDefaultReader,
    _answer: Answer,
}

impl Body {
    /// The next bytes; none at the end.
    ///
    /// # Errors
    /// [`Outcome::BROKE`].
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Outcome> {
        let read = JsFuture::from(self.reader.read()).await;
        let read = read.map_err(|_| Outcome::BROKE)?;
        let is_done = Reflect::get(&read, &"done".into()).is_ok_and(|done| done.is_truthy());
        if is_done {
            return Ok(None);
        }
        let value = property(&read, "value").ok_or(Outcome::BROKE)?;
        let bytes = value.dyn_into::<Uint8Array>().map_err(|_| Outcome::BROKE)?;
        Ok(Some(bytes.to_vec()))
    }
}
