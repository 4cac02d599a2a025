//! `kith bench cold-start`: how long a home that holds entries takes until it listens and until it greets. Its
//! files are still in the system's memory, since they were just written.

use super::BenchError;
use super::filling::{BATCH, Filling};
use super::home::KithHome;
use super::home_client::HomeClient;
use super::latency::median;
use load::{LoadError, Peer, Server, free_port};
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};

/// Logs that the entries are in, unless there are fewer entries.
const LOGS: usize = 10_000;
/// Starts of which the median is told.
const STARTS: usize = 5;

/// The figures of a home with so many entries.
pub(super) async fn measure(folder: &Path, entries: usize) -> Result<Value, BenchError> {
    let home = folder.join("home");
    std::fs::create_dir_all(&home).map_err(LoadError::system("the folder of the data"))?;
    let mut filling = Filling::new(&home, LOGS.min(entries))?;
    let mut held = 0;
    while held < entries {
        held += filling.batch(BATCH.min(entries - held))?.entries;
    }
    drop(filling);
    // The first start makes the home's key.
    start(folder).await?;
    let (mut listening, mut answered) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let (until_listening, until_answered) = start(folder).await?;
        listening.push(until_listening.as_secs_f64() * 1e3);
        answered.push(until_answered.as_secs_f64() * 1e3);
    }
    let all_ms = answered.clone();
    Ok(json!({
        "bench": "cold-start",
        "entries": entries,
        "listening_ms": median(listening),
        "answered_ms": median(answered),
        "all_answered_ms": all_ms,
    }))
}

/// From the start of the process until it listens, and until it has greeted.
async fn start(folder: &Path) -> Result<(Duration, Duration), BenchError> {
    let port = free_port()?;
    let command = KithHome::new().command(folder, port)?;
    let started = Instant::now();
    let server = Server::start(command, folder, port)?;
    HomeClient::connect(port).await?;
    Ok((server.cold_start, started.elapsed()))
}
