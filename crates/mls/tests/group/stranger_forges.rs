//! A stranger who claims to be somebody else gets nowhere and harms nothing.

use crate::people::{GROUP_ID, Person, refusal};
use crate::stranger::credential::Claims;
use crate::stranger::member::{Conversation, Stranger};
use crate::stranger::signed::public;
use crate::stranger_group::{Both, ours_founds, stranger_founds, talk, their_item, their_place};
use ed25519_dalek::SigningKey;
use mls::group::Group;

fn key(byte: u8) -> SigningKey {
    SigningKey::from_bytes(&[byte; 32])
}

/// Claims to be the victim, and signs with a persona of the forger's.
fn forged(victim: &[u8; 32], device: &SigningKey) -> Vec<u8> {
    let honest = Claims::of(&key(0x71), device);
    Claims {
        persona: *victim,
        ..honest
    }
    .sign(&key(0x71))
}

/// Somebody with a forged credential, for whom every check of their own is off.
fn forger(victim: &[u8; 32]) -> Stranger {
    let credential = forged(victim, &key(0x72));
    Stranger::forger(key(0x71), key(0x72), credential)
}

#[test]
fn our_adder_refuses_a_strangers_forged_credential() {
    let (ada, bo) = (Person::new("ada"), Person::new("bo"));
    let forger = forger(bo.persona.key().as_bytes());
    let checked = ada.check(&forger.key_package());
    assert_eq!(refusal(checked), "the credential does not hold");

    let expired = Claims {
        not_after_s: 1,
        ..Claims::of(&key(0x71), &key(0x72))
    };
    let late = Stranger::new(key(0x71), key(0x72));
    assert!(ada.check(&late.key_package()).is_ok());
    let late = Stranger::forger(key(0x71), key(0x72), expired.sign(&key(0x71)));
    let checked = ada.check(&late.key_package());
    assert_eq!(refusal(checked), "the credential is not valid at this time");
}

#[test]
fn our_joiner_refuses_a_group_founded_under_a_forged_credential() {
    let (ada, bo) = (Person::new("ada"), Person::new("bo"));
    let forger = forger(bo.persona.key().as_bytes());
    let (_, welcome) = forger.found(&their_place(), &[ada.key_package()]).unwrap();
    let item = their_item(welcome).sign(&forger.device);
    assert_eq!(refusal(ada.take(&item)), "the credential does not hold");
    let loaded = Group::load(&ada.provider(), &GROUP_ID).unwrap();
    assert!(loaded.is_none());
}

#[test]
fn our_joiner_refuses_an_item_that_another_leaf_signed() {
    let ada = Person::new("ada");
    let stranger = Stranger::new(key(0x71), key(0x72));
    let (_, welcome) = stranger
        .found(&their_place(), &[ada.key_package()])
        .unwrap();
    let item = their_item(welcome).sign(&key(0x73));
    assert_eq!(
        refusal(ada.take(&item)),
        "the Welcome item is not signed by its sender"
    );
}

fn refuses_renewal(mut both: Both, credential: Vec<u8>, expected: &str) {
    let provider = both.ada.provider();
    let mut before: Conversation = both.conversation.clone();
    let device = both.stranger.device.clone();
    let commit = both.conversation.commit_as(&device, credential);
    let examined = both.group.examine_commit(&provider, &commit);
    assert_eq!(refusal(examined), expected);
    drop(provider);
    before.clear();
    both.conversation = before;
    both.group = both.ada.load_any(both.group.id());
    talk(&mut both);
}

#[test]
fn a_renewed_leaf_with_a_forged_credential_is_refused_and_ours_is_unharmed() {
    let careless = || {
        let forger = Stranger::forger(
            key(0x71),
            key(0x72),
            Claims::of(&key(0x71), &key(0x72)).sign(&key(0x71)),
        );
        let ada = Person::new("ada");
        let (conversation, welcome) = forger.found(&their_place(), &[ada.key_package()]).unwrap();
        let item = their_item(welcome).sign(&forger.device);
        let group = ada.join(&item);
        Both {
            ada,
            group,
            stranger: forger,
            conversation,
        }
    };
    let victim = *careless().ada.persona.key().as_bytes();
    let impersonating = forged(&victim, &key(0x72));
    refuses_renewal(careless(), impersonating, "the credential does not hold");
    let other = Claims::of(&key(0x71), &key(0x74)).sign(&key(0x71));
    let expected = "the credential is of another device than the leaf";
    refuses_renewal(careless(), other, expected);
    let sold = Claims {
        persona: public(&key(0x75)),
        ..Claims::of(&key(0x71), &key(0x72))
    };
    let expected = "the committer's leaf changes its persona";
    refuses_renewal(careless(), sold.sign(&key(0x75)), expected);
}

#[test]
fn a_stranger_refuses_what_ours_refuses() {
    let mut both = ours_founds();
    let provider = both.ada.provider();
    let mut raw = crate::forged::raw(&both.ada);
    let eve = crate::forged::honest_key_package(&Person::new("eve"));
    let (commit, _, _) = raw
        .add_members(&provider, &both.ada.device, &[eve])
        .unwrap();
    let commit = commit.to_bytes().unwrap();
    assert!(both.conversation.examine(&commit).is_err());
    drop(provider);
    both.group = both.ada.load();
    both.group.clear_own_commit(&both.ada.provider()).unwrap();
    talk(&mut both);
    let both = stranger_founds();
    assert!(both.conversation.examine(b"no commit").is_err());
}
