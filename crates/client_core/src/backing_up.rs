//! What a backup is begun with, wherever it goes to, and the backup that is one file.

use backup::zip::Zip;
use backup::{Keys, Phrase};
use client_store::StoreError;

use crate::effect::Now;
use crate::engine::Engine;
use crate::error::CoreError;

/// A backup as one file.
pub struct ZippedBackup {
    /// A zip; what is in its folder [`backup::zip::FOLDER`] is restored as any backup (docs/backup.md).
    pub bytes: Vec<u8>,
    /// How many items are in it.
    pub items: u64,
    /// The phrase that opens it.
    pub phrase: Phrase,
    /// Whether the profile has this phrase; if none could be kept, it opens this backup and no later one.
    pub is_phrase_kept: bool,
}

impl Engine {
    /// Makes the profile ready for a backup of all that is in it now; the phrase, and whether the profile has it.
    ///
    /// What is to be forgotten by now is in no backup, unless nothing can be forgotten here: whoever needs a backup most is
    /// who has no room left. So a phrase that cannot be kept is for one backup.
    ///
    /// # Errors
    /// [`CoreError`]; there is nothing to back up with then.
    pub fn begin_backup(&mut self, now: Now) -> Result<(Phrase, bool), CoreError> {
        unless_unkept(self.handle(now, Vec::new()))?;
        let kept = unless_unkept(self.phrase_for_backups(now))?;
        Ok(match kept {
            Some(phrase) => (phrase, true),
            None => (Phrase::new(self.entropy.bytes()), false),
        })
    }

    /// Backs the whole profile up into one file, where no folder can be written.
    ///
    /// # Errors
    /// [`CoreError`]; nothing was made.
    pub fn zipped_backup(&mut self, now: Now) -> Result<ZippedBackup, CoreError> {
        let (phrase, is_phrase_kept) = self.begin_backup(now)?;
        let keys = Keys::of(&phrase);
        let mut zip = Zip::begin(&keys, now.unix_s())?;
        let manifest = self.store.back_up(now.unix_s(), |content| {
            Ok::<_, CoreError>(zip.add_chunk(content, &self.entropy.bytes())?)
        })?;
        Ok(ZippedBackup {
            bytes: zip.finish(&manifest, &self.entropy.bytes())?,
            items: manifest.rows_of("item"),
            phrase,
            is_phrase_kept,
        })
    }
}

/// Nothing, if it failed because nothing can be kept.
fn unless_unkept<T>(done: Result<T, CoreError>) -> Result<Option<T>, CoreError> {
    match done {
        Err(CoreError::Store(StoreError::Full | StoreError::ReadOnly)) => Ok(None),
        done => done.map(Some),
    }
}
