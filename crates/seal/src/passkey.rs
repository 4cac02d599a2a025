//! From what a passkey's pseudo-random function gave to the key that seals a profile: HKDF-SHA-256 (RFC 5869), without a
//! salt of its own, since the function has had one and its output is uniform (WebAuthn Level 3, §10.1.4).

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use hkdf::Hkdf;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::SealError;

/// What the key is for, so that no other use of the same passkey gives the same one.
const PURPOSE: &[u8] = b"kith/profile/passkey/v1";
/// The longest id of a credential, in bytes (WebAuthn Level 3, §4, *Credential ID*).
const CREDENTIAL_BYTES_MAX: usize = 1023;

/// A profile sealed under a passkey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct PasskeySeal {
    credential: Vec<u8>,
    salt: [u8; 32],
}

impl PasskeySeal {
    /// Under the passkey with this id, whose function is asked about `salt`, which is random and new for each profile.
    ///
    /// # Errors
    /// [`SealError`] for an id that no credential has: none, or more than 1023 bytes.
    pub fn new(credential: &[u8], salt: [u8; 32]) -> Result<Self, SealError> {
        if credential.is_empty() || credential.len() > CREDENTIAL_BYTES_MAX {
            return Err(SealError);
        }
        Ok(Self {
            credential: credential.to_owned(),
            salt,
        })
    }

    /// The id of the passkey's credential.
    pub fn credential(&self) -> &[u8] {
        &self.credential
    }

    /// What its function is asked about: the extension's input `eval.first`.
    pub const fn salt(&self) -> &[u8; 32] {
        &self.salt
    }

    /// The key of the profile's database, of the 32 bytes that the function gave: the extension's `results.first`.
    pub fn key(&self, output: &[u8; 32]) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        let derived = Hkdf::<Sha256>::new(None, output).expand(PURPOSE, key.as_mut_slice());
        debug_assert!(derived.is_ok(), "HKDF gives up to 8,160 bytes");
        key
    }
}

/// The same as it is written.
#[derive(Serialize, Deserialize)]
struct Written {
    /// Base64url without padding (RFC 4648 §5).
    credential: String,
    /// Hexadecimal, 32 bytes.
    salt: String,
}

impl From<PasskeySeal> for Written {
    fn from(seal: PasskeySeal) -> Self {
        Self {
            credential: BASE64URL_NOPAD.encode(&seal.credential),
            salt: HEXLOWER.encode(&seal.salt),
        }
    }
}

impl TryFrom<Written> for PasskeySeal {
    type Error = SealError;

    fn try_from(written: Written) -> Result<Self, SealError> {
        let credential = BASE64URL_NOPAD.decode(written.credential.as_bytes());
        let salt = HEXLOWER.decode(written.salt.as_bytes());
        let salt = salt.map_err(|_| SealError)?.try_into();
        Self::new(
            &credential.map_err(|_| SealError)?,
            salt.map_err(|_| SealError)?,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with another implementation of HMAC-SHA-256, as RFC 5869 §2 has it.
    #[test]
    fn the_key_is_pinned() {
        let seal = PasskeySeal::new(&[1], [7; 32]).unwrap();
        let key = HEXLOWER.encode(seal.key(&[9; 32]).as_slice());
        assert_eq!(
            key,
            "691fd64857408aaee0b721746980b40ee8ec62e25b16a81d3eb9279da7df35ae"
        );
    }
}
