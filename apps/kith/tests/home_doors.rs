//! Who takes up connections without using them: cut, told, and no hindrance to others.

#[cfg(test)]
mod home_support;

use home_support::client::{Client, Log, body};
use home_support::{RunningHome, command};
use protocol::frame::Response;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

/// Longer than the home lets anybody wait for nothing.
#[cfg(test)]
const PATIENCE: Duration = Duration::from_secs(60);
/// The longest entry.
#[cfg(test)]
const LONG_BYTES: usize = 1 << 20;
#[cfg(test)]
const GET: &str = "GET / HTTP/1.1\r\nHost: home\r\n\r\n";

#[cfg(test)]
fn connect(home: &RunningHome) -> TcpStream {
    let stream = TcpStream::connect(&home.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Reads to the end, which the home makes; a reset is an end, too.
#[cfg(test)]
fn to_the_end(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    match stream.read_to_end(&mut all) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        Err(error) => panic!("the home does not end the connection: {error}"),
    }
    String::from_utf8(all).unwrap()
}

#[cfg(test)]
async fn is_served(home: &RunningHome, of: u64) {
    Client::connect(&home.address).await.begin(of).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_drip_are_cut_and_others_are_served_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let home = RunningHome::start(&folder.path().join("home"));
    let dripping: Vec<_> = (0..20)
        .map(|_| {
            let mut stream = connect(&home);
            std::thread::spawn(move || {
                let begun = Instant::now();
                for byte in GET.trim_end().bytes().chain(std::iter::repeat(b'x')) {
                    if stream.write_all(&[byte]).is_err() {
                        return;
                    }
                    std::thread::sleep(Duration::from_millis(200));
                    assert!(begun.elapsed() < PATIENCE, "never cut");
                }
            })
        })
        .collect();
    is_served(&home, 1).await;
    for thread in dripping {
        thread.join().unwrap();
    }
    is_served(&home, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_connections_take_places_until_they_are_cut() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("home");
    let home = RunningHome::start_with(&data, &["--open", "--max-connections", "3"]);
    let mut first = Client::connect(&home.address).await;
    let mut silent = [connect(&home), connect(&home)];
    // The home takes connections in their order, so that the next one finds no place.
    let mut refused = connect(&home);
    refused.write_all(GET.as_bytes()).unwrap();
    let answer = to_the_end(&mut refused);
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("\r\nretry-after: "), "{answer}");
    first.begin(1).await;
    for stream in &mut silent {
        assert_eq!(to_the_end(stream), "");
    }
    is_served(&home, 2).await;
    first.begin(3).await;
}

#[test]
fn a_connection_that_was_used_once_and_idles_is_cut() {
    let folder = tempfile::tempdir().unwrap();
    let home = RunningHome::start(&folder.path().join("home"));
    let mut stream = connect(&home);
    stream.write_all(GET.repeat(2).as_bytes()).unwrap();
    let answers = to_the_end(&mut stream);
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_left_half_way_gives_its_place_back() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("home");
    let home = RunningHome::start_with(&data, &["--open", "--max-connections", "1"]);
    let mut stream = connect(&home);
    stream.write_all(b"GET /soc").unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    to_the_end(&mut stream);
    // The place is given back at about the time at which the end is seen here.
    let begun = Instant::now();
    loop {
        let mut next = connect(&home);
        next.write_all(GET.as_bytes()).unwrap();
        let mut start = [0; 12];
        if next.read_exact(&mut start).is_ok() && start == *b"HTTP/1.1 200" {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "the place is lost");
    }
}

#[test]
fn headers_without_end_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let home = RunningHome::start(&folder.path().join("home"));
    let mut stream = connect(&home);
    let long = format!("GET / HTTP/1.1\r\nHost: {}", "x".repeat(9_000));
    stream.write_all(long.as_bytes()).unwrap();
    let answer = to_the_end(&mut stream);
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
}

/// Resident memory of a home.
#[cfg(test)]
#[cfg(target_os = "linux")]
fn resident_kib(home: &RunningHome) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", home.child.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let resident = line.unwrap().split_whitespace().nth(1);
    resident.unwrap().parse().unwrap()
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_costs_little_memory() {
    const CONNECTIONS: usize = 400;
    const MOST_KIB: usize = 16;
    let folder = tempfile::tempdir().unwrap();
    let home = RunningHome::start(&folder.path().join("home"));
    let mut idle = Vec::new();
    for _ in 0..50 {
        idle.push(Client::connect(&home.address).await);
    }
    let before = resident_kib(&home);
    for _ in 0..CONNECTIONS {
        idle.push(Client::connect(&home.address).await);
    }
    let each = resident_kib(&home).saturating_sub(before) / CONNECTIONS;
    assert!(each < MOST_KIB, "{each} KiB for each");
}

/// Sends and reads a long message on each of so many connections, which then are quiet.
#[cfg(test)]
#[cfg(target_os = "linux")]
async fn heavy(home: &RunningHome, of: std::ops::Range<u64>) -> Vec<(Client, Log)> {
    let mut heavy = Vec::new();
    for of in of {
        let mut client = Client::connect(&home.address).await;
        let log = client.begin(of).await;
        let append = Client::append_request(&log, vec![7; LONG_BYTES]);
        assert!(matches!(client.ask(&append).await, Response::Appended(_)));
        assert_eq!(client.read(&log, 1, false).await.entries.len(), 1);
        heavy.push((client, log));
    }
    heavy
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_gives_back_what_long_messages_took_and_goes_on() {
    const MORE: usize = 100;
    let folder = tempfile::tempdir().unwrap();
    let home = RunningHome::start(&folder.path().join("home"));
    // The first fill what the home keeps in memory of its files.
    let mut clients = heavy(&home, 1..50).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let before = resident_kib(&home);
    clients.extend(heavy(&home, 100..100 + MORE as u64).await);
    let most = before + MORE * LONG_BYTES / 1024 / 4;
    let patience = Instant::now() + PATIENCE;
    while resident_kib(&home) > most {
        let kib = resident_kib(&home);
        assert!(Instant::now() < patience, "{before} KiB before, now {kib}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    for (client, log) in &mut clients {
        for of in 0..3 {
            let append = Client::append_request(log, body(of));
            assert!(matches!(client.ask(&append).await, Response::Appended(_)));
        }
    }
}

/// The limits of a running process are changed by prlimit, which util-linux has.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_home_out_of_descriptors_serves_who_is_there_and_then_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut quiet = command(&["--open"]);
    quiet.env_remove("RUST_LOG");
    let home = RunningHome::spawn(quiet, &folder.path().join("home"));
    let mut first = Client::connect(&home.address).await;
    let log = first.begin(1).await;
    let pid = home.child.id().to_string();
    let limit_to = |descriptors: String| {
        let limit = format!("--nofile={descriptors}:");
        let set = Command::new("prlimit")
            .args(["--pid", &pid, &limit])
            .status();
        assert!(set.unwrap().success());
    };
    let open = std::fs::read_dir(format!("/proc/{pid}/fd"))
        .unwrap()
        .count();
    limit_to(open.to_string());
    let mut waiting = connect(&home);
    waiting.write_all(GET.as_bytes()).unwrap();
    let begun = Instant::now();
    while !home.logged().contains("the system gives no connection") {
        assert!(begun.elapsed() < PATIENCE, "it says nothing of it");
        std::thread::sleep(Duration::from_millis(20));
    }
    let append = Client::append_request(&log, home_support::client::body(1));
    assert!(matches!(
        first.ask(&append).await,
        protocol::frame::Response::Appended(_)
    ));
    limit_to("1000".to_owned());
    assert!(to_the_end(&mut waiting).starts_with("HTTP/1.1 200 OK"));
}
