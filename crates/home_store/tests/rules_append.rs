//! APPEND and COMMIT.

#[cfg(test)]
mod support;

use protocol::frame::Response;
use protocol::hash::{body_hash, chain_below, chain_next, chain_start};
use protocol::id::HeadId;
use protocol::proof::Right;
use protocol::refusal::{HomeError, Refusal};
use protocol::response::{Committed, ENTRY_MESSAGE};
use support::log::{LOG, append_request, commit_request, head0, keys};
use support::{World, body, is_invalid, refused};

fn superseded(children: &[HeadId]) -> Response {
    Response::Error(HomeError::Superseded {
        children: children.to_vec(),
    })
}

fn committed(order: u64) -> Response {
    Response::Committed(Committed { order })
}

#[test]
fn entries_are_numbered_without_gaps_and_chained() {
    let mut world = World::new();
    let writer = world.writer();
    let mut chain = chain_start(&LOG, &head0());
    for of in 1..=20 {
        let appended = world.append(writer, of);
        chain = chain_next(&chain, of, ENTRY_MESSAGE, &body_hash(&body(of)));
        assert_eq!((appended.seq, appended.chain), (of, chain));
    }
    for entry in world.read(writer, 1, 0).entries {
        assert_eq!(entry.body, Some(body(entry.seq)));
        assert_eq!(entry.hash, body_hash(&body(entry.seq)));
    }
}

#[test]
fn the_chain_goes_on_below_from_how_the_heads_above_ended() {
    let mut world = World::new();
    let writer = world.writer();
    let end = world.append(writer, 1).chain;
    let (child, _) = world.commit(writer, head0(), 50, vec![]);
    world.prove_both(writer, child, keys(50));
    // One without entries hands on what it began with, to each of its children.
    let (grandchild, _) = world.commit(writer, child, 51, vec![]);
    let (sibling, _) = world.commit(writer, child, 52, vec![grandchild]);
    world.restart();
    let writer = world.connect();
    for (head, of) in [(grandchild, 51), (sibling, 52)] {
        world.prove_both(writer, head, keys(of));
        let start = chain_below(&chain_below(&end, &child), &head);
        let expected = chain_next(&start, 1, ENTRY_MESSAGE, &body_hash(&body(2)));
        match world.ask(writer, &append_request(head, body(2))) {
            Response::Appended(appended) => assert_eq!(appended.chain, expected),
            other => panic!("not appended: {other:?}"),
        }
    }
}

#[test]
fn the_same_body_again_gets_the_first_answer_also_after_a_restart_and_a_commit() {
    let mut world = World::new();
    let writer = world.writer();
    let first = world.append(writer, 1);
    world.append(writer, 2);
    assert_eq!(world.append(writer, 1), first);
    world.restart();
    let writer = world.connect();
    world.prove(writer, head0(), Right::Write, keys(1).write);
    assert_eq!(world.append(writer, 1), first);
    world.commit(writer, head0(), 50, vec![]);
    assert_eq!(world.append(writer, 1), first);
    assert_eq!(world.append(writer, 2).seq, 2);
}

#[test]
fn nothing_is_appended_without_the_write_right_or_outside_the_size_buckets() {
    let mut world = World::new();
    let writer = world.writer();
    let stranger = world.connect();
    let request = append_request(head0(), body(1));
    assert_eq!(world.ask(stranger, &request), refused(Refusal::NotProven));
    world.prove(stranger, head0(), Right::Read, keys(1).read);
    assert_eq!(world.ask(stranger, &request), refused(Refusal::NotProven));
    for bytes in [0, 1, 511, 513, 3 * 512, 2 << 20] {
        let request = append_request(head0(), vec![0; bytes]);
        assert!(is_invalid(&world.ask(writer, &request)), "{bytes} bytes");
    }
    assert_eq!(world.append(writer, 1).seq, 1);
}

#[test]
fn a_head_with_a_child_takes_no_more_entries_and_names_all_children() {
    let mut world = World::new();
    let writer = world.writer();
    let (first, answer) = world.commit(writer, head0(), 50, vec![]);
    assert_eq!(answer, committed(1));
    let append = append_request(head0(), body(1));
    assert_eq!(world.ask(writer, &append), superseded(&[first]));
    let (second, answer) = world.commit(writer, head0(), 51, vec![first]);
    assert_eq!(answer, committed(2));
    assert_eq!(world.ask(writer, &append), superseded(&[first, second]));
    world.prove_both(writer, first, keys(50));
    let on_child = append_request(first, body(1));
    assert!(matches!(
        world.ask(writer, &on_child),
        Response::Appended(appended) if appended.seq == 1
    ));
}

#[test]
fn hashes_are_remembered_for_seven_days_and_of_the_last_4096_entries() {
    let mut world = World::new();
    let writer = world.writer();
    let first = world.append(writer, 1);
    for of in 2..=3_072 {
        world.append(writer, of);
    }
    world.live_days(30);
    for of in 3_073..=4_096 {
        world.append(writer, of);
    }
    assert_eq!(
        world.append(writer, 1),
        first,
        "old, but among the last 4,096"
    );
    for of in 4_097..=5_120 {
        world.append(writer, of);
    }
    assert_eq!(
        world.append(writer, 1_025).seq,
        1_025,
        "among the last 4,096"
    );
    // As long as the home runs it may remember more than it must.
    world.restart();
    let writer = world.connect();
    world.prove_both(writer, head0(), keys(1));
    assert_eq!(
        world.append(writer, 1_025).seq,
        1_025,
        "among the last 4,096"
    );
    assert_eq!(
        world.append(writer, 1).seq,
        5_121,
        "forgotten, and so a new entry"
    );
}

#[test]
fn bodies_are_dropped_after_90_days_and_hashes_and_chains_stay() {
    let mut world = World::new();
    let writer = world.writer();
    let old = world.append(writer, 1);
    world.live_days(60);
    world.append(writer, 2);
    world.live_days(31);
    let page = world.read(writer, 1, 0);
    let bodies: Vec<_> = page
        .entries
        .iter()
        .map(|entry| entry.body.clone())
        .collect();
    assert_eq!(bodies, [None, Some(body(2))]);
    assert_eq!(page.entries[0].hash, body_hash(&body(1)));
    assert_eq!(world.append(writer, 1), old);
    world.live_days(365);
    let page = world.read(writer, 1, 0);
    assert!(page.end && page.entries.iter().all(|entry| entry.body.is_none()));
}

#[test]
fn a_commit_is_pushed_with_its_body_and_keys() {
    let mut world = World::new();
    let writer = world.writer();
    world.subscribe(writer, head0(), 1);
    world.commit(writer, head0(), 50, vec![]);
    let pushed = world.pushed();
    assert!(matches!(
        pushed.as_slice(),
        [(to, Response::Child(push))] if *to == writer && push.head == head0()
            && push.child.order == 1 && push.child.body == body(50)
    ));
    assert_eq!(world.read(writer, 1, 0).children.len(), 1);
}

#[test]
fn the_same_commit_again_gets_the_same_answer_and_no_second_child() {
    let mut world = World::new();
    let writer = world.writer();
    let (first, _) = world.commit(writer, head0(), 50, vec![]);
    assert_eq!(world.commit(writer, head0(), 50, vec![]).1, committed(1));
    world.commit(writer, head0(), 51, vec![first]);
    assert_eq!(world.commit(writer, head0(), 50, vec![]).1, committed(1));
    assert_eq!(world.read(writer, 1, 0).children.len(), 2);
    let other_keys = commit_request(&world, head0(), body(50), keys(52), vec![]);
    assert!(is_invalid(&world.ask(writer, &other_keys)));
    world.prove_both(writer, first, keys(50));
    let elsewhere = commit_request(&world, first, body(51), keys(51), vec![]);
    assert!(is_invalid(&world.ask(writer, &elsewhere)));
}

#[test]
fn a_commit_that_does_not_reject_every_sibling_is_superseded() {
    let mut world = World::new();
    let writer = world.writer();
    let (first, _) = world.commit(writer, head0(), 50, vec![]);
    let (_, answer) = world.commit(writer, head0(), 51, vec![]);
    assert_eq!(answer, superseded(&[first]));
    let (second, answer) = world.commit(writer, head0(), 51, vec![first]);
    assert_eq!(answer, committed(2));
    let (_, answer) = world.commit(writer, head0(), 52, vec![second]);
    assert_eq!(answer, superseded(&[first, second]));
}

#[test]
fn a_connection_adds_one_child_a_second() {
    let mut world = World::new();
    let writer = world.writer();
    let (first, _) = world.commit(writer, head0(), 50, vec![]);
    let request = commit_request(&world, head0(), body(51), keys(51), vec![first]);
    let retry = Response::Error(HomeError::Retry { after_ms: 1_000 });
    assert_eq!(world.ask(writer, &request), retry);
    world.now_s += 1;
    assert_eq!(world.ask(writer, &request), committed(2));
}

#[test]
fn a_head_has_64_children_ever() {
    let mut world = World::new();
    let writer = world.writer();
    let mut children = Vec::new();
    for of in 10..74 {
        let (child, answer) = world.commit(writer, head0(), of, children.clone());
        children.push(child);
        assert_eq!(answer, committed(children.len() as u64));
    }
    let (_, answer) = world.commit(writer, head0(), 74, children.clone());
    assert_eq!(answer, refused(Refusal::TooManyChildren));
    children.push(HeadId::new([1; 32]));
    let too_many = commit_request(&world, head0(), body(75), keys(75), children);
    assert!(is_invalid(&world.ask(writer, &too_many)));
}

#[test]
fn a_commit_needs_the_parents_write_right_and_possession_of_its_own_key() {
    let mut world = World::new();
    let writer = world.writer();
    let stranger = world.connect();
    let request = commit_request(&world, head0(), body(50), keys(50), vec![]);
    assert_eq!(world.ask(stranger, &request), refused(Refusal::NotProven));
    let mut forged = request.clone();
    if let protocol::frame::Request::Commit(commit) = &mut forged {
        commit.read_key = protocol::proof::read_key(&[99; 32]);
    }
    assert!(is_invalid(&world.ask(writer, &forged)));
    assert_eq!(world.ask(writer, &request), committed(1));
}
