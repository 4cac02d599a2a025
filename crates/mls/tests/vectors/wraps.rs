//! Bodies as they lie at a home, and what is in those of commits.

use crate::golden::{check, hex};
use crate::personas::{DEVICE_SEED, device};
use mls::epoch_keys::WrapKey;
use mls::provider::Entropy;
use mls::wrap::{CommitPayload, WrapKind, open_body, seal_body};
use protocol::hash::sha256;
use protocol::id::{HeadId, LogId, ReadKey, WriteKey};
use protocol::proof::signed_array;
use serde::Serialize;

#[derive(Serialize)]
struct Body {
    name: &'static str,
    wrap_key: String,
    log: String,
    head: String,
    kind: u8,
    additional_data: String,
    nonce: String,
    payload: String,
    body: String,
}

#[derive(Serialize)]
struct Commit {
    device_seed: String,
    device_key: String,
    message: String,
    log: String,
    parent: String,
    write_key: String,
    read_key: String,
    /// What the committer's leaf signs.
    statement: String,
    diagnostic: String,
    hex: String,
}

fn log() -> LogId {
    LogId::new([0x10; 16])
}

fn head() -> HeadId {
    HeadId::new([0x11; 32])
}

/// `["kith/wrap", 1, log, head, kind]`, written out by hand.
fn additional_data(kind: WrapKind) -> Vec<u8> {
    let mut bytes = vec![0x85, 0x69];
    bytes.extend(b"kith/wrap");
    bytes.extend([0x01, 0x50]);
    bytes.extend(log().as_bytes());
    bytes.extend([0x58, 0x20]);
    bytes.extend(head().as_bytes());
    bytes.push(kind as u8);
    bytes
}

#[test]
fn a_body_has_its_pinned_bytes() {
    let key = WrapKey::new([0x51; 32]);
    let long = [0x61; 600];
    let cases: [(_, _, &[u8]); 5] = [
        ("a short message", WrapKind::Message, b"hello"),
        ("a message of 600 bytes", WrapKind::Message, &long),
        ("a commit", WrapKind::Commit, b"hello"),
        ("a repair", WrapKind::Repair, b"hello"),
        ("a signal, under the signal key", WrapKind::Signal, b"hello"),
    ];
    let vectors = cases.map(|(name, kind, payload)| {
        let entropy = Entropy::from_seed([0x52; 32]);
        let body = seal_body(&key, &entropy, &log(), &head(), kind, payload).unwrap();
        let opened = open_body(&key, &log(), &head(), kind, &body).unwrap();
        assert_eq!(opened, payload, "{name}");
        assert!(protocol::size_bucket::is_bucket(body.len()), "{name}");
        Body {
            name,
            wrap_key: hex(key.expose()),
            log: hex(log().as_bytes()),
            head: hex(head().as_bytes()),
            kind: kind as u8,
            additional_data: hex(&additional_data(kind)),
            nonce: hex(&body[..24]),
            payload: hex(payload),
            body: hex(&body),
        }
    });
    check("wrap.json", &vectors);
}

#[test]
fn the_additional_data_of_the_vectors_is_what_is_bound() {
    use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
    use chacha20poly1305::{XChaCha20Poly1305, XNonce};
    let key = WrapKey::new([0x51; 32]);
    for kind in [
        WrapKind::Message,
        WrapKind::Commit,
        WrapKind::Repair,
        WrapKind::Signal,
    ] {
        let entropy = Entropy::from_seed([0x52; 32]);
        let body = seal_body(&key, &entropy, &log(), &head(), kind, b"hello").unwrap();
        let nonce: [u8; 24] = body[..24].try_into().unwrap();
        let payload = Payload {
            msg: &body[24..],
            aad: &additional_data(kind),
        };
        let padded = XChaCha20Poly1305::new(key.expose().into())
            .decrypt(&XNonce::from(nonce), payload)
            .unwrap();
        assert_eq!(padded.len(), 512 - 24 - 16);
        assert_eq!(&padded[..9], b"\x00\x00\x00\x05hello");
        assert!(padded[9..].iter().all(|byte| *byte == 0));
    }
}

#[test]
fn a_commit_payload_has_its_pinned_bytes() {
    let device = device();
    let message = vec![0x53; 40];
    let (write, read) = (WriteKey::new([0x12; 32]), ReadKey::new([0x16; 32]));
    let payload = CommitPayload::new(&device, message.clone(), &log(), &head(), &write, &read);
    let key = device.credential().device_key();
    payload.check(key, &log(), &head(), &write, &read).unwrap();
    let bytes = payload.to_bytes();
    assert_eq!(CommitPayload::from_bytes(&bytes).unwrap(), payload);
    let statement = signed_array(
        "kith/commit-keys",
        &[
            &sha256(&[&message]),
            log().as_bytes(),
            head().as_bytes(),
            write.as_bytes(),
            read.as_bytes(),
        ],
    );
    let vector = Commit {
        device_seed: hex(&DEVICE_SEED),
        device_key: hex(key),
        message: hex(&message),
        log: hex(log().as_bytes()),
        parent: hex(head().as_bytes()),
        write_key: hex(write.as_bytes()),
        read_key: hex(read.as_bytes()),
        statement: hex(&statement),
        diagnostic: minicbor::display(&bytes).to_string(),
        hex: hex(&bytes),
    };
    check("commit_payload.json", &vector);
}
