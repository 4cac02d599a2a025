//! Which of several commits counts, and what becomes of one's own that lost.

use crate::people::{assert_agree, pair, refusal};
use mls::error::MlsError;
use mls::key_value::KeyValue as _;
use mls::storage::Label;
use mls::wrap::{CommitPayload, WrapKind, open_body, seal_body};
use protocol::hash::first_head;
use protocol::id::{HeadId, LogId, ReadKey, WriteKey};

#[test]
fn an_own_commit_that_lost_to_a_rival_is_cleared_and_built_again() {
    let mut pair = pair();
    let (ada, bo) = (pair.ada.provider(), pair.bo.provider());
    let lost = pair
        .ada_group
        .commit_update(&ada, &pair.ada.device)
        .unwrap();
    let won = pair.bo_group.commit_update(&bo, &pair.bo.device).unwrap();
    assert!(pair.ada_group.has_pending_commit());

    let rival = pair.ada_group.examine_commit(&ada, &won.message).unwrap();
    assert!(pair.ada_group.has_pending_commit(), "looking drops nothing");
    pair.ada_group.clear_own_commit(&ada).unwrap();
    pair.ada_group.merge_received_commit(&ada, rival).unwrap();
    pair.bo_group.merge_own_commit(&bo).unwrap();
    assert!(!pair.ada_group.has_pending_commit());

    let again = pair
        .ada_group
        .commit_update(&ada, &pair.ada.device)
        .unwrap();
    assert_ne!(again.next.write_key(), lost.next.write_key());
    let received = pair.bo_group.examine_commit(&bo, &again.message).unwrap();
    pair.bo_group.merge_received_commit(&bo, received).unwrap();
    pair.ada_group.merge_own_commit(&ada).unwrap();
    assert_agree(&pair);
}

#[test]
fn merging_a_rival_clears_an_own_commit_by_itself() {
    let mut pair = pair();
    let (ada, bo) = (pair.ada.provider(), pair.bo.provider());
    pair.ada_group
        .commit_update(&ada, &pair.ada.device)
        .unwrap();
    let won = pair.bo_group.commit_update(&bo, &pair.bo.device).unwrap();
    let rival = pair.ada_group.examine_commit(&ada, &won.message).unwrap();
    pair.ada_group.merge_received_commit(&ada, rival).unwrap();
    pair.bo_group.merge_own_commit(&bo).unwrap();
    assert!(!pair.ada_group.has_pending_commit());
    assert_agree(&pair);
}

#[test]
fn a_commit_that_was_looked_at_can_be_dropped_for_its_sibling_but_not_looked_at_again() {
    let mut pair = pair();
    let (ada, bo) = (pair.ada.provider(), pair.bo.provider());
    let first = pair.bo_group.commit_update(&bo, &pair.bo.device).unwrap();
    pair.bo_group.clear_own_commit(&bo).unwrap();
    let second = pair.bo_group.commit_update(&bo, &pair.bo.device).unwrap();

    drop(pair.ada_group.examine_commit(&ada, &first.message).unwrap());
    let received = pair
        .ada_group
        .examine_commit(&ada, &second.message)
        .unwrap();
    refusal(pair.ada_group.examine_commit(&ada, &first.message));
    pair.ada_group
        .merge_received_commit(&ada, received)
        .unwrap();
    pair.bo_group.merge_own_commit(&bo).unwrap();
    assert_agree(&pair);
}

#[test]
fn a_second_commit_waits_until_the_first_is_settled() {
    let mut pair = pair();
    let ada = pair.ada.provider();
    pair.ada_group
        .commit_update(&ada, &pair.ada.device)
        .unwrap();
    let second = pair.ada_group.commit_update(&ada, &pair.ada.device);
    assert!(matches!(second, Err(MlsError::Bug { .. })));
}

#[test]
fn bogus_next_keys_are_noticed_and_name_who_posted_them() {
    let mut pair = pair();
    let (ada, bo) = (pair.ada.provider(), pair.bo.provider());
    let log = pair.ada_group.place().log;
    let parent = first_head(&log);
    let own = pair
        .ada_group
        .commit_update(&ada, &pair.ada.device)
        .unwrap();
    let (write, read) = (own.next.write_key(), own.next.read_key());
    let message = own.message.clone();
    let payload = CommitPayload::new(&pair.ada.device, message, &log, &parent, &write, &read);

    let keys = pair.ada_group.keys(&ada).unwrap();
    let commit = WrapKind::Commit;
    let body = seal_body(
        keys.wrap(),
        &pair.ada.entropy,
        &log,
        &parent,
        commit,
        &payload.to_bytes(),
    );
    let keys = pair.bo_group.keys(&bo).unwrap();
    let opened = open_body(keys.wrap(), &log, &parent, commit, &body.unwrap()).unwrap();
    let opened = CommitPayload::from_bytes(&opened).unwrap();
    assert_eq!(opened, payload);

    let received = pair.bo_group.examine_commit(&bo, &opened.message).unwrap();
    let next = received.next.as_ref().unwrap();
    assert_eq!((next.write_key(), next.read_key()), (write, read));
    let author = *received.sender.credential.device_key();
    let check = |write, read, log, parent| opened.check(&author, log, parent, write, read);
    check(&write, &read, &log, &parent).unwrap();
    let bogus = "the committer did not sign the next keys";
    let (other_write, other_read) = (WriteKey::new([9; 32]), ReadKey::new([9; 32]));
    let (other_log, other_parent) = (LogId::new([9; 16]), HeadId::new([9; 32]));
    assert_eq!(refusal(check(&other_write, &read, &log, &parent)), bogus);
    assert_eq!(refusal(check(&write, &other_read, &log, &parent)), bogus);
    assert_eq!(refusal(check(&write, &read, &other_log, &parent)), bogus);
    assert_eq!(refusal(check(&write, &read, &log, &other_parent)), bogus);
    let other = *pair.bo.device.credential().device_key();
    assert_eq!(
        refusal(opened.check(&other, &log, &parent, &write, &read)),
        bogus
    );
}

#[test]
fn a_path_that_only_this_device_cannot_decrypt_is_undecidable_and_not_invalid() {
    let mut pair = pair();
    let (ada, bo) = (pair.ada.provider(), pair.bo.provider());
    let own = pair
        .ada_group
        .commit_update(&ada, &pair.ada.device)
        .unwrap();
    // Damage the private half of Bo's leaf, which is stored last in the list of his key pairs.
    let label = Label::EpochKeyPairs as u8;
    let keys = pair.bo.store.keys();
    let key = keys.iter().find(|key| key.first() == Some(&label)).unwrap();
    let mut value = pair.bo.store.get(key).unwrap().unwrap();
    let last = value.len() - 8;
    value[last] ^= 1;
    pair.bo.store.put(key, &value).unwrap();
    let mut group = pair.bo.load();
    assert!(matches!(
        group.examine_commit(&bo, &own.message),
        Err(MlsError::Undecidable)
    ));
}
