//! Items: listening, acknowledging, bounds, time.

#[cfg(test)]
mod support;

use protocol::frame::{Request, Response};
use protocol::refusal::Refusal;
use protocol::request;
use support::inbox::{DEVICE, INBOX, capability, device, knock_request, publish_request};
use support::{DAY_S, DONE, World, body, refused, sized_body};

/// An inbox with a standing capability 5 and one device.
fn world() -> (World, home_core::ConnectionId) {
    let mut world = World::new();
    let owner = world.reachable(&[1]);
    world.ask(owner, &Request::GrantCapability(capability(5, None)));
    (world, owner)
}

fn numbers(world: &mut World, by: home_core::ConnectionId, of: u8, after: u64) -> Vec<u64> {
    let items = world.listen(by, device(of), after).items;
    items.iter().map(|item| item.number).collect()
}

#[test]
fn items_are_numbered_listed_and_pushed_once_listened_to() {
    let (mut world, owner) = world();
    let stranger = world.connect();
    world.ask(stranger, &knock_request(5, 1, body(1)));
    assert_eq!(world.pushed(), []);
    let items = world.listen(owner, DEVICE, 0);
    assert_eq!(items.items.len(), 1);
    assert_eq!((items.end, items.key_packages), (true, 1));
    world.ask(stranger, &knock_request(5, 2, body(2)));
    assert!(matches!(
        world.pushed().as_slice(),
        [(to, Response::Item(push))] if *to == owner && push.item.number == 2
            && push.item.body == body(2)
    ));
    assert_eq!(numbers(&mut world, owner, 3, 0), [1, 2]);
    assert_eq!(numbers(&mut world, owner, 3, 1), [2]);
}

#[test]
fn a_page_of_items_is_bounded_and_only_its_end_begins_the_pushes() {
    let (mut world, owner) = world();
    for of in 1..=3 {
        world.ask(
            owner,
            &knock_request(5, of, sized_body(of.into(), 256 << 10)),
        );
    }
    let page = world.listen(owner, DEVICE, 0);
    assert_eq!((page.items.len(), page.end), (2, false));
    world.ask(owner, &knock_request(5, 4, body(4)));
    assert_eq!(world.pushed(), []);
    let page = world.listen(owner, DEVICE, 2);
    assert_eq!((page.items.len(), page.end), (2, true));
    world.ask(owner, &knock_request(5, 5, body(5)));
    assert_eq!(world.pushed().len(), 1);
}

#[test]
fn an_item_stays_until_every_device_acknowledged_it() {
    let (mut world, owner) = world();
    world.publish(owner, publish_request(device(4), &[]));
    for of in 1..=2 {
        world.ask(owner, &knock_request(5, of, body(of.into())));
    }
    assert_eq!(world.acknowledge(owner, DEVICE, &[1, 99]), DONE);
    assert_eq!(world.acknowledge(owner, DEVICE, &[1]), DONE);
    assert_eq!(numbers(&mut world, owner, 3, 0), [2]);
    assert_eq!(numbers(&mut world, owner, 4, 0), [1, 2]);
    world.acknowledge(owner, device(4), &[1]);
    assert_eq!(numbers(&mut world, owner, 4, 0), [2]);
    world.publish(owner, publish_request(device(6), &[]));
    assert_eq!(numbers(&mut world, owner, 6, 0), [2], "dropped for good");
    world.ask(owner, &knock_request(5, 3, body(3)));
    assert_eq!(
        numbers(&mut world, owner, 3, 0),
        [2, 3],
        "numbers never return"
    );
}

#[test]
fn an_unknown_device_neither_listens_nor_acknowledges() {
    let (mut world, owner) = world();
    assert_eq!(
        world.acknowledge(owner, device(9), &[1]),
        refused(Refusal::Unknown)
    );
    let listen = Request::Listen(request::Listen {
        inbox: INBOX,
        device: device(9),
        after: 0,
    });
    assert_eq!(world.ask(owner, &listen), refused(Refusal::Unknown));
}

#[test]
fn an_inbox_is_full_at_64_mib_and_takes_more_when_something_leaves() {
    let (mut world, owner) = world();
    for of in 1..=64 {
        let item = sized_body(of.into(), 1 << 20);
        assert_eq!(world.ask(owner, &knock_request(5, of, item)), DONE);
    }
    let more = knock_request(5, 65, body(65));
    assert_eq!(world.ask(owner, &more), refused(Refusal::Quota));
    world.acknowledge(owner, DEVICE, &[1]);
    assert_eq!(world.ask(owner, &more), DONE);
}

#[test]
fn an_inbox_is_full_at_ten_thousand_items() {
    let (mut world, owner) = world();
    let knock = |of: u32| {
        let mut use_id = [0; 16];
        use_id[..4].copy_from_slice(&of.to_be_bytes());
        Request::Knock(request::Knock {
            inbox: INBOX,
            capability: support::inbox::secret(5),
            use_id: protocol::id::UseId::new(use_id),
            item: body(of.into()),
        })
    };
    for of in 0..10_000 {
        // Not faster than one capability may be used.
        world.now_s += 1;
        assert_eq!(world.ask(owner, &knock(of)), DONE);
    }
    assert_eq!(world.ask(owner, &knock(10_000)), refused(Refusal::Quota));
    world.acknowledge(owner, DEVICE, &[7, 8]);
    assert_eq!(world.ask(owner, &knock(10_000)), DONE);
}

#[test]
fn an_item_waits_for_ninety_days() {
    let (mut world, owner) = world();
    world.ask(owner, &knock_request(5, 1, body(1)));
    world.live_days(90);
    assert_eq!(numbers(&mut world, owner, 3, 0), [1]);
    world.now_s += DAY_S;
    assert_eq!(numbers(&mut world, owner, 3, 0), [] as [u64; 0]);
    for of in 1..=64 {
        let item = sized_body(of.into(), 1 << 20);
        assert_eq!(
            world.ask(owner, &knock_request(5, of, item)),
            DONE,
            "room is back"
        );
    }
}
