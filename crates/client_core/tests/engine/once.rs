//! What is asked for twice under one key is done once.

use crate::people::{ADA, acquainted, check_together, conversation};
use crate::world::World;
use client_core::{ConversationId, Draft, Engine, Now};

const KEY: [u8; 12] = [1; 12];

/// Says things for a key, all or none.
fn say_all(world: &mut World, key: &[u8; 12], texts: &[&str]) -> Option<Vec<u8>> {
    let to = conversation(world, ADA).id;
    let drafts: Vec<_> = texts.iter().map(|text| Draft::text(text)).collect();
    let act = |engine: &mut Engine, now: Now| {
        engine.once(now, key, |engine| {
            let sent = engine.send_all(now, to, &drafts);
            Some(sent.ok()?.first()?.as_bytes().to_vec())
        })
    };
    world.act(ADA, act).unwrap()
}

fn say(world: &mut World, key: &[u8; 12], text: &str) -> Option<Vec<u8>> {
    say_all(world, key, &[text])
}

#[test]
fn what_is_asked_twice_is_said_once_and_answered_alike() {
    let mut world = acquainted(1);
    let first = say(&mut world, &KEY, "a1");
    assert!(first.is_some());
    assert_eq!(say(&mut world, &KEY, "a1"), first);
    world.run();
    assert_eq!(say(&mut world, &KEY, "a1"), first);
    assert_ne!(say(&mut world, &[2; 12], "a2"), first);
    world.run();
    check_together(&world, &["a1", "a2"], &[]);
}

#[test]
fn what_is_refused_in_the_middle_is_not_kept_and_may_be_asked_again() {
    let mut world = acquainted(1);
    let to = conversation(&world, ADA).id;
    let act = |engine: &mut Engine, now: Now| {
        engine.once(now, &KEY, |engine| {
            engine.send_all(now, to, &[Draft::text("never")]).unwrap();
            let nowhere = ConversationId::new([9; 16]);
            let refused = engine.send_all(now, nowhere, &[Draft::text("never")]);
            assert!(refused.is_err());
            // What comes after it is not kept, either.
            engine.send_all(now, to, &[Draft::text("never")]).unwrap();
            Some(Vec::new())
        })
    };
    assert_eq!(world.act(ADA, act).unwrap(), None);
    world.run();
    check_together(&world, &[], &[]);
    assert!(say(&mut world, &KEY, "a1").is_some());
    world.run();
    check_together(&world, &["a1"], &[]);
}

#[test]
fn what_finds_no_room_is_not_kept_and_may_be_asked_again() {
    let mut world = acquainted(1);
    let long: Vec<String> = (0..10)
        .map(|number| format!("{number} ").repeat(30_000))
        .collect();
    let long: Vec<&str> = long.iter().map(String::as_str).collect();
    world.engine(ADA).limit_store_pages(1).unwrap();
    assert_eq!(say_all(&mut world, &KEY, &long), None);
    world.engine(ADA).limit_store_pages(1 << 30).unwrap();
    assert!(say_all(&mut world, &KEY, &long).is_some());
    world.run();
    check_together(&world, &long, &[]);
}
