//! The manifest: which chunks make up a profile as it was at one time. It is written last, so one that
//! is there is whole.

use crate::chunk::ChunkName;
use crate::error::BackupError;
use crate::keys::Keys;
use crate::padding::{self, NONCE_BYTES};
use minicbor::{Decode, Encode};
use protocol::canonical;
use protocol::encoding::encoded;
use protocol::proof::signed_array;

/// The folder of a backup that manifests are in.
pub const FOLDER: &str = "manifests";
/// Digits of a manifest's number.
const DIGITS: usize = 20;
/// The longest file of a manifest, in bytes: names of half a million chunks.
pub const LARGEST_BYTES: usize = 16 * 1024 * 1024;

/// A profile as it was at one time.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Manifest {
    /// When it was made, Unix seconds.
    #[n(0)]
    pub made_s: u64,
    /// The version of the schema that the rows are of.
    #[n(1)]
    pub schema: u32,
    /// The tables, in the order in which they are restored.
    #[n(2)]
    pub tables: Vec<Table>,
}

/// The rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Table {
    /// Its name.
    #[n(0)]
    pub name: String,
    /// The columns, in the order in which rows have them.
    #[n(1)]
    pub columns: Vec<String>,
    /// How many rows there are.
    #[n(2)]
    pub rows: u64,
    /// The chunks that hold them.
    #[n(3)]
    pub chunks: Vec<ChunkName>,
}

/// The name of a manifest's file.
pub fn file_name(number: u64) -> String {
    format!("{number:0DIGITS$}")
}

/// The number that a file's name says, if it is written as Kith writes it.
pub fn number_of(name: &str) -> Option<u64> {
    let number = name.parse().ok()?;
    (file_name(number) == name).then_some(number)
}

fn bound(number: u64) -> Vec<u8> {
    signed_array("kith/backup-manifest", &[&number.to_be_bytes()])
}

impl Manifest {
    /// All chunks that it needs, some perhaps twice.
    pub fn chunks(&self) -> impl Iterator<Item = &ChunkName> {
        self.tables.iter().flat_map(|table| &table.chunks)
    }

    /// The rows of one table.
    pub fn rows_of(&self, table: &str) -> u64 {
        let found = self.tables.iter().filter(|one| one.name == table);
        found.map(|one| one.rows).sum()
    }

    /// The bytes of its file, under a random nonce. `number`: that of this backup in its folder.
    ///
    /// # Errors
    /// [`BackupError::TooLong`].
    pub fn seal(
        &self,
        keys: &Keys,
        number: u64,
        nonce: &[u8; NONCE_BYTES],
    ) -> Result<Vec<u8>, BackupError> {
        let padded = padding::pad(&encoded(self), LARGEST_BYTES)?;
        padding::seal(&keys.seal, nonce, &bound(number), &padded)
    }

    /// Opens a manifest's file.
    ///
    /// # Errors
    /// [`BackupError`].
    pub fn open(keys: &Keys, number: u64, file: &[u8]) -> Result<Self, BackupError> {
        let padded = padding::open(&keys.seal, &bound(number), file, LARGEST_BYTES)?;
        Self::from_bytes(&padding::unpad(padded)?)
    }

    /// Reads what a manifest's file holds.
    ///
    /// # Errors
    /// [`BackupError::Malformed`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BackupError> {
        let malformed = BackupError::Malformed {
            what: "its table of contents",
        };
        canonical::check(bytes).map_err(|_| malformed)?;
        minicbor::decode(bytes).map_err(|_| malformed)
    }
}
