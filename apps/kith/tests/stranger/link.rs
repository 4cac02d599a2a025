//! Invitation links, written and read by their fields.

use data_encoding::BASE64URL_NOPAD;
use minicbor::Decoder;
use sha2::{Digest as _, Sha256};

use crate::stranger::Refused;
use crate::stranger::signed::{bytes, cbor, field};

/// What an invitation says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub home: String,
    pub home_key: [u8; 32],
    pub inbox: [u8; 16],
    pub inbox_key: [u8; 32],
    pub seal_key: [u8; 32],
    pub capability: [u8; 32],
    pub persona: [u8; 32],
    pub name: String,
}

fn check(cbor: &[u8]) -> Vec<u8> {
    let hash = Sha256::new().chain_update("kith/invitation");
    hash.chain_update(cbor).finalize()[..4].to_vec()
}

impl Invitation {
    pub fn to_link(&self) -> String {
        let content = cbor(|encoder| {
            encoder.array(2)?.u8(1)?.map(8)?;
            encoder.u8(1)?.str(&self.home)?;
            encoder.u8(2)?.bytes(&self.home_key)?;
            encoder.u8(3)?.bytes(&self.inbox)?;
            encoder.u8(4)?.bytes(&self.inbox_key)?;
            encoder.u8(5)?.bytes(&self.seal_key)?;
            encoder.u8(6)?.bytes(&self.capability)?;
            encoder.u8(7)?.bytes(&self.persona)?;
            encoder.u8(8)?.str(&self.name)?;
            Ok(())
        });
        let payload = [check(&content), content].concat();
        format!("{}/#/i/{}", self.home, BASE64URL_NOPAD.encode(&payload))
    }

    pub fn from_link(link: &str) -> Result<Self, Refused> {
        let (home, payload) = link.split_once("/#/i/").ok_or("no invitation")?;
        let payload = BASE64URL_NOPAD.decode(payload.as_bytes())?;
        let (found, content) = payload.split_at_checked(4).ok_or("cut short")?;
        if found != check(content) {
            return Err("the check does not fit".into());
        }
        let mut decoder = Decoder::new(content);
        if decoder.array()? != Some(2) || decoder.u8()? != 1 || decoder.map()? != Some(8) {
            return Err("another version".into());
        }
        field(&mut decoder, 1)?;
        if decoder.str()? != home {
            return Err("two homes".into());
        }
        let home_key = bytes(&mut decoder, 2)?;
        let inbox = bytes(&mut decoder, 3)?;
        let inbox_key = bytes(&mut decoder, 4)?;
        let seal_key = bytes(&mut decoder, 5)?;
        let capability = bytes(&mut decoder, 6)?;
        let persona = bytes(&mut decoder, 7)?;
        field(&mut decoder, 8)?;
        Ok(Self {
            home: home.to_owned(),
            home_key,
            inbox,
            inbox_key,
            seal_key,
            capability,
            persona,
            name: decoder.str()?.to_owned(),
        })
    }
}
