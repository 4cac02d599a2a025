//! A file that gets its name when all of it is there. Until then it has none where the system can do that (Linux's
//! `O_TMPFILE`, open(2)), so that of one that is never finished, because the program was killed, nothing stays.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use tempfile::NamedTempFile;

/// Where the system shows a process its open files, by which one of them is given a name.
#[cfg(target_os = "linux")]
const OPEN_FILES: &str = "/proc/self/fd";

/// A file without its name.
pub(crate) enum Unnamed {
    /// It has none.
    #[cfg(target_os = "linux")]
    Open(File),
    /// It has another one meanwhile.
    Named(NamedTempFile),
}

impl Unnamed {
    /// Makes an empty one in a folder, on whose disk it then is. Only its owner may read it.
    ///
    /// # Errors
    /// What the system says.
    pub fn new_in(folder: &Path) -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        if Path::new(OPEN_FILES).is_dir() {
            use rustix::fs::{Mode, OFlags};
            let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
            if let Ok(file) = rustix::fs::open(folder, flags, Mode::RUSR | Mode::WUSR) {
                return Ok(Self::Open(file.into()));
            }
        }
        tempfile::Builder::new()
            .prefix(".kith-")
            .suffix(".part")
            .tempfile_in(folder)
            .map(Self::Named)
    }

    /// The file.
    pub fn as_file(&self) -> &File {
        match self {
            #[cfg(target_os = "linux")]
            Self::Open(file) => file,
            Self::Named(file) => file.as_file(),
        }
    }

    /// Gives it its name. It comes back if that is taken.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::AlreadyExists`] with the file.
    pub fn give_name(self, path: &Path) -> Result<(), (Self, io::Error)> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Open(file) => {
                use rustix::fs::{AtFlags, CWD, linkat};
                use std::os::fd::AsRawFd as _;
                let open = format!("{OPEN_FILES}/{}", file.as_raw_fd());
                linkat(CWD, open, CWD, path, AtFlags::SYMLINK_FOLLOW)
                    .map_err(|error| (Self::Open(file), error.into()))
            }
            Self::Named(file) => match file.persist_noclobber(path) {
                Ok(_) => Ok(()),
                Err(error) => Err((Self::Named(error.file), error.error)),
            },
        }
    }
}

impl Write for Unnamed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.as_file().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.as_file().flush()
    }
}
