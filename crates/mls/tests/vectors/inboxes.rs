//! What an inbox publishes and receives: sealed blobs, sealed items, the Welcome item.

use crate::golden::{Encoded, check, hex};
use crate::personas::{DEVICE_SEED, PERSONA_SEED, body, device};
use mls::contact_item::{ContactItem, Rejoin, UnverifiedContactItem};
use mls::inbox_seal::{
    Published, inbox_key_pair, open_item, open_published, seal_item, seal_published,
};
use mls::persona::PersonaSecret;
use mls::provider::Entropy;
use mls::welcome_item::{ReturnInbox, UnverifiedWelcomeItem, WelcomeItem};
use protocol::hash::{chain_start, first_head};
use protocol::home_url::HomeUrl;
use protocol::id::{HeadId, HomeKey, InboxId, LogId, PersonaFingerprint};
use protocol::name::Name;
use protocol::secret::{CapabilitySecret, SealKey};
use serde::Serialize;

const INBOX_KEY_SEED: [u8; 32] = [0x54; 32];

#[derive(Serialize)]
struct Item {
    inbox: String,
    inbox_key_seed: String,
    private_key: String,
    public_key: String,
    info: &'static str,
    additional_data: String,
    payload: String,
    item: String,
}

#[derive(Serialize)]
struct Blob {
    name: &'static str,
    seal_key: String,
    inbox: String,
    additional_data: String,
    payload: String,
    blob: String,
}

#[derive(Serialize)]
struct Welcome {
    device_seed: String,
    device_key: String,
    #[serde(flatten)]
    encoded: Encoded,
    /// The signed bytes, read as CBOR.
    body: String,
}

fn inbox() -> InboxId {
    InboxId::new([0x20; 16])
}

fn entropy() -> Entropy {
    Entropy::from_seed([0x52; 32])
}

#[test]
fn a_sealed_item_opens_with_its_pinned_private_key() {
    let (private, public) = inbox_key_pair(&entropy(), &INBOX_KEY_SEED).unwrap();
    let payload = b"hello";
    let item = seal_item(&entropy(), &public, &inbox(), payload).unwrap();
    let opened = open_item(&entropy(), &private, &inbox(), &item).unwrap();
    assert_eq!(opened, payload);
    let vector = Item {
        inbox: hex(inbox().as_bytes()),
        inbox_key_seed: hex(&INBOX_KEY_SEED),
        private_key: hex(&private),
        public_key: hex(public.as_bytes()),
        info: "kith/item",
        additional_data: hex(inbox().as_bytes()),
        payload: hex(payload),
        item: hex(&item),
    };
    check("sealed_item.json", &vector);
}

#[test]
fn a_published_blob_has_its_pinned_bytes() {
    let key = SealKey::new([0x35; 32]);
    let cases = [
        ("device list", "kith/device-list", Published::DeviceList),
        ("KeyPackage", "kith/key-package", Published::KeyPackage),
    ];
    let vectors = cases.map(|(name, purpose, what)| {
        let payload = b"hello";
        let blob = seal_published(&key, &entropy(), &inbox(), what, payload).unwrap();
        let opened = open_published(&key, &inbox(), what, &blob).unwrap();
        assert_eq!(opened, payload, "{name}");
        let bound = protocol::proof::signed_array(purpose, &[inbox().as_bytes()]);
        Blob {
            name,
            seal_key: hex(key.expose()),
            inbox: hex(inbox().as_bytes()),
            additional_data: hex(&bound),
            payload: hex(payload),
            blob: hex(&blob),
        }
    });
    check("published.json", &vectors);
}

/// A way back to the inbox of these vectors.
pub fn return_inbox() -> ReturnInbox {
    let (_, inbox_key) = inbox_key_pair(&entropy(), &INBOX_KEY_SEED).unwrap();
    ReturnInbox {
        home: HomeUrl::parse("https://home.example").unwrap(),
        home_key: HomeKey::new([0x33; 32]),
        inbox: inbox(),
        inbox_key,
        seal_key: SealKey::new([0x35; 32]),
        capability: CapabilitySecret::new([0x2b; 32]),
    }
}

/// A Welcome item that begins at a head, with so many entries and heads before.
fn welcome_item(head: HeadId, base: u64) -> WelcomeItem {
    let return_inbox = return_inbox();
    let log = LogId::new([0x10; 16]);
    WelcomeItem {
        welcome: vec![0x55; 24],
        home: return_inbox.home.clone(),
        home_key: return_inbox.home_key,
        log,
        head,
        seq: 0,
        chain: chain_start(&log, &head),
        return_inbox,
        name: Name::parse("Ada").unwrap(),
        capability: CapabilitySecret::new([0x2d; 32]),
        base,
    }
}

fn check_welcome_item(file: &str, description: &str, item: &WelcomeItem) {
    let device = device();
    let key = device.credential().device_key();
    let bytes = item.sign(&device);
    let read = UnverifiedWelcomeItem::from_bytes(&bytes).unwrap();
    assert_eq!(read.welcome(), item.welcome);
    assert_eq!(&read.verify(key).unwrap(), item);
    let vector = Welcome {
        device_seed: hex(&DEVICE_SEED),
        device_key: hex(key),
        encoded: Encoded::new("Welcome item", description, &bytes),
        body: body(&bytes),
    };
    check(file, &vector);
}

#[test]
fn a_welcome_item_has_its_pinned_bytes() {
    let item = welcome_item(first_head(&LogId::new([0x10; 16])), 0);
    let description = "the plaintext of an item; its Welcome is not a real one";
    check_welcome_item("welcome_item.json", description, &item);
}

#[test]
fn a_welcome_item_that_begins_later_has_its_pinned_bytes() {
    let item = welcome_item(HeadId::new([0x11; 32]), 1000);
    let description = "as the other one, at a head with 1,000 places before it";
    check_welcome_item("welcome_item_later.json", description, &item);
}

#[derive(Serialize)]
struct Contact {
    persona_seed: String,
    persona_key: String,
    #[serde(flatten)]
    encoded: Encoded,
    /// The signed bytes, read as CBOR.
    body: String,
}

#[test]
fn contact_items_have_their_pinned_bytes_and_are_of_one_for_one() {
    let persona = PersonaSecret::from_seed(&PERSONA_SEED);
    let (from, to) = (
        persona.key().fingerprint(),
        PersonaFingerprint::new([0x21; 32]),
    );
    let way = ContactItem {
        persona: *persona.key().as_bytes(),
        to,
        capability: CapabilitySecret::new([0x2d; 32]),
        return_inbox: return_inbox(),
        rejoin: None,
    };
    let rejoin = ContactItem {
        rejoin: Some(Rejoin {
            log: LogId::new([0x10; 16]),
            asked_ms: 1_790_000_000_000,
            key_package: vec![0x56; 24],
        }),
        ..way.clone()
    };
    let cases = [
        (way, "the way to a contact"),
        (
            rejoin,
            "the same with a request; its KeyPackage is not a real one",
        ),
    ];
    let vectors = cases.map(|(item, description)| {
        let bytes = item.sign(&persona);
        let read = || UnverifiedContactItem::from_bytes(&bytes).unwrap();
        assert_eq!(read().verify(&from, &to).unwrap(), item);
        assert!(read().verify(&to, &to).is_err(), "of somebody else");
        assert!(read().verify(&from, &from).is_err(), "for somebody else");
        let forged = item.sign(&PersonaSecret::from_seed(&DEVICE_SEED));
        let forged = UnverifiedContactItem::from_bytes(&forged).unwrap();
        assert!(forged.verify(&from, &to).is_err(), "signed by another");
        assert!(UnverifiedWelcomeItem::from_bytes(&bytes).is_err());
        Contact {
            persona_seed: hex(&PERSONA_SEED),
            persona_key: hex(persona.key().as_bytes()),
            encoded: Encoded::new("contact item", description, &bytes),
            body: body(&bytes),
        }
    });
    let head = first_head(&LogId::new([0x10; 16]));
    let welcome = welcome_item(head, 0).sign(&device());
    assert!(UnverifiedContactItem::from_bytes(&welcome).is_err());
    check("contact_items.json", &vectors);
}
