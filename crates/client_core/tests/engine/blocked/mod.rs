//! Somebody is blocked: what is shown, what goes out, what others see of it.

mod circles;
mod meeting;
mod own;
mod shown;
mod unseen;

use crate::people::{ADA, BOB, HOME, OTHER_HOME, settle_in};
use crate::world::World;
use client_core::{ContactId, ConversationId, ConversationView, ItemId, ItemView, PersonaId};
use protocol::request::Admission;

/// Ada's other name.
const AURORA: &str = "aurora";

/// Ada, who has two names at one home, and Bob, who has his own; nobody knows anybody, all are offline.
fn strangers(seed: u64) -> World {
    let mut world = World::new(seed);
    world.add_home(HOME);
    world.add_home(OTHER_HOME);
    settle_in(&mut world, ADA, Some(HOME));
    let url = World::url(HOME);
    world
        .act(ADA, |engine, now| {
            let aurora = engine.new_persona(now, AURORA)?;
            engine.join_home(now, aurora, url, Admission::Open)
        })
        .unwrap();
    world.go_online(ADA);
    world.run();
    world.go_offline(ADA);
    settle_in(&mut world, BOB, Some(OTHER_HOME));
    world
}

/// The same two, and Bob has accepted Ada's link; both are online.
fn friends(seed: u64) -> World {
    let mut world = strangers(seed);
    let link = link_of(&mut world, ADA);
    meet(&mut world, &link);
    world
}

/// Bob accepts a link; both are online then.
fn meet(world: &mut World, link: &str) {
    crate::people::accept(world, BOB, link);
    world.go_online(ADA);
    world.go_online(BOB);
    world.run();
}

/// A link of one of Ada's names.
fn link_of(world: &mut World, own: &str) -> String {
    let persona = own_name(world, own);
    let id = world
        .act(ADA, |engine, now| {
            engine.new_invitation(now, persona, 1, None, None)
        })
        .unwrap();
    world.go_online(ADA);
    world.run();
    world.engine(ADA).invitation(id).unwrap().link.unwrap()
}

fn own_name(world: &World, own: &str) -> PersonaId {
    let all = world.engine(ADA).personas().unwrap();
    all.iter().find(|one| one.name == own).unwrap().id
}

/// Bob as Ada's first name knows him.
fn bob_of(world: &World) -> ContactId {
    let (persona, all) = (own_name(world, ADA), world.engine(ADA).contacts().unwrap());
    let bob = all
        .iter()
        .find(|one| one.name == BOB && one.persona == persona);
    bob.unwrap().id
}

/// How many things were kept back.
fn block(world: &mut World) -> u64 {
    let bob = bob_of(world);
    world
        .act(ADA, |engine, now| engine.block(now, bob))
        .unwrap()
}

/// How many things that were kept back are still there.
fn unblock(world: &mut World) -> u64 {
    let bob = bob_of(world);
    world
        .act(ADA, |engine, now| engine.unblock(now, bob))
        .unwrap()
}

/// The conversation of two of one of Ada's names and Bob, as either has it.
fn between(world: &World, name: &str, own: &str) -> Option<ConversationView> {
    let all = world.engine(name).conversations().unwrap().into_iter();
    all.filter(|one| one.contact.is_some()).find(|one| {
        if name == ADA {
            one.persona == own_name(world, own) && one.title == BOB
        } else {
            one.title == own
        }
    })
}

fn id_between(world: &World, name: &str) -> ConversationId {
    between(world, name, ADA).unwrap().id
}

/// What is shown between Ada's first name and Bob.
fn shown(world: &World, name: &str) -> Vec<ItemView> {
    let id = id_between(world, name);
    world.engine(name).items(id, 0, 10_000).unwrap()
}

fn texts(world: &World, name: &str) -> Vec<String> {
    shown(world, name)
        .into_iter()
        .map(|item| item.text)
        .collect()
}

/// The item of that text.
fn item(world: &World, name: &str, text: &str) -> ItemId {
    let mut items = shown(world, name).into_iter();
    items.find(|item| item.text == text).unwrap().id
}

fn say(world: &mut World, name: &'static str, text: &str) -> ItemId {
    let id = id_between(world, name);
    world
        .act(name, |engine, now| engine.send(now, id, text))
        .unwrap()
}

fn edit(world: &mut World, name: &'static str, item: ItemId, text: &str) {
    world
        .act(name, |engine, now| engine.edit(now, item, text))
        .unwrap();
}

fn react(world: &mut World, name: &'static str, item: ItemId, sign: &str) {
    world
        .act(name, |engine, now| engine.react(now, item, sign))
        .unwrap();
}

fn retract(world: &mut World, name: &'static str, item: ItemId) -> Option<ItemId> {
    world
        .act(name, |engine, now| engine.retract(now, item))
        .unwrap()
}

/// Both write and read, also what came before a while.
fn check_going_on(world: &mut World, own: &str) {
    for (name, text) in [(ADA, "ada goes on"), (BOB, "bob goes on")] {
        let id = between(world, name, own).unwrap().id;
        world
            .act(name, |engine, now| engine.send(now, id, text))
            .unwrap();
    }
    world.run();
    for name in [ADA, BOB] {
        let conversation = between(world, name, own).unwrap();
        assert_eq!(conversation.halted, None, "{name}");
        let items = world
            .engine(name)
            .items(conversation.id, 0, 10_000)
            .unwrap();
        for text in ["ada goes on", "bob goes on"] {
            let there = items.iter().filter(|item| item.text == text).count();
            assert_eq!(there, 1, "{name}: {text} in {items:?}");
        }
        assert_eq!(world.engine(name).waiting().unwrap().total(), 0, "{name}");
        assert_eq!(world.client(name).failures, 0, "{name}");
    }
}
