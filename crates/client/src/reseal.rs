//! Setting, changing and removing a profile's passphrase: all of it is written anew under the new key.
//!
//! Two files change together, the database and the seal. Both are written beside, and the rename of the database is the
//! moment from which the new ones hold: whoever opens the profile next finishes what is left, or removes what was
//! begun. The order in which the files beside come and go is what tells the two apart.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use crate::passphrase::Seal;
use crate::profile::{
    DATABASE, Profile, ProfileError, SEAL, make_private_file, open_store, remove_if_there,
};

/// The new database, until it has the name of the old one.
const NEXT_DATABASE: &str = "profile.db.next";
/// The new seal, or `null` for none; there only while the new database is whole.
const NEXT_SEAL: &str = "seal.json.next";
/// What SQLite keeps beside a database that is in use.
const BESIDE: [&str; 2] = ["profile.db-wal", "profile.db-shm"];
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
        let was_sealed = self.is_sealed();
        let failed = |source| ProfileError::Folder {
            folder: folder.clone(),
            source,
        };
        let seal = match passphrase {
            None => None,
            Some(_) => {
                let mut salt = [0; 16];
                getrandom::fill(&mut salt).map_err(ProfileError::Entropy)?;
                Some(Seal::new(salt))
            }
        };
        let key = match (&seal, passphrase) {
            (Some(seal), Some(passphrase)) => Some(seal.key(passphrase)?),
            _ => None,
        };
        let (store, lock) = self.into_parts();
        let next = folder.join(NEXT_DATABASE);
        let written = remove_if_there(&next)
            .and_then(|()| make_private_file(&next))
            .map_err(failed)
            .and_then(|()| {
                store
                    .export(&next, key.as_ref())
                    .map_err(ProfileError::Store)
            })
            .and_then(|()| write_next_seal(&folder, &next, seal.as_ref()).map_err(failed));
        let ready = written.and_then(|()| store.close().map_err(ProfileError::Store));
        if let Err(error) = ready {
            // Whoever opens it next removes what could not be removed now.
            let _ = remove_begun(&folder);
            return Err(error);
        }
        let old = change_over(&folder).map_err(failed)?;
        let rest = || {
            finish_resealing(&folder)?;
            if !was_sealed {
                write_over(old).map_err(failed)?;
            }
            open_store(&folder, key.as_ref())
        };
        let store = rest().map_err(|error| ProfileError::Resealed(Box::new(error)))?;
        Ok(Self::of_parts(folder, key.is_some(), store, lock))
    }

    /// Looks the whole profile through; what is wrong, a sentence each.
    ///
    /// # Errors
    /// [`ProfileError::Store`].
    pub fn check(&self) -> Result<Vec<String>, ProfileError> {
        self.store().check().map_err(ProfileError::Store)
    }
}

/// Finishes or removes what an interrupted change of the passphrase left. The profile must be locked.
///
/// # Errors
/// [`ProfileError::Folder`], [`ProfileError::SealDamaged`].
pub(crate) fn finish_resealing(folder: &Path) -> Result<(), ProfileError> {
    let failed = |source| ProfileError::Folder {
        folder: folder.to_owned(),
        source,
    };
    let next_seal = folder.join(NEXT_SEAL);
    if folder.join(NEXT_DATABASE).exists() || !next_seal.exists() {
        return remove_begun(folder).map_err(failed);
    }
    let text = fs::read(&next_seal).map_err(failed)?;
    let seal: Option<Seal> =
        serde_json::from_slice(&text).map_err(|_| ProfileError::SealDamaged)?;
    match seal {
        Some(_) => fs::rename(&next_seal, folder.join(SEAL)),
        None => remove_if_there(&folder.join(SEAL))
            .and_then(|()| sync(folder))
            .and_then(|()| remove_if_there(&next_seal)),
    }
    .and_then(|()| sync(folder))
    .map_err(failed)
}

/// The seal first, for good: alone it would say that the database has been changed over.
fn remove_begun(folder: &Path) -> io::Result<()> {
    let seal = folder.join(NEXT_SEAL);
    if seal.exists() {
        fs::remove_file(&seal)?;
        sync(folder)?;
    }
    remove_if_there(&folder.join("profile.db.next-journal"))?;
    remove_if_there(&folder.join(NEXT_DATABASE))
}

/// The new database is durable before there is a seal that speaks of it.
fn write_next_seal(folder: &Path, next: &Path, seal: Option<&Seal>) -> io::Result<()> {
    File::open(next)?.sync_all()?;
    sync(folder)?;
    let text = serde_json::to_vec_pretty(&seal).map_err(io::Error::other)?;
    let path = folder.join(NEXT_SEAL);
    make_private_file(&path)?;
    let mut file = OpenOptions::new().write(true).truncate(true).open(&path)?;
    file.write_all(&text)?;
    file.sync_all()?;
    sync(folder)
}

/// Gives the new database its name; the old one, which has none any more.
fn change_over(folder: &Path) -> io::Result<File> {
    for name in BESIDE {
        if folder.join(name).exists() {
            return Err(io::Error::other(
                "something is left beside the database that is not in it yet",
            ));
        }
    }
    let old = OpenOptions::new().write(true).open(folder.join(DATABASE))?;
    fs::rename(folder.join(NEXT_DATABASE), folder.join(DATABASE))?;
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

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
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
            assert_eq!(path.join(SEAL).exists(), after.is_some());
            let plain = fs::read(path.join(DATABASE))
                .unwrap()
                .starts_with(b"SQLite");
            assert_eq!(plain, after.is_none());
            before = after;
        }
        assert!(!names(path).iter().any(|name| name.contains("next")));
    }

    /// What was done until the machine stopped, and the passphrase that opens it then.
    type Step<'a> = (&'a dyn Fn(&Path), Option<&'static str>);

    /// The folder as it is after each step, if the machine stops there.
    #[test]
    fn whatever_step_it_stops_at_one_of_the_two_passphrases_opens_it() {
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
            let seal = match after {
                Some(_) => fs::read(new.join(SEAL)).unwrap(),
                None => b"null".to_vec(),
            };
            let database = fs::read(new.join(DATABASE)).unwrap();
            let begun = |folder: &Path| {
                fs::write(folder.join(NEXT_DATABASE), &database).unwrap();
            };
            let sealed = |folder: &Path| {
                begun(folder);
                fs::write(folder.join(NEXT_SEAL), &seal).unwrap();
            };
            let changed = |folder: &Path| {
                sealed(folder);
                fs::rename(folder.join(NEXT_DATABASE), folder.join(DATABASE)).unwrap();
            };
            let half_removed = |folder: &Path| {
                changed(folder);
                if after.is_none() {
                    fs::remove_file(folder.join(SEAL)).unwrap();
                }
            };
            let steps: [Step<'_>; 4] = [
                (&begun, before),
                (&sealed, before),
                (&changed, after),
                (&half_removed, after),
            ];
            for (step, (stop, opens)) in steps.into_iter().enumerate() {
                let folder = made.path().join(step.to_string());
                fs::create_dir(&folder).unwrap();
                for name in names(&old) {
                    fs::copy(old.join(&name), folder.join(&name)).unwrap();
                }
                stop(&folder);
                let other = if opens == before { after } else { before };
                // A wrong one first: it must not spoil what is left to be done.
                assert!(open(&folder, other).is_err(), "{before:?} {after:?} {step}");
                open(&folder, opens).unwrap();
                assert!(!names(&folder).iter().any(|name| name.contains("next")));
            }
        }
    }
}
