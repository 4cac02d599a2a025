//! The end of an upload: the hash is compared, the bytes go to their place, and the row says so.

use super::Blobs;
use super::refused::Refused;
use super::staging::Staged;
use super::turns::Turn;
use super::upload::joined;
use crate::home::visit::Visit;
use home_core::blob_index::BlobState;
use home_core::ticket::Ticket;
use home_core::{BlobAct, BlobWord};
use protocol::id::BlobHash;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::spawn_blocking;
use tokio::time::interval;

/// How often a connection gets a new life while a blob is finished.
const STILL_HERE: Duration = Duration::from_secs(5);

/// All bytes of a blob.
pub(super) enum Held {
    /// In the file that they came into.
    Staged(Staged),
    /// At their place.
    Moved(Turn),
}

/// Makes a blob whole. It goes on when whoever asked is gone.
///
/// # Errors
/// [`Refused::Digest`]: everything that was put is dropped. [`Refused::Gone`]: the blob was erased
/// meanwhile. Others: it can be tried again.
pub(super) async fn finish(
    blobs: &Arc<Blobs>,
    ticket: &Ticket,
    held: Held,
    digest: BlobHash,
    visit: &Visit,
) -> Result<(), Refused> {
    let (own, ticket) = (Arc::clone(blobs), *ticket);
    let mut finishing = tokio::spawn(async move { own.make_whole(&ticket, held, digest).await });
    let mut still_here = interval(STILL_HERE);
    loop {
        tokio::select! {
            finished = &mut finishing => return finished.unwrap_or(Err(Refused::Storage)),
            _ = still_here.tick() => visit.renew(),
        }
    }
}

impl Blobs {
    async fn make_whole(
        &self,
        ticket: &Ticket,
        held: Held,
        digest: BlobHash,
    ) -> Result<(), Refused> {
        let blob = ticket.blob;
        let is_staged = matches!(held, Held::Staged(_));
        let (hash, turn) = match held {
            Held::Staged(staged) => joined(spawn_blocking(move || staged.hash())).await?,
            Held::Moved(turn) => (self.store.hash_moved(&blob).await?, turn),
        };
        if hash != *digest.as_bytes() {
            self.store.erase(&blob).await?;
            return Err(Refused::Digest);
        }
        if is_staged {
            self.store.publish(&blob, ticket.size).await?;
        }
        let word = self.ask(BlobAct::Whole(blob, digest)).await?;
        let whole = matches!(word, BlobWord::State(Some(BlobState::Whole(_))));
        if whole {
            self.store.settle(&blob).await;
        } else {
            self.store.erase(&blob).await?;
        }
        drop(turn);
        if whole { Ok(()) } else { Err(Refused::Gone) }
    }
}
