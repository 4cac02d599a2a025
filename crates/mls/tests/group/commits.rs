//! Commits that a member must not take, made by the other with a library of their own.

use crate::forged::{self, honest_key_package, in_leaf, raw};
use crate::people::{Pair, Person, assert_agree, pair, refusal};
use mls::credential::DeviceCredential;
use mls::error::MlsError;
use mls::group::ReceivedCommit;
use openmls::prelude::{
    Extensions, LeafNodeIndex, LeafNodeParameters, MlsMessageOut, OpenMlsProvider as _,
};

const CHANGES_PAIR: &str = "the commit changes who is in this pair";

/// What Bo says of a message of Ada's that poses as a commit.
fn examine(pair: &mut Pair, message: &MlsMessageOut) -> Result<ReceivedCommit, MlsError> {
    let message = message.to_bytes().unwrap();
    pair.bo_group.examine_commit(&pair.bo.provider(), &message)
}

/// After a refusal both go on in the epoch in which they were.
fn assert_unharmed(pair: &mut Pair) {
    let provider = pair.ada.provider();
    pair.ada_group = pair.ada.load();
    pair.ada_group.clear_own_commit(&provider).unwrap();
    drop(provider);
    crate::talk::renew(pair, true);
    crate::talk::renew(pair, false);
    assert_agree(pair);
}

/// Ada's renewal of her leaf with any credential.
fn renewed_with(pair: &Pair, credential: Vec<u8>) -> MlsMessageOut {
    let provider = pair.ada.provider();
    let leaf = LeafNodeParameters::builder()
        .with_credential_with_key(in_leaf(&pair.ada, credential))
        .build();
    let bundle = raw(&pair.ada).self_update(&provider, &pair.ada.device, leaf);
    bundle.unwrap().into_commit()
}

#[test]
fn a_commit_that_adds_a_stranger_is_refused() {
    let mut pair = pair();
    let key_package = honest_key_package(&Person::new("eve"));
    let provider = pair.ada.provider();
    let (commit, _, _) = raw(&pair.ada)
        .add_members(&provider, &pair.ada.device, &[key_package])
        .unwrap();
    drop(provider);
    assert_eq!(refusal(examine(&mut pair, &commit)), CHANGES_PAIR);
    assert_unharmed(&mut pair);
}

#[test]
fn a_commit_that_removes_the_other_is_refused() {
    let mut pair = pair();
    let provider = pair.ada.provider();
    let (commit, _, _) = raw(&pair.ada)
        .remove_members(&provider, &pair.ada.device, &[LeafNodeIndex::new(1)])
        .unwrap();
    drop(provider);
    assert_eq!(refusal(examine(&mut pair, &commit)), CHANGES_PAIR);
    assert_unharmed(&mut pair);
}

#[test]
fn a_commit_that_puts_a_stranger_in_the_others_place_is_refused() {
    let mut pair = pair();
    let key_package = honest_key_package(&Person::new("eve"));
    let provider = pair.ada.provider();
    let bundle = raw(&pair.ada)
        .commit_builder()
        .propose_removals([LeafNodeIndex::new(1)])
        .propose_adds([key_package])
        .load_psks(provider.storage())
        .unwrap()
        .build(provider.rand(), provider.crypto(), &pair.ada.device, |_| {
            true
        })
        .unwrap()
        .stage_commit(&provider)
        .unwrap();
    let (commit, ..) = bundle.into_contents();
    drop(provider);
    assert_eq!(refusal(examine(&mut pair, &commit)), CHANGES_PAIR);
    assert_unharmed(&mut pair);
}

#[test]
fn another_device_of_one_of_the_two_may_come_and_go() {
    let mut pair = pair();
    let other = pair.ada.second_device("ada's other");
    let provider = pair.ada.provider();
    let mut group = raw(&pair.ada);
    let (commit, welcome, _) = group
        .add_members(&provider, &pair.ada.device, &[honest_key_package(&other)])
        .unwrap();
    group.merge_pending_commit(&provider).unwrap();
    let received = examine(&mut pair, &commit).unwrap();
    pair.bo_group
        .merge_received_commit(&pair.bo.provider(), received)
        .unwrap();
    pair.ada_group = pair.ada.load();
    assert_agree(&pair);
    let item = pair
        .ada
        .item(welcome.to_bytes().unwrap())
        .sign(&pair.ada.device);
    let joined = other.join(&item);
    assert_eq!(joined.members().unwrap(), pair.bo_group.members().unwrap());
    assert_eq!(joined.members().unwrap().len(), 3);

    let provider = pair.ada.provider();
    let mut group = raw(&pair.ada);
    let (commit, _, _) = group
        .remove_members(&provider, &pair.ada.device, &[LeafNodeIndex::new(2)])
        .unwrap();
    group.merge_pending_commit(&provider).unwrap();
    let received = examine(&mut pair, &commit).unwrap();
    pair.bo_group
        .merge_received_commit(&pair.bo.provider(), received)
        .unwrap();
    pair.ada_group = pair.ada.load();
    assert_agree(&pair);

    let mut joined = joined;
    let provider = other.provider();
    let removed = joined
        .examine_commit(&provider, &commit.to_bytes().unwrap())
        .unwrap();
    assert!(removed.next.is_none());
    joined.merge_received_commit(&provider, removed).unwrap();
    assert!(matches!(joined.keys(&provider), Err(MlsError::Evicted)));
    let said = joined.encrypt(&provider, &other.device, vec![], b"hello?");
    assert!(matches!(said, Err(MlsError::Evicted)));
}

#[test]
fn a_commit_that_adds_a_device_whose_credential_does_not_hold_is_refused() {
    let eve = Person::new("eve");
    for forged in forged::credentials(&eve, &Person::new("bo")) {
        if forged.adder_alone {
            continue;
        }
        let mut pair = pair();
        let key_package = forged::key_package(&eve, in_leaf(&eve, forged.credential));
        let provider = pair.ada.provider();
        let (commit, _, _) = raw(&pair.ada)
            .add_members(&provider, &pair.ada.device, &[key_package])
            .unwrap();
        drop(provider);
        let refusal = refusal(examine(&mut pair, &commit));
        assert_eq!(refusal, forged.refusal, "{}", forged.name);
        assert_unharmed(&mut pair);
    }
}

#[test]
fn whoever_processes_an_add_asks_no_clock() {
    let mut pair = pair();
    let other = pair.ada.second_device("ada's other");
    let key = *other.device.credential().device_key();
    let expired = DeviceCredential::issue(&other.persona, key, 0, 1);
    let leaf = in_leaf(&other, expired.as_bytes().to_vec());
    let provider = pair.ada.provider();
    let (commit, _, _) = raw(&pair.ada)
        .add_members(
            &provider,
            &pair.ada.device,
            &[forged::key_package(&other, leaf)],
        )
        .unwrap();
    drop(provider);
    examine(&mut pair, &commit).unwrap();
}

#[test]
fn a_renewed_leaf_whose_credential_does_not_hold_is_refused() {
    let bo = Person::new("bo");
    for forged in forged::credentials(&Person::new("ada"), &bo) {
        if forged.adder_alone {
            continue;
        }
        let mut pair = pair();
        let commit = renewed_with(&pair, forged.credential);
        let refusal = refusal(examine(&mut pair, &commit));
        assert_eq!(refusal, forged.refusal, "{}", forged.name);
        assert_unharmed(&mut pair);
    }
}

#[test]
fn a_renewed_leaf_may_not_pass_to_another_persona() {
    let mut pair = pair();
    let key = *pair.ada.device.credential().device_key();
    let eve = Person::new("eve");
    let credential = DeviceCredential::issue(&eve.persona, key, 0, u64::MAX);
    let commit = renewed_with(&pair, credential.as_bytes().to_vec());
    assert_eq!(
        refusal(examine(&mut pair, &commit)),
        "the committer's leaf changes its persona"
    );
    assert_unharmed(&mut pair);
}

#[test]
fn a_leaf_may_carry_a_renewed_credential_of_its_persona() {
    let mut pair = pair();
    let key = *pair.ada.device.credential().device_key();
    let credential = DeviceCredential::issue(&pair.ada.persona, key, 0, u64::MAX);
    let commit = renewed_with(&pair, credential.as_bytes().to_vec());
    let received = examine(&mut pair, &commit).unwrap();
    pair.bo_group
        .merge_received_commit(&pair.bo.provider(), received)
        .unwrap();
    pair.ada_group = pair.ada.load();
    pair.ada_group
        .merge_own_commit(&pair.ada.provider())
        .unwrap();
    assert_agree(&pair);
    assert_eq!(pair.bo_group.member(0).unwrap().credential, credential);
}

#[test]
fn a_commit_that_changes_place_is_refused() {
    let mut pair = pair();
    let provider = pair.ada.provider();
    let mut group = raw(&pair.ada);
    let same: Extensions<_> = group.extensions().clone();
    let (commit, _, _) = group
        .update_group_context_extensions(&provider, same, &pair.ada.device)
        .unwrap();
    drop(provider);
    assert_eq!(
        refusal(examine(&mut pair, &commit)),
        "the commit holds a proposal of a wrong kind"
    );
    assert_unharmed(&mut pair);
}

#[test]
fn proposals_travel_by_value_only() {
    let mut pair = pair();
    let provider = pair.ada.provider();
    let mut group = raw(&pair.ada);
    let (proposal, _) = group
        .propose_remove_member(&provider, &pair.ada.device, LeafNodeIndex::new(1))
        .unwrap();
    let (commit, _, _) = group
        .commit_to_pending_proposals(&provider, &pair.ada.device)
        .unwrap();
    drop(provider);
    assert_eq!(
        refusal(examine(&mut pair, &proposal)),
        "something else than a commit was committed"
    );
    assert_eq!(
        refusal(examine(&mut pair, &commit)),
        "the message does not hold"
    );
}
