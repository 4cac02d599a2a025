//! One load: messages at a pace, for a time.

use crate::arrivals::{Arrivals, Receipts};
use crate::error::LoadError;
use crate::pacer;
use crate::peer::Sender;
use crate::process::{cpu_s, resident_kib};
use crate::turns::{Turns, send};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::timeout_at;

/// How long a load runs before it is measured.
const WARM_UP: Duration = Duration::from_secs(2);
/// How long what is under way may take to arrive after the load ended.
const DRAINING: Duration = Duration::from_secs(10);
/// How often it is looked whether all has arrived.
const LOOKING: Duration = Duration::from_millis(20);

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
    backlog: u64,
    seconds: f64,
    latencies_us: Vec<u32>,
    server_cpu_s: f64,
    own_cpu_s: f64,
    resident_kib: u64,
}

/// Drives the pairs and measures what their receivers tell; `server` are the server's processes. When it returns, all has
/// arrived, or [`Measured::backlog`] says what has not; the senders are closed.
///
/// # Errors
/// [`LoadError::Failed`] if a connection broke or was closed, or a message came to nothing.
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
    let mut sending = JoinSet::new();
    for (sender, arrivals) in pairs {
        let turns = match moments.next() {
            Some(moments) => Turns::At(moments),
            None => Turns::AsTheyArrive(Arc::clone(&stop)),
        };
        sending.spawn(send(sender, arrivals, turns));
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
    let backlog = drain(sending, receipts, DRAINING).await;
    receipts.whole()?;
    Ok(Measured {
        pairs: count,
        load,
        delivered: after.0 - before.0,
        total: receipts.delivered(),
        backlog,
        seconds,
        latencies_us: receipts.latencies_us(),
        server_cpu_s: after.1 - before.1,
        own_cpu_s: after.2 - before.2,
        resident_kib,
    })
}

/// Waits until all that was sent has arrived, for so long at most; how much is still under way then. A pair that has not
/// come to its end counts as one message at least: what it had to send is late too.
async fn drain<S: Sender>(
    mut sending: JoinSet<Option<S>>,
    receipts: &Receipts,
    patience: Duration,
) -> u64 {
    let ends = tokio::time::Instant::now() + patience;
    // They stay open until everything has arrived.
    let mut open = Vec::new();
    while let Ok(Some(ended)) = timeout_at(ends, sending.join_next()).await {
        open.push(ended);
    }
    while receipts.under_way() > 0 && receipts.whole().is_ok() && tokio::time::Instant::now() < ends
    {
        tokio::time::sleep(LOOKING).await;
    }
    receipts.under_way().max(sending.len() as u64)
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

    /// Messages that had not arrived a while after the load ended. Unless it is 0, the server is behind, and a load
    /// that began on it now would measure this one's messages.
    pub fn backlog(&self) -> u64 {
        self.backlog
    }

    /// The same, for a server that may not be behind.
    ///
    /// # Errors
    /// [`LoadError::Behind`] if it is.
    pub fn drained(self) -> Result<Self, LoadError> {
        match self.backlog {
            0 => Ok(self),
            backlog => Err(LoadError::Behind { backlog }),
        }
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
            "backlog": self.backlog,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends to nobody but whoever tells of its arrival.
    struct Loopback {
        arrivals: Arrivals,
        late: Duration,
    }

    impl Sender for Loopback {
        async fn send(&mut self, sent_ns: u64) -> Result<(), LoadError> {
            let (arrivals, late) = (self.arrivals.clone(), self.late);
            tokio::spawn(async move {
                tokio::time::sleep(late).await;
                arrivals.arrived(sent_ns);
            });
            Ok(())
        }
    }

    const FOREVER: Duration = Duration::from_secs(3600);

    /// What is under way after a load of eight messages that arrive so late.
    async fn backlog(late: Duration, patience: Duration) -> (u64, u64) {
        let receipts = Arc::new(Receipts::new());
        let arrivals = Arrivals::new(Arc::clone(&receipts), 8);
        let sender = Loopback {
            arrivals: arrivals.clone(),
            late,
        };
        let stop = Arc::new(AtomicBool::new(false));
        let mut sending = JoinSet::new();
        let turns = Turns::AsTheyArrive(Arc::clone(&stop));
        sending.spawn(send(sender, arrivals, turns));
        while receipts.under_way() < 8 {
            tokio::task::yield_now().await;
        }
        stop.store(true, Ordering::Relaxed);
        let backlog = drain(sending, &receipts, patience).await;
        (backlog, receipts.delivered())
    }

    #[tokio::test]
    async fn a_load_is_over_when_all_that_was_sent_has_arrived() {
        let late = Duration::from_millis(200);
        assert_eq!(backlog(late, FOREVER).await, (0, 8));
    }

    #[tokio::test]
    async fn what_does_not_arrive_in_time_is_told() {
        assert_eq!(backlog(FOREVER, Duration::from_millis(200)).await, (8, 0));
    }

    #[tokio::test]
    async fn an_open_load_waits_for_what_is_still_to_be_sent() {
        let receipts = Arc::new(Receipts::new());
        let arrivals = Arrivals::new(Arc::clone(&receipts), 8);
        let sender = Loopback {
            arrivals: arrivals.clone(),
            late: Duration::ZERO,
        };
        let (tell, moments) = tokio::sync::mpsc::unbounded_channel();
        for _ in 0..3 {
            tell.send(Instant::now()).unwrap();
        }
        let mut sending = JoinSet::new();
        sending.spawn(send(sender, arrivals, Turns::At(moments)));
        let patience = Duration::from_millis(200);
        assert_eq!(drain(sending, &receipts, patience).await, 1, "more is due");
        assert_eq!(receipts.delivered(), 3);
    }
}
