//! Chunks: the pieces that a backup is stored in. Each is named by its content under a key, so that
//! what has not changed is there already, and nobody without the phrase learns that two are the same.

use crate::error::BackupError;
use crate::keys::{Keys, NAME_BYTES};
use crate::padding::{self, NONCE_BYTES, OVERHEAD_BYTES};
use data_encoding::BASE32_NOPAD;
use minicbor::{Decode, Encode};
use protocol::proof::signed_array;

/// The folder of a backup that chunks are in.
pub const FOLDER: &str = "chunks";
/// The longest file of a chunk, in bytes.
pub const LARGEST_BYTES: usize = 4 * 1024 * 1024;
/// Content with which a chunk is full, in bytes, unless its first row alone has more: its file has
/// 256 KiB then.
pub const FULL_BYTES: usize = 256 * 1024 - OVERHEAD_BYTES;

/// A chunk's name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(transparent)]
pub struct ChunkName(#[cbor(n(0), with = "minicbor::bytes")] [u8; NAME_BYTES]);

impl ChunkName {
    /// The name of its file: 52 lowercase letters and digits (RFC 4648 §6, without padding).
    pub fn file_name(&self) -> String {
        BASE32_NOPAD.encode(&self.0).to_lowercase()
    }

    /// The name that a file's name says, if it says one.
    pub fn from_file_name(name: &str) -> Option<Self> {
        let bytes = BASE32_NOPAD.decode(name.to_uppercase().as_bytes()).ok()?;
        let parsed = Self(bytes.try_into().ok()?);
        (parsed.file_name() == name).then_some(parsed)
    }

    fn bound(&self) -> Vec<u8> {
        signed_array("kith/backup-chunk", &[&self.0])
    }
}

impl std::fmt::Debug for ChunkName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ChunkName({})", self.file_name())
    }
}

/// Content that has its name and is not sealed yet.
pub struct Chunk {
    name: ChunkName,
    padded: Vec<u8>,
}

impl Chunk {
    /// Names some content.
    ///
    /// # Errors
    /// [`BackupError::TooLong`].
    pub fn new(keys: &Keys, content: &[u8]) -> Result<Self, BackupError> {
        let padded = padding::pad(content, LARGEST_BYTES)?;
        let name = ChunkName(keys.name_of(&padded));
        Ok(Self { name, padded })
    }

    /// Its name.
    pub fn name(&self) -> &ChunkName {
        &self.name
    }

    /// The bytes of its file, under a random nonce.
    ///
    /// # Errors
    /// [`BackupError::TooLong`], which [`Chunk::new`] rules out.
    pub fn seal(&self, keys: &Keys, nonce: &[u8; NONCE_BYTES]) -> Result<Vec<u8>, BackupError> {
        padding::seal(&keys.seal, nonce, &self.name.bound(), &self.padded)
    }
}

/// The content of a chunk's file: exactly that which has this name.
///
/// # Errors
/// [`BackupError`].
pub fn open(keys: &Keys, name: &ChunkName, file: &[u8]) -> Result<Vec<u8>, BackupError> {
    let padded = padding::open(&keys.seal, &name.bound(), file, LARGEST_BYTES)?;
    if keys.name_of(&padded) != name.0 {
        return Err(BackupError::Altered);
    }
    padding::unpad(padded)
}
