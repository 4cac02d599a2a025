//! Own things that are on their way when somebody is blocked: the screen says what they have, and nothing goes out
//! twice, or by itself later.

use super::{
    block, check_going_on, edit, friends, id_between, item, react, retract, say, shown, texts,
    unblock,
};
use crate::people::{ADA, BOB, OTHER_HOME, stride};
use crate::world::{Fault, World};
use client_core::{Draft, ItemState, ItemView, Kind, Step};

fn find(world: &World, name: &str, text: &str) -> Option<ItemView> {
    shown(world, name)
        .into_iter()
        .find(|item| item.text == text)
}

/// Ada says something that is held for ten minutes.
fn say_later(world: &mut World, text: &str) {
    let id = id_between(world, ADA);
    let later = Draft {
        held_until_s: Some(world.now().unix_s() + 600),
        ..Draft::text(text)
    };
    world
        .act(ADA, |engine, now| engine.send_all(now, id, &[later]))
        .unwrap();
}

/// What Ada's screen says of what Bob has, is what Bob has.
#[track_caller]
fn check_true(world: &World) {
    let plain = |item: ItemView| (item.text, item.edited, item.retracted, item.reactions);
    let by_ada: Vec<_> = shown(world, ADA)
        .into_iter()
        .filter(|item| item.state == ItemState::Stored)
        .map(plain)
        .collect();
    let by_bob: Vec<_> = shown(world, BOB).into_iter().map(plain).collect();
    assert_eq!(by_ada, by_bob);
}

#[test]
fn words_that_wait_stay_here_and_what_takes_words_back_leaves() {
    let mut world = friends(1);
    for text in ["kept", "changed", "taken back", "liked"] {
        say(&mut world, ADA, text);
    }
    world.run();
    let of = |world: &World, text| item(world, ADA, text);
    let liked = of(&world, "liked");
    react(&mut world, ADA, liked, "❤");
    world.run();
    world.set_reachable(OTHER_HOME, false);
    world.run_for(1_000);
    let (changed, back) = (of(&world, "changed"), of(&world, "taken back"));
    edit(&mut world, ADA, changed, "changed in anger");
    retract(&mut world, ADA, back);
    react(&mut world, ADA, liked, "🌱");
    world
        .act(ADA, |engine, now| engine.unreact(now, liked, "❤"))
        .unwrap();
    let angry = say(&mut world, ADA, "in anger");
    edit(&mut world, ADA, angry, "in great anger");
    let regretted = say(&mut world, ADA, "regretted at once");
    retract(&mut world, ADA, regretted);
    say_later(&mut world, "later");
    world.run_for(1_000);
    // The change, the sign, the words and their change, and what was to leave later.
    assert_eq!(block(&mut world), 5);
    let states: Vec<_> = shown(&world, ADA)
        .into_iter()
        .map(|item| (item.text, item.state))
        .collect();
    let (stored, kept_back) = (ItemState::Stored, ItemState::KeptBack);
    let expected = [
        ("kept", stored),
        ("changed", stored),
        ("", stored),
        ("liked", stored),
        ("in great anger", kept_back),
        ("later", kept_back),
    ];
    assert_eq!(
        states,
        expected.map(|(text, state)| (text.to_owned(), state))
    );
    for is_blocked in [true, false] {
        world.set_reachable(OTHER_HOME, true);
        world.run();
        world.run_for(3_600_000);
        assert_eq!(world.engine(ADA).waiting().unwrap().total(), 0);
        check_true(&world);
        assert_eq!(texts(&world, BOB), ["kept", "changed", "", "liked"]);
        assert!(find(&world, BOB, "").unwrap().retracted, "she took it back");
        assert_eq!(find(&world, BOB, "liked").unwrap().reactions, []);
        if is_blocked {
            assert_eq!(unblock(&mut world), 2);
        }
    }
    // Nothing leaves that was kept back; it can be read, and let go of.
    for refused in [
        world.act(ADA, |engine, now| engine.edit(now, angry, "calm")),
        world.act(ADA, |engine, now| engine.react(now, angry, "❤")),
    ] {
        assert_eq!(refused.unwrap_err().kind(), Kind::Invalid);
    }
    assert_eq!(retract(&mut world, ADA, angry), None);
    assert!(find(&world, ADA, "in great anger").is_none());
    check_going_on(&mut world, ADA);
    check_true(&world);
}

#[test]
fn what_was_under_way_is_recognised_and_goes_out_once_at_most() {
    let trouble = |world: &mut World, how: u64| match how {
        0 => {}
        1 => world.plan(1, Fault::Cut),
        2 => world.plan(1, Fault::Mute(OTHER_HOME)),
        _ => world.plan(1, Fault::Reopen(ADA)),
    };
    let (mut left, mut stayed) = (0, 0);
    for step in (0..40).step_by(stride(1)) {
        let how = step % 5 % 4;
        let mut world = friends(20 + step);
        let first = say(&mut world, ADA, "first");
        let second = say(&mut world, ADA, "second");
        world.run();
        world.go_offline(ADA);
        say(&mut world, ADA, "under way");
        edit(&mut world, ADA, first, "changed");
        react(&mut world, ADA, first, "🌱");
        retract(&mut world, ADA, second);
        world.go_online(ADA);
        world.run_steps(step);
        trouble(&mut world, how);
        world.run_steps(how);
        block(&mut world);
        world.run();
        check_true(&world);
        assert!(shown(&world, BOB)[1].retracted, "taking back leaves");
        let has = texts(&world, BOB);
        unblock(&mut world);
        world.run();
        world.go_offline(ADA);
        world.go_online(ADA);
        world.run();
        assert_eq!(texts(&world, BOB), has, "nothing goes out by itself later");
        // New keys: what was not read by now never left.
        world.pass_days(8);
        check_going_on(&mut world, ADA);
        check_true(&world);
        if let Some(item) = find(&world, ADA, "under way") {
            let is_there = item.state == ItemState::Stored;
            left += usize::from(is_there);
            stayed += usize::from(!is_there);
            if !is_there {
                assert_eq!(retract(&mut world, ADA, item.id), None, "it never left");
            }
        }
    }
    assert!(left > 0 && stayed > 0, "{left} left, {stayed} stayed");
}

#[test]
fn what_was_encrypted_and_never_arrived_stays_here_and_is_undone() {
    let mut world = friends(41);
    let first = say(&mut world, ADA, "first");
    world.run();
    world.go_offline(ADA);
    let words = say(&mut world, ADA, "under way");
    edit(&mut world, ADA, first, "changed");
    react(&mut world, ADA, first, "🌱");
    let row_of = |world: &World| world.engine(ADA).store().outbox_of_item(words).unwrap();
    world.go_online(ADA);
    while row_of(&world).unwrap().sealed.is_none() {
        world.run_steps(1);
    }
    world.go_offline(ADA);
    assert_eq!(block(&mut world), 3);
    for _ in 0..2 {
        let shown = shown(&world, ADA);
        assert_eq!((shown[0].text.as_str(), shown[0].edited), ("first", false));
        assert_eq!(shown[0].reactions, []);
        assert_eq!(shown[1].state, ItemState::KeptBack);
        let why = shown[1].not_sent.as_ref().unwrap();
        assert!(why.contains("may have left"), "{why}");
        world.go_online(ADA);
        world.run();
        check_true(&world);
    }
    assert!(row_of(&world).is_some(), "it could still be read");
    unblock(&mut world);
    world.pass_days(8);
    check_going_on(&mut world, ADA);
    check_true(&world);
    assert!(row_of(&world).is_none(), "all of its head was read");
    let why = find(&world, ADA, "under way").unwrap().not_sent;
    assert_eq!(why.unwrap(), "you blocked them before it left");
    assert!(!texts(&world, BOB).contains(&"under way".to_owned()));
    assert_eq!(retract(&mut world, ADA, words), None);
    edit(&mut world, ADA, first, "changed after all");
    world.run();
    check_true(&world);
}

#[test]
fn words_that_may_have_arrived_can_be_taken_back_for_real() {
    let mut world = friends(40);
    world.run();
    say(&mut world, ADA, "under way");
    // The home has it; nobody hears that it does.
    world.plan(2, Fault::Mute(OTHER_HOME));
    world.run_until("append");
    world.go_offline(ADA);
    block(&mut world);
    let item = item(&world, ADA, "under way");
    let retraction = retract(&mut world, ADA, item);
    assert!(retraction.is_some(), "it may be there");
    world.go_online(ADA);
    world.run();
    check_true(&world);
    for name in [ADA, BOB] {
        assert!(
            shown(&world, name).iter().all(|item| item.retracted),
            "{name}"
        );
    }
}

#[test]
fn nothing_new_is_said_and_own_words_can_be_taken_back() {
    let mut world = friends(50);
    let (mine, other) = (say(&mut world, ADA, "mine"), say(&mut world, ADA, "other"));
    say(&mut world, BOB, "theirs");
    world.run();
    react(&mut world, ADA, mine, "❤");
    world.run();
    block(&mut world);
    let theirs = item(&world, ADA, "theirs");
    let id = id_between(&world, ADA);
    let items = shown(&world, ADA);
    for refused in [
        world.act(ADA, |engine, now| engine.send(now, id, "no")),
        world.act(ADA, |engine, now| engine.edit(now, mine, "no")),
        world.act(ADA, |engine, now| engine.react(now, theirs, "❤")),
        world.act(ADA, |engine, now| engine.react(now, mine, "❤")),
    ] {
        let refused = refused.unwrap_err();
        assert_eq!(refused.kind(), Kind::Refused);
        assert_eq!(refused.advice().unwrap().step, Step::Unblock);
    }
    assert_eq!(shown(&world, ADA), items, "nothing is kept");
    assert_eq!(world.engine(ADA).waiting().unwrap().total(), 0);
    retract(&mut world, ADA, other).unwrap();
    world
        .act(ADA, |engine, now| engine.unreact(now, mine, "❤"))
        .unwrap();
    world.run();
    check_true_of_own(&world);
    unblock(&mut world);
    check_going_on(&mut world, ADA);
}

fn check_true_of_own(world: &World) {
    let by_bob = shown(world, BOB);
    let taken_back = by_bob.iter().filter(|item| item.retracted).count();
    assert_eq!(taken_back, 1);
    assert!(by_bob.iter().all(|item| item.reactions.is_empty()));
}
