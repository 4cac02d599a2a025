//! The Place extension: where a group's log is, agreed by all members in the GroupContext.
//!
//! It stands in the GroupContext (RFC 9420 §8.1) from epoch 0 and is required of every leaf, so
//! that a Welcome, a home or a member cannot lead anybody to another log without all noticing.

use minicbor::{Decode, Encode};
use openmls::prelude::{
    Capabilities, CredentialType, Extension, ExtensionType, Extensions, GroupContext,
    ProtocolVersion, RequiredCapabilitiesExtension, UnknownExtension,
};
use protocol::encoding::encoded;
use protocol::home_url::HomeUrl;
use protocol::id::{HomeKey, LogId};

use crate::credential::CREDENTIAL_TYPE;
use crate::error::MlsError;
use crate::provider::CIPHERSUITE;
use crate::signed::read;

/// The extension's type, from the private-use range of RFC 9420 §17.3.
pub const PLACE_EXTENSION: u16 = 0xf01b;
/// The most boats (fallback homes) that a Place names.
const MAX_BOATS: usize = 2;

/// A fallback home.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Boat {
    /// Its address.
    #[n(0)]
    pub home: HomeUrl,
    /// Its key.
    #[n(1)]
    pub home_key: HomeKey,
}

/// What kind of conversation it is, which decides what commits may change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// Two personas, the same for ever; their devices may come and go.
    #[default]
    Pair,
    /// Personas may come and go.
    Circle,
}

impl<C> Encode<C> for Kind {
    fn encode<W: minicbor::encode::Write>(
        &self,
        encoder: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        encoder.u8(*self as u8)?.ok()
    }

    /// A pair's is left out.
    fn is_nil(&self) -> bool {
        *self == Self::Pair
    }
}

impl<C> Decode<'_, C> for Kind {
    fn decode(
        decoder: &mut minicbor::Decoder<'_>,
        _: &mut C,
    ) -> Result<Self, minicbor::decode::Error> {
        match decoder.u8()? {
            0 => Ok(Self::Pair),
            1 => Ok(Self::Circle),
            // What members may do in a kind that is not known here cannot be judged.
            _ => Err(minicbor::decode::Error::message(
                "an unknown kind of conversation",
            )),
        }
    }

    fn nil() -> Option<Self> {
        Some(Self::Pair)
    }
}

/// Where a conversation is kept.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Place {
    /// Rises by one with each move or new founding.
    #[n(0)]
    pub generation: u64,
    /// The home's address.
    #[n(1)]
    pub home: HomeUrl,
    /// The home's key.
    #[n(2)]
    pub home_key: HomeKey,
    /// The log at that home.
    #[n(3)]
    pub log: LogId,
    /// Where to meet if the home is gone.
    #[n(4)]
    #[cbor(default)]
    pub boats: Vec<Boat>,
    /// Ed25519 key under which DROP erases the log.
    #[n(5)]
    #[cbor(with = "minicbor::bytes")]
    pub closing_key: [u8; 32],
    /// The conversation, the same through all generations; names the room in MIMI content.
    #[n(6)]
    #[cbor(with = "minicbor::bytes")]
    pub conversation: [u8; 32],
    /// What kind of conversation it is.
    #[n(7)]
    pub kind: Kind,
}

impl Place {
    /// The GroupContext's extensions: what every leaf must support, and this place.
    pub(crate) fn to_extensions(&self) -> Result<Extensions<GroupContext>, MlsError> {
        let required = RequiredCapabilitiesExtension::new(
            &[ExtensionType::Unknown(PLACE_EXTENSION)],
            &[],
            &[CredentialType::Other(CREDENTIAL_TYPE)],
        );
        Extensions::from_vec(vec![
            Extension::RequiredCapabilities(required),
            Extension::Unknown(PLACE_EXTENSION, UnknownExtension(encoded(self))),
        ])
        .map_err(|error| MlsError::bug("the extensions of a new group", &error))
    }

    /// Reads the place out of a GroupContext.
    ///
    /// # Errors
    /// [`MlsError::Invalid`] if there is none, it is malformed, or the group does not require it.
    pub(crate) fn from_extensions(extensions: &Extensions<GroupContext>) -> Result<Self, MlsError> {
        let what = "the group's Place does not hold";
        let bytes = &extensions
            .unknown(PLACE_EXTENSION)
            .ok_or_else(|| MlsError::invalid("the group has no Place"))?
            .0;
        let required = extensions.required_capabilities().is_some_and(|required| {
            required
                .extension_types()
                .contains(&ExtensionType::Unknown(PLACE_EXTENSION))
                && required
                    .credential_types()
                    .contains(&CredentialType::Other(CREDENTIAL_TYPE))
        });
        if !required {
            return Err(MlsError::invalid(
                "the group does not require Place and credential",
            ));
        }
        let place: Self = read(bytes, what)?;
        if place.boats.len() > MAX_BOATS {
            return Err(MlsError::invalid(
                "the group's Place names more than two boats",
            ));
        }
        Ok(place)
    }
}

/// What every leaf of ours can do; a KeyPackage is refused that is marked as last resort while its
/// leaf does not list that extension.
pub(crate) fn capabilities() -> Capabilities {
    Capabilities::new(
        Some(&[ProtocolVersion::Mls10]),
        Some(&[CIPHERSUITE]),
        Some(&[
            ExtensionType::LastResort,
            ExtensionType::Unknown(PLACE_EXTENSION),
        ]),
        None,
        Some(&[CredentialType::Other(CREDENTIAL_TYPE)]),
    )
}
