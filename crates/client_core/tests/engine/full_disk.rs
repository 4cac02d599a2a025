//! A disk that is full: what was asked fails as a whole, and goes on once there is room.

use crate::people::{
    ADA, BOB, HOME, accept, acquainted, check_together, conversation, invite, persona_of, say,
    settle_in, texts,
};
use crate::world::World;
use client_core::{CoreError, Draft, Kind};

/// The disk of one client is full, or has room again.
fn set_full(world: &World, name: &str, full: bool) {
    let pages = if full { 1 } else { 1 << 30 };
    world.engine(name).limit_store_pages(pages).unwrap();
}

/// Together more than the free pages of a small file hold.
fn long_texts() -> Vec<String> {
    (0..10)
        .map(|number| format!("{number} ").repeat(30_000))
        .collect()
}

fn say_all(world: &mut World, name: &'static str, texts: &[String]) -> Result<(), CoreError> {
    let id = conversation(world, name).id;
    let texts: Vec<_> = texts.iter().map(|text| Draft::text(text)).collect();
    let said = world.act(name, |engine, now| engine.send_all(now, id, &texts));
    said.map(|_| ())
}

#[test]
fn a_text_that_finds_no_room_is_not_kept_and_may_be_said_again() {
    let mut world = acquainted(1);
    let id = conversation(&world, ADA).id;
    let long = long_texts();
    set_full(&world, ADA, true);
    let failed = say_all(&mut world, ADA, &long);
    assert_eq!(failed.unwrap_err().kind(), Kind::Retry);
    assert!(world.engine(ADA).items(id, 0, 10).unwrap().is_empty());
    assert_eq!(world.engine(ADA).waiting().unwrap().total(), 0);
    set_full(&world, ADA, false);
    say_all(&mut world, ADA, &long).unwrap();
    world.run();
    let long: Vec<&str> = long.iter().map(String::as_str).collect();
    check_texts(&world, ADA, BOB, &long);
}

fn check_texts(world: &World, author: &str, other: &str, said: &[&str]) {
    assert_eq!(texts(world, author, author), said);
    assert_eq!(texts(world, other, author), said);
}

#[test]
fn what_comes_in_and_finds_no_room_is_read_again_later() {
    let mut world = acquainted(1);
    let long = long_texts();
    set_full(&world, BOB, true);
    say_all(&mut world, ADA, &long).unwrap();
    world.run_for(20_000);
    assert!(world.client(BOB).failures > 0);
    assert!(texts(&world, BOB, ADA).len() < long.len());
    set_full(&world, BOB, false);
    world.run();
    let long: Vec<&str> = long.iter().map(String::as_str).collect();
    check_texts(&world, ADA, BOB, &long);
    say(&mut world, BOB, "b1");
    world.run();
    check_texts(&world, BOB, ADA, &["b1"]);
}

#[test]
fn what_is_due_while_the_disk_is_full_is_tried_again_after_a_while_and_not_all_the_time() {
    let mut world = acquainted(1);
    let id = conversation(&world, ADA).id;
    let long = long_texts();
    let at_s = world.now_of(ADA).unix_s() + 60;
    let draft = Draft {
        held_until_s: Some(at_s),
        ..Draft::text(&long[0])
    };
    world
        .act(ADA, |engine, now| engine.send_all(now, id, &[draft]))
        .unwrap();
    world.go_offline(ADA);
    set_full(&world, ADA, true);
    // Until it is due, and ten seconds more.
    world.run_for(70_000);
    let failures = world.client(ADA).failures;
    assert!((1..=11).contains(&failures), "{failures} tries");
    set_full(&world, ADA, false);
    world.go_online(ADA);
    world.run();
    check_texts(&world, ADA, BOB, &[long[0].as_str()]);
}

#[test]
fn an_act_that_finds_no_room_leaves_no_half_of_itself() {
    let mut world = World::new(1);
    world.add_home(HOME);
    settle_in(&mut world, ADA, Some(HOME));
    let persona = persona_of(&world, ADA);
    set_full(&world, ADA, true);
    // What room there is in the pages that are begun is used up first.
    let (kept, failed) = (0..1_000)
        .find_map(|kept| {
            let label = Some("label ".repeat(20));
            let made = world.act(ADA, |engine, now| {
                engine.new_invitation(now, persona, 1, None, label)
            });
            made.err().map(|failed| (kept, failed))
        })
        .unwrap();
    assert_eq!(failed.kind(), Kind::Retry);
    assert_eq!(world.engine(ADA).invitations().unwrap().len(), kept);
    set_full(&world, ADA, false);
    settle_in(&mut world, BOB, None);
    let link = invite(&mut world, ADA, 1);
    accept(&mut world, BOB, &link);
    for name in [ADA, BOB] {
        world.go_online(name);
    }
    world.run();
    say(&mut world, ADA, "a1");
    world.run();
    check_together(&world, &["a1"], &[]);
}

#[test]
fn a_first_contact_goes_on_once_there_is_room_at_whichever_step_it_ran_out() {
    for full_from in (1..60).step_by(3) {
        for full in [ADA, BOB] {
            let mut world = World::new(1);
            world.add_home(HOME);
            settle_in(&mut world, ADA, Some(HOME));
            settle_in(&mut world, BOB, None);
            let link = invite(&mut world, ADA, 1);
            accept(&mut world, BOB, &link);
            for name in [ADA, BOB] {
                world.go_online(name);
            }
            world.run_steps(full_from);
            set_full(&world, full, true);
            world.run_for(5_000);
            set_full(&world, full, false);
            world.run();
            say(&mut world, ADA, "a1");
            say(&mut world, BOB, "b1");
            world.run();
            check_texts(&world, ADA, BOB, &["a1"]);
            check_texts(&world, BOB, ADA, &["b1"]);
        }
    }
}
