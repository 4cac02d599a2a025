//! The credential in every leaf: a persona vouches for a device.
//!
//! RFC 9420 §5.3 leaves it to the application what a credential means and demands that it is
//! checked wherever a leaf enters or changes. Ours is of a private-use type and holds persona key,
//! device key (the leaf's signature key), validity and the persona's signature. The validity is
//! checked by whoever *adds*, never by those who process a commit: they must all agree, and their
//! clocks need not.

use minicbor::{Decode, Encode};
use openmls::prelude::{Credential, CredentialType};
use protocol::encoding::encoded;

use crate::error::MlsError;
use crate::persona::{PersonaKey, PersonaSecret};
use crate::signed::{Signed, read};

/// The credential's type, from the private-use range of RFC 9420 §17.5.
pub const CREDENTIAL_TYPE: u16 = 0xf01a;
/// What the persona's signature is for.
const PURPOSE: &str = "kith/credential";

/// What a persona says of a device.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
struct Claims {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    persona: [u8; 32],
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    device: [u8; 32],
    #[n(2)]
    not_before_s: u64,
    #[n(3)]
    not_after_s: u64,
}

/// A credential whose signature was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceCredential {
    claims: Claims,
    bytes: Vec<u8>,
}

impl DeviceCredential {
    /// The persona vouches for a device between two Unix times in seconds.
    pub fn issue(
        persona: &PersonaSecret,
        device: [u8; 32],
        not_before_s: u64,
        not_after_s: u64,
    ) -> Self {
        let claims = Claims {
            persona: *persona.key().as_bytes(),
            device,
            not_before_s,
            not_after_s,
        };
        let bytes = encoded(&Signed::new(PURPOSE, &claims, persona.signing_key()));
        Self { claims, bytes }
    }

    /// Reads a credential and checks it against the key of the leaf that carries it.
    ///
    /// # Errors
    /// [`MlsError::Invalid`] if it is malformed, the persona did not sign it, or it is of another
    /// device than the leaf.
    pub fn verify(bytes: &[u8], leaf_key: &[u8]) -> Result<Self, MlsError> {
        let what = "the credential does not hold";
        let signed: Signed = read(bytes, what)?;
        let claims: Claims = signed.peek(what)?;
        let claims: Claims = signed.verify(PURPOSE, &claims.persona, what)?;
        if claims.device != leaf_key {
            return Err(MlsError::invalid(
                "the credential is of another device than the leaf",
            ));
        }
        Ok(Self {
            claims,
            bytes: bytes.to_vec(),
        })
    }

    /// The same for a credential as it stands in a leaf.
    ///
    /// # Errors
    /// As [`DeviceCredential::verify`], and if the credential is of another type.
    pub fn from_leaf(credential: &Credential, leaf_key: &[u8]) -> Result<Self, MlsError> {
        if credential.credential_type() != CredentialType::Other(CREDENTIAL_TYPE) {
            return Err(MlsError::invalid("the credential is of another type"));
        }
        Self::verify(credential.serialized_content(), leaf_key)
    }

    /// Whether this is what a leaf with this signature key carries, byte for byte.
    pub(crate) fn is_in_leaf(&self, credential: &Credential, leaf_key: &[u8]) -> bool {
        credential.credential_type() == CredentialType::Other(CREDENTIAL_TYPE)
            && credential.serialized_content() == self.bytes
            && leaf_key == self.claims.device
    }

    /// For the adder alone: is it valid at this Unix time in seconds?
    ///
    /// # Errors
    /// [`MlsError::NotValidNow`] if it is not valid yet or any more.
    pub fn check_validity(&self, now_s: u64) -> Result<(), MlsError> {
        if (self.claims.not_before_s..=self.claims.not_after_s).contains(&now_s) {
            Ok(())
        } else {
            Err(MlsError::NotValidNow)
        }
    }

    /// The persona that vouches.
    pub fn persona(&self) -> PersonaKey {
        PersonaKey::new(self.claims.persona)
    }

    /// The device's key.
    pub fn device_key(&self) -> &[u8; 32] {
        &self.claims.device
    }

    /// The encoded credential.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn to_openmls(&self) -> Credential {
        Credential::new(CredentialType::Other(CREDENTIAL_TYPE), self.bytes.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issued() -> DeviceCredential {
        DeviceCredential::issue(&PersonaSecret::from_seed(&[1; 32]), [2; 32], 100, 200)
    }

    #[test]
    fn a_credential_holds_for_its_own_leaf_alone() {
        let issued = issued();
        assert_eq!(
            DeviceCredential::verify(issued.as_bytes(), &[2; 32]).unwrap(),
            issued
        );
        assert!(DeviceCredential::verify(issued.as_bytes(), &[3; 32]).is_err());
    }

    #[test]
    fn a_forged_credential_is_refused_whatever_byte_was_changed() {
        let issued = issued();
        for index in 0..issued.as_bytes().len() {
            let mut forged = issued.as_bytes().to_vec();
            forged[index] ^= 1;
            assert!(
                DeviceCredential::verify(&forged, &[2; 32]).is_err(),
                "byte {index}"
            );
        }
    }

    #[test]
    fn validity_has_both_ends() {
        let issued = issued();
        assert!(issued.check_validity(99).is_err());
        assert!(issued.check_validity(100).is_ok());
        assert!(issued.check_validity(200).is_ok());
        assert!(issued.check_validity(201).is_err());
    }
}
