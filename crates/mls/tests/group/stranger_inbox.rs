//! What a stranger publishes and leaves in inboxes is read by ours, and the other way round.

use crate::people::{Person, refusal};
use crate::stranger::inbox::{
    InboxKeys, device_list, fingerprint, open_device_list, open_key_package, read_device_list,
    seal_device_list, seal_item, seal_key_package,
};
use crate::stranger::random;
use crate::stranger::signed::public;
use crate::stranger::welcome::ReturnInbox;
use crate::stranger_group::stranger;
use mls::device_list::{DeviceList, ListedDevice};
use mls::inbox_seal::{Published, inbox_key_pair, open_item, open_published, seal_published};
use mls::persona::PersonaKey;
use protocol::id::{DeviceLabel, InboxId, InboxPublicKey, PersonaFingerprint};
use protocol::secret::SealKey;

/// Where the stranger can be reached.
pub fn return_inbox() -> ReturnInbox {
    ReturnInbox {
        home: "https://away.example".to_owned(),
        home_key: [0x61; 32],
        inbox: [0x62; 16],
        inbox_key: [0x63; 32],
        seal_key: [0x64; 32],
        capability: [0x65; 32],
    }
}

#[test]
fn items_cross_between_ours_and_a_stranger() {
    let ada = Person::new("ada");
    let inbox = random::<16>();
    let (private, key) = inbox_key_pair(&ada.entropy, &random()).unwrap();
    for length in [0, 1, 459, 460, 461, 5000] {
        let payload = vec![7; length];
        let item = seal_item(key.as_bytes(), &inbox, &payload);
        let opened = open_item(&ada.entropy, &private, &InboxId::new(inbox), &item);
        assert_eq!(opened.unwrap(), payload);

        let theirs = InboxKeys::generate();
        let key = InboxPublicKey::new(theirs.public);
        let item = mls::inbox_seal::seal_item(&ada.entropy, &key, &InboxId::new(inbox), &payload);
        let item = item.unwrap();
        assert_eq!(theirs.open(&inbox, &item).unwrap(), payload);
        theirs.open(&random(), &item).unwrap_err();
    }
}

#[test]
fn published_blobs_cross_between_ours_and_a_stranger() {
    let ada = Person::new("ada");
    let (inbox, key) = (random::<16>(), random::<32>());
    let (our_inbox, our_key) = (InboxId::new(inbox), SealKey::new(key));
    let open = |what, sealed: &[u8]| open_published(&our_key, &our_inbox, what, sealed);
    let list = seal_device_list(&key, &inbox, b"list");
    assert_eq!(open(Published::DeviceList, &list).unwrap(), b"list");
    refusal(open(Published::KeyPackage, &list));
    let key_package = seal_key_package(&key, &inbox, b"key package");
    assert_eq!(
        open(Published::KeyPackage, &key_package).unwrap(),
        b"key package"
    );

    let seal = |what, payload: &[u8]| {
        seal_published(&our_key, &ada.entropy, &our_inbox, what, payload).unwrap()
    };
    let list = seal(Published::DeviceList, b"list");
    assert_eq!(open_device_list(&key, &inbox, &list).unwrap(), b"list");
    open_key_package(&key, &inbox, &list).unwrap_err();
    let key_package = seal(Published::KeyPackage, b"key package");
    assert_eq!(
        open_key_package(&key, &inbox, &key_package).unwrap(),
        b"key package"
    );
}

#[test]
fn device_lists_cross_between_ours_and_a_stranger() {
    let (ada, stranger) = (Person::new("ada"), stranger());
    let label = random::<16>();
    let theirs = device_list(&stranger.persona, &label, &stranger.device);
    let promised = fingerprint(&public(&stranger.persona));
    let persona = PersonaKey::new(public(&stranger.persona));
    assert_eq!(persona.fingerprint(), PersonaFingerprint::new(promised));
    let read = DeviceList::verify(&theirs, &persona.fingerprint()).unwrap();
    let listed = ListedDevice {
        label: DeviceLabel::new(label),
        device: public(&stranger.device),
    };
    assert_eq!(read.devices, std::slice::from_ref(&listed));

    let ours = DeviceList::new(&ada.persona.key(), vec![listed], 1).sign(&ada.persona);
    let promised = *ada.persona.key().fingerprint().as_bytes();
    let read = read_device_list(&ours, &promised).unwrap();
    assert_eq!(read, [(label, public(&stranger.device))]);
    read_device_list(&ours, &[9; 32]).unwrap_err();
}
