//! `kith home erase` on the real binary: nothing of it is left in any file of the home.

#[cfg(test)]
mod home_support;

use home_support::client::{Client, Log, body};
use home_support::{RunningHome, ended};
use protocol::frame::Response;
use protocol::refusal::HomeError;
use protocol::request;
use std::path::Path;

#[cfg(test)]
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether these bytes stand in any file of the folder.
#[cfg(test)]
fn holds(folder: &Path, what: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|file| {
        let path = file.unwrap().path();
        path.is_file()
            && std::fs::read(path)
                .unwrap()
                .windows(what.len())
                .any(|window| window == what)
    })
}

/// A body that takes pages of its own.
#[cfg(test)]
fn marked() -> Vec<u8> {
    let mut body = vec![0; 16 * 1024];
    body[9_000..9_014].copy_from_slice(b"planted-marker");
    body
}

#[cfg(test)]
async fn read_unproven(client: &mut Client, log: &Log) -> Response {
    let read = request::Read {
        log: log.log,
        head: log.head,
        from: 1,
        children_from: 0,
        repairs_after: 0,
    };
    client.ask(&protocol::frame::Request::Read(read)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_operator_erases_is_in_no_file_and_the_rest_is_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("home");
    let mut home = RunningHome::start_quiet(&data);
    let mut client = Client::connect(&home.address).await;
    let (going, staying) = (client.begin(1).await, client.begin(2).await);
    for of in [&going, &staying] {
        let answer = client.ask(&Client::append_request(of, body(1))).await;
        assert!(matches!(answer, Response::Appended(_)));
    }
    let answer = client.ask(&Client::append_request(&going, marked())).await;
    assert!(matches!(answer, Response::Appended(_)));
    let data_text = data.to_str().unwrap();
    let erase = |kind: &str, id: &[u8]| ended(&["erase", "--data", data_text, kind, &hex(id)]);
    // Not beside a running home.
    assert_eq!(erase("--log", going.log.as_bytes()).status.code(), Some(7));
    home.kill();
    assert!(holds(&data, b"planted-marker") && holds(&data, going.head.as_bytes()));
    for kind in ["--log", "--inbox"] {
        let erased = erase(kind, going.log.as_bytes());
        assert_eq!(erased.status.code(), Some(0), "{erased:?}");
        let again = erase(kind, going.log.as_bytes());
        assert_eq!(again.status.code(), Some(5), "{again:?}");
        let unknown = erase(kind, &[0xee; 16]);
        assert_eq!(unknown.status.code(), Some(5), "{unknown:?}");
    }
    assert_eq!(erase("--log", &[1; 15]).status.code(), Some(2));
    assert!(!holds(&data, b"planted-marker") && !holds(&data, going.head.as_bytes()));
    assert!(holds(&data, going.log.as_bytes()) && holds(&data, staying.head.as_bytes()));
    let home = RunningHome::start_quiet(&data);
    let mut client = Client::connect(&home.address).await;
    let gone = read_unproven(&mut client, &going).await;
    assert_eq!(gone, Response::Error(HomeError::Gone));
    client.prove(&staying).await;
    assert_eq!(client.read(&staying, 1, false).await.entries.len(), 1);
}
