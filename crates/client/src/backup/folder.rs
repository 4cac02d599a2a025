//! A backup's folder: its files, read with bounds and written whole.

use backup::chunk::{self, ChunkName};
use backup::manifest::{self, Manifest};
use backup::{DESCRIPTION_FILE, Description, Keys};
use std::collections::BTreeSet;
use std::fs::{self, DirEntry, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::error::{BackupFailure, in_folder};
use crate::new_profile::make_private_folder;

const UNFINISHED: &str = "unfinished";
/// Longer than any description, in bytes.
const DESCRIPTION_BYTES: usize = 64 * 1024;

/// A folder that holds backups under one phrase.
pub(super) struct Folder<'a> {
    path: &'a Path,
    keys: &'a Keys,
}

/// What has a name, itself and not what it may point to.
fn found_at(path: &Path) -> io::Result<Option<fs::Metadata>> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        found => found.map(Some),
    }
}

/// A file's bytes if there is a file, and no more than `most` of them.
fn read_up_to(path: &Path, most: usize) -> io::Result<Option<Vec<u8>>> {
    // What is no file may never end, or never begin.
    if !found_at(path)?.is_some_and(|found| found.is_file()) {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    let most = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Makes room for a file that is to be written: nothing that has its name is written to or followed.
fn remove_unfinished(unfinished: &Path) -> io::Result<()> {
    match found_at(unfinished)? {
        None => Ok(()),
        Some(found) if found.is_dir() => Err(io::Error::new(
            io::ErrorKind::IsADirectory,
            format!("its `{UNFINISHED}` is a folder, which has to be moved away"),
        )),
        Some(_) => fs::remove_file(unfinished),
    }
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

impl<'a> Folder<'a> {
    /// The folder as it is, to read from.
    ///
    /// # Errors
    /// [`BackupFailure::NoBackup`], [`BackupFailure::WrongPhrase`] and what the system says.
    pub fn open(path: &'a Path, keys: &'a Keys) -> Result<Self, BackupFailure> {
        let folder = Self { path, keys };
        match folder.description()? {
            None => Err(BackupFailure::NoBackup(path.to_owned())),
            Some(found) if found.is_of(keys) => Ok(folder),
            Some(_) => Err(BackupFailure::WrongPhrase(path.to_owned())),
        }
    }

    /// The folder to write to; made if there is none, begun if it is empty.
    ///
    /// # Errors
    /// [`BackupFailure::Occupied`], [`BackupFailure::OtherProfile`] and what the system says.
    pub fn begin(path: &'a Path, keys: &'a Keys) -> Result<Self, BackupFailure> {
        let folder = Self { path, keys };
        let failed = |source| folder.failed(source);
        make_private_folder(path).map_err(failed)?;
        match folder.description() {
            Ok(Some(found)) if !found.is_of(keys) => {
                return Err(BackupFailure::OtherProfile(path.to_owned()));
            }
            Ok(Some(_)) => {}
            Ok(None) => {
                for entry in fs::read_dir(path).map_err(failed)? {
                    if entry.map_err(failed)?.file_name() != UNFINISHED {
                        return Err(BackupFailure::Occupied(path.to_owned()));
                    }
                }
                let bytes = Description::new(keys).to_bytes();
                folder.write(Path::new(DESCRIPTION_FILE), &bytes)?;
            }
            Err(BackupFailure::NoBackup(_)) => {
                return Err(BackupFailure::Occupied(path.to_owned()));
            }
            Err(error) => return Err(error),
        }
        for name in [chunk::FOLDER, manifest::FOLDER] {
            make_private_folder(&path.join(name)).map_err(failed)?;
        }
        sync(path).map_err(failed)?;
        Ok(folder)
    }

    fn description(&self) -> Result<Option<Description>, BackupFailure> {
        let read = read_up_to(&self.path.join(DESCRIPTION_FILE), DESCRIPTION_BYTES);
        let bytes = read.map_err(|source| self.failed(source))?;
        let described = bytes.map(|bytes| Description::from_bytes(&bytes));
        described.transpose().map_err(in_folder(self.path))
    }

    pub fn failed(&self, source: io::Error) -> BackupFailure {
        BackupFailure::Folder {
            folder: self.path.to_owned(),
            source,
        }
    }

    fn damaged(&self, what: &str) -> BackupFailure {
        BackupFailure::Damaged {
            folder: self.path.to_owned(),
            what: what.to_owned(),
        }
    }

    /// Writes a file whole: it has its name only once it is durable.
    fn write(&self, name: &Path, bytes: &[u8]) -> Result<(), BackupFailure> {
        let unfinished = self.path.join(UNFINISHED);
        let write = || {
            remove_unfinished(&unfinished)?;
            let mut options = OpenOptions::new();
            options.create_new(true).write(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&unfinished)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&unfinished, self.path.join(name))
        };
        write().map_err(|source| {
            // A full disk is left with as much room as it had.
            let _ = fs::remove_file(&unfinished);
            self.failed(source)
        })
    }

    fn chunk_path(name: &ChunkName) -> PathBuf {
        Path::new(chunk::FOLDER).join(name.file_name())
    }

    fn manifest_path(number: u64) -> PathBuf {
        Path::new(manifest::FOLDER).join(manifest::file_name(number))
    }

    /// Writes the sealed bytes of a chunk.
    pub fn write_chunk(&self, name: &ChunkName, file: &[u8]) -> Result<(), BackupFailure> {
        self.write(&Self::chunk_path(name), file)
    }

    /// All chunks that have been written are durable under their names.
    pub fn sync_chunks(&self) -> Result<(), BackupFailure> {
        let synced = sync(&self.path.join(chunk::FOLDER));
        synced.map_err(|source| self.failed(source))
    }

    /// The content of a chunk.
    ///
    /// # Errors
    /// [`BackupFailure::Damaged`] if it is not there or not what was written.
    pub fn read_chunk(&self, name: &ChunkName) -> Result<Vec<u8>, BackupFailure> {
        let path = self.path.join(Self::chunk_path(name));
        let read = read_up_to(&path, chunk::LARGEST_BYTES);
        let file = read
            .map_err(|source| self.failed(source))?
            .ok_or_else(|| self.damaged("a part of it is missing"))?;
        chunk::open(self.keys, name, &file).map_err(in_folder(self.path))
    }

    /// Removes a chunk.
    pub fn remove_chunk(&self, name: &ChunkName) -> Result<(), BackupFailure> {
        match fs::remove_file(self.path.join(Self::chunk_path(name))) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.failed(error)),
            _ => Ok(()),
        }
    }

    /// The names of all chunks that are there.
    pub fn chunks(&self) -> Result<BTreeSet<ChunkName>, BackupFailure> {
        let mut names = BTreeSet::new();
        let entries =
            fs::read_dir(self.path.join(chunk::FOLDER)).map_err(|source| self.failed(source))?;
        for entry in entries {
            let name = self.file_name(entry)?;
            names.extend(name.as_deref().and_then(ChunkName::from_file_name));
        }
        Ok(names)
    }

    /// Writes a manifest: from here on the backup is there.
    pub fn write_manifest(&self, number: u64, file: &[u8]) -> Result<(), BackupFailure> {
        self.write(&Self::manifest_path(number), file)?;
        let synced = sync(&self.path.join(manifest::FOLDER));
        synced.map_err(|source| self.failed(source))
    }

    /// Opens a manifest.
    ///
    /// # Errors
    /// [`BackupFailure::Damaged`].
    pub fn read_manifest(&self, number: u64) -> Result<Manifest, BackupFailure> {
        let path = self.path.join(Self::manifest_path(number));
        let read = read_up_to(&path, manifest::LARGEST_BYTES);
        let file = read
            .map_err(|source| self.failed(source))?
            .ok_or_else(|| self.damaged("its table of contents is missing"))?;
        Manifest::open(self.keys, number, &file).map_err(in_folder(self.path))
    }

    /// Removes a manifest, for good.
    pub fn remove_manifest(&self, number: u64) -> Result<(), BackupFailure> {
        let path = self.path.join(Self::manifest_path(number));
        fs::remove_file(path)
            .and_then(|()| sync(&self.path.join(manifest::FOLDER)))
            .map_err(|source| self.failed(source))
    }

    /// The name of a file. What is none, or has a name that Kith gives to nothing, has none.
    fn file_name(&self, entry: io::Result<DirEntry>) -> Result<Option<String>, BackupFailure> {
        let name = entry.and_then(|entry| {
            let is_file = entry.file_type()?.is_file();
            Ok(entry.file_name().into_string().ok().filter(|_| is_file))
        });
        name.map_err(|source| self.failed(source))
    }

    /// Whether anything has the name of this manifest.
    pub fn is_taken(&self, number: u64) -> Result<bool, BackupFailure> {
        let found = found_at(&self.path.join(Self::manifest_path(number)));
        Ok(found.map_err(|source| self.failed(source))?.is_some())
    }

    pub fn last_number_taken(&self) -> BackupFailure {
        BackupFailure::LastNumber(self.path.to_owned())
    }

    /// The numbers of all files that are named as manifests are, rising. Only those that open are backups.
    pub fn manifests(&self) -> Result<BTreeSet<u64>, BackupFailure> {
        let mut numbers = BTreeSet::new();
        let entries = match fs::read_dir(self.path.join(manifest::FOLDER)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(numbers),
            entries => entries.map_err(|source| self.failed(source))?,
        };
        for entry in entries {
            let name = self.file_name(entry)?;
            numbers.extend(name.as_deref().and_then(manifest::number_of));
        }
        Ok(numbers)
    }
}
