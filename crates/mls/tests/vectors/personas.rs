//! Who somebody is: fingerprint, credential, device list, safety number.

use crate::golden::{Encoded, check, hex};
use mls::credential::DeviceCredential;
use mls::device::Device;
use mls::device_list::{DeviceList, ListedDevice};
use mls::persona::{PersonaSecret, safety_number};
use protocol::id::DeviceLabel;
use serde::Serialize;

/// Seed of the persona, and of the device that it vouches for.
pub const PERSONA_SEED: [u8; 32] = [0x41; 32];
pub const DEVICE_SEED: [u8; 32] = [0x42; 32];
const OTHER_PERSONA_SEED: [u8; 32] = [0x43; 32];
const NOT_BEFORE_S: u64 = 1_790_000_000;
const NOT_AFTER_S: u64 = 1_950_000_000;

#[derive(Serialize)]
struct Keys {
    persona_seed: String,
    persona_key: String,
    persona_fingerprint: String,
    device_seed: String,
    device_key: String,
}

#[derive(Serialize)]
struct Signed {
    keys: Keys,
    #[serde(flatten)]
    encoded: Encoded,
    /// The signed bytes, read as CBOR.
    body: String,
}

#[derive(Serialize)]
struct Safety {
    fingerprints: [String; 2],
    number: String,
}

fn persona() -> PersonaSecret {
    PersonaSecret::from_seed(&PERSONA_SEED)
}

fn device_key() -> [u8; 32] {
    *protocol::proof::write_key(&DEVICE_SEED).as_bytes()
}

/// The device of these vectors.
pub fn device() -> Device {
    let credential = DeviceCredential::issue(&persona(), device_key(), NOT_BEFORE_S, NOT_AFTER_S);
    Device::restore(&DEVICE_SEED, credential.as_bytes()).unwrap()
}

fn keys() -> Keys {
    Keys {
        persona_seed: hex(&PERSONA_SEED),
        persona_key: hex(persona().key().as_bytes()),
        persona_fingerprint: hex(persona().key().fingerprint().as_bytes()),
        device_seed: hex(&DEVICE_SEED),
        device_key: hex(&device_key()),
    }
}

/// The body of `{ 0: body, 1: signature }` in diagnostic notation.
pub fn body(signed: &[u8]) -> String {
    let mut decoder = minicbor::Decoder::new(signed);
    assert_eq!(decoder.map().unwrap(), Some(2));
    assert_eq!(decoder.u8().unwrap(), 0);
    minicbor::display(decoder.bytes().unwrap()).to_string()
}

#[test]
fn a_credential_has_its_pinned_bytes() {
    let device = device();
    let bytes = device.credential().as_bytes();
    let read = DeviceCredential::verify(bytes, &device_key()).unwrap();
    assert_eq!(&read, device.credential());
    let description = "the content of the credential in a leaf, type 0xf01a";
    let vector = Signed {
        keys: keys(),
        encoded: Encoded::new("credential", description, bytes),
        body: body(bytes),
    };
    check("credential.json", &vector);
}

#[test]
fn a_device_list_has_its_pinned_bytes() {
    let listed = |label, device| ListedDevice {
        label: DeviceLabel::new([label; 16]),
        device,
    };
    let devices = vec![listed(0x21, device_key()), listed(0x22, [0x44; 32])];
    let list = DeviceList::new(&persona().key(), devices, 3);
    let bytes = list.sign(&persona());
    let read = DeviceList::verify(&bytes, &persona().key().fingerprint()).unwrap();
    assert_eq!(read, list);
    let vector = Signed {
        keys: keys(),
        encoded: Encoded::new("device list", "two devices, version 3", &bytes),
        body: body(&bytes),
    };
    check("device_list.json", &vector);
}

#[test]
fn a_safety_number_has_its_pinned_digits() {
    let other = PersonaSecret::from_seed(&OTHER_PERSONA_SEED);
    let fingerprints = [persona().key().fingerprint(), other.key().fingerprint()];
    let number = safety_number(&fingerprints[0], &fingerprints[1]);
    assert_eq!(number, safety_number(&fingerprints[1], &fingerprints[0]));
    let vector = Safety {
        fingerprints: fingerprints.map(|one| hex(one.as_bytes())),
        number,
    };
    check("safety_number.json", &vector);
}
