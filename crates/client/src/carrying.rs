//! Bytes of blobs over HTTP: one task for each transfer, constant memory, every end reported.
//!
//! What an answer means is decided by `client_core::Answered`; here bytes are moved, and silence is noticed. A home is
//! asked at its own address alone: no redirects, no proxies, and plain HTTP only where a home's address may be plain.

use blob::{Opener, Reference};
use client_core::{Answered, Errand, FileRoot, Input, Next, Outcome, Transfer, TransferId};
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use hyper::body::Bytes;
use protocol::id::BlobHash;
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, RANGE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response};
use rustls::{ClientConfig, RootCertStore};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use crate::reading::{Progress, Reading};
use crate::sealed_files::{SealedFiles, length_of};

/// How long connecting may take.
const CONNECTING: Duration = Duration::from_secs(15);
/// How long a home may take for an answer without a long body.
const ANSWERING: Duration = Duration::from_secs(60);
/// A transfer that does not get on for so long has broken. A home reads all of a large blob before its last answer.
const SILENCE: Duration = Duration::from_secs(120);
/// Requests about one upload before it is left for later: a home could send a client in circles.
const MOST_REQUESTS: usize = 16;
/// Bytes that are hashed at a time.
const HASHED_BYTES: usize = 64 * 1024;

/// All transfers of a client.
pub(crate) struct Carriers {
    running: BTreeMap<TransferId, AbortHandle>,
    http: Option<Client>,
    files: SealedFiles,
    inputs: mpsc::Sender<Input>,
}

impl Carriers {
    pub fn new(files: SealedFiles, inputs: mpsc::Sender<Input>) -> Self {
        Self {
            running: BTreeMap::new(),
            http: None,
            files,
            inputs,
        }
    }

    /// Begins a transfer. Needs a tokio runtime.
    pub fn begin(&mut self, id: TransferId, transfer: Transfer) {
        let http = self.http.get_or_insert_with(client).clone();
        let carrier = Carrier {
            http,
            files: self.files.clone(),
            transfer,
            progress: Progress::new(id, self.inputs.clone()),
        };
        let inputs = self.inputs.clone();
        let task = tokio::spawn(async move {
            let outcome = carrier.carry().await;
            // If nobody listens any more, nobody needs to know.
            let _ = inputs.send(Input::Transferred(id, outcome)).await;
        });
        self.running.retain(|_, task| !task.is_finished());
        self.running.insert(id, task.abort_handle());
    }

    /// Stops a transfer.
    pub fn abandon(&mut self, id: TransferId) {
        if let Some(task) = self.running.remove(&id) {
            task.abort();
        }
    }
}

impl Drop for Carriers {
    fn drop(&mut self) {
        for task in self.running.values() {
            task.abort();
        }
    }
}

/// TLS as for the sockets: the same roots.
fn client() -> Client {
    let roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map(|builder| builder.with_root_certificates(roots).with_no_client_auth());
    let builder = Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(CONNECTING);
    // Without a configuration every request over TLS fails, and is reported as any that does.
    let builder = match config {
        Ok(config) => builder.tls_backend_preconfigured(config),
        Err(_) => builder,
    };
    builder.build().unwrap_or_default()
}

struct Carrier {
    http: Client,
    files: SealedFiles,
    transfer: Transfer,
    progress: Progress,
}

/// How a part of a transfer failed.
type Ended<T> = Result<T, Outcome>;

impl Carrier {
    async fn carry(&self) -> Outcome {
        let ended = match &self.transfer.errand {
            Errand::Put {
                root,
                size_bytes,
                hash,
            } => self.put(root, *size_bytes, hash).await,
            Errand::Get(reference) => self.get(reference).await,
            Errand::Erase => {
                let answer = self.answer(self.request(Method::DELETE)).await;
                answer.map(|response| answered(&response).after_erase())
            }
        };
        ended.unwrap_or_else(|outcome| outcome)
    }

    fn request(&self, method: Method) -> RequestBuilder {
        let id = HEXLOWER.encode(self.transfer.blob.as_bytes());
        let bearer = BASE64URL_NOPAD.encode(self.transfer.bearer.expose());
        self.http
            .request(method, format!("{}/blob/{id}", self.transfer.home))
            .header(AUTHORIZATION, format!("Bearer {bearer}"))
    }

    /// An answer without a long way to it.
    async fn answer(&self, request: RequestBuilder) -> Ended<Response> {
        match timeout(ANSWERING, request.send()).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => {
                tracing::debug!(%error, "a home does not answer about a blob");
                Err(Outcome::BROKE)
            }
            Err(_) => Err(Outcome::BROKE),
        }
    }

    /// Puts everything from wherever the upload stands.
    async fn put(&self, root: &FileRoot, size: u64, hash: &BlobHash) -> Ended<Outcome> {
        let is_whole = |file: &File| file.metadata().is_ok_and(|is| is.len() == size);
        let mut next = Next::Look;
        for _ in 0..MOST_REQUESTS {
            next = match next {
                Next::End(outcome) => return Ok(outcome),
                Next::Look => {
                    let response = self.answer(self.request(Method::HEAD)).await?;
                    answered(&response).after_look(size)
                }
                Next::Put { from } => {
                    let file = File::open(self.files.path(root)).map_err(unread)?;
                    if !is_whole(&file) {
                        return Ok(Outcome::Missing);
                    }
                    let answered = self.patch(file, from..size, hash).await?;
                    if answered.status == 422 && !self.is_unchanged(root, hash)? {
                        return Ok(Outcome::Missing);
                    }
                    answered.after_put(size)
                }
            };
        }
        Ok(Outcome::STRANGE)
    }

    /// One PATCH up to the end, with the hash of all.
    async fn patch(&self, file: File, bytes: Range<u64>, hash: &BlobHash) -> Ended<Answered> {
        let (from, length) = (bytes.start, bytes.end - bytes.start);
        let reading = Reading::new(file, bytes, self.progress.clone()).map_err(unread)?;
        let request = self
            .request(Method::PATCH)
            .header(CONTENT_TYPE, "application/partial-upload")
            .header(CONTENT_LENGTH, length)
            .header("upload-offset", from)
            .header("upload-complete", "?1")
            .header(
                "repr-digest",
                format!("sha-256=:{}:", BASE64.encode(hash.as_bytes())),
            )
            .body(reqwest::Body::wrap(reading));
        tokio::select! {
            sent = request.send() => match sent {
                Ok(response) => Ok(answered(&response)),
                Err(error) => {
                    tracing::debug!(%error, "an upload broke off");
                    Err(Outcome::BROKE)
                }
            },
            () = self.progress.stalls(SILENCE) => Err(Outcome::BROKE),
        }
    }

    /// Whether the sealed bytes are still those that were sealed.
    fn is_unchanged(&self, root: &FileRoot, hash: &BlobHash) -> Ended<bool> {
        let mut file = File::open(self.files.path(root)).map_err(unread)?;
        let mut hasher = Sha256::new();
        let mut piece = vec![0; HASHED_BYTES];
        loop {
            let read = file.read(&mut piece).map_err(unread)?;
            match piece.get(..read) {
                Some([]) | None => break,
                Some(read) => hasher.update(read),
            }
        }
        Ok(hasher.finalize().as_slice() == hash.as_bytes())
    }

    /// Gets the table, checks it, and then whatever segments are not here yet, each checked before it is kept.
    async fn get(&self, reference: &Reference) -> Ended<Outcome> {
        let root = reference.root.as_bytes();
        if self.files.open(reference).is_ok() {
            return Ok(Outcome::Done);
        }
        let place = reference.table().map_err(|_| Outcome::Wrong)?;
        let table = self.table(place.clone()).await?;
        let opener = Opener::new(reference, &table).map_err(|_| Outcome::Wrong)?;
        let end = place.start;
        let mut partial = self.files.partial(root, &opener, end).map_err(disk)?;
        if partial.segments < opener.segments() {
            let mut response = self.range(partial.bytes..end).await?;
            let mut segment = Vec::new();
            while let Some(mut chunk) = self.chunk(&mut response).await? {
                while !chunk.is_empty() {
                    let wants = length_of(partial.segments, end);
                    let room = usize::try_from(wants).unwrap_or(usize::MAX) - segment.len();
                    segment.extend_from_slice(&chunk.split_to(room.min(chunk.len())));
                    if segment.is_empty() {
                        // More than was asked for.
                        return Ok(Outcome::Wrong);
                    }
                    if segment.len() as u64 == wants {
                        let opened = opener.segment(partial.segments, &segment);
                        opened.map_err(|_| Outcome::Wrong)?;
                        partial.push(&segment).map_err(disk)?;
                        segment.clear();
                        self.progress.at(partial.bytes);
                    }
                }
            }
        }
        if partial.segments < opener.segments() {
            return Ok(Outcome::BROKE);
        }
        partial.finish(&table).map_err(disk)?;
        Ok(Outcome::Done)
    }

    async fn table(&self, place: Range<u64>) -> Ended<Vec<u8>> {
        let length = place.end - place.start;
        let mut response = self.range(place).await?;
        let mut table = Vec::new();
        while let Some(chunk) = self.chunk(&mut response).await? {
            table.extend_from_slice(&chunk);
            if table.len() as u64 > length {
                return Err(Outcome::Wrong);
            }
        }
        if (table.len() as u64) < length {
            return Err(Outcome::BROKE);
        }
        Ok(table)
    }

    /// The answer with a part of the blob.
    async fn range(&self, bytes: Range<u64>) -> Ended<Response> {
        let last = bytes.end.saturating_sub(1);
        let range = format!("bytes={}-{last}", bytes.start);
        let response = self
            .answer(self.request(Method::GET).header(RANGE, range))
            .await?;
        if response.status().as_u16() == 206 {
            Ok(response)
        } else {
            Err(answered(&response).refusal())
        }
    }

    async fn chunk(&self, response: &mut Response) -> Ended<Option<Bytes>> {
        match timeout(SILENCE, response.chunk()).await {
            Ok(Ok(chunk)) => Ok(chunk),
            _ => Err(Outcome::BROKE),
        }
    }
}

/// What matters of an answer.
fn answered(response: &Response) -> Answered {
    let header = |name: &str| {
        response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let number = |name: &str| header(name).and_then(|text| text.parse().ok());
    Answered {
        status: response.status().as_u16(),
        offset: number("upload-offset"),
        complete: header("upload-complete") == Some("?1"),
        retry_after_s: number(RETRY_AFTER.as_str()),
    }
}

/// The sealed bytes of an own file could not be read.
fn unread(error: io::Error) -> Outcome {
    tracing::debug!(%error, "a sealed file cannot be read");
    Outcome::Missing
}

/// The profile's folder does not take what came.
fn disk(error: io::Error) -> Outcome {
    Outcome::Disk(error.to_string())
}
