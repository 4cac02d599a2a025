//! The salt of a message and the id that is derived from it (draft-ietf-mimi-content-08 §3.3).

use std::fmt;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::error::UriError;
use crate::uri::{RoomUri, SenderUri, URI_BYTES};

/// Octets of a [`Salt`].
pub const SALT_BYTES: usize = 16;
/// Octets of a [`MessageId`].
pub const MESSAGE_ID_BYTES: usize = 32;
/// SHA-256 in IANA's Named Information hash registry, the first octet of every id.
const SHA_256: u8 = 1;

/// What makes a message unlike all others: 16 octets that the caller draws at random for each message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Salt([u8; SALT_BYTES]);

impl Salt {
    /// Wraps 16 octets, which must come from a cryptographic random generator (draft §4.1).
    pub const fn new(octets: [u8; SALT_BYTES]) -> Self {
        Salt(octets)
    }

    /// The octets.
    pub const fn as_bytes(&self) -> &[u8; SALT_BYTES] {
        &self.0
    }
}

/// Names a message: the number of the hash algorithm (always 1, SHA-256), then 31 octets of the hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId([u8; MESSAGE_ID_BYTES]);

impl MessageId {
    /// Wraps an id that was derived earlier; `None` when its first octet names an algorithm other than SHA-256, which
    /// draft §9.1 wants discarded.
    pub fn from_bytes(octets: [u8; MESSAGE_ID_BYTES]) -> Option<Self> {
        (octets.first() == Some(&SHA_256)).then_some(MessageId(octets))
    }

    /// The octets.
    pub const fn as_bytes(&self) -> &[u8; MESSAGE_ID_BYTES] {
        &self.0
    }

    /// Derives the id of the encoded message `message` with its `salt`, for URIs of any scheme (draft §3.3).
    ///
    /// `message` is the whole encoding, salt included. Kith's own messages have [`crate::MimiContent::message_id`].
    ///
    /// # Errors
    /// [`UriError::TooLong`] when a URI's length does not fit 16 bits.
    pub fn derive(sender: &str, room: &str, message: &[u8], salt: &Salt) -> Result<Self, UriError> {
        let length = |uri: &str| {
            u16::try_from(uri.len()).map_err(|_| UriError::TooLong { found: uri.len() })
        };
        Ok(hash(
            (length(sender)?, sender),
            (length(room)?, room),
            message,
            salt,
        ))
    }

    /// As [`MessageId::derive`], for Kith's URIs, whose lengths always fit.
    pub(crate) fn of(sender: &SenderUri, room: &RoomUri, message: &[u8], salt: &Salt) -> Self {
        let (sender, room) = (sender.to_string(), room.to_string());
        hash((URI_BYTES, &sender), (URI_BYTES, &room), message, salt)
    }
}

/// Lengths are big-endian; the salt comes once more at the end so that the hash cannot be extended.
fn hash(sender: (u16, &str), room: (u16, &str), message: &[u8], salt: &Salt) -> MessageId {
    let mut hasher = Sha256::new();
    for (length, uri) in [sender, room] {
        hasher.update(length.to_be_bytes());
        hasher.update(uri.as_bytes());
    }
    hasher.update(message);
    hasher.update(salt.as_bytes());
    let output = hasher.finalize();
    let mut id = [SHA_256; MESSAGE_ID_BYTES];
    for (to, from) in id.iter_mut().skip(1).zip(output.iter()) {
        *to = *from;
    }
    MessageId(id)
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::{MessageId, Salt};
    use crate::UriError;

    #[test]
    fn an_id_of_another_algorithm_is_not_accepted() {
        let mut octets = [7; 32];
        assert_eq!(MessageId::from_bytes(octets), None);
        octets[0] = 1;
        assert_eq!(
            MessageId::from_bytes(octets).map(|id| *id.as_bytes()),
            Some(octets)
        );
    }

    #[test]
    fn the_lengths_keep_sender_and_room_apart() {
        let salt = Salt::new([0; 16]);
        let one = MessageId::derive("ab", "c", b"", &salt).unwrap();
        let other = MessageId::derive("a", "bc", b"", &salt).unwrap();
        assert_ne!(one, other);
    }

    #[test]
    fn a_uri_beyond_sixteen_bits_of_length_has_no_id() {
        let long = "a".repeat(65_536);
        let salt = Salt::new([0; 16]);
        let error = Err(UriError::TooLong { found: 65_536 });
        assert_eq!(MessageId::derive(&long, "", b"", &salt), error);
        assert_eq!(MessageId::derive("", &long, b"", &salt), error);
        assert!(MessageId::derive(&long[1..], "", b"", &salt).is_ok());
    }
}
