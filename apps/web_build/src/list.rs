//! The list of a bundle, `bundle.json`: what a home needs to serve it. It is written last and put in
//! place at once, so whoever reads it finds what it lists.

use crate::WORDS_ENDING;
use crate::packed::Packed;
use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

/// Its name in the bundle's folder.
const LIST: &str = "bundle.json";

/// What is in a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// Of all that it was made of.
    pub stamp: String,
    /// Its files; beside each lie `NAME.br` and `NAME.gz`.
    pub files: Vec<Listed>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// By which it is asked for.
    pub name: String,
    /// With which it is answered.
    pub media_type: String,
    /// Whether the worker begins with it, which may connect to a person's other homes.
    pub worker: bool,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// Its length.
    pub bytes: usize,
    /// Its length by brotli.
    pub brotli_bytes: usize,
    /// Its length by gzip.
    pub gzip_bytes: usize,
}

impl List {
    /// The list of these files.
    pub fn of(files: &[Packed], stamp: String) -> Self {
        let files = files.iter().map(|Packed { file, brotli, gzip }| Listed {
            name: file.name.clone(),
            media_type: file.media_type.to_owned(),
            worker: file.is_worker,
            sha256: file.hash.clone(),
            bytes: file.bytes.len(),
            brotli_bytes: brotli.len(),
            gzip_bytes: gzip.len(),
        });
        Self {
            stamp,
            files: files.collect(),
        }
    }

    /// The list of the bundle that is there, if there is one.
    pub fn read(folder: &Path) -> Option<Self> {
        let list = std::fs::read(folder.join(LIST)).ok()?;
        serde_json::from_slice(&list).ok()
    }

    /// Whether all that is listed is there.
    pub fn is_whole(&self, folder: &Path) -> bool {
        let mut names = self.names().into_iter();
        names.all(|name| folder.join(name).is_file())
    }

    /// All bytes, compressed by brotli.
    pub fn brotli_bytes(&self) -> usize {
        self.files.iter().map(|file| file.brotli_bytes).sum()
    }

    /// The most that is loaded before a person can write, compressed by brotli: of the languages one, the largest.
    pub fn first_load_bytes(&self) -> usize {
        let is_language = |file: &&Listed| file.name.ends_with(WORDS_ENDING);
        let languages = self.files.iter().filter(is_language);
        let languages: Vec<usize> = languages.map(|file| file.brotli_bytes).collect();
        let largest = languages.iter().max().copied().unwrap_or_default();
        self.brotli_bytes() - languages.iter().sum::<usize>() + largest
    }

    fn names(&self) -> BTreeSet<String> {
        let files = self.files.iter();
        files
            .flat_map(|file| ["", ".br", ".gz"].map(|form| format!("{}{form}", file.name)))
            .collect()
    }

    /// Writes a bundle: what is new, then the list, and then what it does not list goes.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write(&self, folder: &Path, files: &[Packed]) -> Result<()> {
        std::fs::create_dir_all(folder)?;
        let write = |name: String, bytes: &[u8]| {
            let path = folder.join(name);
            std::fs::write(&path, bytes).with_context(|| format!("writing {}", path.display()))
        };
        for Packed { file, brotli, gzip } in files {
            write(format!("{}.br", file.name), brotli)?;
            write(format!("{}.gz", file.name), gzip)?;
            write(file.name.clone(), &file.bytes)?;
        }
        let new = format!("{LIST}.new");
        write(new.clone(), &serde_json::to_vec_pretty(self)?)?;
        std::fs::rename(folder.join(new), folder.join(LIST))?;
        let names = self.names();
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name != LIST && !names.contains(&name) {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:>9} {:>9} {:>9}", "bytes", "brotli", "gzip")?;
        for file in &self.files {
            let Listed {
                name,
                bytes,
                brotli_bytes,
                gzip_bytes,
                ..
            } = file;
            writeln!(f, "{bytes:>9} {brotli_bytes:>9} {gzip_bytes:>9}  {name}")?;
        }
        let sum = |of: fn(&Listed) -> usize| self.files.iter().map(of).sum::<usize>();
        let (bytes, brotli) = (sum(|file| file.bytes), self.brotli_bytes());
        let gzip = sum(|file| file.gzip_bytes);
        write!(f, "{bytes:>9} {brotli:>9} {gzip:>9}  in all")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::named::{self, INDEX};
    use crate::packed::{Effort, pack};

    fn made(page: &str) -> (Vec<Packed>, List) {
        let index = "<script type=\"module\" src=\"page.js\"></script>";
        let files = [(INDEX, index), ("page.js", page)]
            .map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
        let packed = pack(named::name(files.into()).unwrap(), Effort::Quick);
        let list = List::of(&packed, page.to_owned());
        (packed, list)
    }

    #[test]
    fn of_the_languages_a_first_load_has_one() {
        let file = |name: &str, brotli_bytes: usize| Listed {
            name: name.to_owned(),
            media_type: String::new(),
            worker: false,
            sha256: String::new(),
            bytes: 0,
            brotli_bytes,
            gzip_bytes: 0,
        };
        let mut list = List {
            stamp: String::new(),
            files: vec![file("page.1.js", 100), file("web_bg.2.wasm", 1_000)],
        };
        assert_eq!(list.first_load_bytes(), 1_100);
        list.files.push(file("ar.3.words", 10));
        list.files.push(file("de.4.words", 7));
        assert_eq!(list.first_load_bytes(), 1_110);
    }

    #[test]
    fn a_bundle_that_is_written_is_read_and_nothing_of_the_one_before_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("bundle");
        assert_eq!(List::read(&folder), None);
        for page in ["1", "2"] {
            let (packed, list) = made(page);
            list.write(&folder, &packed).unwrap();
            assert_eq!(List::read(&folder), Some(list.clone()));
            assert!(list.is_whole(&folder));
            // Two files in three forms, and the list.
            assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 7);
        }
        std::fs::remove_file(folder.join("index.html.br")).unwrap();
        assert!(!List::read(&folder).unwrap().is_whole(&folder));
    }
}
