//! Every way to say no over HTTP, each with one sentence.

use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_RANGE, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};

/// Where an upload stands, in bytes.
pub(super) const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");

/// Why a request about a blob is not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    /// A header that does not read, or is missing.
    #[error("the header {0} is missing or does not read")]
    Header(&'static str),
    /// The last bytes were announced, and are not there.
    #[error("the blob is not complete")]
    Incomplete,
    /// No ticket, or none of this home and time.
    #[error("ask for a ticket on the socket")]
    Ticket,
    /// A ticket for something else.
    #[error("this ticket is for another blob or another act")]
    OtherTicket,
    /// Not the secret that erases this blob.
    #[error("this is not the blob's delete secret")]
    Secret,
    /// No blob has such a name, or none of this id is known.
    #[error("there is no such blob")]
    Unknown,
    /// Bytes come too slowly.
    #[error("too few bytes came in time; go on from where the upload stands")]
    Slow,
    /// The upload stands elsewhere.
    #[error("the upload stands elsewhere")]
    Offset {
        /// Where, in bytes.
        at: u64,
    },
    /// A newer request about the same upload came.
    #[error("a newer request goes on with this upload")]
    Replaced,
    /// The blob is erased.
    #[error("the blob is erased")]
    Gone,
    /// More bytes than the blob has.
    #[error("these are more bytes than the blob has")]
    TooLong,
    /// Bytes of another type.
    #[error("bytes come as application/partial-upload")]
    MediaType,
    /// A range that the blob does not have.
    #[error("the blob has no bytes there")]
    Range {
        /// The blob's length, in bytes.
        size: u64,
    },
    /// The hash of what was put is another one.
    #[error("the digest is another one; what was put is dropped")]
    Digest,
    /// All transfers are in use.
    #[error("all transfers are in use for now")]
    Busy,
    /// The home stops.
    #[error("the home stops")]
    Stopping,
    /// The disk or the object store does not do its part.
    #[error("the storage does not answer for now")]
    Storage,
    /// There is no room on the disk.
    #[error("the disk is full for now")]
    Full,
}

impl Refused {
    const fn status(self) -> StatusCode {
        match self {
            Self::Header(_) | Self::Incomplete => StatusCode::BAD_REQUEST,
            Self::Ticket => StatusCode::UNAUTHORIZED,
            Self::OtherTicket | Self::Secret => StatusCode::FORBIDDEN,
            Self::Unknown => StatusCode::NOT_FOUND,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::Offset { .. } | Self::Replaced => StatusCode::CONFLICT,
            Self::Gone => StatusCode::GONE,
            Self::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Range { .. } => StatusCode::RANGE_NOT_SATISFIABLE,
            Self::Digest => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Busy | Self::Stopping | Self::Storage => StatusCode::SERVICE_UNAVAILABLE,
            Self::Full => StatusCode::INSUFFICIENT_STORAGE,
        }
    }

    /// The header that tells what to do next.
    fn hint(self) -> Option<(HeaderName, HeaderValue)> {
        Some(match self {
            Self::Ticket => (WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")),
            Self::Offset { at } => (UPLOAD_OFFSET, at.into()),
            Self::Digest => (UPLOAD_OFFSET, 0.into()),
            Self::Range { size } => {
                let unsatisfied = HeaderValue::try_from(format!("bytes */{size}")).ok()?;
                (CONTENT_RANGE, unsatisfied)
            }
            Self::Busy | Self::Storage => (RETRY_AFTER, 5.into()),
            Self::Stopping => (RETRY_AFTER, 10.into()),
            Self::Full => (RETRY_AFTER, 600.into()),
            _ => return None,
        })
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(format!("{self}.\n")));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        let plain = HeaderValue::from_static("text/plain; charset=utf-8");
        headers.insert(CONTENT_TYPE, plain);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.extend(self.hint());
        response
    }
}
