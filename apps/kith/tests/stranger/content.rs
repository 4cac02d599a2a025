//! MIMI content of one text, written and read by hand.

use data_encoding::BASE32_NOPAD;
use minicbor::Decoder;
use minicbor::data::Type;

use crate::stranger::signed::cbor;
use crate::stranger::{Refused, random};

fn uri(kind: char, key: &[u8; 32]) -> String {
    let name = BASE32_NOPAD.encode(key).to_ascii_lowercase();
    format!("kith:{kind}/{name}")
}

/// A text by a persona (its fingerprint) in a conversation.
pub fn text(persona: &[u8; 32], conversation: &[u8; 32], text: &str) -> Vec<u8> {
    cbor(|encoder| {
        encoder
            .array(7)?
            .bytes(&random::<16>())?
            .null()?
            .bytes(&[])?;
        encoder.null()?.null()?;
        encoder.map(2)?.u8(1)?.str(&uri('p', persona))?;
        encoder.u8(2)?.str(&uri('c', conversation))?;
        encoder.array(5)?.u8(1)?.str("")?.u8(1)?;
        encoder
            .str("text/plain;charset=utf-8")?
            .bytes(text.as_bytes())?;
        Ok(())
    })
}

/// The text in a message of a persona in a conversation.
pub fn read(
    persona: &[u8; 32],
    conversation: &[u8; 32],
    content: &[u8],
) -> Result<String, Refused> {
    let mut decoder = Decoder::new(content);
    if decoder.array()? != Some(7) || decoder.bytes()?.len() != 16 {
        return Err("no MIMI content".into());
    }
    for _ in ["replaces", "topic", "expires", "in reply to"] {
        decoder.skip()?;
    }
    for _ in 0..decoder.map()?.ok_or("indefinite extensions")? {
        match decoder.datatype()? {
            Type::U8 => {
                let expected = match decoder.u8()? {
                    1 => uri('p', persona),
                    2 => uri('c', conversation),
                    _ => return Err("an unknown extension".into()),
                };
                if decoder.str()? != expected {
                    return Err("it names another origin".into());
                }
            }
            _ => {
                decoder.skip()?;
                decoder.skip()?;
            }
        }
    }
    if decoder.array()? != Some(5) || decoder.u8()? != 1 {
        return Err("nothing to be shown".into());
    }
    decoder.skip()?;
    if decoder.u8()? != 1 || decoder.str()? != "text/plain;charset=utf-8" {
        return Err("no text".into());
    }
    Ok(String::from_utf8(decoder.bytes()?.to_vec())?)
}
