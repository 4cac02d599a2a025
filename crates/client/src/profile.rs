//! A profile's folder: the databases, how they are sealed, and the lock that lets one process in.
//!
//! `profile.db` is the store and `second.db` the place for a hidden one (`slot.rs`), `seal.json` says how their keys are
//! derived (absent: never sealed), `lock` is held while a process uses the folder and dies with that process.

use backup::Phrase;
use client_store::{Store, StoreError, StoreKey};
use seal::{SEAL_FILE, Seal};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::backup::{BackupFailure, Restored, restore};
use crate::lock::FolderLock;
use crate::new_profile::NewProfile;
use crate::opening::{ProfileLock, unlock};
use crate::passphrase::key;
use crate::read_only::ReadOnly;
use crate::read_only::remedy;
use crate::reseal::remove_begun;
use crate::seal_file::{make_seal, read_seal};
use crate::slot::{Purpose, Slot, ensure_second, make_private_file, open_store};

/// A profile could not be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// There is none in this folder. (Invalid)
    #[error("there is no profile in {0}; make one with: kith --profile {0} profile init")]
    Missing(PathBuf),
    /// There is one already. (Invalid)
    #[error(
        "there is a profile in {0} already; it was left as it is; name another folder with --profile to make a second one"
    )]
    Exists(PathBuf),
    /// Something lies where the database would be, and is none of Kith's, or one no longer. (Invalid)
    #[error(
        "the file {} is empty or no database of Kith: it may be what is left of a profile that was damaged, so it was left \
         as it is; name another folder with --profile, or move the file away if nobody needs it", .0.display()
    )]
    InTheWay(PathBuf),
    /// It is sealed and no passphrase was given. (Locked)
    #[error(
        "the profile is sealed; nothing was changed; give its passphrase with --passphrase-file or in KITH_PASSPHRASE"
    )]
    PassphraseNeeded,
    /// The passphrase does not open it. (Locked)
    #[error(
        "this passphrase does not open the profile; nothing was changed; type it once more, capitals and blanks as they were"
    )]
    WrongPassphrase,
    /// A passkey opens it, which this program cannot ask. (Locked)
    #[error(
        "this profile is opened by a passkey in the browser and by no passphrase; nothing was changed; open it in the browser \
         in which it was made"
    )]
    ByPasskey,
    /// A passphrase was given for a profile that is not sealed. (Invalid)
    #[error(
        "the profile is not sealed, so the passphrase that was given would protect nothing; leave it out"
    )]
    NotSealed,
    /// A passphrase that is to hold from now on opens one of the two already, whichever. (Invalid)
    #[error(
        "this passphrase opens a profile in this folder already; nothing was changed; choose another one"
    )]
    InUse,
    /// What lies in the second place would be seen there if it were not sealed. (Invalid)
    #[error("what this passphrase opens cannot be without a passphrase; nothing was changed")]
    AlwaysSealed,
    /// One profile cannot be hidden behind another that everybody can open. (Invalid)
    #[error(
        "nothing can be hidden beside a profile that is not sealed; nothing was changed; seal it first with: kith profile passphrase"
    )]
    NothingToHideBehind,
    /// Another process uses it and went on using it. (Storage)
    #[error(
        "another program uses the profile; try again when it has ended, or end it: one that was stopped (Ctrl-Z) holds it too"
    )]
    Busy,
    /// The folder cannot be read or written. (Storage)
    #[error(
        "the profile's folder {folder} cannot be used ({source}); what was there before is safe; {}",
        remedy(source)
    )]
    Folder {
        /// Which.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Nothing can be written, and it cannot be read as it is either. (Storage)
    #[error(
        "nothing can be written in the profile's folder {folder} now, and it cannot be read as it is either: {why}; \
         nothing was changed; copy the folder to where there is room, and look into the copy with --profile"
    )]
    NotEvenRead {
        /// Which.
        folder: PathBuf,
        /// Why.
        why: &'static str,
    },
    /// `seal.json` does not read. (Storage)
    #[error(
        "the file {} is damaged, without which no passphrase opens the profile; nothing was changed; put back a copy of \
         this file, or make the profile anew from your last backup, in another folder: kith --profile NEW_FOLDER recovery \
         restore FOLDER_OF_BACKUPS", .0.join(SEAL_FILE).display()
    )]
    SealDamaged(PathBuf),
    /// The database is empty, or no database, or sealed without `seal.json`. (Storage)
    #[error(
        "the profile's database in {0} cannot be read: it is damaged, or its seal.json is missing; nothing was changed; keep \
         the folder as it is, and put back a copy of seal.json or make the profile anew from your last backup, in another \
         folder: kith --profile NEW_FOLDER recovery restore FOLDER_OF_BACKUPS"
    )]
    Unreadable(PathBuf),
    /// The store refused. (Storage, or as the store says)
    #[error(transparent)]
    Store(StoreError),
    /// The new passphrase holds, and something after that failed. (Storage)
    #[error("the new passphrase holds from now on, but what came after failed: {0}")]
    Resealed(Box<ProfileError>),
    /// The operating system gives no randomness.
    #[error("the operating system gives no randomness: {0}")]
    Entropy(getrandom::Error),
}

/// An open profile. The lock is held for as long as this lives.
pub struct Profile {
    folder: PathBuf,
    slot: Slot,
    sealed: bool,
    read_only: Option<ReadOnly>,
    store: Store,
    lock: FolderLock,
}

impl Profile {
    /// Makes a profile in a folder, sealed where a passphrase is given.
    ///
    /// # Errors
    /// [`ProfileError::Exists`], [`ProfileError::InTheWay`] and what folder and store say; there is no profile then.
    pub fn init(folder: &Path, passphrase: Option<&str>) -> Result<Self, ProfileError> {
        let failed = |source| ProfileError::Folder {
            folder: folder.to_owned(),
            source,
        };
        let new = NewProfile::begin(folder, passphrase)?;
        let next = Slot::First.next(folder);
        let made = || {
            // What one that was cut off has left.
            remove_begun(folder).map_err(failed)?;
            make_private_file(&next).map_err(failed)?;
            let store = Store::open(&next, new.key()).map_err(ProfileError::Store)?;
            store.close().map_err(ProfileError::Store)?;
            File::open(&next)
                .and_then(|file| file.sync_all())
                .map_err(failed)?;
            new.finish(|| fs::rename(&next, Slot::First.file(folder)))
        };
        if let Err(error) = made() {
            // What stays looks like no profile, and goes with the next one that is made here.
            let _ = remove_begun(folder);
            new.give_up();
            return Err(error);
        }
        let (key, lock) = new.into_parts();
        let store = open_store(folder, Slot::First, key.as_ref(), Purpose::Work)?;
        let place = (folder.to_owned(), Slot::First);
        Ok(Self::of_parts(place, key.is_some(), store, lock))
    }

    /// Opens a profile, waiting up to `wait` for another process to end.
    ///
    /// # Errors
    /// [`ProfileError`] names what is in the way.
    pub fn open(
        folder: &Path,
        passphrase: Option<&str>,
        wait: Duration,
    ) -> Result<Self, ProfileError> {
        ProfileLock::take(folder, wait)?.open(passphrase)
    }

    /// What a passphrase, or none, opens, also while another process uses the folder.
    ///
    /// # Errors
    /// [`ProfileError`] names what is in the way.
    pub fn try_passphrase(folder: &Path, passphrase: Option<&str>) -> Result<Slot, ProfileError> {
        let (slot, key) = unlock(folder, passphrase, Purpose::Work)?;
        if key.is_none() {
            // The first read is what a damaged one fails at.
            open_store(folder, slot, None, Purpose::Work)?;
        }
        Ok(slot)
    }

    /// Whether a profile in this folder does not open without a passphrase.
    ///
    /// # Errors
    /// [`ProfileError::Missing`] if there is none, [`ProfileError::ByPasskey`] if a passphrase does not open it either,
    /// [`ProfileError::Folder`].
    pub fn is_sealed_at(folder: &Path) -> Result<bool, ProfileError> {
        if !Slot::First.is_in(folder)? {
            return Err(ProfileError::Missing(folder.to_owned()));
        }
        let is_sealed = folder.join(SEAL_FILE).exists() && !Slot::First.is_plain(folder);
        match is_sealed.then(|| read_seal(folder)) {
            Some(Ok(Some(Seal::Passkey(_)))) => Err(ProfileError::ByPasskey),
            // What is wrong with a seal is said by whoever opens the profile.
            _ => Ok(is_sealed),
        }
    }

    /// Makes a profile in a folder out of the newest backup in `from` that is whole, sealed where a passphrase
    /// is given.
    ///
    /// # Errors
    /// [`BackupFailure`]; there is no profile then.
    pub fn restore(
        folder: &Path,
        passphrase: Option<&str>,
        from: &Path,
        phrase: &Phrase,
    ) -> Result<Restored, BackupFailure> {
        restore(folder, passphrase, from, phrase)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether it is sealed at rest.
    pub fn is_sealed(&self) -> bool {
        self.sealed
    }

    /// Which of the folder's two it is.
    pub const fn slot(&self) -> Slot {
        self.slot
    }

    /// Why nothing can be kept in it now, if it was opened to be read alone.
    pub const fn read_only(&self) -> Option<ReadOnly> {
        self.read_only
    }

    /// The store, to look through.
    pub(crate) const fn store(&self) -> &Store {
        &self.store
    }

    /// A profile whose parts are known to fit.
    pub(crate) fn of_parts(
        (folder, slot): (PathBuf, Slot),
        sealed: bool,
        store: Store,
        lock: FolderLock,
    ) -> Self {
        Self {
            folder,
            slot,
            sealed,
            read_only: None,
            store,
            lock,
        }
    }

    /// The same, to be read alone.
    pub(crate) fn read_alone(self, why: ReadOnly) -> Self {
        Self {
            read_only: Some(why),
            ..self
        }
    }

    /// The store and the lock, which must be kept together; the store is to be let go of first.
    pub(crate) fn into_parts(self) -> (Store, FolderLock) {
        (self.store, self.lock)
    }
}

/// Refuses a folder that something is in already where the database of a profile would be. One gets that name when it is whole.
///
/// # Errors
/// [`ProfileError::Exists`], [`ProfileError::InTheWay`], [`ProfileError::Folder`].
pub(crate) fn refuse_what_is_there(folder: &Path) -> Result<(), ProfileError> {
    if !Slot::First.is_in(folder)? {
        return Ok(());
    }
    // A sealed one looks like anything.
    let is_sealed = folder.join(SEAL_FILE).exists() && !is_empty(folder);
    if is_sealed || Slot::First.is_plain(folder) {
        Err(ProfileError::Exists(folder.to_owned()))
    } else {
        Err(ProfileError::InTheWay(Slot::First.file(folder)))
    }
}

/// The key of a passphrase that is to hold from now on. The folder has a seal and both files afterwards.
///
/// # Errors
/// [`ProfileError::InUse`] if it opens one of the two; what the folder says.
pub(crate) fn new_key(folder: &Path, passphrase: &str) -> Result<StoreKey, ProfileError> {
    let seal = match read_seal(folder) {
        Ok(Some(seal)) => seal,
        // Written in part by a command that was cut off, and nothing is under it.
        Err(ProfileError::SealDamaged(_)) if !Slot::Second.file(folder).exists() => {
            make_seal(folder)?
        }
        Ok(None) => make_seal(folder)?,
        Err(error) => return Err(error),
    };
    ensure_second(folder)?;
    let key = key(&seal, passphrase, folder)?;
    for slot in Slot::BOTH {
        if Store::is_opened_by(&slot.file(folder), &key).is_ok_and(|opens| opens) {
            return Err(ProfileError::InUse);
        }
    }
    Ok(key)
}

/// Whether the database has no byte: an init that was cut off, or a file that was.
pub(crate) fn is_empty(folder: &Path) -> bool {
    fs::metadata(Slot::First.file(folder)).is_ok_and(|file| file.len() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATABASE: &str = "profile.db";

    fn open(folder: &Path, passphrase: Option<&str>) -> Result<Profile, ProfileError> {
        Profile::open(folder, passphrase, Duration::ZERO)
    }

    #[test]
    fn a_sealed_profile_opens_with_its_passphrase_alone() {
        let folder = tempfile::tempdir().unwrap();
        drop(Profile::init(folder.path(), Some("correct horse")).unwrap());
        assert!(
            open(folder.path(), Some("correct horse"))
                .unwrap()
                .is_sealed()
        );
        assert!(matches!(
            open(folder.path(), Some("wrong")),
            Err(ProfileError::WrongPassphrase)
        ));
        assert!(matches!(
            open(folder.path(), None),
            Err(ProfileError::PassphraseNeeded)
        ));
        let bytes = fs::read(folder.path().join(DATABASE)).unwrap();
        assert!(!bytes.windows(6).any(|window| window == b"SQLite"));
    }

    #[test]
    fn a_database_that_lost_everything_is_said_and_is_no_new_profile_for_whoever_mistypes() {
        for passphrase in [Some("correct horse"), None] {
            let folder = tempfile::tempdir().unwrap();
            drop(Profile::init(folder.path(), passphrase).unwrap());
            fs::write(folder.path().join(DATABASE), b"").unwrap();
            for typed in [passphrase, passphrase.map(|_| "wrong")] {
                let opened = open(folder.path(), typed);
                assert!(
                    matches!(
                        opened,
                        Err(ProfileError::Unreadable(_)
                            | ProfileError::Store(StoreError::Damaged { .. }))
                    ),
                    "{:?}",
                    opened.err()
                );
            }
            let bytes = fs::metadata(folder.path().join(DATABASE)).unwrap().len();
            assert_eq!(bytes, 0);
        }
    }

    #[test]
    fn a_passphrase_for_a_profile_that_is_not_sealed_is_refused_not_ignored() {
        let folder = tempfile::tempdir().unwrap();
        drop(Profile::init(folder.path(), None).unwrap());
        assert!(matches!(
            open(folder.path(), Some("x")),
            Err(ProfileError::NotSealed)
        ));
        assert!(!open(folder.path(), None).unwrap().is_sealed());
    }

    #[test]
    fn one_process_at_a_time_and_no_second_profile_over_the_first() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(
            open(folder.path(), None),
            Err(ProfileError::Missing(_))
        ));
        let held = Profile::init(folder.path(), None).unwrap();
        assert!(matches!(open(folder.path(), None), Err(ProfileError::Busy)));
        drop(held);
        assert!(matches!(
            Profile::init(folder.path(), None),
            Err(ProfileError::Exists(_))
        ));
        open(folder.path(), None).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_profile_is_readable_by_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let _held = Profile::init(folder.path(), Some("x")).unwrap();
        for name in [DATABASE, "profile.db-wal", "profile.db-shm", "second.db"] {
            let mode = fs::metadata(folder.path().join(name))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }

    #[test]
    fn an_interrupted_init_leaves_nothing_that_a_second_one_trips_over() {
        let folder = tempfile::tempdir().unwrap();
        new_key(folder.path(), "before").unwrap();
        assert!(!Profile::init(folder.path(), None).unwrap().is_sealed());
        assert!(!open(folder.path(), None).unwrap().is_sealed());
        assert!(!Profile::is_sealed_at(folder.path()).unwrap());
        let folder = tempfile::tempdir().unwrap();
        for half in ["", "{"] {
            fs::write(folder.path().join(SEAL_FILE), half).unwrap();
            fs::write(folder.path().join("second.db.next"), [0; 100]).unwrap();
            let _ = fs::remove_file(folder.path().join("second.db"));
            let _ = fs::remove_file(folder.path().join(DATABASE));
            fs::write(folder.path().join("profile.db.next"), half).unwrap();
            fs::write(folder.path().join("profile.db.next-wal"), "x").unwrap();
            drop(Profile::init(folder.path(), Some("x")).unwrap());
            assert!(open(folder.path(), Some("x")).unwrap().is_sealed());
        }
    }

    #[test]
    fn a_seal_that_is_gone_or_damaged_is_named() {
        let folder = tempfile::tempdir().unwrap();
        drop(Profile::init(folder.path(), Some("x")).unwrap());
        fs::write(folder.path().join(SEAL_FILE), "{").unwrap();
        assert!(matches!(
            open(folder.path(), Some("x")),
            Err(ProfileError::SealDamaged(_))
        ));
        fs::remove_file(folder.path().join(SEAL_FILE)).unwrap();
        for passphrase in [None, Some("x")] {
            let opened = open(folder.path(), passphrase);
            assert!(matches!(opened, Err(ProfileError::Unreadable(_))));
        }
    }

    #[test]
    fn what_is_no_profile_is_not_written_over_by_one() {
        for seal in [None, Some("{}")] {
            for text in ["", "SQLite", "somebody's words"] {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join(DATABASE);
                fs::write(&path, text).unwrap();
                if let Some(seal) = seal {
                    fs::write(folder.path().join(SEAL_FILE), seal).unwrap();
                }
                let made = Profile::init(folder.path(), None).map(drop);
                match (seal, text) {
                    (Some(_), text) if !text.is_empty() => {
                        assert!(matches!(made, Err(ProfileError::Exists(_))));
                    }
                    _ => assert!(matches!(made, Err(ProfileError::InTheWay(_)))),
                }
                assert_eq!(fs::read(&path).unwrap(), text.as_bytes());
            }
        }
    }

    #[test]
    fn an_emptied_database_is_no_new_profile() {
        let folder = tempfile::tempdir().unwrap();
        drop(Profile::init(folder.path(), None).unwrap());
        File::create(folder.path().join(DATABASE)).unwrap();
        assert!(matches!(
            open(folder.path(), None),
            Err(ProfileError::Unreadable(_))
        ));
    }
}
