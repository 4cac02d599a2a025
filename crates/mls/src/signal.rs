//! Signals: small words of the moment between those who are at one head now.
//!
//! They never touch the MLS ratchet, whose lost generations would cost stored messages: the epoch's
//! exporter gives their key (`kith/signal`), a nonce is random, and the author's leaf signs. A home
//! relays them and stores nothing; who is not there misses them.

use minicbor::{Decode, Encode};
use protocol::encoding::encoded;
use protocol::id::{HeadId, LogId};

use crate::device::Device;
use crate::epoch_keys::WrapKey;
use crate::error::MlsError;
use crate::provider::Entropy;
use crate::signed::{Signed, read};
use crate::wrap::{WrapKind, open_body, seal_body};

/// What the leaf's signature is for.
const PURPOSE: &str = "kith/signal";
/// The longest content of a signal, in bytes: its body then has at most 1,024.
pub const MAX_SIGNAL_BYTES: usize = 512;

/// A signal and who says it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
struct Said {
    #[n(0)]
    log: LogId,
    #[n(1)]
    head: HeadId,
    #[n(2)]
    leaf: u32,
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    content: Vec<u8>,
}

/// A signal that was opened, of a leaf that is still to be looked up.
#[derive(Debug, Clone)]
pub struct UnverifiedSignal {
    signed: Signed,
    said: Said,
}

/// Seals a signal of this device for those at one head.
///
/// # Errors
/// [`MlsError::Invalid`] above [`MAX_SIGNAL_BYTES`].
pub fn seal(
    key: &WrapKey,
    entropy: &Entropy,
    (log, head): (&LogId, &HeadId),
    (device, leaf): (&Device, u32),
    content: &[u8],
) -> Result<Vec<u8>, MlsError> {
    if content.len() > MAX_SIGNAL_BYTES {
        return Err(MlsError::invalid("the signal is too long"));
    }
    let said = Said {
        log: *log,
        head: *head,
        leaf,
        content: content.to_vec(),
    };
    let signed = encoded(&Signed::new(PURPOSE, &said, device.signing_key()));
    seal_body(key, entropy, log, head, WrapKind::Signal, &signed)
}

/// Opens a signal.
///
/// # Errors
/// [`MlsError::Invalid`] if it was not sealed for this head of this log.
pub fn open(
    key: &WrapKey,
    log: &LogId,
    head: &HeadId,
    body: &[u8],
) -> Result<UnverifiedSignal, MlsError> {
    let what = "the signal does not hold";
    let signed: Signed = read(&open_body(key, log, head, WrapKind::Signal, body)?, what)?;
    let said: Said = signed.peek(what)?;
    if (&said.log, &said.head) != (log, head) {
        return Err(MlsError::invalid("the signal is of another head"));
    }
    Ok(UnverifiedSignal { signed, said })
}

impl UnverifiedSignal {
    /// The leaf that it claims to be of.
    pub fn leaf(&self) -> u32 {
        self.said.leaf
    }

    /// Checks the leaf's signature; what is said.
    ///
    /// # Errors
    /// [`MlsError::Invalid`] if the leaf did not sign it.
    pub fn verify(self, leaf_key: &[u8; 32]) -> Result<Vec<u8>, MlsError> {
        let what = "the signal is not signed by its leaf";
        let said: Said = self.signed.verify(PURPOSE, leaf_key, what)?;
        Ok(said.content)
    }
}
