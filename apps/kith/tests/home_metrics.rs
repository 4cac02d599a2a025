//! What a home says of its own state: alive, ready, and numbers about no one.

#[cfg(test)]
mod home_support;

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use home_support::client::{Client, body};
use home_support::{RunningHome, get};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

/// A home that takes everybody and says its numbers, and where it says them.
#[cfg(test)]
fn start(data: &Path) -> (RunningHome, String) {
    let home = RunningHome::start_with(data, &["--open", "--metrics-listen", "127.0.0.1:0"]);
    let metrics = home.announced["metrics"].as_str().unwrap().to_owned();
    (home, metrics)
}

/// The samples of a page by name with labels.
#[cfg(test)]
fn samples(page: &str) -> BTreeMap<String, f64> {
    let (headers, text) = page.split_once("\r\n\r\n").unwrap();
    assert!(headers.starts_with("HTTP/1.1 200 OK"), "{headers}");
    assert!(headers.contains("content-type: text/plain; version=0.0.4"));
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap();
            (name.to_owned(), value.parse().unwrap())
        })
        .collect()
}

/// The names of a page with their types.
#[cfg(test)]
fn types(page: &str) -> BTreeMap<String, String> {
    page.lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .map(|line| {
            let (name, kind) = line.split_once(' ').unwrap();
            (name.to_owned(), kind.to_owned())
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let (home, metrics) = start(&folder.path().join("home"));
    let mut client = Client::connect(&home.address).await;
    let log = client.begin(1).await;
    for of in 0..3 {
        client.ask(&Client::append_request(&log, body(of))).await;
    }
    client.send_raw(vec![0xff; 30]).await;
    client.next_frame().await;
    let samples = samples(&get(&metrics, "/metrics"));
    for (name, expected) in [
        ("kith_home_connections", 1.0),
        ("kith_home_connections_accepted_total", 1.0),
        ("kith_home_requests_total{kind=\"append\"}", 3.0),
        ("kith_home_requests_total{kind=\"prove\"}", 2.0),
        ("kith_home_requests_total{kind=\"commit\"}", 0.0),
        ("kith_home_frames_invalid_total", 1.0),
        ("kith_home_waiting_places", 0.0),
    ] {
        assert_eq!(samples.get(name), Some(&expected), "{name}");
    }
    for name in [
        "kith_home_batch_seconds_count",
        "kith_home_batch_seconds_sum",
        "kith_home_logs_file_bytes",
        "kith_home_disk_free_bytes",
        "process_resident_memory_bytes",
        "process_cpu_seconds_total",
    ] {
        assert!(samples[name] > 0.0, "{name}");
    }
    assert!(samples["kith_home_batch_inputs_sum"] >= 10.0);
    drop(client);
    let begun = Instant::now();
    while self::samples(&get(&metrics, "/metrics"))["kith_home_connections"] > 0.0 {
        assert!(begun.elapsed() < Duration::from_secs(20), "still there");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_numbers_are_about_no_one() {
    let folder = tempfile::tempdir().unwrap();
    let (home, metrics) = start(&folder.path().join("home"));
    let mut client = Client::connect(&home.address).await;
    let log = client.begin(0x1122_3344_5566_7788).await;
    client.read(&log, 1, true).await;
    let page = get(&metrics, "/metrics").to_lowercase();
    for bytes in [
        &log.log.as_bytes()[..],
        log.head.as_bytes(),
        log.write.verifying_key().as_bytes(),
        log.token.hash().as_bytes(),
        client.greeting.home.as_bytes(),
    ] {
        for spelling in [
            HEXLOWER.encode(bytes),
            BASE32_NOPAD.encode(bytes).to_lowercase(),
        ] {
            assert!(!page.contains(&spelling[..12]), "{spelling}");
        }
    }
    assert!(!page.contains("127.0.0.1"));
}

#[test]
fn every_number_is_named_by_the_conventions_and_explained() {
    let folder = tempfile::tempdir().unwrap();
    let (_home, metrics) = start(&folder.path().join("home"));
    let types = types(&get(&metrics, "/metrics"));
    for (name, kind) in &types {
        assert!(
            name.starts_with("kith_home_") || name.starts_with("process_"),
            "{name}"
        );
        assert_eq!(name.ends_with("_total"), kind == "counter", "{name} {kind}");
    }
    let manual = include_str!("../../../docs/operating.md");
    let (_, section) = manual.split_once("\n## Metrics\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let explained: BTreeSet<&str> = section
        .split('`')
        .filter(|word| word.starts_with("kith_home_") || word.starts_with("process_"))
        .collect();
    let said: BTreeSet<&str> = types.keys().map(String::as_str).collect();
    assert_eq!(said, explained);
}

#[test]
fn who_reaches_the_home_does_not_reach_its_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let (home, metrics) = start(&folder.path().join("home"));
    assert!(get(&home.address, "/metrics").starts_with("HTTP/1.1 404"));
    assert!(get(&metrics, "/").starts_with("HTTP/1.1 404"));
    assert!(get(&metrics, "/socket").starts_with("HTTP/1.1 404"));
    let silent = RunningHome::start(&folder.path().join("silent"));
    assert!(silent.announced["metrics"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_whose_disk_does_not_answer_is_alive_and_not_ready() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("home");
    let home = RunningHome::start(&data);
    let address = home.address.clone();
    let says = |path: &str| get(&address, path);
    assert!(says("/readyz").starts_with("HTTP/1.1 200 OK"));
    let mut client = Client::connect(&home.address).await;
    // Whoever writes to the file keeps the home's writer waiting.
    let other = rusqlite::Connection::open(data.join("inboxes.sqlite")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let asking = tokio::spawn(async move {
        client.begin(1).await;
    });
    let begun = Instant::now();
    let mut answer = says("/readyz");
    while answer.starts_with("HTTP/1.1 200") {
        assert!(begun.elapsed() < Duration::from_secs(20), "always ready");
        std::thread::sleep(Duration::from_millis(50));
        answer = says("/readyz");
    }
    assert!(says("/healthz").starts_with("HTTP/1.1 200 OK"));
    other.execute_batch("ROLLBACK").unwrap();
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(answer.ends_with("the disk does not answer\n"), "{answer}");
    asking.await.unwrap();
    assert!(says("/readyz").starts_with("HTTP/1.1 200 OK"));
}
