//! Where blobs lie: uploads in `staging/` of a folder, whole ones in `whole/` beside it or in a
//! bucket, each under its id. An id is all that a name says.
//!
//! In the folder a whole blob is the very file that the upload grew in, renamed; into a bucket it is
//! copied, and the file goes once the blob's row says that it is whole.

use super::refused::Refused;
use super::settings::{BlobSettings, Bucket};
use super::staging::{self, hash_file, sync_folder_of};
use axum::body::Bytes;
use data_encoding::HEXLOWER;
use futures_util::stream::BoxStream;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{
    ClientOptions, Error as ObjectError, GetOptions, GetResultPayload, ObjectStore, ObjectStoreExt,
    RetryConfig, WriteMultipart,
};
use protocol::id::BlobId;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::task::spawn_blocking;

const STAGING: &str = "staging";
const WHOLE: &str = "whole";
/// Bytes of each part of a copy into a bucket; stores take no smaller ones than 5 MiB.
const PART_BYTES: u64 = 8 * 1024 * 1024;
/// Parts of a copy at most; stores take 10,000.
const MAX_PARTS: u64 = 9_000;
/// Parts on their way at once.
const PARTS_AT_ONCE: usize = 2;
/// How often a bucket is asked again before whoever asked is told.
const RETRIES: usize = 3;
/// For how long it is asked again.
const RETRYING: Duration = Duration::from_secs(20);
/// How long it may take to be reached.
const CONNECTING: Duration = Duration::from_secs(5);
/// How long a bucket may say nothing, also while a part is on its way to it.
const ANSWERING: Duration = Duration::from_secs(60);
const DAY_S: u64 = 24 * 60 * 60;

/// Why the storage of blobs cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder.
    #[error("the folder of blobs {} cannot be used: {source}", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The bucket, or a local folder as the library sees it.
    #[error("the store of blobs cannot be used: {0}")]
    Object(#[from] ObjectError),
}

/// The bytes of a whole blob.
pub(super) enum Source {
    /// A file that stands at the range's beginning.
    File(File),
    /// Bytes as they come.
    Stream(BoxStream<'static, Result<Bytes, ObjectError>>),
}

/// Folder and object store.
#[derive(Debug)]
pub(super) struct Store {
    folder: PathBuf,
    pub(super) reserve_bytes: u64,
    objects: Arc<dyn ObjectStore>,
    is_bucket: bool,
}

impl Store {
    /// Makes the folders if need be.
    pub(super) fn open(settings: &BlobSettings) -> Result<Self, StoreError> {
        let folder = settings.folder.clone();
        for name in [STAGING, WHOLE] {
            let path = folder.join(name);
            create_private(&path).map_err(|source| StoreError::Folder { path, source })?;
        }
        let objects: Arc<dyn ObjectStore> = match &settings.bucket {
            Some(bucket) => Arc::new(s3(bucket)?),
            None => Arc::new(LocalFileSystem::new_with_prefix(&folder)?.with_fsync(true)),
        };
        Ok(Self {
            folder,
            reserve_bytes: settings.reserve_bytes,
            objects,
            is_bucket: settings.bucket.is_some(),
        })
    }

    /// The file of an upload.
    pub(super) fn staging(&self, blob: &BlobId) -> PathBuf {
        self.folder.join(STAGING).join(name(blob))
    }

    /// Which uploads have a file.
    pub(super) fn all_staging(&self) -> io::Result<Vec<BlobId>> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(self.folder.join(STAGING))? {
            let name = entry?.file_name();
            let bytes = HEXLOWER.decode(name.as_encoded_bytes()).unwrap_or_default();
            found.extend(BlobId::from_slice(&bytes));
        }
        Ok(found)
    }

    /// How many bytes of a blob were moved to their place by an upload that did not come to its end;
    /// none: it still has its file.
    pub(super) async fn moved(&self, blob: &BlobId) -> Result<Option<u64>, Refused> {
        if self.is_bucket {
            return Ok(None);
        }
        let path = self.whole_file(blob);
        match spawn_blocking(move || std::fs::metadata(path)).await {
            Ok(Ok(metadata)) => Ok(Some(metadata.len())),
            Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Ok(Err(error)) => Err(staging::refused(&error)),
            Err(_) => Err(Refused::Storage),
        }
    }

    /// The hash of a blob that was moved.
    pub(super) async fn hash_moved(&self, blob: &BlobId) -> Result<[u8; 32], Refused> {
        let path = self.whole_file(blob);
        match spawn_blocking(move || hash_file(&path)).await {
            Ok(hash) => hash.map_err(|error| staging::refused(&error)),
            Err(_) => Err(Refused::Storage),
        }
    }

    /// Brings an upload that is durable to its place; it is durable there.
    pub(super) async fn publish(&self, blob: &BlobId, size: u64) -> Result<(), Refused> {
        let staged = self.staging(blob);
        if self.is_bucket {
            let copied = self.copy(blob, &staged, size).await;
            return copied.map_err(|error| object_refused(&error));
        }
        let path = staged.clone();
        let coarse = spawn_blocking(move || make_time_coarse(&path)).await;
        if !matches!(coarse, Ok(Ok(()))) {
            return Err(Refused::Storage);
        }
        let from = ObjectPath::from(format!("{STAGING}/{}", name(blob)));
        let moved = self.objects.rename(&from, &self.object(blob)).await;
        moved.map_err(|error| object_refused(&error))
    }

    /// Lets go of what only an upload needs, once the blob's row says that it is whole.
    pub(super) async fn settle(&self, blob: &BlobId) {
        if self.is_bucket {
            // Whatever stays is dropped when the home starts again.
            let _ = remove(self.staging(blob)).await;
        }
    }

    /// Opens a range of a whole blob.
    pub(super) async fn read(&self, blob: &BlobId, range: Range<u64>) -> Result<Source, Refused> {
        let options = GetOptions::new().with_range(Some(range.clone()));
        let got = self.objects.get_opts(&self.object(blob), options).await;
        let got = got.map_err(|error| object_refused(&error))?;
        match got.payload {
            GetResultPayload::File(mut file, _) => {
                use std::io::Seek;
                file.seek(io::SeekFrom::Start(range.start))
                    .map_err(|error| staging::refused(&error))?;
                Ok(Source::File(file))
            }
            GetResultPayload::Stream(stream) => Ok(Source::Stream(stream)),
        }
    }

    /// Erases everything of a blob, durably, whatever there is.
    pub(super) async fn erase(&self, blob: &BlobId) -> Result<(), Refused> {
        remove(self.staging(blob)).await?;
        if !self.is_bucket {
            return remove(self.whole_file(blob)).await;
        }
        match self.objects.delete(&self.object(blob)).await {
            Ok(()) | Err(ObjectError::NotFound { .. }) => Ok(()),
            Err(error) => Err(object_refused(&error)),
        }
    }

    /// Drops the file of an upload.
    pub(super) async fn drop_staging(&self, blob: &BlobId) -> Result<(), Refused> {
        remove(self.staging(blob)).await
    }

    async fn copy(&self, blob: &BlobId, from: &Path, size: u64) -> Result<(), ObjectError> {
        let generic = |source: io::Error| ObjectError::Generic {
            store: "staging",
            source: Box::new(source),
        };
        let object = self.object(blob);
        let mut file = File::open(from).map_err(generic)?;
        let part_bytes = PART_BYTES.max(size.div_ceil(MAX_PARTS));
        let part_bytes = usize::try_from(part_bytes).unwrap_or(usize::MAX);
        if size <= PART_BYTES {
            let whole = spawn_blocking(move || {
                let mut whole = Vec::new();
                file.read_to_end(&mut whole).map(|_| whole)
            });
            let whole = whole
                .await
                .map_err(|source| ObjectError::JoinError { source })?;
            let payload = whole.map_err(generic)?.into();
            return self.objects.put(&object, payload).await.map(|_| ());
        }
        let upload = self.objects.put_multipart(&object).await?;
        let mut parts = WriteMultipart::new_with_chunk_size(upload, part_bytes);
        loop {
            let read = spawn_blocking(move || {
                let mut buffer = Vec::with_capacity(part_bytes);
                let read = (&mut file).take(part_bytes as u64).read_to_end(&mut buffer);
                read.map(|_| (file, buffer))
            });
            let read = read
                .await
                .map_err(|source| ObjectError::JoinError { source })?;
            let (rest, buffer) = match read {
                Ok(read) => read,
                Err(error) => {
                    parts.abort().await?;
                    return Err(generic(error));
                }
            };
            file = rest;
            if buffer.is_empty() {
                return parts.finish().await.map(|_| ());
            }
            if let Err(error) = parts.wait_for_capacity(PARTS_AT_ONCE).await {
                parts.abort().await?;
                return Err(error);
            }
            parts.put(buffer.into());
        }
    }

    fn object(&self, blob: &BlobId) -> ObjectPath {
        let name = name(blob);
        let shelf = name.get(..2).unwrap_or_default();
        if self.is_bucket {
            ObjectPath::from(format!("{shelf}/{name}"))
        } else {
            ObjectPath::from(format!("{WHOLE}/{shelf}/{name}"))
        }
    }

    fn whole_file(&self, blob: &BlobId) -> PathBuf {
        whole_file(&self.folder, blob)
    }
}

/// The file of a whole blob, where there is no bucket.
pub(super) fn whole_file(folder: &Path, blob: &BlobId) -> PathBuf {
    let name = name(blob);
    let shelf = name.get(..2).unwrap_or_default();
    folder.join(WHOLE).join(shelf).join(&name)
}

fn name(blob: &BlobId) -> String {
    HEXLOWER.encode(blob.as_bytes())
}

fn s3(bucket: &Bucket) -> Result<object_store::aws::AmazonS3, ObjectError> {
    // The library asks for the cryptography of the process; another part may have named the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let retry = RetryConfig {
        max_retries: RETRIES,
        retry_timeout: RETRYING,
        ..RetryConfig::default()
    };
    // Nobody knows how long a whole blob takes; what may not happen is that nothing comes.
    let client = ClientOptions::new()
        .with_timeout_disabled()
        .with_connect_timeout(CONNECTING)
        .with_read_timeout(ANSWERING)
        .with_allow_http(true);
    let mut builder = AmazonS3Builder::from_env()
        .with_bucket_name(&bucket.name)
        .with_client_options(client)
        .with_retry(retry);
    if let Some(region) = &bucket.region {
        builder = builder.with_region(region);
    }
    if let Some(endpoint) = &bucket.endpoint {
        // Also http: a store in the own network may have no certificate.
        builder = builder.with_endpoint(endpoint);
    }
    builder.build()
}

async fn remove(path: PathBuf) -> Result<(), Refused> {
    match spawn_blocking(move || staging::remove(&path)).await {
        Ok(removed) => removed.map_err(|error| staging::refused(&error)),
        Err(_) => Err(Refused::Storage),
    }
}

/// Takes the time of day from a file, as far as the system lets it be taken.
fn make_time_coarse(path: &Path) -> io::Result<()> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now_s = now.map_or(0, |now| now.as_secs());
    let day = UNIX_EPOCH + Duration::from_secs(now_s - now_s % DAY_S);
    let file = File::options().write(true).open(path)?;
    file.set_modified(day)?;
    file.sync_all()
}

/// What the library would say names the blob, so only its kind is logged.
fn object_refused(error: &ObjectError) -> Refused {
    let kind = match error {
        ObjectError::NotFound { .. } => "a blob is not where it was put",
        ObjectError::PermissionDenied { .. } | ObjectError::Unauthenticated { .. } => {
            "it refuses the home"
        }
        ObjectError::JoinError { .. } => "the home stops",
        _ => "it does not answer as it should",
    };
    tracing::error!("the storage of blobs fails: {kind}");
    Refused::Storage
}

fn create_private(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)?;
    sync_folder_of(path)
}
