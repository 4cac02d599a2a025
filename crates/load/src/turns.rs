//! The sending half of a pair under a load: whose turn it is, and what goes then.

use crate::arrivals::Arrivals;
use crate::pacer::Moments;
use crate::peer::Sender;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// When the messages of one pair go.
pub(crate) enum Turns {
    /// At moments that do not wait for anything; until there is none any more.
    At(Moments),
    /// Whenever one that is under way has arrived; until this is set.
    AsTheyArrive(Arc<AtomicBool>),
}

impl Turns {
    /// The stamp of the next message, once it is its turn; none: the load is over.
    async fn next(&mut self, arrivals: &Arrivals) -> Option<u64> {
        match self {
            Self::At(moments) => {
                let due = moments.recv().await?;
                Some(arrivals.stamp_ns(due))
            }
            Self::AsTheyArrive(stop) => {
                arrivals.room().await;
                // It may have ended while nothing arrived.
                if stop.load(Ordering::Relaxed) {
                    return None;
                }
                Some(arrivals.now_ns())
            }
        }
    }
}

/// Sends until the load is over; the sender, still open. None: its connection broke.
pub(crate) async fn send<S: Sender>(
    mut sender: S,
    arrivals: Arrivals,
    mut turns: Turns,
) -> Option<S> {
    while let Some(stamp_ns) = turns.next(&arrivals).await {
        arrivals.sent();
        if let Err(error) = sender.send(stamp_ns).await {
            arrivals.failed(error);
            return None;
        }
    }
    Some(sender)
}
