//! Whoever is blocked in a backup is blocked on the new device, which asks nothing of them until they are blocked no longer.

use client_core::ItemState;
use client_store::log::LogState;

use crate::people::{ADA, BOB, acquainted, contact, conversation, say};
use crate::restored_device::{back_up, check_goes_on, log, restore, stored, texts, times_back};
use crate::world::World;

fn block(world: &mut World) -> u64 {
    let ada = contact(world, BOB).id;
    let kept_back = world.act(BOB, |engine, now| engine.block(now, ada));
    kept_back.unwrap()
}

fn unblock(world: &mut World) {
    let ada = contact(world, BOB).id;
    world
        .act(BOB, |engine, now| engine.unblock(now, ada))
        .unwrap();
}

/// Nobody was asked, and nobody waits for it.
fn check_not_asked(world: &World) {
    assert_eq!(times_back(world, ADA), 0);
    assert_eq!(log(world, BOB).state, LogState::Rejoining);
    assert_eq!(world.engine(BOB).waiting().unwrap().total(), 0);
}

#[test]
fn whoever_is_blocked_in_the_backup_is_asked_once_they_are_blocked_no_longer() {
    let mut world = acquainted(1);
    say(&mut world, ADA, "before");
    world.run();
    block(&mut world);
    let backup = back_up(&world, BOB);
    let begun = restore(&mut world, BOB, &backup);
    assert_eq!(begun.rejoining, 0, "nobody is asked");
    world.go_online(BOB);
    world.run();
    say(&mut world, ADA, "threats");
    world.run();
    check_not_asked(&world);
    unblock(&mut world);
    world.run();
    assert_eq!(times_back(&world, ADA), 1);
    let at_ada = ["before", "threats"];
    assert_eq!(texts(&world, ADA), stored(&at_ada));
    say(&mut world, ADA, "sorry");
    world.run();
    assert_eq!(texts(&world, BOB), stored(&["before", "sorry"]));
}

#[test]
fn whoever_is_blocked_before_the_new_device_is_online_is_not_asked_either() {
    let mut world = acquainted(2);
    let backup = back_up(&world, BOB);
    let begun = restore(&mut world, BOB, &backup);
    assert_eq!(begun.rejoining, 1);
    block(&mut world);
    world.go_online(BOB);
    world.run();
    check_not_asked(&world);
    // A request is made anew after a week, but not to them.
    world.run_for(9 * 86_400_000);
    check_not_asked(&world);
    unblock(&mut world);
    world.run();
    check_goes_on(&mut world, (BOB, ADA), &[]);
}

#[test]
fn what_was_kept_back_stays_so_and_is_not_counted_among_what_goes_out() {
    let mut world = acquainted(3);
    world.go_offline(BOB);
    say(&mut world, BOB, "not any more");
    assert_eq!(block(&mut world), 1);
    let backup = back_up(&world, BOB);
    let begun = restore(&mut world, BOB, &backup);
    assert_eq!((begun.queued, begun.rejoining), (0, 0));
    world.go_online(BOB);
    unblock(&mut world);
    world.run();
    say(&mut world, BOB, "again");
    world.run();
    let kept_back = ("not any more".to_owned(), ItemState::KeptBack);
    let at_bob = texts(&world, BOB);
    assert!(at_bob.contains(&kept_back), "{at_bob:?}");
    assert_eq!(texts(&world, ADA), stored(&["again"]));
    assert_eq!(world.engine(BOB).waiting().unwrap().total(), 0);
}

#[test]
fn what_goes_out_again_is_counted_and_nothing_else() {
    let mut world = acquainted(5);
    world.go_offline(BOB);
    say(&mut world, BOB, "one");
    say(&mut world, BOB, "two");
    let backup = back_up(&world, BOB);
    let begun = restore(&mut world, BOB, &backup);
    assert_eq!((begun.queued, begun.rejoining), (2, 1));
    world.go_online(BOB);
    world.run();
    check_goes_on(&mut world, (BOB, ADA), &["one", "two"]);
}

#[test]
fn what_may_have_left_the_lost_device_and_is_kept_back_is_taken_back_by_a_word() {
    let mut world = acquainted(4);
    world.go_offline(BOB);
    say(&mut world, BOB, "on its way");
    let backup = back_up(&world, BOB);
    // The old device sends it after all.
    world.go_online(BOB);
    world.run();
    restore(&mut world, BOB, &backup);
    assert_eq!(block(&mut world), 1);
    let id = conversation(&world, BOB).id;
    let item = world.engine(BOB).items(id, 0, 10).unwrap().remove(0);
    assert_eq!(item.state, ItemState::KeptBack);
    let act = world.act(BOB, |engine, now| engine.retract(now, item.id));
    assert!(act.unwrap().is_some(), "the other has it");
    world.go_online(BOB);
    world.run();
    check_not_asked(&world);
    unblock(&mut world);
    world.run();
    let theirs = conversation(&world, ADA).id;
    let theirs = world.engine(ADA).items(theirs, 0, 10).unwrap();
    assert_eq!(theirs.len(), 1);
    assert!(theirs[0].retracted);
}
