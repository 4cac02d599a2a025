//! The socket in a profile's folder, by a path that the system takes for an address: such a path is short.
//!
//! A longer one goes through the opened folder, where the system has a folder of what a process has open (Linux).

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};

use super::error::CommandError;

/// The name of the socket in the profile's folder.
const SOCKET: &str = "socket";
/// The longest path in an address, in bytes: there is one more for the end (`sun_path`, unix(7)).
const LONGEST: usize = if cfg!(target_os = "linux") { 107 } else { 103 };
/// Where a process finds what it has open (proc(5)).
const OPEN: &str = "/proc/self/fd";

/// Where the socket is, by its whole path.
pub(super) fn socket(folder: &Path) -> PathBuf {
    folder.join(SOCKET)
}

/// What to bind or to connect to, while this lives.
pub(super) struct Address {
    path: PathBuf,
    /// Through which the path goes.
    _folder: Option<File>,
}

impl Address {
    /// That of the socket in a folder.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] where the path is too long for this system; what it says of the folder.
    pub fn of(folder: &Path) -> io::Result<Self> {
        Self::through(Path::new(OPEN), folder)
    }

    fn through(open: &Path, folder: &Path) -> io::Result<Self> {
        let path = socket(folder);
        if path.as_os_str().len() <= LONGEST {
            return Ok(Self {
                path,
                _folder: None,
            });
        }
        if !open.is_dir() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let folder = File::open(folder)?;
        Ok(Self {
            path: socket(&open.join(folder.as_raw_fd().to_string())),
            _folder: Some(folder),
        })
    }

    /// The path.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Why a second command has to wait for the first where there is no address.
pub(super) fn too_long() -> CommandError {
    CommandError::Storage(
        "Another command uses the profile, and the path of its folder is too long here for two to use it at once; nothing \
         was done. End the other one, or name the folder by a shorter path to both: a symbolic link will do."
            .into(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_goes_through_the_folder_where_that_can_be() {
        let short = Path::new("/home/ada/.local/share/kith/profile");
        assert_eq!(Address::of(short).unwrap().path(), socket(short));
        let made = tempfile::tempdir().unwrap();
        let deep = made.path().join("deep".repeat(30));
        std::fs::create_dir(&deep).unwrap();
        let nowhere = Address::through(&made.path().join("none"), &deep);
        assert_eq!(
            nowhere.err().map(|error| error.kind()),
            Some(io::ErrorKind::InvalidInput)
        );
        if Path::new(OPEN).is_dir() {
            let address = Address::of(&deep).unwrap();
            assert!(address.path().as_os_str().len() <= LONGEST);
            File::create(socket(&deep)).unwrap();
            assert!(address.path().exists(), "it leads into the folder");
        }
    }
}
