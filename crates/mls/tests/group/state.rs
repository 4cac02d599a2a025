//! What is stored is all there is: a group can be dropped and loaded at every step.

use crate::people::{GROUP_ID, Pair, assert_agree, pair, place, read};
use mls::group::Group;

/// Both forget what they have in memory.
fn reload(pair: &mut Pair) {
    pair.ada_group = pair.ada.load();
    pair.bo_group = pair.bo.load();
    assert_eq!(pair.ada_group.place(), &place());
    assert_eq!(pair.ada_group.id(), GROUP_ID);
}

#[test]
fn a_group_survives_reloading_at_every_step() {
    let mut pair = pair();
    for epoch in 1..4u64 {
        reload(&mut pair);
        assert_eq!(pair.ada_group.epoch(), epoch);
        assert_agree(&pair);
        let message = pair
            .ada_group
            .encrypt(&pair.ada.provider(), &pair.ada.device, vec![], b"a")
            .unwrap();
        reload(&mut pair);
        let provider = pair.bo.provider();
        let decrypted = pair.bo_group.decrypt(&provider, &message);
        assert_eq!(read(decrypted).content, b"a");
        reload(&mut pair);
        let provider = pair.ada.provider();
        let own = pair
            .ada_group
            .commit_update(&provider, &pair.ada.device)
            .unwrap();
        pair.ada_group = pair.ada.load();
        assert!(pair.ada_group.has_pending_commit());
        let provider = pair.bo.provider();
        let received = pair
            .bo_group
            .examine_commit(&provider, &own.message)
            .unwrap();
        pair.bo_group
            .merge_received_commit(&provider, received)
            .unwrap();
        pair.ada_group
            .merge_own_commit(&pair.ada.provider())
            .unwrap();
        assert!(!pair.ada_group.has_pending_commit());
    }
}

#[test]
fn a_message_can_be_read_again_after_its_transaction_was_rolled_back() {
    let mut pair = pair();
    let message = pair
        .ada_group
        .encrypt(&pair.ada.provider(), &pair.ada.device, vec![], b"twice")
        .unwrap();
    let before = pair.bo.store.clone();
    let decrypted = pair.bo_group.decrypt(&pair.bo.provider(), &message);
    assert_eq!(read(decrypted).content, b"twice");

    pair.bo.store = before;
    pair.bo_group = pair.bo.load();
    let decrypted = pair.bo_group.decrypt(&pair.bo.provider(), &message);
    assert_eq!(read(decrypted).content, b"twice");
    let answer = pair
        .bo_group
        .encrypt(&pair.bo.provider(), &pair.bo.device, vec![], b"yes")
        .unwrap();
    let decrypted = pair.ada_group.decrypt(&pair.ada.provider(), &answer);
    assert_eq!(read(decrypted).content, b"yes");
}

#[test]
fn a_commit_can_be_examined_and_merged_again_after_a_rollback() {
    let mut pair = pair();
    let provider = pair.ada.provider();
    let own = pair
        .ada_group
        .commit_update(&provider, &pair.ada.device)
        .unwrap();
    pair.ada_group.merge_own_commit(&provider).unwrap();
    drop(provider);
    for _ in 0..2 {
        let before = pair.bo.store.clone();
        let provider = pair.bo.provider();
        let received = pair
            .bo_group
            .examine_commit(&provider, &own.message)
            .unwrap();
        pair.bo_group
            .merge_received_commit(&provider, received)
            .unwrap();
        assert_agree(&pair);
        drop(provider);
        pair.bo.store = before;
        pair.bo_group = pair.bo.load();
        assert_eq!(pair.bo_group.epoch(), 1);
    }
}

#[test]
fn a_pending_commit_that_was_rolled_back_is_not_pending() {
    let mut pair = pair();
    let before = pair.ada.store.clone();
    let provider = pair.ada.provider();
    pair.ada_group
        .commit_update(&provider, &pair.ada.device)
        .unwrap();
    drop(provider);
    pair.ada.store = before;
    pair.ada_group = pair.ada.load();
    assert!(!pair.ada_group.has_pending_commit());
    assert_agree(&pair);
}

#[test]
fn a_group_that_was_never_stored_is_not_found() {
    let pair = pair();
    let found = Group::load(&pair.ada.provider(), &[9; 32]).unwrap();
    assert!(found.is_none());
}
