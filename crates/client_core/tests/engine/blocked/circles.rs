//! Circles in which somebody is who is blocked.

use crate::circles::{
    CLEO, acquainted, add, begin, circle, circle_of, contact_of, fingerprint, member_count, say,
    texts,
};
use crate::hostile::log_of_circle;
use crate::people::{ADA, BOB, invite, persona_of};
use crate::repairs::spoil_for;
use crate::world::World;
use client_core::{Draft, Event, ItemId, Kind, Step};

fn block(world: &mut World) {
    let bob = contact_of(world, BOB);
    world
        .act(ADA, |engine, now| engine.block(now, bob))
        .unwrap();
}

fn unblock(world: &mut World) {
    let bob = contact_of(world, BOB);
    world
        .act(ADA, |engine, now| engine.unblock(now, bob))
        .unwrap();
}

fn item(world: &World, name: &str, text: &str) -> ItemId {
    let id = circle_of(world, name).unwrap();
    let mut items = world.engine(name).items(id, 0, 10_000).unwrap().into_iter();
    items.find(|item| item.text == text).unwrap().id
}

#[test]
fn what_they_say_in_a_circle_is_hidden_and_the_circle_goes_on() {
    let mut world = circle(1, &[BOB, CLEO]);
    say(&mut world, ADA, "hello all");
    world.run();
    let by_bob = item(&world, BOB, "hello all");
    world
        .act(BOB, |engine, now| engine.react(now, by_bob, "❤"))
        .unwrap();
    world.run();
    block(&mut world);
    let told = world.events(ADA).len();
    say(&mut world, BOB, "bob again");
    let by_cleo = item(&world, CLEO, "hello all");
    for (name, item) in [(BOB, by_bob), (CLEO, by_cleo)] {
        world
            .act(name, |engine, now| engine.react(now, item, "🌱"))
            .unwrap();
    }
    world.run();
    let theirs = item(&world, CLEO, "bob again");
    let id = circle_of(&world, CLEO).unwrap();
    let answer = Draft {
        reply_to: Some(theirs),
        ..Draft::text("as bob says")
    };
    world
        .act(CLEO, |engine, now| engine.send_all(now, id, &[answer]))
        .unwrap();
    world
        .act(CLEO, |engine, now| engine.react(now, theirs, "🌱"))
        .unwrap();
    world.run();
    let id = circle_of(&world, ADA).unwrap();
    let items = world.engine(ADA).items(id, 0, 100).unwrap();
    assert_eq!(texts(&world, ADA), ["hello all", "as bob says"]);
    let cleo = || {
        vec![
            world.engine(ADA).items(id, 0, 100).unwrap()[1]
                .author
                .clone(),
        ]
    };
    assert_eq!(items[0].reactions, [("🌱".to_owned(), cleo())]);
    assert_eq!(items[1].reply_to, None);
    let bob = fingerprint(&world, BOB);
    for event in &world.events(ADA)[told..] {
        if let Event::Received(_, item) | Event::Changed(_, item) = event {
            let item = world.engine(ADA).store().item(*item).unwrap().unwrap();
            assert!(item.author != bob && !item.hidden, "{event:?}");
        }
    }
    let circle = world.engine(ADA).conversations().unwrap().into_iter();
    let circle = circle.into_iter().find(|one| one.id == id).unwrap();
    assert!(!circle.blocked);
    // Ada speaks there as before, and everybody hears her.
    say(&mut world, ADA, "ada goes on");
    world.run();
    assert_eq!(texts(&world, BOB).len(), 4);
    assert_eq!(
        member_count(&mut world, ADA),
        3,
        "that they are there is said"
    );
    unblock(&mut world);
    say(&mut world, BOB, "bob once more");
    world.run();
    let heard = ["hello all", "as bob says", "ada goes on", "bob once more"];
    assert_eq!(texts(&world, ADA), heard);
}

#[test]
fn they_are_not_added() {
    let mut world = acquainted(2, &[BOB, CLEO]);
    begin(&mut world, &[CLEO]);
    world.run();
    block(&mut world);
    let (id, bob) = (circle_of(&world, ADA).unwrap(), contact_of(&world, BOB));
    let persona = persona_of(&world, ADA);
    for refused in [
        world.act(ADA, |engine, now| engine.add_to_circle(now, id, &[bob])),
        world
            .act(ADA, |engine, now| {
                engine.new_circle(now, persona, "T", &[bob])
            })
            .map(|_| ()),
    ] {
        let refused = refused.unwrap_err();
        assert_eq!(refused.kind(), Kind::Refused);
        assert_eq!(refused.advice().unwrap().step, Step::Unblock);
    }
    assert_eq!(world.engine(ADA).conversations().unwrap().len(), 3);
}

#[test]
fn a_circle_into_which_they_take_one_is_not_entered() {
    let mut world = super::strangers(5);
    // Only whoever was answered by somebody has a way to take them into a circle.
    let (link, own) = (invite(&mut world, BOB, 1), super::own_name(&world, ADA));
    world
        .act(ADA, |engine, now| engine.accept(now, own, &link))
        .unwrap();
    for name in [ADA, BOB] {
        world.go_online(name);
    }
    world.run();
    let (of_bob, ada) = {
        let engine = world.engine(BOB);
        (persona_of(&world, BOB), engine.contacts().unwrap()[0].id)
    };
    block(&mut world);
    let told = world.events(ADA).len();
    let begin = |world: &mut World, title: &str| {
        let title = title.to_owned();
        let begun = world.act(BOB, |engine, now| {
            engine.new_circle(now, of_bob, &title, &[ada])
        });
        begun.unwrap();
        world.run();
        assert_eq!(
            world.engine(BOB).waiting().unwrap().total(),
            0,
            "his home took it all"
        );
    };
    begin(&mut world, "Come here");
    assert!(circle_of(&world, BOB).is_some());
    assert_eq!(circle_of(&world, ADA), None);
    assert_eq!(world.events(ADA)[told..].to_vec(), []);
    unblock(&mut world);
    world.run();
    assert_eq!(circle_of(&world, ADA), None);
    begin(&mut world, "Once more");
    assert!(circle_of(&world, ADA).is_some());
}

#[test]
fn whoever_was_to_be_added_when_they_were_blocked_is_not() {
    let mut added = 0;
    for steps in 0..30 {
        let mut world = acquainted(3, &[BOB, CLEO]);
        begin(&mut world, &[CLEO]);
        world.run();
        add(&mut world, BOB);
        world.run_steps(steps);
        let log = log_of_circle(&world, ADA).log;
        let pending = world.engine(ADA).store().pending_commit(&log).unwrap();
        let is_added = pending.is_some() || member_count(&mut world, ADA) == 3;
        added += usize::from(is_added);
        block(&mut world);
        world.run();
        let is_there = member_count(&mut world, ADA) == 3;
        assert_eq!(is_there, is_added, "at step {steps}");
        say(&mut world, CLEO, "cleo");
        say(&mut world, ADA, "ada");
        world.run();
        assert_eq!(texts(&world, CLEO).len(), 2, "at step {steps}");
        assert_eq!(
            circle_of(&world, BOB).is_some(),
            is_there,
            "told if a member"
        );
        assert_eq!(world.engine(ADA).waiting().unwrap().total(), 0);
    }
    assert!(added > 5 && added < 30, "{added} of 30");
}

#[test]
fn who_is_blocked_is_still_added_anew_and_takes_others_back_in() {
    let mut world = circle(4, &[BOB, CLEO]);
    block(&mut world);
    let told = world.events(ADA).len();
    spoil_for(&mut world, BOB);
    world.run();
    let behind = |event: &&Event| matches!(event, Event::Behind(_));
    assert_eq!(world.events(BOB).iter().filter(behind).count(), 1);
    let asked = Event::AskedForRepair(circle_of(&world, ADA).unwrap(), fingerprint(&world, BOB));
    assert!(!world.events(ADA)[told..].contains(&asked));
    say(&mut world, ADA, "ada");
    say(&mut world, BOB, "bob");
    world.run();
    // Said at the same time, they stand in either order.
    let mut both = texts(&world, BOB);
    both.sort();
    assert_eq!(both, ["ada", "bob"]);
    assert_eq!(texts(&world, ADA), ["ada"]);
    assert_eq!(member_count(&mut world, ADA), 3);
}
