//! Whether the bytes of blobs are what their rows say, beside a running home or without one.

use super::settings::BlobSettings;
use super::staging::hash_file;
use super::store::whole_file;
use data_encoding::HEXLOWER;
use home_store::{OpenError, WholeBlob, WholeBlobs};
use std::io;
use std::path::Path;

/// Sentences that are kept; more are counted.
const MAX_KEPT: usize = 100;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::home) struct Looked {
    /// Blobs whose rows say that they are whole.
    pub(in crate::home) blobs: u64,
    /// Whether their bytes were looked at: those in a bucket are not.
    pub(in crate::home) at_bytes: bool,
    /// Blobs that are wrong.
    pub(in crate::home) wrong: u64,
    /// What is wrong with the first of them, a sentence each.
    pub(in crate::home) found: Vec<String>,
}

/// Reads all bytes of all blobs of the home in `home`.
///
/// # Errors
/// [`OpenError`] if the rows cannot be read.
pub(in crate::home) fn look_through(
    home: &Path,
    settings: &BlobSettings,
) -> Result<Looked, OpenError> {
    let mut looked = Looked {
        at_bytes: settings.bucket.is_none(),
        ..Looked::default()
    };
    let Some(mut all) = WholeBlobs::begin(home)? else {
        return Ok(looked);
    };
    while let Some(blob) = all.next_one()? {
        looked.blobs += 1;
        if !looked.at_bytes {
            continue;
        }
        // A running home may have erased it since its row was read.
        if let Some(what) = wrong_with(&blob, &settings.folder)
            && all.still_has(&blob)?
        {
            looked.wrong += 1;
            if looked.found.len() < MAX_KEPT {
                let name = HEXLOWER.encode(blob.blob.as_bytes());
                looked.found.push(format!("blob {name} {what}"));
            }
        }
    }
    Ok(looked)
}

fn wrong_with(blob: &WholeBlob, folder: &Path) -> Option<String> {
    let path = whole_file(folder, &blob.blob);
    let bytes = match std::fs::metadata(&path) {
        Ok(found) => found.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Some("is not there".to_owned());
        }
        Err(error) => return Some(format!("cannot be read: {error}")),
    };
    if bytes != blob.size {
        return Some(format!("has {bytes} bytes instead of {}", blob.size));
    }
    match hash_file(&path) {
        Ok(hash) if hash == *blob.hash.as_bytes() => None,
        Ok(_) => Some("is not what came".to_owned()),
        Err(error) => Some(format!("cannot be read: {error}")),
    }
}
