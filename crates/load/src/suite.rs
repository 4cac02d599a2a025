//! The whole measurement of a peer: start, idle connections, open loads, syncs, closed loads.

use crate::arrivals::{Arrivals, Receipts};
use crate::drive::{Load, Measured, Pace, drive};
use crate::error::LoadError;
use crate::peer::Peer;
use crate::process::{Server, cpu_s, file_bytes, free_port, resident_kib};
use crate::syncs::{Syncs, sync_ms};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long connections settle before memory is read.
const SETTLING: Duration = Duration::from_secs(2);
/// How long idle processor time is watched.
const WATCHING_S: f64 = 3.0;
/// The load under which syncs are counted.
const SYNC_RATE_PER_S: f64 = 10.0;

/// How much is measured.
#[derive(Debug, Clone)]
pub struct Suite {
    /// Where the server's data lie; made anew. On a disk, or in memory to leave the disk out.
    pub folder: PathBuf,
    /// Seconds of each load.
    pub seconds: f64,
    /// Idle connections; none are made if 0.
    pub idle: usize,
    /// Pairs in the load of many, at most as many as the peer bears.
    pub pairs: usize,
    /// Whether the open loads are measured too.
    pub open_loads: bool,
    /// Whether syncs are counted (needs `strace`).
    pub syncs: bool,
}

/// Measures a peer; one JSON object.
///
/// # Errors
/// [`LoadError`].
pub async fn measure<P: Peer>(peer: &mut P, suite: &Suite) -> Result<Value, LoadError> {
    let folder = &suite.folder;
    // What an earlier run left is not measured again.
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder).map_err(LoadError::system("the folder of the data"))?;
    let port = free_port()?;
    let first = Server::start(peer.command(folder, port)?, folder, port)?;
    let first_start_s = first.cold_start.as_secs_f64();
    drop(first);
    let server = Server::start(peer.command(folder, port)?, folder, port)?;
    tokio::time::sleep(SETTLING).await;
    peer.prepare(port).await?;
    let mut figures = json!({
        "peer": peer.name(),
        "cold_start_s_first": first_start_s,
        "cold_start_s": server.cold_start.as_secs_f64(),
        "fdatasync_ms_before": sync_ms(folder)?,
    });
    let mut note = |name: &str, value: Value| {
        if let Some(figures) = figures.as_object_mut() {
            figures.insert(name.to_owned(), value);
        }
    };
    let mut run = Run {
        peer,
        suite,
        server: &server,
    };
    if suite.idle > 0 {
        note("idle", run.idle().await?);
    }
    run.loads(&mut note).await?;
    note("disk_mb", json!(file_bytes(folder) as f64 / 1e6));
    note("fdatasync_ms_after", json!(sync_ms(folder)?));
    Ok(figures)
}

struct Run<'a, P> {
    peer: &'a mut P,
    suite: &'a Suite,
    server: &'a Server,
}

impl<P: Peer> Run<'_, P> {
    /// Open loads, then closed ones; `note` keeps each figure under its name.
    async fn loads(&mut self, mut note: impl FnMut(&str, Value)) -> Result<(), LoadError> {
        let size = self.peer.size();
        if self.suite.open_loads {
            for (name, per_s) in [("rate_low", size.low_per_s), ("rate", size.rate_per_s)] {
                note(name, self.load(10, Pace::Rate { per_s }).await?.to_json());
            }
        }
        if self.suite.syncs {
            let per_s = SYNC_RATE_PER_S;
            let syncs = self.syncs(1, Pace::Rate { per_s }).await?;
            note("fsync_per_msg_at_10_per_s", json!(syncs));
        }
        let messages = size.window_of_one;
        let one = self.load(1, Pace::Window { messages }).await?;
        note("sat_1pair", one.to_json());
        let pairs = self.suite.pairs.min(size.pairs);
        let messages = size.window_of_many;
        let pace = Pace::Window { messages };
        note("sat_many", self.load(pairs, pace).await?.to_json());
        if self.suite.syncs {
            let syncs = self.syncs(pairs, pace).await?;
            note("fsync_per_msg_saturated", json!(syncs));
        }
        Ok(())
    }

    async fn load(&mut self, pairs: usize, pace: Pace) -> Result<Measured, LoadError> {
        let load = self.load_of(pace);
        let receipts = Arc::new(Receipts::new());
        let ready = self.pairs(pairs, &load, &receipts).await?;
        drive(ready, &receipts, load, &self.server.processes()).await
    }

    fn load_of(&self, pace: Pace) -> Load {
        let seconds = self.suite.seconds;
        Load { pace, seconds }
    }

    /// New pairs, ready to begin.
    async fn pairs(
        &mut self,
        pairs: usize,
        load: &Load,
        receipts: &Arc<Receipts>,
    ) -> Result<Vec<(P::Sender, Arrivals)>, LoadError> {
        let mut ready = Vec::new();
        for _ in 0..pairs {
            let arrivals = Arrivals::new(Arc::clone(receipts), load.window());
            let sender = self.peer.pair(arrivals.clone()).await?;
            ready.push((sender, arrivals));
        }
        Ok(ready)
    }

    /// Syncs for each message that arrived; none without `strace`. Watching slows a server down, so
    /// nothing else is read off this load. What it costs to make the pairs is not counted.
    async fn syncs(&mut self, pairs: usize, pace: Pace) -> Result<Option<f64>, LoadError> {
        let load = self.load_of(pace);
        let receipts = Arc::new(Receipts::new());
        let ready = self.pairs(pairs, &load, &receipts).await?;
        let processes = self.server.processes();
        let Some(syncs) = Syncs::watch(&processes, &self.suite.folder) else {
            return Ok(None);
        };
        let measured = drive(ready, &receipts, load, &processes).await?;
        let count = syncs.count();
        Ok(count.map(|count| count as f64 / measured.total().max(1) as f64))
    }

    async fn idle(&mut self) -> Result<Value, LoadError> {
        let processes = self.server.processes();
        let before = resident_kib(&processes);
        let started = Instant::now();
        let mut connections = Vec::new();
        for _ in 0..self.suite.idle {
            connections.push(self.peer.idle().await?);
        }
        let took_s = started.elapsed().as_secs_f64();
        tokio::time::sleep(SETTLING).await;
        let after = resident_kib(&processes);
        let used_s = cpu_s(&processes);
        tokio::time::sleep(Duration::from_secs_f64(WATCHING_S)).await;
        let idle_s = cpu_s(&processes) - used_s;
        let count = connections.len() as f64;
        Ok(json!({
            "idle_n": connections.len(),
            "rss_before_mb": before as f64 / 1024.0,
            "rss_after_mb": after as f64 / 1024.0,
            "kb_per_conn": after.saturating_sub(before) as f64 / count,
            "login_per_s": count / took_s,
            "idle_cpu_pct": idle_s / WATCHING_S * 100.0,
        }))
    }
}
