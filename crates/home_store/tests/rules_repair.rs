//! REPAIR.

#[cfg(test)]
mod support;

use home_core::ConnectionId;
use protocol::frame::{Request, Response};
use protocol::id::HeadId;
use protocol::refusal::Refusal;
use protocol::request;
use protocol::response::{Page, PushRepair, StoredRepair};
use support::log::{LOG, head0, keys, read_request};
use support::{DAY_S, DONE, World, body, is_invalid, refused, sized_body};

fn repair(head: HeadId, body: Vec<u8>) -> Request {
    let log = LOG;
    Request::Repair(request::Repair { log, head, body })
}

fn stored(number: u64, head: HeadId, of: u64) -> StoredRepair {
    StoredRepair {
        number,
        head,
        body: body(of),
    }
}

#[cfg(test)]
fn page(answer: Response) -> Page {
    match answer {
        Response::Page(page) => page,
        other => panic!("no page: {other:?}"),
    }
}

/// What a reader of a head is given who has dealt with repairs up to a number.
#[cfg(test)]
fn repairs(world: &mut World, by: ConnectionId, head: HeadId, after: u64) -> Vec<StoredRepair> {
    let mut read = read_request(head, 1, 0);
    read.repairs_after = after;
    let page = page(world.ask(by, &Request::Read(read)));
    assert!(page.end);
    page.repairs
}

/// A child of `parent` at which this connection has proven both rights.
#[cfg(test)]
fn child(world: &mut World, by: ConnectionId, parent: HeadId, of: u8) -> HeadId {
    let (child, _) = world.commit(by, parent, of.into(), vec![]);
    world.prove_both(by, child, keys(of));
    child
}

#[test]
fn a_repair_waits_for_the_readers_below_its_head_and_for_nobody_else() {
    let mut world = World::new();
    let writer = world.writer();
    let first = child(&mut world, writer, head0(), 50);
    let second = child(&mut world, writer, first, 51);
    assert_eq!(world.ask(writer, &repair(first, body(1))), DONE);
    assert_eq!(world.ask(writer, &repair(head0(), body(2))), DONE);
    let (one, two) = (stored(1, first, 1), stored(2, head0(), 2));
    world.restart();
    let reader = world.connect();
    world.prove_both(reader, head0(), keys(1));
    world.prove_both(reader, first, keys(50));
    world.prove_both(reader, second, keys(51));
    assert_eq!(repairs(&mut world, reader, head0(), 0), []);
    assert_eq!(repairs(&mut world, reader, first, 0), vec![two.clone()]);
    assert_eq!(
        repairs(&mut world, reader, second, 0),
        [one, two.clone()],
        "by number"
    );
    assert_eq!(repairs(&mut world, reader, second, 1), [two]);
    assert_eq!(repairs(&mut world, reader, second, 2), []);
}

#[test]
fn repairs_come_with_the_end_and_never_before() {
    let mut world = World::new();
    let writer = world.writer();
    let head = child(&mut world, writer, head0(), 50);
    assert_eq!(world.ask(writer, &repair(head0(), body(1))), DONE);
    for of in 0..2 {
        let append = support::log::append_request(head, sized_body(of, 1 << 19));
        world.ask(writer, &append);
    }
    let subscribe = |from| Request::Subscribe(read_request(head, from, 0));
    let begin = page(world.ask(writer, &subscribe(1)));
    assert!(!begin.end && begin.repairs.is_empty());
    let end = page(world.ask(writer, &subscribe(3)));
    assert!(end.end);
    assert_eq!(end.repairs, [stored(1, head0(), 1)]);
}

#[test]
fn subscribers_below_are_pushed_a_repair_under_their_own_head_after_the_answer() {
    let mut world = World::new();
    let writer = world.writer();
    let first = child(&mut world, writer, head0(), 50);
    let second = child(&mut world, writer, first, 51);
    let below = world.connect();
    world.prove_both(below, second, keys(51));
    world.subscribe(below, second, 1);
    for head in [head0(), first] {
        world.subscribe(writer, head, 1);
    }
    world.pushed();
    assert_eq!(world.ask(writer, &repair(first, body(1))), DONE);
    let push = |head, repair| {
        Response::Repair(PushRepair {
            log: LOG,
            head,
            repair,
        })
    };
    assert_eq!(
        world.pushed(),
        [(below, push(second, stored(1, first, 1)))],
        "not at its own head, not above"
    );
    assert_eq!(world.ask(below, &repair(second, body(2))), DONE);
    assert_eq!(world.pushed(), []);
    assert_eq!(world.ask(writer, &repair(head0(), body(3))), DONE);
    let pushed = world.pushed();
    assert!(pushed.contains(&(writer, push(first, stored(3, head0(), 3)))));
    assert!(pushed.contains(&(below, push(second, stored(3, head0(), 3)))));
    assert_eq!(pushed.len(), 2);
}

#[test]
fn the_same_repair_again_is_done_and_changes_nothing_also_when_the_day_is_full() {
    let mut world = World::new();
    let writer = world.writer();
    let head = child(&mut world, writer, head0(), 50);
    world.subscribe(writer, head, 1);
    for of in 1..=8 {
        assert_eq!(world.ask(writer, &repair(head0(), body(of))), DONE);
    }
    world.pushed();
    assert_eq!(world.ask(writer, &repair(head0(), body(1))), DONE);
    assert_eq!(world.pushed(), []);
    assert_eq!(repairs(&mut world, writer, head, 0).len(), 8);
}

#[test]
fn the_ninth_repair_of_a_day_at_a_head_is_refused_and_other_heads_are_not() {
    let mut world = World::new();
    let writer = world.writer();
    let head = child(&mut world, writer, head0(), 50);
    for of in 1..=8 {
        assert_eq!(world.ask(writer, &repair(head0(), body(of))), DONE);
    }
    let ninth = repair(head0(), body(9));
    assert_eq!(world.ask(writer, &ninth), refused(Refusal::Quota));
    assert_eq!(world.ask(writer, &repair(head, body(9))), DONE);
    world.now_s += DAY_S;
    assert_eq!(world.ask(writer, &ninth), DONE);
}

#[test]
fn a_log_keeps_64_repairs_until_the_oldest_are_90_days_old() {
    let mut world = World::new();
    let writer = world.writer();
    let head = child(&mut world, writer, head0(), 50);
    for of in 0..64 {
        if of % 8 == 0 {
            world.now_s += DAY_S;
        }
        assert_eq!(world.ask(writer, &repair(head0(), body(of))), DONE);
    }
    world.live_days(1);
    let one_more = repair(head0(), body(64));
    assert_eq!(world.ask(writer, &one_more), refused(Refusal::Quota));
    let one_elsewhere = repair(head, body(64));
    assert_eq!(world.ask(writer, &one_elsewhere), refused(Refusal::Quota));
    world.live_days(82);
    assert_eq!(repairs(&mut world, writer, head, 0).len(), 64);
    world.live_days(1);
    assert_eq!(world.ask(writer, &one_more), DONE);
    let left = repairs(&mut world, writer, head, 0);
    assert_eq!(left.len(), 57);
    assert_eq!(left[0].number, 9);
    assert_eq!(left[56].number, 65, "numbers do not come again");
}

#[test]
fn nothing_is_repaired_without_the_write_right_or_in_another_size() {
    let mut world = World::new();
    let writer = world.writer();
    let reader = world.connect();
    world.prove(reader, head0(), protocol::proof::Right::Read, keys(1).read);
    assert_eq!(
        world.ask(reader, &repair(head0(), body(1))),
        refused(Refusal::NotProven)
    );
    for (bytes, fits) in [(511, false), (600, false), (8_192, true), (16_384, false)] {
        let answer = world.ask(writer, &repair(head0(), sized_body(1, bytes)));
        assert_eq!(answer == DONE, fits, "{bytes}");
        assert_eq!(is_invalid(&answer), !fits, "{bytes}");
    }
}
