//! From a phrase to the keys of a backup: HKDF-SHA256 (RFC 5869), one label each.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::phrase::Phrase;

/// Bytes of a name.
pub(crate) const NAME_BYTES: usize = 32;
/// Bytes by which a folder says which phrase it is of.
const CHECK_BYTES: usize = 16;

/// The keys of a backup.
pub struct Keys {
    /// Seals chunks and manifests.
    pub(crate) seal: Zeroizing<[u8; 32]>,
    /// Names chunks.
    name: Zeroizing<[u8; 32]>,
    check: [u8; CHECK_BYTES],
}

impl Keys {
    /// Derives them.
    pub fn of(phrase: &Phrase) -> Self {
        let derive = Hkdf::<Sha256>::new(Some(b"kith/backup"), phrase.expose());
        let mut keys = Self {
            seal: Zeroizing::default(),
            name: Zeroizing::default(),
            check: [0; CHECK_BYTES],
        };
        for (label, key) in [
            (&b"seal"[..], keys.seal.as_mut_slice()),
            (b"name", keys.name.as_mut_slice()),
            (b"check", keys.check.as_mut_slice()),
        ] {
            let derived = derive.expand(label, key);
            debug_assert!(derived.is_ok(), "HKDF gives up to 8,160 bytes");
        }
        keys
    }

    /// Tells the right phrase from another; says nothing of it.
    pub fn check(&self) -> &[u8; CHECK_BYTES] {
        &self.check
    }

    /// The name of some content, the same each time and telling nothing without the phrase.
    pub(crate) fn name_of(&self, content: &[u8]) -> [u8; NAME_BYTES] {
        // HMAC fills a key up to a block with zeros (RFC 2104 §2).
        let mut block = Zeroizing::new([0; 64]);
        let (key, _) = block.split_at_mut(self.name.len());
        key.copy_from_slice(self.name.as_slice());
        let code = Hmac::<Sha256>::new(&(*block).into()).chain_update(content);
        code.finalize().into_bytes().into()
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_says_nothing_of_the_keys() {
        let keys = Keys::of(&Phrase::new([7; 32]));
        assert_eq!(format!("{keys:?}"), "Keys(redacted)");
    }
}
