//! Somebody lost their device and has a profile out of a backup: the other side lets them in again, once,
//! and nobody else.

use crate::lies::rewrite;
use crate::people::{
    ADA, BOB, HOME, accept, acquainted, contact, conversation, introduce, invite, say, settle_in,
};
use crate::world::{Lie, World};
use backup::rows::{Rows, encode_row};
use client_core::{BegunAnew, Event, ItemState, begin_anew};
use client_store::backed_up::BACKED_UP;
use client_store::log::{LogRow, LogState};
use client_store::{Restoring, StoreError};
use protocol::frame::Response;
use protocol::response::Item;
use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

/// What a backup holds: the rows of each table.
pub type Backup = Vec<(&'static str, Vec<String>, Vec<u8>)>;

const CLEO: &str = "cleo";
/// Bob's new device, where his old one lives on.
const BOB_AGAIN: &str = "bob-again";

pub fn back_up(world: &World, name: &str) -> Backup {
    let store = world.client(name).open_store();
    let columns = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
    let tables = BACKED_UP.iter().map(|table| {
        let mut rows = Rows::default();
        store
            .each_backed_up(table, |_, row| {
                rows.push(&encode_row(row));
                Ok::<_, StoreError>(())
            })
            .unwrap();
        (table.name, columns(table.columns), rows.take())
    });
    tables.collect()
}

/// Somebody begins on a new device, offline, with what a backup holds.
pub fn restore(world: &mut World, name: &'static str, backup: &Backup) -> BegunAnew {
    let schema = world.engine(name).store().schema_version().unwrap();
    world.end(name);
    world.put_disk(name, &world.take_disk("nobody"));
    let path = PathBuf::from(format!("/sim/{}/profile.db", world.machine(name)));
    let restoring = Restoring::begin(&path, None, schema).unwrap();
    for (table, columns, rows) in backup {
        restoring.insert(table, columns, rows).unwrap();
    }
    let store = restoring.finish(&path, None).unwrap();
    let seed = protocol::hash::sha256(&[name.as_bytes(), &world.step().to_be_bytes()]);
    let begun = begin_anew(&store, seed, world.now_of(name)).unwrap();
    store.read_through().unwrap();
    store.close().unwrap();
    world.go_offline(name);
    begun
}

pub fn log(world: &World, name: &str) -> LogRow {
    let logs = world.client(name).open_store().logs().unwrap();
    assert_eq!(logs.len(), 1, "{name}");
    logs.into_iter().next().unwrap()
}

pub fn texts(world: &World, name: &str) -> Vec<(String, ItemState)> {
    let items = world
        .engine(name)
        .items(conversation(world, name).id, 0, 100);
    let items = items.unwrap().into_iter();
    items.map(|item| (item.text, item.state)).collect()
}

pub fn stored(all: &[&str]) -> Vec<(String, ItemState)> {
    let one = |text: &&str| ((*text).to_owned(), ItemState::Stored);
    all.iter().map(one).collect()
}

pub fn times_back(world: &World, name: &str) -> usize {
    let is_back = |event: &&Event| matches!(event, Event::CameBack(..));
    world.events(name).iter().filter(is_back).count()
}

/// Keeps the items that Ada's home brings her.
fn noting_items(brought: &Rc<RefCell<Vec<Item>>>) -> Lie {
    let brought = brought.clone();
    rewrite(ADA, move |response| {
        match &response {
            Response::Items(items) => brought.borrow_mut().extend(items.items.clone()),
            Response::Item(push) => brought.borrow_mut().push(push.item.clone()),
            _ => {}
        }
        vec![response]
    })
}

/// Brings them once more, under other numbers and the last first.
fn bringing_again(brought: &Rc<RefCell<Vec<Item>>>) -> Lie {
    let brought = brought.clone();
    rewrite(ADA, move |mut response| {
        if let Response::Items(items) = &mut response {
            let again = std::mem::take(&mut *brought.borrow_mut());
            for (number, item) in (1_000..).zip(again.into_iter().rev()) {
                let body = item.body;
                items.items.push(Item { number, body });
            }
        }
        vec![response]
    })
}

/// Both write on, and hear each other.
pub fn check_goes_on(
    world: &mut World,
    (one, other): (&'static str, &'static str),
    before: &[&str],
) {
    say(world, one, "one again");
    world.run();
    say(world, other, "other again");
    world.run();
    let expected = [before, &["one again", "other again"]].concat();
    for name in [one, other] {
        assert_eq!(texts(world, name), stored(&expected), "{name}");
        assert_eq!(log(world, name).state, LogState::Open);
        assert!(!conversation(world, name).rejoining);
        assert_eq!(world.engine(name).waiting().unwrap().total(), 0, "{name}");
        assert_eq!(world.client(name).failures, 0, "{name}");
    }
    assert_eq!(log(world, one).head, log(world, other).head);
    let members = world.members(one, conversation(world, one).id);
    assert_eq!(members.len(), 2);
}

/// Whoever of the two is lost; the other.
fn other_than(lost: &str) -> &'static str {
    if lost == ADA { BOB } else { ADA }
}

#[test]
fn either_of_two_is_let_in_again_and_both_write_on() {
    for (seed, lost) in (0..6).zip([ADA, BOB].into_iter().cycle()) {
        let mut world = acquainted(seed);
        say(&mut world, BOB, "b1");
        say(&mut world, ADA, "a1");
        world.run();
        let before = texts(&world, ADA);
        let before: Vec<&str> = before.iter().map(|(text, _)| text.as_str()).collect();
        let safety = contact(&world, ADA).safety;
        let backup = back_up(&world, lost);
        restore(&mut world, lost, &backup);
        assert!(conversation(&world, lost).rejoining);
        assert_eq!(texts(&world, lost), stored(&before));
        world.go_online(lost);
        world.run();
        let other = other_than(lost);
        assert_eq!(times_back(&world, other), 1, "seed {seed}");
        check_goes_on(&mut world, (lost, other), &before);
        assert_eq!(contact(&world, lost).safety, safety);
        assert_eq!(contact(&world, other).safety, safety);
    }
}

#[test]
fn the_other_may_come_later_and_what_was_written_meanwhile_arrives_once() {
    let mut world = acquainted(7);
    say(&mut world, ADA, "before");
    world.run();
    world.go_offline(BOB);
    let backup = back_up(&world, BOB);
    world.go_offline(ADA);
    restore(&mut world, BOB, &backup);
    world.go_online(BOB);
    say(&mut world, BOB, "while waiting");
    world.run();
    assert_eq!(texts(&world, BOB)[1].1, ItemState::Queued);
    assert_eq!(
        world.engine(BOB).waiting().unwrap().total(),
        0,
        "nothing is left to ask homes"
    );
    world.go_offline(BOB);
    world.go_online(ADA);
    world.run();
    world.go_online(BOB);
    world.run();
    check_goes_on(&mut world, (ADA, BOB), &["before", "while waiting"]);
}

#[test]
fn what_was_on_its_way_when_the_backup_was_made_shows_once() {
    let mut world = acquainted(8);
    world.go_offline(BOB);
    say(&mut world, BOB, "on its way");
    let backup = back_up(&world, BOB);
    // The old device sends it after all, and one thing more that nobody else has.
    world.go_online(BOB);
    world.run();
    say(&mut world, BOB, "lost with the device");
    world.run();
    restore(&mut world, BOB, &backup);
    world.go_online(BOB);
    world.run();
    let on_its_way = ("on its way".to_owned(), ItemState::Stored);
    assert_eq!(texts(&world, BOB), std::slice::from_ref(&on_its_way));
    let at_ada = texts(&world, ADA);
    assert_eq!(at_ada.iter().filter(|one| **one == on_its_way).count(), 1);
    assert_eq!(at_ada.len(), 2);
    say(&mut world, BOB, "and on");
    world.run();
    assert_eq!(texts(&world, ADA)[2].0, "and on");
}

#[test]
fn the_old_device_reads_that_it_is_out_and_stops() {
    let mut world = acquainted(9);
    world.add_client(BOB_AGAIN);
    let backup = back_up(&world, BOB);
    restore(&mut world, BOB_AGAIN, &backup);
    world.go_online(BOB_AGAIN);
    world.run();
    assert_eq!(log(&world, BOB).state, LogState::Removed);
    let halted = conversation(&world, BOB).halted.unwrap();
    assert_eq!(halted, client_core::REPLACED);
    let id = conversation(&world, BOB).id;
    assert!(
        world
            .act(BOB, |engine, now| engine.send(now, id, "no"))
            .is_err()
    );
    check_goes_on(&mut world, (ADA, BOB_AGAIN), &[]);
    let at_bob = texts(&world, BOB);
    assert!(at_bob.is_empty(), "it reads nothing more: {at_bob:?}");
}

#[test]
fn whoever_restores_twice_is_let_in_twice_and_an_old_request_does_nothing() {
    let mut world = acquainted(10);
    let backup = back_up(&world, BOB);
    world.go_offline(ADA);
    let brought = Rc::new(RefCell::new(Vec::new()));
    world.lie(noting_items(&brought));
    // The first request is left and not read yet; the second device asks as well.
    restore(&mut world, BOB, &backup);
    world.go_online(BOB);
    world.run();
    world.pass_s(60);
    restore(&mut world, BOB, &backup);
    world.go_online(BOB);
    world.run();
    world.go_online(ADA);
    world.run();
    check_goes_on(&mut world, (ADA, BOB), &[]);
    let head = log(&world, ADA).head;
    // Its home brings everything that it ever brought once more.
    assert_eq!(brought.borrow().len(), 2);
    world.go_offline(ADA);
    world.lie(bringing_again(&brought));
    world.go_online(ADA);
    world.run_for(1_000);
    world.tell_the_truth();
    assert_eq!(brought.borrow().len(), 0, "it was brought");
    assert_eq!(
        log(&world, ADA).head,
        head,
        "nobody is let in by an old request"
    );
    assert_eq!(log(&world, ADA).state, LogState::Open);
    assert_eq!(world.client(ADA).failures, 0);
}

#[test]
fn of_two_requests_the_later_counts_in_whichever_order_they_come() {
    let mut world = acquainted(15);
    let backup = back_up(&world, BOB);
    world.go_offline(ADA);
    for _ in 0..2 {
        world.pass_s(60);
        restore(&mut world, BOB, &backup);
        world.go_online(BOB);
        world.run();
    }
    world.lie(rewrite(ADA, |mut response| {
        if let Response::Items(items) = &mut response {
            items.items.reverse();
        }
        vec![response]
    }));
    world.go_online(ADA);
    world.run();
    world.tell_the_truth();
    check_goes_on(&mut world, (ADA, BOB), &[]);
}

#[test]
fn a_request_of_somebody_else_lets_nobody_in() {
    let mut world = acquainted(11);
    // Cleo knows Ada too, and asks for the conversation that Bob has.
    settle_in(&mut world, CLEO, Some(HOME));
    let persona = world.engine(ADA).personas().unwrap()[0].id;
    let id = world
        .act(ADA, |engine, now| {
            engine.new_invitation(now, persona, 1, None, None)
        })
        .unwrap();
    world.run();
    let link = world.engine(ADA).invitation(id).unwrap().link.unwrap();
    accept(&mut world, CLEO, &link);
    world.go_online(CLEO);
    world.run();
    let bobs = log(&world, BOB);
    world.go_offline(CLEO);
    let store = world.client(CLEO).open_store();
    let cleo_contact = store.contacts().unwrap()[0].id;
    let use_id = protocol::id::UseId::new([7; 16]);
    store
        .insert_contact_item(&use_id, cleo_contact, Some(&bobs.log))
        .unwrap();
    drop(store);
    world.go_online(CLEO);
    world.run();
    let passed_over = |event: &&Event| matches!(event, Event::PassedOver(_));
    assert_eq!(world.events(ADA).iter().filter(passed_over).count(), 1);
    assert_eq!(times_back(&world, ADA), 0);
    assert_eq!(log(&world, BOB).state, LogState::Open);
}

#[test]
fn if_both_were_restored_they_hear_why_and_meet_again_in_the_same_conversation() {
    let mut world = acquainted(12);
    say(&mut world, ADA, "long ago");
    world.run();
    let backups = [ADA, BOB].map(|name| back_up(&world, name));
    for (name, backup) in [ADA, BOB].into_iter().zip(&backups) {
        world.go_offline(name);
        restore(&mut world, name, backup);
    }
    for name in [ADA, BOB] {
        world.go_online(name);
    }
    world.run();
    for name in [ADA, BOB] {
        let halted = conversation(&world, name).halted.unwrap();
        assert!(halted.contains("both of you"), "{halted}");
        world.go_offline(name);
    }
    introduce(&mut world);
    say(&mut world, ADA, "here again");
    world.run();
    say(&mut world, BOB, "me too");
    world.run();
    for name in [ADA, BOB] {
        assert_eq!(
            texts(&world, name),
            stored(&["long ago", "here again", "me too"]),
            "{name}"
        );
        assert_eq!(conversation(&world, name).halted, None);
    }
}

#[test]
fn whoever_was_never_told_a_way_says_so_and_accepts_a_new_invitation() {
    let mut world = World::new(13);
    world.add_home(HOME);
    settle_in(&mut world, ADA, Some(HOME));
    settle_in(&mut world, BOB, None);
    let link = invite(&mut world, ADA, 1);
    accept(&mut world, BOB, &link);
    world.go_online(BOB);
    world.run();
    // Ada has not been there yet.
    let backup = back_up(&world, BOB);
    world.go_offline(BOB);
    world.go_online(ADA);
    world.run();
    say(&mut world, ADA, "hello");
    world.run();
    restore(&mut world, BOB, &backup);
    let halted = conversation(&world, BOB).halted.unwrap();
    assert!(halted.contains("new invitation"), "{halted}");
    world.go_offline(ADA);
    introduce(&mut world);
    say(&mut world, BOB, "found you");
    world.run();
    assert_eq!(texts(&world, ADA), stored(&["hello", "found you"]));
    assert_eq!(texts(&world, BOB), stored(&["found you"]));
}

#[test]
fn what_is_held_does_not_leave_for_a_day() {
    let mut world = acquainted(14);
    let id = conversation(&world, BOB).id;
    let at_s = world.now_of(BOB).unix_s() + 60;
    let draft = client_core::Draft {
        held_until_s: Some(at_s),
        ..client_core::Draft::text("slept on")
    };
    world
        .act(BOB, |engine, now| engine.send_all(now, id, &[draft]))
        .unwrap();
    let backup = back_up(&world, BOB);
    world.go_offline(BOB);
    world.pass_s(3_600);
    restore(&mut world, BOB, &backup);
    world.go_online(BOB);
    world.run_for(1_000);
    assert_eq!(
        texts(&world, BOB),
        [("slept on".to_owned(), ItemState::Held)]
    );
    world.run_for(2 * 86_400_000);
    assert_eq!(texts(&world, ADA), stored(&["slept on"]));
}

#[test]
fn whoever_is_blocked_is_let_in_again_as_anybody_and_the_other_is_told_nothing() {
    let mut world = acquainted(7);
    say(&mut world, BOB, "before");
    world.run();
    let backup = back_up(&world, BOB);
    let blocked = contact(&world, ADA).id;
    world
        .act(ADA, |engine, now| engine.block(now, blocked))
        .unwrap();
    restore(&mut world, BOB, &backup);
    world.go_online(BOB);
    world.run();
    assert_eq!(log(&world, BOB).state, LogState::Open);
    assert_eq!(times_back(&world, ADA), 0);
    world
        .act(ADA, |engine, now| engine.unblock(now, blocked))
        .unwrap();
    check_goes_on(&mut world, (BOB, ADA), &["before"]);
}

#[test]
fn what_may_have_left_the_lost_device_is_not_taken_back_without_a_word() {
    let mut world = acquainted(8);
    world.set_reachable(crate::people::HOME, false);
    world.run_for(1_000);
    say(&mut world, BOB, "a mistake");
    let backup = back_up(&world, BOB);
    world.set_reachable(crate::people::HOME, true);
    world.run();
    restore(&mut world, BOB, &backup);
    world.go_online(BOB);
    let own = conversation(&world, BOB).id;
    let own = world.engine(BOB).items(own, 0, 1).unwrap()[0].id;
    let act = world.act(BOB, |engine, now| engine.retract(now, own));
    assert!(act.unwrap().is_some(), "the other has it");
    world.run();
    let theirs = conversation(&world, ADA).id;
    let theirs = world.engine(ADA).items(theirs, 0, 10).unwrap();
    assert_eq!(theirs.len(), 1);
    assert!(theirs[0].retracted);
}
