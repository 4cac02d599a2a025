//! The file that an upload grows in, until it is whole.
//!
//! Invariant: what an offset was said of is durable. Everything here blocks; callers run it beside
//! the runtime's threads.

use super::refused::Refused;
use super::turns::Turn;
use axum::body::Bytes;
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// After how many bytes it is looked how much room the disk has.
const LOOK_EVERY_BYTES: u64 = 16 * 1024 * 1024;
/// What is read at once to be hashed.
const READ_BYTES: usize = 1024 * 1024;

/// An upload under way, held by whoever has its turn.
#[derive(Debug)]
pub(super) struct Staged {
    path: PathBuf,
    file: File,
    at: u64,
    /// Of everything before `at`; none: this file was begun by an earlier request.
    hasher: Option<Sha256>,
    reserve_bytes: u64,
    looked_at: Option<u64>,
    turn: Turn,
}

impl Staged {
    /// Opens or begins the file; where it stands is durable.
    pub(super) fn open(path: PathBuf, reserve_bytes: u64, turn: Turn) -> Result<Self, Refused> {
        let open = || -> io::Result<(File, u64)> {
            let is_new = !path.exists();
            let mut options = OpenOptions::new();
            options.create(true).truncate(false).read(true).write(true);
            #[cfg(unix)]
            {
                use std::os::unix::fs::OpenOptionsExt;
                options.mode(0o600);
            }
            let mut file = options.open(&path)?;
            if is_new {
                sync_folder_of(&path)?;
            }
            let at = file.seek(SeekFrom::End(0))?;
            file.sync_data()?;
            Ok((file, at))
        };
        let (file, at) = open().map_err(|error| refused(&error))?;
        Ok(Self {
            path,
            file,
            at,
            hasher: (at == 0).then(Sha256::new),
            reserve_bytes,
            looked_at: None,
            turn,
        })
    }

    /// How many bytes it has.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// Whose turn it is.
    pub(super) fn turn(&self) -> &Turn {
        &self.turn
    }

    /// Writes more bytes. After a failure it has as many as before.
    pub(super) fn append(mut self, pieces: &[Bytes]) -> Result<Self, Refused> {
        self.look_for_room()?;
        let before = self.at;
        for piece in pieces {
            if let Err(error) = self.file.write_all(piece) {
                // Where even this fails the file is longer, and the digest will tell.
                let _ = self.file.set_len(before);
                return Err(refused(&error));
            }
            self.at += piece.len() as u64;
            if let Some(hasher) = &mut self.hasher {
                hasher.update(piece);
            }
        }
        Ok(self)
    }

    /// Makes everything so far durable. After a failure nothing of it can be trusted, so it is
    /// dropped.
    pub(super) fn sync(self) -> Result<Self, Refused> {
        match self.file.sync_data() {
            Ok(()) => Ok(self),
            Err(error) => {
                tracing::error!(%error, "an upload could not be made durable and is dropped");
                let _ = std::fs::remove_file(&self.path);
                Err(refused(&error))
            }
        }
    }

    /// The hash of everything, and the turn; the file is closed.
    pub(super) fn hash(self) -> Result<([u8; 32], Turn), Refused> {
        let hash = match self.hasher {
            Some(hasher) => hasher.finalize().into(),
            None => hash_file(&self.path).map_err(|error| refused(&error))?,
        };
        Ok((hash, self.turn))
    }

    fn look_for_room(&mut self) -> Result<(), Refused> {
        if self
            .looked_at
            .is_some_and(|at| self.at - at < LOOK_EVERY_BYTES)
        {
            return Ok(());
        }
        self.looked_at = Some(self.at);
        let left = fs4::available_space(&self.path).map_err(|error| refused(&error))?;
        if left < self.reserve_bytes {
            return Err(Refused::Full);
        }
        Ok(())
    }
}

/// The hash of a file's bytes.
pub(super) fn hash_file(path: &Path) -> io::Result<[u8; 32]> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; READ_BYTES];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hasher.finalize().into());
        }
        hasher.update(buffer.get(..read).unwrap_or_default());
    }
}

/// Makes durable which files a folder has.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

/// Removes a file that may be gone already, durably.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Ok(()) => sync_folder_of(path),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// What a failing disk means to whoever puts.
pub(super) fn refused(error: &io::Error) -> Refused {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            tracing::warn!(%error, "there is no room for blobs");
            Refused::Full
        }
        _ => {
            tracing::error!(%error, "the storage of blobs fails");
            Refused::Storage
        }
    }
}
