//! Erasing: the bytes of blobs that are gone for everybody, and files of uploads that nobody waits
//! for.

use super::Blobs;
use super::refused::Refused;
use home_core::blob_index::BlobState;
use home_core::{BlobAct, BlobWord};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// How often it is looked whether the time of something is over.
const EVERY: Duration = Duration::from_secs(10 * 60);
/// How soon again where the storage did not do its part.
const AGAIN: Duration = Duration::from_secs(60);

/// Erases for as long as it is polled, and never ends.
pub(in crate::home) async fn sweep(blobs: Arc<Blobs>) {
    if blobs.drop_unwanted().await.is_err() {
        tracing::warn!(
            "not all files of uploads could be looked at; they stay until the next start"
        );
    }
    loop {
        let pause = match blobs.erase_some().await {
            Ok(true) => continue,
            Ok(false) => EVERY,
            Err(_) => AGAIN,
        };
        // Either way it is time to look again.
        let _ = timeout(pause, blobs.erase.notified()).await;
    }
}

impl Blobs {
    /// Erases some; whether there may be more.
    async fn erase_some(&self) -> Result<bool, Refused> {
        let BlobWord::Erase(blobs) = self.ask(BlobAct::Sweep).await? else {
            return Ok(false);
        };
        if blobs.is_empty() {
            return Ok(false);
        }
        let mut erased = Vec::new();
        let mut failed = None;
        for blob in blobs {
            // An upload that still runs ends first; one that does not end would put back what is erased.
            let turn = self.turns.take(blob).await;
            let done = match &turn {
                Ok(_) => self.store.erase(&blob).await,
                Err(error) => Err(*error),
            };
            match done {
                Ok(()) => erased.push(blob),
                Err(error) => failed = Some(error),
            }
        }
        self.ask(BlobAct::Erased(erased)).await?;
        failed.map_or(Ok(true), Err)
    }

    /// Drops the files of uploads that nobody waits for: of blobs that are whole, or not known.
    async fn drop_unwanted(self: &Arc<Self>) -> Result<(), Refused> {
        let own = Arc::clone(self);
        let found = spawn_blocking(move || own.store.all_staging()).await;
        let Ok(Ok(found)) = found else {
            return Err(Refused::Storage);
        };
        for blob in found {
            if self.look(blob).await? == Some(BlobState::Awaited) {
                continue;
            }
            // It may have been asked for anew meanwhile.
            let turn = self.turns.take(blob).await;
            if turn.is_ok() && self.look(blob).await? != Some(BlobState::Awaited) {
                self.store.drop_staging(&blob).await?;
            }
        }
        Ok(())
    }
}
