//! Lengths that tell little, and the seal: `nonce ‖ XChaCha20-Poly1305(length ‖ content ‖ zeros)`.

use chacha20poly1305::aead::{Aead, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::error::BackupError;

pub(crate) const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
/// Bytes of the length before the content.
const LENGTH_BYTES: usize = 4;
/// What is not content in a file.
pub(crate) const OVERHEAD_BYTES: usize = NONCE_BYTES + TAG_BYTES + LENGTH_BYTES;
/// The smallest file.
const SMALLEST: usize = 4 * 1024;
/// Up to here a file's length is a power of two, from here on a multiple of this.
const STEP: usize = 256 * 1024;

/// The length of a file that holds so many bytes.
fn bucket(bytes: usize) -> usize {
    if bytes <= STEP {
        bytes.max(SMALLEST).next_power_of_two()
    } else {
        bytes.next_multiple_of(STEP)
    }
}

/// Content with its length before it and zeros after it.
pub(crate) fn pad(content: &[u8], largest: usize) -> Result<Vec<u8>, BackupError> {
    let length = bucket(content.len().saturating_add(OVERHEAD_BYTES));
    if length > largest {
        return Err(BackupError::TooLong);
    }
    let content_bytes = u32::try_from(content.len()).map_err(|_| BackupError::TooLong)?;
    let mut padded = Vec::with_capacity(length - NONCE_BYTES);
    padded.extend(content_bytes.to_be_bytes());
    padded.extend(content);
    padded.resize(length - NONCE_BYTES - TAG_BYTES, 0);
    Ok(padded)
}

/// The content alone.
pub(crate) fn unpad(mut padded: Vec<u8>) -> Result<Vec<u8>, BackupError> {
    let malformed = BackupError::Malformed {
        what: "what fills it",
    };
    let (length, rest) = padded
        .split_first_chunk::<LENGTH_BYTES>()
        .ok_or(malformed)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| malformed)?;
    let (_, zeros) = rest.split_at_checked(length).ok_or(malformed)?;
    if zeros.iter().any(|byte| *byte != 0) {
        return Err(malformed);
    }
    padded.truncate(LENGTH_BYTES + length);
    padded.drain(..LENGTH_BYTES);
    Ok(padded)
}

/// Seals what was padded; `nonce` is random.
pub(crate) fn seal(
    key: &[u8; 32],
    nonce: &[u8; NONCE_BYTES],
    bound: &[u8],
    padded: &[u8],
) -> Result<Vec<u8>, BackupError> {
    let payload = Payload {
        msg: padded,
        aad: bound,
    };
    let sealed = XChaCha20Poly1305::new(key.into())
        .encrypt(&XNonce::from(*nonce), payload)
        .map_err(|_| BackupError::TooLong)?;
    let mut file = Vec::with_capacity(NONCE_BYTES + sealed.len());
    file.extend(nonce);
    file.extend(sealed);
    Ok(file)
}

/// Opens a file to what was padded.
pub(crate) fn open(
    key: &[u8; 32],
    bound: &[u8],
    file: &[u8],
    largest: usize,
) -> Result<Vec<u8>, BackupError> {
    if file.len() > largest {
        return Err(BackupError::TooLong);
    }
    let (nonce, sealed) = file
        .split_first_chunk::<NONCE_BYTES>()
        .ok_or(BackupError::Altered)?;
    let payload = Payload {
        msg: sealed,
        aad: bound,
    };
    XChaCha20Poly1305::new(key.into())
        .decrypt(&XNonce::from(*nonce), payload)
        .map_err(|_| BackupError::Altered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_tell_little() {
        let lengths = [0, 1, 4_000, 4_096, 200_000, STEP, STEP + 1, 3 * STEP];
        let buckets = lengths.map(bucket);
        let expected = [4_096, 4_096, 4_096, 4_096, STEP, STEP, 2 * STEP, 3 * STEP];
        assert_eq!(buckets, expected);
    }
}
