//! Requests to be added anew: who can read them, and what makes them somebody's.

use crate::circle::{Member, circle};
use crate::people::{Person, refusal};
use mls::error::MlsError;
use mls::repair::{Repair, UnverifiedRepair};
use mls::wrap::{WrapKind, open_body, seal_body};
use protocol::hash::first_head;
use protocol::id::{HeadId, LogId};

/// What Cy asks at the first head, and the signed bytes.
fn asked(cy: &Member) -> (Repair, Vec<u8>) {
    let log = cy.group.place().log;
    let repair = Repair {
        log,
        head: first_head(&log),
        leaf: cy.group.own_leaf(),
        key_package: cy.person.key_package(),
        return_inbox: cy.person.item(vec![]).return_inbox,
    };
    let bytes = repair.sign(&cy.person.device);
    (repair, bytes)
}

/// Seals for the first head in the member's epoch.
fn seal(cy: &Member, kind: WrapKind, bytes: &[u8]) -> Vec<u8> {
    let (log, keys) = (
        cy.group.place().log,
        cy.group.keys(&cy.person.provider()).unwrap(),
    );
    let entropy = &cy.person.entropy;
    seal_body(keys.wrap(), entropy, &log, &first_head(&log), kind, bytes).unwrap()
}

/// Opens what lies at the first head, in the member's epoch.
fn open(member: &Member, kind: WrapKind, body: &[u8]) -> Result<Vec<u8>, MlsError> {
    let keys = member.group.keys(&member.person.provider()).unwrap();
    let log = member.group.place().log;
    open_body(keys.wrap(), &log, &first_head(&log), kind, body)
}

#[test]
fn a_repair_says_to_the_members_of_its_epoch_who_asks_and_how_they_are_reached() {
    let [ada, _, cy] = circle();
    let (repair, bytes) = asked(&cy);
    let body = seal(&cy, WrapKind::Repair, &bytes);
    assert!(
        body.len() <= 8_192,
        "a home takes none of {} bytes",
        body.len()
    );
    let opened = open(&ada, WrapKind::Repair, &body).unwrap();
    let unverified = UnverifiedRepair::from_bytes(&opened).unwrap();
    let member = ada.group.member(unverified.leaf()).unwrap();
    assert_eq!(member.credential.persona(), cy.person.persona.key());
    let key = member.credential.device_key();
    let read = unverified.verify(key, &repair.log, &repair.head).unwrap();
    assert_eq!(read, repair);
    let checked = ada.person.check(&read.key_package).unwrap();
    assert_eq!(checked.credential(), &member.credential);
}

#[test]
fn a_repair_in_somebody_elses_name_is_refused() {
    let [ada, bo, cy] = circle();
    let (repair, bytes) = asked(&cy);
    let (log, head) = (&repair.log, &repair.head);
    let keys = |person: &Person| *person.device.credential().device_key();
    let check = |bytes: &[u8], key: &[u8; 32]| {
        UnverifiedRepair::from_bytes(bytes)
            .unwrap()
            .verify(key, log, head)
    };
    let forged = "the repair is not signed by its leaf";
    for other in [&ada.person, &bo.person] {
        assert_eq!(refusal(check(&bytes, &keys(other))), forged);
        let by_other = repair.sign(&other.device);
        assert_eq!(refusal(check(&by_other, &keys(&cy.person))), forged);
    }
    check(&bytes, &keys(&cy.person)).unwrap();
}

#[test]
fn a_repair_that_was_changed_anywhere_is_refused() {
    let [_, _, cy] = circle();
    let (repair, bytes) = asked(&cy);
    let key = cy.person.device.credential().device_key();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let read = UnverifiedRepair::from_bytes(&changed);
        refusal(read.and_then(|read| read.verify(key, &repair.log, &repair.head)));
    }
}

#[test]
fn a_repair_holds_at_the_head_of_the_log_where_it_was_left_and_nowhere_else() {
    let [_, _, cy] = circle();
    let (repair, bytes) = asked(&cy);
    let key = cy.person.device.credential().device_key();
    let check = |log: &LogId, head: &HeadId| {
        UnverifiedRepair::from_bytes(&bytes)
            .unwrap()
            .verify(key, log, head)
    };
    let elsewhere = "the repair was left at another head";
    let (log, head) = (LogId::new([9; 16]), HeadId::new([9; 32]));
    assert_eq!(refusal(check(&log, &repair.head)), elsewhere);
    assert_eq!(refusal(check(&repair.log, &head)), elsewhere);
    check(&repair.log, &repair.head).unwrap();
}

#[test]
fn a_repair_opens_as_a_repair_alone_and_in_its_epoch_alone() {
    let [mut ada, mut bo, cy] = circle();
    let (_, bytes) = asked(&cy);
    let body = seal(&cy, WrapKind::Repair, &bytes);
    for kind in [WrapKind::Message, WrapKind::Commit, WrapKind::Signal] {
        refusal(open(&ada, kind, &body));
        refusal(open(&ada, WrapKind::Repair, &seal(&cy, kind, &bytes)));
    }
    assert_eq!(open(&ada, WrapKind::Repair, &body).unwrap(), bytes);
    let commit = bo.change(&[], &[]);
    ada.follow(&commit);
    refusal(open(&ada, WrapKind::Repair, &body));
}
