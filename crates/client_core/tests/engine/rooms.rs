//! A conversation is where it is: nobody brings it elsewhere, and wishes are fulfilled once.

use crate::circles::{
    CLEO, acquainted, add, begin, circle, circle_of, contact_of, fingerprint, leave, member_count,
    remove, say,
};
use crate::hostile::log_of_circle;
use crate::people::{ADA, BOB, HOME, accept, invite, persona_of, settle_in};
use crate::world::World;
use client_core::{ConversationId, ConversationKind, Event};
use client_store::conversation::ConversationRow;
use client_store::invitee::{InviteeRow, InviteeStep};
use client_store::log::LogState;
use protocol::id::UseId;
use protocol::request::Admission;

/// Ada's engine founds a circle with one contact in a room of her choice.
fn found_in_room(world: &mut World, with: &'static str, room: [u8; 32]) {
    world.go_offline(ADA);
    let contact = contact_of(world, with);
    let persona = persona_of(world, ADA);
    let store = world.client(ADA).open_store();
    let contact = store.contact(contact).unwrap().unwrap();
    let row = ConversationRow {
        id: ConversationId::new([0x77; 16]),
        persona,
        contact: None,
        title: "Mine".into(),
        room,
        created_s: 1,
        kind: ConversationKind::Circle,
        refused: None,
    };
    let invitee = InviteeRow {
        use_id: UseId::new([0x78; 16]),
        conversation: row.id,
        fingerprint: contact.fingerprint,
        way: contact.return_inbox.unwrap(),
        step: InviteeStep::Fetch,
        key_packages: Vec::new(),
        behind: None,
        rejoins: None,
        committing: None,
        item: None,
    };
    store.begin().unwrap();
    store.insert_conversation(&row).unwrap();
    store.insert_invitee(&invitee).unwrap();
    store.commit().unwrap();
    world.go_online(ADA);
    world.run();
}

/// How many logs each of somebody's conversations has.
fn logs_of_each(world: &World, name: &str) -> Vec<usize> {
    let store = world.client(name).open_store();
    let all = store.conversations().unwrap().into_iter();
    all.map(|row| store.logs_of(row.id).unwrap().len())
        .collect()
}

#[test]
fn a_contacts_circle_in_the_room_of_a_pair_does_not_get_what_is_said_in_the_pair() {
    for seed in 0..4 {
        let mut world = acquainted(seed, &[BOB]);
        let dan = "dan";
        settle_in(&mut world, dan, Some(HOME));
        let link = invite(&mut world, dan, 1);
        let pair = accept(&mut world, BOB, &link);
        world.go_online(dan);
        world.run();
        let store = world.client(BOB).open_store();
        let room = store.conversation(pair).unwrap().unwrap().room;
        drop(store);
        found_in_room(&mut world, BOB, room);
        assert!(logs_of_each(&world, BOB).iter().all(|logs| *logs == 1));
        world
            .act(BOB, |engine, now| engine.send(now, pair, "for dan alone"))
            .unwrap();
        world.run();
        let by_ada = world.engine(ADA).conversations().unwrap().into_iter();
        let mut items = by_ada.flat_map(|one| world.engine(ADA).items(one.id, 0, 100).unwrap());
        assert!(
            items.all(|item| item.text != "for dan alone"),
            "seed {seed}"
        );
    }
}

#[test]
fn somebody_who_was_removed_cannot_take_a_circle_elsewhere() {
    let mut world = circle(2, &[BOB, CLEO]);
    remove(&mut world, BOB, ADA);
    world.run();
    let id = circle_of(&world, BOB).unwrap();
    let store = world.client(BOB).open_store();
    let room = store.conversation(id).unwrap().unwrap().room;
    drop(store);
    found_in_room(&mut world, BOB, room);
    assert!(logs_of_each(&world, BOB).iter().all(|logs| *logs == 1));
}

#[test]
fn somebody_whom_another_removed_and_added_again_is_not_removed_once_more() {
    let mut world = circle(3, &[BOB, CLEO]);
    world.go_offline(BOB);
    remove(&mut world, BOB, CLEO);
    remove(&mut world, ADA, CLEO);
    world.run();
    add(&mut world, CLEO);
    world.run();
    world.go_online(BOB);
    world.run();
    say(&mut world, BOB, "hello");
    world.run();
    assert_eq!(member_count(&mut world, ADA), 3);
}

#[test]
fn whoever_left_is_gone_before_anything_more_is_said_also_if_they_are_invited_again() {
    let mut world = circle(4, &[BOB, CLEO]);
    leave(&mut world, CLEO);
    world.run();
    add(&mut world, CLEO);
    world.run();
    say(&mut world, ADA, "between us");
    world.run();
    let went = Event::Went(circle_of(&world, BOB).unwrap(), fingerprint(&world, CLEO));
    assert!(world.events(BOB).contains(&went));
}

#[test]
fn a_conversation_that_one_name_had_is_not_taken_by_another_of_the_same_profile() {
    let mut world = acquainted(5, &[BOB, CLEO]);
    let first = fingerprint(&world, BOB);
    let other = world
        .act(BOB, |engine, now| engine.new_persona(now, "secret"))
        .unwrap();
    world
        .act(BOB, |engine, now| {
            engine.join_home(now, other, World::url(HOME), Admission::Open)
        })
        .unwrap();
    world.run();
    let link = invite(&mut world, ADA, 1);
    world
        .act(BOB, |engine, now| engine.accept(now, other, &link))
        .unwrap();
    world.go_online(ADA);
    world.run();
    begin(&mut world, &[BOB, CLEO]);
    world.run();
    let id = circle_of(&world, ADA).unwrap();
    world
        .act(ADA, |engine, now| {
            engine.remove_from_circle(now, id, &first)
        })
        .unwrap();
    world.run();
    add(&mut world, "secret");
    world.run();
    // Nothing is said there that nobody could read, and no home sees both names at one log.
    let log = log_of_circle(&world, BOB);
    assert_eq!(
        (log.state, log.persona == other),
        (LogState::Removed, false)
    );
    let passed = |event: &Event| matches!(event, Event::PassedOver(_));
    assert!(world.events(BOB).iter().any(passed));
}
