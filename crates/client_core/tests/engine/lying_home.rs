//! A home that does not tell the truth: what can be found out is, and nothing that was said is lost.

use crate::hostile::log_of;
use crate::lies::{both, change_entries, hide_first, replace_one, rewrite};
use crate::people::{
    ADA, BOB, HOME, OTHER_HOME, accept, acquainted, check_together, conversation, introduce,
    invite, say, settle_in, texts,
};
use crate::world::{Lie, World};
use client_core::{Event, Kind};
use ed25519_dalek::SigningKey;
use protocol::frame::Response;
use protocol::hash;
use protocol::id::{Chain, Nonce, Signature};
use protocol::proof;
use protocol::refusal::{HomeError, Refusal};
use protocol::response::{Appended, Done, Entry, PushEntry};

/// The conversation has stopped, once, and says so.
pub fn check_halted(world: &mut World, name: &'static str, why: &str) {
    let events: Vec<_> = world
        .events(name)
        .iter()
        .filter(|event| matches!(event, Event::Halted(..)))
        .collect();
    assert_eq!(events.len(), 1, "{events:?}");
    let view = conversation(world, name);
    assert_eq!(view.halted.as_deref(), Some(why));
    let refused = world.act(name, |engine, now| engine.send(now, view.id, "more"));
    assert_eq!(refused.unwrap_err().kind(), Kind::Invalid);
}

pub const CONTRADICT: &str = "its home shows entries that contradict each other";

#[test]
fn a_chain_that_does_not_follow_stops_the_log() {
    let mut world = acquainted(1);
    world.lie(change_entries(BOB, |mut entry| {
        entry.chain = Chain::new([1; 32]);
        Some(entry)
    }));
    say(&mut world, ADA, "a1");
    world.run();
    check_halted(&mut world, BOB, CONTRADICT);
    assert!(texts(&world, BOB, ADA).is_empty());
}

#[test]
fn a_body_that_is_another_stops_the_log() {
    let mut world = acquainted(1);
    world.lie(change_entries(BOB, |mut entry| {
        entry.body = Some(vec![0; 512]);
        Some(entry)
    }));
    say(&mut world, ADA, "a1");
    world.run();
    check_halted(&mut world, BOB, CONTRADICT);
}

#[test]
fn an_entry_left_out_stops_the_log() {
    let mut world = acquainted(1);
    world.lie(change_entries(BOB, |entry| {
        (entry.seq != 1).then_some(entry)
    }));
    say(&mut world, ADA, "a1");
    say(&mut world, ADA, "a2");
    world.run();
    check_halted(&mut world, BOB, "its home leaves out entries");
    world.tell_the_truth();
    say(&mut world, ADA, "a3");
    world.go_offline(BOB);
    world.go_online(BOB);
    world.run();
    assert!(
        texts(&world, BOB, ADA).is_empty(),
        "what has stopped stays as it is"
    );
}

#[test]
fn an_own_text_that_was_stored_and_then_disappears_stops_the_log() {
    let mut world = acquainted(1);
    let lie = both(hide_first(&world, ADA), hide_first(&world, BOB));
    world.lie(lie);
    say(&mut world, ADA, "a1");
    world.run();
    assert_eq!(texts(&world, ADA, ADA), ["a1"]);
    // Bob never saw a1, so nothing in his text contradicts what Ada is shown; her own answer does.
    say(&mut world, BOB, "b1");
    world.run();
    check_halted(&mut world, ADA, CONTRADICT);
}

#[test]
fn two_histories_are_found_out_with_the_next_text() {
    let mut world = acquainted(1);
    let renumber = rewrite(BOB, |response| match response {
        Response::Appended(appended) => vec![Response::Appended(Appended {
            seq: appended.seq - 1,
            chain: appended.chain,
        })],
        other => vec![other],
    });
    let lie = both(hide_first(&world, BOB), renumber);
    world.lie(lie);
    say(&mut world, ADA, "a1");
    world.run();
    say(&mut world, BOB, "b1");
    world.run();
    assert_eq!(texts(&world, ADA, BOB), ["b1"]);
    assert!(texts(&world, BOB, ADA).is_empty());
    say(&mut world, BOB, "b2");
    world.run();
    check_halted(
        &mut world,
        ADA,
        "its home shows different histories to different people",
    );
}

/// A lie on Ada's next connection, after which the truth is told: what she said arrives.
fn check_recovers(lie: Lie) {
    let mut world = acquainted(2);
    world.go_offline(ADA);
    world.lie(lie);
    say(&mut world, ADA, "a1");
    world.go_online(ADA);
    world.run_for(10_000);
    let distrusted = |event: &&Event| matches!(event, Event::Distrusted(..));
    assert_eq!(world.events(ADA).iter().filter(distrusted).count(), 1);
    assert_eq!(world.engine(ADA).waiting().unwrap().items, 1);
    world.tell_the_truth();
    world.run();
    assert_eq!(texts(&world, BOB, ADA), ["a1"]);
    assert_eq!(texts(&world, ADA, ADA), ["a1"]);
}

#[test]
fn a_home_that_shows_another_key_is_left_alone_for_a_while() {
    check_recovers(replace_one(|response| match response {
        Response::Greeting(greeting) => {
            let mut greeting = greeting.clone();
            greeting.home = proof::home_key(&[66; 32]);
            // Its signature holds, but for the nonce of nobody.
            let message = proof::greeting_message(&Nonce::new([0; 32]), &greeting.nonce);
            greeting.signature = proof::sign(&SigningKey::from_bytes(&[66; 32]), &message);
            Some(Response::Greeting(greeting))
        }
        _ => None,
    }));
}

#[test]
fn a_home_that_does_not_hold_its_key_is_left_alone_for_a_while() {
    check_recovers(replace_one(|response| match response {
        Response::Greeting(greeting) => {
            let mut greeting = greeting.clone();
            greeting.signature = Signature::new([1; 64]);
            Some(Response::Greeting(greeting))
        }
        _ => None,
    }));
}

#[test]
fn a_home_that_answers_something_else_is_left_alone_for_a_while() {
    check_recovers(replace_one(|response| match response {
        Response::Page(_) => Some(Response::Done(Done {})),
        _ => None,
    }));
    check_recovers(replace_one(|response| match response {
        Response::Appended(_) => Some(Response::Done(Done {})),
        _ => None,
    }));
}

#[test]
fn a_home_that_counts_beyond_all_measure_is_left_alone_for_a_while() {
    check_recovers(replace_one(|response| match response {
        Response::Appended(appended) => Some(Response::Appended(Appended {
            seq: u64::MAX,
            chain: appended.chain,
        })),
        _ => None,
    }));
}

#[test]
fn a_home_has_no_say_about_the_logs_of_another() {
    let mut world = World::new(1);
    world.add_home(HOME);
    world.add_home(OTHER_HOME);
    settle_in(&mut world, ADA, Some(HOME));
    settle_in(&mut world, BOB, Some(OTHER_HOME));
    introduce(&mut world);
    world.go_offline(ADA);
    // The log is at Bob's home. Ada's home, where her inbox is, talks about it.
    let log = log_of(&world, ADA);
    assert_eq!(log.home, World::url(OTHER_HOME));
    world.lie(rewrite(ADA, move |response| {
        let entry = Entry {
            seq: log.next_seq,
            kind: 0,
            hash: hash::body_hash(&[]),
            chain: Chain::new([1; 32]),
            body: None,
        };
        let (log, head) = (log.log, log.head);
        let push = Response::Entry(PushEntry { log, head, entry });
        match response {
            Response::Items(items) => vec![Response::Items(items), push],
            other => vec![other],
        }
    }));
    world.go_online(ADA);
    world.run();
    say(&mut world, BOB, "b1");
    world.run();
    check_together(&world, &[], &["b1"]);
}

#[test]
fn what_has_stopped_takes_nothing_in_any_more() {
    let mut world = acquainted(1);
    world.lie(rewrite(BOB, |response| match response {
        Response::Entry(push) => {
            let mut wrong = push.clone();
            wrong.entry.chain = Chain::new([1; 32]);
            vec![Response::Entry(wrong), Response::Entry(push)]
        }
        other => vec![other],
    }));
    say(&mut world, ADA, "a1");
    world.run();
    check_halted(&mut world, BOB, CONTRADICT);
    assert!(texts(&world, BOB, ADA).is_empty());
}

#[test]
fn a_home_that_speaks_nonsense_is_left_alone_for_a_while() {
    for nonsense in [
        vec![],
        vec![0],
        vec![0xff; 40],
        vec![0x84, 1, 1, 0x60, 0xa0],
    ] {
        let mut spoken = false;
        check_recovers(Box::new(move |client, frame| {
            let page = matches!(Response::from_frame(frame), Ok((_, Response::Page(_))));
            if client == ADA && page && !spoken {
                spoken = true;
                return vec![nonsense.clone()];
            }
            vec![frame.to_vec()]
        }));
    }
}

/// Whatever a home refuses for reasons of its own, once: it is asked again and goes on.
fn check_asks_again(kind: &'static str, error: &HomeError) {
    println!("{kind}: {error:?}");
    let mut world = acquainted(1);
    world.go_offline(ADA);
    let error = error.clone();
    world.lie(replace_one(move |response| {
        (response.kind() == kind).then(|| Response::Error(error.clone()))
    }));
    say(&mut world, ADA, "a1");
    world.go_online(ADA);
    world.run();
    check_together(&world, &["a1"], &[]);
}

#[test]
fn a_refusal_of_a_newer_home_loses_nothing() {
    let moody = HomeError::Refused {
        why: Refusal::Other("mood".into()),
    };
    for kind in ["page", "appended", "items"] {
        check_asks_again(kind, &moody);
    }
    // The first of these is the proof of the right to read, or of the inbox.
    check_asks_again("done", &moody);
}

#[test]
fn a_home_that_asks_to_wait_is_asked_again() {
    for kind in ["greeting", "done", "page", "appended", "items"] {
        check_asks_again(kind, &HomeError::Retry { after_ms: 700 });
    }
}

#[test]
fn a_right_that_a_home_forgot_is_proven_again() {
    let forgotten = HomeError::Refused {
        why: Refusal::NotProven,
    };
    for kind in ["page", "appended", "items"] {
        check_asks_again(kind, &forgotten);
    }
}

#[test]
fn a_refusal_that_an_acknowledgement_gets_wakes_nobody_for_ever() {
    let mut world = World::new(1);
    world.add_home(HOME);
    settle_in(&mut world, ADA, Some(HOME));
    settle_in(&mut world, BOB, None);
    let link = invite(&mut world, ADA, 1);
    accept(&mut world, BOB, &link);
    world.go_online(BOB);
    world.run();
    let mut dones = 0;
    world.lie(replace_one(move |response| {
        // Own, then the acknowledgement.
        dones += usize::from(response.kind() == "done");
        (dones == 2).then_some(Response::Error(HomeError::Retry { after_ms: 10 }))
    }));
    world.go_online(ADA);
    world.run();
    assert_eq!(world.engine(ADA).next_wake_ms(), None);
    say(&mut world, ADA, "a1");
    world.run();
    check_together(&world, &["a1"], &[]);
}

#[test]
fn a_right_to_an_allowance_that_a_home_forgot_is_proven_again() {
    let mut world = World::new(1);
    world.add_home(HOME);
    world.add_home(OTHER_HOME);
    settle_in(&mut world, BOB, Some(HOME));
    settle_in(&mut world, ADA, Some(OTHER_HOME));
    let link = invite(&mut world, BOB, 1);
    accept(&mut world, ADA, &link);
    let mut dones = 0;
    world.lie(replace_one(move |response| {
        // Own, the grant of the way back, then the allowance.
        dones += usize::from(response.kind() == "done");
        let why = Refusal::NotProven;
        (dones == 3).then_some(Response::Error(HomeError::Refused { why }))
    }));
    world.go_online(ADA);
    world.go_online(BOB);
    world.run();
    say(&mut world, ADA, "a1");
    world.run();
    check_together(&world, &["a1"], &[]);
}
