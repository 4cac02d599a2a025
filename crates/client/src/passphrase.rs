//! From a passphrase to the key that seals a profile: Argon2id (RFC 9106).

use argon2::{Algorithm, Argon2, Block, Params, Version};
use client_store::StoreKey;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
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
