//! Values that no store can hold, and two logs of one conversation that get in each other's way.

use crate::attacks::{goes_on, keys_of};
use crate::circles::fingerprint;
use crate::hostile::log_of;
use crate::people::{ADA, BOB, HOME, OTHER_HOME, acquainted};
use crate::world::{Member, STRANGERS_NONCE, World};
use client_store::log::{LogRow, LogState};
use mls::group::Group;
use mls::provider::{Entropy, Provider};
use mls::wrap::{WrapKind, seal_body};
use protocol::frame::Request;
use protocol::proof::{self, Right};
use protocol::request::{Append, Prove};

#[test]
fn a_time_that_no_store_can_hold_harms_nothing() {
    let mut world = acquainted(8);
    let (log, (_, device)) = (log_of(&world, ADA), keys_of(&world, ADA));
    let store = world.client(ADA).open_store();
    let own = store.persona(log.persona).unwrap().unwrap();
    let room = store.conversation(log.conversation).unwrap().unwrap().room;
    drop(store);
    let entropy = Entropy::from_seed([0x62; 32]);
    let mut text = content::TextMessage::new("late").unwrap();
    text.sent_at_ms = Some(u64::MAX);
    let sender = content::SenderUri::from_fingerprint(*own.fingerprint.as_bytes());
    let room = content::RoomUri::from_conversation_key(room);
    let content = text.to_content(content::Salt::new([1; 16]), &sender, &room);
    let store = world.client(ADA).engine().store();
    store.begin().unwrap();
    let (prove, append) = Provider::run(store, &entropy, |provider| {
        let mut group = Group::load(provider, &log.group_id)?.unwrap();
        let keys = group.keys(provider)?;
        let secret = keys.write_secret();
        let nonce = protocol::id::Nonce::new(STRANGERS_NONCE);
        let message =
            proof::right_message(&log.home_key, &nonce, &log.log, &log.head, Right::Write);
        let prove = Request::Prove(Prove {
            log: log.log,
            head: log.head,
            right: Right::Write,
            key: secret.verifying_key().to_bytes(),
            signature: proof::sign(&secret, &message),
        });
        let message = group.encrypt(provider, &device, Vec::new(), &content.encode())?;
        let (kind, keys) = (WrapKind::Message, group.keys(provider)?);
        let body = seal_body(keys.wrap(), &entropy, &log.log, &log.head, kind, &message)?;
        let (log, head) = (log.log, log.head);
        let append = Request::Append(Append { log, head, body });
        Ok::<_, mls::error::MlsError>((prove, append))
    })
    .unwrap();
    store.rollback().unwrap();
    assert_eq!(world.ask(HOME, &prove).kind(), "done");
    assert_eq!(world.ask(HOME, &append).kind(), "appended");
    world.run_for(120_000);
    assert!(goes_on(&world, BOB));
}

#[test]
fn a_place_that_no_store_can_hold_harms_nothing() {
    let mut world = acquainted(9);
    append_with(&mut world, |_| {
        let head = protocol::id::HeadId::new([0x63; 32]);
        let chain = protocol::id::Chain::new([0x64; 32]);
        protocol::encoding::encoded(&Seen {
            head,
            seq: u64::MAX,
            chain,
        })
    });
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

/// An entry past Ada's engine that says that she had read what `seen` says.
fn append_with(world: &mut World, seen: impl FnOnce(&LogRow) -> Vec<u8>) {
    let (log, (_, device)) = (log_of(world, ADA), keys_of(world, ADA));
    let entropy = Entropy::from_seed([0x65; 32]);
    let store = world.client(ADA).engine().store();
    store.begin().unwrap();
    let (prove, append) = Provider::run(store, &entropy, |provider| {
        let mut group = Group::load(provider, &log.group_id)?.unwrap();
        let secret = group.keys(provider)?.write_secret();
        let nonce = protocol::id::Nonce::new(STRANGERS_NONCE);
        let message =
            proof::right_message(&log.home_key, &nonce, &log.log, &log.head, Right::Write);
        let prove = Request::Prove(Prove {
            log: log.log,
            head: log.head,
            right: Right::Write,
            key: secret.verifying_key().to_bytes(),
            signature: proof::sign(&secret, &message),
        });
        let message = group.encrypt(provider, &device, seen(&log), b"anything")?;
        let (kind, keys) = (WrapKind::Message, group.keys(provider)?);
        let body = seal_body(keys.wrap(), &entropy, &log.log, &log.head, kind, &message)?;
        let (log, head) = (log.log, log.head);
        let append = Request::Append(Append { log, head, body });
        Ok::<_, mls::error::MlsError>((prove, append))
    })
    .unwrap();
    store.rollback().unwrap();
    assert_eq!(world.ask(HOME, &prove).kind(), "done");
    assert_eq!(world.ask(HOME, &append).kind(), "appended");
}

#[test]
fn whoever_is_repaired_in_one_log_of_a_pair_hears_of_it_whatever_happens_in_the_other() {
    let mut world = World::new(10);
    let log = crate::repairs::two_logs(&mut world)[0];
    let bob = fingerprint(&world, BOB);
    let at = world.client(ADA).open_store().log(&log).unwrap().unwrap();
    let home = if at.home == World::url(HOME) {
        HOME
    } else {
        OTHER_HOME
    };
    Member::new(&mut world, home, ADA, log).post_spoiled(&bob);
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
