//! Keys are renewed; rivals and bad children are told apart, by both sides alike.

use crate::hostile::{log_of, member};
use crate::people::{
    ADA, BOB, HOME, acquainted, check_together, conversation, say, stride, troubles,
};
use crate::world::World;
use client_core::Event;

/// Both stand at the same head.
fn check_one_head(world: &World) {
    let (ada, bob) = (log_of(world, ADA), log_of(world, BOB));
    assert_eq!(
        (ada.head, ada.base, ada.next_seq),
        (bob.head, bob.base, bob.next_seq)
    );
    assert_eq!(ada.chain, bob.chain);
}

fn week_later(seed: u64) -> World {
    let mut world = acquainted(seed);
    say(&mut world, ADA, "a1");
    world.run();
    world.pass_days(8);
    world
}

#[test]
fn the_first_text_after_a_week_comes_after_a_commit() {
    let mut world = week_later(1);
    let before = log_of(&world, ADA).head;
    say(&mut world, ADA, "a2");
    world.run_until("committed");
    assert!(!world.trace().last().unwrap().contains("append"));
    world.run();
    assert_ne!(log_of(&world, ADA).head, before);
    check_one_head(&world);
    let head = log_of(&world, ADA).head;
    say(&mut world, ADA, "a3");
    world.run();
    assert_eq!(log_of(&world, ADA).head, head, "once a week is enough");
    say(&mut world, BOB, "b1");
    world.run();
    assert_ne!(
        log_of(&world, BOB).head,
        head,
        "the other leaf is a week old as well"
    );
    check_one_head(&world);
    check_together(&world, &["a1", "a2", "a3"], &["b1"]);
}

/// Both send after a week at once, with something going wrong; how many steps it took.
fn rivals(seed: u64, disturb: impl FnOnce(&mut World)) -> u64 {
    let mut world = week_later(seed);
    let before = world.step();
    disturb(&mut world);
    for (name, text) in [(ADA, "a2"), (BOB, "b1"), (ADA, "a3"), (BOB, "b2")] {
        say(&mut world, name, text);
    }
    world.run();
    check_one_head(&world);
    check_together(&world, &["a1", "a2", "a3"], &["b1", "b2"]);
    world.step() - before
}

#[test]
fn of_two_commits_at_once_one_counts_and_no_text_is_lost() {
    for seed in (1..40).step_by(stride(1)) {
        rivals(seed, |_| {});
    }
}

#[test]
fn rivals_agree_whatever_happens_at_whichever_step() {
    let steps = rivals(3, |_| {});
    for fault in troubles(&[HOME]) {
        for step in (1..=steps).step_by(stride(2)) {
            rivals(3, |world| world.plan(step, fault.clone()));
        }
    }
}

#[test]
fn a_child_that_is_no_commit_is_skipped_by_both_and_the_log_goes_on() {
    for bytes in [512, 1024 * 1024] {
        let mut world = acquainted(1);
        let posted = member(&mut world, HOME, BOB)
            .post_garbage(bytes, &[])
            .unwrap();
        assert_eq!(posted.kind(), "committed");
        world.run();
        world.go_offline(ADA);
        world.go_online(ADA);
        world.run();
        say(&mut world, ADA, "a1");
        say(&mut world, BOB, "b1");
        world.run();
        world.go_offline(BOB);
        world.go_online(BOB);
        world.run();
        check_one_head(&world);
        check_together(&world, &["a1"], &["b1"]);
    }
}

#[test]
fn many_bad_children_are_skipped_and_the_log_goes_on() {
    let mut world = acquainted(1);
    for name in [ADA, BOB] {
        world.go_offline(name);
    }
    member(&mut world, HOME, BOB).fill_with_garbage(20);
    say(&mut world, BOB, "b1");
    world.go_online(BOB);
    world.run();
    say(&mut world, ADA, "a1");
    world.go_online(ADA);
    world.run();
    check_one_head(&world);
    check_together(&world, &["a1"], &["b1"]);
}

#[test]
fn keys_that_are_not_those_of_the_next_epoch_are_refused() {
    let mut world = acquainted(1);
    world.go_offline(BOB);
    let posted = member(&mut world, HOME, BOB).post_bogus_keys(&[]).unwrap();
    assert_eq!(posted.kind(), "committed");
    let before = log_of(&world, ADA).head;
    world.run();
    assert_eq!(log_of(&world, ADA).head, before);
    // The verdict outlives the client.
    world.go_offline(ADA);
    world.go_online(ADA);
    say(&mut world, ADA, "a1");
    world.run();
    assert_ne!(log_of(&world, ADA).head, before);
    assert_eq!(world.engine(ADA).waiting().unwrap().total(), 0);
    assert_eq!(conversation(&world, ADA).halted, None);
}

#[test]
fn whoever_meets_a_commit_of_a_copy_of_their_profile_asks_to_be_added_anew() {
    let mut world = acquainted(1);
    member(&mut world, HOME, BOB).post_bogus_keys(&[]);
    world.run();
    let behind = |event: &&Event| matches!(event, Event::Behind(_));
    assert_eq!(world.events(BOB).iter().filter(behind).count(), 1);
    // The others skip it, go on by another, and add Bob anew.
    say(&mut world, BOB, "b1");
    say(&mut world, ADA, "a1");
    world.run();
    assert_eq!(conversation(&world, BOB).halted, None);
    let by_ada = crate::people::timeline(&world, ADA);
    assert_eq!(by_ada.len(), 2);
    assert_eq!(crate::people::texts(&world, ADA, BOB), ["b1"]);
}

#[test]
fn an_entry_of_a_copy_of_the_profile_stops_the_log() {
    let mut world = acquainted(1);
    member(&mut world, HOME, BOB).append_as_copy();
    world.run();
    assert!(conversation(&world, BOB).halted.is_some());
    let id = conversation(&world, BOB).id;
    let refused = world.act(BOB, |engine, now| engine.send(now, id, "b1"));
    assert_eq!(refused.unwrap_err().kind(), client_core::Kind::Invalid);
}

#[test]
fn an_entry_that_does_not_open_is_passed_over_by_both() {
    let mut world = acquainted(1);
    member(&mut world, HOME, BOB).append_garbage();
    say(&mut world, ADA, "a1");
    say(&mut world, BOB, "b1");
    world.run();
    for name in [ADA, BOB] {
        let passed_over = |event: &&Event| matches!(event, Event::PassedOver(_));
        assert_eq!(world.events(name).iter().filter(passed_over).count(), 1);
        assert_eq!(conversation(&world, name).halted, None);
    }
    assert_eq!(
        crate::people::timeline(&world, ADA),
        crate::people::timeline(&world, BOB)
    );
    assert_eq!(crate::people::timeline(&world, ADA).len(), 2);
}

#[test]
fn a_head_that_was_filled_with_bad_children_stops_the_log() {
    let mut world = acquainted(1);
    world.go_offline(BOB);
    member(&mut world, HOME, BOB).fill_with_garbage(64);
    say(&mut world, ADA, "a1");
    world.run();
    assert!(conversation(&world, ADA).halted.is_some());
    assert_eq!(world.engine(ADA).next_wake_ms(), None);
}
