//! The two places for a database in a sealed profile's folder, and which of them a passphrase opens.
//!
//! Each sealed profile has both files from its beginning. Where nobody made a second profile the second file is random
//! bytes, which nothing tells from a sealed database without its key; so that it is there says nothing. One derivation
//! serves both (the seal's salt is common), and both are always tried: whichever a passphrase opens, or none, the same
//! is done and takes as long. What tells them apart all the same stands in docs/hidden.md.

use client_store::{Store, StoreError, StoreKey};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::profile::ProfileError;

/// A page of SQLCipher, in bytes.
const PAGE: usize = 4096;
/// Random bytes where nobody made a second profile, in pages: 2 MiB and up to 4 more, as a profile in use may have.
const LEAST_PAGES: u32 = 512;
const MORE_PAGES: u32 = 1024;

/// One of the two places for a database in a profile's folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// The one that every profile has.
    First,
    /// The one beside it, where a profile is or was sealed.
    Second,
}

impl Slot {
    pub(crate) const BOTH: [Self; 2] = [Self::First, Self::Second];

    /// The other one.
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::First => "profile.db",
            Self::Second => "second.db",
        }
    }

    /// The database.
    pub(crate) fn file(self, folder: &Path) -> PathBuf {
        folder.join(self.name())
    }

    /// Whether a folder has it.
    ///
    /// # Errors
    /// [`ProfileError::Folder`] where nobody lets this program look: that is not the same as nothing.
    pub(crate) fn is_in(self, folder: &Path) -> Result<bool, ProfileError> {
        let found = self.file(folder).try_exists();
        found.map_err(|source| ProfileError::Folder {
            folder: folder.to_owned(),
            source,
        })
    }

    /// What is to take its place, until it has the name.
    pub(crate) fn next(self, folder: &Path) -> PathBuf {
        folder.join(format!("{}.next", self.name()))
    }

    /// What SQLite keeps beside a database that is in use.
    pub(crate) fn beside(self, folder: &Path) -> [PathBuf; 2] {
        ["-wal", "-shm"].map(|end| folder.join(format!("{}{end}", self.name())))
    }

    /// What SQLite keeps beside one that is being written.
    pub(crate) fn beside_next(self, folder: &Path) -> [PathBuf; 3] {
        ["-journal", "-wal", "-shm"].map(|end| folder.join(format!("{}.next{end}", self.name())))
    }

    /// Whether the database begins as one that is not sealed does (SQLite's file format, §1.3.1).
    pub(crate) fn is_plain(self, folder: &Path) -> bool {
        let mut start = [0; 16];
        let read = File::open(self.file(folder)).and_then(|mut file| file.read_exact(&mut start));
        read.is_ok() && start == *b"SQLite format 3\0"
    }

    /// How many pages the database has.
    pub(crate) fn pages(self, folder: &Path) -> io::Result<u32> {
        let bytes = fs::metadata(self.file(folder))?.len();
        Ok(u32::try_from(bytes / PAGE as u64).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
thread_local! {
    /// The places that keys were tried at by this thread.
    pub(crate) static TRIED: std::cell::RefCell<Vec<Slot>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// What a database is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To read and to write.
    Work,
    /// To read alone, where nothing can be written.
    Reading,
}

/// Which of the two a key opens. Both are tried, whatever the first says.
///
/// # Errors
/// [`ProfileError::Store`] if none is opened and the first cannot even be tried.
pub(crate) fn opened_by(
    folder: &Path,
    key: &StoreKey,
    purpose: Purpose,
) -> Result<Option<Slot>, ProfileError> {
    let is_opened_by = match purpose {
        Purpose::Work => Store::is_opened_by,
        Purpose::Reading => Store::is_opened_to_read_by,
    };
    let [first, second] = Slot::BOTH.map(|slot| {
        #[cfg(test)]
        TRIED.with_borrow_mut(|tried| tried.push(slot));
        is_opened_by(&slot.file(folder), key)
    });
    match (first, second) {
        (Ok(true), _) => Ok(Some(Slot::First)),
        (_, Ok(true)) => Ok(Some(Slot::Second)),
        (Err(error), _) => Err(ProfileError::Store(error)),
        // A second one that is away or damaged is in nobody's way who does not want it.
        (Ok(false), _) => Ok(None),
    }
}

/// Opens the store of a place.
pub(crate) fn open_store(
    folder: &Path,
    slot: Slot,
    key: Option<&StoreKey>,
    purpose: Purpose,
) -> Result<Store, ProfileError> {
    let open = match purpose {
        Purpose::Work => Store::open_existing,
        Purpose::Reading => Store::open_to_read,
    };
    open(&slot.file(folder), key).map_err(|error| match error {
        StoreError::WrongKey if key.is_some() => ProfileError::WrongPassphrase,
        // Without seal.json a sealed file looks like no database at all.
        StoreError::WrongKey => ProfileError::Unreadable(folder.to_owned()),
        error => ProfileError::Store(error),
    })
}

/// Makes the second file, of bytes that nobody has a key for, unless there is one.
///
/// # Errors
/// [`ProfileError::Folder`], [`ProfileError::Entropy`]; there is none then.
pub(crate) fn ensure_second(folder: &Path) -> Result<(), ProfileError> {
    if Slot::Second.file(folder).exists() {
        return Ok(());
    }
    let failed = |source| ProfileError::Folder {
        folder: folder.to_owned(),
        source,
    };
    let mut drawn = [0; 4];
    getrandom::fill(&mut drawn).map_err(ProfileError::Entropy)?;
    let pages = LEAST_PAGES + u32::from_le_bytes(drawn) % MORE_PAGES;
    let next = Slot::Second.next(folder);
    remove_if_there(&next)
        .and_then(|()| make_private_file(&next))
        .map_err(failed)?;
    let filled = fill(&next, pages)
        .and_then(|()| fs::rename(&next, Slot::Second.file(folder)))
        .and_then(|()| sync(folder));
    if filled.is_err() {
        // It would take the room that was too little.
        let _ = remove_if_there(&next);
    }
    filled.map_err(failed)
}

/// Fills a file with so many pages of random bytes, durably.
fn fill(path: &Path, pages: u32) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    let mut page = [0; PAGE];
    for _ in 0..pages {
        getrandom::fill(&mut page).map_err(io::Error::other)?;
        file.write_all(&page)?;
    }
    file.sync_all()
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

/// Makes durable which files a folder has.
pub(crate) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
