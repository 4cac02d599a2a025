//! What the home needs to know of blobs: which there are, of which log and how large, and what
//! became of them. Their bytes lie elsewhere; the driver moves them.
//!
//! | state | bytes | gets to it by |
//! |---|---|---|
//! | awaited | some or all, not given out | blob-put |
//! | whole | all, given out | the digest fitted |
//! | erasing | may be there, not given out | delete secret, end of the lease or of the wait, lapse of the log |
//! | erased | none | the driver erased them |
//!
//! An erased blob's row is forgotten after a while.

use crate::store_error::StoreError;
use crate::time::Day;
use protocol::id::{BlobHash, BlobId, DeleteHash};

/// Where a blob stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlobState {
    /// Bytes are waited for.
    Awaited,
    /// All bytes are there, and this is their hash.
    Whole(BlobHash),
    /// It is gone for everybody; its bytes may still be there.
    Erasing,
    /// Its bytes are gone.
    Erased,
}

/// A blob to be awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewBlob {
    /// Its id.
    pub blob: BlobId,
    /// The number of its log in this store.
    pub log: u64,
    /// Its length, in bytes.
    pub size: u64,
    /// The hash of the secret that erases it.
    pub delete: DeleteHash,
}

/// A blob that the store knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredBlob {
    /// What it was announced as.
    pub about: NewBlob,
    /// Where it stands.
    pub state: BlobState,
}

/// How many blobs are kept, those that are awaited counted in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlobsKept {
    /// Blobs of the log.
    pub log_blobs: u64,
    /// Their bytes.
    pub log_bytes: u64,
    /// Those of them that are awaited.
    pub log_awaited: u64,
    /// Blobs of all logs.
    pub all_blobs: u64,
    /// Their bytes.
    pub all_bytes: u64,
}

/// The days before which blobs of a state have had their time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlobAges {
    /// Awaited since before this day: erasing.
    pub awaited_before: Day,
    /// Leased before this day: erasing.
    pub leased_before: Day,
    /// Erased before this day: forgotten.
    pub erased_before: Day,
}

/// Blobs by their ids, in the transaction of the store of logs.
///
/// Every method fails with [`StoreError`] alone, and after a failure the store is not used again.
pub trait BlobIndex {
    /// What is known of a blob.
    ///
    /// # Errors
    /// [`StoreError`].
    fn blob(&mut self, blob: &BlobId) -> Result<Option<StoredBlob>, StoreError>;

    /// How much is kept, of this log and in all.
    ///
    /// # Errors
    /// [`StoreError`].
    fn blobs_kept(&mut self, log: u64) -> Result<BlobsKept, StoreError>;

    /// Awaits a blob from `today` on.
    ///
    /// # Errors
    /// [`StoreError`], also if the id is known.
    fn await_blob(&mut self, blob: &NewBlob, today: Day) -> Result<(), StoreError>;

    /// Notes that the wait or the lease of a blob begins anew; writes nothing where that is noted.
    ///
    /// # Errors
    /// [`StoreError`].
    fn renew_blob(&mut self, blob: &BlobId, today: Day) -> Result<(), StoreError>;

    /// Notes that an awaited blob is whole; its lease begins.
    ///
    /// # Errors
    /// [`StoreError`].
    fn complete_blob(
        &mut self,
        blob: &BlobId,
        hash: &BlobHash,
        today: Day,
    ) -> Result<(), StoreError>;

    /// Turns an awaited or whole blob into one that is being erased.
    ///
    /// # Errors
    /// [`StoreError`].
    fn erase_blob(&mut self, blob: &BlobId) -> Result<(), StoreError>;

    /// Lets blobs whose time is over go one state on, at most so many of each state.
    ///
    /// # Errors
    /// [`StoreError`].
    fn age_blobs(&mut self, ages: BlobAges, at_most: usize) -> Result<(), StoreError>;

    /// Some blobs that are being erased, at most so many, those first that came first.
    ///
    /// # Errors
    /// [`StoreError`].
    fn erasing_blobs(&mut self, at_most: usize) -> Result<Vec<BlobId>, StoreError>;

    /// Notes that the bytes of a blob that was being erased are gone.
    ///
    /// # Errors
    /// [`StoreError`].
    fn blob_is_erased(&mut self, blob: &BlobId, today: Day) -> Result<(), StoreError>;
}
