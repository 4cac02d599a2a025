//! The one plain file of a backup, for people and programs that find the folder: nothing secret.

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use crate::error::BackupError;
use crate::keys::Keys;

/// Its name.
pub const DESCRIPTION_FILE: &str = "kith-backup.json";
/// The format that this program writes.
const FORMAT: u32 = 1;
/// Longer than any.
const LARGEST_BYTES: usize = 64 * 1024;
const ABOUT: &str = "A backup of a Kith profile, sealed under 24 words that its owner keeps. Restore it with: \
                     kith recovery restore FOLDER. Without the words nobody can open it. Keep all of this folder.";

/// What `kith-backup.json` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// What this is, for people.
    about: String,
    /// The version of the format.
    kith_backup: u32,
    /// Tells the right phrase from another: hexadecimal, 16 bytes.
    phrase_check: String,
}

impl Description {
    /// Of a backup under these keys.
    pub fn new(keys: &Keys) -> Self {
        Self {
            about: ABOUT.to_owned(),
            kith_backup: FORMAT,
            phrase_check: HEXLOWER.encode(keys.check()),
        }
    }

    /// The bytes of the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = serde_json::to_vec_pretty(self).unwrap_or_default();
        text.push(b'\n');
        text
    }

    /// Reads the file.
    ///
    /// # Errors
    /// [`BackupError::Foreign`], [`BackupError::Newer`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BackupError> {
        if bytes.len() > LARGEST_BYTES {
            return Err(BackupError::Foreign);
        }
        #[derive(Deserialize)]
        struct Version {
            kith_backup: u32,
        }
        let version: Version = serde_json::from_slice(bytes).map_err(|_| BackupError::Foreign)?;
        if version.kith_backup != FORMAT {
            return Err(BackupError::Newer {
                found: version.kith_backup,
                known: FORMAT,
            });
        }
        serde_json::from_slice(bytes).map_err(|_| BackupError::Foreign)
    }

    /// Whether these are the keys of the phrase that it is sealed under.
    pub fn is_of(&self, keys: &Keys) -> bool {
        self.phrase_check == HEXLOWER.encode(keys.check())
    }
}
