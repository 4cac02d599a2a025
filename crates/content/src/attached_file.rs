//! A file that goes with a message: what a reader needs to fetch, check and open it.
//!
//! In: what somebody attached, once it is sealed; out: an external part (draft-ietf-mimi-content-08 §4.5), and back. The
//! file itself is a sealed blob (docs/protocol.md, *Sealed blobs*) at the home of the log in which the message stands.
//! Invariant: nothing in a part names a place to fetch from, only the blob; so no message can send its readers elsewhere.

use data_encoding::BASE32_NOPAD;

use crate::error::FileError;
use crate::media_type::{is_control, showable};
use crate::part::{ContentKey, Disposition, ExternalPart, NestedPart, Part};

/// Files of one message at most.
pub const MAX_FILES: usize = 16;
/// Longest name of a file in octets of UTF-8; what the common file systems hold.
pub const MAX_FILE_NAME_BYTES: usize = 255;
/// Longest words that say what a file shows, in octets of UTF-8.
pub const MAX_FILE_DESCRIPTION_BYTES: usize = 2048;
/// The AEAD number that says "sealed as a blob of Kith", in IANA's range for private use (RFC 5116 §6).
pub const SEALED_BLOB_ALGORITHM: u16 = 0xf01a;
/// SHA-256 in IANA's registry of Named Information hash algorithms (RFC 6920 §9.4).
const SHA_256: u8 = 1;
/// How the name of a blob begins; 26 characters of lowercase base32 follow.
const BLOB_PREFIX: &str = "kith:b/";

/// The sealed blob that holds a file's content, and what opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedFile {
    /// The blob at the home of the message's log.
    pub blob: [u8; 16],
    /// Its key, of 32 octets.
    pub key: ContentKey,
    /// The root of the tree of hashes over its segments.
    pub root: [u8; 32],
    /// SHA-256 of all of its bytes.
    pub hash: [u8; 32],
    /// Octets of content, without what pads it.
    pub content_bytes: u64,
}

/// A file as the members of a conversation know it. Name, media type and description are its sender's word: none says what
/// is in it, and the name is no path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedFile {
    name: String,
    media_type: String,
    description: String,
    /// Its content.
    pub sealed: SealedFile,
}

impl AttachedFile {
    /// A file with a name, which may be empty, and a media type.
    ///
    /// # Errors
    /// [`FileError::NameTooLong`] above [`MAX_FILE_NAME_BYTES`]; [`FileError::MediaType`] if the type is empty, longer than
    /// 255 octets, not printable ASCII or kept for control items; [`FileError::Key`].
    pub fn new(
        name: impl Into<String>,
        media_type: impl Into<String>,
        sealed: SealedFile,
    ) -> Result<Self, FileError> {
        let (name, media_type) = (name.into(), media_type.into());
        if name.len() > MAX_FILE_NAME_BYTES {
            return Err(FileError::NameTooLong {
                limit: MAX_FILE_NAME_BYTES,
                found: name.len(),
            });
        }
        if showable(&media_type).is_none() || is_control(&media_type) {
            return Err(FileError::MediaType);
        }
        if sealed.key.expose().len() != 32 {
            return Err(FileError::Key);
        }
        Ok(Self {
            name,
            media_type,
            description: String::new(),
            sealed,
        })
    }

    /// The same with what it shows, in words, for whoever does not see it; empty for none.
    ///
    /// # Errors
    /// [`FileError::DescriptionTooLong`] above [`MAX_FILE_DESCRIPTION_BYTES`].
    pub fn described(self, description: impl Into<String>) -> Result<Self, FileError> {
        let description = description.into();
        if description.len() > MAX_FILE_DESCRIPTION_BYTES {
            return Err(FileError::DescriptionTooLong {
                limit: MAX_FILE_DESCRIPTION_BYTES,
                found: description.len(),
            });
        }
        Ok(Self {
            description,
            ..self
        })
    }

    /// What its sender calls it; may be empty.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its sender says that it is.
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// What it shows, in its sender's words; may be empty.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The part of a message that stands for it.
    pub(crate) fn to_part(&self) -> NestedPart {
        let blob = BASE32_NOPAD.encode(&self.sealed.blob).to_ascii_lowercase();
        let external = ExternalPart {
            content_type: self.media_type.clone(),
            url: format!("{BLOB_PREFIX}{blob}"),
            expires_unix_seconds: 0,
            size_bytes: self.sealed.content_bytes,
            encryption_algorithm: SEALED_BLOB_ALGORITHM,
            key: self.sealed.key.clone(),
            nonce: Vec::new(),
            additional_data: self.sealed.root.to_vec(),
            hash_algorithm: SHA_256,
            content_hash: self.sealed.hash.to_vec(),
            description: self.description.clone(),
            filename: self.name.clone(),
        };
        NestedPart {
            disposition: Disposition::ATTACHMENT,
            language: String::new(),
            part: Part::External(Box::new(external)),
        }
    }

    /// The file for which a part stands; none if it stands for something else, or for a file beyond these bounds.
    pub(crate) fn of_part(nested: &NestedPart) -> Option<Self> {
        let Part::External(external) = &nested.part else {
            return None;
        };
        let is_ours = external.encryption_algorithm == SEALED_BLOB_ALGORITHM
            && external.nonce.is_empty()
            && external.hash_algorithm == SHA_256;
        let is_file =
            nested.disposition == Disposition::ATTACHMENT || nested.disposition.is_shown();
        if !is_ours || !is_file {
            return None;
        }
        let sealed = SealedFile {
            blob: blob_of(&external.url)?,
            key: external.key.clone(),
            root: external.additional_data.as_slice().try_into().ok()?,
            hash: external.content_hash.as_slice().try_into().ok()?,
            content_bytes: external.size_bytes,
        };
        let file = Self::new(
            external.filename.clone(),
            external.content_type.clone(),
            sealed,
        );
        let file = file.ok()?;
        // One beyond its bound is left out: the file is there all the same.
        let described = file.clone().described(external.description.clone());
        Some(described.unwrap_or(file))
    }
}

/// There is one spelling only.
fn blob_of(url: &str) -> Option<[u8; 16]> {
    let encoded = url.strip_prefix(BLOB_PREFIX)?;
    if encoded.bytes().any(|octet| octet.is_ascii_uppercase()) {
        return None;
    }
    let decoded = BASE32_NOPAD.decode(encoded.to_ascii_uppercase().as_bytes());
    decoded.ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Item, MimiContent, MultiPart, PartSemantics, Salt, SinglePart};

    fn sealed() -> SealedFile {
        SealedFile {
            blob: [7; 16],
            key: ContentKey::new(vec![8; 32]),
            root: [9; 32],
            hash: [10; 32],
            content_bytes: 11,
        }
    }

    fn file() -> AttachedFile {
        AttachedFile::new("a.png", "image/png", sealed()).unwrap()
    }

    #[test]
    fn a_description_comes_along_and_one_beyond_its_bound_is_left_out() {
        let walk = file().described("a walk by the sea").unwrap();
        assert_eq!(AttachedFile::of_part(&walk.to_part()), Some(walk.clone()));
        assert_eq!(walk.description(), "a walk by the sea");
        let most = "é".repeat(MAX_FILE_DESCRIPTION_BYTES / 2);
        assert_eq!(file().described(&*most).unwrap().description(), most);
        let long = format!("{most}.");
        let error = FileError::DescriptionTooLong {
            limit: 2048,
            found: 2049,
        };
        assert_eq!(file().described(&*long), Err(error));
        assert_eq!(changed(|part| part.description = long), Some(file()));
    }

    fn changed(change: impl FnOnce(&mut ExternalPart)) -> Option<AttachedFile> {
        let mut nested = file().to_part();
        if let Part::External(external) = &mut nested.part {
            change(external);
        }
        AttachedFile::of_part(&nested)
    }

    #[test]
    fn a_part_reads_back_as_the_file_for_which_it_was_made() {
        assert_eq!(AttachedFile::of_part(&file().to_part()), Some(file()));
        let dots = AttachedFile::new("../..", "a/b", sealed()).unwrap();
        assert_eq!(AttachedFile::of_part(&dots.to_part()), Some(dots));
    }

    fn body(semantics: PartSemantics, parts: Vec<NestedPart>) -> Item {
        let part = Part::Multi(MultiPart::new(semantics, parts).unwrap());
        let nested = NestedPart {
            disposition: Disposition::RENDER,
            language: String::new(),
            part,
        };
        Item::from_content(&MimiContent::new(Salt::new([0; 16]), nested))
    }

    fn text() -> NestedPart {
        NestedPart {
            disposition: Disposition::RENDER,
            language: String::new(),
            part: Part::Single(SinglePart {
                content_type: "text/plain".into(),
                content: b"look".to_vec(),
            }),
        }
    }

    #[test]
    fn what_is_not_a_text_and_then_files_is_something_unknown() {
        let all = PartSemantics::ProcessAll;
        let (file, text) = (file().to_part(), text());
        let null = NestedPart {
            part: Part::Null,
            ..text.clone()
        };
        let nested = NestedPart {
            part: Part::Multi(MultiPart::new(all, vec![text.clone(), file.clone()]).unwrap()),
            ..text.clone()
        };
        let many = vec![file.clone(); MAX_FILES];
        for known in [
            body(all, vec![text.clone(), file.clone()]),
            body(PartSemantics::SingleUnit, vec![file.clone(), file.clone()]),
            body(all, many.clone()),
        ] {
            assert!(matches!(known, Item::Text(_)), "{known:?}");
        }
        for unknown in [
            body(PartSemantics::ChooseOne, vec![text.clone(), file.clone()]),
            body(all, vec![file.clone(), text.clone()]),
            body(all, vec![text.clone(), text.clone()]),
            body(all, vec![text.clone(), null]),
            body(all, vec![text, nested]),
            body(all, [many, vec![file]].concat()),
        ] {
            assert!(matches!(unknown, Item::Unknown(_)), "{unknown:?}");
        }
    }

    #[test]
    fn what_cannot_be_sent_is_named() {
        let long = "n".repeat(MAX_FILE_NAME_BYTES + 1);
        let error = FileError::NameTooLong {
            limit: 255,
            found: 256,
        };
        assert_eq!(AttachedFile::new(long, "a/b", sealed()), Err(error));
        for media_type in ["", "a\nb", "image/\u{202e}gnp", "Application/Kith-x"] {
            let made = AttachedFile::new("a", media_type, sealed());
            assert_eq!(made, Err(FileError::MediaType), "{media_type:?}");
        }
        let mut short = sealed();
        short.key = ContentKey::new(vec![1; 31]);
        assert_eq!(AttachedFile::new("a", "a/b", short), Err(FileError::Key));
    }

    #[test]
    fn a_part_that_differs_in_anything_that_matters_is_no_file() {
        type Change = fn(&mut ExternalPart);
        let changes: &[Change] = &[
            |part| part.url = "https://example.org/blob/7".into(),
            |part| part.url.push('a'),
            |part| part.url = part.url.to_ascii_uppercase(),
            |part| part.encryption_algorithm = 1,
            |part| part.key = ContentKey::new(vec![8; 16]),
            |part| part.nonce = vec![0; 24],
            |part| part.additional_data = vec![9; 31],
            |part| part.hash_algorithm = 0,
            |part| part.content_hash = Vec::new(),
            |part| part.content_type = "\u{1b}[2J".into(),
            |part| part.filename = "n".repeat(256),
        ];
        for (number, change) in changes.iter().enumerate() {
            assert_eq!(changed(change), None, "change {number}");
        }
        let mut reaction = file().to_part();
        reaction.disposition = Disposition::REACTION;
        assert_eq!(AttachedFile::of_part(&reaction), None);
    }
}
