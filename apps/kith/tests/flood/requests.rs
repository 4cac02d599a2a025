//! Floods of requests.

use crate::home_support::client::{Client, DONE, Log, body, log};
use crate::quiet::Watched;
use protocol::frame::{Request, Response};
use protocol::id::{InboxId, ReadKey, UseId, WriteKey};
use protocol::proof::Right;
use protocol::refusal::{HomeError, Refusal};
use protocol::request;
use protocol::secret::CapabilitySecret;
use std::collections::BTreeSet;
use tokio::task::JoinSet;

/// Connections of a flood.
const MANY: u64 = 4;
/// Requests of each.
const EACH: u64 = 400;
/// FETCH and KNOCK under one capability in a minute of the clock.
const CONTACTS_A_MINUTE: usize = 600;

fn refused(why: Refusal) -> Response {
    Response::Error(HomeError::Refused { why })
}

fn is_invalid(response: &Response) -> bool {
    matches!(response, Response::Error(HomeError::Invalid { .. }))
}

/// Sends all before it reads any answer.
async fn at_once(client: &mut Client, requests: impl Iterator<Item = Request>) -> Vec<Response> {
    let mut expected = Vec::new();
    for request in requests {
        expected.push(client.send(&request).await);
    }
    let mut answers = Vec::new();
    for id in expected {
        loop {
            let (answered, response) = client.next_frame().await.unwrap();
            if answered == 0 {
                continue;
            }
            assert_eq!(answered, id);
            answers.push(response);
            break;
        }
    }
    answers
}

/// Many connections that send requests made of numbers, each of which must get an answer that holds.
async fn flood(
    watched: &Watched,
    request: impl Fn(u64) -> Request + Send + Copy + 'static,
    holds: impl Fn(&Response) -> bool + Send + Copy + 'static,
) {
    let mut connections = JoinSet::new();
    for connection in 0..MANY {
        let mut client = watched.client().await;
        connections.spawn(async move {
            // No more at once than a home works on, since all are sent before the first answer is read.
            for chunk in 0..EACH / 100 {
                let first = connection * EACH + chunk * 100;
                let requests = (first..first + 100).map(request);
                for response in at_once(&mut client, requests).await {
                    assert!(holds(&response), "{response:?}");
                }
            }
        });
    }
    connections.join_all().await;
}

fn open(of: u64) -> Request {
    let log = log(1_000 + of);
    Request::Open(request::Open {
        token: log.token,
        log: log.log,
        write_key: WriteKey::new([1; 32]),
        read_key: ReadKey::new([2; 32]),
    })
}

fn fetch(of: u64) -> request::Fetch {
    request::Fetch {
        inbox: InboxId::new(*log(of).log.as_bytes()),
        capability: CapabilitySecret::new([7; 32]),
        use_id: UseId::new([1; 16]),
        log_token: None,
        inbox_token: None,
    }
}

fn knock(of: u64, item: Vec<u8>) -> Request {
    let fetch = fetch(of);
    Request::Knock(request::Knock {
        inbox: fetch.inbox,
        capability: fetch.capability,
        use_id: fetch.use_id,
        item,
    })
}

fn bad_proof(of: u64) -> Request {
    Request::Prove(request::Prove {
        log: log(1).log,
        head: log(1).head,
        right: Right::Write,
        key: log(1).write.verifying_key().to_bytes(),
        signature: protocol::id::Signature::new([of as u8; 64]),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn opens_with_tokens_that_are_none_are_refused() {
    let watched = Watched::start().await;
    flood(&watched, open, |response| {
        *response == refused(Refusal::TokenUnknown)
    })
    .await;
    watched.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fetches_and_knocks_under_capabilities_that_are_none_are_refused() {
    let watched = Watched::start().await;
    // Of an inbox that is there, and of many that are not.
    let request = |of: u64| match of % 3 {
        0 => Request::Fetch(fetch(1)),
        1 => Request::Fetch(fetch(of)),
        _ => knock(of, body(of)),
    };
    flood(&watched, request, |response| {
        *response == refused(Refusal::CapabilityUnknown)
    })
    .await;
    watched.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_not_its_form_is_invalid_each_time() {
    let watched = Watched::start().await;
    let request = |of: u64| match of % 2 {
        0 => bad_proof(of),
        _ => knock(of, vec![0; 513]),
    };
    flood(&watched, request, is_invalid).await;
    watched.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capability_that_is_used_without_end_is_answered_with_retry() {
    let watched = Watched::start().await;
    let mut client = watched.client().await;
    let paid = log(5);
    client.pay_for(&paid).await;
    let granted = Request::GrantCapability(request::GrantCapability {
        inbox: fetch(5).inbox,
        capability: fetch(5).capability.hash(),
        uses: None,
        expires: None,
        pays: false,
        label: None,
    });
    assert_eq!(client.ask(&granted).await, DONE);
    let (mut fetched, mut later) = (0, 0);
    // The clock may go on to the next minute in between, and has not gone on to a third.
    for _ in 0..14 {
        let requests = (0..100).map(|_| Request::Fetch(fetch(5)));
        for response in at_once(&mut client, requests).await {
            match response {
                Response::Fetched(_) => fetched += 1,
                Response::Error(HomeError::Retry { after_ms }) => {
                    assert!((1..=60_000).contains(&after_ms));
                    later += 1;
                }
                other => panic!("{other:?}"),
            }
        }
        if later > 0 {
            break;
        }
    }
    assert!(
        later > 0 && fetched >= CONTACTS_A_MINUTE,
        "{fetched} {later}"
    );
    watched.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn appends_to_one_log_from_twenty_connections_are_all_answered() {
    let watched = Watched::start().await;
    let log = watched.client().await.begin(2).await;
    let mut connections = JoinSet::new();
    for connection in 0..20_u64 {
        let (mut client, log) = (watched.client().await, log.clone());
        connections.spawn(async move {
            client.prove(&log).await;
            let of = |at: u64| connection * 100 + at;
            let requests = (0..100).map(|at| Client::append_request(&log, body(of(at))));
            at_once(&mut client, requests).await
        });
    }
    let answers: Vec<Response> = connections.join_all().await.into_iter().flatten().collect();
    let seqs: BTreeSet<u64> = answers
        .iter()
        .map(|response| match response {
            Response::Appended(appended) => appended.seq,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(seqs, (1..=2_000).collect());
    watched.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_log_is_read_again_and_again_by_many() {
    let watched = Watched::start().await;
    let mut client = watched.client().await;
    let log = client.begin(3).await;
    long(&mut client, &log).await;
    let mut connections = JoinSet::new();
    for _ in 0..MANY {
        let (mut client, log) = (watched.client().await, log.clone());
        connections.spawn(async move {
            client.prove(&log).await;
            for _ in 0..10 {
                for response in at_once(&mut client, (0..10).map(|_| read(&log))).await {
                    let Response::Page(page) = response else {
                        panic!("{response:?}");
                    };
                    assert!(page.entries.len() > 10 && !page.end);
                }
            }
        });
    }
    connections.join_all().await;
    watched.ends().await;
}

/// A request for a page that is as long as pages are.
pub fn read(log: &Log) -> Request {
    Request::Read(request::Read {
        log: log.log,
        head: log.head,
        from: 1,
        children_from: 0,
        repairs_after: 0,
    })
}

/// Makes a log of which a page does not hold all.
pub async fn long(client: &mut Client, log: &Log) {
    let appends = (0..40).map(|of| Client::append_request(log, vec![of; 16 * 1024]));
    for response in at_once(client, appends).await {
        assert!(matches!(response, Response::Appended(_)), "{response:?}");
    }
}
