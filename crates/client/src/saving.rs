//! Saving a file for people: opened segment by segment, whole and durable before it has a name.

use blob::Reference;
use std::io::{self, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use crate::sealed_files::{OpenError, SealedFiles, sync_folder};
use crate::unnamed::Unnamed;
use legible::{numbered, safe_name};

/// How many names are tried where others are taken.
const MOST_NAMES: u32 = 10_000;

/// A file could not be saved. Nothing of it stands under its name.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// Its sealed bytes are not in the profile's folder.
    #[error("the sealed file is not in the profile's folder")]
    Missing,
    /// They are not what they were.
    #[error("the sealed file in the profile's folder is damaged")]
    Damaged,
    /// They cannot be read. (Storage)
    #[error("the sealed file in the profile's folder cannot be read ({0})")]
    Sealed(io::Error),
    /// It cannot be written where it was wanted. (Storage)
    #[error("the folder {folder} takes no file ({source})")]
    Folder {
        /// Where.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no such folder. (Invalid)
    #[error("there is no folder {0}")]
    NoFolder(PathBuf),
    /// Nobody waits for it any more. (Invalid)
    #[error("saving was given up")]
    GivenUp,
}

impl From<OpenError> for SaveError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Missing => Self::Missing,
            OpenError::Damaged => Self::Damaged,
            OpenError::Read(error) => Self::Sealed(error),
        }
    }
}

/// Writes a file's content into a folder, under a name made of the one that was sent; where it is. Nothing that is there
/// is written over. `progress` may break it off.
pub(crate) fn save(
    files: &SealedFiles,
    reference: &Reference,
    name: &str,
    folder: &Path,
    mut progress: impl FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<PathBuf, SaveError> {
    let failed = |source| SaveError::Folder {
        folder: folder.to_owned(),
        source,
    };
    if !folder.is_dir() {
        return Err(SaveError::NoFolder(folder.to_owned()));
    }
    let mut sealed = files.open(reference)?;
    let mut to = Unnamed::new_in(folder).map_err(failed)?;
    let mut done = 0;
    while let Some(content) = sealed.next()? {
        to.write_all(&content).map_err(failed)?;
        done += content.len() as u64;
        if progress(done, reference.content_bytes).is_break() {
            return Err(SaveError::GivenUp);
        }
    }
    to.as_file().sync_all().map_err(failed)?;
    let path = give_name(to, folder, &safe_name(name)).map_err(failed)?;
    sync_folder(folder).map_err(failed)?;
    Ok(path)
}

fn give_name(mut file: Unnamed, folder: &Path, name: &str) -> io::Result<PathBuf> {
    for number in 1..MOST_NAMES {
        let path = match number {
            1 => folder.join(name),
            number => folder.join(numbered(name, number)),
        };
        match file.give_name(&path) {
            Ok(()) => return Ok(path),
            Err((back, error)) if error.kind() == io::ErrorKind::AlreadyExists => file = back,
            Err((_, error)) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attaching::attach;
    use blob::{BlobKey, BlobRoot};
    use client_core::Secrets;
    use protocol::id::BlobId;
    use protocol::secret::DeleteSecret;
    use std::fs;

    #[test]
    fn nothing_is_left_of_what_was_given_up_and_what_was_not_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let (path, out) = (folder.path().join("a.bin"), folder.path().join("out"));
        fs::create_dir(&out).unwrap();
        fs::write(&path, vec![7; 300_000]).unwrap();
        let files = SealedFiles::of_profile(folder.path());
        let secrets = Secrets {
            blob: BlobId::new([1; 16]),
            key: BlobKey::new([2; 32]),
            delete_secret: DeleteSecret::new([3; 32]),
        };
        let attached = attach(&files, &path, secrets, |_, _| ControlFlow::Continue(()));
        let reference = Reference {
            blob: BlobId::new([1; 16]),
            key: BlobKey::new([2; 32]),
            root: BlobRoot::new(attached.unwrap().file.sealed.root),
            content_bytes: 300_000,
        };
        let given_up = save(&files, &reference, "a.bin", &out, |_, _| {
            // Whoever is killed now leaves nothing readable behind.
            #[cfg(target_os = "linux")]
            assert_eq!(fs::read_dir(&out).unwrap().count(), 0);
            ControlFlow::Break(())
        });
        assert!(matches!(given_up, Err(SaveError::GivenUp)));
        assert_eq!(fs::read_dir(&out).unwrap().count(), 0);
        let saved = save(&files, &reference, "a.bin", &out, |_, _| {
            ControlFlow::Continue(())
        });
        assert_eq!(fs::read(saved.unwrap()).unwrap(), vec![7; 300_000]);
    }
}
