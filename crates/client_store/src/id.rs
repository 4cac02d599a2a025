//! The client's own ids: 16 random bytes, shown as 26 characters of lowercase base32, at no home.

use data_encoding::BASE32_NOPAD;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use std::fmt;

/// Bytes of an id.
pub const ID_BYTES: usize = 16;

/// Defines an id type.
macro_rules! local_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; ID_BYTES]);

        impl $name {
            /// Takes random bytes.
            pub const fn new(bytes: [u8; ID_BYTES]) -> Self {
                Self(bytes)
            }

            /// The first and the last id whose text begins so; `None` where none can.
            pub fn range_of(beginning: &str) -> Option<(Self, Self)> {
                range_of(beginning).map(|(first, last)| (Self(first), Self(last)))
            }

            /// The bytes.
            pub const fn as_bytes(&self) -> &[u8; ID_BYTES] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&BASE32_NOPAD.encode(&self.0).to_lowercase())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::Borrowed(ValueRef::Blob(&self.0)))
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                let bytes = value.as_blob()?;
                bytes.try_into().map(Self).map_err(|_| FromSqlError::InvalidBlobSize {
                    expected_size: ID_BYTES,
                    blob_size: bytes.len(),
                })
            }
        }
    };
}

/// The same for the bytes of any id.
fn range_of(beginning: &str) -> Option<([u8; ID_BYTES], [u8; ID_BYTES])> {
    let filled = |with: char| {
        let rest = TEXT_CHARACTERS.checked_sub(beginning.len())?;
        let mut text = beginning.to_owned();
        text.extend(std::iter::repeat_n(with, rest));
        // The last character stands for three bits alone; the others of its five must be zero.
        if rest > 0 && with == LAST {
            text.pop();
            text.push(LAST_OF_AN_ID);
        }
        if text.chars().any(|c| c.is_ascii_uppercase()) {
            return None;
        }
        let bytes = BASE32_NOPAD.decode(text.to_uppercase().as_bytes()).ok()?;
        <[u8; ID_BYTES]>::try_from(bytes).ok()
    };
    filled(FIRST).zip(filled(LAST))
}

/// Characters of an id: 128 bits in fives.
const TEXT_CHARACTERS: usize = 26;
/// The lowest and the highest character of base32 (RFC 4648, §6), and the highest at an id's end: 11100.
const FIRST: char = 'a';
const LAST: char = '7';
const LAST_OF_AN_ID: char = '4';

local_id!(
    /// One of the profile's own names.
    PersonaId
);
local_id!(
    /// Somebody that one of the own names knows.
    ContactId
);
local_id!(
    /// A conversation.
    ConversationId
);
local_id!(
    /// One thing said.
    ItemId
);
local_id!(
    /// An invitation that was given, or a contact's standing capability.
    CapabilityId
);
local_id!(
    /// Something that is being written, as it was kept last.
    DraftId
);
local_id!(
    /// A letter that is not sent.
    LetterId
);
local_id!(
    /// Somebody on the person's own map.
    MappedPersonId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_lies_between_the_first_and_the_last_that_begin_as_it_does() {
        for bytes in [[0; 16], [255; 16], *b"0123456789abcdef", [0x5a; 16]] {
            let id = ItemId::new(bytes);
            let text = id.to_string();
            for length in 0..=text.len() {
                let (first, last) = ItemId::range_of(&text[..length]).unwrap();
                assert!(first <= id && id <= last, "{text} {length}");
            }
            assert_eq!(ItemId::range_of(&text), Some((id, id)));
        }
        let (first, last) = ItemId::range_of("aaaaab").unwrap();
        assert!(first.to_string().starts_with("aaaaab") && last.to_string().starts_with("aaaaab"));
        for none in ["0", "aa aa", "AAAAAA", "é", &"a".repeat(27)] {
            assert_eq!(ItemId::range_of(none), None, "{none}");
        }
    }

    #[test]
    fn an_id_shows_as_26_lowercase_characters() {
        let text = ItemId::new([255; 16]).to_string();
        assert_eq!(text.len(), 26);
        assert!(
            text.chars()
                .all(|c| c.is_ascii_lowercase() || ('2'..='7').contains(&c))
        );
    }
}
