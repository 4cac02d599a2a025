//! Padding to size buckets, below the encryption: length, payload, zeros.

use protocol::size_bucket::bucket_for;

use crate::error::MlsError;

/// Bytes of the length before the payload.
const LENGTH_BYTES: usize = 4;

/// Pads so that padded payload and `overhead` (nonce, tag, …) together fill a size bucket.
///
/// # Errors
/// [`MlsError::Invalid`] if the payload is larger than the largest bucket.
pub(crate) fn pad(payload: &[u8], overhead: usize) -> Result<Vec<u8>, MlsError> {
    let too_large = || MlsError::invalid("the message is larger than a home accepts");
    let length = u32::try_from(payload.len()).map_err(|_| too_large())?;
    let bucket = bucket_for(LENGTH_BYTES + payload.len() + overhead).ok_or_else(too_large)?;
    let mut padded = Vec::with_capacity(bucket - overhead);
    padded.extend(length.to_be_bytes());
    padded.extend(payload);
    padded.resize(bucket - overhead, 0);
    Ok(padded)
}

/// The payload within padded bytes.
///
/// # Errors
/// [`MlsError::Invalid`] if the length does not fit or the rest is not all zeros.
pub(crate) fn unpad(padded: &[u8]) -> Result<&[u8], MlsError> {
    let bad = || MlsError::invalid("the padding does not hold");
    let (length, rest) = padded.split_first_chunk::<LENGTH_BYTES>().ok_or_else(bad)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| bad())?;
    let (payload, zeros) = rest.split_at_checked(length).ok_or_else(bad)?;
    if zeros.iter().any(|byte| *byte != 0) {
        return Err(bad());
    }
    Ok(payload)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_padded_fills_a_bucket_and_comes_back(
            payload in proptest::collection::vec(any::<u8>(), 0..3000),
            overhead in 0usize..100,
        ) {
            let padded = pad(&payload, overhead).unwrap();
            prop_assert!(protocol::size_bucket::is_bucket(padded.len() + overhead));
            prop_assert_eq!(unpad(&padded).unwrap(), payload.as_slice());
        }

        #[test]
        fn any_bytes_get_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let _ = unpad(&bytes);
        }
    }

    #[test]
    fn padding_that_is_not_zero_is_refused() {
        let mut padded = pad(b"hello", 0).unwrap();
        padded[100] = 1;
        assert!(unpad(&padded).is_err());
        assert!(pad(&vec![0; 1024 * 1024], 0).is_err());
    }
}
