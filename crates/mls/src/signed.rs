//! A body and the signature over it, kept as received.
//!
//! The signature covers the bytes and not a value read from them, so no two readers can disagree
//! about what was signed; before the body is read it is checked to be deterministic CBOR.

use ed25519_dalek::SigningKey;
use minicbor::{Decode, Encode};
use protocol::encoding::encoded;
use protocol::id::Signature;
use protocol::proof::{sign, signed_array, verify};

use crate::error::MlsError;

/// `{ 0: body, 1: signature }`; the signature is over `[purpose, body]`.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Signed {
    /// The signed bytes, themselves CBOR.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    body: Vec<u8>,
    /// Ed25519.
    #[n(1)]
    signature: Signature,
}

/// The body of a Welcome item holds secrets.
impl std::fmt::Debug for Signed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signed(redacted)")
    }
}

impl Signed {
    /// Encodes and signs a value for one purpose.
    pub fn new<T: Encode<()>>(purpose: &str, value: &T, key: &SigningKey) -> Self {
        let body = encoded(value);
        let signature = sign(key, &signed_array(purpose, &[&body]));
        Self { body, signature }
    }

    /// Reads the value without looking at the signature, to find out under which key it should be.
    ///
    /// # Errors
    /// [`MlsError::Invalid`] if the body is not deterministic CBOR of that type.
    pub fn peek<T: for<'b> Decode<'b, ()>>(&self, what: &'static str) -> Result<T, MlsError> {
        read(&self.body, what)
    }

    /// Checks the signature and reads the value.
    ///
    /// # Errors
    /// [`MlsError::Invalid`] if the signature or the body does not hold.
    pub fn verify<T: for<'b> Decode<'b, ()>>(
        &self,
        purpose: &str,
        key: &[u8; 32],
        what: &'static str,
    ) -> Result<T, MlsError> {
        verify(key, &signed_array(purpose, &[&self.body]), &self.signature)
            .map_err(|error| MlsError::invalid_because(what)(&error))?;
        read(&self.body, what)
    }
}

/// Reads one value of deterministic CBOR that fills `bytes`.
pub(crate) fn read<T: for<'b> Decode<'b, ()>>(
    bytes: &[u8],
    what: &'static str,
) -> Result<T, MlsError> {
    protocol::canonical::check(bytes).map_err(|error| MlsError::invalid_because(what)(&error))?;
    minicbor::decode(bytes).map_err(|error| MlsError::invalid_because(what)(&error))
}
