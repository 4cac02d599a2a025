//! Every request can be repeated: whatever is lost or comes again, each text is shown once.

use client_core::Draft;

use crate::people::{
    ADA, BOB, HOME, acquainted, check_together, conversation, say, settle_in, stride, texts,
    timeline, troubles,
};
use crate::world::{Fault, World};

/// Two who know each other say three things each, while `disturb` is planned; steps that it took.
fn talk(seed: u64, disturb: impl FnOnce(&mut World)) -> u64 {
    let mut world = acquainted(seed);
    let before = world.step();
    disturb(&mut world);
    for number in 1..=3 {
        say(&mut world, ADA, &format!("a{number}"));
        say(&mut world, BOB, &format!("b{number}"));
    }
    world.run();
    check_together(&world, &["a1", "a2", "a3"], &["b1", "b2", "b3"]);
    world.step() - before
}

#[test]
fn what_arrives_twice_counts_once() {
    for seed in 1..10 {
        talk(seed, |world| world.plan_every(3, &[Fault::Twice]));
    }
}

#[test]
fn answers_may_come_out_of_order() {
    for seed in 1..10 {
        talk(seed, |world| world.plan_every(1, &[Fault::Swapped]));
    }
}

#[test]
fn a_talk_survives_everything_at_each_of_its_steps() {
    let steps = talk(1, |_| {});
    for step in (1..=steps).step_by(stride(1)) {
        for fault in troubles(&[HOME]) {
            talk(1, |world| world.plan(step, fault));
        }
    }
}

#[test]
fn a_text_whose_answer_is_lost_is_stored_and_shown_once() {
    let mut world = acquainted(1);
    say(&mut world, ADA, "a1");
    world.run_until("ada -> first.example");
    while !world.trace().last().unwrap().contains("append #") {
        let step = world.step();
        world.run_until("->");
        assert!(world.step() > step);
    }
    world.restart(HOME);
    world.run();
    check_together(&world, &["a1"], &[]);
}

#[test]
fn three_hundred_texts_arrive_whole_in_order_and_once_over_a_line_that_keeps_breaking() {
    let mut world = acquainted(1);
    let all: Vec<String> = (1..=300).map(|number| format!("text {number}")).collect();
    let id = conversation(&world, ADA).id;
    let drafts: Vec<_> = all.iter().map(|text| Draft::text(text)).collect();
    world
        .act(ADA, |engine, now| engine.send_all(now, id, &drafts))
        .unwrap();
    let faults = [
        Fault::Cut,
        Fault::Restart(HOME),
        Fault::Reopen(ADA),
        Fault::Mute(HOME),
    ];
    world.plan_every(47, &faults);
    for _ in 0..40 {
        world.run_for(60_000);
    }
    world.plan_every(0, &[]);
    world.run();
    let each: Vec<_> = all.iter().map(String::as_str).collect();
    check_together(&world, &each, &[]);
    let seqs: Vec<u64> = timeline(&world, BOB)
        .into_iter()
        .map(|(seq, ..)| seq)
        .collect();
    assert_eq!(seqs, (1..=300).collect::<Vec<_>>());
}

#[test]
fn what_was_said_while_the_home_was_gone_arrives_once_it_is_back() {
    let mut world = acquainted(1);
    world.set_reachable(HOME, false);
    say(&mut world, ADA, "a1");
    say(&mut world, BOB, "b1");
    world.run_for(600_000);
    assert_eq!(world.engine(ADA).waiting().unwrap().items, 1);
    assert_eq!(world.engine(ADA).unreached(), [World::url(HOME)]);
    world.set_reachable(HOME, true);
    world.run();
    check_together(&world, &["a1"], &["b1"]);
}

#[test]
fn what_is_said_before_anybody_was_ever_online_arrives() {
    let mut world = World::new(1);
    world.add_home(HOME);
    settle_in(&mut world, ADA, Some(HOME));
    settle_in(&mut world, BOB, Some(HOME));
    let link = crate::people::invite(&mut world, ADA, 1);
    crate::people::accept(&mut world, BOB, &link);
    say(&mut world, BOB, "before");
    world.go_online(BOB);
    world.go_online(ADA);
    world.run();
    assert_eq!(texts(&world, ADA, BOB), ["before"]);
}
