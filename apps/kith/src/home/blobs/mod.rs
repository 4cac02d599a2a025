//! The bytes of blobs: HTTP on one side, a folder and an object store on the other (docs/protocol.md,
//! *The bytes of a blob*).
//!
//! | file | does |
//! |---|---|
//! | `routes.rs` | which request is whose; tickets; CORS |
//! | `asked.rs` | what a request says in its headers |
//! | `refused.rs` | every way to say no |
//! | `upload.rs`, `finish.rs` | HEAD and PATCH with a ticket to put |
//! | `download.rs` | GET and HEAD with a ticket to get |
//! | `turns.rs` | one upload at a time for each blob, the newest first |
//! | `staging.rs` | the file that an upload grows in |
//! | `store.rs` | where whole blobs lie |
//! | `sweep.rs` | erasing |
//!
//! | a crash | leaves | and then |
//! |---|---|---|
//! | while bytes come | the file that they are in | `HEAD` tells how many are durable |
//! | after the whole was moved to its place, before its row says so | bytes that nobody is given | the last request again makes it whole |
//! | after the row says that it goes, before the bytes are gone | bytes that nobody is given | the next sweep |
//!
//! Rows are the home's (`home_core::blob_index`), written by the writer alone; bytes never pass it.

mod asked;
mod download;
mod finish;
mod look;
mod refused;
mod routes;
mod settings;
mod staging;
mod store;
mod sweep;
mod turns;
mod upload;

pub(super) use asked::is_known;
pub(super) use look::{Looked, look_through};
pub(super) use routes::{for_all_origins, router};
pub(super) use settings::{BlobSettings, Bucket};
pub use store::StoreError as BlobStoreError;
pub(super) use sweep::sweep;

use super::writer::ToWriter;
use home_core::blob_index::BlobState;
use home_core::ticket::TicketKey;
use home_core::{BlobAct, BlobWord};
use protocol::id::BlobId;
use refused::Refused;
use std::sync::Arc;
use store::Store;
use tokio::sync::{Notify, Semaphore, mpsc, oneshot};
use turns::Turns;

/// Transfers at once. Each holds a file and up to two buffers.
const TRANSFERS: usize = 128;

/// What all transfers share.
#[derive(Debug)]
pub(super) struct Blobs {
    key: TicketKey,
    writer: mpsc::Sender<ToWriter>,
    store: Store,
    turns: Turns,
    places: Arc<Semaphore>,
    /// Told when something is to be erased.
    erase: Notify,
}

impl Blobs {
    /// Opens the folder, and the object store where there is one.
    ///
    /// # Errors
    /// [`BlobStoreError`].
    pub(super) fn open(
        settings: &BlobSettings,
        key: TicketKey,
        writer: mpsc::Sender<ToWriter>,
    ) -> Result<Self, BlobStoreError> {
        Ok(Self {
            key,
            writer,
            store: Store::open(settings)?,
            turns: Turns::default(),
            places: Arc::new(Semaphore::new(TRANSFERS)),
            erase: Notify::new(),
        })
    }

    /// Asks the home, or tells it; the answer is durable.
    async fn ask(&self, act: BlobAct) -> Result<BlobWord, Refused> {
        let (answer, word) = oneshot::channel();
        let message = ToWriter::Blob { act, answer };
        self.writer
            .send(message)
            .await
            .map_err(|_| Refused::Stopping)?;
        word.await.map_err(|_| Refused::Stopping)
    }

    /// How a blob stands.
    async fn look(&self, blob: BlobId) -> Result<Option<BlobState>, Refused> {
        match self.ask(BlobAct::Look(blob)).await? {
            BlobWord::State(state) => Ok(state),
            BlobWord::WrongSecret | BlobWord::Erase(_) | BlobWord::Noted => Ok(None),
        }
    }
}
