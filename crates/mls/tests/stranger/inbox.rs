//! What an inbox publishes and receives, on mls-rs's HPKE.

use ed25519_dalek::SigningKey;
use minicbor::Decoder;
use mls_rs::CipherSuiteProvider as _;
use mls_rs_core::crypto::{HpkeCiphertext, HpkePublicKey, HpkeSecretKey};
use sha2::{Digest as _, Sha256};

use super::signed::{bytes, cbor, field, public, sign, split, statement, verify};
use super::wrap::{open, pad, seal, unpad};
use super::{Refused, suite};

const LIST: &str = "kith/device-list";
const KEY_PACKAGE: &str = "kith/key-package";
const INFO: &[u8] = b"kith/item";

/// The key pair of an inbox.
pub struct InboxKeys {
    secret: HpkeSecretKey,
    pub public: [u8; 32],
}

impl InboxKeys {
    pub fn generate() -> Self {
        let (secret, public) = suite().kem_generate().unwrap();
        Self {
            secret,
            public: public.as_ref().try_into().unwrap(),
        }
    }

    /// Opens an item that was left in the inbox.
    pub fn open(&self, inbox: &[u8; 16], item: &[u8]) -> Result<Vec<u8>, Refused> {
        let (kem_output, ciphertext) = item.split_at_checked(32).ok_or("too short")?;
        let sealed = HpkeCiphertext {
            kem_output: kem_output.to_vec(),
            ciphertext: ciphertext.to_vec(),
        };
        let public = HpkePublicKey::from(self.public.to_vec());
        let padded = suite()
            .hpke_open(&sealed, &self.secret, &public, INFO, Some(inbox))
            .map_err(|_| "the item does not open")?;
        unpad(&padded)
    }
}

/// Seals an item to an inbox.
pub fn seal_item(key: &[u8; 32], inbox: &[u8; 16], payload: &[u8]) -> Vec<u8> {
    let padded = pad(payload, 32 + 16);
    let key = HpkePublicKey::from(key.to_vec());
    let sealed = suite().hpke_seal(&key, INFO, Some(inbox), &padded).unwrap();
    [sealed.kem_output, sealed.ciphertext].concat()
}

/// Seals a device list for publishing.
pub fn seal_device_list(key: &[u8; 32], inbox: &[u8; 16], list: &[u8]) -> Vec<u8> {
    seal(key, &statement(LIST, &[inbox]), list)
}

/// Opens a published device list.
pub fn open_device_list(
    key: &[u8; 32],
    inbox: &[u8; 16],
    sealed: &[u8],
) -> Result<Vec<u8>, Refused> {
    open(key, &statement(LIST, &[inbox]), sealed)
}

/// Seals a KeyPackage for publishing.
pub fn seal_key_package(key: &[u8; 32], inbox: &[u8; 16], key_package: &[u8]) -> Vec<u8> {
    seal(key, &statement(KEY_PACKAGE, &[inbox]), key_package)
}

/// Opens a published KeyPackage.
pub fn open_key_package(
    key: &[u8; 32],
    inbox: &[u8; 16],
    sealed: &[u8],
) -> Result<Vec<u8>, Refused> {
    open(key, &statement(KEY_PACKAGE, &[inbox]), sealed)
}

/// SHA-256 of "kith/persona" and the persona's key.
pub fn fingerprint(persona: &[u8; 32]) -> [u8; 32] {
    let hasher = Sha256::new().chain_update("kith/persona");
    hasher.chain_update(persona).finalize().into()
}

/// Signs a list of one device.
pub fn device_list(persona: &SigningKey, label: &[u8; 16], device: &SigningKey) -> Vec<u8> {
    let body = cbor(|encoder| {
        encoder.map(3)?.u8(0)?.bytes(&public(persona))?;
        encoder.u8(1)?.array(1)?;
        encoder.map(2)?.u8(0)?.bytes(label)?;
        encoder.u8(1)?.bytes(&public(device))?;
        encoder.u8(2)?.u64(1)?;
        Ok(())
    });
    sign(LIST, &body, persona)
}

/// A device's label and key.
pub type Listed = ([u8; 16], [u8; 32]);

/// The devices of the promised persona.
pub fn read_device_list(signed: &[u8], promised: &[u8; 32]) -> Result<Vec<Listed>, Refused> {
    let (body, signature) = split(signed)?;
    let mut decoder = Decoder::new(&body);
    if decoder.map()? != Some(3) {
        return Err("a device list has three fields".into());
    }
    let persona: [u8; 32] = bytes(&mut decoder, 0)?;
    if fingerprint(&persona) != *promised {
        return Err("the device list is of another persona".into());
    }
    verify(&persona, &statement(LIST, &[&body]), &signature)?;
    field(&mut decoder, 1)?;
    let count = decoder.array()?.ok_or("an indefinite list")?;
    let mut devices = Vec::new();
    for _ in 0..count {
        if decoder.map()? != Some(2) {
            return Err("a listed device has two fields".into());
        }
        devices.push((bytes(&mut decoder, 0)?, bytes(&mut decoder, 1)?));
    }
    Ok(devices)
}
