//! The item that invites into a group: Welcome, where its log is, and the way back.

use minicbor::{Decode, Encode};
use protocol::encoding::encoded;
use protocol::home_url::HomeUrl;
use protocol::id::{Chain, HeadId, HomeKey, InboxId, InboxPublicKey, LogId};
use protocol::name::Name;
use protocol::secret::{CapabilitySecret, SealKey};

use crate::device::Device;
use crate::error::MlsError;
use crate::signed::{Signed, read};

/// What the sender's leaf signature is for.
const PURPOSE: &str = "kith/welcome-item";

/// Where somebody can be reached: an inbox and what one needs to knock there.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ReturnInbox {
    /// Its home.
    #[n(0)]
    pub home: HomeUrl,
    /// That home's key.
    #[n(1)]
    pub home_key: HomeKey,
    /// The inbox.
    #[n(2)]
    pub inbox: InboxId,
    /// To which items are sealed.
    #[n(3)]
    pub inbox_key: InboxPublicKey,
    /// Opens what it publishes.
    #[n(4)]
    pub seal_key: SealKey,
    /// A standing capability.
    #[n(5)]
    pub capability: CapabilitySecret,
}

/// What the accepter of an invitation leaves in the inviter's inbox.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct WelcomeItem {
    /// The Welcome as an MLSMessage.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub welcome: Vec<u8>,
    /// The log's home; must equal the group's Place.
    #[n(1)]
    pub home: HomeUrl,
    /// That home's key; must equal Place.
    #[n(2)]
    pub home_key: HomeKey,
    /// The log; must equal Place.
    #[n(3)]
    pub log: LogId,
    /// The head at which the group begins for the new member.
    #[n(4)]
    pub head: HeadId,
    /// The last entry at that head before it, 0 for none.
    #[n(5)]
    pub seq: u64,
    /// The chain there.
    #[n(6)]
    pub chain: Chain,
    /// Where the sender can be reached.
    #[n(7)]
    pub return_inbox: ReturnInbox,
    /// The name that the sender chose.
    #[n(8)]
    pub name: Name,
    /// The capability under which this was left, so that the inbox's owner can tell an invitation
    /// that they gave from one that they did not: the home does not say.
    #[n(9)]
    pub capability: CapabilitySecret,
    /// The position before the head's first entry in the conversation's order, by which everybody
    /// numbers alike.
    #[n(10)]
    #[cbor(default, skip_if = "is_zero")]
    pub base: u64,
}

/// Left out, as by those who never begin anywhere else.
fn is_zero(base: &u64) -> bool {
    *base == 0
}

/// An item that was opened but whose sender is not known yet.
#[derive(Debug, Clone)]
pub struct UnverifiedWelcomeItem {
    signed: Signed,
    item: WelcomeItem,
}

impl WelcomeItem {
    /// Signs with the sender's leaf key and encodes.
    pub fn sign(&self, device: &Device) -> Vec<u8> {
        encoded(&Signed::new(PURPOSE, self, device.signing_key()))
    }
}

impl UnverifiedWelcomeItem {
    /// Reads an opened item.
    ///
    /// # Errors
    /// [`MlsError::Invalid`] if it is no Welcome item.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, MlsError> {
        let what = "the item is no Welcome item";
        let signed: Signed = read(bytes, what)?;
        let item = signed.peek(what)?;
        Ok(Self { signed, item })
    }

    /// The Welcome, by which one learns who the sender is.
    pub fn welcome(&self) -> &[u8] {
        &self.item.welcome
    }

    /// The log that it names, before anything of it is believed: enough to see that it was dealt
    /// with before.
    pub fn log(&self) -> &LogId {
        &self.item.log
    }

    /// Checks the sender's leaf signature and yields the item.
    ///
    /// # Errors
    /// [`MlsError::Invalid`] if the leaf did not sign it.
    pub fn verify(self, leaf_key: &[u8; 32]) -> Result<WelcomeItem, MlsError> {
        self.signed.verify(
            PURPOSE,
            leaf_key,
            "the Welcome item is not signed by its sender",
        )
    }
}
