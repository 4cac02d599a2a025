//! What is signed to prove a right, and how it is checked (docs/protocol.md, *Proofs*).
//!
//! Each signed message is a deterministic CBOR array that begins with its purpose, so that a
//! signature for one purpose never verifies for another. Ed25519 is checked strictly (RFC 8032
//! §5.1.7 without small-order keys): two verifiers never disagree.

use crate::encoding::written;
use crate::id::{
    BodyHash, HeadId, HomeKey, InboxId, LogId, Nonce, OwnerKey, ReadKey, Signature, WriteKey,
};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};

/// The right that a connection proves at a head.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, minicbor::Encode, minicbor::Decode,
)]
#[cbor(index_only)]
pub enum Right {
    /// READ and SUBSCRIBE, with `r` of the head.
    #[n(0)]
    Read,
    /// APPEND and COMMIT, with `w` of the head.
    #[n(1)]
    Write,
}

/// A signature that does not verify, or a key that is not a usable Ed25519 point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not verify under the key that was named")]
pub struct BadSignature;

/// A message to sign: `[purpose, part, …]` in deterministic CBOR, parts as byte strings.
pub fn signed_array(purpose: &str, parts: &[&[u8]]) -> Vec<u8> {
    written(|encoder| {
        encoder.array(parts.len() as u64 + 1)?.str(purpose)?;
        for part in parts {
            encoder.bytes(part)?;
        }
        Ok(())
    })
}

/// What a home signs in its greeting: that it holds `home`'s key, for this connection.
pub fn greeting_message(client_nonce: &Nonce, home_nonce: &Nonce) -> Vec<u8> {
    signed_array(
        "kith/greeting",
        &[client_nonce.as_bytes(), home_nonce.as_bytes()],
    )
}

/// What a client signs to PROVE a right at a head.
pub fn right_message(
    home: &HomeKey,
    nonce: &Nonce,
    log: &LogId,
    head: &HeadId,
    right: Right,
) -> Vec<u8> {
    signed_array(
        "kith/prove",
        &[
            home.as_bytes(),
            nonce.as_bytes(),
            log.as_bytes(),
            head.as_bytes(),
            &[right as u8],
        ],
    )
}

/// What an owner signs to prove that an inbox is theirs.
pub fn owner_message(home: &HomeKey, nonce: &Nonce, inbox: &InboxId) -> Vec<u8> {
    signed_array(
        "kith/own",
        &[home.as_bytes(), nonce.as_bytes(), inbox.as_bytes()],
    )
}

/// What a committer signs with the next write key, as proof of possession.
pub fn possession_message(
    home: &HomeKey,
    log: &LogId,
    parent: &HeadId,
    body: &BodyHash,
    write: &WriteKey,
    read: &ReadKey,
) -> Vec<u8> {
    signed_array(
        "kith/commit",
        &[
            home.as_bytes(),
            log.as_bytes(),
            parent.as_bytes(),
            body.as_bytes(),
            write.as_bytes(),
            read.as_bytes(),
        ],
    )
}

/// Signs a message of this module.
pub fn sign(key: &SigningKey, message: &[u8]) -> Signature {
    Signature::new(key.sign(message).to_bytes())
}

/// Checks a signature over a message of this module.
///
/// # Errors
/// [`BadSignature`] if the key is no point, has small order, or the signature is of another key or
/// message.
pub fn verify(key: &[u8; 32], message: &[u8], signature: &Signature) -> Result<(), BadSignature> {
    let key = VerifyingKey::from_bytes(key).map_err(|_| BadSignature)?;
    let signature = ed25519_dalek::Signature::from_bytes(signature.as_bytes());
    key.verify_strict(message, &signature)
        .map_err(|_| BadSignature)
}

/// The public half of a seed, as a write key.
pub fn write_key(seed: &[u8; 32]) -> WriteKey {
    WriteKey::new(SigningKey::from_bytes(seed).verifying_key().to_bytes())
}

/// The public half of a seed, as a read key.
pub fn read_key(seed: &[u8; 32]) -> ReadKey {
    ReadKey::new(SigningKey::from_bytes(seed).verifying_key().to_bytes())
}

/// The public half of a seed, as an inbox owner's key.
pub fn owner_key(seed: &[u8; 32]) -> OwnerKey {
    OwnerKey::new(SigningKey::from_bytes(seed).verifying_key().to_bytes())
}

/// The public half of a seed, as a home's key.
pub fn home_key(seed: &[u8; 32]) -> HomeKey {
    HomeKey::new(SigningKey::from_bytes(seed).verifying_key().to_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_bound_to_home_connection_log_head_and_right() {
        let seed = [9; 32];
        let key = SigningKey::from_bytes(&seed);
        let home = HomeKey::new([1; 32]);
        let nonce = Nonce::new([2; 32]);
        let log = LogId::new([3; 16]);
        let head = HeadId::new([4; 32]);
        let message = right_message(&home, &nonce, &log, &head, Right::Write);
        let signature = sign(&key, &message);
        let public = *write_key(&seed).as_bytes();
        assert_eq!(verify(&public, &message, &signature), Ok(()));
        for other in [
            right_message(&HomeKey::new([8; 32]), &nonce, &log, &head, Right::Write),
            right_message(&home, &Nonce::new([8; 32]), &log, &head, Right::Write),
            right_message(&home, &nonce, &LogId::new([8; 16]), &head, Right::Write),
            right_message(&home, &nonce, &log, &HeadId::new([8; 32]), Right::Write),
            right_message(&home, &nonce, &log, &head, Right::Read),
        ] {
            assert_eq!(verify(&public, &other, &signature), Err(BadSignature));
        }
    }

    #[test]
    fn a_key_of_small_order_is_refused() {
        let mut identity = [0; 32];
        identity[0] = 1;
        assert_eq!(
            verify(&identity, b"x", &Signature::new([0; 64])),
            Err(BadSignature)
        );
    }
}
