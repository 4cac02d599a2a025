//! The memory that long messages of clients may take while they come, all together and those of one network.
//!
//! Who sends half of one and waits would otherwise hold it for as long as the connection lives, on as many
//! connections as there are.

use super::super::limits::Network;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// Memory is counted in units of so many bytes.
const UNIT_BYTES: usize = 1024;
/// For all.
const ALL_BYTES: usize = 128 * 1024 * 1024;
/// For those of one network.
const NETWORK_BYTES: usize = ALL_BYTES / 8;
/// How long a message waits for it.
const WAIT: Duration = Duration::from_secs(30);

/// The room for long messages that is left.
#[derive(Debug)]
pub(in crate::home) struct Room {
    all: Arc<Semaphore>,
    /// Only those networks that have something, or wait for it.
    networks: Mutex<HashMap<Network, Arc<Semaphore>>>,
    wait: Duration,
}

/// Room that is taken, until it is dropped.
#[derive(Debug)]
pub(super) struct Taken {
    _of_all: OwnedSemaphorePermit,
    _of_the_network: Option<OwnedSemaphorePermit>,
    /// After the permits, so that it sees whether others are left.
    _share: Option<Share>,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            all: Arc::new(Semaphore::new(ALL_BYTES / UNIT_BYTES)),
            networks: Mutex::default(),
            wait: WAIT,
        }
    }
}

impl Room {
    /// Waits for room for so many bytes; none if it does not come in time. Who is no network's is counted
    /// among all alone.
    pub(super) async fn take(
        self: Arc<Self>,
        network: Option<Network>,
        bytes: usize,
    ) -> Option<Taken> {
        let units = u32::try_from(bytes.div_ceil(UNIT_BYTES)).ok()?;
        let wait = self.wait;
        let taking = async {
            let share = network.map(|network| Share::of(Arc::clone(&self), network));
            // First its own, so that a network that has none left does not hold what is for all.
            let of_the_network = match &share {
                Some(share) => Some(
                    Arc::clone(share.left.as_ref()?)
                        .acquire_many_owned(units)
                        .await
                        .ok()?,
                ),
                None => None,
            };
            Some(Taken {
                _of_all: Arc::clone(&self.all).acquire_many_owned(units).await.ok()?,
                _of_the_network: of_the_network,
                _share: share,
            })
        };
        timeout(wait, taking).await.ok()?
    }

    fn networks(&self) -> MutexGuard<'_, HashMap<Network, Arc<Semaphore>>> {
        self.networks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is left to a network, known for as long as somebody has or wants some of it.
#[derive(Debug)]
struct Share {
    room: Arc<Room>,
    network: Network,
    /// None only at the end.
    left: Option<Arc<Semaphore>>,
}

impl Share {
    fn of(room: Arc<Room>, network: Network) -> Self {
        let left = Arc::clone(
            room.networks()
                .entry(network)
                .or_insert_with(|| Arc::new(Semaphore::new(NETWORK_BYTES / UNIT_BYTES))),
        );
        Self {
            room,
            network,
            left: Some(left),
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut networks = self.room.networks();
        self.left = None;
        let left = networks.get(&self.network);
        if left.is_some_and(|left| Arc::strong_count(left) == 1) {
            networks.remove(&self.network);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(20);

    fn room() -> Arc<Room> {
        Arc::new(Room {
            wait: SHORT,
            ..Room::default()
        })
    }

    fn network(of: u8) -> Option<Network> {
        Some(Network::V4([192, 0, 2, of]))
    }

    #[tokio::test]
    async fn a_network_has_its_share_and_gets_it_again() {
        let room = room();
        let half = NETWORK_BYTES / 2;
        let first = Arc::clone(&room).take(network(1), half).await.unwrap();
        let second = Arc::clone(&room).take(network(1), half).await.unwrap();
        assert!(Arc::clone(&room).take(network(1), 1).await.is_none());
        assert!(Arc::clone(&room).take(network(2), half).await.is_some());
        drop(first);
        let third = Arc::clone(&room).take(network(1), half).await.unwrap();
        drop((second, third));
        assert!(room.networks().is_empty());
        assert_eq!(room.all.available_permits(), ALL_BYTES / UNIT_BYTES);
    }

    #[tokio::test]
    async fn all_together_have_no_more_than_there_is() {
        let room = room();
        let mut taken = Vec::new();
        for of in 0..8 {
            taken.push(
                Arc::clone(&room)
                    .take(network(of), NETWORK_BYTES)
                    .await
                    .unwrap(),
            );
        }
        assert!(Arc::clone(&room).take(network(9), 1).await.is_none());
        assert!(Arc::clone(&room).take(None, 1).await.is_none());
        // Who waited in vain left nothing behind.
        assert_eq!(room.networks().len(), 8);
        taken.pop();
        assert!(Arc::clone(&room).take(None, NETWORK_BYTES).await.is_some());
    }
}
