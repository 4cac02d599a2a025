//! What is signed, under which key, and the signature.

use crate::golden::{check, hex};
use ed25519_dalek::SigningKey;
use protocol::hash::body_hash;
use protocol::id::{HeadId, HomeKey, InboxId, LogId, Nonce, ReadKey, Signature, WriteKey};
use protocol::proof::{
    Right, greeting_message, owner_message, possession_message, right_message, sign, verify,
};
use serde::Serialize;

/// The seed of every key in the file.
const SEED: [u8; 32] = [0x40; 32];

#[derive(Serialize)]
struct Signed {
    name: &'static str,
    description: &'static str,
    diagnostic: String,
    message: String,
    seed: String,
    public_key: String,
    signature: String,
}

fn messages() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let home = HomeKey::new([0x33; 32]);
    let (client, nonce) = (Nonce::new([0x01; 32]), Nonce::new([0x02; 32]));
    let (log, head) = (LogId::new([0x10; 16]), HeadId::new([0x11; 32]));
    let right = |right| right_message(&home, &nonce, &log, &head, right);
    vec![
        (
            "greeting",
            "by the home: client's nonce, home's nonce",
            greeting_message(&client, &nonce),
        ),
        (
            "prove read",
            "by r: home key, home's nonce, log, head, 00",
            right(Right::Read),
        ),
        (
            "prove write",
            "by w: home key, home's nonce, log, head, 01",
            right(Right::Write),
        ),
        (
            "own",
            "by the owner: home key, home's nonce, inbox",
            owner_message(&home, &nonce, &InboxId::new([0x20; 16])),
        ),
        (
            "commit",
            "by the next w: home key, log, parent, SHA-256 of a body of 512 bytes 15, next w, next r",
            possession_message(
                &home,
                &log,
                &head,
                &body_hash(&[0x15; 512]),
                &WriteKey::new([0x12; 32]),
                &ReadKey::new([0x16; 32]),
            ),
        ),
    ]
}

#[test]
fn every_proof_has_its_pinned_message_and_signature() {
    let key = SigningKey::from_bytes(&SEED);
    let public = key.verifying_key().to_bytes();
    let mut vectors = Vec::new();
    for (name, description, message) in messages() {
        let signature = sign(&key, &message);
        assert_eq!(protocol::canonical::check(&message), Ok(()), "{name}");
        assert_eq!(verify(&public, &message, &signature), Ok(()), "{name}");
        vectors.push(Signed {
            name,
            description,
            diagnostic: minicbor::display(&message).to_string(),
            message: hex(&message),
            seed: hex(&SEED),
            public_key: hex(&public),
            signature: hex(signature.as_bytes()),
        });
    }
    check("proofs.json", &vectors);
}

#[test]
fn a_signature_for_one_purpose_verifies_for_no_other() {
    let key = SigningKey::from_bytes(&SEED);
    let public = key.verifying_key().to_bytes();
    let messages = messages();
    for (signed, _, message) in &messages {
        let signature: Signature = sign(&key, message);
        for (other, _, message) in &messages {
            let holds = verify(&public, message, &signature).is_ok();
            assert_eq!(holds, signed == other, "{signed} as {other}");
        }
    }
}
