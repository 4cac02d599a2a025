//! Inboxes and their owners: admission, ownership, publishing, capabilities, allowance.

#[cfg(test)]
mod support;

use protocol::frame::{Request, Response};
use protocol::id::InboxId;
use protocol::refusal::Refusal;
use protocol::request::{self, Admission};
use protocol::secret::{HomeInvitationSecret, Token};
use support::inbox::{
    CAPABILITY, DEVICE, INBOX, OWNER, capability, create_request, device, publish_request, secret,
    token_hash,
};
use support::log::{keys, open_request};
use support::{DONE, NOON_S, World, is_invalid, refused};

const OTHER: InboxId = InboxId::new([10; 16]);

#[test]
fn an_inbox_is_made_once_and_by_the_same_owner_again() {
    let mut world = World::new();
    let connection = world.connect();
    for (owner, expected) in [
        (OWNER, DONE),
        (OWNER, DONE),
        ([56; 32], refused(Refusal::InboxTaken)),
    ] {
        let request = create_request(INBOX, owner, Admission::Open);
        assert_eq!(world.ask(connection, &request), expected);
    }
}

#[test]
fn a_closed_home_takes_an_inbox_by_invitation_alone() {
    let mut world = World::closed();
    let connection = world.connect();
    let invitation = world.invite(1, 2, Some(NOON_S + 10));
    let used_up = world.invite(2, 1, None);
    let expired = world.invite(3, 1, Some(NOON_S - 1));
    let by = |secret: &HomeInvitationSecret| Admission::Invitation(secret.clone());
    let unknown = HomeInvitationSecret::new([99; 20]);
    for (of, admission, expected) in [
        (1, Admission::Open, refused(Refusal::NotOpen)),
        (1, by(&unknown), refused(Refusal::InvitationUnknown)),
        (1, by(&expired), refused(Refusal::InvitationExpired)),
        (1, by(&invitation), DONE),
        (1, by(&invitation), DONE),
        (2, by(&invitation), DONE),
        (3, by(&invitation), refused(Refusal::InvitationUsedUp)),
        (3, by(&used_up), DONE),
        (4, by(&used_up), refused(Refusal::InvitationUsedUp)),
    ] {
        let request = create_request(InboxId::new([of; 16]), OWNER, admission);
        assert_eq!(world.ask(connection, &request), expected, "inbox {of}");
    }
}

#[test]
fn an_inbox_is_owned_by_its_key_alone() {
    let mut world = World::new();
    world.owner();
    let other = world.connect();
    assert_eq!(world.own(other, INBOX, [1; 32]), refused(Refusal::Unknown));
    assert_eq!(world.own(other, OTHER, OWNER), refused(Refusal::Unknown));
    let publish = Request::Publish(publish_request(DEVICE, &[1]));
    assert_eq!(world.ask(other, &publish), refused(Refusal::NotProven));
    let grant = Request::GrantCapability(capability(1, None));
    assert_eq!(world.ask(other, &grant), refused(Refusal::NotProven));
    let listen = Request::Listen(request::Listen {
        inbox: INBOX,
        device: DEVICE,
        after: 0,
    });
    assert_eq!(world.ask(other, &listen), refused(Refusal::NotProven));
    assert_eq!(
        world.acknowledge(other, DEVICE, &[1]),
        refused(Refusal::NotProven)
    );
    assert_eq!(world.own(other, INBOX, OWNER), DONE);
    assert!(matches!(world.ask(other, &publish), Response::Published(_)));
}

#[test]
fn key_packages_add_up_and_the_same_again_is_not_doubled() {
    let mut world = World::new();
    let owner = world.owner();
    assert_eq!(world.publish(owner, publish_request(DEVICE, &[1, 2])), 2);
    assert_eq!(world.publish(owner, publish_request(DEVICE, &[2, 3, 3])), 3);
    assert_eq!(world.publish(owner, publish_request(device(4), &[1])), 1);
}

#[test]
fn a_key_package_that_was_handed_out_does_not_come_back() {
    let mut world = World::new();
    let owner = world.reachable(&[1]);
    world.fetch(owner, 1);
    assert_eq!(world.publish(owner, publish_request(DEVICE, &[1])), 0);
}

#[test]
fn publishing_is_bounded() {
    let mut world = World::new();
    let owner = world.owner();
    let hundred = |from: u64| (from..from + 100).collect::<Vec<u64>>();
    assert_eq!(
        world.publish(owner, publish_request(DEVICE, &hundred(0))),
        100
    );
    assert_eq!(
        world.publish(owner, publish_request(DEVICE, &hundred(100))),
        200
    );
    let check = |world: &mut World, request: request::Publish, expected: Option<Refusal>| {
        let answer = world.ask(owner, &Request::Publish(request));
        match expected {
            Some(why) => assert_eq!(answer, refused(why)),
            None => assert!(is_invalid(&answer), "{answer:?}"),
        }
    };
    check(
        &mut world,
        publish_request(DEVICE, &[200]),
        Some(Refusal::Quota),
    );
    check(
        &mut world,
        publish_request(DEVICE, &(0..101).collect::<Vec<_>>()),
        None,
    );
    for of in 10..17 {
        world.publish(owner, publish_request(device(of), &[]));
    }
    check(
        &mut world,
        publish_request(device(18), &[]),
        Some(Refusal::Quota),
    );
    let mut long = publish_request(DEVICE, &[]);
    long.device_list = Some(vec![0; 64 * 1024 + 1]);
    check(&mut world, long, None);
    let mut long = publish_request(DEVICE, &[]);
    long.last_resort = Some(vec![0; 64 * 1024 + 1]);
    check(&mut world, long, None);
    let mut long = publish_request(DEVICE, &[]);
    long.key_packages = vec![vec![0; 64 * 1024 + 1].into()];
    check(&mut world, long, None);
}

#[test]
fn granting_again_changes_nothing_and_revoking_the_unknown_is_done() {
    let mut world = World::new();
    let owner = world.reachable(&[1, 2, 3]);
    world.fetch(owner, 1);
    world.fetch(owner, 2);
    let again = Request::GrantCapability(capability(CAPABILITY, Some(2)));
    assert_eq!(world.ask(owner, &again), DONE);
    let third = Request::Fetch(support::inbox::fetch_request(CAPABILITY, 3));
    assert_eq!(world.ask(owner, &third), refused(Refusal::CapabilityUsedUp));
    let revoke = Request::RevokeCapability(request::RevokeCapability {
        inbox: INBOX,
        capability: secret(99).hash(),
    });
    assert_eq!(world.ask(owner, &revoke), DONE);
}

#[test]
fn a_capability_has_bounds_of_its_own() {
    let mut world = World::new();
    let owner = world.owner();
    let mut request = capability(1, Some(1));
    request.label = Some(vec![0; 1_025]);
    assert!(is_invalid(
        &world.ask(owner, &Request::GrantCapability(request))
    ));
    let mut request = capability(1, None);
    request.pays = true;
    assert!(is_invalid(
        &world.ask(owner, &Request::GrantCapability(request))
    ));
    let mut request = capability(1, Some(1));
    request.expires = Some(u64::MAX);
    assert!(is_invalid(
        &world.ask(owner, &Request::GrantCapability(request))
    ));
}

#[test]
fn an_inbox_has_ten_thousand_capabilities() {
    let mut world = World::new();
    let owner = world.owner();
    for of in 0..10_001u32 {
        let mut hash = [0; 32];
        hash[..4].copy_from_slice(&of.to_be_bytes());
        let mut request = capability(1, Some(1));
        request.capability = protocol::id::CapabilityHash::new(hash);
        let expected = if of < 10_000 {
            DONE
        } else {
            refused(Refusal::Quota)
        };
        assert_eq!(
            world.ask(owner, &Request::GrantCapability(request)),
            expected
        );
    }
}

#[test]
fn an_allowance_becomes_tokens_that_open_logs_and_a_token_counts_once() {
    let mut world = World::new();
    let owner = world.owner();
    let allow = |tokens: Vec<_>| {
        Request::Allow(request::Allow {
            inbox: INBOX,
            tokens,
        })
    };
    let three = allow(vec![token_hash(1), token_hash(1), token_hash(2)]);
    assert_eq!(world.ask(owner, &three), DONE);
    let stranger = world.connect();
    let open = open_request(1, support::log::LOG, keys(1));
    assert_eq!(world.ask(stranger, &open), DONE);
    assert_eq!(world.ask(owner, &three), DONE);
    assert!(is_invalid(
        &world.ask(owner, &allow(vec![token_hash(1); 33]))
    ));
    let fresh = |from: u32, count: u32| {
        let tokens = (from..from + count).map(|of| {
            let mut bytes = [255; 32];
            bytes[..4].copy_from_slice(&of.to_be_bytes());
            Token::new(bytes).hash()
        });
        allow(tokens.collect())
    };
    for batch in 0..31 {
        assert_eq!(world.ask(owner, &fresh(batch * 32, 32)), DONE);
    }
    assert_eq!(world.ask(owner, &fresh(5_000, 7)), refused(Refusal::Quota));
    assert_eq!(world.ask(owner, &fresh(5_000, 6)), DONE);
    assert_eq!(world.ask(owner, &fresh(5_000, 6)), DONE);
    assert_eq!(world.ask(owner, &fresh(6_000, 1)), refused(Refusal::Quota));
}
