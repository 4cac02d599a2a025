//! One WebSocket message: `[version, id, kind, body]` in CBOR (docs/protocol.md, *Frames*).
//!
//! `version` is 1, `id` the client's number for a request (answers repeat it, pushes have 0),
//! `kind` a text, `body` a map (for `error`: an array). An unknown kind is refused by name, an
//! unknown version by number, and where the id could be read the refusal carries it.

use crate::PROTOCOL_VERSION;
use crate::encoding::written;
use crate::refusal::HomeError;
use crate::{request, response};
use minicbor::{Decode, Decoder, Encode};

/// The longest frame either side accepts, in bytes: the largest body twice over, and its heads.
pub const MAX_FRAME_BYTES: usize = 2 * crate::size_bucket::LARGEST_BYTES + 64 * 1024;
/// The longest kind, in bytes; what is longer is no kind of any version.
const MAX_KIND_BYTES: usize = 64;

/// Why bytes are no frame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// More bytes than [`MAX_FRAME_BYTES`].
    #[error("a frame has at most {MAX_FRAME_BYTES} bytes, found {found}")]
    TooLong {
        /// Bytes that came.
        found: usize,
    },
    /// Not an array of version, id, kind and body.
    #[error("this is not a frame")]
    Malformed,
    /// Another version.
    #[error("version {found} is not spoken here, only {PROTOCOL_VERSION}")]
    Version {
        /// The version that came.
        found: u64,
        /// The request's id, where it could be read.
        id: u64,
    },
    /// A kind that this version does not know.
    #[error("the kind `{kind}` is not known here")]
    Kind {
        /// The kind that came, printable characters only.
        kind: String,
        /// The request's id.
        id: u64,
    },
    /// The kind is known, the body does not fit it.
    #[error("the body of `{kind}` does not fit")]
    Body {
        /// The kind.
        kind: &'static str,
        /// The request's id.
        id: u64,
    },
}

impl FrameError {
    /// The id of the request that this was, 0 where none could be read.
    pub fn id(&self) -> u64 {
        match self {
            Self::TooLong { .. } | Self::Malformed => 0,
            Self::Version { id, .. } | Self::Kind { id, .. } | Self::Body { id, .. } => *id,
        }
    }
}

/// Defines an enum of message bodies with their kinds on the wire.
macro_rules! messages {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident($body:ty) = $kind:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $name {
            $($(#[$vmeta])* $variant($body),)+
        }

        impl $name {
            /// The kind on the wire.
            pub const fn kind(&self) -> &'static str {
                match self { $(Self::$variant(_) => $kind,)+ }
            }

            /// The whole frame.
            pub fn to_frame(&self, id: u64) -> Vec<u8> {
                match self { $(Self::$variant(body) => frame(id, $kind, body),)+ }
            }

            /// Reads a frame: the id and the message.
            ///
            /// # Errors
            /// [`FrameError`] names what is wrong.
            pub fn from_frame(bytes: &[u8]) -> Result<(u64, Self), FrameError> {
                let (id, kind, mut decoder) = open_frame(bytes)?;
                let message = match kind {
                    $($kind => Self::$variant(body(&mut decoder, id, $kind)?),)+
                    other => return Err(FrameError::Kind {
                        kind: other.chars().map(|c| if c.is_control() { '·' } else { c }).collect(),
                        id,
                    }),
                };
                Ok((id, message))
            }
        }
    };
}

messages!(
    /// Everything that a client can ask.
    Request {
        /// Who are you?
        Hello(request::Hello) = "hello",
        /// PROVE a right at a head.
        Prove(request::Prove) = "prove",
        /// Prove that an inbox is one's own.
        Own(request::Own) = "own",
        /// OPEN a log.
        Open(request::Open) = "open",
        /// READ a head.
        Read(request::Read) = "read",
        /// READ and be told what comes.
        Subscribe(request::Read) = "subscribe",
        /// APPEND an entry.
        Append(request::Append) = "append",
        /// COMMIT a child head.
        Commit(request::Commit) = "commit",
        /// Leave a REPAIR.
        Repair(request::Repair) = "repair",
        /// SIGNAL to those who listen now.
        Signal(request::Signal) = "signal",
        /// Begin or go on with putting a blob.
        BlobPut(request::BlobPut) = "blob-put",
        /// Get a blob.
        BlobGet(request::BlobName) = "blob-get",
        /// Keep a blob for longer.
        BlobRenew(request::BlobName) = "blob-renew",
        /// Make an inbox.
        CreateInbox(request::CreateInbox) = "create-inbox",
        /// Publish device list and KeyPackages.
        Publish(request::Publish) = "publish",
        /// Give a capability.
        GrantCapability(request::GrantCapability) = "grant-capability",
        /// Take a capability back.
        RevokeCapability(request::RevokeCapability) = "revoke-capability",
        /// Turn allowance into tokens.
        Allow(request::Allow) = "allow",
        /// FETCH KeyPackages.
        Fetch(request::Fetch) = "fetch",
        /// KNOCK with an item.
        Knock(request::Knock) = "knock",
        /// Hear an inbox's items.
        Listen(request::Listen) = "listen",
        /// Acknowledge items.
        Acknowledge(request::Acknowledge) = "acknowledge",
        /// Erase an inbox for good.
        EraseInbox(request::EraseInbox) = "erase-inbox",
    }
);

messages!(
    /// Everything that a home can say. Pushes have the id 0.
    Response {
        /// Answers `hello`.
        Greeting(response::Greeting) = "greeting",
        /// Answers what has no result.
        Done(response::Done) = "done",
        /// Answers `read` and `subscribe`.
        Page(response::Page) = "page",
        /// Answers `append`.
        Appended(response::Appended) = "appended",
        /// Answers `commit`.
        Committed(response::Committed) = "committed",
        /// Answers `blob-put` and `blob-get`.
        BlobTicket(response::BlobTicket) = "blob-ticket",
        /// Answers `publish`.
        Published(response::Published) = "published",
        /// Answers `fetch`.
        Fetched(response::Fetched) = "fetched",
        /// Answers `listen`.
        Items(response::Items) = "items",
        /// Answers anything that is not done.
        Error(HomeError) = "error",
        /// Pushed: an entry.
        Entry(response::PushEntry) = "entry",
        /// Pushed: a child of a head.
        Child(response::PushChild) = "child",
        /// Pushed: a repair left above a head.
        Repair(response::PushRepair) = "repair",
        /// Pushed: a signal at a head.
        Signal(response::PushSignal) = "signal",
        /// Pushed: an item.
        Item(response::PushItem) = "item",
    }
);

fn frame<T: Encode<()>>(id: u64, kind: &str, body: &T) -> Vec<u8> {
    written(|encoder| {
        encoder
            .array(4)?
            .u64(PROTOCOL_VERSION)?
            .u64(id)?
            .str(kind)?
            .encode(body)?
            .ok()
    })
}

/// Reads everything but the body. The version comes first, so that a frame of a later version is
/// refused as such whatever else it holds.
fn open_frame(bytes: &[u8]) -> Result<(u64, &str, Decoder<'_>), FrameError> {
    if bytes.len() > MAX_FRAME_BYTES {
        return Err(FrameError::TooLong { found: bytes.len() });
    }
    let mut decoder = Decoder::new(bytes);
    let malformed = |_| FrameError::Malformed;
    let elements = decoder
        .array()
        .map_err(malformed)?
        .ok_or(FrameError::Malformed)?;
    let version = decoder.u64().map_err(malformed)?;
    if version != PROTOCOL_VERSION {
        return Err(FrameError::Version {
            found: version,
            id: decoder.u64().unwrap_or(0),
        });
    }
    if elements != 4 {
        return Err(FrameError::Malformed);
    }
    let id = decoder.u64().map_err(malformed)?;
    let kind = decoder.str().map_err(malformed)?;
    if kind.len() > MAX_KIND_BYTES {
        return Err(FrameError::Malformed);
    }
    Ok((id, kind, decoder))
}

/// Reads the body and insists that nothing follows it.
fn body<'b, T: Decode<'b, ()>>(
    decoder: &mut Decoder<'b>,
    id: u64,
    kind: &'static str,
) -> Result<T, FrameError> {
    let value = decoder
        .decode()
        .map_err(|_| FrameError::Body { kind, id })?;
    if decoder.position() != decoder.input().len() {
        return Err(FrameError::Body { kind, id });
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{HeadId, LogId, Nonce};
    use proptest::prelude::*;

    fn hello() -> Vec<u8> {
        Request::Hello(request::Hello {
            nonce: Nonce::new([5; 32]),
        })
        .to_frame(3)
    }

    #[test]
    fn a_frame_reads_back_as_it_was_written() {
        let (id, message) = Request::from_frame(&hello()).unwrap();
        assert_eq!(id, 3);
        assert_eq!(message.kind(), "hello");
    }

    #[test]
    fn an_unknown_version_is_refused_by_number_and_keeps_the_id() {
        let mut bytes = hello();
        bytes[1] = 7;
        assert_eq!(
            Request::from_frame(&bytes),
            Err(FrameError::Version { found: 7, id: 3 })
        );
    }

    #[test]
    fn an_unknown_kind_is_refused_by_name() {
        let bytes = frame(4, "dance", &response::Done {});
        let error = Request::from_frame(&bytes).unwrap_err();
        assert_eq!(error.to_string(), "the kind `dance` is not known here");
        assert_eq!(error.id(), 4);
    }

    #[test]
    fn a_body_that_does_not_fit_is_refused_with_its_kind() {
        let bytes = frame(4, "hello", &response::Done {});
        assert_eq!(
            Request::from_frame(&bytes),
            Err(FrameError::Body {
                kind: "hello",
                id: 4
            })
        );
        let mut trailing = hello();
        trailing.push(0);
        assert_eq!(
            Request::from_frame(&trailing),
            Err(FrameError::Body {
                kind: "hello",
                id: 3
            })
        );
    }

    #[test]
    fn a_frame_over_the_bound_is_refused_unread() {
        let bytes = vec![0; MAX_FRAME_BYTES + 1];
        assert!(matches!(
            Request::from_frame(&bytes),
            Err(FrameError::TooLong { .. })
        ));
    }

    #[test]
    fn unknown_fields_are_ignored() {
        // hello with a field 9 that this version does not know
        let mut bytes = vec![0x84, 0x01, 0x03, 0x65];
        bytes.extend(b"hello");
        bytes.extend([0xa2, 0x00, 0x58, 0x20]);
        bytes.extend([5; 32]);
        bytes.extend([0x09, 0x01]);
        assert!(matches!(
            Request::from_frame(&bytes),
            Ok((3, Request::Hello(_)))
        ));
    }

    proptest! {
        #[test]
        fn any_bytes_get_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Request::from_frame(&bytes);
            let _ = Response::from_frame(&bytes);
        }

        #[test]
        fn a_damaged_frame_never_panics(at in 0usize..100, value in any::<u8>()) {
            let mut bytes = Request::Append(request::Append {
                log: LogId::new([1; 16]),
                head: HeadId::new([2; 32]),
                body: vec![3; 40],
            })
            .to_frame(1);
            let index = at % bytes.len();
            bytes[index] = value;
            let _ = Request::from_frame(&bytes);
        }
    }
}
