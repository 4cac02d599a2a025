//! From bytes to a container, refusing by name all that is not the one encoding of a permitted message.
//!
//! Two passes: [`canonical`] proves that the bytes are one item in deterministic form and shallow, then the fields are
//! read by the CDDL of draft-ietf-mimi-content-08 appendix A.1. After the first pass minicbor can fail on types only,
//! and no length promises more than the input holds.

use minicbor::Decoder;
use minicbor::data::Type;

use crate::canonical;
use crate::encode::{array_length, cardinality};
use crate::error::{DecodeError, ExtensionError, ShapeError};
use crate::extensions::{ExtensionKey, ExtensionValue, Extensions, ROOM_URI_KEY, SENDER_URI_KEY};
use crate::ids::{MESSAGE_ID_BYTES, MessageId, SALT_BYTES, Salt};
use crate::mimi_content::{Expiration, MAX_TOPIC_BYTES, MimiContent, TopicId};
use crate::part::{
    ContentKey, Disposition, ExternalPart, MAX_PART_DEPTH, MAX_PARTS, MultiPart, NestedPart, Part,
    PartSemantics, SinglePart,
};

/// Containers on the way to a part of the last level: the message, and per level a part, with an array in between.
const MAX_DEPTH: usize = 2 * MAX_PART_DEPTH;

impl MimiContent {
    /// Reads one message. For what it accepts, [`MimiContent::encode`] gives back the same octets.
    ///
    /// # Errors
    /// A [`DecodeError`] naming the first departure from draft-ietf-mimi-content-08 §4, §6 or §9.1.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        canonical::check(bytes, MAX_DEPTH)?;
        let mut fields = Fields {
            decoder: Decoder::new(bytes),
            parts: 0,
        };
        fields.array_of("message", array_length::MESSAGE)?;
        Ok(MimiContent {
            salt: Salt::new(fields.bytes_of::<SALT_BYTES>("salt")?),
            replaces: fields.reference("replaces")?,
            topic_id: fields.topic_id()?,
            expires: fields.expires()?,
            in_reply_to: fields.reference("in_reply_to")?,
            extensions: fields.extensions()?,
            nested_part: fields.nested_part(1)?,
        })
    }
}

struct Fields<'b> {
    decoder: Decoder<'b>,
    /// Parts begun so far.
    parts: usize,
}

impl<'b> Fields<'b> {
    fn reference(&mut self, field: &'static str) -> Result<Option<MessageId>, DecodeError> {
        if self.null() {
            return Ok(None);
        }
        let octets = self.bytes_of::<MESSAGE_ID_BYTES>(field)?;
        let found = octets.first().copied().unwrap_or_default();
        match MessageId::from_bytes(octets) {
            Some(id) => Ok(Some(id)),
            None => Err(DecodeError::UnknownHashAlgorithm { field, found }),
        }
    }

    fn topic_id(&mut self) -> Result<TopicId, DecodeError> {
        let octets = self.bytes("topic_id")?;
        TopicId::from_bytes(octets).ok_or(DecodeError::OutOfRange {
            field: "length of topic_id",
            limit: MAX_TOPIC_BYTES as u64,
            found: octets.len() as u64,
        })
    }

    fn expires(&mut self) -> Result<Option<Expiration>, DecodeError> {
        if self.null() {
            return Ok(None);
        }
        self.array_of("expires", array_length::EXPIRATION)?;
        let relative = self
            .decoder
            .bool()
            .map_err(|_| wrong_type("expires.relative"))?;
        let time = self.unsigned::<u32>("expires.time", u32::MAX.into())?;
        Ok(Some(match relative {
            true => Expiration::AfterReading { seconds: time },
            false => Expiration::At { unix_seconds: time },
        }))
    }

    /// Order and uniqueness of the keys are known from the first pass.
    fn extensions(&mut self) -> Result<Extensions, DecodeError> {
        let pairs = self
            .decoder
            .map()
            .ok()
            .flatten()
            .ok_or(wrong_type("extensions"))?;
        let mut extensions = Extensions::default();
        for _ in 0..pairs {
            let key = match self.datatype() {
                Some(Type::String) => ExtensionKey::text(self.text("extension key")?),
                Some(Type::Bytes) => return Err(wrong_type("extension key")),
                _ => {
                    let key = self
                        .decoder
                        .i64()
                        .map_err(|_| wrong_type("extension key"))?;
                    ExtensionKey::integer(key)
                }
            };
            match key {
                Err(ExtensionError::AssignedKey {
                    key: SENDER_URI_KEY,
                }) => {
                    extensions.sender_uri = Some(self.string("sender_uri")?);
                }
                Err(ExtensionError::AssignedKey { key: ROOM_URI_KEY }) => {
                    extensions.room_uri = Some(self.string("room_uri")?);
                }
                key => {
                    extensions.insert(key?, self.extension_value()?);
                }
            }
        }
        Ok(extensions)
    }

    fn extension_value(&mut self) -> Result<ExtensionValue, DecodeError> {
        let start = self.decoder.position();
        self.decoder
            .skip()
            .map_err(|_| wrong_type("extension value"))?;
        let raw = self
            .decoder
            .input()
            .get(start..self.decoder.position())
            .unwrap_or_default();
        ExtensionValue::from_cbor(raw).map_err(|error| match error {
            // The only fault that the first pass leaves, as it allows messages more depth than values.
            DecodeError::TooDeep { at } => DecodeError::TooDeep { at: start + at },
            other => other,
        })
    }

    /// Reads a part of the given level; the outermost is 1. Recursion ends at [`MAX_PART_DEPTH`].
    fn nested_part(&mut self, level: usize) -> Result<NestedPart, DecodeError> {
        self.parts += 1;
        if self.parts > MAX_PARTS {
            return Err(ShapeError::TooManyParts {
                limit: MAX_PARTS,
                found: self.parts,
            }
            .into());
        }
        if level > MAX_PART_DEPTH {
            return Err(ShapeError::PartsTooDeep {
                limit: MAX_PART_DEPTH,
            }
            .into());
        }
        let length = self.array("part")?;
        // Any part has a disposition, a language and a cardinality.
        if length < array_length::NULL {
            let expected = array_length::NULL;
            return Err(DecodeError::WrongLength {
                field: "part",
                expected,
                found: length,
            });
        }
        let disposition = Disposition(self.unsigned("disposition", u8::MAX.into())?);
        let language = self.string("language")?;
        let cardinality = self.unsigned::<u8>("cardinality", cardinality::MULTI.into())?;
        let expected = match cardinality {
            cardinality::NULL => array_length::NULL,
            cardinality::SINGLE => array_length::SINGLE,
            cardinality::EXTERNAL => array_length::EXTERNAL,
            _ => array_length::MULTI,
        };
        if length != expected {
            return Err(DecodeError::WrongLength {
                field: "part",
                expected,
                found: length,
            });
        }
        let part = match cardinality {
            cardinality::NULL => Part::Null,
            cardinality::SINGLE => Part::Single(SinglePart {
                content_type: self.string("content_type")?,
                content: self.bytes("content")?.to_vec(),
            }),
            cardinality::EXTERNAL => Part::External(Box::new(self.external_part()?)),
            _ => Part::Multi(self.multi_part(level)?),
        };
        Ok(NestedPart {
            disposition,
            language,
            part,
        })
    }

    fn external_part(&mut self) -> Result<ExternalPart, DecodeError> {
        Ok(ExternalPart {
            content_type: self.string("content_type")?,
            url: self.string("url")?,
            expires_unix_seconds: self.unsigned("expires_unix_seconds", u32::MAX.into())?,
            size_bytes: self.unsigned("size_bytes", u64::MAX)?,
            encryption_algorithm: self.unsigned("encryption_algorithm", u16::MAX.into())?,
            key: ContentKey::new(self.bytes("key")?.to_vec()),
            nonce: self.bytes("nonce")?.to_vec(),
            additional_data: self.bytes("additional_data")?.to_vec(),
            hash_algorithm: self.unsigned("hash_algorithm", u8::MAX.into())?,
            content_hash: self.bytes("content_hash")?.to_vec(),
            description: self.string("description")?,
            filename: self.string("filename")?,
        })
    }

    fn multi_part(&mut self, level: usize) -> Result<MultiPart, DecodeError> {
        let semantics = match self.unsigned::<u8>("part_semantics", 2)? {
            0 => PartSemantics::ChooseOne,
            1 => PartSemantics::SingleUnit,
            _ => PartSemantics::ProcessAll,
        };
        let count = self.array("parts")?;
        let mut parts = Vec::new();
        for _ in 0..count {
            parts.push(self.nested_part(level + 1)?);
        }
        Ok(MultiPart::new(semantics, parts)?)
    }

    fn array_of(&mut self, field: &'static str, expected: u64) -> Result<(), DecodeError> {
        match self.array(field)? {
            found if found == expected => Ok(()),
            found => Err(DecodeError::WrongLength {
                field,
                expected,
                found,
            }),
        }
    }

    fn array(&mut self, field: &'static str) -> Result<u64, DecodeError> {
        self.decoder.array().ok().flatten().ok_or(wrong_type(field))
    }

    /// An unsigned integer of at most `limit`, which must fit `T`.
    fn unsigned<T: TryFrom<u64>>(
        &mut self,
        field: &'static str,
        limit: u64,
    ) -> Result<T, DecodeError> {
        let found = self.decoder.u64().map_err(|_| wrong_type(field))?;
        let number = T::try_from(found).ok().filter(|_| found <= limit);
        number.ok_or(DecodeError::OutOfRange {
            field,
            limit,
            found,
        })
    }

    fn string(&mut self, field: &'static str) -> Result<String, DecodeError> {
        self.text(field).map(str::to_owned)
    }

    fn text(&mut self, field: &'static str) -> Result<&'b str, DecodeError> {
        self.decoder.str().map_err(|_| wrong_type(field))
    }

    fn bytes(&mut self, field: &'static str) -> Result<&'b [u8], DecodeError> {
        self.decoder.bytes().map_err(|_| wrong_type(field))
    }

    fn bytes_of<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], DecodeError> {
        let octets = self.bytes(field)?;
        octets.try_into().map_err(|_| DecodeError::WrongLength {
            field,
            expected: N as u64,
            found: octets.len() as u64,
        })
    }

    /// Consumes a null if one comes next.
    fn null(&mut self) -> bool {
        self.datatype() == Some(Type::Null) && self.decoder.null().is_ok()
    }

    fn datatype(&self) -> Option<Type> {
        self.decoder.datatype().ok()
    }
}

const fn wrong_type(field: &'static str) -> DecodeError {
    DecodeError::WrongType { field }
}
