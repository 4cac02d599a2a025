//! Making a backup: chunks that are not there yet, all of it read back, the manifest, and then what no
//! manifest needs any more.

use backup::chunk::{Chunk, ChunkName};
use backup::manifest::Manifest;
use backup::rows::each_row;
use backup::{Keys, Phrase};
use client_store::Store;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;

use super::error::{BackupFailure, in_folder};
use super::folder::Folder;
use super::kept::{next_number, remove_old};

/// How often chunks that do not come back are written: those that were damaged before, once more.
const TRIES: usize = 2;

/// A backup that was made, and read back as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackedUp {
    /// How many items are in it.
    pub items: u64,
    /// Chunks that were not there before.
    pub chunks_written: u64,
    /// Bytes that were written.
    pub bytes_written: u64,
    /// Whether what no backup needs any more is gone; if not, the next one tries again.
    pub tidy: bool,
    /// The phrase that opens it, where none could be kept with the profile: it opens this backup, and no later one.
    pub unkept_phrase: Option<Phrase>,
}

/// What is to be backed up.
pub(crate) struct ToBackUp {
    /// Everything as it is.
    pub store: Store,
    /// What it is sealed under.
    pub phrase: Phrase,
    /// Whether the profile has this phrase.
    pub is_kept: bool,
    /// Now, Unix seconds.
    pub now_s: u64,
}

/// A backup on its way.
struct Writing<'a> {
    folder: &'a Folder<'a>,
    keys: &'a Keys,
    path: &'a Path,
    /// Chunks that are there.
    there: BTreeSet<ChunkName>,
    chunks_written: u64,
    bytes_written: u64,
    /// Whether it is to go on.
    goes_on: &'a dyn Fn() -> ControlFlow<()>,
}

/// Backs everything up that is in a snapshot of the store, for as long as it `goes_on`. What was written until it does not is
/// there for the next one.
///
/// # Errors
/// [`BackupFailure`]; the backups before are as they were.
pub(crate) fn back_up(
    of: &ToBackUp,
    path: &Path,
    goes_on: &dyn Fn() -> ControlFlow<()>,
) -> Result<BackedUp, BackupFailure> {
    let keys = Keys::of(&of.phrase);
    let folder = Folder::begin(path, &keys)?;
    let mut writing = Writing {
        folder: &folder,
        keys: &keys,
        path,
        there: folder.chunks()?,
        chunks_written: 0,
        bytes_written: 0,
        goes_on,
    };
    let manifest = writing.write_verified(&of.store, of.now_s)?;
    let number = next_number(&folder)?;
    let file = manifest
        .seal(&keys, number, &nonce()?)
        .map_err(in_folder(path))?;
    folder.write_manifest(number, &file)?;
    if folder.read_manifest(number)? != manifest {
        return Err(BackupFailure::Unverified(path.to_owned()));
    }
    Ok(BackedUp {
        items: manifest.rows_of("item"),
        chunks_written: writing.chunks_written,
        bytes_written: writing.bytes_written + file.len() as u64,
        tidy: remove_old(&folder, number, &manifest).is_ok(),
        unkept_phrase: (!of.is_kept).then(|| of.phrase.clone()),
    })
}

fn nonce() -> Result<[u8; 24], BackupFailure> {
    let mut nonce = [0; 24];
    getrandom::fill(&mut nonce)?;
    Ok(nonce)
}

impl Writing<'_> {
    fn check_goes_on(&self) -> Result<(), BackupFailure> {
        match (self.goes_on)() {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(BackupFailure::GivenUp),
        }
    }

    /// Writes what is missing until all of it comes back.
    fn write_verified(&mut self, store: &Store, now_s: u64) -> Result<Manifest, BackupFailure> {
        for _ in 0..TRIES {
            let manifest = store.back_up(now_s, |content| self.write_chunk(content))?;
            self.folder.sync_chunks()?;
            let bad = self.verify(&manifest)?;
            if bad.is_empty() {
                return Ok(manifest);
            }
            for name in bad {
                self.folder.remove_chunk(&name)?;
                self.there.remove(&name);
            }
        }
        Err(BackupFailure::Unverified(self.path.to_owned()))
    }

    fn write_chunk(&mut self, content: &[u8]) -> Result<ChunkName, BackupFailure> {
        self.check_goes_on()?;
        let bad = in_folder(self.path);
        let chunk = Chunk::new(self.keys, content).map_err(&bad)?;
        if self.there.insert(*chunk.name()) {
            let file = chunk.seal(self.keys, &nonce()?).map_err(&bad)?;
            self.folder.write_chunk(chunk.name(), &file)?;
            self.chunks_written += 1;
            self.bytes_written += file.len() as u64;
        }
        Ok(*chunk.name())
    }

    /// Reads everything back; which chunks are not what they were written as.
    fn verify(&self, manifest: &Manifest) -> Result<BTreeSet<ChunkName>, BackupFailure> {
        let mut bad = BTreeSet::new();
        for table in &manifest.tables {
            let mut rows = 0;
            for name in &table.chunks {
                self.check_goes_on()?;
                match self.folder.read_chunk(name) {
                    Ok(content) => {
                        let count = each_row(&content, table.columns.len(), |_| Ok(()));
                        rows += count.map_err(in_folder(self.path))?;
                    }
                    Err(error) if error.is_damage() => {
                        bad.insert(*name);
                    }
                    Err(error) => return Err(error),
                }
            }
            if bad.is_empty() && rows != table.rows {
                return Err(BackupFailure::Unverified(self.path.to_owned()));
            }
        }
        Ok(bad)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use client_store::StoreKey;
    use client_store::backed_up::BACKED_UP;
    use protocol::home_url::HomeUrl;
    use protocol::id::HomeKey;
    use std::cell::Cell;
    use std::fs;

    const PHRASE: [u8; 32] = [7; 32];

    fn homes(store: &Store) -> usize {
        let table = BACKED_UP.iter().find(|table| table.name == "home").unwrap();
        let mut count = 0;
        let counted = store.each_backed_up(table, |_, _| {
            count += 1;
            Ok::<_, BackupFailure>(())
        });
        counted.unwrap();
        count
    }

    fn add_home(store: &Store, number: u32) {
        let url = format!("https://home-{number}.example");
        let url = HomeUrl::parse(&url).unwrap();
        store.begin().unwrap();
        store.insert_home_key(&url, &HomeKey::new([1; 32])).unwrap();
        store.commit().unwrap();
    }

    #[test]
    fn what_is_written_meanwhile_is_not_in_it_and_nobody_waits_for_it() {
        for key in [None, Some(StoreKey::new([7; 32]))] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("profile.db");
            let store = Store::open(&path, key.as_ref()).unwrap();
            add_home(&store, 1);
            let then = store.snapshot().unwrap();
            store.begin().unwrap();
            let (read, then) = std::thread::spawn(move || (homes(&then), then))
                .join()
                .unwrap();
            store.rollback().unwrap();
            add_home(&store, 2);
            assert_eq!((read, homes(&then), homes(&store)), (1, 1, 2));
            assert!(then.set_phrase_shown().is_err(), "it only reads");
            // Whoever is last leaves nothing beside the file.
            drop(store);
            drop(then);
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
            assert_eq!(homes(&Store::open(&path, key.as_ref()).unwrap()), 2);
        }
    }

    #[test]
    fn a_backup_that_is_given_up_leaves_the_one_before_and_the_next_goes_on_from_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("profile.db"), None).unwrap();
        let out = folder.path().join("backups");
        let steps = Cell::new(0_u32);
        let back_up_until = |last: u32| {
            steps.set(0);
            let of = ToBackUp {
                store: store.snapshot().unwrap(),
                phrase: Phrase::new(PHRASE),
                is_kept: true,
                now_s: 1,
            };
            back_up(&of, &out, &|| {
                steps.set(steps.get() + 1);
                match steps.get() > last {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                }
            })
        };
        add_home(&store, 1);
        back_up_until(u32::MAX).unwrap();
        let all = steps.get();
        assert!(all >= 2, "one chunk is written and read back");
        add_home(&store, 2);
        for last in 0..all {
            let given_up = back_up_until(last);
            assert!(matches!(given_up, Err(BackupFailure::GivenUp)), "{last}");
            assert_eq!(fs::read_dir(out.join("manifests")).unwrap().count(), 1);
            assert!(!out.join("unfinished").exists());
        }
        let done = back_up_until(u32::MAX).unwrap();
        assert_eq!((done.chunks_written, done.tidy), (0, true));
        assert_eq!(fs::read_dir(out.join("manifests")).unwrap().count(), 2);
    }
}
