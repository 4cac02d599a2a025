//! What is done to something that stays here, because its home will not take a file of it: the other is told nothing.

use client_core::{Draft, ItemId, Kind};

use crate::files::{MOST_BYTES, attachment, send, shown, texts_of};
use crate::people::{ADA, BOB, acquainted, conversation, say};
use crate::restored_device::{back_up, restore};
use crate::world::World;

/// Acts upon items that somebody holds, whatever they are about.
fn acts_at(world: &World, name: &str) -> usize {
    let id = conversation(world, name).id;
    let items = world.client(name).open_store().items_since(id, 0).unwrap();
    items.iter().filter(|item| item.act.is_some()).count()
}

fn retract(world: &mut World, item: ItemId) -> Option<ItemId> {
    let act = world.act(ADA, |engine, now| engine.retract(now, item));
    act.unwrap()
}

#[test]
fn what_is_not_sent_is_not_changed_and_gets_no_sign_and_no_answer() {
    let mut world = acquainted(1);
    let item = send(&mut world, ADA, "long words", &[attachment(1, MOST_BYTES)]);
    world.run();
    let id = conversation(&world, ADA).id;
    let answer = Draft {
        reply_to: Some(item),
        ..Draft::text("as I said")
    };
    let acts = [
        world.act(ADA, |engine, now| engine.edit(now, item, "other words")),
        world.act(ADA, |engine, now| engine.react(now, item, "❤")),
        world
            .act(ADA, |engine, now| engine.send_all(now, id, &[answer]))
            .map(|items| items[0]),
    ];
    for act in acts {
        let error = act.unwrap_err();
        assert_eq!(error.kind(), Kind::Invalid);
        let said = error.to_string();
        assert!(said.contains("nothing was sent"), "{said}");
    }
    assert_eq!(retract(&mut world, item), None);
    world.run();
    assert_eq!(acts_at(&world, BOB), 0);
    assert!(shown(&world, ADA).is_empty() && shown(&world, BOB).is_empty());
    assert_eq!(world.client(ADA).failures, 0);
}

#[test]
fn what_was_done_to_it_before_the_home_refused_does_not_leave_either() {
    for is_retracted in [false, true] {
        let mut world = acquainted(2);
        world.go_offline(ADA);
        let item = send(&mut world, ADA, "long words", &[attachment(1, MOST_BYTES)]);
        for sign in ["❤", "✨"] {
            world
                .act(ADA, |engine, now| engine.react(now, item, sign))
                .unwrap();
        }
        world
            .act(ADA, |engine, now| engine.unreact(now, item, "✨"))
            .unwrap();
        world
            .act(ADA, |engine, now| engine.edit(now, item, "other words"))
            .unwrap();
        say(&mut world, ADA, "after it");
        world.go_online(ADA);
        world.run();
        let waiting = world.engine(ADA).waiting().unwrap().total();
        assert_eq!(waiting, 0, "nobody is to wait for it");
        assert_eq!(shown(&world, ADA)[1].text, "other words");
        if is_retracted {
            assert_eq!(retract(&mut world, item), None);
        } else {
            assert!(shown(&world, ADA)[1].not_sent.is_some());
        }
        say(&mut world, ADA, "and on");
        world.run();
        assert_eq!(acts_at(&world, BOB), 0, "signs on nothing");
        assert_eq!(texts_of(&world, BOB), ["after it", "and on"]);
        let acts = if is_retracted { 0 } else { 4 };
        assert_eq!(acts_at(&world, ADA), acts);
        assert_eq!(world.client(ADA).failures, 0);
    }
}

#[test]
fn many_that_are_not_sent_hold_up_nothing() {
    let mut world = acquainted(3);
    for of in 0..40 {
        send(&mut world, ADA, "too long", &[attachment(of, MOST_BYTES)]);
    }
    say(&mut world, ADA, "after them");
    world.run();
    assert_eq!(texts_of(&world, BOB), ["after them"]);
}

#[test]
fn what_the_lost_device_may_have_sent_with_its_file_is_taken_back_by_a_word_and_never_sent_anew() {
    for is_sent in [false, true] {
        let mut world = acquainted(4);
        world.go_offline(BOB);
        let item = send(&mut world, BOB, "look", &[attachment(1, 1_000)]);
        let backup = back_up(&world, BOB);
        if is_sent {
            world.go_online(BOB);
            world.run();
        }
        let begun = restore(&mut world, BOB, &backup);
        assert_eq!(begun.queued, 0, "its file is lost");
        let act = world.act(BOB, |engine, now| engine.retract(now, item));
        assert!(act.unwrap().is_some(), "they may have it");
        world.go_online(BOB);
        world.run();
        let at_ada = shown(&world, ADA);
        let retracted: Vec<bool> = at_ada.iter().map(|item| item.retracted).collect();
        assert_eq!(retracted, if is_sent { vec![true] } else { vec![] });
        let id = conversation(&world, ADA).id;
        let held = world.client(ADA).open_store().items_since(id, 0).unwrap();
        let words = held.iter().filter(|item| item.act.is_none()).count();
        assert_eq!(
            words,
            usize::from(is_sent),
            "its words do not leave any more"
        );
        assert_eq!(world.engine(BOB).waiting().unwrap().total(), 0);
        assert_eq!(world.client(BOB).failures, 0);
    }
}
