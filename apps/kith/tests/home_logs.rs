//! What the home logs at its most talkative names nobody.

#[cfg(test)]
mod home_support;

use data_encoding::{BASE32_NOPAD, BASE64, BASE64URL_NOPAD, HEXLOWER};
use home_support::RunningHome;
use home_support::client::{Client, body};
use protocol::hash::body_hash;

/// Long parts of `secret` in the ways in which bytes are written.
fn spellings(bytes: &[u8]) -> Vec<String> {
    // A list of numbers is how Debug writes bytes.
    let numbers: Vec<String> = bytes.iter().take(6).map(ToString::to_string).collect();
    let mut spellings = vec![numbers.join(", ")];
    for text in [
        HEXLOWER.encode(bytes),
        BASE32_NOPAD.encode(bytes).to_lowercase(),
        BASE64.encode(bytes),
        BASE64URL_NOPAD.encode(bytes),
    ] {
        spellings.push(text.chars().take(12).collect());
    }
    spellings
}

#[tokio::test(flavor = "multi_thread")]
async fn the_logs_name_no_person_key_id_or_address() {
    let folder = tempfile::tempdir().unwrap();
    let mut home = RunningHome::start(&folder.path().join("home"));
    let mut client = Client::connect(&home.address).await;
    let log = client.begin(0x1122_3344_5566_7788).await;
    client.read(&log, 1, true).await;
    client.ask(&Client::append_request(&log, body(1))).await;
    client.send_raw(vec![0xff; 30]).await;
    client.next_frame().await;
    let mut text = Client::connect(&home.address).await;
    use futures_util::SinkExt;
    text.socket.send("not a frame".into()).await.unwrap();
    text.next_frame().await;
    drop(text);
    home.ask_to_stop();
    home.ends_within(std::time::Duration::from_secs(5));
    let logged = home.logged();
    for event in [
        "the home listens",
        "a connection begins",
        "flushed",
        "a frame was refused",
    ] {
        assert!(logged.contains(event), "no `{event}` in:\n{logged}");
    }
    let write = log.write.verifying_key();
    for bytes in [
        &log.log.as_bytes()[..],
        log.head.as_bytes(),
        write.as_bytes(),
        log.write.as_bytes(),
        log.read.verifying_key().as_bytes(),
        log.token.expose(),
        log.token.hash().as_bytes(),
        client.greeting.home.as_bytes(),
        client.greeting.nonce.as_bytes(),
        body_hash(&body(1)).as_bytes(),
        &body(1)[..16],
    ] {
        for spelling in spellings(bytes) {
            let upper = spelling.to_uppercase();
            assert!(!logged.contains(&spelling), "{spelling} in:\n{logged}");
            assert!(!logged.contains(&upper), "{upper} in:\n{logged}");
        }
    }
    assert!(!logged.contains("127.0.0.1"), "an address in:\n{logged}");
}
