//! The process: its arguments, exit codes, folder, invitations, page and end.

#[cfg(test)]
mod home_support;

use futures_util::SinkExt;
use home_support::client::{Client, DONE, Log};
use home_support::{RunningHome, command, ended};
use protocol::frame::{Request, Response};
use protocol::id::{InboxId, OwnerKey};
use protocol::refusal::{HomeError, Refusal};
use protocol::request::{self, Admission};
use std::process::Output;
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;

#[cfg(test)]
fn error(output: &Output) -> (i32, String, String) {
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().find(|line| line.starts_with('{'));
    let error: serde_json::Value = serde_json::from_str(line.unwrap_or("null")).unwrap();
    (
        output.status.code().unwrap(),
        error["error"].as_str().unwrap_or_default().to_owned(),
        error["message"].as_str().unwrap_or_default().to_owned(),
    )
}

#[test]
fn the_home_says_where_it_listens() {
    let folder = tempfile::tempdir().unwrap();
    let home = RunningHome::start_with(&folder.path().join("home"), &["--url", "https://a.org"]);
    assert!(home.address.starts_with("127.0.0.1:"));
    assert_eq!(home.announced["url"], "https://a.org");
    assert_eq!(home.announced["open"], false);
    let home = RunningHome::start(&folder.path().join("other"));
    assert_eq!(home.announced["url"], format!("http://{}", home.address));
    assert_eq!(home.announced["open"], true);
}

#[test]
fn a_second_home_on_one_folder_is_refused_and_the_first_lives_on() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("home");
    let mut home = RunningHome::start(&data);
    let second = ended(&["--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()]);
    let (code, kind, message) = error(&second);
    assert_eq!((code, kind.as_str()), (7, "storage"));
    assert!(
        message.starts_with("Another home is running on"),
        "{message}"
    );
    assert!(home.child.try_wait().unwrap().is_none());
    home.kill();
    RunningHome::start(&data);
}

#[cfg(unix)]
#[test]
fn a_home_that_has_nothing_to_read_again_goes_on_when_it_is_hung_up() {
    let folder = tempfile::tempdir().unwrap();
    let mut home = RunningHome::start(&folder.path().join("home"));
    let pid = home.child.id().to_string();
    for _ in 0..3 {
        let mut hang_up = std::process::Command::new("kill");
        hang_up.args(["-HUP", &pid]);
        assert!(hang_up.status().unwrap().success());
        let alive = home_support::get(&home.address, "/healthz");
        assert!(alive.starts_with("HTTP/1.1 200"), "{alive}");
    }
    assert!(home.child.try_wait().unwrap().is_none());
}

#[test]
fn what_cannot_be_used_ends_with_the_exit_code_of_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let home = RunningHome::start(&folder.path().join("home"));
    std::fs::write(path("file"), "").unwrap();
    std::fs::create_dir(path("damaged")).unwrap();
    std::fs::write(path("damaged/home.key"), "short").unwrap();
    std::fs::create_dir(path("foreign")).unwrap();
    std::fs::write(path("foreign/logs.sqlite"), vec![7; 8_192]).unwrap();
    for (listen, data, more, expected) in [
        (home.address.as_str(), "free", &[][..], (5, "invalid")),
        ("127.0.0.1:0", "file/below", &[], (7, "storage")),
        ("127.0.0.1:0", "damaged", &[], (7, "storage")),
        ("127.0.0.1:0", "foreign", &[], (7, "storage")),
        (
            "127.0.0.1:0",
            "free",
            &["--url", "http://a.org"],
            (5, "invalid"),
        ),
    ] {
        let output = command(&["--listen", listen, "--data", &path(data)])
            .args(more)
            .output()
            .unwrap();
        let (code, kind, message) = error(&output);
        assert_eq!((code, kind.as_str()), expected, "{data}: {message}");
        assert!(output.stdout.is_empty());
        // For a home that did not begin no folder is made.
        assert!(!folder.path().join("free").exists());
    }
    assert_eq!(ended(&["--listen", "nowhere"]).status.code(), Some(2));
    assert_eq!(
        ended(&["invite", "--expires", "soon"]).status.code(),
        Some(2)
    );
}

#[test]
fn what_a_home_lost_is_named_and_nothing_takes_its_place() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["home.key", "logs.sqlite", "inboxes.sqlite"] {
        let data = folder.path().join(name);
        RunningHome::start(&data).kill();
        let text = data.to_str().unwrap();
        // Something that its key was used for.
        invite(text, &[]);
        std::fs::remove_file(data.join(name)).unwrap();
        for (more, kind) in [
            (&["--listen", "127.0.0.1:0"][..], "storage"),
            (&["erase", "--log", &"00".repeat(16)], "storage"),
            (&["check"], "storage"),
            (&["invite"], "storage"),
        ] {
            let output = command(more).args(["--data", text]).output().unwrap();
            let (code, found, message) = error(&output);
            assert_eq!((code, found.as_str()), (7, kind), "{more:?}: {message}");
            let said = String::from_utf8_lossy(&output.stdout).into_owned() + &message;
            assert!(said.contains(name), "{more:?}: {said}");
            assert!(said.contains("missing or empty"), "{more:?}: {said}");
        }
        assert!(!data.join(name).exists());
    }
}

#[cfg(test)]
fn create(of: u8, invitation: &str) -> Request {
    let secret = protocol::home_invitation::from_text(invitation).unwrap();
    Request::CreateInbox(request::CreateInbox {
        inbox: InboxId::new([of; 16]),
        owner: OwnerKey::new([of; 32]),
        admission: Admission::Invitation(secret),
    })
}

#[cfg(test)]
fn invite(data: &str, more: &[&str]) -> String {
    let output = command(&["invite", "--data", data])
        .args(more)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let line: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    line["invitation"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_invitation_is_good_whether_the_home_runs_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("home");
    RunningHome::start_with(&data, &[]).kill();
    let before = invite(data.to_str().unwrap(), &[]);
    let home = RunningHome::start_with(&data, &[]);
    let beside = invite(data.to_str().unwrap(), &["--uses", "2", "--expires", "1h"]);
    let mut client = Client::connect(&home.address).await;
    let used_up = Response::Error(HomeError::Refused {
        why: Refusal::InvitationUsedUp,
    });
    for (of, invitation, expected) in [
        (1, &before, DONE),
        (1, &before, DONE),
        (2, &before, used_up.clone()),
        (2, &beside, DONE),
        (3, &beside, DONE),
        (4, &beside, used_up),
    ] {
        assert_eq!(
            client.ask(&create(of, invitation)).await,
            expected,
            "inbox {of}"
        );
    }
}

#[test]
fn an_invitation_where_no_home_ever_ran_is_refused_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("mistyped");
    let output = ended(&["invite", "--data", data.to_str().unwrap()]);
    let (code, kind, message) = error(&output);
    assert_eq!((code, kind.as_str()), (5, "invalid"), "{message}");
    assert!(!data.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_can_be_made_while_the_home_writes() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("home");
    let home = RunningHome::start(&data);
    let address = home.address.clone();
    let writing = tokio::spawn(async move {
        let mut client = Client::connect(&address).await;
        for of in 0..200 {
            client.begin(of).await;
        }
    });
    let path = data.to_str().unwrap().to_owned();
    let inviting = tokio::task::spawn_blocking(move || {
        (0..10).map(|_| invite(&path, &[])).collect::<Vec<_>>()
    });
    writing.await.unwrap();
    assert_eq!(inviting.await.unwrap().len(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_home_stops_in_order_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let mut home = RunningHome::start(&folder.path().join("home"));
    let mut client = Client::connect(&home.address).await;
    let log = client.begin(1).await;
    let appended = client
        .ask(&Client::append_request(&log, home_support::client::body(1)))
        .await;
    assert!(matches!(appended, Response::Appended(_)));
    home.ask_to_stop();
    let Some(Message::Close(Some(close))) = client.next().await else {
        panic!("not closed");
    };
    assert_eq!(u16::from(close.code), 1001);
    assert_eq!(home.ends_within(Duration::from_secs(5)).code(), Some(0));
    let home = RunningHome::start(&folder.path().join("home"));
    let mut client = Client::connect(&home.address).await;
    client.prove(&log).await;
    assert_eq!(client.read(&log, 1, false).await.entries.len(), 1);
}

#[test]
fn the_home_stops_in_order_when_asked_as_soon_as_it_says_that_it_listens() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..10 {
        let mut home = RunningHome::start(&folder.path().join("home"));
        home.ask_to_stop();
        assert_eq!(home.ends_within(Duration::from_secs(5)).code(), Some(0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_home_stops_in_time_with_clients_that_do_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut home = RunningHome::start(&folder.path().join("home"));
    let mut clients = Vec::new();
    for of in 0..20 {
        let mut client = Client::connect(&home.address).await;
        client.begin(of).await;
        clients.push(client);
    }
    home.ask_to_stop();
    assert_eq!(home.ends_within(Duration::from_secs(5)).code(), Some(0));
}

/// Writes as much as the home takes until it closes; how many appends were answered.
#[cfg(test)]
async fn flood(mut client: Client, log: Log) -> u64 {
    let (mut sent, mut answered) = (0, 0);
    loop {
        while sent < answered + 200 {
            sent += 1;
            let append = Client::append_request(&log, home_support::client::body(sent));
            let frame = Message::Binary(append.to_frame(sent + 1_000).into());
            // What is closed takes no more, and has its last answers still to give.
            let _ = client.socket.send(frame).await;
        }
        match client.next_frame().await {
            Some((_, Response::Appended(appended))) => answered = appended.seq,
            Some((_, other)) => panic!("not appended: {other:?}"),
            None => return answered,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_home_stops_in_time_under_a_flood_and_keeps_what_it_answered() {
    let folder = tempfile::tempdir().unwrap();
    let mut home = RunningHome::start(&folder.path().join("home"));
    let mut floods = Vec::new();
    let mut logs = Vec::new();
    for of in 0..10 {
        let mut client = Client::connect(&home.address).await;
        let log = client.begin(of).await;
        logs.push(log.clone());
        floods.push(tokio::spawn(flood(client, log)));
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    home.ask_to_stop();
    assert_eq!(home.ends_within(Duration::from_secs(10)).code(), Some(0));
    let home = RunningHome::start(&folder.path().join("home"));
    for (flood, log) in floods.into_iter().zip(logs) {
        let answered = flood.await.unwrap();
        let mut client = Client::connect(&home.address).await;
        client.prove(&log).await;
        let page = client.read(&log, answered, false).await;
        assert!(answered > 0 && page.entries[0].seq == answered);
    }
}
