//! FETCH and KNOCK.

#[cfg(test)]
mod support;

use protocol::frame::{Request, Response};
use protocol::id::{InboxId, LogId};
use protocol::refusal::{HomeError, Refusal};
use protocol::request::{self, Admission};
use protocol::secret::Token;
use support::inbox::{
    CAPABILITY, DEVICE, INBOX, OWNER, capability, create_request, device, fetch_request,
    knock_request, publish_request, secret, token_hash,
};
use support::log::{keys, open_request};
use support::{DAY_S, DONE, NOON_S, World, body, is_invalid, refused};

fn fetch(use_id: u8) -> Request {
    Request::Fetch(fetch_request(CAPABILITY, use_id))
}

fn knock(use_id: u8, of: u64) -> Request {
    knock_request(CAPABILITY, use_id, body(of))
}

fn revoke(world: &mut World, owner: home_core::ConnectionId) {
    let request = Request::RevokeCapability(request::RevokeCapability {
        inbox: INBOX,
        capability: secret(CAPABILITY).hash(),
    });
    assert_eq!(world.ask(owner, &request), DONE);
}

#[test]
fn a_fetch_gives_one_key_package_for_each_device_and_the_same_again() {
    let mut world = World::new();
    let owner = world.reachable(&[1, 2]);
    world.publish(owner, publish_request(device(4), &[3]));
    let stranger = world.connect();
    let first = world.fetch(stranger, 1);
    let devices: Vec<_> = first.key_packages.iter().map(|one| one.device).collect();
    assert_eq!(devices, [DEVICE, device(4)]);
    assert_eq!(first.device_list, vec![1; 100]);
    let mut publish = publish_request(DEVICE, &[]);
    publish.device_list = Some(vec![2; 10]);
    assert_eq!(world.publish(owner, publish), 1);
    assert_eq!(world.fetch(stranger, 1), first);
    let second = world.fetch(stranger, 2);
    assert_ne!(second.key_packages, first.key_packages);
    assert_eq!(second.device_list, vec![2; 10]);
    world.restart();
    let stranger = world.connect();
    assert_eq!(world.fetch(stranger, 1), first);
}

#[test]
fn the_last_resort_is_given_when_the_pool_is_empty_and_stays() {
    let mut world = World::new();
    let owner = world.reachable(&[1]);
    let mut publish = publish_request(DEVICE, &[]);
    publish.last_resort = Some(body(100));
    world.publish(owner, publish);
    let given = |world: &mut World, use_id| {
        let fetched = world.fetch(owner, use_id);
        fetched.key_packages[0].key_package.clone()
    };
    assert_eq!(given(&mut world, 1), body(1));
    assert_eq!(given(&mut world, 2), body(100));
    world.ask(owner, &Request::GrantCapability(capability(5, None)));
    for use_id in 3..6 {
        let answer = world.ask(owner, &Request::Fetch(fetch_request(5, use_id)));
        assert!(matches!(
            answer,
            Response::Fetched(fetched) if fetched.key_packages[0].key_package == body(100)
        ));
    }
}

#[test]
fn an_inbox_that_published_nothing_yet_asks_to_come_again_and_counts_nothing() {
    let mut world = World::new();
    let owner = world.owner();
    world.ask(
        owner,
        &Request::GrantCapability(capability(CAPABILITY, Some(1))),
    );
    let retry = Response::Error(HomeError::Retry { after_ms: 1_000 });
    assert_eq!(world.ask(owner, &fetch(1)), retry);
    world.publish(owner, publish_request(DEVICE, &[]));
    assert_eq!(
        world.ask(owner, &fetch(2)),
        retry,
        "a list without KeyPackages"
    );
    world.publish(owner, publish_request(DEVICE, &[1]));
    assert!(matches!(world.ask(owner, &fetch(3)), Response::Fetched(_)));
}

#[test]
fn a_capability_that_is_unknown_used_up_expired_or_revoked_refuses_new_uses() {
    let mut world = World::new();
    let owner = world.reachable(&[1, 2, 3, 4, 5]);
    let unknown = refused(Refusal::CapabilityUnknown);
    assert_eq!(
        world.ask(owner, &Request::Fetch(fetch_request(99, 1))),
        unknown
    );
    let mut elsewhere = fetch_request(CAPABILITY, 1);
    elsewhere.inbox = InboxId::new([1; 16]);
    assert_eq!(world.ask(owner, &Request::Fetch(elsewhere)), unknown);
    let mut expiring = capability(5, Some(5));
    expiring.expires = Some(NOON_S + 5);
    world.ask(owner, &Request::GrantCapability(expiring));
    let by_expiring = |use_id| Request::Fetch(fetch_request(5, use_id));
    let first = world.ask(owner, &by_expiring(1));
    world.now_s = NOON_S + 5;
    assert!(matches!(
        world.ask(owner, &by_expiring(2)),
        Response::Fetched(_)
    ));
    world.now_s = NOON_S + 6;
    let expired = refused(Refusal::CapabilityExpired);
    assert_eq!(world.ask(owner, &by_expiring(3)), expired);
    assert_eq!(
        world.ask(owner, &by_expiring(1)),
        first,
        "a known use goes on"
    );
    let one = world.fetch(owner, 1);
    world.fetch(owner, 2);
    let used_up = refused(Refusal::CapabilityUsedUp);
    assert_eq!(world.ask(owner, &fetch(3)), used_up);
    assert_eq!(world.ask(owner, &knock(3, 1)), used_up);
    assert_eq!(world.fetch(owner, 1), one, "a known use goes on");
    assert_eq!(world.ask(owner, &knock(1, 1)), DONE);
    revoke(&mut world, owner);
    let revoked = refused(Refusal::CapabilityRevoked);
    for request in [fetch(1), fetch(9), knock(1, 1), knock(2, 2)] {
        assert_eq!(world.ask(owner, &request), revoked);
    }
    let again = Request::GrantCapability(capability(CAPABILITY, Some(2)));
    assert_eq!(world.ask(owner, &again), DONE);
    assert_eq!(world.ask(owner, &fetch(1)), revoked);
}

#[test]
fn a_use_is_completed_by_one_item() {
    let mut world = World::new();
    let owner = world.reachable(&[1, 2]);
    let fetched = world.fetch(owner, 1);
    assert_eq!(world.ask(owner, &knock(1, 10)), DONE);
    assert_eq!(world.ask(owner, &knock(1, 10)), DONE);
    assert_eq!(world.ask(owner, &knock(1, 11)), refused(Refusal::UseLapsed));
    assert_eq!(world.fetch(owner, 1), fetched);
    assert_eq!(world.listen(owner, DEVICE, 0).items.len(), 1);
}

#[test]
fn a_knock_without_a_fetch_is_a_use_of_its_own() {
    let mut world = World::new();
    let owner = world.reachable(&[1, 2]);
    assert_eq!(world.ask(owner, &knock(1, 10)), DONE);
    assert_eq!(world.ask(owner, &knock(2, 11)), DONE);
    assert_eq!(
        world.ask(owner, &knock(3, 12)),
        refused(Refusal::CapabilityUsedUp)
    );
    assert_eq!(world.ask(owner, &fetch(1)), refused(Refusal::UseLapsed));
    world.ask(owner, &Request::GrantCapability(capability(5, None)));
    for use_id in 0..100 {
        let standing = knock_request(5, use_id, body(100 + u64::from(use_id)));
        assert_eq!(world.ask(owner, &standing), DONE);
    }
    for bytes in [0, 511, 700] {
        let odd = knock_request(5, 200, vec![0; bytes]);
        assert!(is_invalid(&world.ask(owner, &odd)));
    }
}

#[test]
fn a_use_without_knock_lapses_after_thirty_days() {
    let mut world = World::new();
    let owner = world.reachable(&[1, 2]);
    world.fetch(owner, 1);
    world.fetch(owner, 2);
    assert_eq!(world.ask(owner, &knock(2, 1)), DONE);
    world.live_days(30);
    world.fetch(owner, 1);
    world.now_s += DAY_S;
    assert_eq!(world.ask(owner, &fetch(1)), refused(Refusal::UseLapsed));
    assert_eq!(world.ask(owner, &knock(1, 9)), refused(Refusal::UseLapsed));
    assert_eq!(
        world.ask(owner, &knock(2, 1)),
        DONE,
        "a completed one does not"
    );
    world.fetch(owner, 2);
}

#[test]
fn a_capability_that_pays_gives_one_log_and_one_inbox() {
    let mut world = World::new();
    let owner = world.reachable(&[1, 2]);
    let mut paying = capability(5, Some(1));
    paying.pays = true;
    world.ask(owner, &Request::GrantCapability(paying));
    let fetch = |capability, log, inbox| {
        let mut request = fetch_request(capability, 1);
        request.log_token = Some(token_hash(log));
        request.inbox_token = Some(token_hash(inbox));
        Request::Fetch(request)
    };
    world.ask(owner, &fetch(CAPABILITY, 40, 41));
    let fetched = world.ask(owner, &fetch(5, 50, 51));
    assert_eq!(world.ask(owner, &fetch(5, 60, 61)), fetched);
    let stranger = world.connect();
    let open = |token, log| open_request(token, LogId::new([log; 16]), keys(1));
    for (token, log, expected) in [
        (40, 1, refused(Refusal::TokenUnknown)),
        (51, 1, refused(Refusal::TokenUnknown)),
        (60, 1, refused(Refusal::TokenUnknown)),
        (50, 1, DONE),
        (50, 2, refused(Refusal::TokenSpent)),
    ] {
        assert_eq!(
            world.ask(stranger, &open(token, log)),
            expected,
            "log token {token}"
        );
    }
    for (token, inbox, expected) in [
        (41, 1, refused(Refusal::TokenUnknown)),
        (50, 1, refused(Refusal::TokenUnknown)),
        (51, 1, DONE),
        (51, 1, DONE),
        (51, 2, refused(Refusal::TokenSpent)),
    ] {
        let admission = Admission::Token(Token::new([token; 32]));
        let create = create_request(InboxId::new([inbox; 16]), OWNER, admission);
        assert_eq!(
            world.ask(stranger, &create),
            expected,
            "inbox token {token}"
        );
    }
}

#[test]
fn a_capability_that_is_used_too_often_asks_to_come_again_and_others_go_on() {
    let mut world = World::new();
    let owner = world.reachable(&[1]);
    world.ask(owner, &Request::GrantCapability(capability(5, None)));
    let mut publish = publish_request(DEVICE, &[]);
    publish.last_resort = Some(body(100));
    world.publish(owner, publish);
    let stranger = world.connect();
    for _ in 0..600 {
        assert!(matches!(
            world.ask(stranger, &fetch(1)),
            Response::Fetched(_)
        ));
    }
    let retry = |answer: Response| match answer {
        Response::Error(HomeError::Retry { after_ms }) => (1..=60_000).contains(&after_ms),
        _ => false,
    };
    assert!(retry(world.ask(stranger, &fetch(1))));
    assert!(retry(world.ask(stranger, &knock(1, 7))));
    let other = Request::Fetch(fetch_request(5, 2));
    assert!(matches!(world.ask(stranger, &other), Response::Fetched(_)));
    world.now_s += 60;
    assert_eq!(world.ask(stranger, &knock(1, 7)), DONE);
}
