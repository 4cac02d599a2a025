//! The whole measurement of a peer: start, idle connections, open loads, syncs, closed loads.

use crate::arrivals::{Arrivals, Receipts};
use crate::drive::{Load, Pace, drive};
use crate::error::LoadError;
use crate::peer::{Idle, Peer};
use crate::process::{Server, cpu_s, file_bytes, free_port, resident_kib};
use crate::syncs::{PROBES, PROBES_BEFORE_A_LOAD, Syncs, sync_ms};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
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
    empty(folder)?;
    let port = free_port()?;
    let first = Server::start(peer.command(folder, port)?, folder, port)?;
    let first_start_s = first.cold_start.as_secs_f64();
    drop(first);
    let server = start(peer, folder, port).await?;
    let mut figures = json!({
        "peer": peer.name(),
        "cold_start_s_first": first_start_s,
        "cold_start_s": server.cold_start.as_secs_f64(),
        "fdatasync_ms_before": sync_ms(folder, PROBES)?,
    });
    let mut note = |name: &str, value: Value| {
        if let Some(figures) = figures.as_object_mut() {
            figures.insert(name.to_owned(), value);
        }
    };
    let mut run = Run {
        peer,
        suite,
        server,
        is_behind: false,
        restarts: 0,
    };
    if suite.idle > 0 {
        note("idle", run.idle().await?);
    }
    run.loads(&mut note).await?;
    note("restarts_behind", json!(run.restarts));
    note("disk_mb", json!(file_bytes(folder) as f64 / 1e6));
    note("fdatasync_ms_after", json!(sync_ms(folder, PROBES)?));
    Ok(figures)
}

/// Makes a folder that holds nothing.
fn empty(folder: &Path) -> Result<(), LoadError> {
    let emptied = match std::fs::remove_dir_all(folder) {
        // It is not there the first time.
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => std::fs::create_dir_all(folder),
    };
    emptied.map_err(LoadError::system("the folder of the data"))
}

/// Whether no connection was closed: those that were would be missing from the figure.
fn all_open(connections: &mut [Box<dyn Idle>]) -> Result<(), LoadError> {
    let count = connections.len();
    let closed: Vec<String> = connections
        .iter_mut()
        .filter_map(|connection| connection.closed())
        .collect();
    match closed.first() {
        None => Ok(()),
        Some(first) => Err(LoadError::IdleClosed {
            closed: closed.len(),
            count,
            first: first.clone(),
        }),
    }
}

/// A server that clients may come to.
async fn start<P: Peer>(peer: &mut P, folder: &Path, port: u16) -> Result<Server, LoadError> {
    let server = Server::start(peer.command(folder, port)?, folder, port)?;
    tokio::time::sleep(SETTLING).await;
    peer.prepare(port).await?;
    Ok(server)
}

struct Run<'a, P> {
    peer: &'a mut P,
    suite: &'a Suite,
    server: Server,
    /// Whether the last load left something that has not arrived.
    is_behind: bool,
    /// How often the server was begun anew because of that.
    restarts: u32,
}

impl<P: Peer> Run<'_, P> {
    /// Open loads, then closed ones; `note` keeps each figure under its name.
    async fn loads(&mut self, mut note: impl FnMut(&str, Value)) -> Result<(), LoadError> {
        let size = self.peer.size();
        if self.suite.open_loads {
            for (name, per_s) in [("rate_low", size.low_per_s), ("rate", size.rate_per_s)] {
                note(name, self.load(10, Pace::Rate { per_s }).await?);
            }
        }
        if self.suite.syncs {
            let per_s = SYNC_RATE_PER_S;
            let syncs = self.syncs(1, Pace::Rate { per_s }).await?;
            note("fsync_per_msg_at_10_per_s", json!(syncs));
        }
        let messages = size.window_of_one;
        let one = self.load(1, Pace::Window { messages }).await?;
        note("sat_1pair", one);
        let pairs = self.suite.pairs.min(size.pairs);
        let messages = size.window_of_many;
        let pace = Pace::Window { messages };
        note("sat_many", self.load(pairs, pace).await?);
        if self.suite.syncs {
            let syncs = self.syncs(pairs, pace).await?;
            note("fsync_per_msg_saturated", json!(syncs));
        }
        Ok(())
    }

    /// A load's figures, with how long the disk took for a sync just before it: it may be another minute's disk than at
    /// the start.
    async fn load(&mut self, pairs: usize, pace: Pace) -> Result<Value, LoadError> {
        self.catch_up().await?;
        let load = self.load_of(pace);
        let receipts = Arc::new(Receipts::new());
        let ready = self.pairs(pairs, &load, &receipts).await?;
        let disk_ms = sync_ms(&self.suite.folder, PROBES_BEFORE_A_LOAD)?;
        let measured = drive(ready, &receipts, load, &self.server.processes()).await?;
        self.is_behind = measured.backlog() > 0;
        let mut figures = measured.to_json();
        if let Some(figures) = figures.as_object_mut() {
            figures.insert("fdatasync_ms".to_owned(), json!(disk_ms));
        }
        Ok(figures)
    }

    /// A server that is behind is begun anew, without data: what it still works on would be measured in the next
    /// load. That of the earlier load would not count there in any case, since each has its own receipts.
    async fn catch_up(&mut self) -> Result<(), LoadError> {
        if self.is_behind {
            self.server.stop();
            empty(&self.suite.folder)?;
            self.server = start(self.peer, &self.suite.folder, free_port()?).await?;
            self.is_behind = false;
            self.restarts += 1;
        }
        Ok(())
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
        self.catch_up().await?;
        let load = self.load_of(pace);
        let receipts = Arc::new(Receipts::new());
        let ready = self.pairs(pairs, &load, &receipts).await?;
        let processes = self.server.processes();
        let Some(syncs) = Syncs::watch(&processes, &self.suite.folder) else {
            return Ok(None);
        };
        let measured = drive(ready, &receipts, load, &processes).await?;
        self.is_behind = measured.backlog() > 0;
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
        all_open(&mut connections)?;
        let idle = connections.len();
        // The server has as many closes to see to before the next load.
        drop(connections);
        tokio::time::sleep(SETTLING).await;
        Ok(json!({
            "idle_n": idle,
            "rss_before_mb": before as f64 / 1024.0,
            "rss_after_mb": after as f64 / 1024.0,
            "kb_per_conn": after.saturating_sub(before) as f64 / idle as f64,
            "login_per_s": idle as f64 / took_s,
            "idle_cpu_pct": idle_s / WATCHING_S * 100.0,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peer::Sender;
    use std::process::Command;

    const PORT: &str = "KITH_LOAD_TEST_PORT";

    /// This program again, which does nothing but listen.
    #[derive(Default)]
    struct Listener {
        prepared: Vec<u16>,
    }

    struct Nobody;

    struct Connection(Option<&'static str>);

    impl Idle for Connection {
        fn closed(&mut self) -> Option<String> {
            self.0.map(str::to_owned)
        }
    }

    #[test]
    fn an_idle_connection_that_was_closed_is_a_failure() {
        let connections = |closed: &[Option<&'static str>]| -> Vec<Box<dyn Idle>> {
            let all = closed.iter();
            all.map(|closed| Box::new(Connection(*closed)) as Box<dyn Idle>)
                .collect()
        };
        assert!(all_open(&mut connections(&[None, None])).is_ok());
        let mut connections = connections(&[None, Some("too many"), Some("late")]);
        let said = all_open(&mut connections).unwrap_err().to_string();
        let expected = "2 of 3 idle connections were closed; the first: too many";
        assert_eq!(said, expected);
    }

    impl Sender for Nobody {
        async fn send(&mut self, _: u64) -> Result<(), LoadError> {
            Ok(())
        }
    }

    impl Peer for Listener {
        type Sender = Nobody;

        fn name(&self) -> &'static str {
            "listener"
        }

        fn command(&self, _: &Path, port: u16) -> Result<Command, LoadError> {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.args(["--ignored", "--exact", "suite::tests::listens"]);
            command.env(PORT, port.to_string());
            Ok(command)
        }

        async fn prepare(&mut self, port: u16) -> Result<(), LoadError> {
            self.prepared.push(port);
            Ok(())
        }

        async fn pair(&mut self, _: Arrivals) -> Result<Nobody, LoadError> {
            Ok(Nobody)
        }

        async fn idle(&mut self) -> Result<Box<dyn Idle>, LoadError> {
            Ok(Box::new(Connection(None)))
        }
    }

    #[test]
    #[ignore = "the server of another test"]
    fn listens() {
        let Some(port) = std::env::var(PORT).ok().and_then(|port| port.parse().ok()) else {
            return;
        };
        let listener = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
        while listener.accept().is_ok() {}
    }

    #[tokio::test]
    async fn a_server_that_is_behind_is_begun_anew_and_no_other() {
        let name = format!("kith-load-suite-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        empty(&folder).unwrap();
        let suite = Suite {
            folder: folder.clone(),
            seconds: 1.0,
            idle: 0,
            pairs: 1,
            open_loads: false,
            syncs: false,
        };
        let mut peer = Listener::default();
        let server = start(&mut peer, &folder, free_port().unwrap()).await;
        let mut run = Run {
            server: server.unwrap(),
            peer: &mut peer,
            suite: &suite,
            is_behind: false,
            restarts: 0,
        };
        std::fs::write(folder.join("kept"), "what it holds").unwrap();
        let first = run.server.processes();
        run.catch_up().await.unwrap();
        assert_eq!((run.server.processes(), run.restarts), (first.clone(), 0));

        run.is_behind = true;
        run.catch_up().await.unwrap();
        assert_ne!(run.server.processes(), first);
        assert_eq!((run.is_behind, run.restarts), (false, 1));
        assert!(!folder.join("kept").exists());
        drop(run);
        assert_eq!(peer.prepared.len(), 2);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
