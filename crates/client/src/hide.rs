//! Making the second profile: a new, empty one in the place beside the one that is open.
//!
//! Whatever lay there is gone then. Whether anything did, nobody can tell who has not its passphrase, this program
//! neither; so whoever asks has to say that it may go.

use client_store::Store;
use std::fs::{self, File};
use std::io;

use crate::profile::{Profile, ProfileError, new_key};
use crate::reseal::remove_begun;
use crate::slot::{Slot, make_private_file, remove_if_there, sync};

impl Profile {
    /// Makes a new profile in the other place, under a passphrase of its own and in as many bytes as lay there before.
    ///
    /// # Errors
    /// [`ProfileError::NothingToHideBehind`], [`ProfileError::InUse`] and what folder and store say; what lay there is as
    /// it was then.
    pub fn hide(&self, passphrase: &str) -> Result<(), ProfileError> {
        let folder = self.folder();
        let other = self.slot().other();
        if !self.is_sealed() || other.is_plain(folder) {
            return Err(ProfileError::NothingToHideBehind);
        }
        let key = new_key(folder, passphrase)?;
        let failed = |source| ProfileError::Folder {
            folder: folder.to_owned(),
            source,
        };
        let next = other.next(folder);
        let make = || {
            remove_if_there(&next)
                .and_then(|()| make_private_file(&next))
                .map_err(failed)?;
            let pages = other.pages(folder).map_err(failed)?;
            let store = Store::open(&next, Some(&key)).map_err(ProfileError::Store)?;
            store
                .grow_to(pages)
                .and_then(|()| store.close())
                .map_err(ProfileError::Store)?;
            self.put_in_place(other).map_err(failed)
        };
        make().inspect_err(|_| {
            // Whoever opens the profile next removes what could not be removed now.
            let _ = remove_begun(folder);
        })
    }

    /// Gives a database that is written beside its name.
    fn put_in_place(&self, slot: Slot) -> io::Result<()> {
        let folder = self.folder();
        File::open(slot.next(folder))?.sync_all()?;
        // What is left of the old one's last changes must never be put into the new one.
        for beside in slot.beside(folder) {
            remove_if_there(&beside)?;
        }
        sync(folder)?;
        fs::rename(slot.next(folder), slot.file(folder))?;
        sync(folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passphrase::DERIVATIONS;
    use crate::slot::TRIED;
    use std::path::Path;
    use std::time::Duration;
    use tempfile::TempDir;

    fn open(folder: &Path, passphrase: Option<&str>) -> Result<Profile, ProfileError> {
        Profile::open(folder, passphrase, Duration::ZERO)
    }

    fn slot(folder: &Path, passphrase: &str) -> Slot {
        open(folder, Some(passphrase)).unwrap().slot()
    }

    /// A folder with a profile under `one` and, if so, another under `two`.
    fn made(hidden: bool) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        let profile = Profile::init(folder.path(), Some("one")).unwrap();
        if hidden {
            profile.hide("two").unwrap();
        }
        folder
    }

    fn names(folder: &Path) -> Vec<std::ffi::OsString> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    }

    #[test]
    fn two_passphrases_open_two_profiles_and_a_third_none() {
        let folder = made(true);
        let path = folder.path();
        assert_eq!(slot(path, "one"), Slot::First);
        assert_eq!(slot(path, "two"), Slot::Second);
        let wrong = open(path, Some("three"));
        assert!(matches!(wrong, Err(ProfileError::WrongPassphrase)));
        for passphrase in ["one", "two"] {
            let profile = open(path, Some(passphrase)).unwrap();
            assert!(profile.is_sealed());
            assert_eq!(profile.check().unwrap(), Vec::<String>::new());
        }
    }

    /// Deriving the key is nearly all of the time that opening takes.
    #[test]
    fn every_passphrase_is_as_much_work_as_any_other() {
        let folders = [made(true), made(false)];
        for folder in &folders {
            for passphrase in ["one", "two", "three"] {
                DERIVATIONS.set(0);
                TRIED.take();
                drop(open(folder.path(), Some(passphrase)));
                assert_eq!(DERIVATIONS.get(), 1, "{passphrase}");
                assert_eq!(TRIED.take(), Slot::BOTH, "{passphrase}");
            }
        }
    }

    #[test]
    fn a_folder_looks_the_same_whether_something_is_hidden_or_not() {
        let (with, without) = (made(true), made(false));
        assert_eq!(names(with.path()), names(without.path()));
        for folder in [&with, &without] {
            let path = folder.path();
            for name in [Slot::First, Slot::Second] {
                let bytes = fs::read(name.file(path)).unwrap();
                assert_eq!(bytes.len() % 4096, 0);
                let mut counts = [0_usize; 256];
                bytes.iter().for_each(|byte| counts[*byte as usize] += 1);
                let even = bytes.len() / 256;
                let is_even = |count: &usize| (even / 2..even * 2).contains(count);
                assert!(counts.iter().all(is_even), "{name:?} is not like random");
            }
            for passphrase in ["one", "two"] {
                drop(open(path, Some(passphrase)));
                let time = |slot: Slot| fs::metadata(slot.file(path)).unwrap().modified().unwrap();
                assert_eq!(time(Slot::First), time(Slot::Second));
            }
        }
    }

    #[test]
    fn what_is_hidden_has_the_size_of_what_lay_there_before() {
        let folder = made(false);
        let path = folder.path();
        let size = || fs::metadata(Slot::Second.file(path)).unwrap().len();
        let before = size();
        open(path, Some("one")).unwrap().hide("two").unwrap();
        assert_eq!(size(), before);
        drop(open(path, Some("two")).unwrap().reseal(Some("three")));
        assert_eq!(size(), before);
        assert_eq!(slot(path, "three"), Slot::Second);
    }

    #[test]
    fn one_passphrase_never_opens_two() {
        let folder = made(true);
        let path = folder.path();
        let in_use = |result: Result<(), ProfileError>| {
            assert!(matches!(result, Err(ProfileError::InUse)));
        };
        in_use(open(path, Some("one")).unwrap().hide("one"));
        in_use(open(path, Some("one")).unwrap().hide("two"));
        for own in ["one", "two"] {
            for new in ["one", "two"] {
                in_use(open(path, Some(own)).unwrap().reseal(Some(new)).map(drop));
            }
        }
        assert_eq!(slot(path, "one"), Slot::First);
        assert_eq!(slot(path, "two"), Slot::Second);
    }

    #[test]
    fn changing_or_removing_the_one_passphrase_leaves_the_other_profile_as_it_is() {
        let folder = made(true);
        let path = folder.path();
        let second = || fs::read(Slot::Second.file(path)).unwrap();
        let before = second();
        let profile = open(path, Some("one")).unwrap();
        let profile = profile.reseal(Some("new")).unwrap().reseal(None).unwrap();
        drop(profile);
        assert!(!Profile::is_sealed_at(path).unwrap());
        assert!(!open(path, None).unwrap().is_sealed());
        assert_eq!(slot(path, "two"), Slot::Second);
        let wrong = open(path, Some("one"));
        assert!(matches!(wrong, Err(ProfileError::NotSealed)));
        let taken = open(path, None).unwrap().reseal(Some("two"));
        assert!(matches!(taken, Err(ProfileError::InUse)));
        drop(open(path, None).unwrap().reseal(Some("again")).unwrap());
        assert_eq!(second(), before);
        let first = fs::read(Slot::First.file(path)).unwrap();
        drop(
            open(path, Some("two"))
                .unwrap()
                .reseal(Some("too"))
                .unwrap(),
        );
        assert_eq!(fs::read(Slot::First.file(path)).unwrap(), first);
        assert_eq!(slot(path, "again"), Slot::First);
        assert_eq!(slot(path, "too"), Slot::Second);
    }

    #[test]
    fn nothing_hidden_is_ever_without_a_passphrase_nor_beside_what_has_none() {
        let folder = made(true);
        let path = folder.path();
        let taken_off = open(path, Some("two")).unwrap().reseal(None);
        assert!(matches!(taken_off, Err(ProfileError::AlwaysSealed)));
        drop(open(path, Some("one")).unwrap().reseal(None).unwrap());
        for passphrase in [None, Some("two")] {
            let hidden = open(path, passphrase).unwrap().hide("three");
            assert!(matches!(hidden, Err(ProfileError::NothingToHideBehind)));
        }
        assert!(!open(path, None).unwrap().is_sealed());
        assert_eq!(slot(path, "two"), Slot::Second);
    }

    #[test]
    fn a_profile_that_older_versions_sealed_gets_its_second_file() {
        let folder = made(false);
        fs::remove_file(Slot::Second.file(folder.path())).unwrap();
        assert!(open(folder.path(), Some("wrong")).is_err());
        assert_eq!(slot(folder.path(), "one"), Slot::First);
        assert!(Slot::Second.file(folder.path()).exists());
    }

    #[test]
    fn whatever_step_hiding_stops_at_nothing_that_was_open_is_lost() {
        let (before, after) = (made(true), tempfile::tempdir().unwrap());
        for name in names(before.path()) {
            fs::copy(before.path().join(&name), after.path().join(&name)).unwrap();
        }
        let profile = open(after.path(), Some("one")).unwrap();
        profile.hide("three").unwrap();
        drop(profile);
        let new = fs::read(Slot::Second.file(after.path())).unwrap();
        let (path, next) = (before.path(), Slot::Second.next(before.path()));
        for part in [&new[..0], &new[..new.len() / 2], &new[..]] {
            fs::write(&next, part).unwrap();
            fs::write(&Slot::Second.beside_next(path)[1], "wal").unwrap();
            assert!(open(path, Some("three")).is_err());
            assert_eq!(slot(path, "one"), Slot::First);
            assert_eq!(slot(path, "two"), Slot::Second);
            assert_eq!(names(path), names(after.path()));
        }
        fs::write(&next, &new).unwrap();
        fs::rename(&next, Slot::Second.file(path)).unwrap();
        assert_eq!(slot(path, "one"), Slot::First);
        assert_eq!(slot(path, "three"), Slot::Second);
    }
}
