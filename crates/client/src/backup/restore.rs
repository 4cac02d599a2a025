//! A profile made anew from a backup. It has its name only once it is whole: until then nothing in its
//! folder looks like a profile, and what fails leaves nothing behind.

use backup::manifest::Manifest;
use backup::{Keys, Phrase};
use client_core::begin_anew;
use client_store::Restoring;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::error::{BackupFailure, of_rows};
use super::folder::Folder;
use crate::clock::Clock;
use crate::new_profile::NewProfile;
use crate::profile::ProfileError;
use crate::slot::{Slot, make_private_file, remove_if_there};

/// The database until it is whole.
const RESTORING: &str = "profile.db.restoring";
/// What SQLite may keep beside it.
const BESIDE: [&str; 3] = [
    "profile.db.restoring-journal",
    "profile.db.restoring-wal",
    "profile.db.restoring-shm",
];

/// A profile that was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// When the backup was made, Unix seconds.
    pub made_s: u64,
    /// Whether it is the newest in its folder; if not, the newer ones are damaged.
    pub newest: bool,
    /// How many items were in it.
    pub items: u64,
    /// Conversations that wait until the others have taken this device in.
    pub rejoining: u64,
    /// Items that go out again once the others have taken this device in.
    pub queued: u64,
    /// Items that wait for their time, a day at least.
    pub held: u64,
}

/// Makes a profile in `profile` out of the newest backup in `from` that is whole.
///
/// # Errors
/// [`BackupFailure`]; there is no profile then.
pub(crate) fn restore(
    profile: &Path,
    passphrase: Option<&str>,
    from: &Path,
    phrase: &Phrase,
) -> Result<Restored, BackupFailure> {
    let keys = Keys::of(phrase);
    let folder = Folder::open(from, &keys)?;
    let numbers = folder.manifests()?;
    let mut damage = None;
    for number in numbers.iter().rev() {
        let manifest = match folder.read_manifest(*number) {
            Err(error) if error.is_damage() => {
                damage.get_or_insert(error);
                continue;
            }
            manifest => manifest?,
        };
        let backup = Backup {
            folder: &folder,
            path: from,
            manifest,
            phrase,
        };
        match backup.restore(profile, passphrase) {
            Err(error) if error.is_damage() => {
                damage.get_or_insert(error);
            }
            Ok(restored) => {
                let newest = damage.is_none();
                return Ok(Restored { newest, ..restored });
            }
            Err(error) => return Err(error),
        }
    }
    Err(damage.unwrap_or_else(|| BackupFailure::Unfinished(from.to_owned())))
}

struct Backup<'a> {
    folder: &'a Folder<'a>,
    path: &'a Path,
    manifest: Manifest,
    phrase: &'a Phrase,
}

impl Backup<'_> {
    fn restore(&self, profile: &Path, passphrase: Option<&str>) -> Result<Restored, BackupFailure> {
        let new = NewProfile::begin(profile, passphrase)?;
        let restored = self.fill(&new, profile);
        if restored.is_err() {
            remove_begun(profile).map_err(|source| failed(profile, source))?;
            new.give_up();
        }
        restored
    }

    fn fill(&self, new: &NewProfile, profile: &Path) -> Result<Restored, BackupFailure> {
        remove_begun(profile).map_err(|source| failed(profile, source))?;
        let path = profile.join(RESTORING);
        make_private_file(&path).map_err(|source| failed(profile, source))?;
        let bad = of_rows(self.path);
        let restoring = Restoring::begin(&path, new.key(), self.manifest.schema)?;
        for table in &self.manifest.tables {
            let mut rows = 0;
            for name in &table.chunks {
                let content = self.folder.read_chunk(name)?;
                let inserted = restoring.insert(&table.name, &table.columns, &content);
                rows += inserted.map_err(&bad)?;
            }
            if rows != table.rows {
                return Err(self.torn());
            }
        }
        let store = restoring.finish(&path, new.key()).map_err(&bad)?;
        let mut seed = zeroize::Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut_slice())?;
        let begun = begin_anew(&store, *seed, Clock::start().now())?;
        store.insert_phrase(self.phrase, true)?;
        match store.read_through() {
            Err(client_store::StoreError::Damaged { .. }) => return Err(self.torn()),
            read => read?,
        }
        store.close()?;
        File::open(&path)
            .and_then(|file| file.sync_all())
            .map_err(|source| failed(profile, source))?;
        new.finish(|| fs::rename(&path, Slot::First.file(profile)))?;
        Ok(Restored {
            made_s: self.manifest.made_s,
            newest: true,
            items: self.manifest.rows_of("item"),
            rejoining: begun.rejoining,
            queued: begun.queued,
            held: begun.held,
        })
    }

    fn torn(&self) -> BackupFailure {
        BackupFailure::Damaged {
            folder: self.path.to_owned(),
            what: "what belongs together is not there together".to_owned(),
        }
    }
}

fn failed(folder: &Path, source: io::Error) -> BackupFailure {
    let folder: PathBuf = folder.to_owned();
    BackupFailure::Profile(ProfileError::Folder { folder, source })
}

fn remove_begun(profile: &Path) -> io::Result<()> {
    remove_if_there(&profile.join(RESTORING))?;
    BESIDE
        .iter()
        .try_for_each(|name| remove_if_there(&profile.join(name)))
}
