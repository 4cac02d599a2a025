//! The home's Ed25519 seed: made once, kept in `home.key`, readable by its owner alone.
//!
//! A home that loses it is another home to everybody, so it is durable (file and folder) before it
//! is used the first time.

use super::error::HomeCommandError;
use super::private_file::keep;
use home_core::ticket::TicketKey;
use home_store::KEY_FILE;
use std::fs;
use std::io;
use std::path::Path;
use zeroize::Zeroizing;

/// Reads the seed, or makes it. The folder must be locked, and what it lacks already there: the key says that
/// it is a home.
///
/// # Errors
/// [`HomeCommandError::Key`], [`HomeCommandError::KeyDamaged`], [`HomeCommandError::System`].
pub(super) fn seed(folder: &Path) -> Result<Zeroizing<[u8; 32]>, HomeCommandError> {
    let path = folder.join(KEY_FILE);
    match fs::read(&path).map(Zeroizing::new) {
        Ok(bytes) => match bytes.as_slice().try_into() {
            Ok(seed) => Ok(Zeroizing::new(seed)),
            Err(_) => Err(HomeCommandError::KeyDamaged {
                path,
                found: bytes.len(),
            }),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut seed = Zeroizing::new([0; 32]);
            random(seed.as_mut())?;
            match keep(&path, &*seed) {
                Ok(()) => Ok(seed),
                Err(source) => Err(HomeCommandError::Key { path, source }),
            }
        }
        Err(source) => Err(HomeCommandError::Key { path, source }),
    }
}

/// A key for tickets, for this run.
///
/// # Errors
/// [`HomeCommandError::System`].
pub(super) fn ticket_key() -> Result<TicketKey, HomeCommandError> {
    let mut key = Zeroizing::new([0; 32]);
    random(key.as_mut())?;
    Ok(TicketKey::new(*key))
}

/// Fills bytes from the operating system's randomness.
///
/// # Errors
/// [`HomeCommandError::System`].
pub(super) fn random(bytes: &mut [u8]) -> Result<(), HomeCommandError> {
    getrandom::fill(bytes).map_err(|error| HomeCommandError::System {
        what: "randomness",
        source: io::Error::other(error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_made_once_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let first = seed(folder.path()).unwrap();
        assert_eq!(*first, *seed(folder.path()).unwrap());
        assert_ne!(*first, [0; 32]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join(KEY_FILE))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_damaged_key_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(KEY_FILE), [1; 31]).unwrap();
        let error = seed(folder.path()).unwrap_err();
        assert_eq!(error.exit_code(), 7);
        assert_eq!(fs::read(folder.path().join(KEY_FILE)).unwrap(), [1; 31]);
    }
}
