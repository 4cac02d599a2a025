//! Requests of Matrix over HTTP/1.1 with kept connections.

use http_body_util::{BodyExt, Full};
use hyper::{Method, Request};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use load::LoadError;
use serde_json::Value;
use std::io;
use tokio_tungstenite::tungstenite::Bytes;

/// How long the server may hold an answer back, in milliseconds.
const POLL_MS: u64 = 30_000;
/// No presence, no typing, up to a hundred messages: `{"presence":{"types":[]},"room":…}`, percent-encoded.
const FILTER: &str = "%7B%22presence%22%3A%7B%22types%22%3A%5B%5D%7D%2C%22room%22%3A%7B%22timeline%22%3A%7B%22limit\
                      %22%3A100%7D%2C%22ephemeral%22%3A%7B%22types%22%3A%5B%5D%7D%7D%7D";

/// All clients of one server share their connections.
#[derive(Debug)]
pub(super) struct Client {
    http: hyper_util::client::legacy::Client<HttpConnector, Full<Bytes>>,
    base: String,
}

impl Client {
    pub(super) fn new(port: u16) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self {
            http: hyper_util::client::legacy::Client::builder(TokioExecutor::new())
                .build(connector),
            base: format!("http://127.0.0.1:{port}/_matrix/client/v3"),
        }
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        question: Option<&Value>,
    ) -> Result<Vec<u8>, LoadError> {
        let system = |error: &dyn std::fmt::Display| LoadError::System {
            what: "a request to Synapse",
            source: io::Error::other(error.to_string()),
        };
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}/{path}", self.base))
            .header("content-type", "application/json");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = question.map(Value::to_string).unwrap_or_default();
        let request = request.body(Full::new(Bytes::from(body)));
        let request = request.map_err(|error| system(&error))?;
        let response = self.http.request(request).await;
        let response = response.map_err(|error| system(&error))?;
        let status = response.status();
        let body = response.into_body().collect().await;
        let body = body.map_err(|error| system(&error))?.to_bytes();
        if !status.is_success() {
            let said = String::from_utf8_lossy(&body);
            return Err(LoadError::answer("Synapse", format!("{status}: {said}")));
        }
        Ok(body.to_vec())
    }

    pub(super) async fn post(
        &self,
        path: &str,
        token: Option<&str>,
        question: &Value,
    ) -> Result<Value, LoadError> {
        let answer = self.ask(Method::POST, path, token, Some(question)).await?;
        serde_json::from_slice(&answer).map_err(|error| LoadError::answer("Synapse", error))
    }

    /// Sends a message; `transaction` is another one for each.
    pub(super) async fn send(
        &self,
        room: &str,
        token: &str,
        transaction: u64,
        message: &Value,
    ) -> Result<(), LoadError> {
        let path = format!("rooms/{room}/send/m.room.message/{transaction}");
        let sending = self.ask(Method::PUT, &path, Some(token), Some(message));
        sending.await.map(|_| ())
    }

    /// What is new since then, once there is something; without `since`, at once what there is.
    pub(super) async fn sync(
        &self,
        token: &str,
        since: Option<&str>,
    ) -> Result<Vec<u8>, LoadError> {
        self.ask(Method::GET, &sync_path(since), Some(token), None)
            .await
    }
}

fn sync_path(since: Option<&str>) -> String {
    match since {
        Some(since) => format!("sync?timeout={POLL_MS}&since={since}&filter={FILTER}"),
        None => format!("sync?timeout=0&filter={FILTER}"),
    }
}

/// From where the next poll goes on.
pub(super) fn since(answer: &[u8]) -> Result<String, LoadError> {
    let read: Option<Value> = serde_json::from_slice(answer).ok();
    let next = read.as_ref().and_then(|read| read["next_batch"].as_str());
    let none = || LoadError::answer("sync", String::from_utf8_lossy(answer));
    next.map(str::to_owned).ok_or_else(none)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_poll_goes_on_where_the_last_one_ended() {
        let next = since(br#"{"next_batch":"s1_2","rooms":{}}"#).unwrap();
        assert!(sync_path(Some(&next)).starts_with("sync?timeout=30000&since=s1_2&filter="));
        assert!(sync_path(None).starts_with("sync?timeout=0&filter="));
        assert!(since(b"{}").is_err());
        assert!(since(b"<html>").is_err());
    }

    #[test]
    fn the_filter_is_json() {
        let text = FILTER
            .replace("%7B", "{")
            .replace("%7D", "}")
            .replace("%22", "\"")
            .replace("%3A", ":")
            .replace("%5B", "[")
            .replace("%5D", "]")
            .replace("%2C", ",");
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["room"]["timeline"]["limit"], 100);
    }
}
