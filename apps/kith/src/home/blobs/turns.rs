//! One transfer up, or one erasure, at a time for each blob; the newest ends the one before.
//!
//! A client whose connection broke comes back before the home has noticed, so the request that comes
//! last is the one that counts (draft-ietf-httpbis-resumable-upload-11, *Concurrency*).

use super::refused::Refused;
use protocol::id::BlobId;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;

/// How long the one before may take to end: the write of a buffer, or finishing.
const ENDING: Duration = Duration::from_secs(20);

/// Who is at which blob.
#[derive(Debug, Default)]
pub(super) struct Turns(Arc<Mutex<BTreeMap<BlobId, Arc<Place>>>>);

#[derive(Debug)]
struct Place {
    one: Arc<Semaphore>,
    /// How many have come; whoever is not the newest is to end.
    newest: watch::Sender<u64>,
}

/// The right to touch the bytes of one blob that is not whole. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    mine: u64,
    newest: watch::Receiver<u64>,
    _one: OwnedSemaphorePermit,
    _leave: Leave,
}

/// Takes the place away once nobody is at it.
#[derive(Debug)]
struct Leave {
    turns: Turns,
    blob: BlobId,
    place: Option<Arc<Place>>,
}

impl Turns {
    /// Waits for the turn at a blob and asks whoever has it to end.
    ///
    /// # Errors
    /// [`Refused::Replaced`] if a newer one came meanwhile, [`Refused::Busy`] if the one before does
    /// not end.
    pub(super) async fn take(&self, blob: BlobId) -> Result<Turn, Refused> {
        let place = self.enter(blob);
        let mut mine = 0;
        place.newest.send_modify(|newest| {
            *newest += 1;
            mine = *newest;
        });
        let mut newest = place.newest.subscribe();
        let one = Arc::clone(&place.one);
        let leave = Leave {
            turns: Self(Arc::clone(&self.0)),
            blob,
            place: Some(place),
        };
        let one = tokio::select! {
            one = timeout(ENDING, one.acquire_owned()) => match one {
                Ok(Ok(one)) => one,
                Ok(Err(_)) | Err(_) => return Err(Refused::Busy),
            },
            () = replaced(&mut newest, mine) => return Err(Refused::Replaced),
        };
        Ok(Turn {
            mine,
            newest,
            _one: one,
            _leave: leave,
        })
    }

    fn enter(&self, blob: BlobId) -> Arc<Place> {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = places.entry(blob).or_insert_with(|| {
            Arc::new(Place {
                one: Arc::new(Semaphore::new(1)),
                newest: watch::Sender::new(0),
            })
        });
        Arc::clone(place)
    }
}

async fn replaced(newest: &mut watch::Receiver<u64>, mine: u64) {
    // An error would mean that the place is gone, which it is not while this waits.
    let _ = newest.wait_for(|newest| *newest > mine).await;
}

impl Turn {
    /// Ends when somebody newer waits.
    pub(super) fn is_replaced(&self) -> impl Future<Output = ()> + Send + use<> {
        let (mut newest, mine) = (self.newest.clone(), self.mine);
        async move { replaced(&mut newest, mine).await }
    }
}

impl Drop for Leave {
    fn drop(&mut self) {
        let mut places = self.turns.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.place.take());
        if let Some(place) = places.get(&self.blob)
            && Arc::strong_count(place) == 1
        {
            places.remove(&self.blob);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_newest_gets_the_turn_and_nothing_is_left_behind() {
        let turns = Arc::new(Turns::default());
        let blob = BlobId::new([1; 16]);
        let first = turns.take(blob).await.unwrap();
        let waiting = tokio::spawn({
            let turns = Arc::clone(&turns);
            async move { turns.take(blob).await }
        });
        first.is_replaced().await;
        let newest = tokio::spawn({
            let turns = Arc::clone(&turns);
            async move { turns.take(blob).await }
        });
        assert_eq!(waiting.await.unwrap().unwrap_err(), Refused::Replaced);
        drop(first);
        drop(newest.await.unwrap().unwrap());
        let other = turns.take(BlobId::new([2; 16])).await.unwrap();
        assert_eq!(turns.0.lock().unwrap().len(), 1);
        drop(other);
        assert!(turns.0.lock().unwrap().is_empty());
    }
}
