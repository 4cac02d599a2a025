//! Long messages that never come to an end, and those that do in pieces.

use crate::home_support::client::{Client, body, log};
use crate::home_support::{RunningHome, command};
use crate::quiet::Watched;
use crate::raw::{BINARY, FIN, PING, Raw, head};
use crate::requests::read;
use futures_util::SinkExt;
use futures_util::future::join_all;
use protocol::frame::{MAX_FRAME_BYTES, Response};
use std::time::Duration;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

/// The close code for who shall come again.
const AGAIN: u16 = 1013;
/// Connections that send halves, many more than there is room for.
const MANY: usize = 300;
const HALF_BYTES: usize = 1024 * 1024;
/// How many halves find room at most, each for the whole message.
const FIT: usize = 128 * 1024 * 1024 / MAX_FRAME_BYTES;
/// What a home needs for those. All halves would be 300 MiB.
const MOST_KIB: u64 = 192 * 1024;
/// The close code for what is no message of the protocol.
const PROTOCOL_ERROR: u16 = 1002;
/// More than a home needs where nothing long is read. All of it would be 100 MiB.
const FEW_KIB: u64 = 96 * 1024;
/// More than a message waits for room.
const PATIENCE: Duration = Duration::from_secs(40);
/// Long enough for what is not waited for.
const SOON: Duration = Duration::from_secs(10);

async fn half(address: String, headers: &str) -> Raw {
    let mut raw = Raw::connect(&address, headers).await;
    let mut bytes = head(FIN | BINARY, MAX_FRAME_BYTES as u64);
    bytes.resize(bytes.len() + HALF_BYTES, 0);
    // Of who waits for room no more is taken than the system does.
    let _ = timeout(Duration::from_secs(3), raw.write(&bytes)).await;
    raw
}

/// A message that is no frame of the protocol, in so many pieces with pings between them.
async fn in_pieces(client: &mut Client, pieces: usize, bytes: usize) {
    for at in 0..pieces {
        let kind = if at == 0 {
            Data::Binary
        } else {
            Data::Continue
        };
        let piece = Frame::message(vec![0xff; bytes], OpCode::Data(kind), at + 1 == pieces);
        client.socket.feed(Message::Frame(piece)).await.unwrap();
        if at + 1 < pieces {
            let ping = Message::Ping(vec![1; 100].into());
            client.socket.feed(ping).await.unwrap();
        }
    }
    client.socket.flush().await.unwrap();
}

async fn is_answered(client: &mut Client, of: u64, bytes: usize) -> bool {
    let append = Client::append_request(&log(of), vec![7; bytes]);
    let answer = timeout(SOON, client.ask(&append)).await;
    matches!(answer, Ok(Response::Appended(_)))
}

#[tokio::test(flavor = "multi_thread")]
async fn halves_of_long_messages_take_no_more_than_there_is_for_all() {
    let watched = Watched::start().await;
    let halves = join_all((0..MANY).map(|_| half(watched.address(), ""))).await;
    let ends = halves.into_iter().map(|mut raw| async move {
        let end = timeout(PATIENCE, raw.close_code_after(2 * PATIENCE)).await;
        (raw, end.ok())
    });
    let ends = join_all(ends).await;
    let (fit, refused): (Vec<_>, Vec<_>) = ends.into_iter().partition(|(_, end)| end.is_none());
    assert!((1..=FIT).contains(&fit.len()), "{}", fit.len());
    for (_, end) in refused {
        // Where more was on its way than was read, the system resets the connection.
        assert!(matches!(end, Some(None | Some(AGAIN))), "{end:?}");
    }
    drop(fit);
    let mut client = watched.client().await;
    client.begin(7).await;
    assert!(is_answered(&mut client, 7, HALF_BYTES).await);
    watched.ends_below(MOST_KIB).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pieces_with_pings_between_them_are_one_message_and_leave_nothing_behind() {
    let watched = Watched::start().await;
    // Those that are over stay connected. Together they would need more room than there is.
    let mut clients = Vec::new();
    for of in 10..50 {
        let mut client = watched.client().await;
        client.begin(of).await;
        in_pieces(&mut client, 4, 256 * 1024).await;
        let (id, response) = timeout(SOON, client.next_frame()).await.unwrap().unwrap();
        assert!(
            id == 0 && matches!(response, Response::Error(_)),
            "{response:?}"
        );
        // Nothing that follows a long message at once is lost with its buffers.
        for bytes in [HALF_BYTES, 512, 16 * 1024, 512] {
            client
                .send(&Client::append_request(&log(of), vec![8; bytes]))
                .await;
        }
        for seq in [1, 2, 3, 2] {
            let (_, response) = timeout(SOON, client.next_frame()).await.unwrap().unwrap();
            assert!(
                matches!(response, Response::Appended(ref at) if at.seq == seq),
                "{response:?}"
            );
        }
        clients.push(client);
    }
    watched.ends_below(MOST_KIB).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_long_messages_before_reading_is_read_on() {
    let watched = Watched::start().await;
    let mut client = Client::connect_narrow(&watched.address()).await;
    let log = client.begin(60).await;
    let append = |of: u8, bytes| Client::append_request(&log, vec![of; bytes]);
    let first = client.ask(&append(1, HALF_BYTES)).await;
    assert!(matches!(first, Response::Appended(_)), "{first:?}");
    let all = async {
        // More pages than the system takes at once, and more messages than it holds for the home.
        for _ in 0..4 {
            client.send(&read(&log)).await;
        }
        for of in 2..42 {
            client.send(&append(of, 64 * 1024)).await;
        }
    };
    timeout(PATIENCE, all).await.expect("the home reads on");
    for _ in 0..4 {
        let (_, page) = client.next_frame().await.unwrap();
        assert!(matches!(page, Response::Page(_)), "{page:?}");
    }
    for seq in 2..42 {
        let (_, response) = client.next_frame().await.unwrap();
        assert!(
            matches!(response, Response::Appended(ref at) if at.seq == seq),
            "{response:?}"
        );
    }
    watched.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn control_frames_that_are_none_end_the_connection_before_they_are_read() {
    let watched = Watched::start().await;
    let mut raws = Vec::new();
    for _ in 0..100 {
        let mut raw = Raw::connect(&watched.address(), "").await;
        let mut bytes = head(FIN | PING, MAX_FRAME_BYTES as u64);
        bytes.resize(bytes.len() + HALF_BYTES, 0);
        let _ = timeout(SOON, raw.write(&bytes)).await;
        raws.push(raw);
    }
    for mut raw in raws {
        let code = raw.close_code().await;
        assert!(code.is_none_or(|code| code == PROTOCOL_ERROR), "{code:?}");
    }
    watched.ends_below(FEW_KIB).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_sends_halves_uses_up_its_own_share() {
    let folder = tempfile::tempdir().unwrap();
    let mut quiet = command(&["--open", "--limits-address-header", "X-Forwarded-For"]);
    quiet.env_remove("RUST_LOG");
    let home = RunningHome::spawn(quiet, &folder.path().join("home"));
    let from = "X-Forwarded-For: 192.0.2.1\r\n";
    let halves = join_all((0..10).map(|_| half(home.address.clone(), from))).await;
    let mut same = Client::connect_from(&home.address, "192.0.2.1").await;
    same.begin(1).await;
    let mut other = Client::connect_from(&home.address, "192.0.2.2").await;
    other.begin(2).await;
    assert!(is_answered(&mut other, 2, HALF_BYTES).await);
    assert!(is_answered(&mut same, 1, 512).await);
    same.send(&Client::append_request(&log(1), vec![7; HALF_BYTES]))
        .await;
    let short = Duration::from_secs(1);
    assert!(
        timeout(short, same.next_frame()).await.is_err(),
        "there was room"
    );
    assert!(is_answered(&mut other, 2, 512).await);
    drop(halves);
    // Waiting was not in vain.
    let (_, response) = timeout(SOON, same.next_frame()).await.unwrap().unwrap();
    assert!(matches!(response, Response::Appended(_)), "{response:?}");
    same.ask(&Client::append_request(&log(1), body(5))).await;
}
