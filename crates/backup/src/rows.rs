//! Rows as a chunk holds them: deterministic CBOR, an array of arrays of null, integer, text or bytes.

use minicbor::data::Type;
use minicbor::{Decoder, Encoder};
use protocol::canonical;
use protocol::encoding::written;

use crate::error::BackupError;

const MALFORMED: BackupError = BackupError::Malformed { what: "its rows" };

/// One value of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// None.
    Null,
    /// An integer.
    Integer(i64),
    /// A text.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
}

/// The bytes of one row.
pub fn encode_row(row: &[Value<'_>]) -> Vec<u8> {
    written(|encoder| {
        encoder.array(row.len() as u64)?;
        for value in row {
            match value {
                Value::Null => encoder.null()?,
                Value::Integer(number) => encoder.i64(*number)?,
                Value::Text(text) => encoder.str(text)?,
                Value::Bytes(bytes) => encoder.bytes(bytes)?,
            };
        }
        Ok(())
    })
}

/// Rows on their way into a chunk.
#[derive(Default)]
pub struct Rows {
    count: u64,
    bytes: Vec<u8>,
}

impl Rows {
    /// Adds a row that was encoded.
    pub fn push(&mut self, row: &[u8]) {
        self.count += 1;
        self.bytes.extend_from_slice(row);
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Whether the chunk has room for a row of so many bytes.
    pub fn has_room(&self, row_bytes: usize) -> bool {
        // The head of the outer array has up to 9 bytes.
        self.bytes.len() + row_bytes + 9 <= crate::chunk::FULL_BYTES
    }

    /// The content of the chunk; none is left.
    pub fn take(&mut self) -> Vec<u8> {
        let mut content = Vec::with_capacity(self.bytes.len() + 9);
        let head = Encoder::new(&mut content).array(self.count).map(drop);
        debug_assert!(head.is_ok(), "a vector takes every byte");
        content.append(&mut self.bytes);
        self.count = 0;
        content
    }
}

/// Gives each row of a chunk's content to `take`; how many there were. No more than one row is held.
///
/// # Errors
/// [`BackupError::Malformed`] if it is not deterministic CBOR of rows with `columns` values each, and
/// what `take` says.
pub fn each_row<E: From<BackupError>>(
    content: &[u8],
    columns: usize,
    mut take: impl FnMut(&[Value<'_>]) -> Result<(), E>,
) -> Result<u64, E> {
    canonical::check(content).map_err(|_| MALFORMED)?;
    let mut decoder = Decoder::new(content);
    let count = array(&mut decoder)?;
    let mut row = Vec::new();
    for _ in 0..count {
        row.clear();
        if array(&mut decoder)? != columns as u64 {
            return Err(MALFORMED.into());
        }
        for _ in 0..columns {
            row.push(value(&mut decoder)?);
        }
        take(&row)?;
    }
    Ok(count)
}

fn array(decoder: &mut Decoder<'_>) -> Result<u64, BackupError> {
    decoder.array().ok().flatten().ok_or(MALFORMED)
}

fn value<'a>(decoder: &mut Decoder<'a>) -> Result<Value<'a>, BackupError> {
    let read = match decoder.datatype().map_err(|_| MALFORMED)? {
        Type::Null => decoder.null().map(|()| Value::Null),
        Type::String => decoder.str().map(Value::Text),
        Type::Bytes => decoder.bytes().map(Value::Bytes),
        _ => decoder.i64().map(Value::Integer),
    };
    read.map_err(|_| MALFORMED)
}
