//! From a passphrase to the key that seals a profile: Argon2id (RFC 9106), after the same passphrase of different keyboards
//! and systems was made one (RFC 8265 §4.2).
//!
//! How is written beside the seal, for both of a folder's profiles, and stays as it was when the folder was first sealed:
//! so each passphrase that opened something goes on opening it, and each takes one derivation.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use client_store::StoreKey;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// Memory in KiB (64 MiB) and passes for new profiles: about a quarter of a second.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
/// Bounds on what a profile's file may ask for, so that a foreign one cannot eat the machine.
const MEMORY_KIB_MAX: u32 = 1024 * 1024;
const PASSES_MAX: u32 = 64;

#[cfg(test)]
thread_local! {
    /// How often a key was derived by this thread.
    pub(crate) static DERIVATIONS: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

/// What stands beside a sealed profile in plain text: how the key is derived, nothing secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seal {
    /// The function, `argon2id`.
    pub derivation: String,
    /// KiB.
    pub memory_kib: u32,
    pub passes: u32,
    /// Hexadecimal, 16 bytes.
    pub salt: String,
    /// What is done to a passphrase before.
    #[serde(default)]
    pub preparation: Preparation,
}

/// What is done to a passphrase before a key is derived from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Preparation {
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

/// The seal's file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the profile's seal is damaged")]
pub(crate) struct SealError;

impl Seal {
    pub fn new(salt: [u8; 16]) -> Self {
        Self {
            derivation: "argon2id".into(),
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            salt: HEXLOWER.encode(&salt),
            preparation: Preparation::OpaqueString,
        }
    }

    /// Derives the store's key.
    pub fn key(&self, passphrase: &str) -> Result<StoreKey, SealError> {
        #[cfg(test)]
        DERIVATIONS.with(|count| count.set(count.get() + 1));
        if self.derivation != "argon2id"
            || self.memory_kib > MEMORY_KIB_MAX
            || self.passes > PASSES_MAX
        {
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
        Ok(StoreKey::new(*key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Profile, ProfileError};
    use crate::seal_file::SEAL;
    use crate::slot::Slot;
    use std::time::Duration;

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
        let seal = Seal::new([7; 16]);
        let text = serde_json::to_string(&seal).unwrap();
        assert!(
            text.ends_with(r#","preparation":"opaque-string"}"#),
            "{text}"
        );
        assert_eq!(serde_json::from_str::<Seal>(&text).unwrap(), seal);
        let older = text.replace(r#","preparation":"opaque-string""#, "");
        let older: Seal = serde_json::from_str(&older).unwrap();
        assert_eq!(older.preparation, Preparation::AsTyped);
        let unknown = text.replace("opaque-string", "else");
        assert!(serde_json::from_str::<Seal>(&unknown).is_err());
    }

    #[test]
    fn older_profiles_open_by_what_was_typed_and_new_ones_from_every_keyboard() {
        let (composed, decomposed) = ("Z\u{fc}rich\u{a0}sees", "Zu\u{308}rich sees");
        for is_older in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let folder = folder.path();
            if is_older {
                let seal = Seal {
                    preparation: Preparation::AsTyped,
                    ..Seal::new([7; 16])
                };
                let mut seal = serde_json::to_value(seal).unwrap();
                seal.as_object_mut().unwrap().remove("preparation").unwrap();
                std::fs::write(folder.join(SEAL), seal.to_string()).unwrap();
            }
            let open = |typed| Profile::open(folder, Some(typed), Duration::ZERO);
            let profile = Profile::init(folder, Some(decomposed)).unwrap();
            let hidden = profile.hide(composed);
            drop(profile);
            assert_eq!(open(decomposed).unwrap().slot(), Slot::First);
            if is_older {
                hidden.unwrap();
                assert_eq!(open(composed).unwrap().slot(), Slot::Second);
                let changed = open(decomposed).unwrap().reseal(Some("lamp river"));
                drop(changed.unwrap());
                assert_eq!(open(composed).unwrap().slot(), Slot::Second);
            } else {
                assert!(matches!(hidden, Err(ProfileError::InUse)));
                assert_eq!(open(composed).unwrap().slot(), Slot::First);
            }
        }
    }
}
