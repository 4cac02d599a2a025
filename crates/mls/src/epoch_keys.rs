//! The secrets that an epoch's exporter yields for the log (RFC 9420 §8.5).

use ed25519_dalek::SigningKey;
use protocol::id::{LogId, ReadKey, WriteKey};
use protocol::proof;
use zeroize::Zeroizing;

use crate::error::MlsError;

/// The labels of the exporter; the context is always the log id.
pub mod label {
    /// Seed of `w_n`.
    pub const LOG_WRITE: &str = "kith/log-write";
    /// Seed of `r_n`.
    pub const LOG_READ: &str = "kith/log-read";
    /// Key of the wrap.
    pub const WRAP: &str = "kith/wrap";
    /// Key of signals.
    pub const SIGNAL: &str = "kith/signal";
}

/// What one epoch's members can do at the log.
pub struct EpochKeys {
    write_seed: Zeroizing<[u8; 32]>,
    read_seed: Zeroizing<[u8; 32]>,
    wrap: WrapKey,
    signal: WrapKey,
}

/// The key of the wrap of one epoch.
#[derive(Clone)]
pub struct WrapKey(Zeroizing<[u8; 32]>);

impl WrapKey {
    /// Takes a stored key.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The key, for the cipher and the sealed store.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for WrapKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WrapKey(redacted)")
    }
}

impl EpochKeys {
    /// Derives the keys through an exporter `(label, context) → 32 bytes`.
    pub(crate) fn derive(
        log: &LogId,
        export: impl Fn(&str, &[u8]) -> Result<Vec<u8>, MlsError>,
    ) -> Result<Self, MlsError> {
        let secret = |label: &str, context: &[u8]| {
            let bytes = Zeroizing::new(export(label, context)?);
            let array: [u8; 32] = bytes
                .as_slice()
                .try_into()
                .map_err(|error| MlsError::bug("an exporter's length", &error))?;
            Ok::<_, MlsError>(Zeroizing::new(array))
        };
        Ok(Self {
            write_seed: secret(label::LOG_WRITE, log.as_bytes())?,
            read_seed: secret(label::LOG_READ, log.as_bytes())?,
            wrap: WrapKey(secret(label::WRAP, log.as_bytes())?),
            signal: WrapKey(secret(label::SIGNAL, log.as_bytes())?),
        })
    }

    /// `w_n`, secret half.
    pub fn write_secret(&self) -> SigningKey {
        SigningKey::from_bytes(&self.write_seed)
    }

    /// `r_n`, secret half.
    pub fn read_secret(&self) -> SigningKey {
        SigningKey::from_bytes(&self.read_seed)
    }

    /// `w_n`, public half.
    pub fn write_key(&self) -> WriteKey {
        proof::write_key(&self.write_seed)
    }

    /// `r_n`, public half.
    pub fn read_key(&self) -> ReadKey {
        proof::read_key(&self.read_seed)
    }

    /// The wrap's key.
    pub fn wrap(&self) -> &WrapKey {
        &self.wrap
    }

    /// The key under which signals are sealed.
    pub fn signal(&self) -> &WrapKey {
        &self.signal
    }
}

impl std::fmt::Debug for EpochKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EpochKeys(redacted)")
    }
}
