//! A persona: a pseudonymous identity, one Ed25519 key, and what people compare to know each other.

use ed25519_dalek::SigningKey;
use protocol::hash::sha256;
use protocol::id::PersonaFingerprint;
use zeroize::Zeroizing;

use crate::provider::Entropy;

/// A persona's public Ed25519 key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PersonaKey([u8; 32]);

impl PersonaKey {
    /// Takes the bytes of a public key.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// SHA-256("kith/persona" ‖ key): what an invitation promises.
    pub fn fingerprint(&self) -> PersonaFingerprint {
        PersonaFingerprint::new(sha256(&[b"kith/persona", &self.0]))
    }
}

/// The secret half of a persona; only the first device and recovery hold it.
pub struct PersonaSecret(SigningKey);

impl PersonaSecret {
    /// A fresh persona.
    pub fn generate(entropy: &Entropy) -> Self {
        Self::from_seed(&Zeroizing::new(entropy.bytes::<32>()))
    }

    /// A persona from its stored seed.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The seed, for the sealed store alone.
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// The public half.
    pub fn key(&self) -> PersonaKey {
        PersonaKey(self.0.verifying_key().to_bytes())
    }

    pub(crate) fn signing_key(&self) -> &SigningKey {
        &self.0
    }
}

impl std::fmt::Debug for PersonaSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonaSecret(redacted)")
    }
}

/// The number that two people compare: sixty digits in twelve groups of five, the same on both
/// sides, derived from both fingerprints in ascending order.
///
/// Sixty digits are about 199 bits; whoever wants to stand in between needs a key of their own for
/// which all of them agree.
pub fn safety_number(one: &PersonaFingerprint, other: &PersonaFingerprint) -> String {
    let (low, high) = if one <= other {
        (one, other)
    } else {
        (other, one)
    };
    let block =
        |counter: u8| sha256(&[b"kith/safety", &[counter], low.as_bytes(), high.as_bytes()]);
    // Six groups from each of two hashes, five bytes (40 bits) a group: the bias of the remainder
    // is below one in ten million.
    let groups = [block(0), block(1)].into_iter().flat_map(|hash| {
        hash.chunks_exact(5)
            .map(|bytes| {
                bytes
                    .iter()
                    .fold(0u64, |value, byte| value << 8 | u64::from(*byte))
            })
            .map(|value| format!("{:05}", value % 100_000))
            .collect::<Vec<_>>()
    });
    groups.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_safety_number_is_the_same_on_both_sides_and_has_sixty_digits() {
        let one = PersonaKey::new([1; 32]).fingerprint();
        let other = PersonaKey::new([2; 32]).fingerprint();
        let number = safety_number(&one, &other);
        assert_eq!(number, safety_number(&other, &one));
        assert_eq!(number.split(' ').count(), 12);
        assert!(number.split(' ').all(|group| group.len() == 5));
        assert_ne!(
            number,
            safety_number(&one, &PersonaKey::new([3; 32]).fingerprint())
        );
    }

    #[test]
    fn debug_output_says_nothing_of_the_secret() {
        let secret = PersonaSecret::from_seed(&[7; 32]);
        assert_eq!(format!("{secret:?}"), "PersonaSecret(redacted)");
    }
}
