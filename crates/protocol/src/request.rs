//! What a client asks of a home. One struct for each kind; docs/protocol.md has the table of what
//! the home checks and in which order.
//!
//! Every request is safe to repeat. Fields are CBOR map entries with small integer keys; unknown
//! keys are ignored.

use crate::id::{
    BlobId, CapabilityHash, DeleteHash, DeviceLabel, HeadId, InboxId, LogId, Nonce, OwnerKey,
    ReadKey, Signature, TokenHash, UseId, WriteKey,
};
use crate::proof::Right;
use crate::secret::{CapabilitySecret, HomeInvitationSecret, Token};
use minicbor::{Decode, Encode};

/// The first request on a connection: asks the home to show its key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Hello {
    /// Fresh randomness of the client, which the home signs.
    #[n(0)]
    pub nonce: Nonce,
}

/// Proves a right at a head, once per connection and head.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Prove {
    /// The log.
    #[n(0)]
    pub log: LogId,
    /// The head.
    #[n(1)]
    pub head: HeadId,
    /// Which right.
    #[n(2)]
    pub right: Right,
    /// The public key of that right, which must be the head's.
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    pub key: [u8; 32],
    /// Over [`crate::proof::right_message`].
    #[n(4)]
    pub signature: Signature,
}

/// Proves that an inbox is this connection's own.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Own {
    /// The inbox.
    #[n(0)]
    pub inbox: InboxId,
    /// The owner's key, which must be the inbox's.
    #[n(1)]
    pub key: OwnerKey,
    /// Over [`crate::proof::owner_message`].
    #[n(2)]
    pub signature: Signature,
}

/// OPEN: begins a log, paid by a one-use token.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Open {
    /// Pays for it.
    #[n(0)]
    pub token: Token,
    /// The new log's id.
    #[n(1)]
    pub log: LogId,
    /// `w` of head₀.
    #[n(2)]
    pub write_key: WriteKey,
    /// `r` of head₀.
    #[n(3)]
    pub read_key: ReadKey,
}

/// READ and SUBSCRIBE: a page of a head's entries and, once they are all read, its children.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Read {
    /// The log.
    #[n(0)]
    pub log: LogId,
    /// The head.
    #[n(1)]
    pub head: HeadId,
    /// The first wanted seq, from 1.
    #[n(2)]
    pub from: u64,
    /// How many of the children, in their order, the reader has already; the page begins after.
    #[n(3)]
    #[cbor(default)]
    pub children_from: u64,
    /// The number of the last repair of this log that the reader has dealt with.
    #[n(4)]
    #[cbor(skip_if = "is_zero")]
    pub repairs_after: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// APPEND: one more entry at a head.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Append {
    /// The log.
    #[n(0)]
    pub log: LogId,
    /// The head.
    #[n(1)]
    pub head: HeadId,
    /// The wrapped message, as long as a size bucket.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub body: Vec<u8>,
}

/// COMMIT: a new head below `parent`.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Commit {
    /// The log.
    #[n(0)]
    pub log: LogId,
    /// The head that the commit ends.
    #[n(1)]
    pub parent: HeadId,
    /// The wrapped commit; its SHA-256 is the new head's id.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub body: Vec<u8>,
    /// `w` of the new head.
    #[n(3)]
    pub write_key: WriteKey,
    /// `r` of the new head.
    #[n(4)]
    pub read_key: ReadKey,
    /// By `write_key`'s secret over [`crate::proof::possession_message`].
    #[n(5)]
    pub possession: Signature,
    /// Children of `parent` that the committer found invalid for all.
    #[n(6)]
    #[cbor(default)]
    pub rejected: Vec<HeadId>,
}

/// REPAIR: leaves word for the readers of the heads below this one.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Repair {
    /// The log.
    #[n(0)]
    pub log: LogId,
    /// The head at which the sender stands.
    #[n(1)]
    pub head: HeadId,
    /// The wrapped repair, as long as a size bucket.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub body: Vec<u8>,
}

/// SIGNAL: said to those who subscribe to a head now, and never stored.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Signal {
    /// The log.
    #[n(0)]
    pub log: LogId,
    /// The head.
    #[n(1)]
    pub head: HeadId,
    /// The sealed signal, as long as a size bucket.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub body: Vec<u8>,
}

/// Asks for a ticket with which a blob of a log is put, begun or gone on with.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct BlobPut {
    /// The log whose readers may get it.
    #[n(0)]
    pub log: LogId,
    /// A head at which the sender may write.
    #[n(1)]
    pub head: HeadId,
    /// The blob.
    #[n(2)]
    pub blob: BlobId,
    /// Its length, in bytes: one of [`crate::blob_size`].
    #[n(3)]
    pub size: u64,
    /// SHA-256 of the secret that erases it.
    #[n(4)]
    pub delete: DeleteHash,
}

/// Names a blob of a log, to get it or to keep it for longer.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct BlobName {
    /// The log.
    #[n(0)]
    pub log: LogId,
    /// A head at which the sender has proven the right.
    #[n(1)]
    pub head: HeadId,
    /// The blob.
    #[n(2)]
    pub blob: BlobId,
}

/// Who admits a new inbox.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Admission {
    /// Nobody: the home must be open.
    #[n(0)]
    Open,
    /// A home invitation.
    #[n(1)]
    Invitation(#[n(0)] HomeInvitationSecret),
    /// A one-use token that a capability paid.
    #[n(2)]
    Token(#[n(0)] Token),
}

/// Makes an inbox.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CreateInbox {
    /// The new inbox's id.
    #[n(0)]
    pub inbox: InboxId,
    /// Its owner's key.
    #[n(1)]
    pub owner: OwnerKey,
    /// What pays.
    #[n(2)]
    pub admission: Admission,
}

/// Publishes what FETCH hands out. Owner only.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Publish {
    /// The inbox.
    #[n(0)]
    pub inbox: InboxId,
    /// The device whose KeyPackages these are.
    #[n(1)]
    pub device: DeviceLabel,
    /// The whole device list, signed inside, sealed; replaces the one before.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub device_list: Option<Vec<u8>>,
    /// One-use KeyPackages, each sealed; added to those that are left.
    #[n(3)]
    #[cbor(default)]
    pub key_packages: Vec<minicbor::bytes::ByteVec>,
    /// The last-resort KeyPackage, sealed; replaces the one before.
    #[n(4)]
    #[cbor(with = "minicbor::bytes")]
    pub last_resort: Option<Vec<u8>>,
}

/// Lets holders of a secret FETCH and KNOCK. Owner only.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct GrantCapability {
    /// The inbox.
    #[n(0)]
    pub inbox: InboxId,
    /// SHA-256 of the secret.
    #[n(1)]
    pub capability: CapabilityHash,
    /// How many uses; none: any number (a standing capability).
    #[n(2)]
    pub uses: Option<u32>,
    /// Unix time in seconds after which no new use begins.
    #[n(3)]
    pub expires: Option<u64>,
    /// Whether each use pays one OPEN and one inbox at this home.
    #[n(4)]
    pub pays: bool,
    /// A note of the owner's, sealed to the owner, for their other devices.
    #[n(5)]
    #[cbor(with = "minicbor::bytes")]
    pub label: Option<Vec<u8>>,
}

/// Takes a capability back. Owner only.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RevokeCapability {
    /// The inbox.
    #[n(0)]
    pub inbox: InboxId,
    /// SHA-256 of the secret.
    #[n(1)]
    pub capability: CapabilityHash,
}

/// Turns some of the inbox's allowance into tokens that open logs. Owner only.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Allow {
    /// The inbox.
    #[n(0)]
    pub inbox: InboxId,
    /// Hashes of the owner's fresh tokens.
    #[n(1)]
    pub tokens: Vec<TokenHash>,
}

/// FETCH: one KeyPackage for each device of an inbox.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Fetch {
    /// The inbox.
    #[n(0)]
    pub inbox: InboxId,
    /// Gives the right.
    #[n(1)]
    pub capability: CapabilitySecret,
    /// The use *r*.
    #[n(2)]
    pub use_id: UseId,
    /// Hash of a fresh token that shall open a log, if the capability pays.
    #[n(3)]
    pub log_token: Option<TokenHash>,
    /// Hash of a fresh token that shall admit an inbox, if the capability pays.
    #[n(4)]
    pub inbox_token: Option<TokenHash>,
}

/// KNOCK: leaves an item in an inbox.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Knock {
    /// The inbox.
    #[n(0)]
    pub inbox: InboxId,
    /// Gives the right.
    #[n(1)]
    pub capability: CapabilitySecret,
    /// The use *r*.
    #[n(2)]
    pub use_id: UseId,
    /// HPKE-sealed to the inbox, as long as a size bucket.
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    pub item: Vec<u8>,
}

/// Asks for the items that this device has not acknowledged, now and as they come. Owner only.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Listen {
    /// The inbox.
    #[n(0)]
    pub inbox: InboxId,
    /// The device.
    #[n(1)]
    pub device: DeviceLabel,
    /// Items above this number only (0: all).
    #[n(2)]
    pub after: u64,
}

/// Erases an inbox with all that is in it, for good. Owner only.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct EraseInbox {
    /// The inbox.
    #[n(0)]
    pub inbox: InboxId,
}

/// Says that this device holds these items durably. Owner only.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Acknowledge {
    /// The inbox.
    #[n(0)]
    pub inbox: InboxId,
    /// The device.
    #[n(1)]
    pub device: DeviceLabel,
    /// The items' numbers.
    #[n(2)]
    pub numbers: Vec<u64>,
}
