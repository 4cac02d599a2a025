//! `kith bench quiet`: the latency in a log that is written to now and then, alone and while another log is written
//! to as fast as the home takes it. The flood comes from a thread of its own.

use super::BenchError;
use super::home::KithHome;
use load::{Arrivals, Load, LoadError, Measured, Pace, Peer, Receipts, Server, drive, free_port};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Appends a second to the quiet log.
const QUIET_PER_S: f64 = 50.0;
/// Appends under way to the other.
const FLOOD_WINDOW: usize = 1_024;
/// How long the flood rises before the quiet log is looked at.
const RISING: Duration = Duration::from_secs(1);
/// The flood begins before and ends after what is measured, warming up included.
const FLOOD_MORE_S: f64 = 4.0;

/// The figures.
pub(super) async fn measure(folder: &Path, seconds: f64) -> Result<Value, BenchError> {
    let port = free_port()?;
    let mut home = KithHome::new();
    let server = Server::start(home.command(folder, port)?, folder, port)?;
    home.prepare(port).await?;
    let processes = server.processes();
    let quiet = Load {
        pace: Pace::Rate { per_s: QUIET_PER_S },
        seconds,
    };
    let alone = load(&mut home, quiet, &processes).await?;
    let flooding = {
        let processes = processes.clone();
        let (tell, told) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            // Nobody listens any more if the quiet log failed first.
            let _ = tell.send(flood(port, seconds + FLOOD_MORE_S, &processes));
        });
        told
    };
    tokio::time::sleep(RISING).await;
    let flooded = load(&mut home, quiet, &processes).await?;
    let flood = flooding.await.unwrap_or_else(|_| {
        let error = LoadError::answer("the flood", "its thread ended");
        Err(BenchError::from(error))
    })?;
    let ratio = |share| Some(flooded.percentile_ms(share)? / alone.percentile_ms(share)?);
    Ok(json!({
        "bench": "quiet",
        "quiet_per_s": QUIET_PER_S,
        "alone": alone.to_json(),
        "flooded": flooded.to_json(),
        "flood_per_s": flood.per_s(),
        "p50_ratio": ratio(0.5),
        "p99_ratio": ratio(0.99),
    }))
}

pub(super) async fn load(
    home: &mut KithHome,
    load: Load,
    server: &[u32],
) -> Result<Measured, BenchError> {
    let receipts = Arc::new(Receipts::new());
    let arrivals = Arrivals::new(Arc::clone(&receipts), load.window());
    let sender = home.pair(arrivals.clone()).await?;
    let measured = drive(vec![(sender, arrivals)], &receipts, load, server).await?;
    Ok(measured.drained()?)
}

fn flood(port: u16, seconds: f64, server: &[u32]) -> Result<Measured, BenchError> {
    let runtime = super::runtime()?;
    runtime.block_on(async {
        let mut home = KithHome::new();
        home.prepare(port).await?;
        let pace = Pace::Window {
            messages: FLOOD_WINDOW,
        };
        load(&mut home, Load { pace, seconds }, server).await
    })
}
