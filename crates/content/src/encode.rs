//! From a container to its one encoding (draft-ietf-mimi-content-08 appendix A.1, RFC 8949 §4.2.1).
//!
//! minicbor writes integers and lengths in their shortest form; the order of the extensions is that of their map.

use std::convert::Infallible;

use minicbor::Encoder;
use minicbor::encode::Error;

use crate::extensions::{ExtensionKey, Extensions, Key, ROOM_URI_KEY, SENDER_URI_KEY};
use crate::ids::MessageId;
use crate::mimi_content::{Expiration, MimiContent};
use crate::part::{ExternalPart, NestedPart, Part, PartSemantics};

/// What `null`, `single`, `external` and `multi` parts are called on the wire.
pub(crate) mod cardinality {
    pub(crate) const NULL: u8 = 0;
    pub(crate) const SINGLE: u8 = 1;
    pub(crate) const EXTERNAL: u8 = 2;
    pub(crate) const MULTI: u8 = 3;
}

/// Lengths of the arrays that make up a message.
pub(crate) mod array_length {
    pub(crate) const MESSAGE: u64 = 7;
    pub(crate) const EXPIRATION: u64 = 2;
    pub(crate) const NULL: u64 = 3;
    pub(crate) const SINGLE: u64 = 5;
    pub(crate) const EXTERNAL: u64 = 15;
    pub(crate) const MULTI: u64 = 5;
}

type Sink = Encoder<Vec<u8>>;
type Written = Result<(), Error<Infallible>>;

impl MimiContent {
    /// The encoding: deterministic, so equal messages have equal octets.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut sink = Encoder::new(Vec::new());
        #[expect(clippy::expect_used, reason = "writing to a Vec is Infallible")]
        write_message(&mut sink, self).expect("writing to a Vec cannot fail");
        sink.into_writer()
    }
}

fn write_message(sink: &mut Sink, content: &MimiContent) -> Written {
    sink.array(array_length::MESSAGE)?
        .bytes(content.salt.as_bytes())?;
    write_reference(sink, content.replaces.as_ref())?;
    sink.bytes(content.topic_id.as_bytes())?;
    match content.expires {
        None => sink.null()?,
        Some(Expiration::AfterReading { seconds }) => sink
            .array(array_length::EXPIRATION)?
            .bool(true)?
            .u32(seconds)?,
        Some(Expiration::At { unix_seconds }) => sink
            .array(array_length::EXPIRATION)?
            .bool(false)?
            .u32(unix_seconds)?,
    };
    write_reference(sink, content.in_reply_to.as_ref())?;
    write_extensions(sink, &content.extensions)?;
    write_part(sink, &content.nested_part)
}

fn write_reference(sink: &mut Sink, id: Option<&MessageId>) -> Written {
    match id {
        Some(id) => sink.bytes(id.as_bytes())?.ok(),
        None => sink.null()?.ok(),
    }
}

/// Unknown keys all come after 1 and 2: they are greater integers, negative ones or text.
fn write_extensions(sink: &mut Sink, extensions: &Extensions) -> Written {
    let known = [
        (SENDER_URI_KEY, &extensions.sender_uri),
        (ROOM_URI_KEY, &extensions.room_uri),
    ];
    let known = known
        .into_iter()
        .filter_map(|(key, uri)| Some((key, uri.as_ref()?)));
    let pairs = known.clone().count() + extensions.unknown().len();
    sink.map(u64::try_from(pairs).unwrap_or(u64::MAX))?;
    for (key, uri) in known {
        sink.u64(key)?.str(uri)?;
    }
    for (key, value) in extensions.unknown() {
        write_key(sink, key)?;
        sink.writer_mut().extend_from_slice(value.as_cbor());
    }
    Ok(())
}

fn write_key(sink: &mut Sink, key: &ExtensionKey) -> Written {
    match key.inner() {
        Key::Positive(key) => sink.u64(*key)?.ok(),
        // At most 2^53, so the conversion and the subtraction hold.
        Key::Negative(key) => sink.i64(-1 - i64::try_from(*key).unwrap_or_default())?.ok(),
        Key::Text { text, .. } => sink.str(text)?.ok(),
    }
}

/// Recursion ends after [`crate::MAX_PART_DEPTH`] levels, which [`crate::MultiPart`] keeps.
fn write_part(sink: &mut Sink, nested: &NestedPart) -> Written {
    let (length, cardinality) = match nested.part {
        Part::Null => (array_length::NULL, cardinality::NULL),
        Part::Single(_) => (array_length::SINGLE, cardinality::SINGLE),
        Part::External(_) => (array_length::EXTERNAL, cardinality::EXTERNAL),
        Part::Multi(_) => (array_length::MULTI, cardinality::MULTI),
    };
    sink.array(length)?
        .u8(nested.disposition.0)?
        .str(&nested.language)?
        .u8(cardinality)?;
    match &nested.part {
        Part::Null => Ok(()),
        Part::Single(single) => sink.str(&single.content_type)?.bytes(&single.content)?.ok(),
        Part::External(external) => write_external(sink, external),
        Part::Multi(multi) => {
            sink.u8(match multi.semantics() {
                PartSemantics::ChooseOne => 0,
                PartSemantics::SingleUnit => 1,
                PartSemantics::ProcessAll => 2,
            })?;
            sink.array(u64::try_from(multi.parts().len()).unwrap_or(u64::MAX))?;
            multi
                .parts()
                .iter()
                .try_for_each(|part| write_part(sink, part))
        }
    }
}

fn write_external(sink: &mut Sink, external: &ExternalPart) -> Written {
    sink.str(&external.content_type)?
        .str(&external.url)?
        .u32(external.expires_unix_seconds)?
        .u64(external.size_bytes)?
        .u16(external.encryption_algorithm)?
        .bytes(external.key.expose())?
        .bytes(&external.nonce)?
        .bytes(&external.additional_data)?
        .u8(external.hash_algorithm)?
        .bytes(&external.content_hash)?
        .str(&external.description)?
        .str(&external.filename)?
        .ok()
}
