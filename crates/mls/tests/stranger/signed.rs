//! `{ 0: body, 1: signature }`, the signature over `[purpose, body]`.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use minicbor::{Decoder, Encoder};

use super::Refused;

/// Writes CBOR into a vector.
pub fn cbor(
    write: impl FnOnce(
        &mut Encoder<Vec<u8>>,
    ) -> Result<(), minicbor::encode::Error<std::convert::Infallible>>,
) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    write(&mut encoder).unwrap();
    encoder.into_writer()
}

/// `[purpose, part, …]`: whatever anybody signs.
pub fn statement(purpose: &str, parts: &[&[u8]]) -> Vec<u8> {
    cbor(|encoder| {
        encoder.array(1 + parts.len() as u64)?.str(purpose)?;
        for part in parts {
            encoder.bytes(part)?;
        }
        Ok(())
    })
}

/// Signs a body for one purpose.
pub fn sign(purpose: &str, body: &[u8], key: &SigningKey) -> Vec<u8> {
    let signature = key.sign(&statement(purpose, &[body])).to_bytes();
    cbor(|encoder| {
        encoder
            .map(2)?
            .u8(0)?
            .bytes(body)?
            .u8(1)?
            .bytes(&signature)?;
        Ok(())
    })
}

/// The body and the signature, not yet verified.
pub fn split(signed: &[u8]) -> Result<(Vec<u8>, [u8; 64]), Refused> {
    let mut decoder = Decoder::new(signed);
    if decoder.map()? != Some(2) || decoder.u8()? != 0 {
        return Err("no signed map".into());
    }
    let body = decoder.bytes()?.to_vec();
    if decoder.u8()? != 1 {
        return Err("no signature".into());
    }
    let signature = decoder.bytes()?.try_into()?;
    if decoder.position() != signed.len() {
        return Err("bytes follow".into());
    }
    Ok((body, signature))
}

/// Whether the key signed the statement.
pub fn verify(key: &[u8; 32], statement: &[u8], signature: &[u8; 64]) -> Result<(), Refused> {
    let key = VerifyingKey::from_bytes(key)?;
    Ok(key.verify_strict(statement, &Signature::from_bytes(signature))?)
}

/// The public half of a key.
pub fn public(key: &SigningKey) -> [u8; 32] {
    key.verifying_key().to_bytes()
}

/// Insists on the next key of a map.
pub fn field(decoder: &mut Decoder<'_>, key: u8) -> Result<(), Refused> {
    if decoder.u8()? == key {
        Ok(())
    } else {
        Err(format!("field {key} is missing").into())
    }
}

/// A byte string of fixed length under the next key of a map.
pub fn bytes<const N: usize>(decoder: &mut Decoder<'_>, key: u8) -> Result<[u8; N], Refused> {
    field(decoder, key)?;
    Ok(decoder.bytes()?.try_into()?)
}
