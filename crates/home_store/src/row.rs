//! Between the types of the protocol and the columns of a table.

use home_core::log_store::{PageLimit, Rows, TokenState};
use rusqlite::Row;
use rusqlite::types::Type;

/// A number as a column; what a home counts never comes near the bound.
pub(crate) fn column(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Reads a number that is not negative.
pub(crate) fn number(row: &Row<'_>, index: usize) -> rusqlite::Result<u64> {
    let value: i64 = row.get(index)?;
    u64::try_from(value).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(index, value))
}

/// Reads a number that is not negative, or NULL.
pub(crate) fn maybe_number(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<u64>> {
    match row.get::<_, Option<i64>>(index)? {
        Some(_) => number(row, index).map(Some),
        None => Ok(None),
    }
}

/// Reads bytes of a fixed length through a type's constructor.
pub(crate) fn fixed<const N: usize, T>(
    row: &Row<'_>,
    index: usize,
    new: impl FnOnce([u8; N]) -> T,
) -> rusqlite::Result<T> {
    let bytes: &[u8] = row.get_ref(index)?.as_blob()?;
    let bytes = bytes.try_into().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(index, Type::Blob, Box::new(error))
    })?;
    Ok(new(bytes))
}

/// What a token's row says; no row: unknown.
pub(crate) fn token_state(spent: Option<bool>) -> TokenState {
    match spent {
        None => TokenState::Unknown,
        Some(false) => TokenState::Granted,
        Some(true) => TokenState::Spent,
    }
}

/// Collects rows up to a limit; the first row comes whatever its size.
#[derive(Debug)]
pub(crate) struct Page<T> {
    rows: Vec<T>,
    bytes: usize,
    limit: PageLimit,
    end: bool,
}

impl<T> Page<T> {
    pub(crate) fn new(limit: PageLimit) -> Self {
        Self {
            rows: Vec::new(),
            bytes: 0,
            limit,
            end: true,
        }
    }

    /// Whether a row with so many bytes of body still goes in; if not, it is not the end.
    pub(crate) fn has_room(&mut self, bytes: usize) -> bool {
        let fits = self.rows.len() < self.limit.rows && self.bytes + bytes <= self.limit.bytes;
        self.end = fits || self.rows.is_empty();
        self.end
    }

    pub(crate) fn push(&mut self, row: T, bytes: usize) {
        self.rows.push(row);
        self.bytes += bytes;
    }

    pub(crate) fn into_rows(self) -> Rows<T> {
        Rows {
            rows: self.rows,
            end: self.end,
        }
    }
}

/// The length of a blob, 0 for NULL, without copying it.
pub(crate) fn blob_length(row: &Row<'_>, index: usize) -> rusqlite::Result<usize> {
    Ok(row
        .get_ref(index)?
        .as_blob_or_null()?
        .map_or(0, <[u8]>::len))
}
