//! Which backups a folder keeps. Only manifests that open are backups: what else lies under such a name, by
//! accident or because somebody put it there, has no place among them and is left where it is.

use backup::manifest::Manifest;
use std::collections::BTreeSet;

use super::error::BackupFailure;
use super::folder::Folder;

/// Backups that are kept in a folder.
const KEPT: usize = 3;

/// The number of the next backup: above all that are there, and no file has it.
///
/// # Errors
/// [`BackupFailure::LastNumber`] and what the system says.
pub(super) fn next_number(folder: &Folder<'_>) -> Result<u64, BackupFailure> {
    let mut number = 0;
    for found in folder.manifests()?.into_iter().rev() {
        match folder.read_manifest(found) {
            Err(error) if error.is_damage() => {}
            // One that cannot be read now may be a backup, and the next one is newer.
            Ok(_) | Err(_) => {
                number = found;
                break;
            }
        }
    }
    loop {
        number = number
            .checked_add(1)
            .ok_or_else(|| folder.last_number_taken())?;
        if !folder.is_taken(number)? {
            return Ok(number);
        }
    }
}

/// Removes backups before the last few, and what none of those needs. The one that was just `written` is one of them.
///
/// # Errors
/// What the system says; what is needed is there.
pub(super) fn remove_old(
    folder: &Folder<'_>,
    written: u64,
    manifest: &Manifest,
) -> Result<(), BackupFailure> {
    let mut needed: BTreeSet<_> = manifest.chunks().copied().collect();
    let (mut kept, mut unread) = (1, None);
    let mut numbers = folder.manifests()?;
    numbers.remove(&written);
    for number in numbers.into_iter().rev() {
        match folder.read_manifest(number) {
            Ok(manifest) if kept < KEPT => {
                needed.extend(manifest.chunks());
                kept += 1;
            }
            Ok(_) => folder.remove_manifest(number)?,
            // Nobody can restore from it, whatever chunks are there.
            Err(error) if error.is_damage() => {}
            Err(error) => unread = Some(error),
        }
    }
    if let Some(error) = unread {
        return Err(error);
    }
    for name in folder.chunks()?.difference(&needed) {
        folder.remove_chunk(name)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup::write::{BackedUp, ToBackUp, back_up};
    use backup::chunk::ChunkName;
    use backup::{Keys, Phrase};
    use client_store::Store;
    use std::fs;
    use std::ops::ControlFlow;
    use std::path::PathBuf;

    const LAST: &str = "18446744073709551615";

    /// A folder with backups in it.
    struct World {
        folder: tempfile::TempDir,
        store: Store,
    }

    impl World {
        fn with_backups(count: u64) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::open(&folder.path().join("profile.db"), None).unwrap();
            let world = Self { folder, store };
            for made_s in 1..=count {
                world.back_up(made_s).unwrap();
            }
            world
        }

        fn out(&self) -> PathBuf {
            self.folder.path().join("backups")
        }

        fn manifest(&self, name: &str) -> PathBuf {
            self.out().join("manifests").join(name)
        }

        fn back_up(&self, made_s: u64) -> Result<BackedUp, BackupFailure> {
            let of = ToBackUp {
                store: self.store.snapshot().unwrap(),
                phrase: Phrase::new([7; 32]),
                is_kept: true,
                now_s: made_s,
            };
            back_up(&of, &self.out(), &|| ControlFlow::Continue(()))
        }

        /// Numbers of the backups that open, with when they were made.
        fn backups(&self) -> Vec<(u64, u64)> {
            let (path, keys) = (self.out(), Keys::of(&Phrase::new([7; 32])));
            let folder = Folder::open(&path, &keys).unwrap();
            let numbers = folder.manifests().unwrap().into_iter();
            numbers
                .filter_map(|number| Some((number, folder.read_manifest(number).ok()?.made_s)))
                .collect()
        }

        fn plant(&self, number: u64) {
            let keys = Keys::of(&Phrase::new([7; 32]));
            let tables = Vec::new();
            let manifest = Manifest {
                made_s: 9,
                schema: 1,
                tables,
            };
            let file = manifest.seal(&keys, number, &[0; 24]).unwrap();
            fs::write(self.manifest(&format!("{number:020}")), file).unwrap();
        }
    }

    #[cfg(unix)]
    fn make_pipe(path: &std::path::Path) {
        let made = std::process::Command::new("mkfifo").arg(path).status();
        assert!(made.unwrap().success());
    }

    #[test]
    fn what_does_not_open_takes_no_number_and_no_place_and_stays() {
        let world = World::with_backups(3);
        let foreign = [LAST, "+0000000000000000009", "00000000000000000005"];
        for name in foreign {
            fs::write(world.manifest(name), b"").unwrap();
        }
        let done = world.back_up(4).unwrap();
        assert!(done.tidy);
        assert_eq!(world.backups(), [(2, 2), (3, 3), (4, 4)]);
        // A name that is taken is not written over.
        world.back_up(6).unwrap();
        assert_eq!(world.backups(), [(3, 3), (4, 4), (6, 6)]);
        let (path, keys) = (world.out(), Keys::of(&Phrase::new([7; 32])));
        let named = Folder::open(&path, &keys).unwrap().manifests().unwrap();
        assert_eq!(named, [3, 4, 5, 6, u64::MAX].into());
        for name in foreign {
            assert_eq!(fs::read(world.manifest(name)).unwrap(), b"", "{name}");
        }
    }

    #[test]
    fn what_does_not_open_hides_no_backup_however_much_there_is() {
        let world = World::with_backups(3);
        for number in 1_000..1_100 {
            fs::write(world.manifest(&format!("{number:020}")), b"foreign").unwrap();
        }
        assert_eq!(world.backups(), [(1, 1), (2, 2), (3, 3)]);
        assert!(world.back_up(4).unwrap().tidy);
        assert_eq!(world.backups(), [(2, 2), (3, 3), (4, 4)]);
    }

    #[test]
    fn after_the_last_number_no_backup_is_made_and_that_is_a_sentence() {
        let world = World::with_backups(2);
        world.plant(u64::MAX);
        let refused = world.back_up(3).unwrap_err().to_string();
        assert!(refused.contains("choose an empty folder"), "{refused}");
        assert_eq!(world.backups(), [(1, 1), (2, 2), (u64::MAX, 9)]);
    }

    #[test]
    fn what_was_just_written_is_never_removed() {
        let world = World::with_backups(1);
        let (path, keys) = (world.out(), Keys::of(&Phrase::new([7; 32])));
        let folder = Folder::open(&path, &keys).unwrap();
        let written = folder.read_manifest(1).unwrap();
        for number in 2..=5 {
            world.plant(number);
        }
        remove_old(&folder, 1, &written).unwrap();
        assert_eq!(world.backups(), [(1, 1), (4, 9), (5, 9)]);
    }

    #[cfg(unix)]
    #[test]
    fn nothing_that_is_called_unfinished_is_followed() {
        let world = World::with_backups(1);
        let (unfinished, theirs) = (
            world.out().join("unfinished"),
            world.folder.path().join("theirs"),
        );
        fs::write(&theirs, b"dear").unwrap();
        std::os::unix::fs::symlink(&theirs, &unfinished).unwrap();
        world.back_up(2).unwrap();
        assert_eq!(fs::read(&theirs).unwrap(), b"dear");
        make_pipe(&unfinished);
        world.back_up(3).unwrap();
        fs::hard_link(&theirs, &unfinished).unwrap();
        world.back_up(4).unwrap();
        assert_eq!(fs::read(&theirs).unwrap(), b"dear");
        assert_eq!(world.backups(), [(2, 2), (3, 3), (4, 4)]);
        for part in ["chunks", "manifests"] {
            for entry in fs::read_dir(world.out().join(part)).unwrap() {
                assert!(entry.unwrap().file_type().unwrap().is_file());
            }
        }
        fs::create_dir(&unfinished).unwrap();
        fs::write(unfinished.join("theirs"), b"dear").unwrap();
        let refused = world.back_up(5).unwrap_err().to_string();
        assert!(refused.contains("unfinished"), "{refused}");
        assert!(unfinished.join("theirs").exists());
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_no_part_of_a_backup_and_is_not_opened() {
        let world = World::with_backups(0);
        let url = protocol::home_url::HomeUrl::parse("https://home.example").unwrap();
        world.store.begin().unwrap();
        let key = protocol::id::HomeKey::new([1; 32]);
        world.store.insert_home_key(&url, &key).unwrap();
        world.store.commit().unwrap();
        world.back_up(1).unwrap();
        let chunk = fs::read_dir(world.out().join("chunks")).unwrap().next();
        let (chunk, aside) = (
            chunk.unwrap().unwrap().path(),
            world.folder.path().join("aside"),
        );
        fs::rename(&chunk, &aside).unwrap();
        std::os::unix::fs::symlink(&aside, &chunk).unwrap();
        let (path, keys) = (world.out(), Keys::of(&Phrase::new([7; 32])));
        let folder = Folder::open(&path, &keys).unwrap();
        let name = chunk.file_name().unwrap().to_str().unwrap();
        let name = ChunkName::from_file_name(name).unwrap();
        assert!(folder.chunks().unwrap().is_empty());
        assert!(folder.read_chunk(&name).unwrap_err().is_damage());
        assert_eq!(world.back_up(2).unwrap().chunks_written, 1);
        assert!(fs::symlink_metadata(&chunk).unwrap().is_file());
        fs::remove_file(&chunk).unwrap();
        make_pipe(&chunk);
        assert!(folder.read_chunk(&name).unwrap_err().is_damage());
        make_pipe(&world.manifest(LAST));
        let sealed = world.manifest("00000000000000000002");
        fs::rename(&sealed, &aside).unwrap();
        std::os::unix::fs::symlink(&aside, &sealed).unwrap();
        assert_eq!(world.back_up(3).unwrap().chunks_written, 1);
        assert_eq!(world.backups(), [(1, 1), (3, 3)]);
        assert!(fs::symlink_metadata(&sealed).unwrap().is_symlink());
    }
}
