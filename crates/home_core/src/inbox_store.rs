//! What the home needs of the store of inboxes, in four parts and one trait over them.
//!
//! All calls happen inside one open transaction, which the store opens by itself at the first call
//! after a [`InboxStore::commit`]. A reader of this store learns inboxes, owner keys and days, and
//! nothing of logs, heads or tokens that open logs.

use crate::log_store::{PageLimit, Rows, TokenState};
use crate::store_error::StoreError;
use crate::time::Day;
use protocol::id::{
    BodyHash, CapabilityHash, DeviceLabel, HomeInvitationHash, InboxId, OwnerKey, TokenHash, UseId,
};
use protocol::response::{Fetched, FetchedKeyPackage, Item};

/// An inbox as the store numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct InboxRow(pub u64);

/// A device as the store numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeviceRow(pub u64);

/// A capability as the store numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CapabilityRow(pub u64);

/// A use of a capability as the store numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct UseRow(pub u64);

/// An inbox that the store knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredInbox {
    /// Where it stands.
    pub row: InboxRow,
    /// Its owner's key.
    pub owner: OwnerKey,
    /// Logs that its allowance has paid.
    pub allowed_logs: u64,
    /// Items lying in it.
    pub items: u64,
    /// Their bytes.
    pub item_bytes: u64,
}

/// A home invitation that the store knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredInvitation {
    /// Inboxes that it still admits.
    pub uses_left: u64,
    /// Unix time in seconds after which it admits none.
    pub expires: Option<u64>,
}

/// A capability to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewCapability<'a> {
    /// SHA-256 of its secret.
    pub hash: CapabilityHash,
    /// How many uses; none: any number.
    pub uses: Option<u32>,
    /// Unix time in seconds after which no new use begins.
    pub expires: Option<u64>,
    /// Whether each use pays one OPEN and one inbox.
    pub pays: bool,
    /// The owner's sealed note.
    pub label: Option<&'a [u8]>,
}

/// A capability that the store knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredCapability {
    /// Where it stands.
    pub row: CapabilityRow,
    /// New uses that are left; none: any number.
    pub uses_left: Option<u64>,
    /// Unix time in seconds after which no new use begins.
    pub expires: Option<u64>,
    /// Whether each use pays one OPEN and one inbox.
    pub pays: bool,
    /// Whether the owner took it back.
    pub revoked: bool,
}

/// A use of a capability that the store knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredUse {
    /// Where it stands.
    pub row: UseRow,
    /// The day on which it began.
    pub begun: Day,
    /// The item that completed it.
    pub item: Option<BodyHash>,
}

/// Who may make an inbox, and inboxes themselves.
pub trait AdmissionStore {
    /// What is known of a token that admits an inbox.
    ///
    /// # Errors
    /// [`StoreError`].
    fn inbox_token(&mut self, token: &TokenHash) -> Result<TokenState, StoreError>;

    /// Grants a token that admits an inbox, unless it is known already.
    ///
    /// # Errors
    /// [`StoreError`].
    fn grant_inbox_token(&mut self, token: &TokenHash) -> Result<(), StoreError>;

    /// Marks a granted token as spent.
    ///
    /// # Errors
    /// [`StoreError`].
    fn spend_inbox_token(&mut self, token: &TokenHash) -> Result<(), StoreError>;

    /// Finds a home invitation.
    ///
    /// # Errors
    /// [`StoreError`].
    fn invitation(
        &mut self,
        invitation: &HomeInvitationHash,
    ) -> Result<Option<StoredInvitation>, StoreError>;

    /// Takes one use off a home invitation that has one.
    ///
    /// # Errors
    /// [`StoreError`].
    fn use_invitation(&mut self, invitation: &HomeInvitationHash) -> Result<(), StoreError>;

    /// Finds an inbox.
    ///
    /// # Errors
    /// [`StoreError`].
    fn inbox(&mut self, inbox: &InboxId) -> Result<Option<StoredInbox>, StoreError>;

    /// Stores a new, empty inbox.
    ///
    /// # Errors
    /// [`StoreError`], also if it exists.
    fn create_inbox(&mut self, inbox: &InboxId, owner: &OwnerKey) -> Result<(), StoreError>;

    /// Erases an inbox: from now on it is not found, and what it holds waits to be erased.
    ///
    /// # Errors
    /// [`StoreError`].
    fn erase_inbox(&mut self, inbox: InboxRow) -> Result<(), StoreError>;

    /// Whether an inbox existed and was erased, also when nothing of it is left but its id.
    ///
    /// # Errors
    /// [`StoreError`].
    fn is_erased(&mut self, inbox: &InboxId) -> Result<bool, StoreError>;

    /// Erases at most so many rows of erased inboxes; whether there may be more.
    ///
    /// # Errors
    /// [`StoreError`].
    fn erase_some(&mut self, rows: usize) -> Result<bool, StoreError>;

    /// Counts logs against an inbox's allowance.
    ///
    /// # Errors
    /// [`StoreError`].
    fn count_allowed_logs(&mut self, inbox: InboxRow, logs: u64) -> Result<(), StoreError>;
}

/// Devices, device lists and KeyPackages.
pub trait DeviceStore {
    /// Finds a device.
    ///
    /// # Errors
    /// [`StoreError`].
    fn device(
        &mut self,
        inbox: InboxRow,
        label: &DeviceLabel,
    ) -> Result<Option<DeviceRow>, StoreError>;

    /// All devices of an inbox, in the order in which they came.
    ///
    /// # Errors
    /// [`StoreError`].
    fn devices(&mut self, inbox: InboxRow) -> Result<Vec<(DeviceRow, DeviceLabel)>, StoreError>;

    /// Stores a new device.
    ///
    /// # Errors
    /// [`StoreError`], also if it exists.
    fn add_device(&mut self, inbox: InboxRow, label: &DeviceLabel)
    -> Result<DeviceRow, StoreError>;

    /// Replaces the device list.
    ///
    /// # Errors
    /// [`StoreError`].
    fn set_device_list(&mut self, inbox: InboxRow, list: &[u8]) -> Result<(), StoreError>;

    /// The device list, if one was published.
    ///
    /// # Errors
    /// [`StoreError`].
    fn device_list(&mut self, inbox: InboxRow) -> Result<Option<Vec<u8>>, StoreError>;

    /// Whether the device ever published a KeyPackage of this hash, handed out since or not.
    ///
    /// # Errors
    /// [`StoreError`].
    fn knows_key_package(&mut self, device: DeviceRow, hash: &BodyHash)
    -> Result<bool, StoreError>;

    /// Adds a one-use KeyPackage that is not known yet.
    ///
    /// # Errors
    /// [`StoreError`].
    fn add_key_package(
        &mut self,
        device: DeviceRow,
        hash: &BodyHash,
        key_package: &[u8],
    ) -> Result<(), StoreError>;

    /// One-use KeyPackages of a device that are left.
    ///
    /// # Errors
    /// [`StoreError`].
    fn key_packages_left(&mut self, device: DeviceRow) -> Result<u64, StoreError>;

    /// Takes the oldest one-use KeyPackage; its hash stays known until `today` is long past.
    ///
    /// # Errors
    /// [`StoreError`].
    fn take_key_package(
        &mut self,
        device: DeviceRow,
        today: Day,
    ) -> Result<Option<Vec<u8>>, StoreError>;

    /// Replaces the last-resort KeyPackage.
    ///
    /// # Errors
    /// [`StoreError`].
    fn set_last_resort(&mut self, device: DeviceRow, key_package: &[u8]) -> Result<(), StoreError>;

    /// The last-resort KeyPackage.
    ///
    /// # Errors
    /// [`StoreError`].
    fn last_resort(&mut self, device: DeviceRow) -> Result<Option<Vec<u8>>, StoreError>;
}

/// Capabilities and their uses.
pub trait CapabilityStore {
    /// Finds a capability of an inbox.
    ///
    /// # Errors
    /// [`StoreError`].
    fn capability(
        &mut self,
        inbox: InboxRow,
        capability: &CapabilityHash,
    ) -> Result<Option<StoredCapability>, StoreError>;

    /// How many capabilities an inbox has, those taken back included.
    ///
    /// # Errors
    /// [`StoreError`].
    fn capabilities(&mut self, inbox: InboxRow) -> Result<u64, StoreError>;

    /// Stores a new capability.
    ///
    /// # Errors
    /// [`StoreError`], also if it exists.
    fn grant(&mut self, inbox: InboxRow, new: &NewCapability<'_>) -> Result<(), StoreError>;

    /// Marks a capability as taken back.
    ///
    /// # Errors
    /// [`StoreError`].
    fn revoke(&mut self, capability: CapabilityRow, today: Day) -> Result<(), StoreError>;

    /// Finds a use.
    ///
    /// # Errors
    /// [`StoreError`].
    fn find_use(
        &mut self,
        capability: CapabilityRow,
        use_id: &UseId,
    ) -> Result<Option<StoredUse>, StoreError>;

    /// Stores a new use and takes it off the capability's count.
    ///
    /// # Errors
    /// [`StoreError`].
    fn begin_use(
        &mut self,
        capability: CapabilityRow,
        use_id: &UseId,
        today: Day,
    ) -> Result<UseRow, StoreError>;

    /// Completes a use with an item.
    ///
    /// # Errors
    /// [`StoreError`].
    fn complete_use(&mut self, row: UseRow, item: &BodyHash) -> Result<(), StoreError>;

    /// Remembers what a FETCH answered under a use.
    ///
    /// # Errors
    /// [`StoreError`].
    fn remember_fetched(
        &mut self,
        row: UseRow,
        device_list: &[u8],
        key_packages: &[FetchedKeyPackage],
    ) -> Result<(), StoreError>;

    /// What a FETCH answered under a use.
    ///
    /// # Errors
    /// [`StoreError`].
    fn fetched(&mut self, row: UseRow) -> Result<Option<Fetched>, StoreError>;
}

/// Items.
pub trait ItemStore {
    /// Stores an item under the inbox's next number, which it returns.
    ///
    /// # Errors
    /// [`StoreError`].
    fn add_item(&mut self, inbox: InboxRow, body: &[u8], today: Day) -> Result<u64, StoreError>;

    /// Items above `after` that a device has not acknowledged.
    ///
    /// # Errors
    /// [`StoreError`].
    fn items(
        &mut self,
        inbox: InboxRow,
        device: DeviceRow,
        after: u64,
        limit: PageLimit,
    ) -> Result<Rows<Item>, StoreError>;

    /// Notes that a device holds these items; those that all devices hold are dropped.
    ///
    /// # Errors
    /// [`StoreError`].
    fn acknowledge(
        &mut self,
        inbox: InboxRow,
        device: DeviceRow,
        numbers: &[u64],
    ) -> Result<(), StoreError>;
}

/// What is forgotten, by the last day that is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forget {
    /// Items that came before this day.
    pub items_before: Day,
    /// Uses that began, and hashes of KeyPackages that were handed out, before this day.
    pub uses_before: Day,
    /// Capabilities that were taken back before this day.
    pub revoked_before: Day,
}

/// The whole store of inboxes.
///
/// Every method fails with [`StoreError`] alone, and after a failure the store is not used again.
pub trait InboxStore: AdmissionStore + DeviceStore + CapabilityStore + ItemStore {
    /// Drops what is too old.
    ///
    /// # Errors
    /// [`StoreError`].
    fn forget(&mut self, forget: Forget) -> Result<(), StoreError>;

    /// Makes everything since the last call durable.
    ///
    /// # Errors
    /// [`StoreError`]; nothing since the last call counts as stored then.
    fn commit(&mut self) -> Result<(), StoreError>;
}
