//! One connection from the moment it is accepted: its place, where it comes from, and how long it
//! may still last before it is a WebSocket.
//!
//! Whoever has a [`Visit`] holds the place. A handler finds it among the extensions of its request,
//! and calls [`Visit::renew`] for as long as it gets on with something long.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep_until};

/// How long a connection lasts without a new request or progress in one. A WebSocket has a life of
/// its own (`socket.rs`).
const LIFE: Duration = Duration::from_secs(30);

/// A connection's place and life, shared by all that serve it.
#[derive(Debug, Clone)]
pub(super) struct Visit(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Held for its end.
    _place: OwnedSemaphorePermit,
    from: IpAddr,
    /// Whether nothing was asked on it yet.
    is_new: AtomicBool,
    since: Instant,
    /// When it ends, in milliseconds after `since`.
    until_ms: AtomicU64,
}

impl Visit {
    /// Begins with a whole life.
    pub(super) fn begin(place: OwnedSemaphorePermit, from: IpAddr) -> Self {
        let visit = Self(Arc::new(Inner {
            _place: place,
            from,
            is_new: AtomicBool::new(true),
            since: Instant::now(),
            until_ms: AtomicU64::new(0),
        }));
        visit.renew();
        visit
    }

    /// The address at the other end, be it a proxy's.
    pub(super) fn from(&self) -> IpAddr {
        self.0.from
    }

    /// Whether this is the first that is asked on the connection; true once.
    pub(super) fn is_new(&self) -> bool {
        self.0.is_new.swap(false, Ordering::Relaxed)
    }

    /// Gives the connection a whole life from now.
    pub(super) fn renew(&self) {
        let until = self.0.since.elapsed() + LIFE;
        let until_ms = u64::try_from(until.as_millis()).unwrap_or(u64::MAX);
        self.0.until_ms.store(until_ms, Ordering::Relaxed);
    }

    /// Ends when the life is over.
    pub(super) async fn over(&self) {
        loop {
            let until_ms = self.0.until_ms.load(Ordering::Relaxed);
            sleep_until(self.0.since + Duration::from_millis(until_ms)).await;
            if self.0.until_ms.load(Ordering::Relaxed) == until_ms {
                return;
            }
        }
    }
}
