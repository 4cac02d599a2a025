//! How long a message takes between two running clients through a real home, and how many a second
//! go through. The figures: `cargo test --release -p kith --test latency -- --ignored --nocapture`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "the helpers of a test are part of the test"
)]

mod support;

use client::client_core::{ConversationId, Draft, Event};
use client::{Client, Profile};
use serde_json::json;
use std::time::{Duration, Instant};
use support::person::{Person, acquainted};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// How long nothing may come before the test fails.
const PATIENCE: Duration = Duration::from_secs(60);
/// The text of one message: with its number 300 bytes.
const TEXT: &str = "it is late, and I still think of what you said ";

/// What a running client did and saw, when.
#[derive(Debug)]
enum Report {
    /// `send` is called now.
    Sending(Instant),
    /// Items of the other one are committed in the store.
    Received(usize, Instant),
    /// Own items are known to be durable at the home.
    Stored(usize, Instant),
}

/// A client that runs until the test ends.
struct Running {
    texts: mpsc::UnboundedSender<Vec<String>>,
    reports: mpsc::UnboundedReceiver<Report>,
    /// Own items known to be stored so far, whatever else was waited for.
    stored: usize,
}

fn message(number: usize) -> String {
    let mut text = format!("{number} {}", TEXT.repeat(7));
    text.truncate(300);
    text
}

async fn run(
    mut client: Client,
    conversation: ConversationId,
    mut texts: mpsc::UnboundedReceiver<Vec<String>>,
    reports: mpsc::UnboundedSender<Report>,
) {
    loop {
        let events = tokio::select! {
            batch = texts.recv() => {
                let Some(batch) = batch else { return };
                let texts: Vec<_> = batch.iter().map(|text| Draft::text(text)).collect();
                let _ = reports.send(Report::Sending(Instant::now()));
                client.act(|engine, now| engine.send_all(now, conversation, &texts)).unwrap();
                Vec::new()
            }
            events = client.step(Duration::from_secs(1)) => events.unwrap(),
        };
        let at = Instant::now();
        let count = |wanted: fn(&Event) -> bool| events.iter().filter(|one| wanted(one)).count();
        let received = count(|event| matches!(event, Event::Received(..)));
        let stored = count(|event| matches!(event, Event::Stored(_)));
        // Once the test has what it waits for it listens no more.
        if received > 0 {
            let _ = reports.send(Report::Received(received, at));
        }
        if stored > 0 {
            let _ = reports.send(Report::Stored(stored, at));
        }
    }
}

/// Starts a client on the profile of somebody who has one conversation.
fn start(person: &Person) -> Running {
    let profile = Profile::open(&person.profile(), None, Duration::from_secs(10)).unwrap();
    let client = Client::start(profile).unwrap();
    let conversation = client.engine().conversations().unwrap()[0].id;
    let (texts, to_send) = mpsc::unbounded_channel();
    let (report, reports) = mpsc::unbounded_channel();
    tokio::spawn(run(client, conversation, to_send, report));
    Running {
        texts,
        reports,
        stored: 0,
    }
}

impl Running {
    async fn next(&mut self) -> Report {
        let report = timeout(PATIENCE, self.reports.recv()).await;
        let report = report.expect("nothing came for too long").unwrap();
        if let Report::Stored(more, _) = report {
            self.stored += more;
        }
        report
    }

    /// When the last of so many items was committed here.
    async fn received(&mut self, items: usize) -> Instant {
        let mut seen = 0;
        loop {
            if let Report::Received(more, at) = self.next().await {
                seen += more;
                if seen >= items {
                    assert_eq!(seen, items);
                    return at;
                }
            }
        }
    }

    /// When `send` was called for what is waiting to be sent.
    async fn sending(&mut self) -> Instant {
        loop {
            if let Report::Sending(at) = self.next().await {
                return at;
            }
        }
    }

    /// When so many own items were known to be durable at the home, from the beginning.
    async fn stored(&mut self, items: usize) -> Instant {
        let mut last = Instant::now();
        while self.stored < items {
            if let Report::Stored(_, at) = self.next().await {
                last = at;
            }
        }
        last
    }
}

/// Milliseconds of each message, sorted.
async fn one_after_another(ben: &mut Running, ada: &mut Running, messages: usize) -> Vec<f64> {
    let mut times = Vec::with_capacity(messages);
    for number in 0..messages {
        ben.texts.send(vec![message(number)]).unwrap();
        let (sent, received) = (ben.sending().await, ada.received(1).await);
        times.push((received - sent).as_secs_f64() * 1_000.0);
    }
    times.sort_by(f64::total_cmp);
    times
}

fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let value = sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)];
    (value * 1_000.0).round() / 1_000.0
}

/// Runs both measurements, prints the figures as one line and checks that everything arrived.
async fn measure(messages: usize, burst: usize) {
    let (_home, ada, ben) = acquainted();
    let figures = {
        let (mut from, mut to) = (start(&ben), start(&ada));
        from.texts.send(vec!["ready?".to_owned()]).unwrap();
        to.received(1).await;
        from.stored(1).await;
        let times = one_after_another(&mut from, &mut to, messages).await;
        from.stored(1 + messages).await;
        from.texts.send((0..burst).map(message).collect()).unwrap();
        let begun = from.sending().await;
        let (received, stored) =
            tokio::join!(to.received(burst), from.stored(1 + messages + burst));
        let rate = |end: Instant| (burst as f64 / (end - begun).as_secs_f64()).round();
        json!({
            "bench": "client-to-client",
            "messages": messages,
            "p50_ms": percentile(&times, 50),
            "p90_ms": percentile(&times, 90),
            "p99_ms": percentile(&times, 99),
            "burst": burst,
            "stored_per_s": rate(stored),
            "received_per_s": rate(received),
        })
    };
    println!("{figures}");
    tokio::time::sleep(Duration::from_millis(50)).await;
    let arrived = ada.texts("Ben");
    let expected = (0..messages).chain(0..burst).map(message);
    assert!(
        arrived.into_iter().skip(1).eq(expected),
        "not everything, or not in order"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_running_client_sends_the_other_one_hears() {
    measure(20, 300).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement: run it in release, alone"]
async fn latency_and_throughput() {
    measure(1_000, 10_000).await;
}
