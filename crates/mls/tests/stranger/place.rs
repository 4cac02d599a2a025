//! The Place extension of type 0xf01b.

use minicbor::Decoder;
use mls_rs::extension::ExtensionType;
use mls_rs::extension::built_in::RequiredCapabilitiesExt;
use mls_rs::{Extension, ExtensionList};

use super::Refused;
use super::credential::CREDENTIAL_TYPE;
use super::signed::{bytes, cbor, field};

pub const PLACE_EXTENSION: ExtensionType = ExtensionType::new(0xf01b);

/// Where a conversation is kept; a stranger has no boats and never moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub home: String,
    pub home_key: [u8; 32],
    pub log: [u8; 16],
    pub closing_key: [u8; 32],
    pub conversation: [u8; 32],
}

impl Place {
    /// The extension's content.
    pub fn to_bytes(&self) -> Vec<u8> {
        cbor(|encoder| {
            encoder.map(7)?.u8(0)?.u64(0)?;
            encoder.u8(1)?.str(&self.home)?;
            encoder.u8(2)?.bytes(&self.home_key)?;
            encoder.u8(3)?.bytes(&self.log)?;
            encoder.u8(4)?.array(0)?;
            encoder.u8(5)?.bytes(&self.closing_key)?;
            encoder.u8(6)?.bytes(&self.conversation)?;
            Ok(())
        })
    }

    /// Reads the extension's content.
    pub fn from_bytes(content: &[u8]) -> Result<Self, Refused> {
        let mut decoder = Decoder::new(content);
        if decoder.map()? != Some(7) {
            return Err("a Place has seven fields".into());
        }
        field(&mut decoder, 0)?;
        decoder.u64()?;
        field(&mut decoder, 1)?;
        let home = decoder.str()?.to_owned();
        let home_key = bytes(&mut decoder, 2)?;
        let log = bytes(&mut decoder, 3)?;
        field(&mut decoder, 4)?;
        decoder.skip()?;
        Ok(Self {
            home,
            home_key,
            log,
            closing_key: bytes(&mut decoder, 5)?,
            conversation: bytes(&mut decoder, 6)?,
        })
    }

    /// The GroupContext's extensions.
    pub fn to_extensions(&self) -> ExtensionList {
        let mut extensions = ExtensionList::new();
        let required =
            RequiredCapabilitiesExt::new(vec![PLACE_EXTENSION], vec![], vec![CREDENTIAL_TYPE]);
        extensions.set_from(required).unwrap();
        extensions.set(Extension::new(PLACE_EXTENSION, self.to_bytes()));
        extensions
    }

    /// Reads the place out of a GroupContext that must require it.
    pub fn from_extensions(extensions: &ExtensionList) -> Result<Self, Refused> {
        let required = extensions
            .get_as::<RequiredCapabilitiesExt>()?
            .ok_or("the group requires nothing")?;
        if !required.extensions.contains(&PLACE_EXTENSION)
            || !required.credentials.contains(&CREDENTIAL_TYPE)
        {
            return Err("the group does not require Place and credential".into());
        }
        let extension = extensions.get(PLACE_EXTENSION).ok_or("no Place")?;
        Self::from_bytes(extension.extension_data())
    }
}
