//! No home and nobody else sees that somebody is blocked.

use super::{
    AURORA, block, edit, friends, id_between, item, link_of, meet, react, retract, say, shown,
    texts, unblock,
};
use crate::people::{ADA, BOB, OTHER_HOME, accept};
use crate::repairs::spoil_in;
use crate::world::{Heard, World};
use client_core::planted::{Bug, plant};
use client_core::{Event, ItemView};

/// What happened on the wire in some weeks in which Ada wrote nothing to Bob, and what Bob was told and is shown.
struct Weeks {
    heard: Vec<Heard>,
    told: Vec<Event>,
    shown: Vec<ItemView>,
    world: World,
}

/// Everything that Bob can do: he speaks, changes, takes back, renews his keys, falls behind, comes and goes, and
/// meets Ada's other name; and Ada comes and goes. `both_names`: he had met that name before.
fn weeks(seed: u64, blocks: bool, both_names: bool) -> Weeks {
    let mut world = friends(seed);
    let link = link_of(&mut world, AURORA);
    if both_names {
        meet(&mut world, &link);
    }
    say(&mut world, ADA, "from ada");
    for text in ["one", "two", "three"] {
        say(&mut world, BOB, text);
    }
    world.run();
    (world.note_heard, world.heard) = (true, Vec::new());
    if blocks {
        block(&mut world);
    }
    world.run();
    for number in 0..40 {
        say(&mut world, BOB, &format!("please {number}"));
    }
    let (first, second) = (item(&world, BOB, "one"), item(&world, BOB, "two"));
    let from_ada = item(&world, BOB, "from ada");
    edit(&mut world, BOB, first, "another one");
    retract(&mut world, BOB, second);
    react(&mut world, BOB, from_ada, "🌱");
    world.run();
    world.go_offline(ADA);
    say(&mut world, BOB, "are you there?");
    world.pass_days(8);
    say(&mut world, BOB, "a week later");
    world.run();
    world.go_online(ADA);
    world.run();
    let log = world.engine(ADA).store().logs_of(id_between(&world, ADA));
    spoil_in(&mut world, log.unwrap()[0].log);
    world.run();
    if !both_names {
        accept(&mut world, BOB, &link);
    }
    world.run();
    let other = super::between(&world, BOB, AURORA).unwrap().id;
    world
        .act(BOB, |engine, now| engine.send(now, other, "is it you?"))
        .unwrap();
    world.run();
    say(&mut world, BOB, "back again");
    world.go_offline(BOB);
    world.go_online(BOB);
    world.run();
    Weeks {
        heard: std::mem::take(&mut world.heard),
        told: world.events(BOB).to_vec(),
        shown: shown(&world, BOB),
        world,
    }
}

/// How often each kind and size reached each home from each connection.
fn counts(heard: &[Heard]) -> std::collections::BTreeMap<Heard, usize> {
    let mut counts = std::collections::BTreeMap::new();
    for one in heard {
        *counts.entry(one.clone()).or_default() += 1;
    }
    counts
}

#[test]
fn homes_hear_the_same_whether_somebody_is_blocked_or_not() {
    for (seed, both_names) in [(1, false), (2, true)] {
        let (without, with) = (
            weeks(seed, false, both_names),
            weeks(seed, true, both_names),
        );
        let kinds: Vec<_> = without.heard.iter().map(|one| one.what.as_str()).collect();
        for kind in [
            "subscribe",
            "acknowledge",
            "commit",
            "repair",
            "knock",
            "ends",
        ] {
            assert!(kinds.contains(&kind), "the weeks have no {kind}");
        }
        assert_eq!(counts(&without.heard), counts(&with.heard), "seed {seed}");
        assert_eq!(without.heard, with.heard, "seed {seed}: in another order");
        assert_eq!(
            without.told, with.told,
            "seed {seed}: Bob is told something"
        );
        assert_eq!(without.shown, with.shown, "seed {seed}");
        let mut heard_before = texts(&with.world, ADA);
        heard_before.sort_unstable();
        assert_eq!(heard_before, ["from ada", "one", "three", "two"]);
    }
}

#[test]
fn a_block_that_shows_at_a_home_is_noticed_by_the_test_above() {
    for bug in [Bug::BlockedNotRead, Bug::BlockedNotJoined] {
        let without = weeks(1, false, false);
        plant(Some(bug));
        let with = weeks(1, true, false);
        plant(None);
        assert_ne!(counts(&without.heard), counts(&with.heard), "{bug:?}");
    }
}

#[test]
fn blocking_and_unblocking_alone_reach_nobody() {
    let mut world = friends(3);
    (world.note_heard, world.heard) = (true, Vec::new());
    let step = world.step();
    for _ in 0..2 {
        block(&mut world);
        world.run();
        unblock(&mut world);
        world.run();
    }
    assert_eq!(world.heard, []);
    assert_eq!(world.step(), step);
}

#[test]
fn it_needs_no_home_and_holds_after_a_start() {
    let mut world = friends(4);
    world.go_offline(ADA);
    world.set_reachable(OTHER_HOME, false);
    block(&mut world);
    world.go_offline(ADA);
    world.set_reachable(OTHER_HOME, true);
    say(&mut world, BOB, "hello?");
    world.go_online(ADA);
    world.run();
    assert_eq!(texts(&world, ADA), Vec::<String>::new());
    assert!(super::between(&world, ADA, ADA).unwrap().blocked);
}
