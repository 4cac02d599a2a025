//! `kith bench latency`: the latency at 200 messages a second beside that of one commit to a WAL of SQLite, in turns,
//! since a disk may be ten times as fast a minute later.

use super::BenchError;
use super::home::KithHome;
use load::{Arrivals, Load, LoadError, Measured, Pace, Peer, Receipts, Server, drive, free_port};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Messages a second, over all pairs.
const PER_S: f64 = 200.0;
const PAIRS: usize = 10;
/// Turns of commits and loads.
const TURNS: usize = 3;
/// Commits in a turn, at the pace of the messages.
const COMMITS: u32 = 300;
/// Bytes of an entry that holds a message of 300.
const BODY_BYTES: usize = 512;
/// What a home may take: so many commits and so much more.
const ALLOWED_COMMITS: f64 = 1.5;
const ALLOWED_MORE_MS: f64 = 1.0;

/// The figures.
pub(super) async fn measure(folder: &Path, seconds: f64) -> Result<Value, BenchError> {
    let mut file = CommitProbe::open(folder).map_err(probe)?;
    let port = free_port()?;
    let mut home = KithHome::new();
    let server = Server::start(home.command(folder, port)?, folder, port)?;
    home.prepare(port).await?;
    let mut turns = Vec::new();
    for _ in 0..TURNS {
        let before = file.commits().await.map_err(probe)?;
        let load = at_rate(&mut home, seconds, &server.processes()).await?;
        let after = file.commits().await.map_err(probe)?;
        let commits = [before, after].concat();
        let (Some(commit_ms), Some(p50_ms)) = (median(commits), load.percentile_ms(0.5)) else {
            return Err(LoadError::answer("a load", "nothing arrived").into());
        };
        turns.push(Turn {
            commit_ms,
            p50_ms,
            p99_ms: load.percentile_ms(0.99),
        });
    }
    let commit_ms = turns.iter().map(|turn| turn.commit_ms);
    let bounds_ms = turns.iter().map(|turn| bound_ms(turn.commit_ms));
    let over_bound = turns
        .iter()
        .map(|turn| turn.p50_ms / bound_ms(turn.commit_ms));
    Ok(json!({
        "bench": "latency",
        "per_s": PER_S,
        "wal_commit_p50_ms": median(commit_ms.collect()),
        "p50_ms": median(turns.iter().map(|turn| turn.p50_ms).collect()),
        "p99_ms": median(turns.iter().filter_map(|turn| turn.p99_ms).collect()),
        "bound_ms": median(bounds_ms.collect()),
        "p50_over_bound": median(over_bound.collect()),
    }))
}

/// What one turn showed.
struct Turn {
    /// The median of its commits.
    commit_ms: f64,
    p50_ms: f64,
    p99_ms: Option<f64>,
}

/// What the latency is to stay below where a commit takes so long.
fn bound_ms(commit_ms: f64) -> f64 {
    ALLOWED_COMMITS * commit_ms + ALLOWED_MORE_MS
}

/// None: no value.
pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

async fn at_rate(
    home: &mut KithHome,
    seconds: f64,
    server: &[u32],
) -> Result<Measured, BenchError> {
    let load = Load {
        pace: Pace::Rate { per_s: PER_S },
        seconds,
    };
    let receipts = Arc::new(Receipts::new());
    let mut pairs = Vec::new();
    for _ in 0..PAIRS {
        let arrivals = Arrivals::new(Arc::clone(&receipts), load.window());
        pairs.push((home.pair(arrivals.clone()).await?, arrivals));
    }
    Ok(drive(pairs, &receipts, load, server).await?.drained()?)
}

/// A file that is committed to as a home does it.
struct CommitProbe {
    connection: Connection,
}

impl CommitProbe {
    fn open(folder: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(folder.join("commits.sqlite"))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection
            .execute_batch("CREATE TABLE body (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")?;
        Ok(Self { connection })
    }

    /// How long each commit of one row took, in milliseconds.
    async fn commits(&mut self) -> rusqlite::Result<Vec<f64>> {
        let begun = Instant::now();
        let mut took_ms = Vec::new();
        for at in 0..COMMITS {
            let due = Duration::from_secs_f64(f64::from(at) / PER_S);
            tokio::time::sleep_until((begun + due).into()).await;
            let body = [b'x'; BODY_BYTES];
            let started = Instant::now();
            let sql = "INSERT INTO body (body) VALUES (?1)";
            self.connection.prepare_cached(sql)?.execute([body])?;
            took_ms.push(started.elapsed().as_secs_f64() * 1e3);
        }
        Ok(took_ms)
    }
}

fn probe(error: rusqlite::Error) -> BenchError {
    BenchError::System {
        what: "the commits beside the home",
        source: std::io::Error::other(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_is_one_and_a_half_commits_and_a_millisecond() {
        assert_eq!(bound_ms(2.0), 4.0);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(Vec::new()), None);
    }
}
