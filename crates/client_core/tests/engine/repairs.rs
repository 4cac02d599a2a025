//! Somebody whose path secret was spoiled is removed and added again, once.

use crate::circles::{
    CLEO, circle, circle_of, fingerprint, member_count, remove, say, shown, texts,
};
use crate::hostile::log_of_circle;
use crate::people::{ADA, BOB, HOME, OTHER_HOME};
use crate::world::{Fault, Member, World};
use client_core::Event;
use client_store::log::LogState;

/// Ada makes a commit that Cleo alone cannot enter, and posts it.
fn spoil(world: &mut World) {
    spoil_for(world, CLEO);
}

/// The same for somebody else.
pub fn spoil_for(world: &mut World, victim: &str) {
    let (log, victim) = (log_of_circle(world, ADA).log, fingerprint(world, victim));
    Member::new(world, HOME, ADA, log).post_spoiled(&victim);
}

fn count(world: &World, name: &str, is: impl Fn(&Event) -> bool) -> usize {
    world.events(name).iter().filter(|event| is(event)).count()
}

fn times_behind(world: &World, name: &str) -> usize {
    count(world, name, |event| matches!(event, Event::Behind(_)))
}

fn times_added(world: &World, name: &str) -> usize {
    count(world, name, |event| matches!(event, Event::Added(_)))
}

fn times_asked(world: &World, name: &str) -> usize {
    count(world, name, |event| {
        matches!(event, Event::AskedForRepair(..))
    })
}

/// Children that the home took, from a step on.
fn commits_since(world: &World, line: usize) -> usize {
    let said = world.trace()[line..].iter();
    said.filter(|line| line.contains("committed")).count()
}

/// All three are at one head and hear each other.
fn check_one_circle(world: &mut World, before: &[&str]) {
    for name in [ADA, BOB, CLEO] {
        say(world, name, &format!("{name} again"));
        world.run();
    }
    let heads: Vec<_> = [ADA, BOB, CLEO]
        .map(|name| log_of_circle(world, name))
        .into();
    assert!(heads.iter().all(|log| log.state == LogState::Open));
    assert!(heads.iter().all(|log| log.head == heads[0].head));
    let later = ["ada again", "bob again", "cleo again"];
    for name in [ADA, BOB, CLEO] {
        assert_eq!(texts(world, name), [before, &later].concat(), "{name}");
        assert_eq!(member_count(world, name), 3, "{name}");
        assert_eq!(shown(world, name), shown(world, ADA));
        assert_eq!(world.engine(name).waiting().unwrap().total(), 0, "{name}");
        assert_eq!(world.client(name).failures, 0, "{name}");
    }
}

#[test]
fn whoever_is_left_behind_is_added_anew_and_everybody_hears_what_is_said_later() {
    for seed in 0..6 {
        let mut world = circle(seed, &[BOB, CLEO]);
        say(&mut world, CLEO, "before");
        world.run();
        let line = world.trace().len();
        spoil(&mut world);
        world.run();
        assert_eq!(times_behind(&world, CLEO), 1, "seed {seed}");
        assert_eq!(times_behind(&world, ADA) + times_behind(&world, BOB), 0);
        assert_eq!(times_added(&world, CLEO), 2, "seed {seed}");
        assert_eq!(commits_since(&world, line), 2, "the spoiled one and one");
        check_one_circle(&mut world, &["before"]);
    }
}

#[test]
fn the_third_adds_anew_whom_the_hostile_one_left_behind() {
    let mut world = circle(7, &[BOB, CLEO]);
    world.go_offline(BOB);
    spoil(&mut world);
    world.run_until("committed");
    world.go_offline(ADA);
    world.go_online(BOB);
    world.run();
    assert_eq!(times_behind(&world, CLEO), 1);
    assert_eq!(times_asked(&world, BOB), 1);
    assert_eq!(times_added(&world, CLEO), 2);
    assert_ne!(
        log_of_circle(&world, BOB).head,
        log_of_circle(&world, ADA).head
    );
    world.go_online(ADA);
    world.run();
    check_one_circle(&mut world, &[]);
}

#[test]
fn what_waits_to_be_said_by_the_one_left_behind_goes_out_once_they_are_back() {
    let mut world = circle(8, &[BOB, CLEO]);
    world.go_offline(CLEO);
    spoil(&mut world);
    world.run();
    say(&mut world, CLEO, "waited");
    world.go_online(CLEO);
    world.run();
    assert_eq!(times_behind(&world, CLEO), 1);
    check_one_circle(&mut world, &["waited"]);
}

#[test]
fn a_second_reader_of_a_request_that_was_followed_does_nothing() {
    let mut world = circle(9, &[BOB, CLEO]);
    world.go_offline(BOB);
    spoil(&mut world);
    world.run();
    assert_eq!(times_asked(&world, ADA), 1);
    assert_eq!(times_added(&world, CLEO), 2);
    let head = log_of_circle(&world, ADA).head;
    let line = world.trace().len();
    world.go_online(BOB);
    world.run();
    assert_eq!(commits_since(&world, line), 0);
    assert_eq!(log_of_circle(&world, BOB).head, head);
    check_one_circle(&mut world, &[]);
}

#[test]
fn the_request_of_somebody_who_was_removed_since_is_ignored() {
    let mut world = circle(10, &[BOB, CLEO]);
    for name in [BOB, CLEO] {
        world.go_offline(name);
    }
    spoil(&mut world);
    world.run();
    world.go_offline(ADA);
    world.go_online(CLEO);
    world.run();
    assert_eq!(times_behind(&world, CLEO), 1);
    remove(&mut world, ADA, CLEO);
    for name in [ADA, BOB] {
        world.go_online(name);
        world.run();
    }
    say(&mut world, BOB, "between us");
    world.run();
    for name in [ADA, BOB] {
        assert_eq!(member_count(&mut world, name), 2, "{name}");
        assert_eq!(texts(&world, name), ["between us"], "{name}");
    }
    assert_eq!(times_added(&world, CLEO), 1);
    assert_eq!(texts(&world, CLEO), Vec::<String>::new());
    assert_eq!(log_of_circle(&world, CLEO).state, LogState::Behind);
}

/// The logs of Ada's pair with Bob, after both accepted each other's links.
pub fn two_logs(world: &mut World) -> Vec<protocol::id::LogId> {
    use crate::people::{accept, invite, settle_in};
    world.add_home(HOME);
    world.add_home(OTHER_HOME);
    settle_in(world, ADA, Some(HOME));
    settle_in(world, BOB, Some(OTHER_HOME));
    let (by_ada, by_bob) = (invite(world, ADA, 1), invite(world, BOB, 1));
    accept(world, BOB, &by_ada);
    accept(world, ADA, &by_bob);
    for name in [ADA, BOB] {
        world.go_online(name);
    }
    world.run();
    let logs = world.client(ADA).open_store().logs().unwrap();
    assert_eq!(logs.len(), 2);
    logs.into_iter().map(|log| log.log).collect()
}

/// Ada makes a commit in one of the logs that Bob cannot enter, and posts it; where the log is kept.
pub fn spoil_in(world: &mut World, log: protocol::id::LogId) -> &'static str {
    let bob = fingerprint(world, BOB);
    let at = world.client(ADA).open_store().log(&log).unwrap().unwrap();
    let is_first = at.home == World::url(HOME);
    let home = if is_first { HOME } else { OTHER_HOME };
    Member::new(world, home, ADA, log).post_spoiled(&bob);
    home
}

#[test]
fn in_a_pair_with_two_logs_either_is_repaired() {
    for which in 0..2 {
        let mut world = World::new(11);
        let log = two_logs(&mut world)[which];
        spoil_in(&mut world, log);
        world.run();
        assert_eq!(times_behind(&world, BOB), 1);
        let state = world.client(BOB).open_store().log(&log).unwrap();
        assert_eq!(state.unwrap().state, LogState::Open, "log {which}");
    }
}

#[test]
fn a_number_of_a_request_that_nothing_can_hold_harms_nothing() {
    use crate::lies::rewrite;
    use protocol::frame::Response;
    use protocol::response::StoredRepair;
    let mut world = circle(12, &[BOB, CLEO]);
    let head = log_of_circle(&world, BOB).head;
    world.go_offline(BOB);
    world.lie(rewrite(BOB, move |mut response| {
        if let Response::Page(page) = &mut response
            && page.end
        {
            let (number, body) = (u64::MAX, vec![0; 512]);
            page.repairs = vec![StoredRepair { number, head, body }];
        }
        vec![response]
    }));
    world.go_online(BOB);
    world.run_for(60_000);
    world.tell_the_truth();
    assert_eq!(world.client(BOB).failures, 0);
    assert!(circle_of(&world, BOB).is_some());
}

#[test]
fn a_request_from_a_clock_that_was_years_ahead_is_made_anew_once_it_is_right() {
    let mut world = circle(12, &[BOB, CLEO]);
    world.jump_days(3 * 365);
    world.go_offline(BOB);
    spoil(&mut world);
    world.run_for(500);
    world.go_offline(ADA);
    let log = log_of_circle(&world, CLEO).log;
    let made_s = |world: &World| {
        let store = world.engine(CLEO).store();
        store.repair(&log).unwrap().map(|repair| repair.made_s)
    };
    let ahead = made_s(&world).expect("Cleo asks to be added anew");
    world.jump_days(-3 * 365);
    world.go_offline(CLEO);
    world.go_online(CLEO);
    world.run();
    assert!(made_s(&world).unwrap() < ahead);
}

#[test]
fn whom_a_bogus_commit_removes_and_who_cannot_follow_the_next_is_added_anew() {
    let mut world = circle(1, &[BOB, CLEO]);
    world.go_offline(CLEO);
    world.go_offline(BOB);
    let (before, cleo) = (log_of_circle(&world, BOB), fingerprint(&world, CLEO));
    let mut bob = Member::new(&mut world, HOME, BOB, before.log);
    let leaf = bob.leaf_of(&cleo).unwrap();
    bob.post_bogus_keys(&[leaf]).unwrap();
    let mut children = bob.children();
    world.run();
    // Ada finds that it does not hold; hers leaves Cleo alone behind.
    world.pass_s(2);
    spoil(&mut world);
    world.run();
    children.push(log_of_circle(&world, ADA).head);
    world.pass_s(2);
    let mut bob = Member::new(&mut world, HOME, BOB, before.log);
    let longest = bob.post_garbage(1024 * 1024, &children);
    assert_eq!(longest.unwrap().kind(), "committed");
    world.go_online(CLEO);
    assert!(world.settles_within(3_000), "nobody asks for ever");
    assert_eq!(times_behind(&world, CLEO), 1);
    assert_eq!(log_of_circle(&world, CLEO).state, LogState::Open);
    assert_eq!(
        log_of_circle(&world, CLEO).head,
        log_of_circle(&world, ADA).head
    );
}

#[test]
fn a_request_that_nobody_could_follow_is_made_anew_on_a_connection_that_stands() {
    let mut world = circle(12, &[BOB, CLEO]);
    world.go_offline(CLEO);
    spoil(&mut world);
    world.run();
    world.go_offline(ADA);
    // Bob's clock is wrong when he reads the request, and what Cleo would be added by has run out.
    let six_years = 6 * 365 * 86_400;
    world.plan(1, Fault::Clock(BOB, six_years));
    world.go_online(CLEO);
    world.run();
    assert_eq!(log_of_circle(&world, CLEO).state, LogState::Behind);
    world.plan(1, Fault::Clock(BOB, -six_years));
    say(&mut world, BOB, "b1");
    world.run();
    world.run_for(2 * 86_400_000);
    assert_eq!(log_of_circle(&world, CLEO).state, LogState::Open);
}

#[test]
fn in_a_pair_with_two_logs_both_are_repaired() {
    for seed in 0..10 {
        let mut world = World::new(seed);
        let logs = two_logs(&mut world);
        world.go_offline(BOB);
        for log in &logs {
            spoil_in(&mut world, *log);
            world.run();
        }
        world.go_online(BOB);
        world.run_for(1_000);
        // Whose turn it is was kept in memory alone: both commits are made at once.
        world.go_offline(ADA);
        world.go_online(ADA);
        world.run();
        for log in &logs {
            let row = world.client(BOB).open_store().log(log).unwrap().unwrap();
            assert_eq!(row.state, LogState::Open, "seed {seed}");
        }
    }
}
