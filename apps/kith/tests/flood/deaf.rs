//! Clients that write and never read.

use crate::home_support::client::{Client, log};
use crate::quiet::Watched;
use crate::requests::{long, read};
use futures_util::SinkExt;
use protocol::frame::Response;
use std::time::Duration;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

/// The close code for who reads too slowly.
const TOO_SLOW: u16 = 1013;
/// Bodies of this size are written to a log whose subscriber does not read, more of them than fit into the
/// queue of a connection and all buffers of the system.
const BODY_BYTES: usize = 64 * 1024;
const BODIES: u64 = 400;

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_who_does_not_read_is_cut_off_and_goes_on_from_where_it_was() {
    let watched = Watched::start().await;
    let mut writer = watched.client().await;
    let log = writer.begin(2).await;
    let mut deaf = watched.client().await;
    deaf.prove(&log).await;
    deaf.read(&log, 1, true).await;
    for of in 1..=BODIES {
        let request = Client::append_request(&log, vec![of as u8; BODY_BYTES]);
        // Bodies repeat, and are known again.
        assert!(matches!(writer.ask(&request).await, Response::Appended(_)));
    }
    let mut heard = 0;
    let close = loop {
        match deaf.next().await {
            Some(Message::Binary(bytes)) => match Response::from_frame(&bytes) {
                Ok((0, Response::Entry(pushed))) => {
                    heard += 1;
                    assert_eq!(pushed.entry.seq, heard);
                }
                other => panic!("{other:?}"),
            },
            Some(Message::Close(close)) => break close,
            // Reset: what was on its way is lost, and nothing else.
            None => break None,
            other => panic!("{other:?}"),
        }
    };
    assert!(close.is_none_or(|close| u16::from(close.code) == TOO_SLOW));
    let written = BODIES.min(256);
    assert!(heard < written, "nothing was held back");
    let mut again = watched.client().await;
    again.prove(&log).await;
    while heard < written {
        for entry in again.read(&log, heard + 1, true).await.entries {
            heard += 1;
            assert_eq!(entry.seq, heard);
        }
    }
    watched.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_of_who_does_not_read_wait_and_are_answered_in_order_in_the_end() {
    let watched = Watched::start().await;
    let mut deaf = Vec::new();
    let shared = log(3);
    let mut writer = watched.client().await;
    writer.begin(3).await;
    long(&mut writer, &shared).await;
    for _ in 0..8 {
        let mut client = watched.client().await;
        client.prove(&shared).await;
        deaf.push(client);
    }
    let mut asked = Vec::new();
    for client in &mut deaf {
        let mut id = 1_000;
        // The home stops reading, and then the system stops taking.
        while id < 40_000 {
            let frame = Message::Binary(read(&shared).to_frame(id + 1).into());
            match timeout(Duration::from_millis(300), client.socket.feed(frame)).await {
                Ok(fed) => fed.unwrap(),
                Err(_) => break,
            }
            id += 1;
        }
        asked.push(id);
    }
    for (client, last) in deaf.iter_mut().zip(asked) {
        // As many as were surely sent; reading on makes room for the others.
        for expected in 1_001..=last.min(1_100) {
            let (answered, response) = client.next_frame().await.unwrap();
            assert_eq!(answered, expected);
            assert!(matches!(response, Response::Page(_)), "{response:?}");
        }
    }
    watched.ends().await;
}

/// Connections whose unread answers are more than a home holds for all, whatever the system takes of them.
const MANY: usize = 600;
/// What a home needs for them at most, flushes under way and what the allocator keeps for a moment among it; all their
/// pages would be 4,800 MiB, and one for each of those who were cut off 600.
const MOST_KIB: u64 = 640 * 1024;
/// Pages that a home answers before the first is taken.
const PAGES: u64 = 8;

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_do_not_read_those_are_cut_off_for_whom_most_waits() {
    let watched = Watched::start().await;
    let shared = log(4);
    let mut writer = watched.client().await;
    writer.begin(4).await;
    let append = Client::append_request(&shared, vec![0; 1024 * 1024]);
    assert!(matches!(writer.ask(&append).await, Response::Appended(_)));
    let mut deaf = Vec::new();
    for _ in 0..MANY {
        let mut client = watched.client().await;
        client.prove(&shared).await;
        for id in 1_000..1_000 + PAGES {
            let frame = Message::Binary(read(&shared).to_frame(id).into());
            // It may be cut off already.
            let _ = client.socket.send(frame).await;
        }
        deaf.push(client);
    }
    let (mut cut_off, mut answered) = (0, 0);
    for mut client in deaf {
        let mut pages = 0;
        while pages < PAGES {
            match client.next().await {
                Some(Message::Binary(_)) => pages += 1,
                Some(Message::Close(close)) => {
                    assert_eq!(close.map(|close| u16::from(close.code)), Some(TOO_SLOW));
                    break;
                }
                None => break,
                other => panic!("{other:?}"),
            }
        }
        if pages == PAGES {
            answered += 1;
        } else {
            cut_off += 1;
        }
    }
    assert!(cut_off >= 5 && answered >= 5, "{cut_off} and {answered}");
    watched.ends_below(MOST_KIB).await;
}
