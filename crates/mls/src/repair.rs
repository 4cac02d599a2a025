//! A request to be removed and added again, by a member whom a commit left behind.
//!
//! Whoever cannot decrypt their own path secret of a commit that others entered (*undecidable*,
//! docs/protocol.md) leaves one at the last head that they reached, wrapped under that epoch's key:
//! everybody who was a member then can read it, nobody else. It is signed by the leaf of that epoch
//! and holds a fresh KeyPackage of the same device, and where the Welcome can be left.

use minicbor::{Decode, Encode};
use protocol::encoding::encoded;
use protocol::id::{HeadId, LogId};

use crate::device::Device;
use crate::error::MlsError;
use crate::signed::{Signed, read};
use crate::welcome_item::ReturnInbox;

/// What the leaf's signature is for.
const PURPOSE: &str = "kith/repair";

/// What a member asks who was left behind.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Repair {
    /// The log.
    #[n(0)]
    pub log: LogId,
    /// The head at which it is left.
    #[n(1)]
    pub head: HeadId,
    /// The asking member's leaf in the head's epoch.
    #[n(2)]
    pub leaf: u32,
    /// A fresh KeyPackage of the same device.
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    pub key_package: Vec<u8>,
    /// Where the Welcome can be left.
    #[n(4)]
    pub return_inbox: ReturnInbox,
}

/// A repair that was unwrapped, of a leaf that is still to be looked up.
#[derive(Debug, Clone)]
pub struct UnverifiedRepair {
    signed: Signed,
    repair: Repair,
}

impl Repair {
    /// Signs with the leaf key and encodes.
    pub fn sign(&self, device: &Device) -> Vec<u8> {
        encoded(&Signed::new(PURPOSE, self, device.signing_key()))
    }
}

impl UnverifiedRepair {
    /// Reads unwrapped bytes.
    ///
    /// # Errors
    /// [`MlsError::Invalid`] if they hold no repair.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, MlsError> {
        let what = "what was left is no repair";
        let signed: Signed = read(bytes, what)?;
        let repair = signed.peek(what)?;
        Ok(Self { signed, repair })
    }

    /// The leaf that it claims to be of.
    pub fn leaf(&self) -> u32 {
        self.repair.leaf
    }

    /// Checks the leaf's signature, and that it was left here.
    ///
    /// # Errors
    /// [`MlsError::Invalid`] if the leaf did not sign it for this head of this log.
    pub fn verify(
        self,
        leaf_key: &[u8; 32],
        log: &LogId,
        head: &HeadId,
    ) -> Result<Repair, MlsError> {
        let what = "the repair is not signed by its leaf";
        let repair: Repair = self.signed.verify(PURPOSE, leaf_key, what)?;
        if (&repair.log, &repair.head) != (log, head) {
            return Err(MlsError::invalid("the repair was left at another head"));
        }
        Ok(repair)
    }
}
