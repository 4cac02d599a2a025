//! A profile that comes about all at once: its folder is ready, and there is nothing in it that looks like
//! a profile until the database gets its name.

use client_store::StoreKey;
use seal::SEAL_FILE;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::lock::{FolderLock, LOCK};
use crate::profile::{ProfileError, new_key, refuse_what_is_there};
use crate::slot::{Slot, remove_if_there, sync};

/// A folder in which a profile is about to be.
pub(crate) struct NewProfile {
    folder: PathBuf,
    /// Whether there was no such folder before.
    made: bool,
    /// What is in the way of a profile without a passphrase, and was not there before.
    added: Vec<PathBuf>,
    key: Option<StoreKey>,
    /// Held until the end.
    lock: FolderLock,
}

impl NewProfile {
    /// Makes the folder and takes its lock.
    ///
    /// # Errors
    /// [`ProfileError::Exists`], [`ProfileError::InTheWay`] and what the folder says.
    pub fn begin(folder: &Path, passphrase: Option<&str>) -> Result<Self, ProfileError> {
        let failed = |source| ProfileError::Folder {
            folder: folder.to_owned(),
            source,
        };
        refuse_what_is_there(folder)?;
        let made = !folder.exists();
        make_private_folder(folder).map_err(failed)?;
        let lock = FolderLock::take(folder, Duration::ZERO).inspect_err(|error| {
            if made && matches!(error, ProfileError::Folder { .. }) {
                let _ = remove_if_there(&folder.join(LOCK));
                let _ = fs::remove_dir(folder);
            }
        })?;
        refuse_what_is_there(folder)?;
        let may_be_added = [folder.join(SEAL_FILE), Slot::Second.file(folder)];
        let mut new = Self {
            folder: folder.to_owned(),
            made,
            added: may_be_added
                .into_iter()
                .filter(|file| !file.exists())
                .collect(),
            key: None,
            lock,
        };
        match passphrase.map(|passphrase| new_key(folder, passphrase)) {
            None => {}
            Some(Ok(key)) => new.key = Some(key),
            Some(Err(error)) => {
                new.give_up();
                return Err(error);
            }
        }
        Ok(new)
    }

    /// The key under which its database is to be sealed.
    pub const fn key(&self) -> Option<&StoreKey> {
        self.key.as_ref()
    }

    /// Lets `name` give the database its name: from here on there is a profile.
    ///
    /// # Errors
    /// [`ProfileError::Folder`].
    pub fn finish(&self, name: impl FnOnce() -> io::Result<()>) -> Result<(), ProfileError> {
        name()
            .and_then(|()| sync(&self.folder))
            .map_err(|source| ProfileError::Folder {
                folder: self.folder.clone(),
                source,
            })
    }

    /// The key and the lock, for a profile that is there now.
    pub fn into_parts(self) -> (Option<StoreKey>, FolderLock) {
        (self.key, self.lock)
    }

    /// There will be no profile: what was made for it goes, and the folder if that was.
    pub fn give_up(self) {
        // What cannot be removed looks like no profile, and the failure before is told.
        let _ = remove_if_there(&Slot::Second.next(&self.folder));
        for file in &self.added {
            let _ = remove_if_there(file);
        }
        if self.made {
            let _ = remove_if_there(&self.folder.join(LOCK));
            let _ = fs::remove_dir(&self.folder);
        }
    }
}

/// Makes the folder, readable by its owner alone where the system knows owners.
pub(crate) fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
