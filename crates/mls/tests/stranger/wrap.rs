//! Bodies at a home, and what is in those of commits.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use ed25519_dalek::{Signer as _, SigningKey};
use minicbor::Decoder;
use sha2::{Digest as _, Sha256};

use super::member::Keys;
use super::signed::{bytes, cbor, field, public, statement, verify};
use super::{Refused, random};

pub const MESSAGE: u8 = 0;
pub const COMMIT: u8 = 1;

/// Where a body lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    pub log: [u8; 16],
    pub head: [u8; 32],
}

/// Pads so that payload and overhead fill a power of two from 512 on.
pub fn pad(payload: &[u8], overhead: usize) -> Vec<u8> {
    let bucket = (4 + payload.len() + overhead).max(512).next_power_of_two();
    assert!(bucket <= 1 << 20, "larger than a home accepts");
    let mut padded = u32::try_from(payload.len()).unwrap().to_be_bytes().to_vec();
    padded.extend(payload);
    padded.resize(bucket - overhead, 0);
    padded
}

/// The payload within padded bytes.
pub fn unpad(padded: &[u8]) -> Result<Vec<u8>, Refused> {
    let (length, rest) = padded.split_first_chunk::<4>().ok_or("no padding")?;
    let length = usize::try_from(u32::from_be_bytes(*length))?;
    let (payload, zeros) = rest.split_at_checked(length).ok_or("no padding")?;
    if zeros.iter().any(|byte| *byte != 0) {
        return Err("the padding is not zero".into());
    }
    Ok(payload.to_vec())
}

/// `nonce ‖ XChaCha20-Poly1305` over padded bytes.
pub fn seal(key: &[u8; 32], aad: &[u8], payload: &[u8]) -> Vec<u8> {
    let nonce = random::<24>();
    let padded = pad(payload, 24 + 16);
    let payload = Payload { msg: &padded, aad };
    let cipher = XChaCha20Poly1305::new(key.into());
    let sealed = cipher.encrypt(&XNonce::from(nonce), payload).unwrap();
    [&nonce[..], &sealed].concat()
}

/// The inverse of [`seal`].
pub fn open(key: &[u8; 32], aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Refused> {
    let (nonce, msg) = sealed.split_first_chunk::<24>().ok_or("too short")?;
    let payload = Payload { msg, aad };
    let cipher = XChaCha20Poly1305::new(key.into());
    let padded = cipher
        .decrypt(&XNonce::from(*nonce), payload)
        .map_err(|_| "the body does not open")?;
    unpad(&padded)
}

fn additional_data(spot: &Spot, kind: u8) -> Vec<u8> {
    cbor(|encoder| {
        encoder.array(5)?.str("kith/wrap")?.u8(1)?;
        encoder.bytes(&spot.log)?.bytes(&spot.head)?.u8(kind)?;
        Ok(())
    })
}

/// Wraps an application message.
pub fn wrap_message(keys: &Keys, spot: &Spot, message: &[u8]) -> Vec<u8> {
    seal(&keys.wrap, &additional_data(spot, MESSAGE), message)
}

/// Unwraps an application message.
pub fn unwrap_message(keys: &Keys, spot: &Spot, body: &[u8]) -> Result<Vec<u8>, Refused> {
    open(&keys.wrap, &additional_data(spot, MESSAGE), body)
}

fn next_keys(message: &[u8], spot: &Spot, write: &[u8; 32], read: &[u8; 32]) -> Vec<u8> {
    let hash = Sha256::digest(message);
    statement(
        "kith/commit-keys",
        &[&hash, &spot.log, &spot.head, write, read],
    )
}

/// Wraps a commit with its author's word for the next keys.
pub fn wrap_commit(
    keys: &Keys,
    spot: &Spot,
    device: &SigningKey,
    message: &[u8],
    next: &Keys,
) -> Vec<u8> {
    let (write, read) = (public(&next.write), public(&next.read));
    let signature = device
        .sign(&next_keys(message, spot, &write, &read))
        .to_bytes();
    let payload = cbor(|encoder| {
        encoder
            .map(2)?
            .u8(0)?
            .bytes(message)?
            .u8(1)?
            .bytes(&signature)?;
        Ok(())
    });
    seal(&keys.wrap, &additional_data(spot, COMMIT), &payload)
}

/// A commit whose author's word is still to be checked.
pub struct UnwrappedCommit {
    pub message: Vec<u8>,
    signature: [u8; 64],
}

/// Unwraps a commit.
pub fn unwrap_commit(keys: &Keys, spot: &Spot, body: &[u8]) -> Result<UnwrappedCommit, Refused> {
    let payload = open(&keys.wrap, &additional_data(spot, COMMIT), body)?;
    let mut decoder = Decoder::new(&payload);
    if decoder.map()? != Some(2) {
        return Err("a commit's body has two fields".into());
    }
    field(&mut decoder, 0)?;
    let message = decoder.bytes()?.to_vec();
    let signature = bytes(&mut decoder, 1)?;
    Ok(UnwrappedCommit { message, signature })
}

impl UnwrappedCommit {
    /// Whether the author signed the keys that were posted.
    pub fn check(
        &self,
        author: &[u8; 32],
        spot: &Spot,
        write: &[u8; 32],
        read: &[u8; 32],
    ) -> Result<(), Refused> {
        let statement = next_keys(&self.message, spot, write, read);
        verify(author, &statement, &self.signature)
    }
}
