//! What a request about a blob says in its path and headers.

use super::refused::{Refused, UPLOAD_OFFSET};
use axum::http::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use protocol::id::{BlobHash, BlobId};
use std::ops::Range;

/// The longest bearer token that is looked at.
const MAX_BEARER_BYTES: usize = 256;

/// The blob that a path names: 32 lowercase hexadecimal digits and nothing else.
pub(super) fn blob(name: &str) -> Result<BlobId, Refused> {
    let bytes = HEXLOWER
        .decode(name.as_bytes())
        .map_err(|_| Refused::Unknown)?;
    BlobId::from_slice(&bytes).map_err(|_| Refused::Unknown)
}

/// The bytes in `Authorization: Bearer`; none: there is no such thing.
pub(super) fn bearer(headers: &HeaderMap) -> Option<Vec<u8>> {
    let (scheme, token) = text(headers, &AUTHORIZATION)?.split_once(' ')?;
    let sane = scheme.eq_ignore_ascii_case("bearer") && token.len() <= MAX_BEARER_BYTES;
    BASE64URL_NOPAD
        .decode(token.trim().as_bytes())
        .ok()
        .filter(|_| sane)
}

/// What a PATCH says of its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Append {
    /// Where they go, in bytes.
    pub(super) offset: u64,
    /// Whether they are the last.
    pub(super) complete: bool,
    /// How many there are, if that is said.
    pub(super) length: Option<u64>,
    /// The hash of the whole blob.
    pub(super) digest: Option<BlobHash>,
}

impl Append {
    /// Reads the headers of a PATCH.
    ///
    /// # Errors
    /// [`Refused::Header`], [`Refused::MediaType`].
    pub(super) fn read(headers: &HeaderMap) -> Result<Self, Refused> {
        if text(headers, &CONTENT_TYPE) != Some("application/partial-upload") {
            return Err(Refused::MediaType);
        }
        let offset = text(headers, &UPLOAD_OFFSET)
            .and_then(number)
            .ok_or(Refused::Header("Upload-Offset"))?;
        let complete = match headers.get("upload-complete").map(|value| value.as_bytes()) {
            Some(b"?1") => true,
            Some(b"?0") => false,
            _ => return Err(Refused::Header("Upload-Complete")),
        };
        Ok(Self {
            offset,
            complete,
            length: text(headers, &CONTENT_LENGTH).and_then(number),
            digest: digest(headers)?,
        })
    }
}

/// The SHA-256 in `Repr-Digest` (RFC 9530 §3); other algorithms are passed over.
fn digest(headers: &HeaderMap) -> Result<Option<BlobHash>, Refused> {
    let Some(field) = headers.get("repr-digest") else {
        return Ok(None);
    };
    let wrong = Refused::Header("Repr-Digest");
    let members = field.to_str().map_err(|_| wrong)?.split(',');
    let mut sha256 = members.filter_map(|member| member.trim().strip_prefix("sha-256="));
    let Some(value) = sha256.next() else {
        return Ok(None);
    };
    let inside = value
        .strip_prefix(':')
        .and_then(|value| value.strip_suffix(':'))
        .ok_or(wrong)?;
    let bytes = BASE64.decode(inside.as_bytes()).map_err(|_| wrong)?;
    Ok(Some(BlobHash::from_slice(&bytes).map_err(|_| wrong)?))
}

/// The strong validator of a whole blob.
pub(super) fn etag(hash: &BlobHash) -> String {
    format!("\"{}\"", HEXLOWER.encode(hash.as_bytes()))
}

/// Whether the asker has already what this tag stands for (RFC 9110 §13.1.2).
pub(crate) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    text(headers, &IF_NONE_MATCH).is_some_and(|field| {
        field.trim() == "*"
            || field
                .split(',')
                .any(|one| one.trim().trim_start_matches("W/") == etag)
    })
}

/// The one range of bytes that is asked for (RFC 9110 §14.2); none: the whole. What is no single
/// range of bytes is ignored, as that section allows.
///
/// # Errors
/// [`Refused::Range`] if the blob has nothing there.
pub(super) fn range(
    headers: &HeaderMap,
    size: u64,
    etag: &str,
) -> Result<Option<Range<u64>>, Refused> {
    let field = text(headers, &RANGE).and_then(|field| field.strip_prefix("bytes="));
    let Some((first, last)) = field.and_then(|field| field.trim().split_once('-')) else {
        return Ok(None);
    };
    if text(headers, &IF_RANGE).is_some_and(|known| known.trim() != etag) {
        return Ok(None);
    }
    let range = match (first, last) {
        ("", suffix) => match number(suffix) {
            Some(bytes) => size.saturating_sub(bytes)..size,
            None => return Ok(None),
        },
        (first, "") => match number(first) {
            Some(first) => first..size,
            None => return Ok(None),
        },
        (first, last) => match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(size),
            _ => return Ok(None),
        },
    };
    if range.start >= range.end {
        return Err(Refused::Range { size });
    }
    Ok(Some(range))
}

fn text<'a>(headers: &'a HeaderMap, name: &axum::http::HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Digits alone; a number too large to be one is the largest.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(all: &[(&'static str, &str)]) -> HeaderMap {
        all.iter()
            .map(|(name, value)| {
                let name = axum::http::HeaderName::from_static(name);
                (name, HeaderValue::from_str(value).unwrap())
            })
            .collect()
    }

    #[test]
    fn a_name_is_exactly_one_id() {
        let name = "0123456789abcdef0123456789abcdef";
        assert!(blob(name).is_ok());
        for bad in [
            "",
            "..",
            "../../etc/passwd",
            "0123456789ABCDEF0123456789ABCDEF",
            &name[1..],
            &format!("{name}0"),
            &format!("{name}/"),
            &format!("{name}\0"),
            "%2e%2e",
        ] {
            assert_eq!(blob(bad), Err(Refused::Unknown), "{bad}");
        }
    }

    #[track_caller]
    fn check_range(field: &str, expected: Result<Option<Range<u64>>, Refused>) {
        let asked = headers(&[("range", field)]);
        assert_eq!(range(&asked, 100, "\"x\""), expected, "{field}");
    }

    #[test]
    fn one_range_is_given_what_is_none_is_ignored_and_what_is_outside_refused() {
        check_range("bytes=0-0", Ok(Some(0..1)));
        check_range("bytes=10-19", Ok(Some(10..20)));
        check_range("bytes=90-", Ok(Some(90..100)));
        check_range("bytes=-10", Ok(Some(90..100)));
        check_range("bytes=-1000", Ok(Some(0..100)));
        check_range("bytes=0-99999999999999999999999", Ok(Some(0..100)));
        let outside = Err(Refused::Range { size: 100 });
        check_range("bytes=100-", outside.clone());
        check_range("bytes=-0", outside.clone());
        check_range("bytes=99999999999999999999999-", outside);
        for ignored in [
            "bytes=5-4",
            "bytes=a-b",
            "bytes=0-1,5-6",
            "bytes=-",
            "lines=1-2",
            "bytes=+1-2",
            "0-1",
        ] {
            check_range(ignored, Ok(None));
        }
        let changed = headers(&[("range", "bytes=0-0"), ("if-range", "\"y\"")]);
        assert_eq!(range(&changed, 100, "\"x\""), Ok(None));
        let same = headers(&[("range", "bytes=0-0"), ("if-range", "\"x\"")]);
        assert_eq!(range(&same, 100, "\"x\""), Ok(Some(0..1)));
    }

    #[test]
    fn an_append_says_where_and_whether_it_is_the_last() {
        let digest = format!("sha-512=:AA==:, sha-256=:{}:", BASE64.encode(&[7; 32]));
        let all = [
            ("content-type", "application/partial-upload"),
            ("upload-offset", "12"),
            ("upload-complete", "?1"),
            ("content-length", "5"),
            ("repr-digest", &digest),
        ];
        let expected = Append {
            offset: 12,
            complete: true,
            length: Some(5),
            digest: Some(BlobHash::new([7; 32])),
        };
        assert_eq!(Append::read(&headers(&all)), Ok(expected));
        assert_eq!(Append::read(&headers(&all[1..])), Err(Refused::MediaType));
        for (at, name, bad) in [
            (1, "Upload-Offset", "-1"),
            (1, "Upload-Offset", "1.5"),
            (2, "Upload-Complete", "1"),
            (4, "Repr-Digest", "sha-256=AA"),
            (4, "Repr-Digest", "sha-256=:AA==:"),
            (4, "Repr-Digest", "sha-256=:not base64:"),
        ] {
            let mut changed = all;
            changed[at].1 = bad;
            let expected = Err(Refused::Header(name));
            assert_eq!(Append::read(&headers(&changed)), expected, "{bad}");
        }
    }

    #[test]
    fn a_bearer_is_short_and_base64url() {
        let read = |value| bearer(&headers(&[("authorization", value)]));
        assert_eq!(read("Bearer AQID"), Some(vec![1, 2, 3]));
        assert_eq!(read("bearer AQID"), Some(vec![1, 2, 3]));
        let long = format!("Bearer {}", "A".repeat(300));
        for bad in ["Basic AQID", "Bearer", "Bearer A+/=", &long] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
