//! `[blobs]`: where attachments lie and how many there may be.

use crate::home::blobs::{BlobSettings, Bucket};
use clap::Args;
use home_core::BlobLimits;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

const MIB: u64 = 1024 * 1024;
const GIB: u64 = 1024 * MIB;
/// The folder below the home's.
const FOLDER: &str = "blobs";

/// `[blobs]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Args, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::home) struct BlobsSettings {
    /// The folder of blobs [default: blobs in the home's folder].
    #[arg(
        id = "blobs_folder",
        long = "blobs-folder",
        value_name = "DIR",
        env = "KITH_HOME_BLOBS_FOLDER"
    )]
    pub(super) folder: Option<PathBuf>,
    /// A bucket of an S3-compatible store for whole blobs; its keys come from AWS_ACCESS_KEY_ID and
    /// AWS_SECRET_ACCESS_KEY in the environment [default: the folder].
    #[arg(
        id = "blobs_bucket",
        long = "blobs-bucket",
        value_name = "NAME",
        env = "KITH_HOME_BLOBS_BUCKET"
    )]
    bucket: Option<String>,
    /// The address of the store that has the bucket [default: Amazon's].
    #[arg(
        id = "blobs_endpoint",
        long = "blobs-endpoint",
        value_name = "URL",
        env = "KITH_HOME_BLOBS_ENDPOINT"
    )]
    endpoint: Option<String>,
    /// The region of the bucket.
    #[arg(
        id = "blobs_region",
        long = "blobs-region",
        value_name = "NAME",
        env = "KITH_HOME_BLOBS_REGION"
    )]
    region: Option<String>,
    /// Bytes of one blob at most [default: 4 GiB].
    #[arg(
        id = "blobs_max_bytes",
        long = "blobs-max-bytes",
        value_name = "N",
        env = "KITH_HOME_BLOBS_MAX_BYTES"
    )]
    max_bytes: Option<u64>,
    /// Blobs of one log at most [default: 4096].
    #[arg(
        id = "blobs_max_per_log",
        long = "blobs-max-per-log",
        value_name = "N",
        env = "KITH_HOME_BLOBS_MAX_PER_LOG"
    )]
    max_per_log: Option<u64>,
    /// Bytes of all blobs of one log at most [default: 16 GiB].
    #[arg(
        id = "blobs_max_bytes_per_log",
        long = "blobs-max-bytes-per-log",
        value_name = "N",
        env = "KITH_HOME_BLOBS_MAX_BYTES_PER_LOG"
    )]
    max_bytes_per_log: Option<u64>,
    /// Blobs of the whole home at most [default: 1000000].
    #[arg(
        id = "blobs_max_in_all",
        long = "blobs-max-in-all",
        value_name = "N",
        env = "KITH_HOME_BLOBS_MAX_IN_ALL"
    )]
    max_in_all: Option<u64>,
    /// Bytes of all blobs of the whole home at most [default: 64 GiB].
    #[arg(
        id = "blobs_max_bytes_in_all",
        long = "blobs-max-bytes-in-all",
        value_name = "N",
        env = "KITH_HOME_BLOBS_MAX_BYTES_IN_ALL"
    )]
    max_bytes_in_all: Option<u64>,
    /// Bytes of the disk that uploads leave free [default: 256 MiB].
    #[arg(
        id = "blobs_reserve_bytes",
        long = "blobs-reserve-bytes",
        value_name = "N",
        env = "KITH_HOME_BLOBS_RESERVE_BYTES"
    )]
    reserve_bytes: Option<u64>,
}

impl BlobsSettings {
    /// What holds where nothing else is said.
    pub(super) fn defaults() -> Self {
        Self {
            folder: None,
            bucket: None,
            endpoint: None,
            region: None,
            max_bytes: Some(4 * GIB),
            max_per_log: Some(4_096),
            max_bytes_per_log: Some(16 * GIB),
            max_in_all: Some(1_000_000),
            max_bytes_in_all: Some(64 * GIB),
            reserve_bytes: Some(256 * MIB),
        }
    }
}

/// `[blobs]`, as it is in force.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::home) struct BlobsConfig {
    folder: Option<PathBuf>,
    bucket: Option<String>,
    endpoint: Option<String>,
    region: Option<String>,
    max_bytes: u64,
    max_per_log: u64,
    max_bytes_per_log: u64,
    max_in_all: u64,
    max_bytes_in_all: u64,
    reserve_bytes: u64,
}

impl BlobsConfig {
    /// What follows for a home in this folder.
    pub(in crate::home) fn settings(&self, data: &Path) -> BlobSettings {
        BlobSettings {
            folder: self.folder.clone().unwrap_or_else(|| data.join(FOLDER)),
            bucket: self.bucket.as_ref().map(|name| Bucket {
                name: name.clone(),
                endpoint: self.endpoint.clone(),
                region: self.region.clone(),
            }),
            limits: BlobLimits {
                blob_bytes: self.max_bytes,
                log_blobs: self.max_per_log,
                log_bytes: self.max_bytes_per_log,
                all_blobs: self.max_in_all,
                all_bytes: self.max_bytes_in_all,
            },
            reserve_bytes: self.reserve_bytes,
        }
    }
}
