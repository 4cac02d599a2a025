//! Sealing a file that somebody attaches: read once, before anything is said.
//!
//! What is sealed is the file as it was when it was read. A file that changes meanwhile would be neither the old nor the
//! new one, so its length and times are compared before and after. Nothing is decoded: pictures go as they are, with what
//! they hold of place and time.

use blob::{BlobError, Sealer};
use client_core::{Attachment, Secrets};
use content::{AttachedFile, ContentKey, FileError, SealedFile as SealedContent};
use sha2::{Digest as _, Sha256};
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::sealed_files::{SealedFiles, sync_folder};

/// The media type of what has none that is known.
const ANY_TYPE: &str = "application/octet-stream";

/// A file could not be attached. Nothing of it is kept.
#[derive(Debug, thiserror::Error)]
pub enum AttachError {
    /// It cannot be read. (Invalid)
    #[error("the file {path} cannot be read ({source})")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is a folder, a pipe, a device. (Invalid)
    #[error("the file {0} is no ordinary file")]
    NoFile(PathBuf),
    /// It changed while it was read. (Invalid)
    #[error("the file {0} changed while it was read; attach it again when nothing writes to it")]
    Changed(PathBuf),
    /// No blob is so large. (Invalid)
    #[error("the file {path} is too large: {why}")]
    TooLarge {
        /// Which.
        path: PathBuf,
        /// By how much.
        why: BlobError,
    },
    /// Its name cannot be told. (Invalid)
    #[error("the file {path} cannot be attached: {why}")]
    Name {
        /// Which.
        path: PathBuf,
        /// Why.
        why: FileError,
    },
    /// Nobody waits for it any more. (Invalid)
    #[error("sealing the file {0} was given up")]
    GivenUp(PathBuf),
    /// The profile's folder takes no bytes. (Storage)
    #[error("the sealed copy of {path} cannot be kept in the profile's folder ({source})")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// What tells whether a file is the same as before.
#[derive(PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
    #[cfg(unix)]
    changed: (i64, i64),
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt as _;
        Self {
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
            #[cfg(unix)]
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

/// Seals a file into a profile's folder. `progress` hears how many bytes of how many are sealed, and may break it off.
pub(crate) fn attach(
    files: &SealedFiles,
    path: &Path,
    secrets: Secrets,
    mut progress: impl FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<Attachment, AttachError> {
    let unreadable = |source| AttachError::Unreadable {
        path: path.to_owned(),
        source,
    };
    // Before it is opened: a pipe would wait for somebody who writes.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(AttachError::NoFile(path.to_owned()));
    }
    let mut file = File::open(path).map_err(unreadable)?;
    let before = Stamp::of(&file.metadata().map_err(unreadable)?);
    let sealed = seal(
        files,
        path,
        &mut file,
        before.bytes,
        &secrets,
        &mut progress,
    )?;
    let after = Stamp::of(&file.metadata().map_err(unreadable)?);
    // Files that the system makes up while they are read say that they are empty.
    let has_more = file.read(&mut [0]).map_err(unreadable)? > 0;
    if before != after || has_more {
        // The sealed bytes under this root are nobody's.
        let _ = files.erase(&sealed.root);
        return Err(AttachError::Changed(path.to_owned()));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let media_type = mime_guess::from_path(path).first_raw().unwrap_or(ANY_TYPE);
    let file = AttachedFile::new(name, media_type, sealed).map_err(|why| AttachError::Name {
        path: path.to_owned(),
        why,
    })?;
    Ok(Attachment {
        file,
        delete_secret: secrets.delete_secret,
    })
}

/// Reads exactly so many bytes and seals them, durably.
fn seal(
    files: &SealedFiles,
    path: &Path,
    file: &mut impl Read,
    bytes: u64,
    secrets: &Secrets,
    progress: &mut impl FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<SealedContent, AttachError> {
    let too_large = |why| AttachError::TooLarge {
        path: path.to_owned(),
        why,
    };
    let kept = |source| AttachError::Folder {
        path: path.to_owned(),
        source,
    };
    let read = |source: io::Error| match source.kind() {
        io::ErrorKind::UnexpectedEof => AttachError::Changed(path.to_owned()),
        _ => AttachError::Unreadable {
            path: path.to_owned(),
            source,
        },
    };
    let mut sealer = Sealer::new(&secrets.key, &secrets.blob, bytes).map_err(too_large)?;
    let folder = files.folder().map_err(kept)?;
    let mut to = tempfile::NamedTempFile::new_in(folder).map_err(kept)?;
    let mut hasher = Sha256::new();
    let mut content = Vec::new();
    let mut done = 0;
    while let Some(wants) = sealer.wants() {
        content.resize(usize::try_from(wants).unwrap_or(usize::MAX), 0);
        file.read_exact(&mut content).map_err(read)?;
        let segment = sealer.segment(&content).map_err(too_large)?;
        hasher.update(&segment);
        to.write_all(&segment).map_err(kept)?;
        done += wants;
        if progress(done, bytes).is_break() {
            return Err(AttachError::GivenUp(path.to_owned()));
        }
    }
    let (table, root) = sealer.finish().map_err(too_large)?;
    hasher.update(&table);
    to.write_all(&table).map_err(kept)?;
    to.as_file().sync_all().map_err(kept)?;
    to.persist(files.path(root.as_bytes()))
        .map_err(|error| kept(error.error))?;
    sync_folder(folder).map_err(kept)?;
    Ok(SealedContent {
        blob: *secrets.blob.as_bytes(),
        key: ContentKey::new(secrets.key.expose().to_vec()),
        root: *root.as_bytes(),
        hash: hasher.finalize().into(),
        content_bytes: bytes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use blob::BlobKey;
    use protocol::id::BlobId;
    use protocol::secret::DeleteSecret;

    fn secrets() -> Secrets {
        Secrets {
            blob: BlobId::new([1; 16]),
            key: BlobKey::new([2; 32]),
            delete_secret: DeleteSecret::new([3; 32]),
        }
    }

    /// Attaches a file of two segments to which `change` is done after the first was sealed; and how many files are kept.
    fn attached(change: impl Fn(&Path)) -> (Result<Attachment, AttachError>, usize) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        fs::write(&path, vec![7; 100_000]).unwrap();
        let files = SealedFiles::of_profile(folder.path());
        let attachment = attach(&files, &path, secrets(), |done, _| {
            if done == 65_536 {
                change(&path);
            }
            ControlFlow::Continue(())
        });
        let kept = fs::read_dir(files.folder().unwrap()).unwrap().count();
        (attachment, kept)
    }

    #[test]
    fn a_file_is_sealed_as_it_is() {
        let (attachment, kept) = attached(|_| {});
        let file = attachment.unwrap().file;
        assert_eq!((file.name(), file.media_type()), ("a.png", "image/png"));
        assert_eq!((file.sealed.content_bytes, kept), (100_000, 1));
    }

    #[test]
    fn a_file_that_changes_while_it_is_read_is_refused_and_nothing_of_it_is_kept() {
        let append = |path: &Path| {
            let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
            file.write_all(b"more").unwrap();
        };
        let cut = |path: &Path| {
            let file = fs::OpenOptions::new().write(true).open(path).unwrap();
            file.set_len(70_000).unwrap();
        };
        let write_over = |path: &Path| {
            // Times are coarse on some systems.
            std::thread::sleep(std::time::Duration::from_millis(20));
            let mut file = fs::OpenOptions::new().write(true).open(path).unwrap();
            file.write_all(b"other").unwrap();
        };
        for change in [append as fn(&Path), cut, write_over] {
            let (attachment, kept) = attached(change);
            assert!(
                matches!(attachment, Err(AttachError::Changed(_))),
                "{attachment:?}"
            );
            assert_eq!(kept, 0);
        }
    }

    #[test]
    fn nothing_is_kept_of_what_was_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.bin");
        fs::write(&path, vec![7; 300_000]).unwrap();
        let files = SealedFiles::of_profile(folder.path());
        let mut steps = 0;
        let attachment = attach(&files, &path, secrets(), |_, _| {
            steps += 1;
            ControlFlow::Break(())
        });
        assert!(matches!(attachment, Err(AttachError::GivenUp(_))));
        let kept = fs::read_dir(files.folder().unwrap()).unwrap().count();
        assert_eq!((steps, kept), (1, 0));
    }

    #[test]
    fn what_is_no_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let files = SealedFiles::of_profile(folder.path());
        let attach =
            |path: &Path| attach(&files, path, secrets(), |_, _| ControlFlow::Continue(()));
        let error = attach(folder.path()).unwrap_err();
        assert!(matches!(error, AttachError::NoFile(_)), "{error}");
        let error = attach(&folder.path().join("none")).unwrap_err();
        assert!(matches!(error, AttachError::Unreadable { .. }), "{error}");
        assert!(!folder.path().join("files").exists());
    }
}
