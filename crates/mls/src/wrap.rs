//! The wrap: one more layer around each MLSMessage, so that the home sees no group id, no epoch and
//! no kind (docs/protocol.md, *Wrap*).
//!
//! A body is `nonce (24 bytes) ‖ XChaCha20-Poly1305 ciphertext` under the wrap key of the epoch it
//! was *sent in*; the nonce is random, the additional data binds version, log, head and kind, and
//! the plaintext is padded to a size bucket. Everybody in epoch *n*, the removed included, can open
//! the commit that ends it.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use minicbor::{Decode, Encode};
use protocol::encoding::{encoded, written};
use protocol::id::{HeadId, LogId, ReadKey, Signature, WriteKey};
use protocol::proof::{sign, signed_array, verify};

use crate::device::Device;
use crate::epoch_keys::WrapKey;
use crate::error::MlsError;
use crate::padding::{pad, unpad};
use crate::provider::Entropy;
use crate::signed::read;

/// The version of the wrap, bound in its additional data.
const VERSION: u64 = 1;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;

/// What a body is for; bound in the wrap, so that none can be passed off as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrapKind {
    /// An application message, appended.
    Message = 0,
    /// A commit, posted as a child of its head.
    Commit = 1,
    /// A request to be removed and added again, left at its head ([`crate::repair`]).
    Repair = 2,
    /// A signal ([`crate::signal`]).
    Signal = 3,
}

fn additional_data(log: &LogId, head: &HeadId, kind: WrapKind) -> Vec<u8> {
    written(|encoder| {
        encoder
            .array(5)?
            .str("kith/wrap")?
            .u64(VERSION)?
            .bytes(log.as_bytes())?
            .bytes(head.as_bytes())?
            .u8(kind as u8)?
            .ok()
    })
}

/// Encrypts a payload into a body for the home.
///
/// # Errors
/// [`MlsError::Invalid`] if it is larger than the largest size bucket.
pub fn seal_body(
    key: &WrapKey,
    entropy: &Entropy,
    log: &LogId,
    head: &HeadId,
    kind: WrapKind,
    payload: &[u8],
) -> Result<Vec<u8>, MlsError> {
    seal_padded(
        key.expose(),
        entropy,
        &additional_data(log, head, kind),
        payload,
    )
}

/// Decrypts a body.
///
/// # Errors
/// [`MlsError::Invalid`] if it was made under another key, for another place or kind, or changed.
pub fn open_body(
    key: &WrapKey,
    log: &LogId,
    head: &HeadId,
    kind: WrapKind,
    body: &[u8],
) -> Result<Vec<u8>, MlsError> {
    open_padded(key.expose(), &additional_data(log, head, kind), body)
}

/// XChaCha20-Poly1305 with padding: `nonce ‖ ciphertext`.
pub(crate) fn seal_padded(
    key: &[u8; 32],
    entropy: &Entropy,
    aad: &[u8],
    payload: &[u8],
) -> Result<Vec<u8>, MlsError> {
    let padded = pad(payload, NONCE_BYTES + TAG_BYTES)?;
    let nonce = entropy.bytes::<NONCE_BYTES>();
    let ciphertext = XChaCha20Poly1305::new(key.into())
        .encrypt(&XNonce::from(nonce), Payload { msg: &padded, aad })
        .map_err(|error| MlsError::bug("encrypting a body", &error))?;
    let mut body = Vec::with_capacity(NONCE_BYTES + ciphertext.len());
    body.extend(nonce);
    body.extend(ciphertext);
    Ok(body)
}

/// The inverse of [`seal_padded`].
pub(crate) fn open_padded(key: &[u8; 32], aad: &[u8], body: &[u8]) -> Result<Vec<u8>, MlsError> {
    let bad = || MlsError::invalid("the body does not open under this key");
    let (nonce, ciphertext) = body.split_first_chunk::<NONCE_BYTES>().ok_or_else(bad)?;
    let padded = XChaCha20Poly1305::new(key.into())
        .decrypt(
            &XNonce::from(*nonce),
            Payload {
                msg: ciphertext,
                aad,
            },
        )
        .map_err(|_| bad())?;
    unpad(&padded).map(<[u8]>::to_vec)
}

/// The payload of a commit's body: the commit, and its author's word for the next head's keys.
///
/// The leaf signature covers the next keys, so that bogus keys name who posted them.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CommitPayload {
    /// The MLSMessage.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub message: Vec<u8>,
    /// By the committer's leaf key of the parent's epoch.
    #[n(1)]
    signature: Signature,
}

fn commit_statement(
    message: &[u8],
    log: &LogId,
    parent: &HeadId,
    write: &WriteKey,
    read: &ReadKey,
) -> Vec<u8> {
    signed_array(
        "kith/commit-keys",
        &[
            &protocol::hash::sha256(&[message]),
            log.as_bytes(),
            parent.as_bytes(),
            write.as_bytes(),
            read.as_bytes(),
        ],
    )
}

impl CommitPayload {
    /// Signs a commit together with the next head's keys.
    pub fn new(
        device: &Device,
        message: Vec<u8>,
        log: &LogId,
        parent: &HeadId,
        write: &WriteKey,
        read: &ReadKey,
    ) -> Self {
        let statement = commit_statement(&message, log, parent, write, read);
        let signature = sign(device.signing_key(), &statement);
        Self { message, signature }
    }

    /// The bytes to wrap.
    pub fn to_bytes(&self) -> Vec<u8> {
        encoded(self)
    }

    /// Reads unwrapped bytes.
    ///
    /// # Errors
    /// [`MlsError::Invalid`] if they are malformed.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, MlsError> {
        read(bytes, "the commit's body does not hold")
    }

    /// Checks the committer's word for the next keys.
    ///
    /// # Errors
    /// [`MlsError::Invalid`] if the committer did not sign exactly these.
    pub fn check(
        &self,
        leaf_key: &[u8; 32],
        log: &LogId,
        parent: &HeadId,
        write: &WriteKey,
        read: &ReadKey,
    ) -> Result<(), MlsError> {
        let statement = commit_statement(&self.message, log, parent, write, read);
        verify(leaf_key, &statement, &self.signature)
            .map_err(|_| MlsError::invalid("the committer did not sign the next keys"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(kind: WrapKind) -> Vec<u8> {
        let entropy = Entropy::from_seed([1; 32]);
        let (log, head) = (LogId::new([1; 16]), HeadId::new([2; 32]));
        seal_body(
            &WrapKey::new([3; 32]),
            &entropy,
            &log,
            &head,
            kind,
            b"hello",
        )
        .unwrap()
    }

    #[test]
    fn a_body_opens_only_where_it_was_sealed() {
        let (log, head) = (LogId::new([1; 16]), HeadId::new([2; 32]));
        let key = WrapKey::new([3; 32]);
        let body = sealed(WrapKind::Message);
        assert_eq!(body.len(), 512);
        let open = |key: &WrapKey, log: &LogId, head: &HeadId, kind| {
            open_body(key, log, head, kind, &body)
        };
        assert_eq!(
            open(&key, &log, &head, WrapKind::Message).unwrap(),
            b"hello"
        );
        assert!(open(&key, &log, &head, WrapKind::Commit).is_err());
        assert!(open(&key, &LogId::new([9; 16]), &head, WrapKind::Message).is_err());
        assert!(open(&key, &log, &HeadId::new([9; 32]), WrapKind::Message).is_err());
        assert!(open(&WrapKey::new([9; 32]), &log, &head, WrapKind::Message).is_err());
    }

    #[test]
    fn a_body_changed_anywhere_does_not_open() {
        let body = sealed(WrapKind::Message);
        for index in [0, 23, 24, 100, 511] {
            let mut changed = body.clone();
            changed[index] ^= 1;
            let result = open_body(
                &WrapKey::new([3; 32]),
                &LogId::new([1; 16]),
                &HeadId::new([2; 32]),
                WrapKind::Message,
                &changed,
            );
            assert!(result.is_err(), "byte {index}");
        }
    }
}
