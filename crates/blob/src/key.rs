//! The two values of a blob that only members know.

use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Seals one blob: random, used for nothing else.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct BlobKey([u8; 32]);

impl BlobKey {
    /// Takes 32 bytes from a cryptographic generator.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key itself, for the conversation and the sealed store alone.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BlobKey(redacted)")
    }
}

/// The root of the tree of hashes over a blob's segments: it says which blob was meant, also to those
/// who hold the key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BlobRoot([u8; 32]);

impl BlobRoot {
    /// Takes the bytes as they are.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for BlobRoot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobRoot({})", data_encoding::HEXLOWER.encode(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_says_nothing_of_the_key() {
        assert_eq!(format!("{:?}", BlobKey::new([7; 32])), "BlobKey(redacted)");
    }
}
