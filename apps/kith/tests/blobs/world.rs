//! A home, somebody with a log there, and blobs.

use crate::home_support::RunningHome;
use crate::home_support::client::{Client, Log};
use crate::http::{Answer, Asked};
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use protocol::blob_size::{blob_bytes, padded_bytes};
use protocol::frame::{Request, Response};
use protocol::id::BlobId;
use protocol::request::{BlobName, BlobPut};
use protocol::response::BlobTicket;
use protocol::secret::DeleteSecret;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub struct World {
    /// Held for its end.
    _folder: TempDir,
    pub home: RunningHome,
    pub client: Client,
    pub log: Log,
}

/// Bytes as long as some blob, not the same as those of another `of`.
#[derive(Clone)]
pub struct Blob {
    pub id: BlobId,
    pub bytes: Vec<u8>,
    pub secret: DeleteSecret,
}

/// A blob of at least so much content.
pub fn blob(of: u8, content_bytes: u64) -> Blob {
    let size = blob_bytes(padded_bytes(content_bytes).unwrap());
    let mut state = u64::from(of) + 1;
    let bytes = (0..size.div_ceil(8)).flat_map(|_| {
        // xorshift64 (Marsaglia 2003)
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    });
    Blob {
        id: BlobId::new([of; 16]),
        bytes: bytes.take(size as usize).collect(),
        secret: DeleteSecret::new([of; 32]),
    }
}

impl Blob {
    pub fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    pub fn path(&self) -> String {
        format!("/blob/{}", HEXLOWER.encode(self.id.as_bytes()))
    }

    pub fn digest(&self) -> String {
        format!("sha-256=:{}:", BASE64.encode(&Sha256::digest(&self.bytes)))
    }

    pub fn etag(&self) -> String {
        format!("\"{}\"", HEXLOWER.encode(&Sha256::digest(&self.bytes)))
    }

    pub fn asked(&self, method: &'static str, bearer: &[u8]) -> Asked {
        let bearer = BASE64URL_NOPAD.encode(bearer);
        Asked::new(method, self.path()).with("authorization", format!("Bearer {bearer}"))
    }

    /// A PATCH of these bytes; the last of all if they are.
    pub fn patch(&self, ticket: &[u8], from: usize, until: usize) -> Asked {
        let is_last = until == self.bytes.len();
        let asked = self
            .asked("PATCH", ticket)
            .with("content-type", "application/partial-upload")
            .with("upload-offset", from)
            .with("upload-complete", if is_last { "?1" } else { "?0" })
            .body(&self.bytes[from..until]);
        if is_last {
            asked.with("repr-digest", self.digest())
        } else {
            asked
        }
    }

    pub fn put_request(&self, log: &Log) -> Request {
        Request::BlobPut(BlobPut {
            log: log.log,
            head: log.head,
            blob: self.id,
            size: self.size(),
            delete: self.secret.hash(),
        })
    }

    pub fn named(&self, log: &Log) -> BlobName {
        BlobName {
            log: log.log,
            head: log.head,
            blob: self.id,
        }
    }
}

impl World {
    pub async fn new() -> Self {
        Self::with(&["--open"]).await
    }

    pub async fn with(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = RunningHome::start_with(&folder.path().join("home"), arguments);
        Self::at(folder, home).await
    }

    /// With a log at this home.
    pub async fn at(folder: TempDir, home: RunningHome) -> Self {
        let mut client = Client::connect(&home.address).await;
        let log = client.begin(1).await;
        Self {
            _folder: folder,
            home,
            client,
            log,
        }
    }

    /// The home is killed and another begins in the same folder.
    pub async fn restart(&mut self) {
        self.restart_with(&["--open"]).await;
    }

    pub async fn restart_with(&mut self, arguments: &[&str]) {
        self.home.kill();
        self.home = RunningHome::start_with(&self.home.data.clone(), arguments);
        self.meet().await;
    }

    /// Connects to a home that began anew.
    pub async fn meet(&mut self) {
        self.client = Client::connect(&self.home.address).await;
        self.client.prove(&self.log).await;
    }

    pub async fn put_ticket(&mut self, blob: &Blob) -> Vec<u8> {
        let response = self.client.ask(&blob.put_request(&self.log)).await;
        ticket(response).ticket
    }

    pub async fn get_ticket(&mut self, blob: &Blob) -> BlobTicket {
        let get = Request::BlobGet(blob.named(&self.log));
        ticket(self.client.ask(&get).await)
    }

    pub async fn send(&self, asked: &Asked) -> Answer {
        asked.send(&self.home.address).await
    }

    /// Where an upload stands.
    pub async fn stands(&self, blob: &Blob, ticket: &[u8]) -> usize {
        let answer = self.send(&blob.asked("HEAD", ticket)).await;
        assert_eq!(answer.status, 204);
        answer.stands().1.unwrap() as usize
    }

    /// Puts a whole blob from wherever it stands.
    pub async fn put(&mut self, blob: &Blob) -> Vec<u8> {
        let ticket = self.put_ticket(blob).await;
        let at = self.stands(blob, &ticket).await;
        let rest = blob.patch(&ticket, at, blob.bytes.len());
        let answer = self.send(&rest).await;
        assert_eq!(answer.status, 204, "{}", answer.text());
        assert_eq!(answer.header("upload-complete"), Some("?1"));
        ticket
    }

    /// Has a blob, and insists that it is the one that was put.
    pub async fn check(&mut self, blob: &Blob) {
        let ticket = self.get_ticket(blob).await;
        let answer = self.send(&blob.asked("GET", &ticket.ticket)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("etag"), Some(&*blob.etag()));
        assert!(answer.body == blob.bytes, "the bytes are others");
    }

    /// Insists that the home does its other work.
    pub async fn check_others(&mut self, of: u64) {
        let append = Client::append_request(&self.log, crate::home_support::client::body(of));
        let response = self.client.ask(&append).await;
        assert!(matches!(response, Response::Appended(_)), "{response:?}");
    }

    /// Where the bytes of a blob lie once it is whole.
    pub fn whole_file(&self, blob: &Blob) -> PathBuf {
        let name = HEXLOWER.encode(blob.id.as_bytes());
        let whole = self.home.data.join("blobs/whole").join(&name[..2]);
        whole.join(name)
    }
}

pub fn ticket(response: Response) -> BlobTicket {
    match response {
        Response::BlobTicket(ticket) => ticket,
        other => panic!("no ticket: {other:?}"),
    }
}

/// Waits until a file is gone.
pub async fn is_gone(path: &Path) {
    for _ in 0..1_000 {
        if !path.exists() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{} is still there", path.display());
}
