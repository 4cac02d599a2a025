//! A device: one MLS leaf's signature key and the persona's word for it.

use ed25519_dalek::{Signer as _, SigningKey};
use openmls::prelude::CredentialWithKey;
use openmls_traits::signatures::{Signer, SignerError};
use openmls_traits::types::SignatureScheme;
use zeroize::Zeroizing;

use crate::credential::DeviceCredential;
use crate::error::MlsError;
use crate::persona::{PersonaKey, PersonaSecret};
use crate::provider::Entropy;

/// How long a persona vouches for a device, in seconds: five years. Renewed long before.
pub const VALIDITY_S: u64 = 5 * 365 * 86_400;
/// The secret half of a device and its credential.
pub struct Device {
    key: SigningKey,
    credential: DeviceCredential,
}

impl Device {
    /// A fresh device of a persona, valid from about `now_s` (Unix time in seconds).
    pub fn generate(entropy: &Entropy, persona: &PersonaSecret, now_s: u64) -> Self {
        let key = SigningKey::from_bytes(&Zeroizing::new(entropy.bytes::<32>()));
        let credential = DeviceCredential::issue(
            persona,
            key.verifying_key().to_bytes(),
            // Valid from the beginning of time: a machine whose clock is ahead when a name is made
            // would else have a name that nobody can be with for years, and never hear why.
            0,
            now_s.saturating_add(VALIDITY_S),
        );
        Self { key, credential }
    }

    /// A device from the store.
    ///
    /// # Errors
    /// [`MlsError::Invalid`] if the credential is not of this key.
    pub fn restore(seed: &[u8; 32], credential: &[u8]) -> Result<Self, MlsError> {
        let key = SigningKey::from_bytes(seed);
        let credential = DeviceCredential::verify(credential, key.verifying_key().as_bytes())?;
        Ok(Self { key, credential })
    }

    /// The seed, for the sealed store alone.
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.key.to_bytes())
    }

    /// The persona's word for this device.
    pub fn credential(&self) -> &DeviceCredential {
        &self.credential
    }

    /// The persona of this device.
    pub fn persona(&self) -> PersonaKey {
        self.credential.persona()
    }

    pub(crate) fn signing_key(&self) -> &SigningKey {
        &self.key
    }

    pub(crate) fn credential_with_key(&self) -> CredentialWithKey {
        CredentialWithKey {
            credential: self.credential.to_openmls(),
            signature_key: self.credential.device_key().to_vec().into(),
        }
    }
}

impl Signer for Device {
    fn sign(&self, payload: &[u8]) -> Result<Vec<u8>, SignerError> {
        Ok(self.key.sign(payload).to_bytes().to_vec())
    }

    fn signature_scheme(&self) -> SignatureScheme {
        SignatureScheme::ED25519
    }
}

impl std::fmt::Debug for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Device(redacted)")
    }
}
