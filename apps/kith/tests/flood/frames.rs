//! Floods below frames: lengths that are announced, pieces without end, compression, pings.

use crate::quiet::Watched;
use crate::raw::{BINARY, COMPRESSED, CONTINUATION, FIN, PING, Raw, head};

/// The close code for what is no message of the protocol.
const PROTOCOL_ERROR: u16 = 1002;

/// More than a home needs for pings, and less than what they come to.
const FEW_KIB: u64 = 96 * 1024;

/// Whether the home said so, or ended it while more was on its way, so that nothing could be read.
#[track_caller]
fn is_ended(code: Option<u16>) {
    assert!(code.is_none_or(|code| code == PROTOCOL_ERROR), "{code:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_that_is_announced_with_two_gib_ends_the_connection() {
    let watched = Watched::start().await;
    for length in [2 << 30, u64::MAX >> 1, u64::MAX] {
        let mut raw = Raw::connect(&watched.address(), "").await;
        assert!(raw.write(&head(FIN | BINARY, length)).await);
        assert_eq!(raw.close_code().await, Some(PROTOCOL_ERROR), "{length}");
    }
    watched.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pieces_of_a_frame_that_never_ends_are_not_gathered() {
    let watched = Watched::start().await;
    let piece = vec![0; 64 * 1024];
    let mut raws = Vec::new();
    for _ in 0..8 {
        let mut raw = Raw::connect(&watched.address(), "").await;
        let mut first = head(BINARY, piece.len() as u64);
        first.extend(&piece);
        assert!(raw.write(&first).await);
        raws.push(raw);
    }
    let mut next = head(CONTINUATION, piece.len() as u64);
    next.extend(&piece);
    for mut raw in raws {
        // A message that is long enough to be none is not read on; 16 MiB would be more than all buffers.
        let mut written = 0;
        while written < 256 && raw.write(&next).await {
            written += 1;
        }
        assert!(written < 256, "all of it was taken");
        is_ended(raw.close_code().await);
    }
    watched.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn compression_is_never_agreed_on_and_never_read() {
    let watched = Watched::start().await;
    let offers = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";
    let mut raw = Raw::connect(&watched.address(), offers).await;
    assert!(
        !raw.answer.contains("sec-websocket-extensions"),
        "{}",
        raw.answer
    );
    let mut frame = head(FIN | COMPRESSED | BINARY, 4);
    frame.extend([0, 0, 0xff, 0xff]);
    assert!(raw.write(&frame).await);
    assert_eq!(raw.close_code().await, Some(PROTOCOL_ERROR));
    watched.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pings_without_end_of_who_reads_no_pongs_hinder_nobody() {
    let watched = Watched::start().await;
    let mut ping = vec![FIN | PING, 0x80 | 125, 0, 0, 0, 0];
    ping.extend([7; 125]);
    let pings = ping.repeat(500);
    let mut raws = Vec::new();
    for _ in 0..4 {
        raws.push(Raw::connect(&watched.address(), "").await);
    }
    // 130 MiB of them, which would all be in memory if each were answered.
    for _ in 0..500 {
        for raw in &mut raws {
            assert!(raw.write(&pings).await, "pings are read on");
        }
    }
    watched.ends_below(FEW_KIB).await;
}
