//! Setting, changing and removing a profile's passphrase: all of it is written anew under the new key.
//!
//! The new database is written beside, and its rename is the moment from which it holds; whoever opens the profile next
//! removes what was begun. Only the own one of the two databases is touched. The seal stays as it is, since the other one
//! is under it too, also where the passphrase is taken off: nothing may depend on whether somebody needs it.

use client_store::StoreKey;
use seal::{SEAL_FILE, Seal};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use crate::profile::{Profile, ProfileError, new_key};
use crate::slot::{Purpose, Slot, make_private_file, open_store, remove_if_there, sync};

/// Of versions that wrote the seal anew, too: the new one, or `null` for none; there only while the new database is whole.
pub(crate) const NEXT_SEAL: &str = "seal.json.next";
/// Written over an old database at once, in bytes.
const ZEROS: usize = 64 * 1024;

impl Profile {
    /// Seals the profile under another passphrase, or under none. The old file's bytes are written over where it was
    /// not sealed, as far as the disk does as it is told.
    ///
    /// # Errors
    /// [`ProfileError`]; the profile is as it was, unless the new one holds already.
    pub fn reseal(self, passphrase: Option<&str>) -> Result<Self, ProfileError> {
        let folder = self.folder().to_owned();
        let (slot, was_sealed) = (self.slot(), self.is_sealed());
        if passphrase.is_none() && slot == Slot::Second {
            return Err(ProfileError::AlwaysSealed);
        }
        let failed = |source| ProfileError::Folder {
            folder: folder.clone(),
            source,
        };
        let key = passphrase
            .map(|passphrase| new_key(&folder, passphrase))
            .transpose()?;
        if let Err(error) = self.write_next(key.as_ref()) {
            // Whoever opens it next removes what could not be removed now.
            let _ = remove_begun(&folder);
            return Err(error);
        }
        let (store, lock) = self.into_parts();
        if let Err(error) = store.close() {
            let _ = remove_begun(&folder);
            return Err(ProfileError::Store(error));
        }
        let old = change_over(&folder, slot).map_err(failed)?;
        let rest = || {
            if !was_sealed {
                write_over(old).map_err(failed)?;
            }
            open_store(&folder, slot, key.as_ref(), Purpose::Work)
        };
        let store = rest().map_err(|error| ProfileError::Resealed(Box::new(error)))?;
        Ok(Self::of_parts((folder, slot), key.is_some(), store, lock))
    }

    /// Writes everything beside, durably. A sealed file stays as large as it was.
    fn write_next(&self, key: Option<&StoreKey>) -> Result<(), ProfileError> {
        let folder = self.folder();
        let failed = |source| ProfileError::Folder {
            folder: folder.to_owned(),
            source,
        };
        let next = self.slot().next(folder);
        remove_if_there(&next)
            .and_then(|()| make_private_file(&next))
            .map_err(failed)?;
        let pages = if self.is_sealed() && key.is_some() {
            self.slot().pages(folder).map_err(failed)?
        } else {
            0
        };
        self.store()
            .export(&next, key, pages)
            .map_err(ProfileError::Store)?;
        File::open(&next)
            .and_then(|file| file.sync_all())
            .and_then(|()| sync(folder))
            .map_err(failed)
    }

    /// Looks the whole profile through; what is wrong, a sentence each.
    ///
    /// # Errors
    /// [`ProfileError::Store`].
    pub fn check(&self) -> Result<Vec<String>, ProfileError> {
        self.store().check().map_err(ProfileError::Store)
    }
}

/// Finishes or removes what an interrupted change of a passphrase left. The profile must be locked.
///
/// # Errors
/// [`ProfileError::Folder`], [`ProfileError::SealDamaged`].
pub(crate) fn finish_resealing(folder: &Path) -> Result<(), ProfileError> {
    let failed = |source| ProfileError::Folder {
        folder: folder.to_owned(),
        source,
    };
    let next_seal = folder.join(NEXT_SEAL);
    if Slot::First.next(folder).exists() || !next_seal.exists() {
        return remove_begun(folder).map_err(failed);
    }
    let text = fs::read(&next_seal).map_err(failed)?;
    let seal: Option<Seal> =
        serde_json::from_slice(&text).map_err(|_| ProfileError::SealDamaged(folder.to_owned()))?;
    match seal {
        Some(_) => fs::rename(&next_seal, folder.join(SEAL_FILE)),
        None => remove_if_there(&folder.join(SEAL_FILE))
            .and_then(|()| sync(folder))
            .and_then(|()| remove_if_there(&next_seal)),
    }
    .and_then(|()| sync(folder))
    .map_err(failed)
}

/// The seal first, for good: alone it would say that the database has been changed over.
pub(crate) fn remove_begun(folder: &Path) -> io::Result<()> {
    let seal = folder.join(NEXT_SEAL);
    if seal.exists() {
        fs::remove_file(&seal)?;
        sync(folder)?;
    }
    for slot in Slot::BOTH {
        for beside in slot.beside_next(folder) {
            remove_if_there(&beside)?;
        }
        remove_if_there(&slot.next(folder))?;
    }
    Ok(())
}

/// Gives the new database its name; the old one, which has none any more.
fn change_over(folder: &Path, slot: Slot) -> io::Result<File> {
    if slot.beside(folder).iter().any(|beside| beside.exists()) {
        return Err(io::Error::other(
            "something is left beside the database that is not in it yet",
        ));
    }
    let old = OpenOptions::new().write(true).open(slot.file(folder))?;
    fs::rename(slot.next(folder), slot.file(folder))?;
    sync(folder)?;
    Ok(old)
}

fn write_over(mut old: File) -> io::Result<()> {
    let mut left = old.metadata()?.len();
    let zeros = [0; ZEROS];
    while left > 0 {
        let some = usize::try_from(left).unwrap_or(ZEROS).min(ZEROS);
        old.write_all(zeros.get(..some).unwrap_or_default())?;
        left -= some as u64;
    }
    old.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;
    use std::time::Duration;

    fn open(folder: &Path, passphrase: Option<&str>) -> Result<Profile, ProfileError> {
        Profile::open(folder, passphrase, Duration::ZERO)
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_passphrase_is_set_changed_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        drop(Profile::init(path, None).unwrap());
        let mut before = None;
        for after in [Some("one"), Some("two"), None, Some("three")] {
            let profile = open(path, before).unwrap().reseal(after).unwrap();
            assert_eq!(profile.is_sealed(), after.is_some());
            assert_eq!(profile.check().unwrap(), Vec::<String>::new());
            drop(profile);
            assert_eq!(open(path, after).unwrap().is_sealed(), after.is_some());
            if let (Some(before), Some(_)) = (before, after) {
                assert!(open(path, Some(before)).is_err());
            }
            assert_eq!(Slot::First.is_plain(path), after.is_none());
            assert_eq!(Profile::is_sealed_at(path).unwrap(), after.is_some());
            before = after;
        }
        assert!(!names(path).iter().any(|name| name.contains("next")));
    }

    /// A copy of a folder.
    fn copied(from: &Path, to: PathBuf) -> PathBuf {
        fs::create_dir(&to).unwrap();
        for name in names(from) {
            fs::copy(from.join(&name), to.join(&name)).unwrap();
        }
        to
    }

    /// What was done until the machine stopped, and the passphrase that opens it then.
    type Step<'a> = (&'a dyn Fn(&Path), Option<&'static str>);

    /// The folder as it is after each step, if the machine stops there; the other profile in it opens after each.
    #[test]
    fn whatever_step_it_stops_at_one_of_the_two_passphrases_opens_it() {
        for (slot, before, after) in [
            (Slot::First, None, Some("new")),
            (Slot::First, Some("old"), Some("new")),
            (Slot::First, Some("old"), None),
            (Slot::Second, Some("old"), Some("new")),
        ] {
            let made = tempfile::tempdir().unwrap();
            let old = made.path().join("old");
            let profile = Profile::init(&old, Some("one")).unwrap();
            profile.hide("two").unwrap();
            drop(profile);
            let (own, other) = match slot {
                Slot::First => ("one", "two"),
                Slot::Second => ("two", "one"),
            };
            drop(open(&old, Some(own)).unwrap().reseal(before).unwrap());
            let new = copied(&old, made.path().join("new"));
            drop(open(&new, before).unwrap().reseal(after).unwrap());
            let database = fs::read(slot.file(&new)).unwrap();
            let half = |folder: &Path| {
                fs::write(slot.next(folder), &database[..database.len() / 2]).unwrap();
                fs::write(&slot.beside_next(folder)[0], "journal").unwrap();
            };
            let begun = |folder: &Path| fs::write(slot.next(folder), &database).unwrap();
            let changed = |folder: &Path| {
                begun(folder);
                fs::rename(slot.next(folder), slot.file(folder)).unwrap();
            };
            let steps: [Step<'_>; 3] = [(&half, before), (&begun, before), (&changed, after)];
            for (step, (stop, opens)) in steps.into_iter().enumerate() {
                let folder = copied(&old, made.path().join(step.to_string()));
                stop(&folder);
                let wrong = if opens == before { after } else { before };
                // A wrong one first: it must not spoil what is left to be done.
                assert!(open(&folder, wrong).is_err(), "{slot:?} {after:?} {step}");
                assert_eq!(open(&folder, Some(other)).unwrap().slot(), slot.other());
                assert_eq!(open(&folder, opens).unwrap().slot(), slot);
                assert!(!names(&folder).iter().any(|name| name.contains("next")));
            }
        }
    }

    /// They wrote a new seal with each passphrase, and had no second file.
    #[test]
    fn what_older_versions_left_in_the_middle_is_finished() {
        for (before, after) in [
            (None, Some("new")),
            (Some("old"), Some("new")),
            (Some("old"), None),
        ] {
            let made = tempfile::tempdir().unwrap();
            let new = made.path().join("new");
            let old = made.path().join("old");
            drop(Profile::init(&old, before).unwrap());
            drop(Profile::init(&new, after).unwrap());
            for folder in [&old, &new] {
                remove_if_there(&Slot::Second.file(folder)).unwrap();
            }
            let seal = match after {
                Some(_) => fs::read(new.join(SEAL_FILE)).unwrap(),
                None => b"null".to_vec(),
            };
            let database = fs::read(Slot::First.file(&new)).unwrap();
            let begun = |folder: &Path| {
                fs::write(Slot::First.next(folder), &database).unwrap();
            };
            let sealed = |folder: &Path| {
                begun(folder);
                fs::write(folder.join(NEXT_SEAL), &seal).unwrap();
            };
            let changed = |folder: &Path| {
                sealed(folder);
                fs::rename(Slot::First.next(folder), Slot::First.file(folder)).unwrap();
            };
            let half_removed = |folder: &Path| {
                changed(folder);
                if after.is_none() {
                    fs::remove_file(folder.join(SEAL_FILE)).unwrap();
                }
            };
            let steps: [Step<'_>; 4] = [
                (&begun, before),
                (&sealed, before),
                (&changed, after),
                (&half_removed, after),
            ];
            for (step, (stop, opens)) in steps.into_iter().enumerate() {
                let folder = copied(&old, made.path().join(step.to_string()));
                stop(&folder);
                let other = if opens == before { after } else { before };
                // A wrong one first: it must not spoil what is left to be done.
                assert!(open(&folder, other).is_err(), "{before:?} {after:?} {step}");
                open(&folder, opens).unwrap();
                assert_eq!(Slot::Second.file(&folder).exists(), opens.is_some());
                assert!(!names(&folder).iter().any(|name| name.contains("next")));
            }
        }
    }
}
