//! The credential of type 0xf01a, and who is believed.

use ed25519_dalek::SigningKey;
use minicbor::Decoder;
use mls_rs::ExtensionList;
use mls_rs::error::IntoAnyError;
use mls_rs::identity::{Credential, CustomCredential, SigningIdentity};
use mls_rs::mls_rs_codec::MlsEncode as _;
use mls_rs::time::MlsTime;
use mls_rs_core::identity::{CredentialType, IdentityProvider, MemberValidationContext};

use super::Refused;
use super::signed::{bytes, cbor, field, public, sign, split, statement, verify};

pub const CREDENTIAL_TYPE: CredentialType = CredentialType::new(0xf01a);
const PURPOSE: &str = "kith/credential";

/// What a persona says of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claims {
    pub persona: [u8; 32],
    pub device: [u8; 32],
    pub not_before_s: u64,
    pub not_after_s: u64,
}

impl Claims {
    /// The persona vouches for a device from 1970 to the end of a long time.
    pub fn of(persona: &SigningKey, device: &SigningKey) -> Self {
        Self {
            persona: public(persona),
            device: public(device),
            not_before_s: 0,
            not_after_s: 4_000_000_000,
        }
    }

    /// Signs; an honest signer is the persona that is named.
    pub fn sign(&self, signer: &SigningKey) -> Vec<u8> {
        let body = cbor(|encoder| {
            encoder.map(4)?.u8(0)?.bytes(&self.persona)?;
            encoder.u8(1)?.bytes(&self.device)?;
            encoder.u8(2)?.u64(self.not_before_s)?;
            encoder.u8(3)?.u64(self.not_after_s)?;
            Ok(())
        });
        sign(PURPOSE, &body, signer)
    }

    /// Reads and checks a credential in the leaf with this key.
    pub fn verify(credential: &[u8], leaf_key: &[u8]) -> Result<Self, Refused> {
        let (body, signature) = split(credential)?;
        let mut decoder = Decoder::new(&body);
        if decoder.map()? != Some(4) {
            return Err("a credential has four fields".into());
        }
        let persona = bytes(&mut decoder, 0)?;
        let device = bytes(&mut decoder, 1)?;
        field(&mut decoder, 2)?;
        let not_before_s = decoder.u64()?;
        field(&mut decoder, 3)?;
        let not_after_s = decoder.u64()?;
        verify(&persona, &statement(PURPOSE, &[&body]), &signature)?;
        if leaf_key != device {
            return Err("the credential is of another device".into());
        }
        Ok(Self {
            persona,
            device,
            not_before_s,
            not_after_s,
        })
    }

    /// The same for a member of a group.
    pub fn of_member(identity: &SigningIdentity) -> Result<Self, Refused> {
        match identity.credential.as_custom() {
            Some(custom) if custom.credential_type() == CREDENTIAL_TYPE => {
                Self::verify(custom.data(), identity.signature_key.as_bytes())
            }
            _ => Err("the credential is of another type".into()),
        }
    }
}

/// A credential as it stands in a leaf.
pub fn identity(credential: Vec<u8>, device: &SigningKey) -> SigningIdentity {
    let credential = Credential::Custom(CustomCredential::new(CREDENTIAL_TYPE, credential));
    SigningIdentity::new(credential, public(device).to_vec().into())
}

/// Who is believed: everybody whose credential holds or, for a forger, simply everybody.
#[derive(Debug, Clone, Copy)]
pub struct People {
    pub careless: bool,
}

/// A credential does not hold.
#[derive(Debug)]
pub struct NotBelieved(Refused);

impl std::fmt::Display for NotBelieved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for NotBelieved {}

impl IntoAnyError for NotBelieved {
    fn into_dyn_error(self) -> Result<Refused, Self> {
        Ok(self.0)
    }
}

impl IdentityProvider for People {
    type Error = NotBelieved;

    fn validate_member(
        &self,
        identity: &SigningIdentity,
        _: Option<MlsTime>,
        _: MemberValidationContext<'_>,
    ) -> Result<(), NotBelieved> {
        if self.careless {
            return Ok(());
        }
        Claims::of_member(identity).map(drop).map_err(NotBelieved)
    }

    fn validate_external_sender(
        &self,
        _: &SigningIdentity,
        _: Option<MlsTime>,
        _: Option<&ExtensionList>,
    ) -> Result<(), NotBelieved> {
        Err(NotBelieved("nobody outside may send".into()))
    }

    fn identity(
        &self,
        identity: &SigningIdentity,
        _: &ExtensionList,
    ) -> Result<Vec<u8>, NotBelieved> {
        identity
            .mls_encode_to_vec()
            .map_err(|error| NotBelieved(error.into()))
    }

    fn valid_successor(
        &self,
        before: &SigningIdentity,
        after: &SigningIdentity,
        _: &ExtensionList,
    ) -> Result<bool, NotBelieved> {
        let persona = |identity| {
            let claims = Claims::of_member(identity).map_err(NotBelieved)?;
            Ok::<_, NotBelieved>(claims.persona)
        };
        Ok(self.careless || persona(before)? == persona(after)?)
    }

    fn supported_types(&self) -> Vec<CredentialType> {
        vec![CREDENTIAL_TYPE]
    }
}
