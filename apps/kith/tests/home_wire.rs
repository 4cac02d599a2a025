//! Frames that no client should send, over a real socket: each gets its answer and the home lives
//! on.

#[cfg(test)]
mod home_support;

use home_support::RunningHome;
use home_support::client::{Client, DONE, body};
use protocol::frame::{MAX_FRAME_BYTES, Request, Response};
use protocol::id::{LogId, Nonce};
use protocol::refusal::HomeError;
use protocol::request;
use tokio_tungstenite::tungstenite::Message;

fn hello() -> Vec<u8> {
    let nonce = Nonce::new([1; 32]);
    Request::Hello(request::Hello { nonce }).to_frame(7)
}

#[cfg(test)]
fn invalid(response: &Response) -> &str {
    match response {
        Response::Error(HomeError::Invalid { what }) => what,
        other => panic!("not invalid: {other:?}"),
    }
}

#[tokio::test]
async fn a_bad_frame_is_refused_with_its_id_and_the_connection_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let home = RunningHome::start(&folder.path().join("home"));
    let mut client = Client::connect(&home.address).await;
    let mut unknown_version = hello();
    unknown_version[1] = 9;
    let mut truncated = hello();
    truncated.truncate(20);
    let unknown_kind = [&[0x84, 0x01, 0x05, 0x65][..], b"dance", &[0xa0]].concat();
    let no_id = Request::Append(request::Append {
        log: LogId::new([1; 16]),
        head: protocol::id::HeadId::new([1; 32]),
        body: body(1),
    });
    for (bytes, id, what) in [
        (vec![], 0, "this is not a frame"),
        (vec![0xff; 100], 0, "this is not a frame"),
        (b"hello".to_vec(), 0, "this is not a frame"),
        (unknown_version, 7, "version 9 is not spoken here, only 1"),
        (unknown_kind, 5, "the kind `dance` is not known here"),
        (truncated, 7, "the body of `hello` does not fit"),
        (no_id.to_frame(0), 0, "a request's id is above 0"),
        (vec![0; MAX_FRAME_BYTES], 0, "this is not a frame"),
    ] {
        client.send_raw(bytes).await;
        let (answered, response) = client.next_frame().await.unwrap();
        assert_eq!((answered, invalid(&response)), (id, what));
    }
    client.begin(1).await;
}

#[tokio::test]
async fn a_text_frame_is_answered_and_then_the_connection_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let home = RunningHome::start(&folder.path().join("home"));
    let mut client = Client::connect(&home.address).await;
    use futures_util::SinkExt;
    client.socket.send(Message::text("hello")).await.unwrap();
    let (id, response) = client.next_frame().await.unwrap();
    assert_eq!((id, invalid(&response)), (0, "frames are binary"));
    let Some(Message::Close(Some(close))) = client.next().await else {
        panic!("not closed");
    };
    assert_eq!(u16::from(close.code), 1003);
    Client::connect(&home.address).await.begin(1).await;
}

#[tokio::test]
async fn a_frame_longer_than_any_ends_the_connection_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let home = RunningHome::start(&folder.path().join("home"));
    let mut other = Client::connect(&home.address).await;
    let mut client = Client::connect(&home.address).await;
    use futures_util::SinkExt;
    // The home stops reading in the middle of it, so sending may fail.
    let long = Message::binary(vec![0; MAX_FRAME_BYTES + 1]);
    let sent = client.socket.send(long).await;
    if sent.is_ok()
        && let Some((id, response)) = client.next_frame().await
    {
        assert_eq!(id, 0);
        assert!(invalid(&response).starts_with("the message is longer than any frame"));
    }
    other.begin(1).await;
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let home = RunningHome::start(&folder.path().join("home"));
    let mut client = Client::connect(&home.address).await;
    let log = client.begin(1).await;
    let mut ids = Vec::new();
    for of in 1..=500 {
        ids.push(client.send(&Client::append_request(&log, body(of))).await);
    }
    for (seq, id) in (1..).zip(ids) {
        let (answered, response) = client.next_frame().await.unwrap();
        assert_eq!(answered, id);
        assert!(matches!(response, Response::Appended(appended) if appended.seq == seq));
    }
}

#[tokio::test]
async fn an_entry_reaches_a_subscriber_on_another_connection() {
    let folder = tempfile::tempdir().unwrap();
    let home = RunningHome::start(&folder.path().join("home"));
    let mut writer = Client::connect(&home.address).await;
    let log = writer.begin(1).await;
    let mut reader = Client::connect(&home.address).await;
    reader.prove(&log).await;
    assert!(reader.read(&log, 1, true).await.end);
    writer.ask(&Client::append_request(&log, body(1))).await;
    let (id, response) = reader.next_frame().await.unwrap();
    assert_eq!(id, 0);
    assert!(matches!(
        response,
        Response::Entry(push) if push.entry.seq == 1 && push.entry.body == Some(body(1))
    ));
}

#[tokio::test]
async fn a_reader_that_falls_behind_is_cut_off_and_comes_back_with_its_cursor() {
    let folder = tempfile::tempdir().unwrap();
    let home = RunningHome::start(&folder.path().join("home"));
    let mut writer = Client::connect(&home.address).await;
    let log = writer.begin(1).await;
    let mut slow = Client::connect(&home.address).await;
    slow.prove(&log).await;
    assert!(slow.read(&log, 1, true).await.end);
    for of in 1..=48 {
        let mut large = vec![0; 1 << 20];
        large[..8].copy_from_slice(&u64::to_be_bytes(of));
        let answer = writer.ask(&Client::append_request(&log, large)).await;
        assert!(matches!(answer, Response::Appended(_)));
    }
    let mut heard = 0;
    while let Some((_, response)) = slow.next_frame().await {
        assert!(matches!(response, Response::Entry(push) if push.entry.seq == heard + 1));
        heard += 1;
    }
    assert!(
        heard < 48,
        "everything was kept for a reader that did not read"
    );
    let mut again = Client::connect(&home.address).await;
    again.prove(&log).await;
    let page = again.read(&log, heard + 1, false).await;
    assert_eq!(page.entries.first().map(|entry| entry.seq), Some(heard + 1));
}

#[tokio::test]
async fn a_whole_first_contact_goes_over_the_wire() {
    let folder = tempfile::tempdir().unwrap();
    let home = RunningHome::start(&folder.path().join("home"));
    let mut owner = Client::connect(&home.address).await;
    let log = owner.begin(1).await;
    let inbox = protocol::id::InboxId::new(*log.log.as_bytes());
    let capability = protocol::secret::CapabilitySecret::new([8; 32]);
    let grant = Request::GrantCapability(request::GrantCapability {
        inbox,
        capability: capability.hash(),
        uses: Some(1),
        expires: None,
        pays: true,
        label: None,
    });
    assert_eq!(owner.ask(&grant).await, DONE);
    let device = protocol::id::DeviceLabel::new([1; 16]);
    let listen = Request::Listen(request::Listen {
        inbox,
        device,
        after: 0,
    });
    assert!(matches!(owner.ask(&listen).await, Response::Items(items) if items.end));
    let mut stranger = Client::connect(&home.address).await;
    let paid = home_support::client::log(2);
    let use_id = protocol::id::UseId::new([9; 16]);
    let fetch = Request::Fetch(request::Fetch {
        inbox,
        capability: capability.clone(),
        use_id,
        log_token: Some(paid.token.hash()),
        inbox_token: None,
    });
    assert!(matches!(
        stranger.ask(&fetch).await,
        Response::Fetched(fetched) if fetched.key_packages.len() == 1
    ));
    stranger.open(&paid).await;
    stranger.prove(&paid).await;
    let knock = Request::Knock(request::Knock {
        inbox,
        capability,
        use_id,
        item: body(77),
    });
    assert_eq!(stranger.ask(&knock).await, DONE);
    let (_, pushed) = owner.next_frame().await.unwrap();
    assert!(matches!(pushed, Response::Item(push) if push.item.body == body(77)));
    let acknowledge = Request::Acknowledge(request::Acknowledge {
        inbox,
        device,
        numbers: vec![1],
    });
    assert_eq!(owner.ask(&acknowledge).await, DONE);
}
