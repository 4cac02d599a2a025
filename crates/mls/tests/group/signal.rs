//! Signals: who can read them, and what makes them somebody's.

use crate::circle::{Member, circle};
use crate::people::refusal;
use mls::epoch_keys::WrapKey;
use mls::error::MlsError;
use mls::signal::{self, MAX_SIGNAL_BYTES};
use mls::wrap::{WrapKind, open_body, seal_body};
use protocol::hash::first_head;
use protocol::id::{HeadId, LogId};
use protocol::size_bucket::is_bucket;

/// Where everybody is.
fn spot(member: &Member) -> (LogId, HeadId) {
    let log = member.group.place().log;
    (log, first_head(&log))
}

fn key(member: &Member) -> WrapKey {
    let keys = member.group.keys(&member.person.provider()).unwrap();
    keys.signal().clone()
}

/// The member says something of the moment, as the device at `leaf`.
fn say_as(member: &Member, leaf: u32, content: &[u8]) -> Result<Vec<u8>, MlsError> {
    let (log, head) = spot(member);
    let sender = (&member.person.device, leaf);
    let entropy = &member.person.entropy;
    signal::seal(&key(member), entropy, (&log, &head), sender, content)
}

fn say(member: &Member, content: &[u8]) -> Vec<u8> {
    say_as(member, member.group.own_leaf(), content).unwrap()
}

/// What another member hears.
fn hear(member: &Member, body: &[u8]) -> Result<Vec<u8>, MlsError> {
    let (log, head) = spot(member);
    let said = signal::open(&key(member), &log, &head, body)?;
    let author = member.group.member(said.leaf())?;
    said.verify(author.credential.device_key())
}

#[test]
fn a_signal_is_heard_by_every_member_and_names_its_author() {
    let [ada, bo, cy] = circle();
    let body = say(&cy, b"typing");
    for other in [&ada, &bo] {
        assert_eq!(hear(other, &body).unwrap(), b"typing");
        let (log, head) = spot(other);
        let said = signal::open(&key(other), &log, &head, &body).unwrap();
        assert_eq!(said.leaf(), other.leaf_of(&cy.person));
    }
}

#[test]
fn a_signal_in_somebody_elses_name_is_refused() {
    let [ada, bo, cy] = circle();
    let forged = say_as(&bo, cy.group.own_leaf(), b"typing").unwrap();
    let refused = "the signal is not signed by its leaf";
    assert_eq!(refusal(hear(&ada, &forged)), refused);
    let nobody = say_as(&bo, 17, b"typing").unwrap();
    assert_eq!(refusal(hear(&ada, &nobody)), "there is no such member");
}

#[test]
fn a_signal_opens_at_its_head_in_its_epoch_alone() {
    let [mut ada, mut bo, cy] = circle();
    let body = say(&cy, b"typing");
    let (log, head) = spot(&ada);
    let (other_log, other_head) = (LogId::new([9; 16]), HeadId::new([9; 32]));
    refusal(signal::open(&key(&ada), &other_log, &head, &body));
    refusal(signal::open(&key(&ada), &log, &other_head, &body));
    // Sealed anew for another head by a member, who cannot sign for its author.
    let (kind, keys) = (WrapKind::Signal, key(&bo));
    let payload = open_body(&keys, &log, &head, kind, &body).unwrap();
    let entropy = &bo.person.entropy;
    let moved = seal_body(&keys, entropy, &log, &other_head, kind, &payload).unwrap();
    assert_eq!(
        refusal(signal::open(&keys, &log, &other_head, &moved)),
        "the signal is of another head"
    );
    assert_eq!(hear(&ada, &body).unwrap(), b"typing");
    let commit = bo.change(&[], &[]);
    ada.follow(&commit);
    refusal(hear(&ada, &body));
}

#[test]
fn a_signal_is_under_another_key_than_what_is_stored() {
    let [ada, _, cy] = circle();
    let body = say(&cy, b"typing");
    let (log, head) = spot(&ada);
    let keys = ada.group.keys(&ada.person.provider()).unwrap();
    for kind in [WrapKind::Message, WrapKind::Signal] {
        refusal(open_body(keys.wrap(), &log, &head, kind, &body));
    }
    refusal(open_body(
        keys.signal(),
        &log,
        &head,
        WrapKind::Message,
        &body,
    ));
}

#[test]
fn a_signal_is_short() {
    let [ada, _, cy] = circle();
    let longest = vec![7; MAX_SIGNAL_BYTES];
    let body = say(&cy, &longest);
    assert!(is_bucket(body.len()) && body.len() <= 1024);
    assert_eq!(hear(&ada, &body).unwrap(), longest);
    let longer = vec![7; MAX_SIGNAL_BYTES + 1];
    let refused = say_as(&cy, cy.group.own_leaf(), &longer);
    assert_eq!(refusal(refused), "the signal is too long");
}
