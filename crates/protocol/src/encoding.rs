//! CBOR into a vector, without an error to handle.

use minicbor::encode::Error;
use minicbor::{Encode, Encoder};
use std::convert::Infallible;

/// What writing to a vector can return.
pub type Written = Result<(), Error<Infallible>>;

/// Runs `write` on a fresh vector and returns what it wrote.
///
/// A vector takes every byte, and the types of this project hold nothing that CBOR cannot say, so
/// there is no error; a debug build checks that.
pub fn written(write: impl FnOnce(&mut Encoder<&mut Vec<u8>>) -> Written) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    let result = write(&mut Encoder::new(&mut out));
    debug_assert!(result.is_ok(), "a value that CBOR cannot say");
    out
}

/// The encoding of one value.
pub fn encoded<T: Encode<()>>(value: &T) -> Vec<u8> {
    written(|encoder| encoder.encode(value)?.ok())
}

/// Implements CBOR for a newtype: one byte string, read through the type's `from_slice`.
macro_rules! cbor_as_bytes {
    ($name:ident) => {
        $crate::encoding::cbor_through!(
            $name,
            |value, encoder| encoder.bytes(&value.0),
            |decoder| { Self::from_slice(decoder.bytes()?) }
        );
    };
}

/// Implements CBOR for a newtype: one text, read through the type's `parse`. People may write it in several ways, whoever
/// sends it in one: what is signed must not have two readings.
macro_rules! cbor_as_text {
    ($name:ident) => {
        $crate::encoding::cbor_through!($name, |value, encoder| encoder.str(&value.0), |decoder| {
            let text = decoder.str()?;
            let value = Self::parse(text).map_err(|error| error.to_string());
            value
                .and_then(|value| match value.0 == text {
                    true => Ok(value),
                    false => Err("another spelling".to_owned()),
                })
                .map_err($crate::encoding::Unread)
        });
    };
}

/// Why a text does not read as what it should be.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unread(pub(crate) String);

/// Implements CBOR through one writing and one reading expression; a value that does not read is
/// reported with its place.
macro_rules! cbor_through {
    ($name:ident, |$value:ident, $encoder:ident| $write:expr, |$decoder:ident| $read:block) => {
        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                $encoder: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                let $value = self;
                $write?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(
                $decoder: &mut minicbor::Decoder<'b>,
                _: &mut C,
            ) -> Result<Self, minicbor::decode::Error> {
                let at = $decoder.position();
                $read.map_err(|error| minicbor::decode::Error::custom(error).at(at))
            }
        }
    };
}

pub(crate) use {cbor_as_bytes, cbor_as_text, cbor_through};
