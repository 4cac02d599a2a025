//! What the home must never hold, read from the profiles of the people.

use client_store::Store;
use mls::device::Device;
use mls::persona::{PersonaSecret, safety_number};
use protocol::invitation::Invitation;

use crate::support::person::Person;

/// Something to look for.
#[derive(Debug, Clone)]
pub struct Needle {
    pub what: &'static str,
    pub bytes: Vec<u8>,
}

/// Shorter ones stand everywhere by chance.
const SHORTEST: usize = 8;

#[derive(Default)]
struct Needles(Vec<Needle>);

impl Needles {
    fn add(&mut self, what: &'static str, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref().to_vec();
        assert!(
            bytes.len() >= SHORTEST,
            "{what} is too short to be looked for"
        );
        self.0.push(Needle { what, bytes });
    }

    fn personas(&mut self, store: &Store) {
        for row in store.personas().unwrap() {
            let key = PersonaSecret::from_seed(&row.persona_seed).key();
            let device = Device::restore(&row.device_seed, &row.credential).unwrap();
            self.add("the id of a persona", row.id.as_bytes());
            self.add("a name", row.name.as_str());
            self.add("a fingerprint", row.fingerprint.as_bytes());
            self.add("the key of a persona", key.as_bytes());
            self.add("the secret of a persona", *row.persona_seed);
            self.add("the key of a device", device.credential().device_key());
            self.add("the secret of a device", *row.device_seed);
            self.add("a credential", &row.credential);
            for contact in store.contacts().unwrap() {
                let number = safety_number(&row.fingerprint, &contact.fingerprint);
                self.add("a safety number", number);
            }
        }
    }

    fn relations(&mut self, store: &Store) {
        for row in store.contacts().unwrap() {
            self.add("the id of a contact", row.id.as_bytes());
            self.add("the name of a contact", row.name.as_str());
            self.add("the fingerprint of a contact", row.fingerprint.as_bytes());
            if let Some(inbox) = row.return_inbox {
                self.add("a standing capability", inbox.capability.expose());
            }
        }
        for row in store.conversations().unwrap() {
            self.add("the id of a conversation", row.id.as_bytes());
            self.add("a title", &row.title);
            self.add("the key of a room", row.room);
            for item in store.last_items(row.id, 0, u64::MAX).unwrap() {
                self.add("the id of an item", item.id.as_bytes());
                self.add("the id of a message", item.message_id);
                // An act says a sign or nothing.
                if item.text.chars().count() > 1 {
                    self.add("a text", &item.text);
                }
                // What stands before the text is the same for all messages of all people.
                let own = item.content.len() - item.content.len().min(60);
                self.add("the end of a content", &item.content[own..]);
            }
        }
        for row in store.logs().unwrap() {
            self.add("the id of a group", &row.group_id);
            if let Some(seed) = row.closing_seed {
                self.add("the key that closes a log", *seed);
            }
        }
    }

    fn inboxes(&mut self, store: &Store) {
        for row in store.inboxes().unwrap() {
            self.add("the owner's secret of an inbox", *row.owner_seed);
            self.add("the secret key of an inbox", *row.hpke_seed);
            self.add(
                "the key that seals what is published",
                row.seal_key.expose(),
            );
        }
        for row in store.invitations().unwrap() {
            self.add("the id of an invitation", row.id.as_bytes());
            self.add("the secret of an invitation", row.secret.expose());
            if let Some(label) = row.label {
                self.add("the label of an invitation", label);
            }
        }
    }
}

/// Everything of one person's profile.
pub fn needles_of(person: &Person) -> Vec<Needle> {
    let store = Store::open(&person.profile().join("profile.db"), None).unwrap();
    let mut needles = Needles::default();
    needles.personas(&store);
    needles.relations(&store);
    needles.inboxes(&store);
    needles.0
}

/// What a link carries besides.
pub fn of_link(link: &str) -> Vec<Needle> {
    let invitation = Invitation::from_link(link).unwrap();
    let mut needles = Needles::default();
    needles.add(
        "the public key of an inbox",
        invitation.inbox_key.as_bytes(),
    );
    needles.add("a link", link.split_once("/#/i/").unwrap().1);
    needles.0
}
