//! SIGNAL.

#[cfg(test)]
mod support;

use home_core::ConnectionId;
use protocol::frame::{Request, Response};
use protocol::id::HeadId;
use protocol::refusal::{HomeError, Refusal};
use protocol::request;
use protocol::response::PushSignal;
use support::log::{LOG, head0, keys};
use support::{DONE, World, body, is_invalid, refused, sized_body};

fn signal(head: HeadId, body: Vec<u8>) -> Request {
    let log = LOG;
    Request::Signal(request::Signal { log, head, body })
}

fn pushed(to: ConnectionId, of: u64) -> (ConnectionId, Response) {
    let push = PushSignal {
        log: LOG,
        head: head0(),
        body: body(of),
    };
    (to, Response::Signal(push))
}

#[cfg(test)]
fn subscriber(world: &mut World) -> ConnectionId {
    let connection = world.connect();
    world.prove_both(connection, head0(), keys(1));
    world.subscribe(connection, head0(), 1);
    connection
}

#[test]
fn a_signal_reaches_the_other_subscribers_of_its_head_and_not_who_sent_it() {
    let mut world = World::new();
    let writer = world.writer();
    world.subscribe(writer, head0(), 1);
    let other = subscriber(&mut world);
    let reads_elsewhere = world.connect();
    world.prove_both(reads_elsewhere, head0(), keys(1));
    assert_eq!(world.ask(writer, &signal(head0(), body(1))), DONE);
    assert_eq!(world.pushed(), [pushed(other, 1)]);
    assert_eq!(world.ask(other, &signal(head0(), body(2))), DONE);
    assert_eq!(world.pushed(), [pushed(writer, 2)]);
    world.disconnect(other);
    assert_eq!(world.ask(writer, &signal(head0(), body(3))), DONE);
    assert_eq!(world.pushed(), []);
}

#[test]
fn a_signal_leaves_nothing_behind_and_comes_again_when_it_is_repeated() {
    let mut world = World::new();
    let writer = world.writer();
    let other = subscriber(&mut world);
    for _ in 0..2 {
        assert_eq!(world.ask(writer, &signal(head0(), body(1))), DONE);
        assert_eq!(world.pushed(), [pushed(other, 1)]);
    }
    let page = world.read(other, 1, 0);
    assert!(page.entries.is_empty() && page.children.is_empty() && page.repairs.is_empty());
    for file in [home_store::LOGS_FILE, home_store::INBOXES_FILE] {
        for suffix in ["", "-wal"] {
            let path = world.folder.path().join(format!("{file}{suffix}"));
            let bytes = std::fs::read(path).unwrap_or_default();
            let telling = &body(1)[..64];
            assert!(!bytes.windows(64).any(|window| window == telling));
        }
    }
}

#[test]
fn nothing_is_signalled_without_the_write_right_or_in_another_size() {
    let mut world = World::new();
    let writer = world.writer();
    let stranger = world.connect();
    assert_eq!(
        world.ask(stranger, &signal(head0(), body(1))),
        refused(Refusal::NotProven)
    );
    for (bytes, fits) in [(511, false), (600, false), (4_096, true), (8_192, false)] {
        let answer = world.ask(writer, &signal(head0(), sized_body(1, bytes)));
        assert_eq!(answer == DONE, fits, "{bytes}");
        assert_eq!(is_invalid(&answer), !fits, "{bytes}");
    }
}

#[test]
fn nobody_is_signalled_at_a_head_that_has_children() {
    let mut world = World::new();
    let writer = world.writer();
    let other = subscriber(&mut world);
    let (child, _) = world.commit(writer, head0(), 50, vec![]);
    world.pushed();
    assert_eq!(
        world.ask(writer, &signal(head0(), body(1))),
        Response::Error(HomeError::Superseded {
            children: vec![child]
        })
    );
    assert_eq!(world.pushed(), []);
    world.prove_both(writer, child, keys(50));
    world.prove_both(other, child, keys(50));
    world.subscribe(other, child, 1);
    assert_eq!(world.ask(writer, &signal(child, body(2))), DONE);
    assert!(matches!(
        world.pushed().as_slice(),
        [(to, Response::Signal(push))] if *to == other && push.head == child
    ));
}

#[test]
fn the_thirty_first_signal_within_ten_seconds_waits_and_other_connections_do_not() {
    let mut world = World::new();
    let writer = world.writer();
    let other = subscriber(&mut world);
    for of in 0..30 {
        assert_eq!(world.ask(writer, &signal(head0(), body(of))), DONE);
    }
    world.pushed();
    let answer = world.ask(writer, &signal(head0(), body(30)));
    let Response::Error(HomeError::Retry { after_ms }) = answer else {
        panic!("not made to wait: {answer:?}");
    };
    assert_eq!(world.pushed(), []);
    assert_eq!(world.ask(other, &signal(head0(), body(30))), DONE);
    world.now_s += after_ms / 1_000 - 1;
    assert_ne!(world.ask(writer, &signal(head0(), body(30))), DONE);
    world.now_s += 1;
    assert_eq!(world.ask(writer, &signal(head0(), body(30))), DONE);
}
