//! A backup as one file, where no folder can be written: a zip (APPNOTE.TXT 6.3.10) of the folder that
//! the same backup would be in. What is in it is sealed, so nothing is compressed; the zip's own
//! checks find what was cut, and the seals find everything else.

use rawzip::ZipArchiveWriter;
use rawzip::time::UtcDateTime;
use std::collections::BTreeSet;
use std::io::Write as _;

use crate::chunk::{self, Chunk, ChunkName};
use crate::description::{DESCRIPTION_FILE, Description};
use crate::error::BackupError;
use crate::keys::Keys;
use crate::manifest::{self, Manifest};
use crate::padding::NONCE_BYTES;

/// The one folder in it, for programs that unpack it to where other things are.
pub const FOLDER: &str = "kith-backup";
/// For their owner alone, once they are unpacked.
const MODE: u32 = 0o600;

/// A backup that is being written into one file. It is whole in memory.
pub struct Zip<'a> {
    keys: &'a Keys,
    made: UtcDateTime,
    archive: ZipArchiveWriter<Vec<u8>>,
    /// Chunks that are there.
    there: BTreeSet<ChunkName>,
}

impl<'a> Zip<'a> {
    /// Begins one under these keys. `made_s`: now, Unix seconds.
    ///
    /// # Errors
    /// [`BackupError::TooLong`], which the names of its parts rule out.
    pub fn begin(keys: &'a Keys, made_s: u64) -> Result<Self, BackupError> {
        let mut zip = Self {
            keys,
            made: UtcDateTime::from_unix(i64::try_from(made_s).unwrap_or(i64::MAX)),
            archive: ZipArchiveWriter::new(Vec::new()),
            there: BTreeSet::new(),
        };
        zip.add(DESCRIPTION_FILE, &Description::new(keys).to_bytes())?;
        Ok(zip)
    }

    /// Adds the chunk with this content, unless it is there; its name. `nonce` is random.
    ///
    /// # Errors
    /// [`BackupError::TooLong`].
    pub fn add_chunk(
        &mut self,
        content: &[u8],
        nonce: &[u8; NONCE_BYTES],
    ) -> Result<ChunkName, BackupError> {
        let chunk = Chunk::new(self.keys, content)?;
        let name = *chunk.name();
        if self.there.insert(name) {
            let file = chunk.seal(self.keys, nonce)?;
            self.add(&format!("{}/{}", chunk::FOLDER, name.file_name()), &file)?;
        }
        Ok(name)
    }

    /// Ends it with the manifest that names its chunks; the bytes of the file. `nonce` is random.
    ///
    /// The manifest's number is the time that it was made at: so of two that are unpacked into one folder, the newer
    /// one is restored.
    ///
    /// # Errors
    /// [`BackupError::TooLong`].
    pub fn finish(
        mut self,
        manifest: &Manifest,
        nonce: &[u8; NONCE_BYTES],
    ) -> Result<Vec<u8>, BackupError> {
        let number = manifest.made_s.max(1);
        let file = manifest.seal(self.keys, number, nonce)?;
        let name = manifest::file_name(number);
        self.add(&format!("{}/{name}", manifest::FOLDER), &file)?;
        self.archive.finish().map_err(|_| BackupError::TooLong)
    }

    fn add(&mut self, path: &str, bytes: &[u8]) -> Result<(), BackupError> {
        let path = format!("{FOLDER}/{path}");
        let mut add = || -> Result<(), rawzip::Error> {
            let file = self.archive.new_file(&path);
            let file = file.last_modified(self.made).unix_permissions(MODE);
            let (mut entry, config) = file.start()?;
            let mut content = config.wrap(&mut entry);
            content.write_all(bytes)?;
            let (_, described) = content.finish()?;
            entry.finish(described)?;
            Ok(())
        };
        // A vector takes every byte, and the names are short.
        add().map_err(|_| BackupError::TooLong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrase::Phrase;
    use rawzip::ZipArchive;
    use std::collections::BTreeMap;
    use std::io::Read as _;

    const MADE_S: u64 = 1_800_000_000;

    fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
        let archive = ZipArchive::from_slice(bytes).unwrap();
        let mut files = BTreeMap::new();
        let mut entries = archive.entries();
        while let Some(entry) = entries.next_entry().unwrap() {
            let path = entry.file_path().try_normalize().unwrap();
            let packed = archive.get_entry(entry.wayfinder()).unwrap();
            assert_eq!(packed.data().len() as u64, entry.uncompressed_size_hint());
            let mut content = Vec::new();
            let mut reader = packed.verifying_reader(packed.data());
            reader.read_to_end(&mut content).unwrap();
            let twice = files.insert(path.as_ref().to_owned(), content);
            assert!(twice.is_none(), "{} is there twice", path.as_ref());
        }
        files
    }

    #[test]
    fn each_part_is_there_once_under_its_name_and_opens() {
        let keys = Keys::of(&Phrase::new([7; 32]));
        let mut zip = Zip::begin(&keys, MADE_S).unwrap();
        let contents = [&b"one"[..], b"two", b"one"];
        let names = contents.map(|content| zip.add_chunk(content, &[1; 24]).unwrap());
        assert_eq!(names[0], names[2]);
        let manifest = Manifest {
            made_s: MADE_S,
            schema: 1,
            tables: Vec::new(),
        };
        let files = unpacked(&zip.finish(&manifest, &[2; 24]).unwrap());
        assert_eq!(files.len(), 4);
        let description = &files["kith-backup/kith-backup.json"];
        assert!(Description::from_bytes(description).unwrap().is_of(&keys));
        for (name, content) in names.iter().zip(contents) {
            let file = &files[&format!("kith-backup/chunks/{}", name.file_name())];
            assert_eq!(chunk::open(&keys, name, file).unwrap(), content);
        }
        let file = &files["kith-backup/manifests/00000000001800000000"];
        assert_eq!(Manifest::open(&keys, MADE_S, file).unwrap(), manifest);
    }
}
