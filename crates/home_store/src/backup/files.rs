//! Files of a backup: written with their SHA-256, and durable with the folder that names them.

use super::BackupError;
use sha2::{Digest, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Bytes that are read at once.
const CHUNK_BYTES: usize = 256 * 1024;

/// A new file that only its owner can read, hashed as it is written.
#[derive(Debug)]
pub(crate) struct HashedFile {
    path: PathBuf,
    file: File,
    hash: Sha256,
    bytes: u64,
}

impl HashedFile {
    /// Makes the file, which must not exist.
    pub(crate) fn create(path: PathBuf) -> Result<Self, BackupError> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let file = options.open(&path).map_err(|e| refused(&path, e))?;
        Ok(Self {
            path,
            file,
            hash: Sha256::new(),
            bytes: 0,
        })
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), BackupError> {
        self.file
            .write_all(bytes)
            .map_err(|e| refused(&self.path, e))?;
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Empties it.
    pub(crate) fn restart(&mut self) -> Result<(), BackupError> {
        self.file
            .set_len(0)
            .and_then(|()| self.file.seek(SeekFrom::Start(0)))
            .map_err(|e| refused(&self.path, e))?;
        self.hash = Sha256::new();
        self.bytes = 0;
        Ok(())
    }

    pub(crate) fn sync(&mut self) -> Result<(), BackupError> {
        self.file.sync_all().map_err(|e| refused(&self.path, e))
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// SHA-256 of what was written so far.
    pub(crate) fn sha256(&self) -> [u8; 32] {
        self.hash.clone().finalize().into()
    }
}

/// Copies what is left of `from`; at most so many bytes where a bound is given.
pub(crate) fn copy(
    from: &mut impl Read,
    from_path: &Path,
    at_most: Option<u64>,
    to: &mut HashedFile,
) -> Result<(), BackupError> {
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut left = at_most.unwrap_or(u64::MAX);
    while left > 0 {
        let wanted = usize::try_from(left).map_or(CHUNK_BYTES, |left| left.min(CHUNK_BYTES));
        let part = chunk.get_mut(..wanted).unwrap_or_default();
        let found = match from.read(part) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(refused(from_path, error)),
        };
        if found == 0 {
            break;
        }
        to.write(part.get(..found).unwrap_or_default())?;
        left -= found as u64;
    }
    Ok(())
}

/// A folder that becomes another by one rename, and is removed if it never does.
#[derive(Debug)]
pub(crate) struct Staging {
    path: PathBuf,
    done: bool,
}

impl Staging {
    /// Makes `FOLDER.SUFFIX` beside the folder that it shall become.
    ///
    /// # Errors
    /// [`BackupError::CutOff`] if it exists: another run made it, or makes it at this moment.
    pub(crate) fn beside(folder: &Path, suffix: &str) -> Result<Self, BackupError> {
        let mut name = folder.as_os_str().to_owned();
        name.push(suffix);
        let path = PathBuf::from(name);
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt;
            builder.mode(0o700);
        }
        match builder.create(&path) {
            Ok(()) => Ok(Self { path, done: false }),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(BackupError::CutOff { path })
            }
            Err(error) => Err(refused(&path, error)),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes it durable and gives it its name.
    pub(crate) fn become_folder(&mut self, folder: &Path) -> Result<(), BackupError> {
        sync_folder(&self.path)?;
        fs::rename(&self.path, folder).map_err(|e| refused(folder, e))?;
        self.done = true;
        sync_folder(parent(folder))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.done {
            // What failed is said already; what cannot be removed is found by the next run.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// The folder in which a path stands.
fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Makes the names in a folder durable.
fn sync_folder(path: &Path) -> Result<(), BackupError> {
    if cfg!(unix) {
        let synced = File::open(path).and_then(|folder| folder.sync_all());
        return synced.map_err(|e| refused(path, e));
    }
    Ok(())
}

/// A file or folder that the system does not let us use.
pub(crate) fn refused(path: &Path, source: io::Error) -> BackupError {
    BackupError::Disk {
        path: path.to_owned(),
        source,
    }
}
