//! A home that has less than it had: it came back from an old backup, or drops what it answered for.
//! What is gone there cannot be brought back; that it is gone is said to whomever it concerns.

use crate::hostile::log_of;
use crate::lies::{both, change_entries, rewrite};
use crate::lying_home::{CONTRADICT, check_halted};
use crate::people::{ADA, BOB, HOME, acquainted, check_together, conversation, say, texts};
use crate::world::{Lie, World};
use client_core::Event;
use protocol::frame::Response;
use protocol::id::Chain;
use protocol::refusal::{HomeError, Refusal};

const LOST: &str = "its home lost what it had said it stored";

/// Ada's second text was stored and never read by Bob, who is offline; its home came back without it.
fn home_that_lost_a2() -> World {
    let mut world = acquainted(1);
    say(&mut world, ADA, "a1");
    world.run();
    let old = world.take_disk(HOME);
    world.go_offline(BOB);
    say(&mut world, ADA, "a2");
    world.run();
    world.restore_home(HOME, &old);
    world.run();
    world
}

#[test]
fn whoever_said_what_the_home_lost_stops_with_the_next_answer() {
    let mut world = home_that_lost_a2();
    say(&mut world, ADA, "a3");
    world.run();
    check_halted(&mut world, ADA, CONTRADICT);
    let id = conversation(&world, ADA).id;
    let items = world.engine(ADA).items(id, 0, 10).unwrap();
    let stored: Vec<_> = items.iter().filter(|item| item.seq.is_some()).collect();
    assert_eq!(stored.len(), 2, "the third is not called stored");
}

#[test]
fn whoever_read_what_the_home_lost_stops_when_its_place_is_given_anew() {
    let mut world = home_that_lost_a2();
    say(&mut world, BOB, "b1");
    world.go_online(BOB);
    world.run();
    check_halted(&mut world, ADA, CONTRADICT);
    assert_eq!(texts(&world, BOB, BOB), ["b1"]);
}

#[test]
fn a_page_that_shows_another_past_stops_the_log() {
    let mut world = acquainted(1);
    say(&mut world, ADA, "a1");
    world.run();
    let mut first = None;
    world.lie(rewrite(BOB, move |response| match response {
        Response::Entry(push) => {
            first = first.take().or(Some(push.entry.clone()));
            vec![Response::Entry(push)]
        }
        Response::Page(mut page) => {
            if let Some(mut entry) = first.clone() {
                entry.chain = Chain::new([1; 32]);
                page.entries.insert(0, entry);
            }
            vec![Response::Page(page)]
        }
        other => vec![other],
    }));
    say(&mut world, ADA, "a2");
    world.run();
    world.go_offline(BOB);
    world.go_online(BOB);
    world.run();
    check_halted(&mut world, BOB, CONTRADICT);
}

#[test]
fn what_was_answered_and_is_gone_below_a_child_stops_the_log() {
    let mut world = acquainted(1);
    world.lie(both(hide_entries(ADA), hide_entries(BOB)));
    say(&mut world, ADA, "a1");
    world.run();
    assert_eq!(texts(&world, ADA, ADA), ["a1"]);
    world.pass_days(8);
    // Bob was shown nothing, and the child that he posts ends the head.
    say(&mut world, BOB, "b1");
    world.run();
    check_halted(&mut world, ADA, LOST);
}

fn hide_entries(victim: &'static str) -> Lie {
    change_entries(victim, |_| None)
}

#[test]
fn a_commit_that_was_answered_and_lost_is_posted_again() {
    let mut world = acquainted(1);
    say(&mut world, ADA, "a1");
    world.run();
    let old = world.take_disk(HOME);
    world.pass_days(8);
    world.lie(rewrite(ADA, |response| match response {
        Response::Child(_) => Vec::new(),
        other => vec![other],
    }));
    world.go_offline(BOB);
    say(&mut world, ADA, "a2");
    world.run();
    let log = log_of(&world, ADA).log;
    let store = world.engine(ADA).store();
    assert!(store.pending_commit(&log).unwrap().unwrap().answered);
    world.restore_home(HOME, &old);
    world.tell_the_truth();
    world.go_online(BOB);
    world.run();
    check_together(&world, &["a1", "a2"], &[]);
}

#[test]
fn a_home_that_forgot_a_head_is_not_believed_and_asked_again() {
    let mut world = acquainted(1);
    say(&mut world, ADA, "a1");
    world.run();
    let old = world.take_disk(HOME);
    world.pass_days(8);
    say(&mut world, ADA, "a2");
    world.run();
    let whole = world.take_disk(HOME);
    world.restore_home(HOME, &old);
    say(&mut world, ADA, "a3");
    world.run_for(10_000);
    let forgets = |event: &&Event| matches!(event, Event::Distrusted(_, why) if why.contains("does not know"));
    for name in [ADA, BOB] {
        assert!(
            world.events(name).iter().any(|event| forgets(&event)),
            "{name}"
        );
        assert_eq!(conversation(&world, name).halted, None);
    }
    assert_eq!(world.engine(ADA).waiting().unwrap().items, 1);
    // Whoever runs the home finds the right backup.
    world.restore_home(HOME, &whole);
    world.run();
    assert_eq!(texts(&world, BOB, ADA), ["a1", "a2", "a3"]);
}

#[test]
fn whoever_read_what_is_not_above_a_child_stops_with_the_first_entry_below() {
    let mut world = home_that_lost_a2();
    // Bob's commit ends the head without it.
    world.pass_days(8);
    say(&mut world, BOB, "b1");
    world.go_online(BOB);
    world.run();
    check_halted(&mut world, ADA, CONTRADICT);
    assert_eq!(conversation(&world, BOB).halted, None);
}

#[test]
fn what_was_answered_and_is_not_in_a_page_to_the_end_stops_the_log() {
    for seed in 1..9 {
        let mut world = acquainted(seed);
        say(&mut world, ADA, "a1");
        world.run();
        let old = world.take_disk(HOME);
        world.go_offline(BOB);
        world.lie(hide_pushes(ADA));
        say(&mut world, ADA, "a2");
        world.run();
        world.restore_home(HOME, &old);
        world.tell_the_truth();
        world.run();
        check_halted(&mut world, ADA, LOST);
    }
}

#[test]
fn two_answers_that_name_one_place_stop_the_log() {
    let mut world = acquainted(1);
    let hide = hide_pushes(ADA);
    let mut first = None;
    let claim = rewrite(ADA, move |response| match response {
        Response::Appended(appended) => {
            let claimed = first.get_or_insert(appended).clone();
            vec![Response::Appended(claimed)]
        }
        other => vec![other],
    });
    world.lie(both(hide, claim));
    say(&mut world, ADA, "a1");
    world.run();
    say(&mut world, ADA, "a2");
    world.run();
    check_halted(&mut world, ADA, CONTRADICT);
}

fn hide_pushes(victim: &'static str) -> Lie {
    rewrite(victim, |response| match response {
        Response::Entry(_) => Vec::new(),
        other => vec![other],
    })
}

#[test]
fn a_log_that_was_erased_at_its_home_stops() {
    let mut world = acquainted(1);
    world.go_offline(ADA);
    world.lie(rewrite(ADA, |response| match response {
        Response::Page(_) => vec![Response::Error(HomeError::Gone)],
        other => vec![other],
    }));
    say(&mut world, ADA, "a1");
    world.go_online(ADA);
    world.run();
    check_halted(&mut world, ADA, "it was erased at its home");
}

#[test]
fn a_connection_that_listens_to_too_much_is_made_anew() {
    let mut world = acquainted(1);
    world.go_offline(ADA);
    let mut full = true;
    world.lie(rewrite(ADA, move |response| match response {
        Response::Page(_) if std::mem::take(&mut full) => {
            let why = Refusal::Quota;
            vec![Response::Error(HomeError::Refused { why })]
        }
        other => vec![other],
    }));
    say(&mut world, ADA, "a1");
    let line = world.trace().len();
    world.go_online(ADA);
    world.run();
    check_together(&world, &["a1"], &[]);
    let hellos = |line: &&String| line.contains("ada -> first.example") && line.contains("hello");
    assert!(world.trace()[line..].iter().filter(hellos).count() > 2);
}
