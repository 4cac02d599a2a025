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
