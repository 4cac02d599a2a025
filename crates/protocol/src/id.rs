//! Newtypes for every id, hash and public key on the wire.
//!
//! Each is a fixed number of bytes, encoded as one CBOR byte string. None of them is secret
//! (secrets are in [`crate::secret`]), but most say something about people when they stand side by
//! side: never write them to a log.

use std::fmt;

/// The bytes that were given are not as many as the type has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} has {expected} bytes, found {found}")]
pub struct LengthError {
    /// The name of the type.
    pub what: &'static str,
    /// Bytes the type has.
    pub expected: usize,
    /// Bytes that came.
    pub found: usize,
}

/// Defines a newtype of `$length` bytes with parsing, hexadecimal Debug and CBOR.
macro_rules! fixed_bytes {
    ($(#[$meta:meta])* $name:ident, $length:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $length]);

        impl $name {
            /// How many bytes a value has.
            pub const LENGTH: usize = $length;

            /// Takes the bytes as they are; every value of this length is allowed.
            pub const fn new(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }

            /// The bytes.
            pub const fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }

            /// Takes a slice.
            ///
            /// # Errors
            /// [`LengthError`] if the slice is not exactly [`Self::LENGTH`] bytes long.
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
                let hex = data_encoding::HEXLOWER.encode(&self.0);
                write!(f, concat!(stringify!($name), "({})"), hex)
            }
        }

        $crate::encoding::cbor_as_bytes!($name);
    };
}

fixed_bytes!(
    /// A log at a home: random, chosen by the client, unrelated to the MLS group id.
    LogId, 16
);
fixed_bytes!(
    /// An inbox at a home: random, chosen by the client, unrelated to the persona.
    InboxId, 16
);
fixed_bytes!(
    /// One device within one inbox: random, unrelated to the device's keys.
    DeviceLabel, 16
);
fixed_bytes!(
    /// One use of a capability: the random *r* under which FETCH and KNOCK are one use.
    UseId, 16
);
fixed_bytes!(
    /// A blob at a home: random, chosen by the client.
    BlobId, 16
);
fixed_bytes!(
    /// SHA-256 of a whole blob as the home stores it.
    BlobHash, 32
);
fixed_bytes!(
    /// SHA-256 of a [`crate::secret::DeleteSecret`].
    DeleteHash, 32
);
fixed_bytes!(
    /// A head of a log: SHA-256 of the commit's body, or [`crate::hash::first_head`] for head₀.
    HeadId, 32
);
fixed_bytes!(
    /// SHA-256 of a body as the home stores it.
    BodyHash, 32
);
fixed_bytes!(
    /// The running hash over a head's entries, [`crate::hash::chain_next`].
    Chain, 32
);
fixed_bytes!(
    /// SHA-256 of a one-use [`crate::secret::Token`].
    TokenHash, 32
);
fixed_bytes!(
    /// SHA-256 of a [`crate::secret::CapabilitySecret`].
    CapabilityHash, 32
);
fixed_bytes!(
    /// SHA-256 of the secret in a home invitation.
    HomeInvitationHash, 32
);
fixed_bytes!(
    /// What a connection's proofs are bound to; the home draws one for each connection.
    Nonce, 32
);
fixed_bytes!(
    /// A home's Ed25519 key, by which it is known across addresses.
    HomeKey, 32
);
fixed_bytes!(
    /// Ed25519 key `w_n` of a head: who proves it may append and commit.
    WriteKey, 32
);
fixed_bytes!(
    /// Ed25519 key `r_n` of a head: who proves it may read.
    ReadKey, 32
);
fixed_bytes!(
    /// Ed25519 key of an inbox's owner: random, unrelated to the persona.
    OwnerKey, 32
);
fixed_bytes!(
    /// X25519 key to which an inbox's items are HPKE-sealed. Members know it, the home does not.
    InboxPublicKey, 32
);
fixed_bytes!(
    /// SHA-256("kith/persona" ‖ a persona's Ed25519 key): what an invitation promises and people
    /// compare.
    PersonaFingerprint, 32
);
fixed_bytes!(
    /// An Ed25519 signature (RFC 8032).
    Signature, 64
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_of_another_length_is_refused_with_both_lengths() {
        let error = LogId::from_slice(&[0; 15]).unwrap_err();
        assert_eq!(error.to_string(), "LogId has 16 bytes, found 15");
    }

    #[test]
    fn an_id_is_one_cbor_byte_string() {
        let bytes = minicbor::to_vec(LogId::new([7; 16])).unwrap();
        assert_eq!(bytes[0], 0x50);
        assert_eq!(
            minicbor::decode::<LogId>(&bytes).unwrap(),
            LogId::new([7; 16])
        );
        assert!(minicbor::decode::<InboxId>(&[0x42, 1, 2]).is_err());
    }
}
