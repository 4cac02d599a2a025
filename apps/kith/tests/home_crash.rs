//! The process is killed under load: whatever it confirmed is there, in order, and every retry gets
//! the first answer.

#[cfg(test)]
mod home_support;

use home_support::client::{Client, Log, body};
use home_support::{RunningHome, cramped};
use protocol::frame::Response;
use protocol::hash::{body_hash, chain_next, chain_start};
use protocol::response::{Appended, ENTRY_MESSAGE, Entry};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio_tungstenite::tungstenite::Message;

/// Appends until the connection breaks; the answers that came, by number of the body.
#[cfg(test)]
async fn append_until_killed(
    mut client: Client,
    log: Log,
    confirmed: Arc<AtomicU64>,
) -> Vec<Appended> {
    use futures_util::SinkExt;
    let mut answers = Vec::new();
    let mut sent = 0u64;
    loop {
        while sent < answers.len() as u64 + 32 {
            sent += 1;
            let frame = Client::append_request(&log, body(sent)).to_frame(1_000 + sent);
            if client.socket.send(Message::binary(frame)).await.is_err() {
                return answers;
            }
        }
        match client.next_frame().await {
            Some((_, Response::Appended(appended))) => {
                answers.push(appended);
                confirmed.fetch_add(1, Ordering::Relaxed);
            }
            Some(other) => panic!("unexpected {other:?}"),
            None => return answers,
        }
    }
}

async fn all_entries(client: &mut Client, log: &Log) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let page = client.read(log, entries.len() as u64 + 1, false).await;
        entries.extend(page.entries);
        if page.end {
            return entries;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_confirmed_entry_survives_sigkill_in_order_and_retries_get_the_first_answer() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("home");
    for round in 1..=3u64 {
        let mut home = RunningHome::start(&data);
        let confirmed = Arc::new(AtomicU64::new(0));
        let mut tasks = Vec::new();
        for of in 0..4 {
            let mut client = Client::connect(&home.address).await;
            let log = client.begin(round * 10 + of).await;
            let task = append_until_killed(client, log.clone(), Arc::clone(&confirmed));
            tasks.push((log, tokio::spawn(task)));
        }
        while confirmed.load(Ordering::Relaxed) < 400 * round {
            tokio::task::yield_now().await;
        }
        home.kill();
        let home = RunningHome::start(&data);
        for (log, task) in tasks {
            let answers = task.await.unwrap();
            let mut client = Client::connect(&home.address).await;
            client.prove(&log).await;
            let entries = all_entries(&mut client, &log).await;
            assert!(entries.len() >= answers.len(), "a confirmed entry is gone");
            let mut chain = chain_start(&log.log, &log.head);
            for (seq, entry) in (1..).zip(&entries) {
                assert_eq!((entry.seq, &entry.body), (seq, &Some(body(seq))));
                chain = chain_next(&chain, seq, ENTRY_MESSAGE, &body_hash(&body(seq)));
                assert_eq!(entry.chain, chain);
            }
            let first_answers = entries.iter().map(|entry| Appended {
                seq: entry.seq,
                chain: entry.chain,
            });
            for (of, expected) in (1..).zip(first_answers) {
                let answer = client.ask(&Client::append_request(&log, body(of))).await;
                assert_eq!(answer, Response::Appended(expected.clone()));
                if let Some(confirmed) = answers.get(of as usize - 1) {
                    assert_eq!(*confirmed, expected);
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_fails_ends_the_home_and_whatever_was_confirmed_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("home");
    let mut home = RunningHome::spawn(cramped(1_000, &["--open"]), &data);
    let mut others = Vec::new();
    for _ in 0..20 {
        others.push(Client::connect(&home.address).await);
    }
    let mut client = Client::connect(&home.address).await;
    let log = client.begin(1).await;
    let confirmed = Arc::new(AtomicU64::new(0));
    let answers = append_until_killed(client, log.clone(), confirmed).await;
    let ended = home.ends_within(std::time::Duration::from_secs(10));
    assert_eq!(ended.code(), Some(7), "{}", home.logged());
    assert!(
        home.logged().contains("\"error\":\"storage\""),
        "{}",
        home.logged()
    );
    for mut other in others {
        match other.next().await {
            Some(Message::Close(Some(close))) => assert_eq!(u16::from(close.code), 1011),
            other => panic!("not told that the store failed: {other:?}"),
        }
    }
    let home = RunningHome::start(&data);
    let mut client = Client::connect(&home.address).await;
    client.prove(&log).await;
    let entries = all_entries(&mut client, &log).await;
    assert!(entries.len() >= answers.len() && answers.len() > 100);
}
