//! The body of a message: one part, or several that belong together (draft-ietf-mimi-content-08 §4.4 and §4.5).
//!
//! Invariant: a [`MultiPart`] has two parts or more, [`MAX_PARTS`] at most in all, and at most [`MAX_PART_DEPTH`]
//! levels. Its constructor checks and its fields are private, so every body that exists can be encoded.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::ShapeError;

/// Levels of parts in a message, the outermost being level 1 (draft §6.3).
pub const MAX_PART_DEPTH: usize = 4;
/// Parts in a message, those that contain others included (draft §9.1).
pub const MAX_PARTS: usize = 1024;
const MIN_PARTS: usize = 2;

/// What a part is meant for (draft §4.4 and §8.2.2): a number, of which some have a meaning here.
///
/// An unknown one is to be treated as [`Disposition::RENDER`] (draft §9.1) and is kept as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Disposition(pub u8);

impl Disposition {
    /// No hint.
    pub const UNSPECIFIED: Self = Self(0);
    /// To be shown, as the receiver sees fit.
    pub const RENDER: Self = Self(1);
    /// One reaction to another message.
    pub const REACTION: Self = Self(2);
    /// The profile of a person or conversation.
    pub const PROFILE: Self = Self(3);
    /// To be shown among the messages.
    pub const INLINE: Self = Self(4);
    /// A small picture such as an avatar.
    pub const ICON: Self = Self(5);
    /// To be fetched rather than shown at once.
    pub const ATTACHMENT: Self = Self(6);
    /// A call or conference, or a way to join it.
    pub const SESSION: Self = Self(7);
    /// The sender's preview of something, such as a link.
    pub const PREVIEW: Self = Self(8);

    /// Whether the draft gives this number a meaning.
    pub const fn is_known(self) -> bool {
        self.0 <= Self::PREVIEW.0
    }

    /// Whether what has it is shown among the messages; an unknown one is (draft §9.1).
    pub(crate) const fn is_shown(self) -> bool {
        matches!(self, Self::UNSPECIFIED | Self::RENDER | Self::INLINE) || !self.is_known()
    }
}

/// How the parts of a [`MultiPart`] belong together (draft §4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartSemantics {
    /// The receiver picks exactly one.
    ChooseOne,
    /// All of them, or none.
    SingleUnit,
    /// As many as the receiver can.
    ProcessAll,
}

/// A part of a message: its purpose, its language, and what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NestedPart {
    /// What it is meant for.
    pub disposition: Disposition,
    /// Language tags (RFC 5646) with commas between them, or nothing; kept unchecked.
    pub language: String,
    /// What it holds.
    pub part: Part,
}

/// What a part holds, by its cardinality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Nothing: with `replaces`, the earlier message is taken back (draft §5.6 and §5.7).
    Null,
    /// Content in the message itself.
    Single(SinglePart),
    /// Content elsewhere.
    External(Box<ExternalPart>),
    /// Several parts.
    Multi(MultiPart),
}

/// Content in the message itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SinglePart {
    /// A media type with its parameters; kept unchecked.
    pub content_type: String,
    /// The content.
    pub content: Vec<u8>,
}

/// Content elsewhere, and what is needed to fetch, check and open it (draft §4.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalPart {
    /// A media type with its parameters; kept unchecked.
    pub content_type: String,
    /// Where the content is; kept unchecked.
    pub url: String,
    /// When the content goes away, in seconds since the UNIX epoch; 0 for never.
    pub expires_unix_seconds: u32,
    /// Size of the content in octets; 0 for not given.
    pub size_bytes: u64,
    /// IANA AEAD algorithm number; 0 for none.
    pub encryption_algorithm: u16,
    /// AEAD key.
    pub key: ContentKey,
    /// AEAD nonce.
    pub nonce: Vec<u8>,
    /// AEAD additional data.
    pub additional_data: Vec<u8>,
    /// IANA Named Information hash algorithm; 0 for none.
    pub hash_algorithm: u8,
    /// Hash of what is at the URL.
    pub content_hash: Vec<u8>,
    /// What it is, in words; may be empty.
    pub description: String,
    /// The name suggested for a file; may be empty. Never to be used as a path.
    pub filename: String,
}

/// The key that opens external content. Wiped when dropped; not shown by `Debug`.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct ContentKey(Vec<u8>);

impl ContentKey {
    /// Wraps a key; empty when the content is not encrypted.
    pub const fn new(octets: Vec<u8>) -> Self {
        ContentKey(octets)
    }

    /// The key's octets.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for ContentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ContentKey(…)")
    }
}

/// Several parts and how they belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MultiPart {
    semantics: PartSemantics,
    parts: Vec<NestedPart>,
}

impl MultiPart {
    /// Joins parts.
    ///
    /// # Errors
    /// [`ShapeError::TooFewParts`], [`ShapeError::TooManyParts`] or [`ShapeError::PartsTooDeep`], counting this
    /// multipart itself as the outermost part.
    pub fn new(semantics: PartSemantics, parts: Vec<NestedPart>) -> Result<Self, ShapeError> {
        if parts.len() < MIN_PARTS {
            return Err(ShapeError::TooFewParts { found: parts.len() });
        }
        let found = 1 + parts.iter().map(NestedPart::count).sum::<usize>();
        if found > MAX_PARTS {
            return Err(ShapeError::TooManyParts {
                limit: MAX_PARTS,
                found,
            });
        }
        let depth = 1 + parts
            .iter()
            .map(NestedPart::depth)
            .max()
            .unwrap_or_default();
        if depth > MAX_PART_DEPTH {
            return Err(ShapeError::PartsTooDeep {
                limit: MAX_PART_DEPTH,
            });
        }
        Ok(MultiPart { semantics, parts })
    }

    /// How the parts belong together.
    pub const fn semantics(&self) -> PartSemantics {
        self.semantics
    }

    /// The parts, two or more.
    pub fn parts(&self) -> &[NestedPart] {
        &self.parts
    }
}

impl NestedPart {
    /// Parts in this one, itself included. Recursion ends after [`MAX_PART_DEPTH`] levels.
    fn count(&self) -> usize {
        match &self.part {
            Part::Multi(multi) => 1 + multi.parts.iter().map(Self::count).sum::<usize>(),
            _ => 1,
        }
    }

    /// Levels in this part, itself included. Recursion ends after [`MAX_PART_DEPTH`] levels.
    fn depth(&self) -> usize {
        match &self.part {
            Part::Multi(multi) => {
                1 + multi
                    .parts
                    .iter()
                    .map(Self::depth)
                    .max()
                    .unwrap_or_default()
            }
            _ => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ContentKey, Disposition, MultiPart, NestedPart, Part, PartSemantics};
    use crate::ShapeError;

    fn nested(part: Part) -> NestedPart {
        NestedPart {
            disposition: Disposition::RENDER,
            language: String::new(),
            part,
        }
    }

    fn joined(parts: Vec<NestedPart>) -> Result<NestedPart, ShapeError> {
        Ok(nested(Part::Multi(MultiPart::new(
            PartSemantics::ProcessAll,
            parts,
        )?)))
    }

    #[test]
    fn a_multipart_needs_two_parts() {
        assert_eq!(joined(vec![]), Err(ShapeError::TooFewParts { found: 0 }));
        assert_eq!(
            joined(vec![nested(Part::Null)]),
            Err(ShapeError::TooFewParts { found: 1 })
        );
        assert!(joined(vec![nested(Part::Null); 2]).is_ok());
    }

    #[test]
    fn parts_are_counted_with_those_that_contain_them() {
        assert!(joined(vec![nested(Part::Null); 1023]).is_ok());
        let error = Err(ShapeError::TooManyParts {
            limit: 1024,
            found: 1025,
        });
        assert_eq!(joined(vec![nested(Part::Null); 1024]), error);
        let inner = joined(vec![nested(Part::Null); 512]).unwrap();
        let error = Err(ShapeError::TooManyParts {
            limit: 1024,
            found: 1027,
        });
        assert_eq!(joined(vec![inner.clone(), inner]), error);
    }

    #[test]
    fn the_fifth_level_is_refused() {
        let mut part = nested(Part::Null);
        for _level in 2..=4 {
            part = joined(vec![part, nested(Part::Null)]).unwrap();
        }
        let error = Err(ShapeError::PartsTooDeep { limit: 4 });
        assert_eq!(joined(vec![part, nested(Part::Null)]), error);
    }

    #[test]
    fn a_key_does_not_show_in_debug_output() {
        assert_eq!(
            format!("{:?}", ContentKey::new(vec![171; 16])),
            "ContentKey(…)"
        );
    }
}
