//! OPEN, PROVE, READ and SUBSCRIBE.

#[cfg(test)]
mod support;

use protocol::frame::{Request, Response};
use protocol::id::{HeadId, LogId};
use protocol::proof::{self, Right};
use protocol::refusal::Refusal;
use support::log::{LOG, commit_request, head0, keys, open_request, read_request};
use support::{DONE, World, is_invalid, refused, sized_body};

#[test]
fn hello_is_answered_with_the_homes_key_and_a_signature() {
    let mut world = World::new();
    let connection = world.connect();
    let Response::Greeting(greeting) = world.greet(connection) else {
        panic!("no greeting");
    };
    let client_nonce = protocol::id::Nonce::new([200; 32]);
    let message = proof::greeting_message(&client_nonce, &greeting.nonce);
    assert_eq!(greeting.home, world.key);
    assert_eq!(greeting.nonce, world.nonce(connection));
    assert!(greeting.open);
    assert!(proof::verify(greeting.home.as_bytes(), &message, &greeting.signature).is_ok());
}

#[test]
fn a_log_opens_once_and_the_same_request_again_is_done() {
    let mut world = World::new();
    world.grant_token(1);
    world.grant_token(2);
    let connection = world.connect();
    let other = LogId::new([8; 16]);
    for (token, log, of, expected) in [
        (9, LOG, 1, refused(Refusal::TokenUnknown)),
        (1, LOG, 1, DONE),
        (1, LOG, 1, DONE),
        (9, LOG, 1, DONE),
        (2, LOG, 2, refused(Refusal::LogTaken)),
        (1, other, 1, refused(Refusal::TokenSpent)),
        (2, other, 1, DONE),
    ] {
        let answer = world.ask(connection, &open_request(token, log, keys(of)));
        assert_eq!(answer, expected, "token {token}, keys {of}");
    }
    world.restart();
    let connection = world.connect();
    let again = world.ask(connection, &open_request(1, LOG, keys(1)));
    assert_eq!(again, DONE);
}

#[test]
fn a_proof_is_refused_alike_for_an_unknown_log_head_or_key() {
    let mut world = World::new();
    let connection = world.writer();
    let unknown = HeadId::new([1; 32]);
    for (head, right, seed, expected) in [
        (head0(), Right::Write, keys(1).write, DONE),
        (head0(), Right::Read, keys(1).read, DONE),
        (
            head0(),
            Right::Write,
            keys(1).read,
            refused(Refusal::Unknown),
        ),
        (
            head0(),
            Right::Read,
            keys(1).write,
            refused(Refusal::Unknown),
        ),
        (head0(), Right::Read, [66; 32], refused(Refusal::Unknown)),
        (
            unknown,
            Right::Read,
            keys(1).read,
            refused(Refusal::Unknown),
        ),
    ] {
        assert_eq!(world.prove(connection, head, right, seed), expected);
    }
}

#[test]
fn a_proof_of_another_connection_does_not_verify() {
    let mut world = World::new();
    let first = world.writer();
    let second = world.connect();
    let request = support::log::prove_request(&world, first, head0(), Right::Write, keys(1).write);
    assert_eq!(world.ask(first, &request), DONE);
    assert!(is_invalid(&world.ask(second, &request)));
}

#[test]
fn nothing_is_read_without_the_read_right() {
    let mut world = World::new();
    world.writer();
    let stranger = world.connect();
    let read = read_request(head0(), 1, 0);
    let answer = world.ask(stranger, &Request::Read(read.clone()));
    assert_eq!(answer, refused(Refusal::NotProven));
    world.prove(stranger, head0(), Right::Write, keys(1).write);
    let answer = world.ask(stranger, &Request::Subscribe(read));
    assert_eq!(answer, refused(Refusal::NotProven));
}

#[test]
fn a_page_holds_entries_from_the_wanted_one_to_the_end() {
    let mut world = World::new();
    let connection = world.writer();
    for of in 1..=5 {
        world.append(connection, of);
    }
    for (from, expected) in [
        (1, vec![1, 2, 3, 4, 5]),
        (4, vec![4, 5]),
        (6, vec![]),
        (99, vec![]),
    ] {
        let page = world.read(connection, from, 0);
        let seqs: Vec<u64> = page.entries.iter().map(|entry| entry.seq).collect();
        assert_eq!(seqs, expected);
        assert!(page.end);
    }
    let zero = Request::Read(read_request(head0(), 0, 0));
    assert!(is_invalid(&world.ask(connection, &zero)));
}

#[test]
fn a_page_is_bounded_by_bytes_and_gives_at_least_one_entry() {
    let mut world = World::new();
    let connection = world.writer();
    for (of, bytes) in [(1, 1 << 20), (2, 256 << 10), (3, 256 << 10), (4, 512)] {
        let request = support::log::append_request(head0(), sized_body(of, bytes));
        world.ask(connection, &request);
    }
    for (from, expected, end) in [(1, 1, false), (2, 2, false), (4, 1, true)] {
        let page = world.read(connection, from, 0);
        assert_eq!(page.entries.len(), expected, "from {from}");
        assert_eq!(page.end, end, "from {from}");
    }
}

#[test]
fn a_page_is_bounded_by_the_number_of_entries() {
    let mut world = World::new();
    let connection = world.writer();
    for of in 1..=1_001 {
        world.append(connection, of);
    }
    let page = world.read(connection, 1, 0);
    assert_eq!((page.entries.len(), page.end), (1_000, false));
    let page = world.read(connection, 1_001, 0);
    assert_eq!((page.entries.len(), page.end), (1, true));
}

#[test]
fn children_come_after_the_last_entry_and_are_bounded_with_it() {
    let mut world = World::new();
    let connection = world.writer();
    let large = support::log::append_request(head0(), sized_body(1, 512 << 10));
    world.ask(connection, &large);
    world.append(connection, 2);
    let commit = commit_request(&world, head0(), sized_body(3, 512 << 10), keys(3), vec![]);
    assert!(matches!(
        world.ask(connection, &commit),
        Response::Committed(_)
    ));
    let first = world.read(connection, 1, 0);
    assert_eq!(
        (first.entries.len(), first.children.len(), first.end),
        (1, 0, false)
    );
    let second = world.read(connection, 2, 0);
    assert_eq!(
        (second.entries.len(), second.children.len(), second.end),
        (1, 0, false)
    );
    let third = world.read(connection, 3, 0);
    assert_eq!(
        (third.entries.len(), third.children.len(), third.end),
        (0, 1, true)
    );
    let fourth = world.read(connection, 3, 1);
    assert_eq!(
        (fourth.entries.len(), fourth.children.len(), fourth.end),
        (0, 0, true)
    );
}

#[test]
fn only_a_page_that_is_the_end_begins_the_pushes() {
    let mut world = World::new();
    let writer = world.writer();
    let reader = world.connect();
    world.prove(reader, head0(), Right::Read, keys(1).read);
    for of in 1..=2 {
        let large = support::log::append_request(head0(), sized_body(of, 512 << 10));
        world.ask(writer, &large);
    }
    assert!(matches!(
        world.subscribe(reader, head0(), 1),
        Response::Page(page) if !page.end
    ));
    world.append(writer, 3);
    assert_eq!(world.pushed(), []);
    assert!(matches!(
        world.subscribe(reader, head0(), 3),
        Response::Page(page) if page.end && page.entries.len() == 1
    ));
    let appended = world.append(writer, 4);
    let pushed = world.pushed();
    assert!(matches!(
        pushed.as_slice(),
        [(to, Response::Entry(push))] if *to == reader && push.entry.seq == appended.seq
            && push.entry.chain == appended.chain
    ));
}

#[test]
fn the_appenders_own_connection_hears_its_entry_and_a_gone_one_hears_nothing() {
    let mut world = World::new();
    let writer = world.writer();
    let gone = world.connect();
    world.prove(gone, head0(), Right::Read, keys(1).read);
    world.subscribe(writer, head0(), 1);
    world.subscribe(gone, head0(), 1);
    world.disconnect(gone);
    world.append(writer, 1);
    let heard: Vec<_> = world.pushed().into_iter().map(|(to, _)| to).collect();
    assert_eq!(heard, [writer]);
}
