//! What was held for its time when a backup was made, and may have left the lost device since.

use client_core::{Draft, ItemId, ItemState, Kind};

use crate::people::{ADA, BOB, acquainted, conversation};
use crate::restored_device::{Backup, back_up, restore, stored, texts};
use crate::world::World;

const DAY_MS: u64 = 86_400_000;

/// Bob holds something back for so long; and a backup from then.
fn held_for(world: &mut World, seconds: u64) -> (ItemId, Backup) {
    let id = conversation(world, BOB).id;
    let at_s = world.now_of(BOB).unix_s() + seconds;
    let draft = Draft {
        held_until_s: Some(at_s),
        ..Draft::text("slept on")
    };
    let held = world.act(BOB, |engine, now| engine.send_all(now, id, &[draft]));
    (held.unwrap()[0], back_up(world, BOB))
}

#[test]
fn what_the_lost_device_has_sent_meanwhile_shows_once_and_is_taken_back_by_a_word() {
    for is_taken_back in [false, true] {
        let mut world = acquainted(1);
        let (item, backup) = held_for(&mut world, 60);
        world.run_for(3_600_000);
        assert_eq!(texts(&world, ADA), stored(&["slept on"]));
        restore(&mut world, BOB, &backup);
        // It would be a second text, where the first is there already.
        let edit = world.act(BOB, |engine, now| engine.edit(now, item, "otherwise"));
        let error = edit.unwrap_err();
        assert_eq!(error.kind(), Kind::Invalid);
        assert!(error.to_string().contains("may have sent"), "{error}");
        if is_taken_back {
            let act = world.act(BOB, |engine, now| engine.retract(now, item));
            assert!(act.unwrap().is_some(), "the other has it");
        }
        world.go_online(BOB);
        world.run_for(3 * DAY_MS);
        let id = conversation(&world, ADA).id;
        let at_ada = world.engine(ADA).items(id, 0, 10).unwrap();
        assert_eq!(at_ada.len(), 1);
        assert_eq!(at_ada[0].retracted, is_taken_back);
        let id = conversation(&world, BOB).id;
        let at_bob = world.engine(BOB).items(id, 0, 10).unwrap();
        assert_eq!(at_bob.len(), 1);
        assert_eq!(at_bob[0].retracted, is_taken_back);
        assert_eq!(world.engine(BOB).waiting().unwrap().total(), 0);
    }
}

#[test]
fn what_was_taken_back_of_what_is_held_does_not_leave_the_new_device() {
    let mut world = acquainted(2);
    let (item, backup) = held_for(&mut world, 60);
    world.go_offline(BOB);
    world.pass_s(3_600);
    restore(&mut world, BOB, &backup);
    let act = world.act(BOB, |engine, now| engine.retract(now, item));
    assert!(act.unwrap().is_some(), "nobody knows whether they have it");
    world.go_online(BOB);
    world.run_for(3 * DAY_MS);
    assert_eq!(texts(&world, ADA), []);
    assert_eq!(world.engine(BOB).waiting().unwrap().total(), 0);
}

#[test]
fn what_is_due_after_the_new_device_was_let_in_is_changed_as_ever() {
    let mut world = acquainted(3);
    let (item, backup) = held_for(&mut world, 5 * 86_400);
    restore(&mut world, BOB, &backup);
    let edit = |world: &mut World| {
        let edit = world.act(BOB, |engine, now| engine.edit(now, item, "otherwise"));
        edit.map(drop).map_err(|error| error.kind())
    };
    // Until then the other device could be running still.
    assert_eq!(edit(&mut world), Err(Kind::Invalid));
    world.go_online(BOB);
    world.run_for(3_600_000);
    assert_eq!(edit(&mut world), Ok(()));
    let held = ("otherwise".to_owned(), ItemState::Held);
    assert_eq!(texts(&world, BOB), [held]);
    world.run_for(6 * DAY_MS);
    assert_eq!(texts(&world, ADA), stored(&["otherwise"]));
    assert_eq!(texts(&world, BOB), stored(&["otherwise"]));
}

#[test]
fn what_the_lost_device_may_have_sent_is_taken_back_by_a_word_from_somebody_who_was_blocked_since()
{
    let mut world = acquainted(4);
    let (item, backup) = held_for(&mut world, 60);
    world.run_for(3_600_000);
    restore(&mut world, BOB, &backup);
    let ada = world.engine(BOB).contacts().unwrap().remove(0).id;
    let blocked = world.act(BOB, |engine, now| engine.block(now, ada));
    blocked.unwrap();
    let act = world.act(BOB, |engine, now| engine.retract(now, item));
    assert!(act.unwrap().is_some(), "the other has it");
    let unblocked = world.act(BOB, |engine, now| engine.unblock(now, ada));
    unblocked.unwrap();
    world.go_online(BOB);
    world.run_for(3 * DAY_MS);
    for name in [ADA, BOB] {
        let id = conversation(&world, name).id;
        let items = world.engine(name).items(id, 0, 10).unwrap();
        assert_eq!(items.len(), 1, "{name}");
        assert!(items[0].retracted, "{name}");
    }
    assert_eq!(world.engine(BOB).waiting().unwrap().total(), 0);
}
