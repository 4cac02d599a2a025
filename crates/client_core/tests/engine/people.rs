//! Ada invites, Bob accepts: the acts that all tests are made of.

use crate::world::{Fault, World};
use client_core::{ContactView, ConversationId, ConversationView, Event, ItemState, PersonaId};
use protocol::request::Admission;

pub const ADA: &str = "ada";
pub const BOB: &str = "bob";
/// Where Ada's inbox is.
pub const HOME: &str = "first.example";
/// Where Bob's is, if he has one of his own.
pub const OTHER_HOME: &str = "second.example";

/// A name at a home (or at none), ready to be used.
pub fn settle_in(world: &mut World, name: &'static str, home: Option<&str>) -> PersonaId {
    world.add_client(name);
    let persona = world
        .act(name, |engine, now| engine.new_persona(now, name))
        .unwrap();
    if let Some(home) = home {
        join(world, name, home);
        world.go_online(name);
        world.run();
        world.go_offline(name);
    }
    persona
}

pub fn join(world: &mut World, name: &'static str, home: &str) {
    let (persona, url) = (persona_of(world, name), World::url(home));
    world
        .act(name, |engine, now| {
            engine.join_home(now, persona, url, Admission::Open)
        })
        .unwrap();
}

pub fn persona_of(world: &World, name: &str) -> PersonaId {
    world.engine(name).personas().unwrap()[0].id
}

/// An invitation for `uses`, known to its home.
pub fn invite(world: &mut World, name: &'static str, uses: u32) -> String {
    let persona = persona_of(world, name);
    let id = world
        .act(name, |engine, now| {
            engine.new_invitation(now, persona, uses, None, None)
        })
        .unwrap();
    world.go_online(name);
    world.run();
    world.go_offline(name);
    let view = world.engine(name).invitation(id).unwrap();
    assert!(view.ready);
    view.link.unwrap()
}

pub fn accept(world: &mut World, name: &'static str, link: &str) -> ConversationId {
    let persona = persona_of(world, name);
    world
        .act(name, |engine, now| engine.accept(now, persona, link))
        .unwrap()
}

pub fn say(world: &mut World, name: &'static str, text: &str) {
    let conversation = conversation(world, name).id;
    world
        .act(name, |engine, now| engine.send(now, conversation, text))
        .unwrap();
}

/// The one conversation.
pub fn conversation(world: &World, name: &str) -> ConversationView {
    let all = world.engine(name).conversations().unwrap();
    assert_eq!(all.len(), 1, "{name} has one conversation");
    all[0].clone()
}

/// The one contact.
pub fn contact(world: &World, name: &str) -> ContactView {
    let all = world.engine(name).contacts().unwrap();
    assert_eq!(all.len(), 1, "{name} has one contact");
    all[0].clone()
}

/// What is shown: position, author and text, as far as it is stored.
pub fn timeline(world: &World, name: &str) -> Vec<(u64, String, String)> {
    let id = conversation(world, name).id;
    let items = world.engine(name).items(id, 0, 10_000).unwrap();
    items
        .into_iter()
        .map(|item| {
            assert_eq!(item.state, ItemState::Stored, "{name}: {}", item.text);
            (item.seq.unwrap(), item.author, item.text)
        })
        .collect()
}

/// What `author` said, as `name` is shown it.
pub fn texts(world: &World, name: &str, author: &str) -> Vec<String> {
    let items = timeline(world, name).into_iter();
    items
        .filter(|(_, by, _)| by == author)
        .map(|(_, _, text)| text)
        .collect()
}

/// Both know each other once, have one conversation, and are shown the same; this is what each
/// said, in order.
pub fn check_together(world: &World, by_ada: &[&str], by_bob: &[&str]) {
    check_same(world);
    assert_eq!(texts(world, ADA, ADA), by_ada);
    assert_eq!(texts(world, ADA, BOB), by_bob);
}

/// The same over two logs, each of which numbers from 1: the order across them is not decided.
pub fn check_together_in_two_logs(world: &World, by_ada: &[&str], by_bob: &[&str]) {
    check_same(world);
    let sorted = |author| {
        let mut texts = texts(world, ADA, author);
        texts.sort_unstable();
        texts
    };
    assert_eq!(sorted(ADA), by_ada);
    assert_eq!(sorted(BOB), by_bob);
}

fn check_same(world: &World) {
    assert_eq!(contact(world, ADA).safety, contact(world, BOB).safety);
    assert_eq!(timeline(world, ADA), timeline(world, BOB));
    for name in [ADA, BOB] {
        assert_eq!(conversation(world, name).halted, None);
        assert_eq!(world.engine(name).waiting().unwrap().total(), 0, "{name}");
        check_nothing_bad(world, name);
    }
}

/// Nobody was distrusted, nothing passed over, nothing failed.
pub fn check_nothing_bad(world: &World, name: &str) {
    let bad: Vec<_> = world
        .events(name)
        .iter()
        .filter(|event| {
            matches!(
                event,
                Event::Distrusted(..)
                    | Event::InboxRefused(..)
                    | Event::AcceptanceFailed(..)
                    | Event::PassedOver(_)
                    | Event::Halted(..)
            )
        })
        .collect();
    assert!(bad.is_empty(), "{name}: {bad:?}");
    assert_eq!(world.client(name).failures, 0, "{name}'s store failed");
}

/// The two who were settled in meet: Bob accepts Ada's invitation.
pub fn introduce(world: &mut World) {
    let link = invite(world, ADA, 1);
    accept(world, BOB, &link);
    world.go_online(ADA);
    world.go_online(BOB);
    world.run();
}

/// A world in which Ada and Bob know each other and are online.
pub fn acquainted(seed: u64) -> World {
    let mut world = World::new(seed);
    world.add_home(HOME);
    settle_in(&mut world, ADA, Some(HOME));
    settle_in(&mut world, BOB, None);
    introduce(&mut world);
    world
}

/// Everything that may go wrong while two people meet.
pub fn troubles(homes: &[&'static str]) -> Vec<Fault> {
    let mut faults = vec![Fault::Cut, Fault::Reopen(BOB), Fault::Reopen(ADA)];
    for home in homes {
        faults.push(Fault::Restart(home));
        faults.push(Fault::Mute(home));
    }
    faults
}

/// How many steps or seeds a test goes on by: by `whole` where everything is wanted
/// (`KITH_TESTS=whole`, as `cargo xtask test` has it), else by six times as many, so that an edit is
/// tried again in seconds.
pub fn stride(whole: usize) -> usize {
    let everything = std::env::var_os("KITH_TESTS").is_some_and(|how| how == "whole");
    if everything { whole } else { whole * 6 }
}
