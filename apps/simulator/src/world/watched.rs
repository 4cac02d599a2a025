//! A home's store of logs, watched: what is not durable yet, what was recognised again, and bugs
//! that a test plants.

use home_core::blob_index::{BlobAges, BlobIndex, BlobsKept, NewBlob, StoredBlob};
use home_core::log_store::{
    HeadKeys, HeadRow, LogStore, NewChild, NewEntry, PageLimit, Position, RepairsKept, Rows,
    StoredHead, TokenState,
};
use home_core::{Calendar, Day, StoreError};
use home_store::SqliteLogs;
use protocol::id::{BlobHash, BlobId, BodyHash, Chain, HeadId, LogId, TokenHash};
use protocol::response::{Child, Entry, StoredRepair};
use std::cell::RefCell;
use std::rc::Rc;

/// A bug that a test plants in homes or under them, outside of production code. Those in the
/// client's core are in [`client_core::planted`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// A home says that logs are durable when they are not: every other commit does nothing.
    LateCommit,
    /// The same, and only pushes leave before they are durable.
    PushBeforeCommit,
    /// The same, and only answers leave before they are durable.
    AnswerBeforeCommit,
    /// A home knows no body again.
    ForgetsSeen,
    /// Disks say that something is synced and do nothing.
    SynchronousOff,
    /// A home keeps whatever a slow reader does not take.
    UnboundedQueue,
    /// A client that starts again does so from a copy of its disk made earlier.
    OldBackup,
}

impl Bug {
    const fn makes_commits_late(self) -> bool {
        matches!(
            self,
            Self::LateCommit | Self::PushBeforeCommit | Self::AnswerBeforeCommit
        )
    }
}

/// What was seen at the store of one home, over all its lives.
#[derive(Debug, Default)]
pub struct Record {
    /// Writes since the last real commit.
    pub unflushed: u64,
    /// Answers and pushes that left while there were such writes.
    pub premature: u64,
    /// Bodies that came again and were recognised.
    pub recognised: u64,
    /// Writes that a restart lost.
    pub lost: u64,
    /// How often a store failed and the home stopped.
    pub stopped: u64,
    /// How often it went on all the same.
    pub retried: u64,
    /// Its disk was damaged at rest.
    pub damaged: bool,
    calls: u64,
}

/// The store; clones share it.
#[derive(Clone)]
pub struct Watched {
    store: Rc<RefCell<SqliteLogs>>,
    record: Rc<RefCell<Record>>,
    bug: Option<Bug>,
}

impl Watched {
    /// Watches a store, and builds a bug in if one is given.
    pub fn new(store: SqliteLogs, record: Rc<RefCell<Record>>, bug: Option<Bug>) -> Self {
        let store = Rc::new(RefCell::new(store));
        Self { store, record, bug }
    }

    fn write<T>(
        &self,
        write: impl FnOnce(&mut SqliteLogs) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.record.borrow_mut().unflushed += 1;
        write(&mut self.store.borrow_mut())
    }
}

impl BlobIndex for Watched {
    fn blob(&mut self, blob: &BlobId) -> Result<Option<StoredBlob>, StoreError> {
        self.store.borrow_mut().blob(blob)
    }

    fn blobs_kept(&mut self, log: u64) -> Result<BlobsKept, StoreError> {
        self.store.borrow_mut().blobs_kept(log)
    }

    fn await_blob(&mut self, blob: &NewBlob, today: Day) -> Result<(), StoreError> {
        self.write(|store| store.await_blob(blob, today))
    }

    fn renew_blob(&mut self, blob: &BlobId, today: Day) -> Result<(), StoreError> {
        self.write(|store| store.renew_blob(blob, today))
    }

    fn complete_blob(
        &mut self,
        blob: &BlobId,
        hash: &BlobHash,
        today: Day,
    ) -> Result<(), StoreError> {
        self.write(|store| store.complete_blob(blob, hash, today))
    }

    fn erase_blob(&mut self, blob: &BlobId) -> Result<(), StoreError> {
        self.write(|store| store.erase_blob(blob))
    }

    fn age_blobs(&mut self, ages: BlobAges, at_most: usize) -> Result<(), StoreError> {
        self.write(|store| store.age_blobs(ages, at_most))
    }

    fn erasing_blobs(&mut self, at_most: usize) -> Result<Vec<BlobId>, StoreError> {
        self.store.borrow_mut().erasing_blobs(at_most)
    }

    fn blob_is_erased(&mut self, blob: &BlobId, today: Day) -> Result<(), StoreError> {
        self.write(|store| store.blob_is_erased(blob, today))
    }
}

impl LogStore for Watched {
    fn token(&mut self, token: &TokenHash) -> Result<TokenState, StoreError> {
        self.store.borrow_mut().token(token)
    }

    fn grant_token(&mut self, token: &TokenHash) -> Result<bool, StoreError> {
        self.write(|store| store.grant_token(token))
    }

    fn spend_token(&mut self, token: &TokenHash) -> Result<(), StoreError> {
        self.write(|store| store.spend_token(token))
    }

    fn open_log(
        &mut self,
        log: &LogId,
        head: &HeadId,
        keys: &HeadKeys,
        today: Day,
    ) -> Result<(), StoreError> {
        self.write(|store| store.open_log(log, head, keys, today))
    }

    fn head(&mut self, log: &LogId, head: &HeadId) -> Result<Option<StoredHead>, StoreError> {
        self.store.borrow_mut().head(log, head)
    }

    fn start(&mut self, head: HeadRow) -> Result<Option<Chain>, StoreError> {
        self.store.borrow_mut().start(head)
    }

    fn last(&mut self, head: HeadRow) -> Result<Option<Position>, StoreError> {
        self.store.borrow_mut().last(head)
    }

    fn seen(
        &mut self,
        head: HeadRow,
        hash: &BodyHash,
        since: Day,
    ) -> Result<Option<Position>, StoreError> {
        if self.bug == Some(Bug::ForgetsSeen) {
            return Ok(None);
        }
        let seen = self.store.borrow_mut().seen(head, hash, since)?;
        self.record.borrow_mut().recognised += u64::from(seen.is_some());
        Ok(seen)
    }

    fn append(
        &mut self,
        head: HeadRow,
        entry: &NewEntry<'_>,
        today: Day,
    ) -> Result<(), StoreError> {
        self.write(|store| store.append(head, entry, today))
    }

    fn entries(
        &mut self,
        head: HeadRow,
        from: u64,
        limit: PageLimit,
    ) -> Result<Rows<Entry>, StoreError> {
        self.store.borrow_mut().entries(head, from, limit)
    }

    fn children(
        &mut self,
        head: HeadRow,
        after: u64,
        limit: PageLimit,
    ) -> Result<Rows<Child>, StoreError> {
        self.store.borrow_mut().children(head, after, limit)
    }

    fn child_heads(&mut self, head: HeadRow) -> Result<Vec<HeadId>, StoreError> {
        self.store.borrow_mut().child_heads(head)
    }

    fn add_child(&mut self, parent: HeadRow, child: &NewChild<'_>) -> Result<(), StoreError> {
        self.write(|store| store.add_child(parent, child))
    }

    fn repairs_kept(
        &mut self,
        head: HeadRow,
        hash: &BodyHash,
        today: Day,
    ) -> Result<RepairsKept, StoreError> {
        self.store.borrow_mut().repairs_kept(head, hash, today)
    }

    fn add_repair(
        &mut self,
        head: HeadRow,
        hash: &BodyHash,
        body: &[u8],
        today: Day,
    ) -> Result<u64, StoreError> {
        self.write(|store| store.add_repair(head, hash, body, today))
    }

    fn repairs_above(
        &mut self,
        head: HeadRow,
        after: u64,
        heads: u64,
    ) -> Result<Vec<StoredRepair>, StoreError> {
        self.store.borrow_mut().repairs_above(head, after, heads)
    }

    fn heads_below(&mut self, head: HeadRow, at_most: u64) -> Result<Vec<HeadId>, StoreError> {
        self.store.borrow_mut().heads_below(head, at_most)
    }

    fn drop_repairs(&mut self, before: Day) -> Result<(), StoreError> {
        self.write(|store| store.drop_repairs(before))
    }

    fn drop_bodies(&mut self, before: Day, entries: usize, bytes: u64) -> Result<bool, StoreError> {
        self.write(|store| store.drop_bodies(before, entries, bytes))
    }

    fn bytes(&mut self) -> Result<u64, StoreError> {
        self.store.borrow_mut().bytes()
    }

    fn calendar(&mut self) -> Result<Option<Calendar>, StoreError> {
        self.store.borrow_mut().calendar()
    }

    fn keep_calendar(&mut self, calendar: Calendar) -> Result<(), StoreError> {
        self.write(|store| store.keep_calendar(calendar))
    }

    fn note_read(&mut self, log: &LogId, today: Day) -> Result<(), StoreError> {
        self.write(|store| store.note_read(log, today))
    }

    fn unread_logs(&mut self, before: Day, at_most: usize) -> Result<Vec<LogId>, StoreError> {
        self.store.borrow_mut().unread_logs(before, at_most)
    }

    fn lapse(&mut self, log: &LogId) -> Result<(), StoreError> {
        self.write(|store| store.lapse(log))
    }

    fn is_lapsed(&mut self, log: &LogId) -> Result<bool, StoreError> {
        self.store.borrow_mut().is_lapsed(log)
    }

    fn erase_lapsed(&mut self, rows: usize) -> Result<bool, StoreError> {
        self.write(|store| store.erase_lapsed(rows))
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        let mut record = self.record.borrow_mut();
        record.calls += 1;
        if self.bug.is_some_and(Bug::makes_commits_late) && record.calls.is_multiple_of(2) {
            return Ok(());
        }
        self.store.borrow_mut().commit()?;
        record.unflushed = 0;
        Ok(())
    }
}
