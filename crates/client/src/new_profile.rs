//! A profile that comes about all at once: its folder is ready, and there is nothing in it that looks like
//! a profile until the database gets its name.

use client_store::StoreKey;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::passphrase::Seal;
use crate::profile::{
    LOCK, ProfileError, SEAL, holds_profile, make_private_folder, remove_if_there, take_lock,
    write_seal,
};

/// A folder in which a profile is about to be.
pub(crate) struct NewProfile {
    folder: PathBuf,
    /// Whether there was no such folder before.
    made: bool,
    seal: Option<(Seal, StoreKey)>,
    /// Held until the end.
    _lock: File,
}

impl NewProfile {
    /// Makes the folder and takes its lock.
    ///
    /// # Errors
    /// [`ProfileError::Exists`] and what the folder says.
    pub fn begin(folder: &Path, passphrase: Option<&str>) -> Result<Self, ProfileError> {
        let failed = |source| ProfileError::Folder {
            folder: folder.to_owned(),
            source,
        };
        if holds_profile(folder) {
            return Err(ProfileError::Exists(folder.to_owned()));
        }
        let made = !folder.exists();
        make_private_folder(folder).map_err(failed)?;
        let lock = take_lock(folder, Duration::ZERO)?;
        if holds_profile(folder) {
            return Err(ProfileError::Exists(folder.to_owned()));
        }
        let seal = match passphrase {
            None => None,
            Some(passphrase) => {
                let mut salt = [0; 16];
                getrandom::fill(&mut salt).map_err(ProfileError::Entropy)?;
                let seal = Seal::new(salt);
                let key = seal.key(passphrase)?;
                Some((seal, key))
            }
        };
        Ok(Self {
            folder: folder.to_owned(),
            made,
            seal,
            _lock: lock,
        })
    }

    /// The key under which its database is to be sealed.
    pub fn key(&self) -> Option<&StoreKey> {
        self.seal.as_ref().map(|(_, key)| key)
    }

    /// Writes the seal, then lets `name` give the database its name: from here on there is a profile.
    ///
    /// # Errors
    /// [`ProfileError::Folder`].
    pub fn finish(&self, name: impl FnOnce() -> io::Result<()>) -> Result<(), ProfileError> {
        let seal = match &self.seal {
            Some((seal, _)) => write_seal(&self.folder, seal),
            // What an interrupted init left behind would make the new profile look sealed.
            None => remove_if_there(&self.folder.join(SEAL)),
        };
        seal.and_then(|()| name())
            .and_then(|()| File::open(&self.folder)?.sync_all())
            .map_err(|source| ProfileError::Folder {
                folder: self.folder.clone(),
                source,
            })
    }

    /// There will be no profile: the folder goes if it was made for it.
    pub fn give_up(self) {
        if self.made {
            // What cannot be removed looks like no profile, and the failure before is told.
            let _ = remove_if_there(&self.folder.join(SEAL));
            let _ = remove_if_there(&self.folder.join(LOCK));
            let _ = fs::remove_dir(&self.folder);
        }
    }
}
