//! Who asks for too much is told so or read more slowly, and nobody else notices.

#[cfg(test)]
mod home_support;

use home_support::client::{Client, body};
use home_support::{RunningHome, ended};
use protocol::frame::{Request, Response};
use protocol::id::{InboxId, UseId};
use protocol::refusal::HomeError;
use protocol::request;
use protocol::secret::CapabilitySecret;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

const ONE: &str = "192.0.2.1";
const OTHER: &str = "2001:db8::1";

/// A home behind a proxy that says who asks.
#[cfg(test)]
fn start(data: &Path, limits: &[&str]) -> RunningHome {
    let open = ["--open", "--limits-address-header", "X-Forwarded-For"];
    RunningHome::start_with(data, &[&open, limits].concat())
}

/// The status and headers of the page for somebody from there.
#[cfg(test)]
fn page(home: &RunningHome, from: &str) -> String {
    let mut stream = TcpStream::connect(&home.address).unwrap();
    let request = format!(
        "GET / HTTP/1.1\r\nX-Forwarded-For: {from}\r\nConnection: close\r\nHost: a\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.to_lowercase()
}

#[cfg(test)]
fn fetch(of: u8) -> Request {
    Request::Fetch(request::Fetch {
        inbox: InboxId::new([of; 16]),
        capability: CapabilitySecret::new([of; 32]),
        use_id: UseId::new([of; 16]),
        log_token: None,
        inbox_token: None,
    })
}

#[cfg(test)]
fn is_retry(response: &Response) -> bool {
    matches!(response, Response::Error(HomeError::Retry { after_ms }) if *after_ms > 0)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_too_often_is_told_when_to_come_again() {
    let folder = tempfile::tempdir().unwrap();
    let home = start(
        &folder.path().join("home"),
        &["--limits-visits-per-minute=5"],
    );
    let mut client = Client::connect_from(&home.address, ONE).await;
    for _ in 0..4 {
        assert!(page(&home, ONE).starts_with("http/1.1 200"));
    }
    // What somebody writes into the header themselves comes before what the proxy adds.
    let answer = page(&home, &format!("198.51.100.9, {ONE}"));
    assert!(answer.starts_with("http/1.1 429"), "{answer}");
    assert!(answer.contains("\r\nretry-after: "), "{answer}");
    assert!(page(&home, OTHER).starts_with("http/1.1 200"));
    assert!(page(&home, "2001:db8::2").starts_with("http/1.1 200"));
    client.begin(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_proxy_connections_themselves_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let limits = [
        "--open",
        "--limits-loopback",
        "--limits-visits-per-minute=5",
    ];
    let home = RunningHome::start_with(&folder.path().join("home"), &limits);
    let mut client = Client::connect(&home.address).await;
    for _ in 0..4 {
        assert!(page(&home, ONE).starts_with("http/1.1 200"));
    }
    assert!(page(&home, OTHER).starts_with("http/1.1 429"));
    client.begin(1).await;
    let free = RunningHome::start_with(
        &folder.path().join("free"),
        &["--limits-visits-per-minute=5"],
    );
    for _ in 0..20 {
        assert!(page(&free, ONE).starts_with("http/1.1 200"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_fetches_is_answered_with_retry_and_hinders_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let home = start(
        &folder.path().join("home"),
        &["--limits-costly-per-minute=20"],
    );
    let mut quiet = Client::connect_from(&home.address, OTHER).await;
    let quiet_log = quiet.begin(1).await;
    let mut client = Client::connect_from(&home.address, ONE).await;
    // OPEN and create-inbox are two of the twenty.
    let own_log = client.begin(2).await;
    for of in 0..18 {
        assert!(!is_retry(&client.ask(&fetch(of)).await), "{of}");
    }
    let mut again = Client::connect_from(&home.address, ONE).await;
    for of in 0..200 {
        assert!(is_retry(&client.ask(&fetch(of)).await), "{of}");
        assert!(is_retry(&again.ask(&fetch(of)).await), "{of}");
        let append = Client::append_request(&quiet_log, body(of.into()));
        assert!(matches!(quiet.ask(&append).await, Response::Appended(_)));
    }
    // What costs little is still answered, to the flooder too.
    let append = Client::append_request(&own_log, body(1));
    assert!(matches!(client.ask(&append).await, Response::Appended(_)));
    quiet.begin(3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_frames_are_read_ever_more_slowly_and_all_answered() {
    let folder = tempfile::tempdir().unwrap();
    let home = start(
        &folder.path().join("home"),
        &["--limits-invalid-per-minute=600"],
    );
    let mut client = Client::connect_from(&home.address, ONE).await;
    let begun = Instant::now();
    // Ten more than at once, ten come back in a second.
    for _ in 0..610 {
        client.send_raw(vec![0xff; 20]).await;
    }
    Client::connect_from(&home.address, OTHER)
        .await
        .begin(1)
        .await;
    for _ in 0..610 {
        let (id, answer) = client.next_frame().await.unwrap();
        assert!(id == 0 && matches!(answer, Response::Error(HomeError::Invalid { .. })));
    }
    assert!(begun.elapsed() > Duration::from_millis(900));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_too_fast_is_read_slowly_in_order_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    // Two MiB and 64 KiB may be ahead.
    let home = start(
        &folder.path().join("home"),
        &["--limits-bytes-per-second=65536", "--limits-loopback"],
    );
    let mut quiet = Client::connect_from(&home.address, ONE).await;
    let quiet_log = quiet.begin(1).await;
    let mut client = Client::connect_from(&home.address, ONE).await;
    let log = client.begin(2).await;
    let begun = Instant::now();
    let mut asked = Vec::new();
    for (of, bytes) in (0_u64..).zip([1 << 20, 1 << 20, 1 << 16, 1 << 16, 512, 512]) {
        let mut large = vec![0; bytes];
        large[..8].copy_from_slice(&of.to_be_bytes());
        let append = Client::append_request(&log, large);
        asked.push(client.send(&append).await);
    }
    let append = Client::append_request(&quiet_log, body(1));
    assert!(matches!(quiet.ask(&append).await, Response::Appended(_)));
    for (seq, id) in (1..).zip(asked) {
        let (answered, answer) = client.next_frame().await.unwrap();
        assert_eq!(answered, id);
        assert!(matches!(answer, Response::Appended(appended) if appended.seq == seq));
    }
    assert!(
        begun.elapsed() > Duration::from_millis(800),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn a_header_that_cannot_be_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("home");
    let how = ["--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()];
    let output = ended(&[&how[..], &["--limits-address-header", "who asks"]].concat());
    assert_eq!(output.status.code(), Some(5));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("`who asks` is no name of a header"), "{text}");
    assert!(!data.exists());
}
