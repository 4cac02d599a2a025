//! From a passphrase to the key that seals a profile: Argon2id (RFC 9106), after the same passphrase of different keyboards
//! and systems was made one (RFC 8265 §4.2).
//!
//! How is written beside the seal, for both of a folder's profiles, and stays as it was when the folder was first sealed:
//! so each passphrase that opened something goes on opening it, and each takes one derivation.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use crate::SealError;

/// Memory in KiB (64 MiB) and passes for new profiles: about a quarter of a second.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
/// Bounds on what a profile's file may ask for, so that a foreign one cannot eat the machine.
const MEMORY_KIB_MAX: u32 = 1024 * 1024;
const PASSES_MAX: u32 = 64;

/// A profile sealed under a passphrase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassphraseSeal {
    memory_kib: u32,
    passes: u32,
    /// Hexadecimal, 16 bytes.
    salt: String,
    #[serde(default)]
    preparation: Preparation,
}

/// What is done to a passphrase before a key is derived from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preparation {
    /// Nothing: in folders that were first sealed by a version that wrote nothing of it.
    #[default]
    AsTyped,
    /// Blanks of all kinds become spaces, and letters are put together (NFC), as the profile `OpaqueString` has it (RFC 8265
    /// §4.2.1). Nothing is refused: which characters that profile disallows changes with Unicode's versions.
    OpaqueString,
}

impl Preparation {
    fn prepared(self, typed: &str) -> Zeroizing<String> {
        // NFC is never more than three times as long (UAX #15 §9), and what moves leaves a copy behind.
        let mut prepared = Zeroizing::new(String::with_capacity(3 * typed.len()));
        match self {
            Self::AsTyped => prepared.push_str(typed),
            Self::OpaqueString => {
                let spaced = typed.chars().map(|c| if is_blank(c) { ' ' } else { c });
                prepared.extend(spaced.nfc());
            }
        }
        prepared
    }
}

/// Space separators (general category Zs); what else is white space breaks lines or is a control character.
fn is_blank(c: char) -> bool {
    c.is_whitespace() && !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}')
}

impl PassphraseSeal {
    /// Of a new profile; `salt` is random and new for each.
    pub fn new(salt: [u8; 16]) -> Self {
        Self {
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            salt: HEXLOWER.encode(&salt),
            preparation: Preparation::OpaqueString,
        }
    }

    /// What is done to a passphrase before.
    pub const fn preparation(&self) -> Preparation {
        self.preparation
    }

    /// The key of the profile's database, of a passphrase as it was typed.
    ///
    /// # Errors
    /// [`SealError`] if the seal asks for what no version has written.
    pub fn key(&self, passphrase: &str) -> Result<Zeroizing<[u8; 32]>, SealError> {
        if self.memory_kib > MEMORY_KIB_MAX || self.passes > PASSES_MAX {
            return Err(SealError);
        }
        let salt = HEXLOWER
            .decode(self.salt.as_bytes())
            .map_err(|_| SealError)?;
        let params =
            Params::new(self.memory_kib, self.passes, 1, Some(32)).map_err(|_| SealError)?;
        let passphrase = self.preparation.prepared(passphrase);
        let mut key = Zeroizing::new([0; 32]);
        // From its last blocks the key could be computed.
        let mut memory = Zeroizing::new(vec![Block::default(); params.block_count()]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(
                passphrase.as_bytes(),
                &salt,
                key.as_mut_slice(),
                memory.as_mut_slice(),
            )
            .map_err(|_| SealError)?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_is_the_same_from_every_keyboard() {
        for (typed, prepared) in [
            ("lamp river", "lamp river"),
            ("Zu\u{308}rich", "Zürich"),
            ("Zürich", "Zürich"),
            ("a\u{a0}b\u{3000}c\u{2009}d", "a b c d"),
            ("  two\tTwo ", "  two\tTwo "),
            ("\u{212b} ﬁ Ａ", "Å ﬁ Ａ"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
            ("", ""),
        ] {
            let of = |typed| Preparation::OpaqueString.prepared(typed);
            assert_eq!(*of(typed), prepared, "{typed:?}");
            assert_eq!(*of(prepared), prepared, "{typed:?}");
            assert_eq!(*Preparation::AsTyped.prepared(typed), typed);
            assert!(of(typed).len() <= 3 * typed.len());
        }
    }

    #[test]
    fn what_is_done_to_passphrases_is_read_back_and_nothing_where_nothing_is_said() {
        let seal = PassphraseSeal::new([7; 16]);
        let text = serde_json::to_string(&seal).unwrap();
        assert!(
            text.ends_with(r#","preparation":"opaque-string"}"#),
            "{text}"
        );
        assert_eq!(serde_json::from_str::<PassphraseSeal>(&text).unwrap(), seal);
        let older = text.replace(r#","preparation":"opaque-string""#, "");
        let older: PassphraseSeal = serde_json::from_str(&older).unwrap();
        assert_eq!(older.preparation(), Preparation::AsTyped);
        let unknown = text.replace("opaque-string", "else");
        assert!(serde_json::from_str::<PassphraseSeal>(&unknown).is_err());
    }

    /// Computed with the reference implementation of Argon2.
    #[test]
    fn the_key_is_pinned() {
        let seal = PassphraseSeal::new([7; 16]);
        let key = HEXLOWER.encode(seal.key("Zu\u{308}rich sees").unwrap().as_slice());
        assert_eq!(
            key,
            "005975907df06bebf6fc8a326fc4821ea4d127782f442dfd90fab57c97511391"
        );
    }

    #[test]
    fn a_seal_that_asks_for_too_much_or_too_little_is_refused() {
        let seal = PassphraseSeal::new([7; 16]);
        for (memory_kib, passes, salt) in [
            (MEMORY_KIB_MAX + 1, 1, "0707070707070707"),
            (8, PASSES_MAX + 1, "0707070707070707"),
            (7, 1, "0707070707070707"),
            (8, 0, "0707070707070707"),
            (8, 1, "07"),
            (8, 1, "zz"),
        ] {
            let salt = salt.to_owned();
            let asks = PassphraseSeal {
                memory_kib,
                passes,
                salt,
                preparation: seal.preparation,
            };
            assert_eq!(asks.key("x"), Err(SealError), "{asks:?}");
        }
    }
}
