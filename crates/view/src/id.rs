//! Ids of a profile, as 16 bytes: the page compares them and gives them back, no more.

use data_encoding::BASE32_NOPAD;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Bytes of an id.
pub const ID_BYTES: usize = 16;

/// Defines an id type.
macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name([u8; ID_BYTES]);

        impl $name {
            /// Takes the bytes.
            pub const fn new(bytes: [u8; ID_BYTES]) -> Self {
                Self(bytes)
            }

            /// The bytes.
            pub const fn as_bytes(&self) -> &[u8; ID_BYTES] {
                &self.0
            }
        }

        /// As the command line shows it: 26 characters of lowercase base32.
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
    };
}

id! {
    /// One of the own names.
    PersonaId
}
id! {
    /// Somebody known.
    ContactId
}
id! {
    /// A conversation.
    ConversationId
}
id! {
    /// Something that was said.
    ItemId
}
id! {
    /// A file that is to go along with what is said next, by a number that the page chose at random.
    AttachmentId
}
id! {
    /// An invitation that was given.
    InvitationId
}
id! {
    /// Something that is being written, as it was kept last: another each time that it is kept.
    DraftId
}
id! {
    /// A letter that is not sent.
    LetterId
}
id! {
    /// Somebody on the person's own map.
    MappedPersonId
}
