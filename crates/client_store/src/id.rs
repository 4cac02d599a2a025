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

#[cfg(test)]
mod tests {
    use super::*;

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
