//! A profile's folder: the database, how it is sealed, and the lock that lets one process in.
//!
//! `profile.db` is the store, `seal.json` says how its key is derived (absent: not sealed), `lock`
//! is held while a process uses the profile and dies with that process.

use backup::Phrase;
use client_store::{Store, StoreError, StoreKey};
use fs4::{FileExt, TryLockError};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::backup::{BackupFailure, Restored, restore};
use crate::passphrase::{Seal, SealError};
use crate::reseal::finish_resealing;

pub(crate) const DATABASE: &str = "profile.db";
pub(crate) const SEAL: &str = "seal.json";
pub(crate) const LOCK: &str = "lock";
/// How often a held lock is tried again.
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// A profile could not be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// There is none in this folder. (Invalid)
    #[error("there is no profile in {0}; make one with: kith profile init")]
    Missing(PathBuf),
    /// There is one already. (Invalid)
    #[error("there is a profile in {0} already; it was left as it is")]
    Exists(PathBuf),
    /// It is sealed and no passphrase was given. (Locked)
    #[error("the profile is sealed; give its passphrase")]
    PassphraseNeeded,
    /// The passphrase does not open it. (Locked)
    #[error("this passphrase does not open the profile; nothing was changed")]
    WrongPassphrase,
    /// A passphrase was given for a profile that is not sealed. (Invalid)
    #[error(
        "the profile is not sealed, so the passphrase that was given would protect nothing; leave it out"
    )]
    NotSealed,
    /// Another process uses it and went on using it. (Storage)
    #[error("another program uses the profile; try again when it has ended")]
    Busy,
    /// The folder cannot be read or written. (Storage)
    #[error("the profile's folder {folder} cannot be used: {source}")]
    Folder {
        /// Which.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// `seal.json` does not read. (Storage)
    #[error("the profile's seal.json is damaged; nothing was changed; put back a copy of it")]
    SealDamaged,
    /// The database is empty, or no database, or sealed without `seal.json`. (Storage)
    #[error(
        "the profile's database cannot be read: it is damaged, or its seal.json is missing; nothing was changed; put back a copy of the folder"
    )]
    Unreadable,
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

impl From<SealError> for ProfileError {
    fn from(_: SealError) -> Self {
        Self::SealDamaged
    }
}

/// An open profile. The lock is held for as long as this lives.
pub struct Profile {
    folder: PathBuf,
    sealed: bool,
    store: Store,
    lock: File,
}

impl Profile {
    /// Makes a profile in a folder, sealed where a passphrase is given.
    ///
    /// # Errors
    /// [`ProfileError::Exists`] and what folder and store say.
    pub fn init(folder: &Path, passphrase: Option<&str>) -> Result<Self, ProfileError> {
        let failed = |source| ProfileError::Folder {
            folder: folder.to_owned(),
            source,
        };
        make_private_folder(folder).map_err(failed)?;
        if holds_profile(folder) {
            return Err(ProfileError::Exists(folder.to_owned()));
        }
        let lock = take_lock(folder, Duration::ZERO)?;
        if holds_profile(folder) {
            return Err(ProfileError::Exists(folder.to_owned()));
        }
        let key = match passphrase {
            None => {
                // What an interrupted init left behind would make the new profile look sealed.
                remove_if_there(&folder.join(SEAL)).map_err(failed)?;
                None
            }
            Some(passphrase) => {
                let mut salt = [0; 16];
                getrandom::fill(&mut salt).map_err(ProfileError::Entropy)?;
                let seal = Seal::new(salt);
                let key = seal.key(passphrase)?;
                write_seal(folder, &seal).map_err(failed)?;
                Some(key)
            }
        };
        make_private_file(&folder.join(DATABASE)).map_err(failed)?;
        let store = open_store(folder, key.as_ref())?;
        Ok(Self {
            folder: folder.to_owned(),
            sealed: key.is_some(),
            store,
            lock,
        })
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

    /// Whether a passphrase, or none, opens the profile, also while another process uses it.
    ///
    /// # Errors
    /// [`ProfileError`] names what is in the way.
    pub fn try_passphrase(folder: &Path, passphrase: Option<&str>) -> Result<(), ProfileError> {
        let key = key_of(folder, passphrase)?;
        // The first read is what a wrong key fails at.
        open_store(folder, key.as_ref()).map(drop)
    }

    /// Whether a profile in this folder needs a passphrase.
    ///
    /// # Errors
    /// [`ProfileError::Missing`] if there is none.
    pub fn is_sealed_at(folder: &Path) -> Result<bool, ProfileError> {
        if folder.join(DATABASE).exists() {
            Ok(folder.join(SEAL).exists())
        } else {
            Err(ProfileError::Missing(folder.to_owned()))
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

    /// The store, to look through.
    pub(crate) const fn store(&self) -> &Store {
        &self.store
    }

    /// A profile whose parts are known to fit.
    pub(crate) const fn of_parts(folder: PathBuf, sealed: bool, store: Store, lock: File) -> Self {
        Self {
            folder,
            sealed,
            store,
            lock,
        }
    }

    /// The store and the lock, which must be kept together.
    pub(crate) fn into_parts(self) -> (Store, File) {
        (self.store, self.lock)
    }
}

/// The right to use a profile, which one process has at a time. It ends with this, or with the process.
pub struct ProfileLock {
    folder: PathBuf,
    lock: File,
}

impl ProfileLock {
    /// Takes the lock, waiting up to `wait` for another process to end.
    ///
    /// # Errors
    /// [`ProfileError::Missing`], [`ProfileError::Busy`], [`ProfileError::Folder`].
    pub fn take(folder: &Path, wait: Duration) -> Result<Self, ProfileError> {
        if !folder.join(DATABASE).exists() {
            return Err(ProfileError::Missing(folder.to_owned()));
        }
        let lock = take_lock(folder, wait)?;
        Ok(Self {
            folder: folder.to_owned(),
            lock,
        })
    }

    /// Opens the profile.
    ///
    /// # Errors
    /// [`ProfileError`] names what is in the way.
    pub fn open(self, passphrase: Option<&str>) -> Result<Profile, ProfileError> {
        let Self { folder, lock } = self;
        finish_resealing(&folder)?;
        let key = key_of(&folder, passphrase)?;
        let store = open_store(&folder, key.as_ref())?;
        Ok(Profile {
            folder,
            sealed: key.is_some(),
            store,
            lock,
        })
    }
}

/// The key of a profile's store, if it is sealed.
fn key_of(folder: &Path, passphrase: Option<&str>) -> Result<Option<StoreKey>, ProfileError> {
    if is_empty(folder) {
        // A new database would look as if nothing had ever been here.
        return Err(ProfileError::Unreadable);
    }
    match (read_seal(folder)?, passphrase) {
        (None, None) => Ok(None),
        (None, Some(_)) if is_plain(folder) => Err(ProfileError::NotSealed),
        (None, Some(_)) => Err(ProfileError::Unreadable),
        (Some(_), None) => Err(ProfileError::PassphraseNeeded),
        (Some(seal), Some(passphrase)) => Ok(Some(seal.key(passphrase)?)),
    }
}

/// Whether there is a profile, and not an init that was cut off.
pub(crate) fn holds_profile(folder: &Path) -> bool {
    folder.join(DATABASE).exists() && !is_empty(folder)
}

/// Makes the folder, readable by its owner alone where the system knows owners.
pub(crate) fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Whether the database has no byte: an init that was cut off, or a file that was.
fn is_empty(folder: &Path) -> bool {
    fs::metadata(folder.join(DATABASE)).is_ok_and(|file| file.len() == 0)
}

/// Whether the database begins as one that is not sealed does (SQLite's file format, §1.3.1).
fn is_plain(folder: &Path) -> bool {
    let mut start = [0; 16];
    let read = File::open(folder.join(DATABASE)).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && start == *b"SQLite format 3\0"
}

/// Makes an empty file, readable by its owner alone; SQLite gives its journals the same mode.
pub(crate) fn make_private_file(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

pub(crate) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

pub(crate) fn open_store(folder: &Path, key: Option<&StoreKey>) -> Result<Store, ProfileError> {
    Store::open(&folder.join(DATABASE), key).map_err(|error| match error {
        StoreError::WrongKey if key.is_some() => ProfileError::WrongPassphrase,
        // Without seal.json a sealed file looks like no database at all.
        StoreError::WrongKey => ProfileError::Unreadable,
        error => ProfileError::Store(error),
    })
}

pub(crate) fn take_lock(folder: &Path, wait: Duration) -> Result<File, ProfileError> {
    let failed = |source| ProfileError::Folder {
        folder: folder.to_owned(),
        source,
    };
    let lock = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(LOCK))
        .map_err(failed)?;
    let until = Instant::now() + wait;
    loop {
        match FileExt::try_lock(&lock) {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) if Instant::now() < until => {
                std::thread::sleep(LOCK_PAUSE);
            }
            Err(TryLockError::WouldBlock) => return Err(ProfileError::Busy),
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
    }
}

/// Written whole and durable before the database that needs it.
pub(crate) fn write_seal(folder: &Path, seal: &Seal) -> io::Result<()> {
    let text = serde_json::to_vec_pretty(seal).map_err(io::Error::other)?;
    let mut file = File::create(folder.join(SEAL))?;
    file.write_all(&text)?;
    file.sync_all()?;
    File::open(folder)?.sync_all()
}

fn read_seal(folder: &Path) -> Result<Option<Seal>, ProfileError> {
    match fs::read(folder.join(SEAL)) {
        Ok(text) => serde_json::from_slice(&text)
            .map(Some)
            .map_err(|_| ProfileError::SealDamaged),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(ProfileError::Folder {
            folder: folder.to_owned(),
            source,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let _held = Profile::init(folder.path(), None).unwrap();
        for name in [DATABASE, "profile.db-wal", "profile.db-shm"] {
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
        write_seal(folder.path(), &Seal::new([1; 16])).unwrap();
        assert!(!Profile::init(folder.path(), None).unwrap().is_sealed());
        assert!(!open(folder.path(), None).unwrap().is_sealed());
    }

    #[test]
    fn a_seal_that_is_gone_or_damaged_is_named() {
        let folder = tempfile::tempdir().unwrap();
        drop(Profile::init(folder.path(), Some("x")).unwrap());
        fs::write(folder.path().join(SEAL), "{").unwrap();
        assert!(matches!(
            open(folder.path(), Some("x")),
            Err(ProfileError::SealDamaged)
        ));
        fs::remove_file(folder.path().join(SEAL)).unwrap();
        for passphrase in [None, Some("x")] {
            let opened = open(folder.path(), passphrase);
            assert!(matches!(opened, Err(ProfileError::Unreadable)));
        }
    }

    #[test]
    fn an_emptied_database_is_no_new_profile() {
        let folder = tempfile::tempdir().unwrap();
        drop(Profile::init(folder.path(), None).unwrap());
        File::create(folder.path().join(DATABASE)).unwrap();
        assert!(matches!(
            open(folder.path(), None),
            Err(ProfileError::Unreadable)
        ));
    }
}
