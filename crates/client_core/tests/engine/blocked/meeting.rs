//! Somebody is blocked while they meet, at each step; once they are not any more, it goes on.

use super::{
    AURORA, block, bob_of, check_going_on, friends, id_between, link_of, own_name, shown,
    strangers, unblock,
};
use crate::people::{ADA, BOB, accept, invite, stride};
use crate::world::World;
use client_core::{Event, ItemState, Kind, Step};
use client_store::acceptance::AcceptanceStep;

/// Steps until nothing happens any more without anybody being blocked.
fn steps_of(begin: impl Fn() -> World) -> u64 {
    let mut world = begin();
    let before = world.step();
    world.run();
    world.step() - before
}

/// Blocks Bob at each step of what begins so, lets everything happen that still does, looks, unblocks him, and lets
/// both write.
fn check_at_each_step(own: &'static str, begin: impl Fn() -> World, look: impl Fn(&World, usize)) {
    let steps = steps_of(&begin);
    assert!(steps > 20);
    for step in (0..=steps).step_by(stride(1)) {
        let mut world = begin();
        world.run_steps(step);
        let told = world.events(ADA).len();
        let begun = acceptance_of(&world, own);
        let is_met = super::between(&world, BOB, own).is_some();
        block(&mut world);
        world.run();
        if let Some(AcceptanceStep::Fetch) = begun {
            let id = super::between(&world, ADA, own).unwrap().id;
            let logs = world.engine(ADA).store().logs_of(id).unwrap();
            assert!(is_met || logs.is_empty(), "it goes on");
        }
        if let Some(step) = begun
            && step != AcceptanceStep::Knock
            && !is_met
        {
            let theirs = super::between(&world, BOB, own);
            assert!(theirs.is_none(), "it goes on");
        }
        world.go_offline(ADA);
        world.go_online(ADA);
        world.run();
        println!("blocked at step {step} of {steps}");
        assert_eq!(world.engine(ADA).waiting().unwrap().total(), 0);
        let news: Vec<_> = world.events(ADA)[told..]
            .iter()
            .filter(|event| !matches!(event, Event::Stored(_)))
            .collect();
        assert_eq!(news, Vec::<&Event>::new());
        look(&world, told);
        unblock(&mut world);
        world.run();
        check_going_on(&mut world, own);
        look_at_first_words(&world, own);
    }
}

/// How far Ada is with a link of Bob's.
fn acceptance_of(world: &World, own: &str) -> Option<AcceptanceStep> {
    let id = super::between(world, ADA, own)?.id;
    let acceptance = world.engine(ADA).store().acceptance_of(id).unwrap();
    acceptance.map(|acceptance| acceptance.step)
}

/// What Ada said before she blocked Bob he has if, and only if, her screen says so.
fn look_at_first_words(world: &World, own: &str) {
    let items = |name| {
        let id = super::between(world, name, own).unwrap().id;
        world.engine(name).items(id, 0, 10_000).unwrap()
    };
    for item in items(ADA).iter().filter(|item| item.text == "a1") {
        let there = items(BOB).iter().filter(|other| other.text == "a1").count();
        assert_eq!(
            there,
            usize::from(item.state == ItemState::Stored),
            "{item:?}"
        );
    }
}

#[test]
fn whom_one_blocks_while_one_accepts_their_link_hears_no_more_and_can_be_met_later() {
    let begin = || {
        let mut world = strangers(1);
        let link = invite(&mut world, BOB, 1);
        let persona = own_name(&world, ADA);
        let conversation = world
            .act(ADA, |engine, now| engine.accept(now, persona, &link))
            .unwrap();
        world
            .act(ADA, |engine, now| engine.send(now, conversation, "a1"))
            .unwrap();
        world.go_online(BOB);
        world.go_online(ADA);
        world
    };
    check_at_each_step(ADA, begin, |world, _| {
        let conversation = super::between(world, ADA, ADA).unwrap();
        assert!(conversation.blocked);
    });
}

#[test]
fn whom_one_blocked_under_one_name_meets_the_other_without_being_shown() {
    let begin = || {
        let mut world = friends(2);
        let link = link_of(&mut world, AURORA);
        let conversation = accept(&mut world, BOB, &link);
        world
            .act(BOB, |engine, now| {
                engine.send(now, conversation, "is it you?")
            })
            .unwrap();
        world
    };
    let joined_before = |world: &World, told: usize| {
        let before = world.events(ADA)[..told].iter();
        before
            .filter(|event| matches!(event, Event::Joined(..)))
            .count()
            == 2
    };
    check_at_each_step(AURORA, begin, move |world, told| {
        let is_shown = super::between(world, ADA, AURORA).is_some();
        assert_eq!(is_shown, joined_before(world, told));
        let contacts = world.engine(ADA).contacts().unwrap();
        assert_eq!(contacts.len(), 1 + usize::from(is_shown));
        assert!(contacts.iter().all(|contact| contact.blocked));
        assert!(super::between(world, BOB, AURORA).is_some());
    });
}

#[test]
fn two_who_accept_each_others_links_have_one_conversation_later() {
    let begin = || {
        let mut world = strangers(3);
        let (by_ada, by_bob) = (link_of(&mut world, ADA), invite(&mut world, BOB, 1));
        world.go_offline(ADA);
        let persona = own_name(&world, ADA);
        world
            .act(ADA, |engine, now| engine.accept(now, persona, &by_bob))
            .unwrap();
        accept(&mut world, BOB, &by_ada);
        let id = id_between(&world, ADA);
        world
            .act(ADA, |engine, now| engine.send(now, id, "a1"))
            .unwrap();
        world.go_online(BOB);
        world.go_online(ADA);
        world
    };
    check_at_each_step(ADA, begin, |world, _| {
        assert_eq!(world.engine(ADA).conversations().unwrap().len(), 1);
    });
}

#[test]
fn a_name_that_is_made_later_is_met_without_being_shown_too() {
    let mut world = friends(4);
    block(&mut world);
    let url = World::url(crate::people::HOME);
    let later = world
        .act(ADA, |engine, now| {
            let later = engine.new_persona(now, "later")?;
            engine.join_home(now, later, url, protocol::request::Admission::Open)?;
            Ok(later)
        })
        .unwrap();
    world.run();
    let link = link_of(&mut world, "later");
    let told = world.events(ADA).len();
    super::meet(&mut world, &link);
    assert_eq!(world.events(ADA)[told..].to_vec(), []);
    assert_eq!(world.engine(ADA).contacts().unwrap().len(), 1);
    // Nor is their own link accepted under it, by mistake.
    let theirs = invite(&mut world, BOB, 1);
    let refused = world.act(ADA, |engine, now| engine.accept(now, later, &theirs));
    let refused = refused.unwrap_err();
    assert_eq!(refused.kind(), Kind::Refused);
    assert_eq!(refused.advice().unwrap().step, Step::Unblock);
    world.go_online(BOB);
    unblock(&mut world);
    check_going_on(&mut world, "later");
}

#[test]
fn a_first_contact_that_their_home_refuses_is_forgotten_and_they_stay_known() {
    let mut world = strangers(5);
    let link = invite(&mut world, BOB, 1);
    let persona = own_name(&world, ADA);
    let accept_it = |world: &mut World, link: &str| {
        let link = link.to_owned();
        world.act(ADA, |engine, now| engine.accept(now, persona, &link))
    };
    accept_it(&mut world, &link).unwrap();
    // The answer, a no, is under way when they are blocked.
    let invitation = world.engine(BOB).invitations().unwrap()[0].id;
    world
        .act(BOB, |engine, now| engine.revoke_invitation(now, invitation))
        .unwrap();
    world.go_online(BOB);
    world.run();
    world.go_online(ADA);
    world.run_until("fetch");
    let told = world.events(ADA).len();
    block(&mut world);
    world.run();
    assert_eq!(world.events(ADA)[told..].to_vec(), []);
    assert_eq!(world.engine(ADA).conversations().unwrap().len(), 0);
    let bob = bob_of(&world);
    world
        .act(ADA, |engine, now| engine.unblock(now, bob))
        .unwrap();
    world.go_offline(BOB);
    let link = invite(&mut world, BOB, 1);
    accept_it(&mut world, &link).unwrap();
    world.go_online(BOB);
    world.run();
    assert_eq!(bob_of(&world), bob);
    assert_eq!(shown(&world, ADA), []);
    check_going_on(&mut world, ADA);
}
