//! Saving a file for people: opened segment by segment, whole and durable before it has a name.

use blob::Reference;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

use crate::safe_name::{numbered, safe_name};
use crate::sealed_files::{OpenError, SealedFiles, sync_folder};

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
/// is written over.
pub(crate) fn save(
    files: &SealedFiles,
    reference: &Reference,
    name: &str,
    folder: &Path,
    mut progress: impl FnMut(u64, u64),
) -> Result<PathBuf, SaveError> {
    let failed = |source| SaveError::Folder {
        folder: folder.to_owned(),
        source,
    };
    if !folder.is_dir() {
        return Err(SaveError::NoFolder(folder.to_owned()));
    }
    let mut sealed = files.open(reference)?;
    let mut to = tempfile::Builder::new()
        .prefix(".kith-")
        .suffix(".part")
        .tempfile_in(folder)
        .map_err(failed)?;
    let mut done = 0;
    while let Some(content) = sealed.next()? {
        to.write_all(&content).map_err(failed)?;
        done += content.len() as u64;
        progress(done, reference.content_bytes);
    }
    to.as_file().sync_all().map_err(failed)?;
    let path = give_name(to, folder, &safe_name(name)).map_err(failed)?;
    sync_folder(folder).map_err(failed)?;
    Ok(path)
}

fn give_name(mut file: NamedTempFile, folder: &Path, name: &str) -> io::Result<PathBuf> {
    for number in 1..MOST_NAMES {
        let path = match number {
            1 => folder.join(name),
            number => folder.join(numbered(name, number)),
        };
        match file.persist_noclobber(&path) {
            Ok(file) => {
                let _: File = file;
                return Ok(path);
            }
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => file = error.file,
            Err(error) => return Err(error.error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
