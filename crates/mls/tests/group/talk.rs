//! Two people found, join, talk and renew their keys, and agree all the way.

use crate::people::{Pair, assert_agree, pair, place, read, refusal};
use mls::epoch_keys::EpochKeys;
use mls::group::Decrypted;

/// What two sets of keys have in common, or not.
fn same(one: &EpochKeys, other: &EpochKeys) -> bool {
    one.write_key() == other.write_key()
        && one.read_key() == other.read_key()
        && one.wrap().expose() == other.wrap().expose()
}

fn say(pair: &mut Pair, from_ada: bool, aad: &[u8], content: &[u8]) {
    let (from, from_group, to, to_group) = if from_ada {
        (&pair.ada, &mut pair.ada_group, &pair.bo, &mut pair.bo_group)
    } else {
        (&pair.bo, &mut pair.bo_group, &pair.ada, &mut pair.ada_group)
    };
    let message = from_group
        .encrypt(&from.provider(), &from.device, aad.to_vec(), content)
        .unwrap();
    let read = read(to_group.decrypt(&to.provider(), &message));
    assert_eq!(read.content, content);
    assert_eq!(read.aad, aad);
    assert_eq!(read.sender.credential.persona(), from.persona.key());
    assert_eq!(
        read.sender.credential.device_key(),
        from.device.credential().device_key()
    );
}

/// One of the two renews their keys, and the other follows.
pub fn renew(pair: &mut Pair, by_ada: bool) {
    let (from, from_group, to, to_group) = if by_ada {
        (&pair.ada, &mut pair.ada_group, &pair.bo, &mut pair.bo_group)
    } else {
        (&pair.bo, &mut pair.bo_group, &pair.ada, &mut pair.ada_group)
    };
    let own = from_group
        .commit_update(&from.provider(), &from.device)
        .unwrap();
    let received = to_group
        .examine_commit(&to.provider(), &own.message)
        .unwrap();
    assert_eq!(received.sender.credential.persona(), from.persona.key());
    let expected = received.next.as_ref().unwrap();
    assert!(same(&own.next, expected), "both derive one set of keys");
    let parent = from_group.keys(&from.provider()).unwrap();
    assert!(!same(&own.next, &parent), "each epoch has keys of its own");
    let next = received.next.as_ref().map(|keys| keys.write_key());
    to_group
        .merge_received_commit(&to.provider(), received)
        .unwrap();
    from_group.merge_own_commit(&from.provider()).unwrap();
    let merged = from_group.keys(&from.provider()).unwrap();
    assert!(same(&own.next, &merged), "merging changes no key");
    let merged = to_group.keys(&to.provider()).unwrap();
    assert_eq!(next, Some(merged.write_key()));
}

#[test]
fn two_people_found_and_join_and_know_each_other() {
    let pair = pair();
    assert_agree(&pair);
    assert_eq!(pair.ada_group.epoch(), 1);
    assert_eq!(pair.bo_group.place(), &place());
    for group in [&pair.ada_group, &pair.bo_group] {
        let members = group.members().unwrap();
        let personas: Vec<_> = members.iter().map(|one| one.credential.persona()).collect();
        assert_eq!(personas, [pair.ada.persona.key(), pair.bo.persona.key()]);
    }
}

#[test]
fn messages_go_both_ways_with_what_is_authenticated_beside_them() {
    let mut pair = pair();
    for round in 0..5u8 {
        say(&mut pair, true, &[], &[round]);
        say(&mut pair, false, &[round; 70], &[]);
    }
    say(&mut pair, true, &[], &[7; 60_000]);
}

#[test]
fn commits_go_both_ways_and_all_keys_agree_before_and_after_the_merge() {
    let mut pair = pair();
    for by_ada in [true, false, false, true] {
        renew(&mut pair, by_ada);
        assert_agree(&pair);
        say(&mut pair, true, &[], b"still here");
        say(&mut pair, false, &[], b"so am I");
    }
    assert_eq!(pair.ada_group.epoch(), 5);
}

#[test]
fn messages_arrive_in_any_order_within_the_tolerance() {
    let mut pair = pair();
    let mut messages: Vec<_> = (0..20u8)
        .map(|number| {
            let provider = pair.ada.provider();
            let group = &mut pair.ada_group;
            let content = [number];
            group
                .encrypt(&provider, &pair.ada.device, vec![], &content)
                .unwrap()
        })
        .collect();
    messages.reverse();
    for (number, message) in messages.iter().enumerate() {
        let read = read(pair.bo_group.decrypt(&pair.bo.provider(), message));
        assert_eq!(usize::from(read.content[0]), 19 - number);
    }
}

#[test]
fn a_message_is_read_once_and_its_author_knows_it_for_their_own() {
    let mut pair = pair();
    let provider = pair.ada.provider();
    let message = pair
        .ada_group
        .encrypt(&provider, &pair.ada.device, vec![], b"once")
        .unwrap();
    let own = pair.ada_group.decrypt(&provider, &message).unwrap();
    assert!(matches!(own, Decrypted::OwnLeaf));
    let provider = pair.bo.provider();
    pair.bo_group.decrypt(&provider, &message).unwrap();
    refusal(pair.bo_group.decrypt(&provider, &message));
}

#[test]
fn a_message_of_the_epoch_before_is_refused() {
    let mut pair = pair();
    let late = pair
        .ada_group
        .encrypt(&pair.ada.provider(), &pair.ada.device, vec![], b"late")
        .unwrap();
    renew(&mut pair, false);
    let provider = pair.bo.provider();
    refusal(pair.bo_group.decrypt(&provider, &late));
}

#[test]
fn a_commit_is_no_message_and_a_message_is_no_commit() {
    let mut pair = pair();
    let ada = pair.ada.provider();
    let message = pair
        .ada_group
        .encrypt(&ada, &pair.ada.device, vec![], b"hello")
        .unwrap();
    let bo = pair.bo.provider();
    assert_eq!(
        refusal(pair.bo_group.examine_commit(&bo, &message)),
        "something else than a commit was committed"
    );
    let commit = pair
        .ada_group
        .commit_update(&ada, &pair.ada.device)
        .unwrap();
    assert_eq!(
        refusal(pair.bo_group.decrypt(&bo, &commit.message)),
        "something else than a message was appended"
    );
    refusal(pair.bo_group.decrypt(&bo, b"no MLS message"));
}
