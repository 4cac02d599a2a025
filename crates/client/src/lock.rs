//! The lock of a profile's folder, which one process holds at a time, whichever of the two databases it uses.

use fs4::{FileExt, TryLockError};
use std::fs::{File, FileTimes, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use crate::profile::ProfileError;
use crate::slot::Slot;

/// The name of its file.
pub(crate) const LOCK: &str = "lock";
/// How often a held lock is tried again.
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// Held for as long as this lives; it dies with the process.
pub(crate) struct FolderLock {
    folder: PathBuf,
    /// Unlocked when it is closed.
    _file: File,
}

impl FolderLock {
    /// Takes the lock, waiting up to `wait` for another process to end.
    ///
    /// # Errors
    /// [`ProfileError::Busy`], [`ProfileError::Folder`].
    pub fn take(folder: &Path, wait: Duration) -> Result<Self, ProfileError> {
        let failed = |source| ProfileError::Folder {
            folder: folder.to_owned(),
            source,
        };
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join(LOCK))
            .map_err(failed)?;
        let until = Instant::now() + wait;
        loop {
            match FileExt::try_lock(&file) {
                Ok(()) => {
                    return Ok(Self {
                        folder: folder.to_owned(),
                        _file: file,
                    });
                }
                Err(TryLockError::WouldBlock) if Instant::now() < until => {
                    std::thread::sleep(LOCK_PAUSE);
                }
                Err(TryLockError::WouldBlock) => return Err(ProfileError::Busy),
                Err(TryLockError::Error(source)) => return Err(failed(source)),
            }
        }
    }
}

impl Drop for FolderLock {
    /// Gives both databases one time of change, so that a look at the folder does not tell which was used. Whoever holds
    /// this closes the database before.
    fn drop(&mut self) {
        if !Slot::Second.file(&self.folder).exists() {
            return;
        }
        let now = SystemTime::now();
        let times = FileTimes::new().set_accessed(now).set_modified(now);
        for slot in Slot::BOTH {
            // A folder that cannot be written keeps its times; nothing else depends on them.
            let _ = OpenOptions::new()
                .write(true)
                .open(slot.file(&self.folder))
                .and_then(|file| file.set_times(times));
        }
    }
}
