//! The errors of this crate: one enum per family of operations, all of the kind *Invalid*.

/// Why bytes are not a MIMI content message in its one permitted encoding.
///
/// `at` is always an offset in octets from the start of the decoded bytes (of the extension's value for
/// [`crate::ExtensionValue::from_cbor`]). Source: draft-ietf-mimi-content-08 §4, §6 and §9.1; RFC 8949 §4.2.1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes end inside an item, or a length promises more than there is.
    #[error("the bytes end too early, inside the item at {at}")]
    Truncated {
        /// Where the unfinished item begins.
        at: usize,
    },
    /// Something follows the message.
    #[error("bytes follow the end of the message at {at}")]
    TrailingBytes {
        /// The first octet too many.
        at: usize,
    },
    /// A string, array or map of indefinite length, or a stray break (RFC 8949 §4.2.1).
    #[error("an item of indefinite length at {at}")]
    IndefiniteLength {
        /// Where it begins.
        at: usize,
    },
    /// An integer, length, tag, float or big integer that has a shorter encoding (RFC 8949 §4.2.1).
    #[error("the item at {at} is not in its shortest encoding")]
    NotShortest {
        /// Where it begins.
        at: usize,
    },
    /// A head that RFC 8949 §3 reserves or forbids.
    #[error("a reserved CBOR head at {at}")]
    ReservedHead {
        /// Where it is.
        at: usize,
    },
    /// A tag on content of a type that the tag does not permit.
    #[error("the tag at {at} does not fit its content")]
    InvalidTag {
        /// Where the tag is.
        at: usize,
    },
    /// A NaN other than the half-width quiet NaN (draft §6.2).
    #[error("a NaN at {at} other than the one permitted")]
    InvalidNan {
        /// Where it is.
        at: usize,
    },
    /// A text string that is not UTF-8 (draft §6.2).
    #[error("the text at {at} is not UTF-8")]
    InvalidUtf8 {
        /// Where the text string begins.
        at: usize,
    },
    /// Map keys that do not ascend in the bytewise order of their encodings (RFC 8949 §4.2.1).
    #[error("the map key at {at} is out of order")]
    KeysOutOfOrder {
        /// Where the key that comes too late is.
        at: usize,
    },
    /// A map key that occurs twice (draft §4.3).
    #[error("the map key at {at} is there twice")]
    DuplicateKey {
        /// Where the second one is.
        at: usize,
    },
    /// A map key of a type that is not permitted (draft §6.2).
    #[error("the map key at {at} has a type that is not permitted")]
    InvalidKeyType {
        /// Where the key is.
        at: usize,
    },
    /// An integer map key beyond ±(2^53 − 1) (draft §6.2).
    #[error("the integer map key at {at} is beyond 53 bits")]
    KeyOutOfRange {
        /// Where the key is.
        at: usize,
    },
    /// More nesting than draft §6.3 permits.
    #[error("nested too deeply at {at}")]
    TooDeep {
        /// Where the container that is too deep begins.
        at: usize,
    },
    /// A field of another CBOR type than the draft's CDDL says.
    #[error("{field} has the wrong type")]
    WrongType {
        /// The field's name in this crate.
        field: &'static str,
    },
    /// A byte string or array of another length than the draft's CDDL says.
    #[error("{field} has length {found}, expected {expected}")]
    WrongLength {
        /// The field's name in this crate.
        field: &'static str,
        /// The only length permitted.
        expected: u64,
        /// The length found.
        found: u64,
    },
    /// A number above the largest that the field permits.
    #[error("{field} is {found}, at most {limit} is permitted")]
    OutOfRange {
        /// The field's name in this crate.
        field: &'static str,
        /// The largest value permitted.
        limit: u64,
        /// The value found.
        found: u64,
    },
    /// A message id that refers to an unknown hash algorithm (draft §3.3 and §9.1).
    #[error("{field} names the unknown hash algorithm {found}")]
    UnknownHashAlgorithm {
        /// The field's name in this crate.
        field: &'static str,
        /// The algorithm's number in IANA's Named Information registry.
        found: u8,
    },
    /// Parts that are too few, too many or too deep (draft §4.4, §6.3 and §9.1).
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// An extension key that is not permitted (draft §4.3).
    #[error(transparent)]
    Extension(#[from] ExtensionError),
}

/// Why parts do not make a multipart body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    /// A multipart with fewer than two parts (draft §4.4).
    #[error("a multipart of {found} parts, at least 2 are needed")]
    TooFewParts {
        /// How many there were.
        found: usize,
    },
    /// More parts in all than [`crate::MAX_PARTS`] (draft §9.1).
    #[error("{found} parts, at most {limit} are permitted")]
    TooManyParts {
        /// The limit.
        limit: usize,
        /// How many there were when counting stopped.
        found: usize,
    },
    /// Parts nested deeper than [`crate::MAX_PART_DEPTH`] (draft §6.3).
    #[error("parts nested deeper than {limit} levels")]
    PartsTooDeep {
        /// The limit, counting the outermost part as level 1.
        limit: usize,
    },
}

/// Why a key cannot be that of an unknown extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExtensionError {
    /// Zero, which is reserved (draft §4.3 and §8.2.1).
    #[error("extension key 0 is reserved")]
    ReservedKey,
    /// 1 or 2, which have fields of their own in [`crate::Extensions`].
    #[error("extension key {key} has a field of its own")]
    AssignedKey {
        /// The key.
        key: u64,
    },
    /// An integer beyond ±(2^53 − 1) (draft §6.2).
    #[error("an integer extension key is beyond 53 bits")]
    KeyOutOfRange,
    /// A text key that is empty or longer than [`crate::MAX_KEY_BYTES`] octets (draft §4.3).
    #[error("a text extension key has {found} octets, expected 1 to 255")]
    KeyLength {
        /// Its length in octets.
        found: usize,
    },
}

/// Why a text is not a Kith URI of the kind expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UriError {
    /// It begins otherwise.
    #[error("the URI does not begin with {expected}")]
    WrongPrefix {
        /// How it should begin.
        expected: &'static str,
    },
    /// What follows the prefix has the wrong length.
    #[error("the URI has {found} characters after its prefix, expected {expected}")]
    WrongLength {
        /// The only number of characters permitted.
        expected: usize,
        /// The number found, in octets.
        found: usize,
    },
    /// What follows the prefix is not lowercase base32 without padding and stray bits (RFC 4648 §6).
    #[error("the URI is not lowercase base32 after its prefix")]
    NotBase32,
    /// A URI of more than 65,535 octets has no message id (draft §3.3).
    #[error("the URI has {found} octets, at most 65535 are permitted")]
    TooLong {
        /// Its length in octets.
        found: usize,
    },
}

/// The container names another sender or conversation than it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Extension 1 is not the sender whom MLS authenticated (draft §9.1).
    #[error("the message names another sender than the one who sent it")]
    OtherSender,
    /// Extension 2 is not the conversation the message arrived in.
    #[error("the message names another conversation than the one it came in")]
    OtherRoom,
}

/// Why a reaction cannot be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReactionError {
    /// There is nothing.
    #[error("there is no sign")]
    Empty,
    /// Longer than [`crate::MAX_REACTION_BYTES`].
    #[error("the sign has {found} octets, at most {limit} are permitted")]
    TooLong {
        /// The limit in octets of UTF-8.
        limit: usize,
        /// The length in octets of UTF-8.
        found: usize,
    },
    /// It holds control characters or blanks.
    #[error("a reaction is one sign, without blanks")]
    NoSign,
}

/// Why a text cannot be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Longer than [`crate::MAX_TEXT_BYTES`] or [`crate::MAX_NOTE_BYTES`].
    #[error("the text has {found} octets, at most {limit} are permitted")]
    TooLong {
        /// The limit in octets of UTF-8.
        limit: usize,
        /// The length in octets of UTF-8.
        found: usize,
    },
}

/// Why a file cannot go with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Its name is longer than [`crate::MAX_FILE_NAME_BYTES`].
    #[error("the file's name has {found} octets, at most {limit} are permitted")]
    NameTooLong {
        /// The limit in octets of UTF-8.
        limit: usize,
        /// The length in octets of UTF-8.
        found: usize,
    },
    /// What it shows is told in more than [`crate::MAX_FILE_DESCRIPTION_BYTES`].
    #[error("what the file shows is told in {found} octets, at most {limit} are permitted")]
    DescriptionTooLong {
        /// The limit in octets of UTF-8.
        limit: usize,
        /// The length in octets of UTF-8.
        found: usize,
    },
    /// Its media type is empty, too long or not printable.
    #[error("the file's media type is none")]
    MediaType,
    /// Its key has not 32 octets.
    #[error("the file's key has the wrong length")]
    Key,
    /// More files than [`crate::MAX_FILES`].
    #[error("{found} files, at most {limit} go with one message")]
    TooMany {
        /// The limit.
        limit: usize,
        /// How many there were.
        found: usize,
    },
}
