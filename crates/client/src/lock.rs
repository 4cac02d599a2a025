//! The lock of a profile's folder, which one process holds at a time, whichever of the two databases it uses. Where nobody
//! can write to it, several may hold it to read, and nobody to write.

use fs4::{FileExt, TryLockError};
use std::fs::{File, FileTimes, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use crate::profile::ProfileError;
use crate::read_only::ReadOnly;
use crate::slot::Slot;

/// The name of its file.
pub(crate) const LOCK: &str = "lock";
/// How often a held lock is tried again.
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// Held for as long as this lives; it dies with the process.
pub(crate) struct FolderLock {
    folder: PathBuf,
    /// Why its holder may only read, if that is so.
    read_only: Option<ReadOnly>,
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
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        // Whoever could open it could keep its owner out.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(folder.join(LOCK)).map_err(failed)?;
        let file = locked(file, wait, FileExt::try_lock, failed)?;
        Ok(Self {
            folder: folder.to_owned(),
            read_only: None,
            _file: file,
        })
    }

    /// The same; where its file cannot be written, it is shared with others who only read.
    ///
    /// # Errors
    /// The same, and [`ProfileError::NotEvenRead`].
    pub fn take_to_read(folder: &Path, wait: Duration) -> Result<Self, ProfileError> {
        match Self::take(folder, wait) {
            Err(error) => match ReadOnly::of(&error) {
                Some(why) => Self::share(folder, wait, why),
                None => Err(error),
            },
            taken => taken,
        }
    }

    /// Takes it to read, with others who only read.
    fn share(folder: &Path, wait: Duration, why: ReadOnly) -> Result<Self, ProfileError> {
        let failed = |source: io::Error| match source.kind() {
            // Whoever writes would not know that somebody reads.
            io::ErrorKind::NotFound => ProfileError::NotEvenRead {
                folder: folder.to_owned(),
                why: "its file `lock`, which keeps others from writing meanwhile, is missing",
            },
            _ => ProfileError::Folder {
                folder: folder.to_owned(),
                source,
            },
        };
        let file = File::open(folder.join(LOCK)).map_err(failed)?;
        let file = locked(file, wait, FileExt::try_lock_shared, failed)?;
        Ok(Self {
            folder: folder.to_owned(),
            read_only: Some(why),
            _file: file,
        })
    }

    /// Why its holder may only read, if that is so.
    pub const fn read_only(&self) -> Option<ReadOnly> {
        self.read_only
    }
}

/// The file, once it is locked.
fn locked(
    file: File,
    wait: Duration,
    lock: impl Fn(&File) -> Result<(), TryLockError>,
    failed: impl Fn(io::Error) -> ProfileError,
) -> Result<File, ProfileError> {
    let until = Instant::now() + wait;
    loop {
        match lock(&file) {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if Instant::now() < until => {
                std::thread::sleep(LOCK_PAUSE);
            }
            Err(TryLockError::WouldBlock) => return Err(ProfileError::Busy),
            Err(TryLockError::Error(source)) => return Err(failed(source)),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_may_read_and_nobody_writes_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let take = || FolderLock::take(folder.path(), Duration::ZERO);
        let share = || FolderLock::share(folder.path(), Duration::ZERO, ReadOnly::Unwritable);
        // Without the file nobody who writes would know of a reader.
        let missing = share().map(drop);
        assert!(matches!(missing, Err(ProfileError::NotEvenRead { .. })));
        let writing = take().unwrap();
        assert!(writing.read_only().is_none());
        assert!(matches!(share(), Err(ProfileError::Busy)));
        drop(writing);
        let readers = [share().unwrap(), share().unwrap()];
        assert_eq!(readers[0].read_only(), Some(ReadOnly::Unwritable));
        assert!(matches!(take(), Err(ProfileError::Busy)));
        drop(readers);
        take().unwrap();
    }
}
