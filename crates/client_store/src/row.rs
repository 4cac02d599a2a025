//! Reading typed values out of a row, with the column named where one does not read.

use protocol::id::LengthError;
use rusqlite::Row;

use crate::error::StoreError;

/// A blob of fixed length, through the type's `from_slice`.
pub(crate) fn fixed<T>(
    row: &Row<'_>,
    column: &'static str,
    read: impl Fn(&[u8]) -> Result<T, LengthError>,
) -> Result<T, StoreError> {
    let bytes: Vec<u8> = row.get(column)?;
    read(&bytes).map_err(|_| StoreError::Damaged { what: column })
}

/// The same by the column's place in the query.
pub(crate) fn fixed_at<T>(
    row: &Row<'_>,
    column: usize,
    read: impl Fn(&[u8]) -> Result<T, LengthError>,
) -> Result<T, StoreError> {
    let bytes = row
        .get_ref(column)?
        .as_blob()
        .map_err(rusqlite::Error::from)?;
    read(bytes).map_err(|_| StoreError::Damaged {
        what: "a row of fixed form",
    })
}

/// A nullable blob of fixed length.
pub(crate) fn fixed_or_none<T>(
    row: &Row<'_>,
    column: &'static str,
    read: impl Fn(&[u8]) -> Result<T, LengthError>,
) -> Result<Option<T>, StoreError> {
    let bytes: Option<Vec<u8>> = row.get(column)?;
    bytes
        .map(|bytes| read(&bytes).map_err(|_| StoreError::Damaged { what: column }))
        .transpose()
}

/// A 32-byte seed.
pub(crate) fn seed(
    row: &Row<'_>,
    column: &'static str,
) -> Result<zeroize::Zeroizing<[u8; 32]>, StoreError> {
    let bytes: zeroize::Zeroizing<Vec<u8>> = zeroize::Zeroizing::new(row.get(column)?);
    bytes
        .as_slice()
        .try_into()
        .map(zeroize::Zeroizing::new)
        .map_err(|_| StoreError::Damaged { what: column })
}

/// A value stored as CBOR.
pub(crate) fn cbor<T: for<'b> minicbor::Decode<'b, ()>>(
    bytes: &[u8],
    column: &'static str,
) -> Result<T, StoreError> {
    minicbor::decode(bytes).map_err(|_| StoreError::Damaged { what: column })
}

/// A home's address.
pub(crate) fn home_url(
    row: &Row<'_>,
    column: &'static str,
) -> Result<protocol::home_url::HomeUrl, StoreError> {
    let text: String = row.get(column)?;
    protocol::home_url::HomeUrl::parse(&text).map_err(|_| StoreError::Damaged { what: column })
}

/// The same by the column's place in the query.
pub(crate) fn home_url_at(
    row: &Row<'_>,
    column: usize,
) -> Result<protocol::home_url::HomeUrl, StoreError> {
    let text = row
        .get_ref(column)?
        .as_str()
        .map_err(rusqlite::Error::from)?;
    protocol::home_url::HomeUrl::parse(text).map_err(|_| StoreError::Damaged {
        what: "a home's address",
    })
}
