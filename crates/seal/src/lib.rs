//! What stands beside a sealed profile in plain text, nothing of it secret: how the key of its database is derived.
//!
//! | | in | out |
//! |---|---|---|
//! | [`PassphraseSeal`] | a passphrase, as it was typed | the key, by Argon2id (RFC 9106) |
//! | [`PasskeySeal`] | what a passkey's pseudo-random function gave | the key, by HKDF-SHA-256 (RFC 5869) |
//!
//! Nothing here asks for a file, a clock or randomness: salts are arguments. Invariant: a seal is read as it was written,
//! by every version that knows its derivation, and whatever opened a profile once goes on opening it.

mod passkey;
mod passphrase;

pub use passkey::PasskeySeal;
pub use passphrase::{PassphraseSeal, Preparation};

use serde::{Deserialize, Serialize};

/// The name of the file that a seal stands in.
pub const SEAL_FILE: &str = "seal.json";

/// How the key of a sealed profile is derived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "derivation")]
pub enum Seal {
    /// From a passphrase.
    #[serde(rename = "argon2id")]
    Passphrase(PassphraseSeal),
    /// From what a passkey gives (WebAuthn Level 3, §10.1.4): in a browser alone.
    #[serde(rename = "webauthn-prf")]
    Passkey(PasskeySeal),
}

/// A seal cannot be used: its text was changed or cut, or its derivation is none that is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the profile's seal is damaged")]
pub struct SealError;

impl Seal {
    /// The bytes of the file.
    ///
    /// # Errors
    /// [`SealError`], which a seal's fields rule out.
    pub fn to_json(&self) -> Result<Vec<u8>, SealError> {
        serde_json::to_vec_pretty(self).map_err(|_| SealError)
    }

    /// Reads the file.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn from_json(text: &[u8]) -> Result<Self, SealError> {
        serde_json::from_slice(text).map_err(|_| SealError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSPHRASE: &str = r#"{
  "derivation": "argon2id",
  "memory_kib": 65536,
  "passes": 3,
  "salt": "07070707070707070707070707070707",
  "preparation": "opaque-string"
}"#;
    const PASSKEY: &str = r#"{
  "derivation": "webauthn-prf",
  "credential": "_-8",
  "salt": "0707070707070707070707070707070707070707070707070707070707070707"
}"#;

    #[test]
    fn the_text_is_pinned() {
        let passphrase = Seal::Passphrase(PassphraseSeal::new([7; 16]));
        let passkey = PasskeySeal::new(&[0xff, 0xef], [7; 32]).unwrap();
        for (seal, text) in [(passphrase, PASSPHRASE), (Seal::Passkey(passkey), PASSKEY)] {
            assert_eq!(String::from_utf8(seal.to_json().unwrap()).unwrap(), text);
            assert_eq!(Seal::from_json(text.as_bytes()), Ok(seal));
        }
    }

    #[test]
    fn what_is_no_seal_is_told() {
        for text in [
            "",
            "{}",
            "null",
            "{",
            &PASSPHRASE.replace("argon2id", "md5"),
            &PASSPHRASE.replace("argon2id", "webauthn-prf"),
            &PASSKEY.replace("webauthn-prf", "argon2id"),
            &PASSKEY.replace("_-8", ""),
            &PASSKEY.replace("_-8", "/+8"),
            &PASSKEY.replace("_-8", &"A".repeat(1366)),
            &PASSKEY.replace("0707\"", "\""),
            &PASSKEY.replace("0707\"", "zz07\""),
        ] {
            assert_eq!(Seal::from_json(text.as_bytes()), Err(SealError), "{text}");
        }
    }
}
