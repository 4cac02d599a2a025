//! What a home answers, and what it pushes unasked.

use crate::id::{
    BlobHash, BodyHash, Chain, DeviceLabel, HeadId, HomeKey, InboxId, LogId, Nonce, ReadKey,
    Signature, WriteKey,
};
use minicbor::{Decode, Encode};

/// The kind of an entry that carries one wrapped MLS application message.
pub const ENTRY_MESSAGE: u8 = 0;

/// Answers Hello: who the home is, proven for this connection.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Greeting {
    /// The home's key.
    #[n(0)]
    pub home: HomeKey,
    /// What this connection's proofs are bound to.
    #[n(1)]
    pub nonce: Nonce,
    /// By the home's key over [`crate::proof::greeting_message`].
    #[n(2)]
    pub signature: Signature,
    /// Whether anybody may make an inbox here.
    #[n(3)]
    pub open: bool,
}

/// Done; there is nothing to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Done {}

/// One entry of a head.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Entry {
    /// Its number at this head, from 1 without gaps.
    #[n(0)]
    pub seq: u64,
    /// [`ENTRY_MESSAGE`], or a kind of a later version.
    #[n(1)]
    pub kind: u8,
    /// H(body).
    #[n(2)]
    pub hash: BodyHash,
    /// The chain up to and with this entry.
    #[n(3)]
    pub chain: Chain,
    /// The body, unless its time at the home is over.
    #[n(4)]
    #[cbor(with = "minicbor::bytes")]
    pub body: Option<Vec<u8>>,
}

/// One child commit of a head.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Child {
    /// Its place among its siblings, from 1 in the order in which the home took them.
    #[n(0)]
    pub order: u64,
    /// The wrapped commit; its SHA-256 is the child head's id.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub body: Vec<u8>,
    /// `w` as posted.
    #[n(2)]
    pub write_key: WriteKey,
    /// `r` as posted.
    #[n(3)]
    pub read_key: ReadKey,
}

/// Answers READ and SUBSCRIBE.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Page {
    /// Entries in order.
    #[n(0)]
    pub entries: Vec<Entry>,
    /// Children in order; only once no entry is left out.
    #[n(1)]
    pub children: Vec<Child>,
    /// Whether this is all there is now. If not, ask again from after the last of these.
    #[n(2)]
    pub end: bool,
    /// Repairs left above this head, by rising number; only at the end.
    #[n(3)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub repairs: Vec<StoredRepair>,
}

/// A repair as a home keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct StoredRepair {
    /// Its number, rising within the log.
    #[n(0)]
    pub number: u64,
    /// The head at which it was left.
    #[n(1)]
    pub head: HeadId,
    /// The wrapped repair.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub body: Vec<u8>,
}

/// Answers APPEND: the entry is durable.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Appended {
    /// The entry's number.
    #[n(0)]
    pub seq: u64,
    /// The chain up to and with it.
    #[n(1)]
    pub chain: Chain,
}

/// Answers COMMIT: the child is durable.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Committed {
    /// The child's place among its siblings, from 1.
    #[n(0)]
    pub order: u64,
}

/// The longest ticket, in bytes.
pub const MAX_TICKET_BYTES: usize = 128;

/// Answers `blob-put` and `blob-get`: what is shown with the bytes themselves.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct BlobTicket {
    /// Means something to the home alone; at most [`MAX_TICKET_BYTES`].
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub ticket: Vec<u8>,
    /// For how many seconds it is taken from now on.
    #[n(1)]
    pub valid_s: u64,
    /// The blob's length, in bytes.
    #[n(2)]
    pub size: u64,
    /// The blob's hash, once it is whole.
    #[n(3)]
    pub hash: Option<BlobHash>,
}

/// Answers Publish.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Published {
    /// One-use KeyPackages of this device that are left.
    #[n(0)]
    pub remaining: u64,
}

/// One device's KeyPackage.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct FetchedKeyPackage {
    /// The device.
    #[n(0)]
    pub device: DeviceLabel,
    /// Its KeyPackage, sealed.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub key_package: Vec<u8>,
}

/// Answers FETCH; the same under the same use.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Fetched {
    /// The device list, signed inside, sealed.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub device_list: Vec<u8>,
    /// One for each device.
    #[n(1)]
    pub key_packages: Vec<FetchedKeyPackage>,
}

/// One item of an inbox.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Item {
    /// Its number, rising within the inbox.
    #[n(0)]
    pub number: u64,
    /// HPKE-sealed to the inbox.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub body: Vec<u8>,
}

/// Answers Listen.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Items {
    /// In order.
    #[n(0)]
    pub items: Vec<Item>,
    /// Whether this is all there is now; if so, later ones are pushed.
    #[n(1)]
    pub end: bool,
    /// One-use KeyPackages of this device that are left.
    #[n(2)]
    pub key_packages: u64,
}

/// Pushed to subscribers of a head.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PushEntry {
    /// The log.
    #[n(0)]
    pub log: LogId,
    /// The head.
    #[n(1)]
    pub head: HeadId,
    /// The entry.
    #[n(2)]
    pub entry: Entry,
}

/// Pushed to subscribers of a head when it gets a child.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PushChild {
    /// The log.
    #[n(0)]
    pub log: LogId,
    /// The head that got it.
    #[n(1)]
    pub head: HeadId,
    /// The child.
    #[n(2)]
    pub child: Child,
}

/// Pushed to subscribers of the heads below the one at which a repair was left.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PushRepair {
    /// The log.
    #[n(0)]
    pub log: LogId,
    /// The head to which the receiver subscribes.
    #[n(1)]
    pub head: HeadId,
    /// The repair.
    #[n(2)]
    pub repair: StoredRepair,
}

/// Pushed to the other subscribers of a head.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PushSignal {
    /// The log.
    #[n(0)]
    pub log: LogId,
    /// The head.
    #[n(1)]
    pub head: HeadId,
    /// The sealed signal.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub body: Vec<u8>,
}

/// Pushed to listeners of an inbox.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PushItem {
    /// The inbox.
    #[n(0)]
    pub inbox: InboxId,
    /// The item.
    #[n(1)]
    pub item: Item,
}
