//! One seed gives one sequence of messages, byte for byte, whatever the threads do.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the helpers of a test are part of the test"
)]

mod members;

use members::{Member, beginning, bytes, join_config, parse};
use mls::key_value::MemoryKeyValue;
use openmls::prelude::tls_codec::Serialize as _;
use openmls::prelude::*;

/// A named message of a conversation.
type Line = (&'static str, Vec<u8>);

/// Five people found a group, talk, update, remove one, and let one in from outside.
fn conversation(seed: [u8; 32]) -> Vec<Line> {
    let mut lines = Vec::new();
    let people: Vec<Member<MemoryKeyValue>> = ["ada", "bo", "cy", "dee", "eve"]
        .into_iter()
        .map(|name| Member::new(seed, name))
        .collect();
    let [ada, others @ ..] = people.as_slice() else {
        panic!("there is somebody");
    };
    let key_packages: Vec<KeyPackage> = others.iter().map(Member::key_package).collect();
    for key_package in &key_packages {
        let message = key_package.tls_serialize_detached().unwrap();
        lines.push(("key package", message));
    }
    let mut founded = ada.found();
    let (commit, welcome, _) = founded
        .add_members(&ada.provider(), &ada.key, &key_packages)
        .unwrap();
    founded.merge_pending_commit(&ada.provider()).unwrap();
    let welcome = bytes(&welcome);
    let mut groups = vec![founded];
    groups.extend(others.iter().map(|person| person.join(&welcome)));
    lines.push(("add", bytes(&commit)));
    lines.push(("welcome", welcome));

    for author in 0..people.len() {
        let text = people[author].send(&mut groups[author], b"hello");
        spread(&people, &mut groups, author, &text);
        lines.push(("text", text));
        let update = groups[author]
            .self_update(
                &people[author].provider(),
                &people[author].key,
                LeafNodeParameters::default(),
            )
            .unwrap();
        let update = bytes(&update.into_commit());
        groups[author]
            .merge_pending_commit(&people[author].provider())
            .unwrap();
        spread(&people, &mut groups, author, &update);
        lines.push(("update", update));
    }

    let (commit, _, _) = groups[0]
        .remove_members(&ada.provider(), &ada.key, &[LeafNodeIndex::new(2)])
        .unwrap();
    groups[0].merge_pending_commit(&ada.provider()).unwrap();
    lines.push(("remove", bytes(&commit)));
    lines.push(("external commit", join_from_outside(seed, ada, &groups[0])));
    lines
}

/// Hands a message to everybody but its author.
fn spread(people: &[Member], groups: &mut [MlsGroup], author: usize, message: &[u8]) {
    for (index, (person, group)) in people.iter().zip(groups).enumerate() {
        if index != author {
            person.receive(group, message);
        }
    }
}

fn join_from_outside(seed: [u8; 32], ada: &Member, group: &MlsGroup) -> Vec<u8> {
    let fay: Member = Member::new(seed, "fay");
    let provider = fay.provider();
    let info = group
        .export_group_info(ada.provider().crypto(), &ada.key, true)
        .unwrap();
    let MlsMessageBodyIn::GroupInfo(info) = parse(&bytes(&info)).extract() else {
        panic!("not a group info");
    };
    let (_, bundle) = MlsGroup::external_commit_builder()
        .with_config(join_config())
        .build_group(&provider, info, fay.credential())
        .unwrap()
        .load_psks(provider.storage())
        .unwrap()
        .build(provider.rand(), provider.crypto(), &fay.key, |_| true)
        .unwrap()
        .finalize(&provider)
        .unwrap();
    bytes(bundle.commit())
}

#[test]
fn one_seed_gives_one_conversation_however_often_it_is_run() {
    let first = conversation([3; 32]);
    for _ in 0..5 {
        let again = conversation([3; 32]);
        assert_eq!(first.len(), again.len());
        for (number, (one, other)) in first.iter().zip(&again).enumerate() {
            assert!(
                one == other,
                "message {number}, {}, differs: {} … and {} …",
                one.0,
                beginning(&one.1),
                beginning(&other.1)
            );
        }
    }
}

#[test]
fn another_seed_gives_another_conversation() {
    let (first, second) = (conversation([3; 32]), conversation([4; 32]));
    assert!(first.iter().zip(&second).all(|(one, other)| one != other));
}
