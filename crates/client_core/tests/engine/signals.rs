//! Signals: of the moment, for those who are there, and nowhere else.

use crate::circles::{CLEO, circle, circle_of, fingerprint, say};
use crate::hostile::log_of_circle;
use crate::people::{ADA, BOB, HOME};
use crate::world::Member;
use crate::world::World;
use client_core::Event;

/// The three of a circle, of whom Ada has said something, so that her right to write is proven.
fn talking(seed: u64) -> World {
    let mut world = circle(seed, &[BOB, CLEO]);
    say(&mut world, ADA, "hello");
    world.run();
    world
}

/// Ada signals; whether it left.
fn signal(world: &mut World, content: &[u8]) -> bool {
    let id = circle_of(world, ADA).unwrap();
    world
        .act(ADA, |engine, now| engine.signal(now, id, content))
        .unwrap()
}

/// Who signalled what, as somebody heard it.
fn heard(world: &World, name: &str) -> Vec<(String, Vec<u8>)> {
    let id = circle_of(world, name).unwrap();
    let names = [ADA, BOB, CLEO];
    let events = world.events(name).iter();
    events
        .filter_map(|event| match event {
            Event::Signalled(where_, who, content) => {
                assert_eq!(*where_, id);
                let name = names.iter().find(|one| fingerprint(world, one) == *who);
                Some(((*name.unwrap()).to_owned(), content.clone()))
            }
            _ => None,
        })
        .collect()
}

fn by(name: &str, content: &[u8]) -> (String, Vec<u8>) {
    (name.to_owned(), content.to_vec())
}

#[test]
fn a_signal_reaches_the_others_who_are_there_and_nobody_later() {
    let mut world = talking(1);
    assert!(signal(&mut world, b"one"));
    world.run();
    world.go_offline(CLEO);
    assert!(signal(&mut world, b"two"));
    world.run();
    world.go_online(CLEO);
    world.run();
    assert_eq!(heard(&world, BOB), [by(ADA, b"one"), by(ADA, b"two")]);
    assert_eq!(heard(&world, CLEO), [by(ADA, b"one")]);
    assert_eq!(heard(&world, ADA), []);
}

#[test]
fn nothing_is_signalled_while_offline_and_nothing_of_it_later() {
    let mut world = talking(2);
    world.go_offline(ADA);
    assert!(!signal(&mut world, b"too early"));
    world.go_online(ADA);
    world.run();
    world.set_reachable(HOME, false);
    assert!(!signal(&mut world, b"unreached"));
    world.set_reachable(HOME, true);
    world.run();
    assert_eq!(heard(&world, BOB), []);
    say(&mut world, ADA, "back");
    world.run();
    assert!(signal(&mut world, b"now"));
    world.run();
    assert_eq!(heard(&world, BOB), [by(ADA, b"now")]);
}

#[test]
fn a_signal_in_somebody_elses_name_is_nothing() {
    let mut world = talking(3);
    let (log, ada) = (log_of_circle(&world, BOB).log, fingerprint(&world, ADA));
    let mut bob = Member::new(&mut world, HOME, BOB, log);
    let leaf = bob.leaf_of(&ada).unwrap();
    assert_eq!(bob.signal_as(Some(leaf), b"forged").unwrap().kind(), "done");
    assert_eq!(bob.signal_as(Some(77), b"nobody").unwrap().kind(), "done");
    assert_eq!(bob.signal_as(None, b"honest").unwrap().kind(), "done");
    world.run();
    assert_eq!(heard(&world, CLEO), [by(BOB, b"honest")]);
    for name in [ADA, CLEO] {
        assert_eq!(world.client(name).failures, 0);
        crate::people::check_nothing_bad(&world, name);
    }
    say(&mut world, CLEO, "still here");
    world.run();
    assert_eq!(crate::circles::texts(&world, ADA), ["hello", "still here"]);
}

/// Whether somebody's files hold these bytes.
fn is_written(world: &World, name: &str, what: &[u8]) -> bool {
    let contents = world.client(name).files();
    let mut contents = contents.iter();
    contents.any(|bytes| bytes.windows(what.len()).any(|window| window == what))
}

#[test]
fn a_signal_leaves_no_trace_in_any_profile() {
    let mut world = talking(4);
    let (stored, signalled) = (b"a text that is kept", b"of the moment and gone");
    say(&mut world, ADA, std::str::from_utf8(stored).unwrap());
    world.run();
    assert!(signal(&mut world, signalled));
    world.run();
    assert_eq!(heard(&world, CLEO), [by(ADA, signalled)]);
    for name in [ADA, BOB, CLEO] {
        assert!(is_written(&world, name, stored), "{name}");
        assert!(!is_written(&world, name, signalled), "{name}");
        assert_eq!(world.engine(name).waiting().unwrap().total(), 0);
    }
}

#[test]
fn a_signal_that_is_too_long_is_refused_and_harms_nothing() {
    let mut world = talking(5);
    let id = circle_of(&world, ADA).unwrap();
    let refused = world.act(ADA, |engine, now| engine.signal(now, id, &[7; 513]));
    assert_eq!(refused.unwrap_err().kind(), client_core::Kind::Invalid);
    assert!(signal(&mut world, &[7; 512]));
    world.run();
    assert_eq!(heard(&world, BOB), [by(ADA, &[7; 512])]);
}
