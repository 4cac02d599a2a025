//! What a leaf signs and members alone read: repairs and signals.

use crate::golden::{Encoded, check, hex};
use crate::inboxes::return_inbox;
use crate::personas::{DEVICE_SEED, body, device};
use mls::epoch_keys::WrapKey;
use mls::provider::Entropy;
use mls::repair::{Repair, UnverifiedRepair};
use mls::signal;
use mls::wrap::{WrapKind, open_body};
use protocol::id::{HeadId, LogId};
use protocol::proof::{signed_array, verify};
use serde::Serialize;

#[derive(Serialize)]
struct Payload {
    device_seed: String,
    device_key: String,
    log: String,
    head: String,
    #[serde(flatten)]
    encoded: Encoded,
    /// The signed bytes, read as CBOR.
    body: String,
    /// What the leaf signs.
    statement: String,
}

#[derive(Serialize)]
struct Signal {
    #[serde(flatten)]
    payload: Payload,
    signal_key: String,
    sealed: String,
}

fn log() -> LogId {
    LogId::new([0x10; 16])
}

fn head() -> HeadId {
    HeadId::new([0x11; 32])
}

/// The parts of a signed map, whose signature by the device must hold for that purpose.
fn payload(purpose: &str, name: &str, description: &str, bytes: &[u8]) -> Payload {
    let mut decoder = minicbor::Decoder::new(bytes);
    assert_eq!(decoder.map().unwrap(), Some(2));
    assert_eq!(decoder.u8().unwrap(), 0);
    let signed = decoder.bytes().unwrap();
    assert_eq!(decoder.u8().unwrap(), 1);
    let signature = decoder.decode().unwrap();
    let statement = signed_array(purpose, &[signed]);
    let key = *device().credential().device_key();
    assert_eq!(verify(&key, &statement, &signature), Ok(()));
    Payload {
        device_seed: hex(&DEVICE_SEED),
        device_key: hex(&key),
        log: hex(log().as_bytes()),
        head: hex(head().as_bytes()),
        encoded: Encoded::new(name, description, bytes),
        body: body(bytes),
        statement: hex(&statement),
    }
}

#[test]
fn a_repair_has_its_pinned_bytes() {
    let repair = Repair {
        log: log(),
        head: head(),
        leaf: 2,
        key_package: vec![0x56; 24],
        return_inbox: return_inbox(),
    };
    let bytes = repair.sign(&device());
    let read = UnverifiedRepair::from_bytes(&bytes).unwrap();
    let key = *device().credential().device_key();
    assert_eq!(read.verify(&key, &log(), &head()).unwrap(), repair);
    let description = "the payload of a repair's body; its KeyPackage is not a real one";
    let vector = payload("kith/repair", "repair", description, &bytes);
    check("repair.json", &vector);
}

#[test]
fn a_signal_has_its_pinned_bytes() {
    let (key, entropy) = (WrapKey::new([0x57; 32]), Entropy::from_seed([0x52; 32]));
    let (place, device) = ((&log(), &head()), device());
    let sealed = signal::seal(&key, &entropy, place, (&device, 2), b"hello").unwrap();
    let opened = signal::open(&key, &log(), &head(), &sealed).unwrap();
    let author = *device.credential().device_key();
    assert_eq!(opened.verify(&author).unwrap(), b"hello");
    let bytes = open_body(&key, &log(), &head(), WrapKind::Signal, &sealed).unwrap();
    let description = "the payload of a signal's body, and the body";
    let vector = Signal {
        payload: payload("kith/signal", "signal", description, &bytes),
        signal_key: hex(key.expose()),
        sealed: hex(&sealed),
    };
    check("signal.json", &vector);
}
