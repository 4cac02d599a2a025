//! All randomness of a client, from one seed.
//!
//! In: a secret seed of 32 bytes that its owner draws from the operating system once. Out: an
//! unlimited number of bytes that nobody without the seed can tell from random. Nothing here reads
//! the operating system's randomness or a clock, so a run is repeated by repeating its seed.
//!
//! Invariant: every draw replaces the key it was made with, so whoever reads the memory later
//! cannot compute what was drawn before.

use std::convert::Infallible;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use openmls_traits::random::OpenMlsRand;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// A seeded source of random bytes with interior mutability.
///
/// Two of them made of the same seed give the same bytes, so a seed is used once: it is drawn anew
/// at each start of a client, and never stored.
pub struct Entropy {
    key: Mutex<Zeroizing<[u8; 32]>>,
}

impl Entropy {
    /// Starts from a secret, uniformly random seed.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self {
            key: Mutex::new(Zeroizing::new(seed)),
        }
    }

    /// Fills `bytes` with random bytes.
    pub fn fill(&self, bytes: &mut [u8]) {
        // The key is replaced before anything can unwind, so it is whole even after a panic.
        let mut key = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        let mut stream = ChaCha20Rng::from_seed(**key);
        stream.fill_bytes(key.as_mut_slice());
        stream.fill_bytes(bytes);
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A source of its own for one purpose, independent of this one from now on.
    ///
    /// This draws from `self`, so two forks with one label differ. `label` names the purpose and
    /// separates it from all others.
    pub fn fork(&self, label: &str) -> Self {
        let drawn = Zeroizing::new(self.bytes::<32>());
        // The drawn bytes have a fixed length and stand first, so no two (draw, label) collide.
        let seed = Sha256::new()
            .chain_update(b"kith/entropy-fork")
            .chain_update(drawn.as_slice())
            .chain_update(label.as_bytes())
            .finalize();
        Self::from_seed(seed.into())
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Entropy").finish_non_exhaustive()
    }
}

impl OpenMlsRand for Entropy {
    type Error = Infallible;

    fn random_array<const N: usize>(&self) -> Result<[u8; N], Infallible> {
        Ok(self.bytes())
    }

    fn random_vec(&self, len: usize) -> Result<Vec<u8>, Infallible> {
        let mut bytes = vec![0; len];
        self.fill(&mut bytes);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn one_seed_gives_one_sequence() {
        let (first, second) = (Entropy::from_seed([7; 32]), Entropy::from_seed([7; 32]));
        for length in [0, 1, 31, 32, 33, 1000] {
            assert_eq!(first.random_vec(length), second.random_vec(length));
        }
        assert_ne!(first.bytes::<32>(), Entropy::from_seed([8; 32]).bytes());
    }

    #[test]
    fn draws_and_forks_never_repeat() {
        let entropy = Entropy::from_seed([7; 32]);
        let mut seen = BTreeSet::new();
        for _ in 0..100 {
            assert!(seen.insert(entropy.bytes::<32>()));
            assert!(seen.insert(entropy.fork("a").bytes::<32>()));
        }
    }

    #[test]
    fn forks_are_separated_by_their_labels() {
        let fork = |label| Entropy::from_seed([7; 32]).fork(label).bytes::<32>();
        assert_eq!(fork("a"), fork("a"));
        assert_ne!(fork("a"), fork("b"));
    }

    #[test]
    fn a_draw_leaves_no_key_that_was_used() {
        let entropy = Entropy::from_seed([7; 32]);
        entropy.bytes::<1>();
        assert_ne!(**entropy.key.lock().unwrap(), [7; 32]);
    }

    #[test]
    fn debug_output_holds_nothing_secret() {
        assert_eq!(
            format!("{:?}", Entropy::from_seed([7; 32])),
            "Entropy { .. }"
        );
    }
}
