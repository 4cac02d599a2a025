//! A folder's `seal.json`, in which stands how the keys of its databases are derived: read, and written whole.

use seal::{PassphraseSeal, SEAL_FILE, Seal};
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use crate::profile::ProfileError;
use crate::slot::{make_private_file, remove_if_there, sync};

/// A seal, until it is whole.
const NEW_SEAL: &str = "seal.json.new";

/// A new seal, whole and durable before any file that needs it.
///
/// # Errors
/// [`ProfileError::Folder`], [`ProfileError::Entropy`].
pub(crate) fn make_seal(folder: &Path) -> Result<Seal, ProfileError> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(ProfileError::Entropy)?;
    let seal = Seal::Passphrase(PassphraseSeal::new(salt));
    write_seal(folder, &seal).map_err(|source| ProfileError::Folder {
        folder: folder.to_owned(),
        source,
    })?;
    Ok(seal)
}

fn write_seal(folder: &Path, seal: &Seal) -> io::Result<()> {
    let text = seal.to_json().map_err(io::Error::other)?;
    let new = folder.join(NEW_SEAL);
    remove_if_there(&new)?;
    let write = || {
        make_private_file(&new)?;
        let mut file = OpenOptions::new().write(true).open(&new)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&new, folder.join(SEAL_FILE))?;
        sync(folder)
    };
    write().inspect_err(|_| {
        // The next seal takes its place if it stays.
        let _ = remove_if_there(&new);
    })
}

/// What a folder has, if it has one.
///
/// # Errors
/// [`ProfileError::SealDamaged`], [`ProfileError::Folder`].
pub(crate) fn read_seal(folder: &Path) -> Result<Option<Seal>, ProfileError> {
    match fs::read(folder.join(SEAL_FILE)) {
        Ok(text) => Seal::from_json(&text)
            .map(Some)
            .map_err(|_| ProfileError::SealDamaged(folder.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(ProfileError::Folder {
            folder: folder.to_owned(),
            source,
        }),
    }
}
