//! What was written to somebody whose invitation turns out not to hold stays, is said to, and goes out if they are met
//! after all.

use crate::people::{ADA, BOB, HOME, accept, contact, conversation, invite, say, settle_in, texts};
use crate::world::World;
use client_core::{Draft, Event, ItemState, ItemView, Kind, Step};

const CAROL: &str = "carol";

/// Bob has written to Ada, whose link Carol has used up.
fn written_in_vain(seed: u64) -> World {
    let mut world = World::new(seed);
    world.add_home(HOME);
    settle_in(&mut world, ADA, Some(HOME));
    settle_in(&mut world, BOB, None);
    settle_in(&mut world, CAROL, None);
    let link = invite(&mut world, ADA, 1);
    accept(&mut world, CAROL, &link);
    world.go_online(CAROL);
    world.run();
    accept(&mut world, BOB, &link);
    say(&mut world, BOB, "hello Ada");
    say(&mut world, BOB, "a mistake");
    world.go_online(BOB);
    world.run();
    world
}

fn shown(world: &World, name: &str) -> Vec<ItemView> {
    let id = conversation(world, name).id;
    world.engine(name).items(id, 0, 100).unwrap()
}

#[test]
fn what_was_written_stays_and_says_why_it_was_not_sent() {
    let mut world = written_in_vain(1);
    let failed = world.events(BOB).iter().find_map(|event| match event {
        Event::AcceptanceFailed(_, sentence, true, advice) => Some((sentence.clone(), *advice)),
        _ => None,
    });
    let (failed, advice) = failed.unwrap();
    assert_eq!(advice.unwrap().step, Step::Retract);
    assert!(failed.contains("as often as it may be"), "{failed}");
    assert!(failed.contains("what you wrote is kept here"), "{failed}");
    let halted = conversation(&world, BOB).halted.unwrap();
    assert!(halted.contains("as often as it may be"), "{halted}");
    let items = shown(&world, BOB);
    assert_eq!(items.len(), 2);
    for item in &items {
        assert_eq!(item.state, ItemState::Queued);
        assert_eq!(item.not_sent.as_ref(), Some(&halted));
    }
    assert_eq!(contact(&world, BOB).name, ADA);
    let waiting = world.engine(BOB).waiting().unwrap();
    assert_eq!(waiting.total(), 0, "nobody is to wait for it");
    let id = conversation(&world, BOB).id;
    let said = world.act(BOB, |engine, now| engine.send(now, id, "more"));
    assert_eq!(said.unwrap_err().kind(), Kind::Refused);
    assert_eq!(shown(&world, BOB).len(), 2);
    assert_eq!(world.client(BOB).failures, 0);
}

#[test]
fn it_goes_out_when_another_invitation_holds_but_for_what_was_taken_back() {
    let mut world = written_in_vain(2);
    let mistake = shown(&world, BOB)[1].id;
    let act = world.act(BOB, |engine, now| engine.retract(now, mistake));
    assert_eq!(act.unwrap(), None);
    world.go_offline(BOB);
    let link = invite(&mut world, ADA, 1);
    accept(&mut world, BOB, &link);
    assert_eq!(conversation(&world, BOB).halted, None);
    assert_eq!(world.engine(BOB).waiting().unwrap().items, 1);
    world.go_online(ADA);
    world.go_online(BOB);
    world.run();
    assert_eq!(texts(&world, BOB, BOB), ["hello Ada"]);
    let bobs = world.engine(ADA).conversations().unwrap();
    let bobs = bobs.iter().find(|one| one.title == BOB).unwrap().id;
    let at_ada = world.engine(ADA).items(bobs, 0, 10).unwrap();
    assert_eq!(at_ada.len(), 1);
    assert_eq!(at_ada[0].text, "hello Ada");
}

#[test]
fn whoever_takes_all_of_it_back_is_rid_of_the_conversation() {
    let mut world = written_in_vain(3);
    for item in shown(&world, BOB) {
        let act = world.act(BOB, |engine, now| engine.retract(now, item.id));
        assert_eq!(act.unwrap(), None);
    }
    let engine = world.engine(BOB);
    assert!(engine.conversations().unwrap().is_empty());
    assert!(engine.contacts().unwrap().is_empty());
    world.go_offline(BOB);
    let link = invite(&mut world, ADA, 1);
    accept(&mut world, BOB, &link);
    world.go_online(BOB);
    world.run();
    say(&mut world, BOB, "anew");
    world.run();
    assert_eq!(texts(&world, BOB, BOB), ["anew"]);
}

#[test]
fn what_was_held_for_its_time_is_not_lost_either() {
    let mut world = World::new(4);
    world.add_home(HOME);
    settle_in(&mut world, ADA, Some(HOME));
    settle_in(&mut world, BOB, None);
    let link = invite(&mut world, ADA, 1);
    let id = world.engine(ADA).invitations().unwrap()[0].id;
    world
        .act(ADA, |engine, now| engine.revoke_invitation(now, id))
        .unwrap();
    world.go_online(ADA);
    world.run();
    accept(&mut world, BOB, &link);
    let id = conversation(&world, BOB).id;
    let at_s = world.now_of(BOB).unix_s() + 3_600;
    let draft = Draft {
        held_until_s: Some(at_s),
        ..Draft::text("slept on")
    };
    world
        .act(BOB, |engine, now| engine.send_all(now, id, &[draft]))
        .unwrap();
    world.go_online(BOB);
    world.run_for(1_000);
    assert_eq!(shown(&world, BOB)[0].state, ItemState::Held);
    world.run_for(2 * 3_600_000);
    let item = shown(&world, BOB).remove(0);
    assert_eq!(item.text, "slept on");
    assert!(item.not_sent.unwrap().contains("taken back"));
    assert_eq!(world.engine(BOB).waiting().unwrap().total(), 0);
    let act = world.act(BOB, |engine, now| engine.retract(now, item.id));
    assert_eq!(act.unwrap(), None);
    assert!(world.engine(BOB).conversations().unwrap().is_empty());
}
