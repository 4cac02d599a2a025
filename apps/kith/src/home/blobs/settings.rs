//! What can be set about blobs.

use home_core::BlobLimits;
use std::path::PathBuf;

/// Where blobs lie and how many there may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::home) struct BlobSettings {
    /// The folder of uploads under way, and of whole blobs unless there is a bucket.
    pub(in crate::home) folder: PathBuf,
    /// An S3-compatible store for whole blobs.
    pub(in crate::home) bucket: Option<Bucket>,
    /// What the home takes.
    pub(in crate::home) limits: BlobLimits,
    /// Bytes of the folder's disk that uploads leave free.
    pub(in crate::home) reserve_bytes: u64,
}

/// A bucket of an S3-compatible store. Its keys come from the environment alone, under the names that
/// such programs have for them (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::home) struct Bucket {
    /// Its name.
    pub(in crate::home) name: String,
    /// The store's address; none: that of Amazon's.
    pub(in crate::home) endpoint: Option<String>,
    /// Its region.
    pub(in crate::home) region: Option<String>,
}
