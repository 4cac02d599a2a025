//! How many appends a second a home takes over loopback, and what each costs. Not a pass or fail:
//! `cargo test --release -p kith --test home_throughput -- --ignored --nocapture`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "the helpers of a test are part of the test"
)]

#[cfg(test)]
mod home_support;

use home_support::RunningHome;
use home_support::client::{Client, body};
use std::time::Instant;

/// Appends under way on each connection, as many as a client's outbox sends.
const UNDER_WAY: u64 = 32;

/// Processor seconds that a process has used, user and system.
fn cpu_s(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let after_name = stat.rsplit_once(')').unwrap().1;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
    ticks / 100.0
}

async fn append_many(mut client: Client, log: home_support::client::Log, count: u64) {
    let mut answered = 0;
    let mut sent = 0;
    while answered < count {
        while sent < count && sent < answered + UNDER_WAY {
            sent += 1;
            client.send(&Client::append_request(&log, body(sent))).await;
        }
        client.next_frame().await.unwrap();
        answered += 1;
    }
}

async fn measure(connections: u64, each: u64) {
    let folder = tempfile::tempdir().unwrap();
    let home = RunningHome::start_quiet(&folder.path().join("home"));
    let mut ready = Vec::new();
    for of in 0..connections {
        let mut client = Client::connect(&home.address).await;
        let log = client.begin(of).await;
        ready.push((client, log));
    }
    let (start, cpu_before) = (Instant::now(), cpu_s(home.child.id()));
    let tasks: Vec<_> = ready
        .into_iter()
        .map(|(client, log)| tokio::spawn(append_many(client, log, each)))
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let (took, cpu) = (
        start.elapsed().as_secs_f64(),
        cpu_s(home.child.id()) - cpu_before,
    );
    let count = (connections * each) as f64;
    println!(
        "{connections} connections: {:.0} appends/s, {:.1} µs of processor for each",
        count / took,
        cpu / count * 1e6
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn appends_are_counted_and_timed() {
    measure(1, 30_000).await;
    measure(100, 1_000).await;
}
