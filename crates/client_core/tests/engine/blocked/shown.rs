//! What somebody says who is blocked is kept and never shown, also not later.

use super::{
    block, bob_of, check_going_on, edit, friends, id_between, item, react, retract, say, shown,
    texts, unblock,
};
use crate::people::{ADA, BOB, OTHER_HOME};
use crate::world::{Fault, Member, World};
use client_core::{Event, Kind};
use client_store::item::ItemRow;
use client_store::log::LogState;
use protocol::id::PersonaFingerprint;
use simulator::disk;

/// What Ada's store has and never shows.
fn hidden(world: &World) -> Vec<ItemRow> {
    let store = world.client(ADA).open_store();
    store.hidden_items(id_between(world, ADA)).unwrap()
}

fn news(world: &World, since: usize) -> Vec<Event> {
    world.events(ADA)[since..].to_vec()
}

/// Not even by its id does anybody get at what is hidden.
fn check_out_of_reach(world: &mut World) {
    let id = id_between(world, ADA);
    assert_eq!(
        world.engine(ADA).items_since(id, 0).unwrap().len(),
        shown(world, ADA).len()
    );
    for item in hidden(world) {
        let (item, engine) = (item.id, world.engine(ADA));
        assert_eq!(engine.items_of(id, &[item].into()).unwrap(), []);
        assert_eq!(engine.items_beginning(&item.to_string()).unwrap(), []);
        let refused = world.act(ADA, |engine, now| engine.react(now, item, "❤"));
        assert_eq!(refused.unwrap_err().kind(), Kind::Invalid);
    }
}

/// Not even what is done to the same items makes hold what was done to them meanwhile.
fn check_nothing_holds_later(world: &mut World) {
    for text in ["one", "two"] {
        let item = item(world, ADA, text);
        react(world, ADA, item, "🌱");
    }
    world.run();
    assert!(
        shown(world, ADA)
            .iter()
            .all(|item| !item.retracted && !item.edited)
    );
}

#[test]
fn nothing_that_they_do_is_shown_counted_told_or_found() {
    let mut world = friends(1);
    say(&mut world, ADA, "from ada");
    for text in ["one", "two", "three"] {
        say(&mut world, BOB, text);
    }
    world.run();
    let (one, two) = (item(&world, BOB, "one"), item(&world, BOB, "two"));
    let from_ada = item(&world, BOB, "from ada");
    react(&mut world, BOB, from_ada, "❤");
    world.run();
    let id = id_between(&world, ADA);
    let unread = super::between(&world, ADA, ADA).unwrap().unread;
    let before = shown(&world, ADA);
    block(&mut world);
    let told = world.events(ADA).len();
    say(&mut world, BOB, "strawberry");
    edit(&mut world, BOB, one, "another strawberry");
    retract(&mut world, BOB, two);
    react(&mut world, BOB, from_ada, "🌱");
    world
        .act(BOB, |engine, now| engine.unreact(now, from_ada, "❤"))
        .unwrap();
    world.run();
    assert_eq!(hidden(&world).len(), 5, "all of it is kept");
    for is_blocked in [true, false] {
        let now = shown(&world, ADA);
        let plain = |items: &[client_core::ItemView]| {
            items
                .iter()
                .map(|item| {
                    (
                        item.id,
                        item.seq,
                        item.text.clone(),
                        item.retracted,
                        item.edited,
                    )
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(plain(&now), plain(&before));
        let signs: &[(String, Vec<String>)] = if is_blocked {
            &[]
        } else {
            &[("❤".to_owned(), vec![BOB.to_owned()])]
        };
        let of_ada = now.iter().find(|item| item.text == "from ada").unwrap();
        assert_eq!(of_ada.reactions, signs, "blocked: {is_blocked}");
        let conversation = super::between(&world, ADA, ADA).unwrap();
        assert_eq!(conversation.unread, unread);
        assert_eq!(conversation.blocked, is_blocked);
        let engine = world.engine(ADA);
        assert_eq!(engine.search("strawberry", None, 10).unwrap().len(), 0);
        assert_eq!(engine.search("straw", Some(id), 10).unwrap().len(), 0);
        assert_eq!(news(&world, told), []);
        if is_blocked {
            unblock(&mut world);
            world.run();
        }
    }
    check_out_of_reach(&mut world);
    check_going_on(&mut world, ADA);
    check_nothing_holds_later(&mut world);
    // What they do from now on counts again.
    edit(&mut world, BOB, one, "a third one");
    world.run();
    assert!(texts(&world, ADA).contains(&"a third one".to_owned()));
}

#[test]
fn it_stays_hidden_for_whoever_was_offline_until_nobody_was_blocked_any_more() {
    let mut world = friends(2);
    say(&mut world, BOB, "before, and never fetched");
    world.go_offline(ADA);
    world.run();
    world.pass_s(60);
    block(&mut world);
    world.pass_s(60);
    for text in ["please", "why?"] {
        say(&mut world, BOB, text);
    }
    world.run();
    world.pass_s(60);
    unblock(&mut world);
    world.pass_s(60);
    say(&mut world, BOB, "hello again");
    world.go_online(ADA);
    world.run();
    assert_eq!(
        texts(&world, ADA).last().map(String::as_str),
        Some("hello again")
    );
    assert!(!texts(&world, ADA).contains(&"please".to_owned()));
    assert_eq!(hidden(&world).len(), 2);
    check_going_on(&mut world, ADA);
    // Once more: the times between are not among them.
    world.pass_s(60);
    block(&mut world);
    say(&mut world, BOB, "once more");
    world.run();
    world.pass_s(60);
    unblock(&mut world);
    assert_eq!(hidden(&world).len(), 3);
    say(&mut world, BOB, "and again");
    world.run();
    assert!(texts(&world, ADA).contains(&"and again".to_owned()));
}

#[test]
fn months_of_words_and_new_keys_are_missed_and_both_go_on() {
    let mut world = friends(3);
    say(&mut world, ADA, "before");
    world.run();
    block(&mut world);
    for week in 0..9 {
        world.pass_days(8);
        for number in 0..12 {
            say(&mut world, BOB, &format!("week {week}, {number}"));
        }
        if week == 3 {
            world.go_offline(ADA);
        }
        world.run();
        if week == 6 {
            world.go_online(ADA);
        }
    }
    world.run();
    assert_eq!(texts(&world, ADA), ["before"]);
    assert_eq!(hidden(&world).len(), 9 * 12);
    unblock(&mut world);
    check_going_on(&mut world, ADA);
    assert_eq!(texts(&world, ADA).len(), 3);
    assert_eq!(texts(&world, BOB).len(), 3 + 9 * 12);
}

#[test]
fn whoever_falls_behind_is_added_anew_by_them_without_a_word() {
    let mut world = friends(7);
    say(&mut world, BOB, "before");
    world.run();
    block(&mut world);
    let told = world.events(ADA).len();
    let log = world.engine(ADA).store().logs_of(id_between(&world, ADA));
    let (log, ada) = (log.unwrap()[0].log, first_name(&world));
    Member::new(&mut world, OTHER_HOME, BOB, log).post_spoiled(&ada);
    world.run();
    say(&mut world, BOB, "meanwhile");
    world.run();
    let row = world.engine(ADA).store().log(&log).unwrap().unwrap();
    assert_eq!(row.state, LogState::Open);
    let asked = |event: &&Event| matches!(event, Event::AskedForRepair(..));
    assert_eq!(world.events(BOB).iter().filter(asked).count(), 1);
    assert_eq!(news(&world, told), []);
    assert_eq!(texts(&world, ADA), ["before"]);
    unblock(&mut world);
    check_going_on(&mut world, ADA);
}

fn first_name(world: &World) -> PersonaFingerprint {
    let personas = world.engine(ADA).personas().unwrap();
    personas
        .iter()
        .find(|one| one.name == ADA)
        .unwrap()
        .fingerprint
}

#[test]
fn what_they_signal_is_not_heard_and_nothing_is_signalled_to_them() {
    let mut world = friends(4);
    say(&mut world, BOB, "here");
    world.run();
    block(&mut world);
    let (ada, bob) = (id_between(&world, ADA), id_between(&world, BOB));
    let told = world.events(ADA).len();
    assert!(
        world
            .act(BOB, |engine, now| engine.signal(now, bob, b"t"))
            .unwrap()
    );
    world.run();
    assert_eq!(news(&world, told), []);
    assert!(
        !world
            .act(ADA, |engine, now| engine.signal(now, ada, b"t"))
            .unwrap()
    );
    unblock(&mut world);
    assert!(
        world
            .act(BOB, |engine, now| engine.signal(now, bob, b"t"))
            .unwrap()
    );
    world.run();
    assert_eq!(news(&world, told).len(), 1);
}

#[test]
fn it_is_one_transaction() {
    let mut crashes = 0;
    for operations in 0..60 {
        let mut world = friends(5);
        world.go_offline(ADA);
        say(&mut world, ADA, "in anger");
        let bob = bob_of(&world);
        disk::plan_crash(&world.machine(ADA), operations);
        let kept_back = world.act(ADA, |engine, now| engine.block(now, bob));
        let is_blocked = super::between(&world, ADA, ADA).unwrap().blocked;
        let waiting = world.engine(ADA).waiting().unwrap().items;
        assert_eq!(waiting, u64::from(!is_blocked), "all of it or nothing");
        if let Ok(kept_back) = kept_back {
            assert!(is_blocked && kept_back == 1);
            break;
        }
        crashes += 1;
        assert_eq!(block(&mut world), u64::from(!is_blocked));
        world.go_online(ADA);
        world.run();
        assert_eq!(texts(&world, BOB), Vec::<String>::new());
        unblock(&mut world);
        check_going_on(&mut world, ADA);
    }
    assert!(crashes > 3, "{crashes}");
}

#[test]
fn once_more_is_the_same() {
    let mut world = friends(6);
    say(&mut world, ADA, "hello");
    world.run();
    world.go_offline(ADA);
    say(&mut world, ADA, "in anger");
    assert_eq!(block(&mut world), 1);
    let contacts = world.engine(ADA).contacts().unwrap();
    assert_eq!(block(&mut world), 1);
    assert_eq!(world.engine(ADA).contacts().unwrap(), contacts);
    for _ in 0..2 {
        unblock(&mut world);
        assert!(!world.engine(ADA).contacts().unwrap()[0].blocked);
    }
    let nobody = client_core::ContactId::new([0; 16]);
    for unknown in [
        world.act(ADA, |engine, now| engine.block(now, nobody)),
        world.act(ADA, |engine, now| engine.unblock(now, nobody)),
    ] {
        assert_eq!(unknown.unwrap_err().kind(), Kind::Invalid);
    }
    world.go_online(ADA);
    check_going_on(&mut world, ADA);
    let mut heard = texts(&world, BOB);
    heard.sort_unstable();
    assert_eq!(heard, ["ada goes on", "bob goes on", "hello"]);
}

#[test]
fn it_holds_whatever_fails_meanwhile() {
    for seed in 0..6 {
        let mut world = friends(10 + seed);
        let homes = [crate::people::HOME, crate::people::OTHER_HOME];
        let mut faults = crate::people::troubles(&homes);
        faults.push(Fault::Twice);
        world.plan_every(29, &faults);
        block(&mut world);
        for number in 0..30 {
            say(&mut world, BOB, &format!("{number}"));
            world.run_for(2_000);
        }
        world.run_for(200_000);
        world.plan_every(0, &[]);
        world.run();
        assert_eq!(texts(&world, ADA), Vec::<String>::new(), "seed {seed}");
        assert_eq!(hidden(&world).len(), 30, "seed {seed}");
        unblock(&mut world);
        check_going_on(&mut world, ADA);
    }
}
