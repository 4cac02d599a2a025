//! Why `kith home` or what is done beside it ended, with the exit code of the contract.

use super::blobs::BlobStoreError;
use home_core::StoreError;
use home_store::{BackupError, OpenError};
use protocol::home_url::HomeUrlError;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::counted::counted;

/// Why a command of the home ended.
#[derive(Debug, thiserror::Error)]
pub enum HomeCommandError {
    /// The platform names no folder and none was given.
    #[error("this system names no data folder; nothing was started; name one with --data")]
    NoDataFolder,
    /// The configuration that was named is not there.
    #[error("there is no configuration at {}; nothing was done; name another with --config", path.display())]
    ConfigMissing {
        /// The file.
        path: PathBuf,
    },
    /// The configuration cannot be read.
    #[error("the configuration {} cannot be read: {source}; nothing was done; make it readable or name another with --config", path.display())]
    ConfigUnreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The configuration says something that it cannot.
    #[error("the configuration {} does not hold: {what}; nothing was done; mend it and try again", path.display())]
    ConfigInvalid {
        /// The file.
        path: PathBuf,
        /// What is wrong, with the line.
        what: String,
    },
    /// A setting cannot be written down, as a path that is no text.
    #[error("a setting cannot be used: {0}; nothing was done")]
    Settings(serde_json::Error),
    /// `url` is no home's address.
    #[error("the home's url: {0}; nothing was started; write it as https://example.org")]
    Url(HomeUrlError),
    /// The address cannot be listened on.
    #[error(
        "cannot listen on {address}: {source}; nothing was started; choose another with --listen"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The folder or a file in it cannot be used.
    #[error("{}; nothing was changed; {}", .0, remedy(.0))]
    Folder(#[from] OpenError),
    /// Only one of the two files of a certificate is named.
    #[error(
        "the settings tls.certificate and tls.key belong together, and only one is set; nothing was started; name both or none"
    )]
    HalfACertificate,
    /// No certificate can be asked for.
    #[error("no certificate is asked for: {0}; nothing was started")]
    Acme(&'static str),
    /// A file of the certificate cannot be read.
    #[error("{} cannot be read: {source}; nothing was changed; make it readable for the home or name another file", path.display())]
    CertificateUnreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file of the certificate does not hold what it should.
    #[error("{} cannot be used for TLS: {what}; nothing was changed; name a certificate with its chain and its key, both as PEM", path.display())]
    CertificateInvalid {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}; nothing was started")]
    Tls(rustls::Error),
    /// A text of the card is no line.
    #[error(
        "the setting card.{0} is blank, longer than 512 bytes or more than one line; nothing was started; write one line"
    )]
    Card(&'static str),
    /// The app that browsers load cannot be used.
    #[error(
        "the app in {place} cannot be used: {what}; nothing was started; make it by cargo xtask web, or start without --app"
    )]
    App {
        /// Where it is.
        place: String,
        /// What is wrong with it.
        what: String,
    },
    /// The header for addresses is none.
    #[error(
        "in limits.address-header `{0}` is no name of a header; nothing was started; name the one in which your proxy says who asks, or none"
    )]
    AddressHeader(String),
    /// The home's key cannot be read or made.
    #[error("the home's key in {} cannot be used: {source}; nothing was changed", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The home's key has another length than a key.
    #[error(
        "the home's key in {} has {found} bytes instead of 32; nothing was changed; restore the file from a backup",
        path.display()
    )]
    KeyDamaged {
        /// The file.
        path: PathBuf,
        /// Its bytes.
        found: usize,
    },
    /// The storage of blobs cannot be used.
    #[error("{0}; nothing was started; look at the settings that begin with `blobs.`")]
    Blobs(#[from] BlobStoreError),
    /// A store failed while the home ran.
    #[error(
        "{0}: {reason}; the home has stopped, and whatever it confirmed is safe; look at the disk and start it again",
        reason = std::error::Error::source(.0).map_or_else(String::new, ToString::to_string)
    )]
    Store(#[from] StoreError),
    /// There is no such inbox or log.
    #[error("there is no {what} of this id here, or it is erased already; nothing was changed")]
    NotHere {
        /// Inbox or log.
        what: &'static str,
    },
    /// The home is damaged.
    #[error(
        "{} wrong in {}; nothing was changed; copy the folder as it is, then restore a backup, and look at the disk",
        counted(*wrong, "thing is", "things are"),
        folder.display()
    )]
    Wrong {
        /// The home's folder.
        folder: PathBuf,
        /// How many.
        wrong: u64,
    },
    /// There is no backup.
    #[error("{0}; there is no new backup, and the home is as it was")]
    Backup(BackupError),
    /// The backup was not restored.
    #[error("{0}; nothing was restored, and the backup is as it was")]
    Restore(BackupError),
    /// The system refuses what every program needs: threads, randomness, its output.
    #[error("the system refuses {what}: {source}")]
    System {
        /// What was asked for.
        what: &'static str,
        /// What it said.
        source: std::io::Error,
    },
}

/// What to do about a home's folder that cannot be opened.
const fn remedy(error: &OpenError) -> &'static str {
    match error {
        OpenError::Locked { .. } => "end that one first, or name another folder with --data",
        OpenError::Missing { .. } => "name the folder of a home with --data",
        OpenError::Lost { .. } => "a new home can begin in another folder, named with --data",
        OpenError::Foreign { .. } => "move that file away, or name another folder with --data",
        OpenError::Unusable { .. } => {
            "let this user read and write it and see that its disk has room, or name another folder with --data"
        }
        OpenError::Newer { .. } => "update this program, or name another folder with --data",
        OpenError::Older { .. } => "start the home once: kith home",
        OpenError::Database { .. } | OpenError::Store { .. } => {
            "copy the folder as it is and look at its disk; if the file is damaged, restore a backup into another folder with \
             kith home restore"
        }
    }
}

impl HomeCommandError {
    /// The exit code: 5 invalid input, 7 the disk or the store refuses, 1 everything else.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::NoDataFolder
            | Self::Url(_)
            | Self::Listen { .. }
            | Self::AddressHeader(_)
            | Self::Card(_)
            | Self::App { .. } => 5,
            Self::ConfigMissing { .. } | Self::ConfigInvalid { .. } | Self::Settings(_) => 5,
            Self::Blobs(BlobStoreError::Object(_)) => 5,
            Self::HalfACertificate | Self::CertificateInvalid { .. } | Self::Acme(_) => 5,
            Self::ConfigUnreadable { .. } | Self::CertificateUnreadable { .. } => 7,
            Self::Blobs(BlobStoreError::Folder { .. }) => 7,
            Self::Folder(OpenError::Missing { .. }) => 5,
            Self::Backup(error) | Self::Restore(error) => of_copies(error),
            Self::NotHere { .. } => 5,
            Self::Wrong { .. } => 7,
            Self::Folder(_) | Self::Key { .. } | Self::KeyDamaged { .. } | Self::Store(_) => 7,
            Self::System { .. } | Self::Tls(_) => 1,
        }
    }

    /// The kind with `--json`.
    pub fn kind(&self) -> &'static str {
        match self.exit_code() {
            5 => "invalid",
            7 => "storage",
            _ => "bug",
        }
    }
}

/// What was named is wrong, or the disk is.
fn of_copies(error: &BackupError) -> u8 {
    match error {
        BackupError::Exists { .. }
        | BackupError::CutOff { .. }
        | BackupError::NoBackup { .. }
        | BackupError::NewerForm { .. }
        | BackupError::Damaged { .. }
        | BackupError::Unsound { .. }
        | BackupError::Foreign { .. }
        | BackupError::Occupied { .. }
        | BackupError::Open(OpenError::Missing { .. } | OpenError::Newer { .. }) => 5,
        BackupError::Open(_)
        | BackupError::Source { .. }
        | BackupError::Disk { .. }
        | BackupError::Busy => 7,
    }
}
