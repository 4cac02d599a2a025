//! What one contact leaves in another's inbox: where they can be reached, and, from a device that was
//! restored, the request to be let into a group again.
//!
//! The persona signs, not a leaf: whoever restores has no leaf yet, and whoever is told the way may be in
//! no group with the other. It is bound to the receiver's persona and to the capability under which it
//! is left, so that nobody can pass it on to somebody else.

use minicbor::{Decode, Encode};
use protocol::encoding::encoded;
use protocol::id::{LogId, PersonaFingerprint};
use protocol::secret::CapabilitySecret;

use crate::error::MlsError;
use crate::persona::{PersonaKey, PersonaSecret};
use crate::signed::{Signed, read};
use crate::welcome_item::ReturnInbox;

/// What the persona's signature is for.
const PURPOSE: &str = "kith/contact-item";

/// What a contact says.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ContactItem {
    /// The sender's persona key.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub persona: [u8; 32],
    /// The receiver's persona.
    #[n(1)]
    pub to: PersonaFingerprint,
    /// The capability under which it is left, by which the receiver knows which contact it is of.
    #[n(2)]
    pub capability: CapabilitySecret,
    /// Where the sender can be reached from now on.
    #[n(3)]
    pub return_inbox: ReturnInbox,
    /// What a restored device asks.
    #[n(4)]
    pub rejoin: Option<Rejoin>,
}

/// A request to have all devices of the sender removed from a group, and this one added.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Rejoin {
    /// The group's log.
    #[n(0)]
    pub log: LogId,
    /// When it was made by the sender's clock, Unix milliseconds: later ones replace earlier ones.
    #[n(1)]
    pub asked_ms: u64,
    /// A fresh KeyPackage of the new device.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub key_package: Vec<u8>,
}

/// An item that was opened and not believed yet.
#[derive(Debug, Clone)]
pub struct UnverifiedContactItem {
    signed: Signed,
    item: ContactItem,
}

impl ContactItem {
    /// Signs with the persona's key and encodes.
    pub fn sign(&self, persona: &PersonaSecret) -> Vec<u8> {
        encoded(&Signed::new(PURPOSE, self, persona.signing_key()))
    }
}

impl UnverifiedContactItem {
    /// Reads an opened item.
    ///
    /// # Errors
    /// [`MlsError::Invalid`] if it is no contact item.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, MlsError> {
        let what = "the item is no contact item";
        let signed: Signed = read(bytes, what)?;
        let item = signed.peek(what)?;
        Ok(Self { signed, item })
    }

    /// The capability under which it claims to be left.
    pub fn capability(&self) -> &CapabilitySecret {
        &self.item.capability
    }

    /// Checks that it is of this persona and for that one.
    ///
    /// # Errors
    /// [`MlsError::Invalid`] names what does not hold.
    pub fn verify(
        self,
        from: &PersonaFingerprint,
        to: &PersonaFingerprint,
    ) -> Result<ContactItem, MlsError> {
        if PersonaKey::new(self.item.persona).fingerprint() != *from {
            return Err(MlsError::invalid("the contact item is of somebody else"));
        }
        if self.item.to != *to {
            return Err(MlsError::invalid("the contact item is for somebody else"));
        }
        let what = "the contact item is not signed by its sender";
        self.signed.verify(PURPOSE, &self.item.persona, what)
    }
}
