//! Makes of compiled modules and the files beside them a *bundle*: what a browser loads and a home
//! serves. `cargo xtask web` compiles and calls this; it is a program of its own because what binds
//! modules to JavaScript takes longer to compile than all the rest of `xtask`.
//!
//! | step | file |
//! |---|---|
//! | each language becomes a table of phrases | `phrases_build` |
//! | modules become scripts and modules that browsers load | [`bound`] |
//! | each file gets a name with its hash, and whoever names it names that | [`named`] |
//! | nothing inline, nothing from elsewhere | [`strict`] |
//! | brotli and gzip | [`packed`] |
//! | the list, by which a home serves it | [`list`] |
//!
//! With the same input nothing is done.

mod bound;
mod list;
mod named;
mod packed;
mod strict;

use anyhow::{Context as _, Result, bail};
use data_encoding::HEXLOWER;
use list::List;
use packed::Effort;
use phrases_build::Words;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The most that is loaded before a person can write, compressed by brotli.
const FIRST_LOAD_BYTES: usize = 1_400_000;

/// With which the name of a language's table ends.
const WORDS_ENDING: &str = ".words";

const USAGE: &str = "\
Usage: web_build FOLDER best|quick WORDS MODULE FILES [MODULE FILES]…

  FOLDER  where the bundle goes
  WORDS   the folder with what is said, a folder for each language
  MODULE  a compiled module, and FILES the folder of the files beside it
";

/// Files by their names within the bundle, `/` between the parts.
type Files = BTreeMap<String, Vec<u8>>;

fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let Some(asked) = Asked::read(&arguments) else {
        let _ = std::io::stderr().write_all(USAGE.as_bytes());
        return Ok(ExitCode::from(2));
    };
    asked.run()?;
    Ok(ExitCode::SUCCESS)
}

/// What the command line says.
struct Asked {
    bundle: PathBuf,
    effort: Effort,
    words: PathBuf,
    /// Compiled modules, each with the folder of the files beside it.
    parts: Vec<(PathBuf, PathBuf)>,
}

impl Asked {
    fn read(arguments: &[&str]) -> Option<Self> {
        let [bundle, effort, words, parts @ ..] = arguments else {
            return None;
        };
        let (parts, rest) = parts.as_chunks::<2>();
        if parts.is_empty() || !rest.is_empty() {
            return None;
        }
        Some(Self {
            bundle: bundle.into(),
            effort: Effort::read(effort)?,
            words: words.into(),
            parts: parts
                .iter()
                .map(|[module, files]| (module.into(), files.into()))
                .collect(),
        })
    }

    fn run(&self) -> Result<()> {
        let mut stamp = Stamp::default();
        // Another version of this program may make something else of the same.
        stamp.read(&std::env::current_exe()?)?;
        stamp.add(format!("{:?}", self.effort).as_bytes());
        let mut files = Files::new();
        for (module, beside) in &self.parts {
            stamp.read(module)?;
            stamp.read_folder(beside, "", &mut files)?;
        }
        for (name, table) in self.tables()? {
            stamp.add(&table);
            add(&mut files, name, table)?;
        }
        let stamp = stamp.end();
        if let Some(list) = List::read(&self.bundle).filter(|list| list.stamp == stamp)
            && list.is_whole(&self.bundle)
        {
            writeln!(std::io::stdout(), "{list}")?;
            return Ok(());
        }
        for (module, _) in &self.parts {
            let bound = tempfile::tempdir()?;
            bound::bind(module, bound.path())?;
            Stamp::default().read_folder(bound.path(), "", &mut files)?;
        }
        let named = named::name(files)?;
        let packed = packed::pack(named, self.effort);
        let list = List::of(&packed, stamp);
        writeln!(std::io::stdout(), "{list}")?;
        let first_load = list.first_load_bytes();
        writeln!(
            std::io::stdout(),
            "{first_load} bytes by brotli are a first load"
        )?;
        if self.effort == Effort::Best && first_load > FIRST_LOAD_BYTES {
            bail!(
                "the first load is {first_load} bytes compressed; {FIRST_LOAD_BYTES} are allowed"
            );
        }
        list.write(&self.bundle, &packed)
    }

    /// The tables of the languages that are not compiled in, by the names of their files.
    fn tables(&self) -> Result<Files> {
        let words = Words::read_folder(&self.words)?;
        let tables = words.others.iter().map(|language| {
            let name = format!("{}{WORDS_ENDING}", language.tag);
            Ok((name, words.table(language).encode()?))
        });
        tables.collect()
    }
}

/// A hash over everything that is read.
#[derive(Default)]
struct Stamp(Sha256);

impl Stamp {
    fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes.len().to_be_bytes());
        self.0.update(bytes);
    }

    fn read(&mut self, path: &Path) -> Result<Vec<u8>> {
        let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        self.add(&bytes);
        Ok(bytes)
    }

    /// Reads a folder and those below it; names begin with `prefix`.
    fn read_folder(&mut self, folder: &Path, prefix: &str, files: &mut Files) -> Result<()> {
        let entries = std::fs::read_dir(folder);
        let entries = entries.with_context(|| format!("reading {}", folder.display()))?;
        let mut paths = entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()?;
        paths.sort();
        for path in paths {
            let name = path.file_name().and_then(|name| name.to_str());
            let name = name.with_context(|| format!("{} has no plain name", path.display()))?;
            let name = format!("{prefix}{name}");
            if path.is_dir() {
                self.read_folder(&path, &format!("{name}/"), files)?;
                continue;
            }
            self.add(name.as_bytes());
            let bytes = self.read(&path)?;
            add(files, name, bytes)?;
        }
        Ok(())
    }

    fn end(self) -> String {
        HEXLOWER.encode(&self.0.finalize())
    }
}

/// Adds a file, unless there is another under this name.
fn add(files: &mut Files, name: String, bytes: Vec<u8>) -> Result<()> {
    if files.get(&name).is_some_and(|other| *other != bytes) {
        bail!("two files are called {name}");
    }
    files.insert(name, bytes);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_is_read_or_refused() {
        let asked = ["out", "best", "words", "a.wasm", "a", "b.wasm", "b"];
        let asked = Asked::read(&asked).unwrap();
        assert_eq!(asked.parts.len(), 2);
        for wrong in [
            &["out", "best", "words"][..],
            &["out", "best", "words", "a.wasm"],
            &["out", "well", "words", "a.wasm", "a"],
        ] {
            assert!(Asked::read(wrong).is_none(), "{wrong:?}");
        }
    }

    #[test]
    fn any_change_of_what_goes_in_changes_the_stamp() {
        let folder = tempfile::tempdir().unwrap();
        let stamp = || {
            let mut stamp = Stamp::default();
            let mut files = Files::new();
            stamp.read_folder(folder.path(), "", &mut files).unwrap();
            stamp.end()
        };
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).unwrap();
        };
        write("a", "bc");
        let first = stamp();
        assert_eq!(stamp(), first);
        write("a", "bd");
        assert_ne!(stamp(), first);
        write("a", "bc");
        assert_eq!(stamp(), first);
        std::fs::rename(folder.path().join("a"), folder.path().join("ab")).unwrap();
        write("ab", "c");
        assert_ne!(stamp(), first);
    }

    #[test]
    fn two_files_under_one_name_must_be_the_same() {
        let mut files = Files::new();
        add(&mut files, "a".to_owned(), vec![1]).unwrap();
        add(&mut files, "a".to_owned(), vec![1]).unwrap();
        assert!(add(&mut files, "a".to_owned(), vec![2]).is_err());
    }
}
