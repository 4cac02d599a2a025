//! The item that invites into a conversation.

use ed25519_dalek::SigningKey;
use minicbor::Decoder;

use super::Refused;
use super::signed::{bytes, cbor, field, sign, split, statement, verify};

const PURPOSE: &str = "kith/welcome-item";

/// Where somebody can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnInbox {
    pub home: String,
    pub home_key: [u8; 32],
    pub inbox: [u8; 16],
    pub inbox_key: [u8; 32],
    pub seal_key: [u8; 32],
    pub capability: [u8; 32],
}

/// What the accepter of an invitation leaves with the inviter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WelcomeItem {
    pub welcome: Vec<u8>,
    pub home: String,
    pub home_key: [u8; 32],
    pub log: [u8; 16],
    pub head: [u8; 32],
    pub seq: u64,
    pub chain: [u8; 32],
    pub back: ReturnInbox,
    pub name: String,
    pub capability: [u8; 32],
}

impl WelcomeItem {
    /// Signs with the sender's leaf key.
    pub fn sign(&self, device: &SigningKey) -> Vec<u8> {
        let body = cbor(|encoder| {
            encoder.map(10)?.u8(0)?.bytes(&self.welcome)?;
            encoder.u8(1)?.str(&self.home)?;
            encoder.u8(2)?.bytes(&self.home_key)?;
            encoder.u8(3)?.bytes(&self.log)?;
            encoder.u8(4)?.bytes(&self.head)?;
            encoder.u8(5)?.u64(self.seq)?;
            encoder.u8(6)?.bytes(&self.chain)?;
            encoder.u8(7)?.map(6)?;
            encoder.u8(0)?.str(&self.back.home)?;
            encoder.u8(1)?.bytes(&self.back.home_key)?;
            encoder.u8(2)?.bytes(&self.back.inbox)?;
            encoder.u8(3)?.bytes(&self.back.inbox_key)?;
            encoder.u8(4)?.bytes(&self.back.seal_key)?;
            encoder.u8(5)?.bytes(&self.back.capability)?;
            encoder.u8(8)?.str(&self.name)?;
            encoder.u8(9)?.bytes(&self.capability)?;
            Ok(())
        });
        sign(PURPOSE, &body, device)
    }

    /// Reads an item; the signature is still to be checked with [`check_sender`].
    pub fn read(signed: &[u8]) -> Result<Self, Refused> {
        let (body, _) = split(signed)?;
        let mut decoder = Decoder::new(&body);
        if decoder.map()? != Some(10) {
            return Err("a Welcome item has ten fields".into());
        }
        field(&mut decoder, 0)?;
        let welcome = decoder.bytes()?.to_vec();
        field(&mut decoder, 1)?;
        let home = decoder.str()?.to_owned();
        let home_key = bytes(&mut decoder, 2)?;
        let log = bytes(&mut decoder, 3)?;
        let head = bytes(&mut decoder, 4)?;
        field(&mut decoder, 5)?;
        let seq = decoder.u64()?;
        let chain = bytes(&mut decoder, 6)?;
        field(&mut decoder, 7)?;
        let back = read_return_inbox(&mut decoder)?;
        field(&mut decoder, 8)?;
        Ok(Self {
            welcome,
            home,
            home_key,
            log,
            head,
            seq,
            chain,
            back,
            name: decoder.str()?.to_owned(),
            capability: bytes(&mut decoder, 9)?,
        })
    }
}

fn read_return_inbox(decoder: &mut Decoder<'_>) -> Result<ReturnInbox, Refused> {
    if decoder.map()? != Some(6) {
        return Err("a return inbox has six fields".into());
    }
    field(decoder, 0)?;
    Ok(ReturnInbox {
        home: decoder.str()?.to_owned(),
        home_key: bytes(decoder, 1)?,
        inbox: bytes(decoder, 2)?,
        inbox_key: bytes(decoder, 3)?,
        seal_key: bytes(decoder, 4)?,
        capability: bytes(decoder, 5)?,
    })
}

/// Whether the leaf with this key signed the item.
pub fn check_sender(signed: &[u8], leaf_key: &[u8; 32]) -> Result<(), Refused> {
    let (body, signature) = split(signed)?;
    verify(leaf_key, &statement(PURPOSE, &[&body]), &signature)
}
