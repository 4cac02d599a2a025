//! Values that no store can hold, and two logs of one conversation that get in each other's way.

use crate::attacks::{goes_on, keys_of};
use crate::hostile::log_of;
use crate::people::{ADA, BOB, HOME, acquainted};
use crate::world::{Member, World};
use client_store::log::LogState;
use mls::provider::Entropy;

#[test]
fn a_time_that_no_store_can_hold_harms_nothing() {
    let mut world = acquainted(8);
    let (log, (_, _device)) = (log_of(&world, ADA), keys_of(&world, ADA));
    let store = world.client(ADA).open_store();
    let own = store.persona(log.persona).unwrap().unwrap();
    let room = store.conversation(log.conversation).unwrap().unwrap().room;
    drop(store);
    let _entropy = Entropy::from_seed([0x62; 32]);
    let mut text = content::TextMessage::new("late").unwrap();
    text.sent_at_ms = Some(u64::MAX);
    let sender = content::SenderUri::from_fingerprint(*own.fingerprint.as_bytes());
    let room = content::RoomUri::from_conversation_key(room);
    let content = text.to_content(content::Salt::new([1; 16]), &sender, &room);
    append_with(&mut world, Vec::new(), &content.encode());
    world.run_for(120_000);
    assert!(goes_on(&world, BOB));
}

#[test]
fn a_place_that_no_store_can_hold_harms_nothing() {
    let mut world = acquainted(9);
    let seen = Seen {
        head: protocol::id::HeadId::new([0x63; 32]),
        seq: u64::MAX,
        chain: protocol::id::Chain::new([0x64; 32]),
    };
    append_with(&mut world, protocol::encoding::encoded(&seen), b"anything");
    world.run_for(120_000);
    assert!(goes_on(&world, BOB));
}

#[derive(minicbor::Encode)]
#[cbor(map)]
struct Seen {
    #[n(0)]
    head: protocol::id::HeadId,
    #[n(1)]
    seq: u64,
    #[n(2)]
    chain: protocol::id::Chain,
}

/// An entry past Ada's engine.
fn append_with(world: &mut World, aad: Vec<u8>, content: &[u8]) {
    let log = log_of(world, ADA).log;
    let appended = Member::new(world, HOME, ADA, log).append_message(aad, content);
    assert_eq!(appended.unwrap().kind(), "appended");
}

#[test]
fn whoever_is_repaired_in_one_log_of_a_pair_hears_of_it_whatever_happens_in_the_other() {
    let mut world = World::new(10);
    let log = crate::repairs::two_logs(&mut world)[0];
    let home = crate::repairs::spoil_in(&mut world, log);
    // The spoiled one first, then the one that adds Bob again.
    world.run_until("commit #");
    world.run_until("commit #");
    world.set_reachable(home, false);
    world.pass_days(8);
    crate::people::say(&mut world, BOB, "over there");
    world.run_for(60_000);
    world.set_reachable(home, true);
    world.run_for(180_000);
    let state = world.client(BOB).open_store().log(&log).unwrap();
    assert_eq!(state.unwrap().state, LogState::Open);
}

#[test]
fn what_a_store_can_never_hold_is_a_bug_and_not_a_disk_that_failed() {
    let world = acquainted(11);
    let store = world.client(BOB).open_store();
    let twice = store.insert_log(&log_of(&world, BOB)).unwrap_err();
    assert_eq!(
        client_core::CoreError::from(twice).kind(),
        client_core::Kind::Bug
    );
}
