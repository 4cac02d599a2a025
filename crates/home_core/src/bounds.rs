//! Every bound of a home in one place, with its unit. Days are those of [`crate::Calendar`].

/// The longest device list, in bytes.
pub const MAX_DEVICE_LIST_BYTES: usize = 64 * 1024;
/// The longest KeyPackage, in bytes.
pub const MAX_KEY_PACKAGE_BYTES: usize = 64 * 1024;
/// The longest owner's note on a capability, in bytes.
pub const MAX_LABEL_BYTES: usize = 1024;
/// KeyPackages in one Publish.
pub const MAX_KEY_PACKAGES_PER_PUBLISH: usize = 100;
/// One-use KeyPackages kept for a device.
pub const MAX_KEY_PACKAGES_PER_DEVICE: u64 = 200;
/// Devices of an inbox.
pub const MAX_DEVICES: u64 = 8;
/// Tokens in one Allow.
pub const MAX_TOKENS_PER_ALLOW: usize = 32;
/// Items acknowledged at once.
pub const MAX_NUMBERS: usize = 1_000;
/// Children that one commit names as rejected.
pub const MAX_REJECTED: usize = MAX_CHILDREN;
/// Children of one head, ever.
pub const MAX_CHILDREN: usize = 64;
/// Capabilities of an inbox, those taken back included until they are forgotten.
pub const MAX_CAPABILITIES: u64 = 10_000;
/// Logs that an inbox's allowance pays in all.
pub const ALLOWANCE_LOGS: u64 = 1_000;
/// Items lying in an inbox.
pub const MAX_ITEMS: u64 = 10_000;
/// Bytes lying in an inbox.
pub const MAX_ITEM_BYTES: u64 = 64 * 1024 * 1024;

/// Bytes of bodies in a page, unless the first body alone has more.
pub const MAX_PAGE_BYTES: usize = 512 * 1024;
/// Entries in a page.
pub const MAX_PAGE_ENTRIES: usize = 1_000;

/// Heads that a connection has proven, each right counted; the oldest is dropped for a new one.
pub const MAX_PROVEN: usize = 10_000;
/// Inboxes that a connection has proven; the oldest is dropped for a new one.
pub const MAX_OWNED: usize = 1_000;
/// Heads to which a connection subscribes; more are refused.
pub const MAX_SUBSCRIBED: usize = 10_000;
/// Inboxes to which a connection listens; more are refused.
pub const MAX_LISTENING: usize = 1_000;

/// Repairs left at one head within a day.
pub const MAX_REPAIRS_A_DAY: u64 = 8;
/// Repairs that a log keeps; with the bound on their size all of them go in one page.
pub const MAX_REPAIRS: u64 = 64;
/// Heads between the one at which a repair is left and those whose readers get it, and, when it is
/// left, heads whose subscribers are looked for.
pub const MAX_REPAIR_HEADS: u64 = 4_096;
/// Days after which a log that nobody reads lapses.
pub const LOG_DAYS: u64 = 730;
/// Logs that lapse on one day at most.
pub const MAX_LAPSED_A_DAY: usize = 100;
/// Rows of lapsed logs that are erased with one input.
pub const MAX_ERASED_ROWS: usize = 256;
/// Entries whose bodies are dropped between two flushes.
pub const MAX_PRUNED_ENTRIES: usize = 256;
/// Bytes of the bodies that are dropped between two flushes, unless one is longer.
pub const MAX_PRUNED_BYTES: u64 = 256 * 1024;
/// How often a home that has a bound for it looks at what its logs take, in seconds.
pub const BYTES_LOOKED_AT_EVERY_S: u64 = 60;
/// Rows of erased inboxes that are erased between two flushes; an item is up to 1 MiB.
pub const MAX_ERASED_INBOX_ROWS: usize = 16;
/// Days for which repairs are kept.
pub const REPAIR_DAYS: u64 = 90;

/// Signals that a connection may send within [`SIGNALS_WINDOW_S`].
pub const MAX_SIGNALS: usize = 30;
/// The time within which signals are counted, in seconds.
pub const SIGNALS_WINDOW_S: u64 = 10;

/// FETCH and KNOCK under one capability within a minute of the clock.
pub const MAX_CONTACTS_A_MINUTE: u32 = 600;

/// How long a client waits when it asked too early, in milliseconds.
pub const RETRY_AFTER_MS: u64 = 1_000;

/// Days for which a blob that is not whole is waited for.
pub const AWAITED_BLOB_DAYS: u64 = 7;
/// Days of a blob's lease.
pub const BLOB_LEASE_DAYS: u64 = 90;
/// Days for which an erased blob is told apart from an unknown one.
pub const ERASED_BLOB_DAYS: u64 = 90;
/// Blobs of a log that are not whole.
pub const MAX_AWAITED_BLOBS: u64 = 64;
/// Blobs that are swept at once.
pub const MAX_SWEPT_BLOBS: usize = 64;
/// For how long a ticket is good, in seconds.
pub const TICKET_S: u64 = 60 * 60;

/// Days for which the hashes of entries are remembered, within the bounds of
/// [`crate::log_store::LogStore::seen`].
pub const SEEN_DAYS: u64 = 7;
/// Days for which the bodies of entries are kept.
pub const BODY_DAYS: u64 = 90;
/// Days after which a use of a capability without KNOCK lapses.
pub const USE_DAYS: u64 = 30;
/// Days for which uses and what was handed out under them are remembered.
pub const USE_MEMORY_DAYS: u64 = 90;
/// Days for which items wait to be acknowledged.
pub const ITEM_DAYS: u64 = 90;
/// Days for which a capability that was taken back is still told apart from an unknown one.
pub const REVOKED_DAYS: u64 = 90;
