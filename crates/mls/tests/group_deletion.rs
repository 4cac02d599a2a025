//! What stays in the store when a group is deleted.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of a test are part of the test"
)]

mod members;

use members::{Member, bytes};
use mls::key_value::MemoryKeyValue;
use openmls::prelude::*;

#[test]
fn a_deleted_group_leaves_nothing_behind() {
    let ada: Member<MemoryKeyValue> = Member::new([6; 32], "ada");
    let bo: Member<MemoryKeyValue> = Member::new([6; 32], "bo");
    let mut group = ada.found();
    let (_, welcome, _) = group
        .add_members(&ada.provider(), &ada.key, &[bo.key_package()])
        .unwrap();
    group.merge_pending_commit(&ada.provider()).unwrap();
    let mut joined = bo.join(&bytes(&welcome));
    let text = ada.send(&mut group, b"hello");
    assert_eq!(bo.receive(&mut joined, &text), Some(b"hello".to_vec()));
    let update = group
        .self_update(&ada.provider(), &ada.key, LeafNodeParameters::default())
        .unwrap();
    group.merge_pending_commit(&ada.provider()).unwrap();
    bo.receive(&mut joined, &bytes(&update.into_commit()));

    for (member, mut group) in [(&ada, group), (&bo, joined)] {
        assert!(!member.store.is_empty());
        group.delete(member.provider().storage()).unwrap();
        assert_eq!(member.store.keys(), Vec::<Vec<u8>>::new());
    }
}
