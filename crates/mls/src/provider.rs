//! What openmls is given to work with: storage, cryptography and randomness.
//!
//! In: the open transaction of the client's store and the client's seeded [`Entropy`]. Out: an
//! `OpenMlsProvider` for as long as both are borrowed. It reads neither a clock nor the operating
//! system's randomness for anything that is used, so one seed gives one sequence of messages.

mod crypto;
mod entropy;
mod hpke;
mod only_suite;

use openmls_traits::OpenMlsProvider;
use openmls_traits::types::Ciphersuite;

pub use crypto::Crypto;
pub use entropy::Entropy;

use crate::error::MlsError;
use crate::key_value::KeyValue;
use crate::storage::{Storage, StorageError};

/// The one cipher suite in use: number 1 of RFC 9420 §17.1.
pub const CIPHERSUITE: Ciphersuite = Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;

/// An `OpenMlsProvider` over a transaction of the client's store.
///
/// It keeps no state of its own: make one for each transaction and drop it with that.
#[derive(Debug)]
pub struct Provider<'a> {
    storage: Storage<'a>,
    crypto: Crypto<'a>,
    entropy: &'a Entropy,
}

impl<'a> Provider<'a> {
    /// A provider over `store`; draws 32 bytes from `entropy`.
    pub fn new(store: &'a dyn KeyValue, entropy: &'a Entropy) -> Self {
        Self {
            storage: Storage::new(store),
            crypto: Crypto::new(entropy),
            entropy,
        }
    }
}

impl Provider<'_> {
    /// Runs one operation over `store` and sorts out whose failure it was.
    ///
    /// openmls reports some failures of the store as if the cryptography had failed, so the store is
    /// asked first: a commit must never be called undecidable because a disk was full.
    ///
    /// # Errors
    /// [`MlsError::Store`] if the store below failed, else what `operation` says.
    pub fn run<T>(
        store: &dyn KeyValue,
        entropy: &Entropy,
        operation: impl FnOnce(&Provider<'_>) -> Result<T, MlsError>,
    ) -> Result<T, MlsError> {
        Provider::new(store, entropy).carry_out(operation)
    }

    /// For tests, as [`Provider::run`]: what is sealed to `recipient` does not open. Honest code has
    /// no use for it.
    ///
    /// # Errors
    /// As [`Provider::run`].
    #[doc(hidden)]
    pub fn run_spoiling<T>(
        store: &dyn KeyValue,
        entropy: &Entropy,
        recipient: &[u8],
        operation: impl FnOnce(&Provider<'_>) -> Result<T, MlsError>,
    ) -> Result<T, MlsError> {
        let mut provider = Provider::new(store, entropy);
        provider.crypto.spoil(recipient);
        provider.carry_out(operation)
    }

    /// For tests, as [`Provider::run`]: what is sealed to `recipient` opens and is something else.
    ///
    /// # Errors
    /// As [`Provider::run`].
    #[doc(hidden)]
    pub fn run_misleading<T>(
        store: &dyn KeyValue,
        entropy: &Entropy,
        recipient: &[u8],
        operation: impl FnOnce(&Provider<'_>) -> Result<T, MlsError>,
    ) -> Result<T, MlsError> {
        let mut provider = Provider::new(store, entropy);
        provider.crypto.mislead(recipient);
        provider.carry_out(operation)
    }

    fn carry_out<T>(
        self,
        operation: impl FnOnce(&Provider<'_>) -> Result<T, MlsError>,
    ) -> Result<T, MlsError> {
        operation(&self).map_err(|error| match self.storage.first_failure() {
            Some(StorageError::KeyValue(failure)) => MlsError::Store(failure.clone()),
            Some(failure) => MlsError::bug("the MLS state", failure),
            None => error,
        })
    }
}

impl<'a> OpenMlsProvider for Provider<'a> {
    type CryptoProvider = Crypto<'a>;
    type RandProvider = Entropy;
    type StorageProvider = Storage<'a>;

    fn storage(&self) -> &Storage<'a> {
        &self.storage
    }

    fn crypto(&self) -> &Crypto<'a> {
        &self.crypto
    }

    fn rand(&self) -> &Entropy {
        self.entropy
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_value::MemoryKeyValue;

    #[test]
    fn debug_output_holds_nothing_secret() {
        let (store, entropy) = (MemoryKeyValue::default(), Entropy::from_seed([7; 32]));
        assert_eq!(
            format!("{:?}", Provider::new(&store, &entropy)),
            "Provider { storage: Storage { .. }, crypto: Crypto { .. }, entropy: Entropy { .. } }"
        );
    }
}
