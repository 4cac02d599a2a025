//! What the home needs of the store of logs.
//!
//! All calls happen inside one open transaction, which the store opens by itself at the first call
//! after a [`LogStore::commit`]. A reader of this store learns logs, heads, entries and days, and
//! nothing of inboxes, connections or addresses.

use crate::blob_index::BlobIndex;
use crate::store_error::StoreError;
use crate::time::{Calendar, Day};
use protocol::id::{BodyHash, Chain, HeadId, LogId, ReadKey, TokenHash, WriteKey};
use protocol::response::{Child, Entry, StoredRepair};

/// The two keys of a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeadKeys {
    /// `w`.
    pub write: WriteKey,
    /// `r`.
    pub read: ReadKey,
}

/// A head as the store numbers it; the numbers mean nothing outside of one store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeadRow {
    /// The number of its log.
    pub log: u64,
    /// Its own number.
    pub head: u64,
}

/// A head that the store knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredHead {
    /// Where it stands.
    pub row: HeadRow,
    /// Its keys.
    pub keys: HeadKeys,
}

/// Where an entry stands in its head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Its number, from 1.
    pub seq: u64,
    /// The chain up to and with it.
    pub chain: Chain,
}

/// An entry to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewEntry<'a> {
    /// Its number and chain.
    pub position: Position,
    /// Its kind.
    pub kind: u8,
    /// H(body).
    pub hash: BodyHash,
    /// The body.
    pub body: &'a [u8],
}

/// A child head to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewChild<'a> {
    /// Its place among its siblings, from 1.
    pub order: u64,
    /// Its id.
    pub head: HeadId,
    /// Its keys.
    pub keys: HeadKeys,
    /// The chain before its first entry.
    pub start: Chain,
    /// The wrapped commit.
    pub body: &'a [u8],
}

/// What a log keeps of repairs, looked at for one body at one head on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RepairsKept {
    /// Whether this body is kept at this head.
    pub this: bool,
    /// How many were left at this head on this day.
    pub at_head_today: u64,
    /// How many the whole log keeps.
    pub in_log: u64,
}

/// How much a page may hold. The first row is given whatever its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageLimit {
    /// Rows at most.
    pub rows: usize,
    /// Bytes of bodies at most.
    pub bytes: usize,
}

/// Some rows in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Whether no row follows.
    pub end: bool,
}

/// What the store knows of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenState {
    /// Nothing.
    Unknown,
    /// It was granted and still pays.
    Granted,
    /// It has paid.
    Spent,
}

/// Entries of a head whose hashes are remembered whatever their age.
pub const SEEN_ENTRIES: usize = 4_096;
/// Entries of a head whose hashes are remembered if they are young.
pub const SEEN_ENTRIES_AT_MOST: usize = 65_536;

/// Logs, heads, entries, children, the tokens that open logs, and which blobs there are.
///
/// Every method fails with [`StoreError`] alone, and after a failure the store is not used again.
pub trait LogStore: BlobIndex {
    /// What is known of a token.
    ///
    /// # Errors
    /// [`StoreError`].
    fn token(&mut self, token: &TokenHash) -> Result<TokenState, StoreError>;

    /// Grants a token unless it is known already; whether it was new.
    ///
    /// # Errors
    /// [`StoreError`].
    fn grant_token(&mut self, token: &TokenHash) -> Result<bool, StoreError>;

    /// Marks a granted token as spent.
    ///
    /// # Errors
    /// [`StoreError`].
    fn spend_token(&mut self, token: &TokenHash) -> Result<(), StoreError>;

    /// Stores a new log with its first head. It counts as read `today`.
    ///
    /// # Errors
    /// [`StoreError`], also if the log exists or lapsed.
    fn open_log(
        &mut self,
        log: &LogId,
        head: &HeadId,
        keys: &HeadKeys,
        today: Day,
    ) -> Result<(), StoreError>;

    /// Finds a head of a log that has not lapsed.
    ///
    /// # Errors
    /// [`StoreError`].
    fn head(&mut self, log: &LogId, head: &HeadId) -> Result<Option<StoredHead>, StoreError>;

    /// The chain before the first entry of a head; none: it was not added as a child.
    ///
    /// # Errors
    /// [`StoreError`].
    fn start(&mut self, head: HeadRow) -> Result<Option<Chain>, StoreError>;

    /// The last entry of a head.
    ///
    /// # Errors
    /// [`StoreError`].
    fn last(&mut self, head: HeadRow) -> Result<Option<Position>, StoreError>;

    /// The entry with this hash at this head, if it is still remembered: the last [`SEEN_ENTRIES`]
    /// entries of a head are, and all that came on the day `since` or later among its last
    /// [`SEEN_ENTRIES_AT_MOST`].
    ///
    /// # Errors
    /// [`StoreError`].
    fn seen(
        &mut self,
        head: HeadRow,
        hash: &BodyHash,
        since: Day,
    ) -> Result<Option<Position>, StoreError>;

    /// Stores an entry and remembers its hash.
    ///
    /// # Errors
    /// [`StoreError`], also if this is not the number after the last.
    fn append(&mut self, head: HeadRow, entry: &NewEntry<'_>, today: Day)
    -> Result<(), StoreError>;

    /// Entries of a head from `from` on.
    ///
    /// # Errors
    /// [`StoreError`].
    fn entries(
        &mut self,
        head: HeadRow,
        from: u64,
        limit: PageLimit,
    ) -> Result<Rows<Entry>, StoreError>;

    /// Children of a head after the first `after` of them.
    ///
    /// # Errors
    /// [`StoreError`].
    fn children(
        &mut self,
        head: HeadRow,
        after: u64,
        limit: PageLimit,
    ) -> Result<Rows<Child>, StoreError>;

    /// The ids of all children of a head in order.
    ///
    /// # Errors
    /// [`StoreError`].
    fn child_heads(&mut self, head: HeadRow) -> Result<Vec<HeadId>, StoreError>;

    /// Stores a child head with the commit that opens it.
    ///
    /// # Errors
    /// [`StoreError`], also if the log has a head of that id.
    fn add_child(&mut self, parent: HeadRow, child: &NewChild<'_>) -> Result<(), StoreError>;

    /// What is kept of repairs, looked at for one body, by its hash, at one head.
    ///
    /// # Errors
    /// [`StoreError`].
    fn repairs_kept(
        &mut self,
        head: HeadRow,
        hash: &BodyHash,
        today: Day,
    ) -> Result<RepairsKept, StoreError>;

    /// Stores a repair left at a head under the log's next number, which it returns. Numbers rise
    /// from 1 also after repairs were dropped.
    ///
    /// # Errors
    /// [`StoreError`], also if this body is kept at this head.
    fn add_repair(
        &mut self,
        head: HeadRow,
        hash: &BodyHash,
        body: &[u8],
        today: Day,
    ) -> Result<u64, StoreError>;

    /// The repairs with a number above `after` left at the nearest `heads` heads above this one, not
    /// at itself, by rising number.
    ///
    /// # Errors
    /// [`StoreError`].
    fn repairs_above(
        &mut self,
        head: HeadRow,
        after: u64,
        heads: u64,
    ) -> Result<Vec<StoredRepair>, StoreError>;

    /// The nearest heads below this one, at most so many, without itself.
    ///
    /// # Errors
    /// [`StoreError`].
    fn heads_below(&mut self, head: HeadRow, at_most: u64) -> Result<Vec<HeadId>, StoreError>;

    /// Drops repairs that were left before `before`.
    ///
    /// # Errors
    /// [`StoreError`].
    fn drop_repairs(&mut self, before: Day) -> Result<(), StoreError>;

    /// Drops bodies of the oldest entries of those from before `before`: so many entries and so many bytes,
    /// or one that is longer; whether there may be more. Hashes and chains stay.
    ///
    /// # Errors
    /// [`StoreError`].
    fn drop_bodies(&mut self, before: Day, entries: usize, bytes: u64) -> Result<bool, StoreError>;

    /// Bytes that the store takes, without the room that it can use again.
    ///
    /// # Errors
    /// [`StoreError`].
    fn bytes(&mut self) -> Result<u64, StoreError>;

    /// The calendar that was kept last; none: the home has none yet.
    ///
    /// # Errors
    /// [`StoreError`].
    fn calendar(&mut self) -> Result<Option<Calendar>, StoreError>;

    /// Keeps the home's calendar in place of the one before.
    ///
    /// # Errors
    /// [`StoreError`].
    fn keep_calendar(&mut self, calendar: Calendar) -> Result<(), StoreError>;

    /// Notes that a log was read on this day; writes nothing where that is noted already.
    ///
    /// # Errors
    /// [`StoreError`].
    fn note_read(&mut self, log: &LogId, today: Day) -> Result<(), StoreError>;

    /// Logs that were last read before `before` and have not lapsed, the longest unread first, at most
    /// so many.
    ///
    /// # Errors
    /// [`StoreError`].
    fn unread_logs(&mut self, before: Day, at_most: usize) -> Result<Vec<LogId>, StoreError>;

    /// Lets a log lapse: from now on none of its heads is found, and what it holds waits to be erased.
    ///
    /// # Errors
    /// [`StoreError`].
    fn lapse(&mut self, log: &LogId) -> Result<(), StoreError>;

    /// Whether a log existed and has lapsed, also when nothing of it is left but its id.
    ///
    /// # Errors
    /// [`StoreError`].
    fn is_lapsed(&mut self, log: &LogId) -> Result<bool, StoreError>;

    /// Erases at most so many rows of lapsed logs; whether there may be more.
    ///
    /// # Errors
    /// [`StoreError`].
    fn erase_lapsed(&mut self, rows: usize) -> Result<bool, StoreError>;

    /// Makes everything since the last call durable.
    ///
    /// # Errors
    /// [`StoreError`]; nothing since the last call counts as stored then.
    fn commit(&mut self) -> Result<(), StoreError>;
}
