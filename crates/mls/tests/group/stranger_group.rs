//! A member built on another MLS library, from the specification alone, in one group with ours.

use crate::people::{GROUP_ID, NOW_S, Person, place, read, refusal};
use crate::stranger::credential::Claims;
use crate::stranger::member::{Conversation, Keys, Stranger};
use crate::stranger::place::Place;
use crate::stranger::signed::{public, statement};
use crate::stranger::welcome::{WelcomeItem, check_sender};
use crate::stranger::wrap::{Spot, unwrap_commit, unwrap_message, wrap_commit, wrap_message};
use ed25519_dalek::{Signer as _, SigningKey};
use mls::device_list::DeviceList;
use mls::epoch_keys::EpochKeys;
use mls::group::{Group, Joined};
use mls::welcome_item::UnverifiedWelcomeItem;
use mls::wrap::{CommitPayload, WrapKind, open_body, seal_body};
use protocol::hash::{chain_start, first_head};
use protocol::id::{HeadId, HomeKey, LogId, Nonce, ReadKey, Signature, WriteKey};
use protocol::proof::{self, Right};

/// Ours and a stranger in one group.
pub struct Both {
    pub ada: Person,
    pub group: Group,
    pub stranger: Stranger,
    pub conversation: Conversation,
}

/// An honest stranger.
pub fn stranger() -> Stranger {
    let key = |byte| SigningKey::from_bytes(&[byte; 32]);
    Stranger::new(key(0x71), key(0x72))
}

/// Our place in a stranger's words.
pub fn their_place() -> Place {
    let place = place();
    Place {
        home: place.home.as_str().to_owned(),
        home_key: *place.home_key.as_bytes(),
        log: *place.log.as_bytes(),
        closing_key: place.closing_key,
        conversation: place.conversation,
    }
}

/// Where everything lies that is sent here.
fn spot() -> Spot {
    let log = place().log;
    Spot {
        log: *log.as_bytes(),
        head: *first_head(&log).as_bytes(),
    }
}

/// A stranger's Welcome item.
pub fn their_item(welcome: Vec<u8>) -> WelcomeItem {
    let (log, head) = (place().log, first_head(&place().log));
    WelcomeItem {
        welcome,
        home: their_place().home,
        home_key: their_place().home_key,
        log: *log.as_bytes(),
        head: *head.as_bytes(),
        seq: 0,
        chain: *chain_start(&log, &head).as_bytes(),
        back: crate::stranger_inbox::return_inbox(),
        name: "Someone".to_owned(),
        capability: [0x2c; 32],
    }
}

/// The stranger founds, ours joins.
pub fn stranger_founds() -> Both {
    let (ada, stranger) = (Person::new("ada"), stranger());
    let (conversation, welcome) = stranger
        .found(&their_place(), &[ada.key_package()])
        .unwrap();
    let item = their_item(welcome).sign(&stranger.device);
    let Joined::New(joined) = ada.take(&item).unwrap() else {
        panic!("the group is known");
    };
    let (group, read) = (joined.group, joined.item);
    assert_eq!(read.name.as_str(), "Someone");
    assert_eq!(
        read.return_inbox.inbox.as_bytes(),
        &their_item(vec![]).back.inbox
    );
    Both {
        ada,
        group,
        stranger,
        conversation,
    }
}

/// Ours founds, the stranger joins.
pub fn ours_founds() -> Both {
    let (ada, stranger) = (Person::new("ada"), stranger());
    let checked = ada.check(&stranger.key_package()).unwrap();
    let founded =
        Group::found(&ada.provider(), &ada.device, place(), GROUP_ID, &[checked]).unwrap();
    let signed = ada.item(founded.welcome).sign(&ada.device);
    let item = WelcomeItem::read(&signed).unwrap();
    let (conversation, sender) = stranger.join(&item.welcome).unwrap();
    check_sender(&signed, &sender.device).unwrap();
    check_sender(&signed, &[9; 32]).unwrap_err();
    assert_eq!(&sender.device, ada.device.credential().device_key());
    assert_eq!(item.log, conversation.place.log);
    assert_eq!(item.home_key, conversation.place.home_key);
    assert_eq!(item.home, conversation.place.home);
    assert_eq!(item.name, "Ada");
    Both {
        ada,
        group: founded.group,
        stranger,
        conversation,
    }
}

fn same(ours: &EpochKeys, theirs: &Keys) {
    assert_eq!(ours.write_key().as_bytes(), &public(&theirs.write));
    assert_eq!(ours.read_key().as_bytes(), &public(&theirs.read));
    assert_eq!(ours.wrap().expose(), &theirs.wrap);
}

fn assert_agree(both: &Both) {
    assert_eq!(both.group.epoch(), both.conversation.epoch());
    assert_eq!(both.group.place(), &place());
    assert_eq!(both.conversation.place, their_place());
    same(
        &both.group.keys(&both.ada.provider()).unwrap(),
        &both.conversation.keys(),
    );
}

/// Messages both ways, wrapped as they would lie at a home.
pub fn talk(both: &mut Both) {
    let provider = both.ada.provider();
    let (log, head) = (LogId::new(spot().log), HeadId::new(spot().head));
    let (keys, theirs) = (
        both.group.keys(&provider).unwrap(),
        both.conversation.keys(),
    );
    let said = both.conversation.encrypt(vec![1, 2], b"from afar");
    let body = wrap_message(&theirs, &spot(), &said);
    let opened = open_body(keys.wrap(), &log, &head, WrapKind::Message, &body).unwrap();
    let read = read(both.group.decrypt(&provider, &opened));
    assert_eq!(
        (read.content, read.aad),
        (b"from afar".to_vec(), vec![1, 2])
    );
    assert_eq!(
        read.sender.credential.persona().as_bytes(),
        &public(&both.stranger.persona)
    );

    let said = both
        .group
        .encrypt(&provider, &both.ada.device, vec![3], b"from here")
        .unwrap();
    let kind = WrapKind::Message;
    let body = seal_body(keys.wrap(), &both.ada.entropy, &log, &head, kind, &said).unwrap();
    let opened = unwrap_message(&theirs, &spot(), &body).unwrap();
    let read = both.conversation.decrypt(&opened).unwrap();
    assert_eq!((read.content, read.aad), (b"from here".to_vec(), vec![3]));
    assert_eq!(&read.sender.persona, both.ada.persona.key().as_bytes());
}

fn stranger_commits(both: &mut Both) {
    let provider = both.ada.provider();
    let (log, head) = (LogId::new(spot().log), HeadId::new(spot().head));
    let parent = both.conversation.keys();
    let (message, next) = both.conversation.commit();
    let body = wrap_commit(&parent, &spot(), &both.stranger.device, &message, &next);
    let keys = both.group.keys(&provider).unwrap();
    let opened = open_body(keys.wrap(), &log, &head, WrapKind::Commit, &body).unwrap();
    let payload = CommitPayload::from_bytes(&opened).unwrap();
    let received = both
        .group
        .examine_commit(&provider, &payload.message)
        .unwrap();
    same(received.next.as_ref().unwrap(), &next);
    let author = *received.sender.credential.device_key();
    let (write, read) = (public(&next.write), public(&next.read));
    let (write, read) = (WriteKey::new(write), ReadKey::new(read));
    payload.check(&author, &log, &head, &write, &read).unwrap();
    let bogus = ReadKey::new([9; 32]);
    refusal(payload.check(&author, &log, &head, &write, &bogus));
    both.group
        .merge_received_commit(&provider, received)
        .unwrap();
    both.conversation.merge();
}

fn ours_commits(both: &mut Both) {
    let provider = both.ada.provider();
    let (log, head) = (LogId::new(spot().log), HeadId::new(spot().head));
    let keys = both.group.keys(&provider).unwrap();
    let own = both
        .group
        .commit_update(&provider, &both.ada.device)
        .unwrap();
    let (write, read) = (own.next.write_key(), own.next.read_key());
    let payload =
        CommitPayload::new(&both.ada.device, own.message, &log, &head, &write, &read).to_bytes();
    let kind = WrapKind::Commit;
    let body = seal_body(keys.wrap(), &both.ada.entropy, &log, &head, kind, &payload).unwrap();
    let unwrapped = unwrap_commit(&both.conversation.keys(), &spot(), &body).unwrap();
    let examined = both.conversation.examine(&unwrapped.message).unwrap();
    same(&own.next, &examined.next);
    let author = examined.sender.device;
    unwrapped
        .check(&author, &spot(), write.as_bytes(), read.as_bytes())
        .unwrap();
    unwrapped
        .check(&author, &spot(), &[9; 32], read.as_bytes())
        .unwrap_err();
    both.conversation.follow(examined);
    both.group.merge_own_commit(&provider).unwrap();
}

fn live_together(mut both: Both) {
    assert_agree(&both);
    for _ in 0..3 {
        talk(&mut both);
        stranger_commits(&mut both);
        assert_agree(&both);
        talk(&mut both);
        ours_commits(&mut both);
        assert_agree(&both);
    }
    let mut personas = both.conversation.personas().unwrap();
    let mut ours = [
        public(&both.stranger.persona),
        *both.ada.persona.key().as_bytes(),
    ];
    personas.sort_unstable();
    ours.sort_unstable();
    assert_eq!(personas, ours);
    assert_eq!(both.group.epoch(), 7);
}

#[test]
fn a_stranger_founds_a_group_and_ours_joins_talks_and_commits() {
    live_together(stranger_founds());
}

#[test]
fn ours_founds_a_group_and_a_stranger_joins_talks_and_commits() {
    live_together(ours_founds());
}

#[test]
fn a_commit_that_lost_is_cleared_on_either_side() {
    let mut both = ours_founds();
    both.conversation.commit();
    both.conversation.clear();
    ours_commits(&mut both);
    let provider = both.ada.provider();
    both.group
        .commit_update(&provider, &both.ada.device)
        .unwrap();
    both.group.clear_own_commit(&provider).unwrap();
    drop(provider);
    stranger_commits(&mut both);
    assert_agree(&both);
}

#[test]
fn a_strangers_exporter_signs_proofs_that_hold_under_the_keys_that_ours_derives() {
    let both = stranger_founds();
    let keys = both.group.keys(&both.ada.provider()).unwrap();
    let theirs = both.conversation.keys();
    let (home, nonce) = (HomeKey::new([0x33; 32]), Nonce::new([0x02; 32]));
    let (log, head) = (place().log, HeadId::new(spot().head));
    for (right, byte, signer, key) in [
        (
            Right::Write,
            1u8,
            &theirs.write,
            *keys.write_key().as_bytes(),
        ),
        (Right::Read, 0, &theirs.read, *keys.read_key().as_bytes()),
    ] {
        let parts: [&[u8]; 5] = [
            home.as_bytes(),
            nonce.as_bytes(),
            &spot().log,
            &spot().head,
            &[byte],
        ];
        let said = signer.sign(&statement("kith/prove", &parts)).to_bytes();
        let message = proof::right_message(&home, &nonce, &log, &head, right);
        assert_eq!(proof::verify(&key, &message, &Signature::new(said)), Ok(()));
        let other = proof::right_message(&home, &Nonce::new([9; 32]), &log, &head, right);
        assert!(proof::verify(&key, &other, &Signature::new(said)).is_err());
    }
}

#[test]
fn a_strangers_credential_and_device_list_hold_and_ours_hold_for_it() {
    let (ada, stranger) = (Person::new("ada"), stranger());
    let claims = Claims::of(&stranger.persona, &stranger.device);
    let checked = ada.check(&stranger.key_package()).unwrap();
    assert_eq!(
        checked.credential().as_bytes(),
        claims.sign(&stranger.persona)
    );
    checked.credential().check_validity(NOW_S).unwrap();
    let ours = ada.device.credential();
    let read = Claims::verify(ours.as_bytes(), ours.device_key()).unwrap();
    assert_eq!(&read.persona, ada.persona.key().as_bytes());
    assert!(read.not_before_s < NOW_S && NOW_S < read.not_after_s);
    Claims::verify(ours.as_bytes(), &[9; 32]).unwrap_err();
    let list = DeviceList::new(&ada.persona.key(), vec![], 1).sign(&ada.persona);
    assert!(UnverifiedWelcomeItem::from_bytes(&list).is_err());
}
