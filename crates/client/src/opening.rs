//! How a profile is opened: to work with, or to be read alone where its disk is full or nothing can be written there.
//!
//! Invariant: as long as somebody has a profile open to work with, nobody else has it open; as long as somebody reads it
//! alone, nobody works with it. The lock of the folder is what holds both, so it is taken before anything is opened.

use client_store::{StoreError, StoreKey};
use seal::Seal;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::lock::FolderLock;
use crate::passphrase::key;
use crate::profile::{Profile, ProfileError, is_empty};
use crate::read_only::ReadOnly;
use crate::reseal::{NEXT_SEAL, finish_resealing};
use crate::seal_file::read_seal;
use crate::slot::{Purpose, Slot, ensure_second, open_store, opened_by};

/// The right to use a profile, which one process has at a time. It ends with this, or with the process.
pub struct ProfileLock {
    folder: PathBuf,
    lock: FolderLock,
}

impl ProfileLock {
    /// Takes the lock, waiting up to `wait` for another process to end.
    ///
    /// # Errors
    /// [`ProfileError::Missing`], [`ProfileError::Busy`], [`ProfileError::Folder`].
    pub fn take(folder: &Path, wait: Duration) -> Result<Self, ProfileError> {
        Self::take_by(folder, wait, FolderLock::take)
    }

    /// The same for somebody who only wants to read: where nothing can be written, the lock is shared with others who read,
    /// and [`ProfileLock::open_or_read`] opens the profile to be read alone.
    ///
    /// # Errors
    /// The same, and [`ProfileError::NotEvenRead`].
    pub fn take_to_read(folder: &Path, wait: Duration) -> Result<Self, ProfileError> {
        Self::take_by(folder, wait, FolderLock::take_to_read)
    }

    fn take_by(
        folder: &Path,
        wait: Duration,
        take: impl Fn(&Path, Duration) -> Result<FolderLock, ProfileError>,
    ) -> Result<Self, ProfileError> {
        if !Slot::First.is_in(folder)? {
            return Err(ProfileError::Missing(folder.to_owned()));
        }
        Ok(Self {
            folder: folder.to_owned(),
            lock: take(folder, wait)?,
        })
    }

    /// Opens the profile: the one of the two that the passphrase opens.
    ///
    /// # Errors
    /// [`ProfileError`] names what is in the way.
    pub fn open(self, passphrase: Option<&str>) -> Result<Profile, ProfileError> {
        self.try_open(passphrase).map_err(|(_, error)| error)
    }

    /// The same; where nothing can be kept, because the disk is full or nobody may write there, the profile is opened to be
    /// read alone, and [`Profile::read_only`] says why. Everything that was kept is in it then, and nothing of it is changed.
    ///
    /// # Errors
    /// [`ProfileError`] names what is in the way; [`ProfileError::NotEvenRead`] where something would have to be written
    /// first.
    pub fn open_or_read(self, passphrase: Option<&str>) -> Result<Profile, ProfileError> {
        if let Some(why) = self.lock.read_only() {
            return self.read(passphrase, why);
        }
        match self.try_open(passphrase) {
            Err((lock, error)) => match ReadOnly::of(&error) {
                Some(why) => lock.read(passphrase, why),
                None => Err(error),
            },
            Ok(profile) => Ok(profile),
        }
    }

    /// Opens the profile to work with, or gives the lock back.
    fn try_open(self, passphrase: Option<&str>) -> Result<Profile, (Self, ProfileError)> {
        let open = || {
            finish_resealing(&self.folder)?;
            let (slot, key) = unlock(&self.folder, passphrase, Purpose::Work)?;
            let store = open_store(&self.folder, slot, key.as_ref(), Purpose::Work)?;
            if key.is_some() {
                // Sealed by a version that made one file. On a full disk there is none yet, and the profile opens.
                let _ = ensure_second(&self.folder);
            }
            Ok((slot, key.is_some(), store))
        };
        match open() {
            Ok((slot, sealed, store)) => Ok(Profile::of_parts(
                (self.folder, slot),
                sealed,
                store,
                self.lock,
            )),
            Err(error) => Err((self, error)),
        }
    }

    fn read(self, passphrase: Option<&str>, why: ReadOnly) -> Result<Profile, ProfileError> {
        let Self { folder, lock } = self;
        let not_even = |why| ProfileError::NotEvenRead {
            folder: folder.clone(),
            why,
        };
        // Which of the two seals holds would have to be settled first.
        if folder.join(NEXT_SEAL).exists() {
            return Err(not_even("a change of its passphrase was cut off"));
        }
        let (slot, key) = unlock(&folder, passphrase, Purpose::Reading)?;
        let store = match open_store(&folder, slot, key.as_ref(), Purpose::Reading) {
            Err(ProfileError::Store(StoreError::Outdated)) => {
                return Err(not_even("an older version of Kith used it last"));
            }
            Err(ProfileError::Store(StoreError::CutOff)) => {
                return Err(not_even("something that was written to it was cut off"));
            }
            store => store?,
        };
        Ok(Profile::of_parts((folder, slot), key.is_some(), store, lock).read_alone(why))
    }
}

/// Which of the two a passphrase opens, or none does, and its key where it is sealed.
pub(crate) fn unlock(
    folder: &Path,
    passphrase: Option<&str>,
    purpose: Purpose,
) -> Result<(Slot, Option<StoreKey>), ProfileError> {
    if is_empty(folder) {
        // A new database would look as if nothing had ever been here.
        return Err(ProfileError::Unreadable(folder.to_owned()));
    }
    let is_plain = Slot::First.is_plain(folder);
    match (read_seal(folder)?, passphrase) {
        (None, Some(_)) if is_plain => Err(ProfileError::NotSealed),
        (None, Some(_)) => Err(ProfileError::Unreadable(folder.to_owned())),
        (Some(Seal::Passkey(_)), None) if !is_plain => Err(ProfileError::ByPasskey),
        (Some(Seal::Passphrase(_)), None) if !is_plain => Err(ProfileError::PassphraseNeeded),
        (_, None) => Ok((Slot::First, None)),
        (Some(seal), Some(passphrase)) => {
            let key = key(&seal, passphrase, folder)?;
            match opened_by(folder, &key, purpose)? {
                Some(slot) => Ok((slot, Some(key))),
                None if is_plain => Err(ProfileError::NotSealed),
                None => Err(ProfileError::WrongPassphrase),
            }
        }
    }
}
