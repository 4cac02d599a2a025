//! Secrets that travel: zeroised when dropped, redacted in Debug, compared in constant time.

use crate::hash;
use crate::id::{CapabilityHash, DeleteHash, HomeInvitationHash, LengthError, TokenHash};
use std::fmt;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Defines a secret of `$length` bytes.
macro_rules! secret_bytes {
    ($(#[$meta:meta])* $name:ident, $length:literal) => {
        $(#[$meta])*
        #[derive(Clone, Zeroize, ZeroizeOnDrop)]
        pub struct $name([u8; $length]);

        impl $name {
            /// Takes the bytes as they are.
            pub const fn new(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }

            /// The secret itself, for the wire and the sealed store alone.
            pub const fn expose(&self) -> &[u8; $length] {
                &self.0
            }

            /// Takes a slice.
            ///
            /// # Errors
            /// [`LengthError`] if the slice has another length.
            pub fn from_slice(bytes: &[u8]) -> Result<Self, LengthError> {
                bytes.try_into().map(Self).map_err(|_| LengthError {
                    what: stringify!($name),
                    expected: $length,
                    found: bytes.len(),
                })
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }

        impl PartialEq for $name {
            /// Takes the same time wherever the two differ.
            fn eq(&self, other: &Self) -> bool {
                self.0.ct_eq(&other.0).into()
            }
        }
        impl Eq for $name {}

        $crate::encoding::cbor_as_bytes!($name);
    };
}

secret_bytes!(
    /// Pays one OPEN or one inbox; the home keeps its hash until it is spent.
    Token, 32
);
secret_bytes!(
    /// Lets its holder FETCH and KNOCK at one inbox.
    CapabilitySecret, 32
);
secret_bytes!(
    /// Lets its holder erase one blob.
    DeleteSecret, 32
);
secret_bytes!(
    /// Opens what an inbox publishes (device list, KeyPackages); travels in invitations and
    /// standing capabilities, never to the home.
    SealKey, 32
);
secret_bytes!(
    /// The secret in a home invitation.
    HomeInvitationSecret, 20
);

impl Token {
    /// What the home keeps of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash::new(hash::sha256(&[&self.0]))
    }
}

impl CapabilitySecret {
    /// What the home keeps of it.
    pub fn hash(&self) -> CapabilityHash {
        CapabilityHash::new(hash::sha256(&[&self.0]))
    }
}

impl DeleteSecret {
    /// What the home keeps of it.
    pub fn hash(&self) -> DeleteHash {
        DeleteHash::new(hash::sha256(&[&self.0]))
    }
}

impl HomeInvitationSecret {
    /// What the home keeps of it.
    pub fn hash(&self) -> HomeInvitationHash {
        HomeInvitationHash::new(hash::sha256(&[&self.0]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_says_nothing_of_the_secret() {
        assert_eq!(format!("{:?}", Token::new([7; 32])), "Token(redacted)");
        assert_eq!(format!("{:?}", SealKey::new([7; 32])), "SealKey(redacted)");
        assert_eq!(
            format!("{:?}", CapabilitySecret::new([7; 32])),
            "CapabilitySecret(redacted)"
        );
    }

    #[test]
    fn secrets_are_equal_when_all_bytes_are() {
        assert_eq!(Token::new([1; 32]), Token::new([1; 32]));
        let mut other = [1; 32];
        other[31] = 2;
        assert_ne!(Token::new([1; 32]), Token::new(other));
    }
}
