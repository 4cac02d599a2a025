//! How a persona and a conversation are named in message content: `kith:p/…` and `kith:c/…`.
//!
//! After the prefix stand 32 octets in lowercase base32 without padding (RFC 4648 §6). There is one spelling only, as
//! message ids hash it (draft-ietf-mimi-content-08 §3.3).

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE32_NOPAD;

use crate::error::UriError;

const KEY_BYTES: usize = 32;
/// 32 octets in base32.
const ENCODED_CHARS: usize = 52;
const SENDER_PREFIX: &str = "kith:p/";
const ROOM_PREFIX: &str = "kith:c/";
/// Length of either URI in octets, as it goes into a message id.
pub(crate) const URI_BYTES: u16 = 59;

/// Names the persona that sent a message: `kith:p/` and the SHA-256 fingerprint of the persona.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SenderUri([u8; KEY_BYTES]);

/// Names a conversation: `kith:c/` and 32 octets that its members derive, the same for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoomUri([u8; KEY_BYTES]);

impl SenderUri {
    /// The URI of the persona with this SHA-256 fingerprint.
    pub const fn from_fingerprint(fingerprint: [u8; KEY_BYTES]) -> Self {
        SenderUri(fingerprint)
    }

    /// Parses the one spelling.
    ///
    /// # Errors
    /// [`UriError::WrongPrefix`], [`UriError::WrongLength`] or [`UriError::NotBase32`].
    pub fn parse(text: &str) -> Result<Self, UriError> {
        parse(SENDER_PREFIX, text).map(SenderUri)
    }

    /// The persona's SHA-256 fingerprint.
    pub const fn fingerprint(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

impl RoomUri {
    /// The URI of the conversation with this key.
    pub const fn from_conversation_key(key: [u8; KEY_BYTES]) -> Self {
        RoomUri(key)
    }

    /// Parses the one spelling.
    ///
    /// # Errors
    /// [`UriError::WrongPrefix`], [`UriError::WrongLength`] or [`UriError::NotBase32`].
    pub fn parse(text: &str) -> Result<Self, UriError> {
        parse(ROOM_PREFIX, text).map(RoomUri)
    }

    /// The conversation's key.
    pub const fn conversation_key(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

impl fmt::Display for SenderUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SENDER_PREFIX}{}", base32(&self.0))
    }
}

impl fmt::Display for RoomUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{ROOM_PREFIX}{}", base32(&self.0))
    }
}

impl FromStr for SenderUri {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Self, UriError> {
        Self::parse(text)
    }
}

impl FromStr for RoomUri {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Self, UriError> {
        Self::parse(text)
    }
}

fn base32(key: &[u8; KEY_BYTES]) -> String {
    BASE32_NOPAD.encode(key).to_ascii_lowercase()
}

fn parse(prefix: &'static str, text: &str) -> Result<[u8; KEY_BYTES], UriError> {
    let encoded = text
        .strip_prefix(prefix)
        .ok_or(UriError::WrongPrefix { expected: prefix })?;
    if encoded.len() != ENCODED_CHARS {
        return Err(UriError::WrongLength {
            expected: ENCODED_CHARS,
            found: encoded.len(),
        });
    }
    if encoded.bytes().any(|octet| octet.is_ascii_uppercase()) {
        return Err(UriError::NotBase32);
    }
    let decoded = BASE32_NOPAD
        .decode(encoded.to_ascii_uppercase().as_bytes())
        .map_err(|_| UriError::NotBase32)?;
    decoded.try_into().map_err(|_| UriError::NotBase32)
}

#[cfg(test)]
mod tests {
    use super::{RoomUri, SenderUri, URI_BYTES};
    use crate::UriError;

    #[test]
    fn a_uri_reads_back_as_what_was_written() {
        let sender = SenderUri::from_fingerprint([0xa5; 32]);
        let room = RoomUri::from_conversation_key([0; 32]);
        assert_eq!(SenderUri::parse(&sender.to_string()), Ok(sender));
        assert_eq!(room.to_string().parse(), Ok(room));
        assert_eq!(room.to_string(), format!("kith:c/{}", "a".repeat(52)));
        assert_eq!(sender.to_string().len(), usize::from(URI_BYTES));
        assert_eq!(room.to_string().len(), usize::from(URI_BYTES));
    }

    #[test]
    fn only_one_spelling_is_accepted() {
        let a = |count| "a".repeat(count);
        for (text, error) in [
            (
                format!("kith:c/{}", a(52)),
                UriError::WrongPrefix {
                    expected: "kith:p/",
                },
            ),
            (
                format!("KITH:p/{}", a(52)),
                UriError::WrongPrefix {
                    expected: "kith:p/",
                },
            ),
            (
                format!("kith:p/{}", a(51)),
                UriError::WrongLength {
                    expected: 52,
                    found: 51,
                },
            ),
            (
                format!("kith:p/{}====", a(52)),
                UriError::WrongLength {
                    expected: 52,
                    found: 56,
                },
            ),
            (format!("kith:p/{}A", a(51)), UriError::NotBase32),
            (format!("kith:p/{}1", a(51)), UriError::NotBase32),
            (format!("kith:p/{}é", a(50)), UriError::NotBase32),
            // Four bits after the 256th must be zero.
            (format!("kith:p/{}b", a(51)), UriError::NotBase32),
        ] {
            assert_eq!(SenderUri::parse(&text), Err(error), "{text}");
        }
    }
}
