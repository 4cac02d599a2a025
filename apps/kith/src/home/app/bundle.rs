//! Which files of the app there are: those that the build put into this program, or those of a folder
//! that is read anew for each request, for whoever works on them. Either way the list that
//! `apps/web_build` wrote says what there is, and nothing else is looked for.

use crate::home::error::HomeCommandError;
use axum::body::Bytes;
use axum::http::HeaderValue;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The list's name in a folder.
const LIST: &str = "bundle.json";

/// What the build put into this program.
struct Embedded {
    /// The list.
    list: &'static str,
    /// The compressed forms of its files, `NAME.br` and `NAME.gz`.
    files: &'static [(&'static str, &'static [u8])],
}

const EMBEDDED: Option<Embedded> = include!(concat!(env!("OUT_DIR"), "/app.rs"));

/// Where the files are.
#[derive(Debug)]
pub(super) enum Bundle {
    /// The program was built without any.
    None,
    /// In memory, by their names.
    Held(BTreeMap<String, File>),
    /// In a folder.
    Folder(PathBuf),
}

/// One file.
#[derive(Debug, Clone)]
pub(super) struct File {
    pub(super) media_type: HeaderValue,
    /// Whether the worker begins with it.
    pub(super) is_worker: bool,
    /// Of its bytes, in hexadecimal digits.
    pub(super) sha256: String,
    /// Its length as it is.
    pub(super) bytes: usize,
    pub(super) brotli: Bytes,
    pub(super) gzip: Bytes,
}

/// Why a bundle cannot be used.
#[derive(Debug)]
pub(super) struct BundleError {
    /// Where it is.
    pub(super) place: String,
    /// What is wrong with it.
    pub(super) what: String,
}

impl From<BundleError> for HomeCommandError {
    fn from(BundleError { place, what }: BundleError) -> Self {
        Self::App { place, what }
    }
}

#[derive(Debug, Deserialize)]
struct List {
    files: Vec<Listed>,
}

#[derive(Debug, Deserialize)]
struct Listed {
    name: String,
    media_type: String,
    worker: bool,
    sha256: String,
    bytes: usize,
}

impl Bundle {
    /// That of the folder, if one is named, else that of this program.
    ///
    /// # Errors
    /// [`BundleError`].
    pub(super) fn new(folder: Option<PathBuf>) -> Result<Self, BundleError> {
        if let Some(folder) = folder {
            read_list(&folder)?;
            return Ok(Self::Folder(folder));
        }
        match EMBEDDED {
            Some(embedded) => embedded.held().map(Self::Held),
            None => Ok(Self::None),
        }
    }

    /// A file by its name.
    ///
    /// # Errors
    /// [`BundleError`] if there is one and it cannot be read.
    pub(super) async fn find(&self, name: &str) -> Result<Option<File>, BundleError> {
        let (folder, name) = match self {
            Self::None => return Ok(None),
            Self::Held(files) => return Ok(files.get(name).cloned()),
            Self::Folder(folder) => (folder.clone(), name.to_owned()),
        };
        let reading = tokio::task::spawn_blocking(move || read(&folder, &name));
        reading.await.unwrap_or_else(|error| {
            Err(BundleError {
                place: "the folder".to_owned(),
                what: error.to_string(),
            })
        })
    }
}

impl Embedded {
    fn held(&self) -> Result<BTreeMap<String, File>, BundleError> {
        let wrong = |what: String| BundleError {
            place: "this program".to_owned(),
            what,
        };
        let form = |name: String| {
            let found = self.files.iter().find(|(other, _)| *other == name);
            let (_, bytes) = found.ok_or_else(|| wrong(format!("{name} is missing")))?;
            Ok(Bytes::from_static(bytes))
        };
        let list: List =
            serde_json::from_str(self.list).map_err(|error| wrong(error.to_string()))?;
        let files = list.files.into_iter().map(|listed| {
            let (brotli, gzip) = (form(listed.br())?, form(listed.gz())?);
            let name = listed.name.clone();
            Ok((name, listed.with(brotli, gzip).map_err(wrong)?))
        });
        files.collect()
    }
}

impl Listed {
    fn br(&self) -> String {
        format!("{}.br", self.name)
    }

    fn gz(&self) -> String {
        format!("{}.gz", self.name)
    }

    fn with(self, brotli: Bytes, gzip: Bytes) -> Result<File, String> {
        let media_type = HeaderValue::try_from(self.media_type);
        Ok(File {
            media_type: media_type.map_err(|_| format!("{} has no media type", self.name))?,
            is_worker: self.worker,
            sha256: self.sha256,
            bytes: self.bytes,
            brotli,
            gzip,
        })
    }
}

fn read_list(folder: &Path) -> Result<List, BundleError> {
    let wrong = |what: String| BundleError {
        place: folder.display().to_string(),
        what,
    };
    let list = std::fs::read(folder.join(LIST));
    let list = list.map_err(|error| wrong(format!("{LIST}: {error}")))?;
    serde_json::from_slice(&list).map_err(|error| wrong(format!("{LIST}: {error}")))
}

fn read(folder: &Path, name: &str) -> Result<Option<File>, BundleError> {
    let list = read_list(folder)?;
    let Some(listed) = list.files.into_iter().find(|file| file.name == name) else {
        return Ok(None);
    };
    let wrong = |what: String| BundleError {
        place: folder.display().to_string(),
        what,
    };
    let form = |name: String| {
        let read = std::fs::read(folder.join(&name));
        let read = read.map_err(|error| wrong(format!("{name}: {error}")));
        read.map(Bytes::from)
    };
    let (brotli, gzip) = (form(listed.br())?, form(listed.gz())?);
    listed.with(brotli, gzip).map(Some).map_err(wrong)
}
