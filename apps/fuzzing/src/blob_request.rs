//! What a request about a blob says in its path and headers, by the very file with which a home reads it.
//!
//! The bytes are lines: the name in the path, the blob's length, then headers.

#[path = "../../kith/src/home/blobs/asked.rs"]
mod asked;

use crate::Verdict;
use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// As much of the home's ways to say no as reading headers has.
mod refused {
    use axum::http::HeaderName;

    pub(super) const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(super) enum Refused {
        Header(&'static str),
        Unknown,
        MediaType,
        Range { size: u64 },
    }

    impl Refused {
        pub(super) fn is_said_of(&self, asked_size: u64) -> bool {
            match self {
                Self::Header(name) => !name.is_empty(),
                Self::Unknown | Self::MediaType => true,
                Self::Range { size } => *size == asked_size,
            }
        }
    }
}

pub(crate) fn run(bytes: &[u8]) -> Verdict {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let mut text = || std::str::from_utf8(lines.next().unwrap_or_default()).unwrap_or_default();
    let (name, size) = (text(), text().parse().unwrap_or(0));
    let mut headers = HeaderMap::new();
    for line in lines {
        let at = line.iter().position(|byte| *byte == b':');
        let Some((name, value)) = at.and_then(|at| line.split_at_checked(at)) else {
            continue;
        };
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name), HeaderValue::from_bytes(value))
        {
            // More than it holds are not read from a connection either.
            let _ = headers.try_append(name, value);
        }
    }
    read(name, size, &headers)
}

fn read(name: &str, size: u64, headers: &HeaderMap) -> Verdict {
    let named = asked::blob(name);
    if named.is_ok() {
        assert!(name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
    let bearer = asked::bearer(headers);
    assert!(bearer.as_ref().is_none_or(|bytes| bytes.len() <= 256));
    let hash = protocol::id::BlobHash::new([7; 32]);
    let etag = asked::etag(&hash);
    let known = asked::is_known(headers, &etag);
    let range = asked::range(headers, size, &etag);
    match &range {
        Ok(Some(range)) => assert!(range.start < range.end && range.end <= size, "{range:?}"),
        Ok(None) => {}
        Err(refused) => assert!(refused.is_said_of(size)),
    }
    let append = asked::Append::read(headers);
    match &append {
        Ok(append) => {
            assert!(headers.contains_key("upload-offset"));
            assert!(append.complete || headers.get("upload-complete") != Some(&TRUE));
        }
        Err(refused) => assert!(refused.is_said_of(size)),
    }
    let asked = known || append.is_ok() || matches!(range, Ok(Some(_)));
    if named.is_ok() && bearer.is_some() && asked {
        Verdict::Taken
    } else {
        Verdict::Refused
    }
}

const TRUE: HeaderValue = HeaderValue::from_static("?1");

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let first = "0123456789abcdef0123456789abcdef\n70000\nauthorization: Bearer AQID\n";
    let put = "content-type: application/partial-upload\nupload-offset: 12\nupload-complete: ";
    let digest =
        "repr-digest: sha-512=:AA==:, sha-256=:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=:";
    let tag = "\"0707070707070707070707070707070707070707070707070707070707070707\"";
    [
        "range: bytes=0-0".to_owned(),
        "range: bytes=69999-".to_owned(),
        "range: bytes=-10".to_owned(),
        format!("range: bytes=5-99999999999999999999\nif-range: {tag}"),
        format!("if-none-match: \"x\", W/{tag}"),
        "if-none-match: *".to_owned(),
        format!("{put}?0\ncontent-length: 5"),
        format!("{put}?1\n{digest}"),
    ]
    .iter()
    .map(|rest| format!("{first}{rest}").into_bytes())
    .collect()
}
