//! The folder of sealed files in a profile: `files/`, each under the root over its segments in hexadecimal.
//!
//! Only sealed bytes are ever written here; what opens them is in the store. A file that is not whole yet has `.part` at
//! its end, and one that is being sealed a name that says nothing. Invariant: under a root alone stand exactly the bytes
//! that lead to it, durably.

use blob::{Opener, Reference};
use client_core::FileRoot;
use data_encoding::HEXLOWER;
use protocol::blob_size::{SEGMENT_BYTES, TAG_BYTES};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

const FOLDER: &str = "files";
const PART: &str = ".part";
/// What a sealed segment has at most, in bytes.
const SEALED_BYTES: u64 = SEGMENT_BYTES + TAG_BYTES;

/// The folder of one profile, whose lock is held.
#[derive(Debug, Clone)]
pub(crate) struct SealedFiles {
    folder: PathBuf,
}

impl SealedFiles {
    /// Of the profile in this folder. Nothing is made until something is kept.
    pub fn of_profile(profile: &Path) -> Self {
        Self {
            folder: profile.join(FOLDER),
        }
    }

    /// Where a whole file is.
    pub fn path(&self, root: &FileRoot) -> PathBuf {
        self.folder.join(HEXLOWER.encode(root))
    }

    fn partial_path(&self, root: &FileRoot) -> PathBuf {
        let mut name = HEXLOWER.encode(root);
        name.push_str(PART);
        self.folder.join(name)
    }

    /// The folder, made if it is not there; its owner's alone where the system knows owners.
    pub fn folder(&self) -> io::Result<&Path> {
        if !self.folder.is_dir() {
            let mut builder = fs::DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(&self.folder)?;
            if let Some(profile) = self.folder.parent() {
                sync_folder(profile)?;
            }
        }
        Ok(&self.folder)
    }

    /// Removes whatever nothing needs: what a crash left of sealing or fetching.
    ///
    /// # Errors
    /// What the system says; what it lets be removed is removed.
    pub fn clean(&self, needs: impl Fn(&FileRoot) -> bool) -> io::Result<()> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        let mut result = Ok(());
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let root = HEXLOWER.decode(name.trim_end_matches(PART).as_bytes());
            let root = root.ok().and_then(|root| FileRoot::try_from(root).ok());
            if !root.is_some_and(|root| needs(&root)) {
                result = result.and(fs::remove_file(entry.path()));
            }
        }
        result
    }

    /// Erases what is here under a root, whole or not.
    pub fn erase(&self, root: &FileRoot) -> io::Result<()> {
        for path in [self.path(root), self.partial_path(root)] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// A whole file, to open segment by segment.
    ///
    /// # Errors
    /// [`OpenError::Missing`], [`OpenError::Damaged`], [`OpenError::Read`].
    pub fn open(&self, reference: &Reference) -> Result<SealedFile, OpenError> {
        let mut file = match File::open(self.path(reference.root.as_bytes())) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(OpenError::Missing);
            }
            file => file?,
        };
        let place = reference.table().map_err(|_| OpenError::Damaged)?;
        if file.metadata()?.len() != place.end {
            return Err(OpenError::Damaged);
        }
        file.seek(SeekFrom::Start(place.start))?;
        let mut table = Vec::new();
        file.read_to_end(&mut table)?;
        let opener = Opener::new(reference, &table).map_err(|_| OpenError::Damaged)?;
        file.rewind()?;
        Ok(SealedFile {
            file,
            opener,
            sealed_bytes: place.start,
            next: 0,
        })
    }

    /// What there is of a file that is being fetched, as far as it holds.
    ///
    /// # Errors
    /// What the system says.
    pub fn partial(&self, root: &FileRoot, opener: &Opener, end: u64) -> io::Result<Partial> {
        self.folder()?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(self.partial_path(root))?;
        let mut segments = 0;
        let mut sealed = Vec::new();
        // After a crash the disk may hold anything.
        while segments < opener.segments() {
            sealed.clear();
            let length = length_of(segments, end);
            (&mut file).take(length).read_to_end(&mut sealed)?;
            if opener.segment(segments, &sealed).is_err() {
                break;
            }
            segments += 1;
        }
        let kept = (segments * SEALED_BYTES).min(end);
        file.set_len(kept)?;
        file.seek(SeekFrom::Start(kept))?;
        Ok(Partial {
            file,
            segments,
            bytes: kept,
            from: self.partial_path(root),
            to: self.path(root),
        })
    }
}

/// The length of a sealed segment, where the last one ends at `end`, in bytes.
pub(crate) fn length_of(index: u64, end: u64) -> u64 {
    end.saturating_sub(index.saturating_mul(SEALED_BYTES))
        .min(SEALED_BYTES)
}

/// Makes what happened in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// A sealed file could not be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    #[error("it is not there")]
    Missing,
    #[error("it is damaged")]
    Damaged,
    #[error(transparent)]
    Read(#[from] io::Error),
}

/// A whole file.
pub(crate) struct SealedFile {
    file: File,
    opener: Opener,
    sealed_bytes: u64,
    next: u64,
}

impl SealedFile {
    /// The content of the next segment; none at the end.
    ///
    /// # Errors
    /// [`OpenError::Damaged`], [`OpenError::Read`].
    pub fn next(&mut self) -> Result<Option<Vec<u8>>, OpenError> {
        if self.next == self.opener.segments() {
            return Ok(None);
        }
        let length = length_of(self.next, self.sealed_bytes);
        let mut sealed = Vec::new();
        (&mut self.file).take(length).read_to_end(&mut sealed)?;
        let content = self
            .opener
            .segment(self.next, &sealed)
            .map_err(|_| OpenError::Damaged)?;
        self.next += 1;
        Ok(Some(content))
    }
}

/// A file that is being fetched.
pub(crate) struct Partial {
    file: File,
    /// Segments that are here and hold.
    pub segments: u64,
    /// Their bytes.
    pub bytes: u64,
    from: PathBuf,
    to: PathBuf,
}

impl Partial {
    /// Keeps the next segment, which was checked.
    pub fn push(&mut self, sealed: &[u8]) -> io::Result<()> {
        self.file.write_all(sealed)?;
        self.segments += 1;
        self.bytes += sealed.len() as u64;
        Ok(())
    }

    /// All segments are here: the table goes behind them, and the file gets its name.
    pub fn finish(mut self, table: &[u8]) -> io::Result<()> {
        self.file.write_all(table)?;
        self.file.sync_all()?;
        fs::rename(&self.from, &self.to)?;
        self.to.parent().map_or(Ok(()), sync_folder)
    }
}
