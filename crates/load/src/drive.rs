//! One load: messages at a pace, for a time.

use crate::arrivals::{Arrivals, Receipts};
use crate::error::LoadError;
use crate::pacer::{self, Moments};
use crate::peer::Sender;
use crate::process::{cpu_s, resident_kib};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long a load runs before it is measured.
const WARM_UP: Duration = Duration::from_secs(2);
/// How long what is under way may take to arrive after the load ended.
const DRAINING: Duration = Duration::from_secs(15);
/// How often it is looked whether all has arrived.
const LOOKING: Duration = Duration::from_millis(600);

/// At which pace messages are sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// So many a second over all pairs, whatever arrives: an open load.
    Rate {
        /// Messages a second.
        per_s: f64,
    },
    /// So many under way for each pair: a closed load, as fast as the server is.
    Window {
        /// Messages.
        messages: usize,
    },
}

/// A load.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// How it is sent.
    pub pace: Pace,
    /// For how long it is measured.
    pub seconds: f64,
}

impl Load {
    /// Messages that may be under way for one pair.
    pub fn window(&self) -> usize {
        match self.pace {
            Pace::Rate { .. } => 1 << 20,
            Pace::Window { messages } => messages,
        }
    }
}

/// What a load showed.
#[derive(Debug, Clone)]
pub struct Measured {
    pairs: usize,
    load: Load,
    delivered: u64,
    total: u64,
    seconds: f64,
    latencies_us: Vec<u32>,
    server_cpu_s: f64,
    own_cpu_s: f64,
    resident_kib: u64,
}

/// Drives the pairs and measures what their receivers tell; `server` are the server's processes.
///
/// # Errors
/// [`LoadError::Failed`] if a connection broke.
pub async fn drive<S: Sender>(
    pairs: Vec<(S, Arrivals)>,
    receipts: &Receipts,
    load: Load,
    server: &[u32],
) -> Result<Measured, LoadError> {
    let count = pairs.len();
    let stop = Arc::new(AtomicBool::new(false));
    let mut moments = match load.pace {
        Pace::Rate { per_s } => pacer::begin(count, per_s, Arc::clone(&stop)),
        Pace::Window { .. } => Vec::new(),
    }
    .into_iter();
    for (sender, arrivals) in pairs {
        let turns = match moments.next() {
            Some(moments) => Turns::At(moments),
            None => Turns::AsTheyArrive(Arc::clone(&stop)),
        };
        tokio::spawn(send(sender, arrivals, turns));
    }
    tokio::time::sleep(WARM_UP).await;
    let own = [std::process::id()];
    let before = (receipts.delivered(), cpu_s(server), cpu_s(&own));
    let started = Instant::now();
    receipts.record(true);
    tokio::time::sleep(Duration::from_secs_f64(load.seconds)).await;
    receipts.record(false);
    let seconds = started.elapsed().as_secs_f64();
    let after = (receipts.delivered(), cpu_s(server), cpu_s(&own));
    let resident_kib = resident_kib(server);
    stop.store(true, Ordering::Relaxed);
    let total = drain(receipts).await;
    let failed = receipts.failed();
    if failed > 0 {
        return Err(LoadError::Failed { failed });
    }
    Ok(Measured {
        pairs: count,
        load,
        delivered: after.0 - before.0,
        total,
        seconds,
        latencies_us: receipts.latencies_us(),
        server_cpu_s: after.1 - before.1,
        own_cpu_s: after.2 - before.2,
        resident_kib,
    })
}

/// Waits until nothing arrives any more; all that did.
async fn drain(receipts: &Receipts) -> u64 {
    let ends = Instant::now() + DRAINING;
    let mut before = receipts.delivered();
    loop {
        tokio::time::sleep(LOOKING).await;
        let now = receipts.delivered();
        if now == before || Instant::now() > ends {
            return now;
        }
        before = now;
    }
}

/// When the messages of one pair go.
enum Turns {
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
                if stop.load(Ordering::Relaxed) {
                    return None;
                }
                arrivals.room().await;
                Some(arrivals.now_ns())
            }
        }
    }
}

async fn send<S: Sender>(mut sender: S, arrivals: Arrivals, mut turns: Turns) {
    while let Some(stamp_ns) = turns.next(&arrivals).await {
        if sender.send(stamp_ns).await.is_err() {
            arrivals.failed();
            return;
        }
    }
    // The connection stays until everything has arrived.
    tokio::time::sleep(DRAINING).await;
}

impl Measured {
    /// Messages that arrived in each second.
    pub fn per_s(&self) -> f64 {
        self.delivered as f64 / self.seconds
    }

    /// All messages that arrived, those before and after the measured time too.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The latency below which this share of the messages arrived, in milliseconds; none: nothing
    /// arrived.
    pub fn percentile_ms(&self, share: f64) -> Option<f64> {
        let last = self.latencies_us.len().checked_sub(1)?;
        let latency_us = self.latencies_us.get((last as f64 * share) as usize)?;
        Some(f64::from(*latency_us) / 1_000.0)
    }

    /// The figures, with the units in their names.
    pub fn to_json(&self) -> Value {
        let (mode, rate, window) = match self.load.pace {
            Pace::Rate { per_s } => ("rate", Some(per_s), None),
            Pace::Window { messages } => ("sat", None, Some(messages)),
        };
        let per_10k = |seconds: f64| seconds / self.delivered.max(1) as f64 * 1e4;
        json!({
            "mode": mode,
            "pairs": self.pairs,
            "rate": rate,
            "window": window,
            "msgs_per_s": self.per_s().round(),
            "p50_ms": self.percentile_ms(0.5),
            "p99_ms": self.percentile_ms(0.99),
            "max_ms": self.percentile_ms(1.0),
            "server_cpu_s_per_10k": per_10k(self.server_cpu_s),
            "server_cpu_pct": self.server_cpu_s / self.seconds * 100.0,
            "gen_cpu_pct": self.own_cpu_s / self.seconds * 100.0,
            "rss_mb": self.resident_kib as f64 / 1024.0,
            "total_delivered": self.total,
        })
    }
}
