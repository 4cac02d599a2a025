//! People for tests: each with a persona, a device, a store and a seed of their own.

use mls::device::Device;
use mls::error::MlsError;
use mls::group::{Application, Decrypted, Group, Joined, NewGroup};
use mls::key_package::{self, CheckedKeyPackage};
use mls::key_value::MemoryKeyValue;
use mls::persona::PersonaSecret;
use mls::place::{Kind, Place};
use mls::provider::{Entropy, Provider};
use mls::welcome_item::{ReturnInbox, UnverifiedWelcomeItem, WelcomeItem};
use protocol::hash::{chain_start, first_head};
use protocol::home_url::HomeUrl;
use protocol::id::{HomeKey, InboxId, InboxPublicKey, LogId};
use protocol::name::Name;
use protocol::secret::{CapabilitySecret, SealKey};

/// When all tests happen, in Unix seconds.
pub const NOW_S: u64 = 1_795_000_000;
/// The MLS group id of every group.
pub const GROUP_ID: [u8; 32] = [0x0a; 32];

/// Where every group is.
pub fn place() -> Place {
    Place {
        generation: 0,
        home: HomeUrl::parse("https://home.example").unwrap(),
        home_key: HomeKey::new([0x33; 32]),
        log: LogId::new([0x10; 16]),
        boats: vec![],
        closing_key: [0x37; 32],
        conversation: [0x38; 32],
        kind: Kind::Pair,
    }
}

/// Somebody with one device.
pub struct Person {
    pub store: MemoryKeyValue,
    pub entropy: Entropy,
    pub persona: PersonaSecret,
    pub device: Device,
}

impl Person {
    /// Somebody whose keys all come from the name.
    pub fn new(name: &str) -> Self {
        let entropy = Entropy::from_seed([5; 32]).fork(name);
        let persona = PersonaSecret::generate(&entropy);
        Self {
            store: MemoryKeyValue::default(),
            device: Device::generate(&entropy, &persona, NOW_S),
            entropy,
            persona,
        }
    }

    /// Another device of the same persona.
    pub fn second_device(&self, name: &str) -> Self {
        let entropy = Entropy::from_seed([5; 32]).fork(name);
        let persona = PersonaSecret::from_seed(&self.persona.seed());
        Self {
            store: MemoryKeyValue::default(),
            device: Device::generate(&entropy, &persona, NOW_S),
            entropy,
            persona,
        }
    }

    /// What this person's device works with.
    pub fn provider(&self) -> Provider<'_> {
        Provider::new(&self.store, &self.entropy)
    }

    /// A fresh KeyPackage.
    pub fn key_package(&self) -> Vec<u8> {
        key_package::generate(&self.provider(), &self.device, false).unwrap()
    }

    /// A KeyPackage of somebody else, checked.
    pub fn check(&self, key_package: &[u8]) -> Result<CheckedKeyPackage, MlsError> {
        CheckedKeyPackage::check(&self.provider(), key_package, NOW_S)
    }

    /// Founds the group with others.
    pub fn found(&self, others: &[&Self]) -> NewGroup {
        self.found_at(place(), others)
    }

    /// Founds the group with others at a place.
    pub fn found_at(&self, place: Place, others: &[&Self]) -> NewGroup {
        let others: Vec<_> = others
            .iter()
            .map(|other| self.check(&other.key_package()).unwrap())
            .collect();
        Group::found(&self.provider(), &self.device, place, GROUP_ID, &others).unwrap()
    }

    /// The Welcome item that goes with a Welcome.
    pub fn item(&self, welcome: Vec<u8>) -> WelcomeItem {
        let place = place();
        let head = first_head(&place.log);
        WelcomeItem {
            welcome,
            home: place.home.clone(),
            home_key: place.home_key,
            log: place.log,
            head,
            seq: 0,
            chain: chain_start(&place.log, &head),
            return_inbox: ReturnInbox {
                home: place.home,
                home_key: place.home_key,
                inbox: InboxId::new([0x20; 16]),
                inbox_key: InboxPublicKey::new([0x34; 32]),
                seal_key: SealKey::new([0x35; 32]),
                capability: CapabilitySecret::new([0x2b; 32]),
            },
            name: Name::parse("Ada").unwrap(),
            capability: CapabilitySecret::new([0x2c; 32]),
            base: 0,
        }
    }

    /// Takes a signed Welcome item.
    pub fn take(&self, item: &[u8]) -> Result<Joined, MlsError> {
        let item = UnverifiedWelcomeItem::from_bytes(item)?;
        Group::join(&self.provider(), item, false)
    }

    /// Takes a signed Welcome item for a group that this device is to have anew.
    pub fn take_anew(&self, item: &[u8]) -> Result<Joined, MlsError> {
        let item = UnverifiedWelcomeItem::from_bytes(item)?;
        Group::join(&self.provider(), item, true)
    }

    /// Joins by a signed Welcome item that must hold.
    pub fn join(&self, item: &[u8]) -> Group {
        match self.take(item).unwrap() {
            Joined::New(joined) => joined.group,
            Joined::Known => panic!("the group is known"),
        }
    }

    /// The group as it is stored.
    pub fn load(&self) -> Group {
        self.load_any(&GROUP_ID)
    }

    /// A group of any id as it is stored.
    pub fn load_any(&self, id: &[u8]) -> Group {
        Group::load(&self.provider(), id).unwrap().unwrap()
    }
}

/// Two people and their group.
pub struct Pair {
    pub ada: Person,
    pub bo: Person,
    pub ada_group: Group,
    pub bo_group: Group,
}

/// Ada founds, Bo joins.
pub fn pair() -> Pair {
    let (ada, bo) = (Person::new("ada"), Person::new("bo"));
    let founded = ada.found(&[&bo]);
    let item = ada.item(founded.welcome).sign(&ada.device);
    let bo_group = bo.join(&item);
    Pair {
        ada_group: founded.group,
        bo_group,
        ada,
        bo,
    }
}

/// A message that must hold, and be another member's.
pub fn read(decrypted: Result<Decrypted, MlsError>) -> Application {
    match decrypted.unwrap() {
        Decrypted::Application(application) => application,
        Decrypted::OwnLeaf => panic!("the message is this device's own"),
    }
}

/// What an operation that must be refused said.
pub fn refusal<T>(result: Result<T, MlsError>) -> String {
    match result {
        Err(MlsError::Invalid { what, .. }) => what.to_owned(),
        Err(error @ MlsError::NotValidNow) => error.to_string(),
        Err(other) => panic!("refused, but not as invalid: {other}"),
        Ok(_) => panic!("was not refused"),
    }
}

/// Insists that both are in one epoch with one set of keys.
pub fn assert_agree(pair: &Pair) {
    assert_eq!(pair.ada_group.epoch(), pair.bo_group.epoch());
    let ada = pair.ada_group.keys(&pair.ada.provider()).unwrap();
    let bo = pair.bo_group.keys(&pair.bo.provider()).unwrap();
    assert_eq!(ada.write_key(), bo.write_key());
    assert_eq!(ada.read_key(), bo.read_key());
    assert_eq!(ada.wrap().expose(), bo.wrap().expose());
    assert_ne!(ada.write_key().as_bytes(), ada.read_key().as_bytes());
}
