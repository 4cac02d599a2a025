//! Invitations that do not hold, and answers to them that do not hold: nothing is kept of them, and
//! whoever is honest comes through.

use crate::hostile::{Stranger, log_of, passed_over};
use crate::people::{
    ADA, BOB, HOME, accept, check_together, contact, invite, persona_of, say, settle_in, texts,
};
use crate::world::World;
use client_core::{CapabilityId, Event};
use mls::device::Device;
use mls::inbox_seal::{Published, seal_published};
use mls::key_package;
use mls::key_value::MemoryKeyValue;
use mls::persona::PersonaSecret;
use mls::provider::{Entropy, Provider};
use protocol::frame::Response;
use protocol::id::{Chain, HeadId, HomeKey, LogId};
use protocol::invitation::Invitation;
use protocol::secret::CapabilitySecret;

const CAROL: &str = "carol";

/// Ada with a link for so many uses; Bob has no home.
fn with_link(uses: u32) -> (World, String) {
    let mut world = World::new(1);
    world.add_home(HOME);
    settle_in(&mut world, ADA, Some(HOME));
    settle_in(&mut world, BOB, None);
    let link = invite(&mut world, ADA, uses);
    (world, link)
}

fn run_online(world: &mut World, names: &[&'static str]) {
    for name in names {
        world.go_online(name);
    }
    world.run();
}

/// The acceptance failed, was said to have, and left nothing.
fn check_failed(world: &World, name: &str, refused_by_home: bool) {
    let failed: Vec<_> = world
        .events(name)
        .iter()
        .filter_map(|event| match event {
            Event::AcceptanceFailed(_, sentence, refused, None) => Some((sentence, *refused)),
            _ => None,
        })
        .collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert_eq!(failed[0].1, refused_by_home, "{failed:?}");
    let engine = world.engine(name);
    assert!(engine.conversations().unwrap().is_empty());
    assert!(engine.contacts().unwrap().is_empty());
    assert_eq!(engine.waiting().unwrap().total(), 0);
}

fn invitation_of(world: &World) -> CapabilityId {
    world.engine(ADA).invitations().unwrap()[0].id
}

fn revoke(world: &mut World) {
    let id = invitation_of(world);
    world
        .act(ADA, |engine, now| engine.revoke_invitation(now, id))
        .unwrap();
}

#[test]
fn an_invitation_for_one_serves_one() {
    let (mut world, link) = with_link(1);
    settle_in(&mut world, CAROL, None);
    accept(&mut world, BOB, &link);
    run_online(&mut world, &[ADA, BOB]);
    accept(&mut world, CAROL, &link);
    run_online(&mut world, &[CAROL]);
    check_failed(&world, CAROL, true);
    say(&mut world, ADA, "a1");
    world.run();
    check_together(&world, &["a1"], &[]);
}

#[test]
fn two_who_race_for_one_use_are_told_apart_whatever_the_order() {
    for seed in 1..8 {
        let mut world = World::new(seed);
        world.add_home(HOME);
        settle_in(&mut world, ADA, Some(HOME));
        settle_in(&mut world, BOB, None);
        settle_in(&mut world, CAROL, None);
        let link = invite(&mut world, ADA, 1);
        accept(&mut world, BOB, &link);
        accept(&mut world, CAROL, &link);
        run_online(&mut world, &[ADA, BOB, CAROL]);
        let known = [BOB, CAROL].map(|name| world.engine(name).contacts().unwrap().len());
        assert_eq!(known.iter().sum::<usize>(), 1);
        assert_eq!(
            contact(&world, ADA).name,
            if known[0] == 1 { BOB } else { CAROL }
        );
    }
}

#[test]
fn an_invitation_that_has_run_out_is_refused() {
    let (mut world, _) = with_link(1);
    let persona = persona_of(&world, ADA);
    let expires_s = world.now().unix_s() + 3600;
    let id = world
        .act(ADA, |engine, now| {
            engine.new_invitation(now, persona, 1, Some(expires_s), None)
        })
        .unwrap();
    run_online(&mut world, &[ADA]);
    let link = world.engine(ADA).invitation(id).unwrap().link.unwrap();
    world.pass_days(1);
    accept(&mut world, BOB, &link);
    run_online(&mut world, &[BOB]);
    check_failed(&world, BOB, true);
}

#[test]
fn an_invitation_that_was_taken_back_is_refused() {
    let (mut world, link) = with_link(1);
    revoke(&mut world);
    assert_eq!(
        world
            .engine(ADA)
            .invitation(invitation_of(&world))
            .unwrap()
            .link,
        None
    );
    run_online(&mut world, &[ADA]);
    accept(&mut world, BOB, &link);
    run_online(&mut world, &[BOB]);
    check_failed(&world, BOB, true);
}

#[test]
fn an_invitation_that_is_taken_back_while_it_is_answered_is_refused() {
    let (mut world, link) = with_link(1);
    accept(&mut world, BOB, &link);
    world.go_online(BOB);
    world.run_until("fetched");
    world.go_offline(BOB);
    revoke(&mut world);
    run_online(&mut world, &[ADA]);
    run_online(&mut world, &[BOB]);
    check_failed(&world, BOB, true);
    assert!(world.engine(ADA).contacts().unwrap().is_empty());
}

#[test]
fn an_answer_that_comes_after_the_invitation_was_taken_back_is_passed_over() {
    let (mut world, link) = with_link(1);
    accept(&mut world, BOB, &link);
    run_online(&mut world, &[BOB]);
    revoke(&mut world);
    run_online(&mut world, &[ADA]);
    assert_eq!(passed_over(&world), 1);
    assert!(world.engine(ADA).contacts().unwrap().is_empty());
}

#[test]
fn a_link_that_promises_somebody_else_is_not_believed() {
    let (mut world, link) = with_link(2);
    settle_in(&mut world, CAROL, None);
    let mut invitation = Invitation::from_link(&link).unwrap();
    invitation.persona = world.engine(CAROL).personas().unwrap()[0].fingerprint;
    accept(&mut world, BOB, &invitation.to_link());
    run_online(&mut world, &[BOB]);
    check_failed(&world, BOB, false);
    accept(&mut world, BOB, &link);
    run_online(&mut world, &[ADA]);
    say(&mut world, BOB, "b1");
    world.run();
    assert_eq!(texts(&world, ADA, BOB), ["b1"]);
}

#[test]
fn a_link_with_another_key_of_a_known_home_is_not_accepted() {
    let (mut world, link) = with_link(1);
    run_online(&mut world, &[BOB]);
    let mut invitation = Invitation::from_link(&link).unwrap();
    accept(&mut world, BOB, &link);
    invitation.home_key = HomeKey::new([1; 32]);
    invitation.persona = protocol::id::PersonaFingerprint::new([2; 32]);
    let persona = persona_of(&world, BOB);
    let forged = invitation.to_link();
    let refused = world.act(BOB, |engine, now| engine.accept(now, persona, &forged));
    assert_eq!(refused.unwrap_err().kind(), client_core::Kind::Invalid);
}

#[test]
fn a_key_package_of_somebody_else_is_not_believed() {
    let (mut world, link) = with_link(1);
    let invitation = Invitation::from_link(&link).unwrap();
    let entropy = Entropy::from_seed([5; 32]);
    let store = MemoryKeyValue::default();
    let mallory = PersonaSecret::generate(&entropy);
    let device = Device::generate(&entropy, &mallory, world.now().unix_s());
    let bytes = Provider::run(&store, &entropy, |provider| {
        key_package::generate(provider, &device, false)
    });
    let (key, inbox) = (&invitation.seal_key, &invitation.inbox);
    let forged = seal_published(key, &entropy, inbox, Published::KeyPackage, &bytes.unwrap());
    let forged = forged.unwrap();
    world.lie(Box::new(move |_, frame| {
        match Response::from_frame(frame) {
            Ok((id, Response::Fetched(mut fetched))) => {
                fetched.key_packages[0].key_package = forged.clone();
                vec![Response::Fetched(fetched).to_frame(id)]
            }
            _ => vec![frame.to_vec()],
        }
    }));
    accept(&mut world, BOB, &link);
    run_online(&mut world, &[BOB]);
    check_failed(&world, BOB, false);
}

/// A stranger answers Ada's link in `how` many bad ways, then Bob in a good one.
fn check_passed_over(how: impl Fn(&mut World, &Stranger)) {
    let (mut world, link) = with_link(5);
    let stranger = Stranger::new(&world, &link, 50);
    how(&mut world, &stranger);
    accept(&mut world, BOB, &link);
    run_online(&mut world, &[ADA, BOB]);
    assert_eq!(passed_over(&world), 1);
    say(&mut world, ADA, "a1");
    say(&mut world, BOB, "b1");
    world.run();
    assert_eq!(texts(&world, BOB, ADA), ["a1"]);
    assert_eq!(texts(&world, ADA, BOB), ["b1"]);
    assert_eq!(contact(&world, ADA).name, BOB);
    // It was acknowledged: it does not come again.
    world.go_offline(ADA);
    run_online(&mut world, &[ADA]);
    assert_eq!(passed_over(&world), 1);
}

#[test]
fn garbage_in_an_inbox_is_passed_over() {
    check_passed_over(|world, stranger| stranger.knock_with(world, HOME, b"garbage"));
    check_passed_over(|world, stranger| stranger.knock_unsealed(world, HOME, vec![1; 512]));
}

#[test]
fn a_welcome_item_that_contradicts_its_group_is_passed_over() {
    let changes: [fn(&mut mls::welcome_item::WelcomeItem); 7] = [
        |item| item.home = World::url("elsewhere.example"),
        |item| item.home_key = HomeKey::new([1; 32]),
        |item| item.log = LogId::new([2; 16]),
        |item| item.head = HeadId::new([3; 32]),
        |item| item.seq = 1,
        |item| item.chain = Chain::new([4; 32]),
        |item| item.welcome[40] ^= 1,
    ];
    for change in changes {
        check_passed_over(|world, stranger| {
            let mut item = stranger.welcome(world, HOME, LogId::new([1; 16]));
            change(&mut item);
            stranger.knock(world, HOME, &item);
        });
    }
}

#[test]
fn a_welcome_item_under_an_invitation_that_was_never_given_is_passed_over() {
    check_passed_over(|world, stranger| {
        let mut item = stranger.welcome(world, HOME, LogId::new([1; 16]));
        item.capability = CapabilitySecret::new([1; 32]);
        stranger.knock(world, HOME, &item);
    });
}

#[test]
fn a_welcome_item_that_another_device_signed_is_passed_over() {
    check_passed_over(|world, stranger| {
        let item = stranger.welcome(world, HOME, LogId::new([1; 16]));
        let other = Device::generate(&stranger.entropy, &stranger.persona, 0);
        stranger.knock_with(world, HOME, &item.sign(&other));
    });
}

#[test]
fn a_welcome_to_a_log_that_is_known_already_cannot_block_the_inbox() {
    let (mut world, link) = with_link(5);
    accept(&mut world, BOB, &link);
    run_online(&mut world, &[ADA, BOB]);
    let log = log_of(&world, ADA).log;
    let stranger = Stranger::new(&world, &link, 50);
    let item = stranger.welcome(&mut world, HOME, log);
    stranger.knock(&mut world, HOME, &item);
    world.run();
    settle_in(&mut world, CAROL, None);
    accept(&mut world, CAROL, &link);
    run_online(&mut world, &[CAROL]);
    assert_eq!(world.client(ADA).failures, 0);
    let names: Vec<_> = world.engine(ADA).contacts().unwrap();
    let names: Vec<_> = names.into_iter().map(|contact| contact.name).collect();
    assert_eq!(names, [BOB, CAROL]);
}

#[test]
fn a_welcome_that_comes_twice_is_one_conversation() {
    let (mut world, link) = with_link(1);
    accept(&mut world, BOB, &link);
    run_online(&mut world, &[BOB]);
    world.lie(Box::new(|_, frame| match Response::from_frame(frame) {
        Ok((id, Response::Items(mut items))) => {
            let again = items.items.clone().into_iter().map(|mut item| {
                item.number += 1_000;
                item
            });
            items.items.extend(again);
            vec![Response::Items(items).to_frame(id)]
        }
        _ => vec![frame.to_vec()],
    }));
    run_online(&mut world, &[ADA]);
    say(&mut world, ADA, "a1");
    say(&mut world, BOB, "b1");
    world.run();
    check_together(&world, &["a1"], &["b1"]);
}

#[test]
fn an_answer_that_uses_somebody_elses_way_back_is_passed_over() {
    let (mut world, link) = with_link(1);
    accept(&mut world, BOB, &link);
    run_online(&mut world, &[ADA, BOB]);
    // Ada's return address for Bob, as it lies in her file, in the hands of somebody else.
    let store = world.client(ADA).open_store();
    let inbox = store.contacts().unwrap()[0].return_inbox.clone().unwrap();
    let mut invitation = Invitation::from_link(&link).unwrap();
    invitation.home = inbox.home;
    invitation.inbox = inbox.inbox;
    invitation.inbox_key = inbox.inbox_key;
    invitation.seal_key = inbox.seal_key;
    invitation.capability = inbox.capability;
    let stranger = Stranger::new(&world, &invitation.to_link(), 50);
    let item = stranger.welcome(&mut world, HOME, LogId::new([1; 16]));
    stranger.knock(&mut world, HOME, &item);
    world.run();
    let events = world.events(BOB).iter();
    assert_eq!(
        events
            .filter(|event| matches!(event, Event::PassedOver(_)))
            .count(),
        1
    );
    assert_eq!(world.engine(BOB).contacts().unwrap().len(), 1);
}

#[test]
fn an_invitation_of_another_of_the_own_names_is_not_accepted() {
    let (mut world, link) = with_link(1);
    let other = world
        .act(ADA, |engine, now| engine.new_persona(now, "other"))
        .unwrap();
    let refused = world.act(ADA, |engine, now| engine.accept(now, other, &link));
    assert_eq!(refused.unwrap_err().kind(), client_core::Kind::Invalid);
    assert!(world.engine(ADA).conversations().unwrap().is_empty());
}
