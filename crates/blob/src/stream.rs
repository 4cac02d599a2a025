//! STREAM (Hoang, Reyhanitabar, Rogaway, Vizár, *Online Authenticated-Encryption and its
//! Nonce-Reuse Misuse-Resistance*, CRYPTO 2015) with XChaCha20-Poly1305: the segment's number and
//! whether it is the last stand in its nonce.
//!
//! nonce = BlobId (16) ‖ 00 00 00 ‖ number (4, big-endian) ‖ last (1). The key is used for one blob;
//! the id in the nonce keeps a mistake about that from repeating a nonce.

use crate::error::BlobError;
use crate::key::BlobKey;
use aead_stream::{NewStream, StreamBE32, StreamPrimitive};
use chacha20poly1305::XChaCha20Poly1305;
use protocol::id::BlobId;

/// One blob's cipher.
pub(crate) struct Stream {
    stream: StreamBE32<XChaCha20Poly1305>,
    segments: u64,
}

impl Stream {
    pub(crate) fn new(key: &BlobKey, blob: &BlobId, segments: u64) -> Self {
        let mut nonce = [0; 19];
        let (id, _) = nonce.split_at_mut(BlobId::LENGTH);
        id.copy_from_slice(blob.as_bytes());
        Self {
            stream: StreamBE32::new(key.expose().into(), &nonce.into()),
            segments,
        }
    }

    /// Seals a segment in place.
    pub(crate) fn seal(&self, index: u64, segment: &mut Vec<u8>) -> Result<(), BlobError> {
        let (number, last) = self.position(index)?;
        let sealed = self.stream.encrypt_in_place(number, last, &[], segment);
        sealed.map_err(|_| BlobError::Segment { index })
    }

    /// Opens a segment in place.
    pub(crate) fn open(&self, index: u64, segment: &mut Vec<u8>) -> Result<(), BlobError> {
        let (number, last) = self.position(index)?;
        let opened = self.stream.decrypt_in_place(number, last, &[], segment);
        opened.map_err(|_| BlobError::Segment { index })
    }

    fn position(&self, index: u64) -> Result<(u32, bool), BlobError> {
        if index >= self.segments {
            return Err(BlobError::OutOfRange);
        }
        let number = u32::try_from(index).map_err(|_| BlobError::OutOfRange)?;
        Ok((number, index + 1 == self.segments))
    }
}
