//! A text that somebody writes: alone, with files, in answer to something, or in the place of an earlier one.
//!
//! Invariants: a text is exactly what was written, neither trimmed nor normalised; it has at most [`MAX_FILES`] files.

use crate::attached_file::{AttachedFile, MAX_FILES};
use crate::envelope::contained;
use crate::error::{FileError, TextError};
use crate::extensions::{ExtensionKey, ExtensionValue};
use crate::ids::{MessageId, Salt};
use crate::mimi_content::{Expiration, MimiContent};
use crate::part::{Disposition, MultiPart, NestedPart, Part, PartSemantics, SinglePart};
use crate::uri::{RoomUri, SenderUri};

/// Longest text in octets of UTF-8.
pub const MAX_TEXT_BYTES: usize = 65_536;
/// Longest note in octets of UTF-8.
pub const MAX_NOTE_BYTES: usize = 512;
/// The content type of texts this version sends; every MIMI client reads it (draft-ietf-mimi-content-08 §7.1).
pub const TEXT_CONTENT_TYPE: &str = "text/plain;charset=utf-8";
/// The extension that carries what its author says before an item, so that it is opened by choice.
pub const NOTE_EXTENSION: &str = "kith:note";

/// A text that somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextMessage {
    text: String,
    note: Option<String>,
    files: Vec<AttachedFile>,
    /// The message that this one answers, in the very version that its author saw.
    pub in_reply_to: Option<MessageId>,
    /// When to forget it.
    pub expires: Option<Expiration>,
    /// The author's clock when it was written, Unix milliseconds; nothing is ever ordered by it.
    pub sent_at_ms: Option<u64>,
}

impl TextMessage {
    /// A text that answers nothing, has neither note nor files and does not expire.
    ///
    /// # Errors
    /// [`TextError::TooLong`] above [`MAX_TEXT_BYTES`].
    pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        at_most(&text, MAX_TEXT_BYTES)?;
        Ok(TextMessage {
            text,
            note: None,
            files: Vec::new(),
            in_reply_to: None,
            expires: None,
            sent_at_ms: None,
        })
    }

    /// Says something before it.
    ///
    /// # Errors
    /// [`TextError::TooLong`] above [`MAX_NOTE_BYTES`].
    pub fn set_note(&mut self, note: impl Into<String>) -> Result<(), TextError> {
        let note = note.into();
        at_most(&note, MAX_NOTE_BYTES)?;
        self.note = Some(note);
        Ok(())
    }

    /// Lets files go with it. They are shown behind the text; where that is empty, alone.
    ///
    /// # Errors
    /// [`FileError::TooMany`] above [`MAX_FILES`].
    pub fn set_files(&mut self, files: Vec<AttachedFile>) -> Result<(), FileError> {
        if files.len() > MAX_FILES {
            return Err(FileError::TooMany {
                limit: MAX_FILES,
                found: files.len(),
            });
        }
        self.files = files;
        Ok(())
    }

    /// The files that go with it.
    pub fn files(&self) -> &[AttachedFile] {
        &self.files
    }

    /// The text, exactly as it was written; empty where files come alone.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What its author says before it.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// The container to send, naming sender and conversation (draft §4.3). `salt` must be random for each message.
    pub fn to_content(&self, salt: Salt, sender: &SenderUri, room: &RoomUri) -> MimiContent {
        let mut content = contained(self.body(), salt, sender, room, self.sent_at_ms);
        content.in_reply_to = self.in_reply_to;
        content.expires = self.expires;
        if let Some((key, value)) = self.note.as_deref().and_then(note_extension) {
            content.extensions.insert(key, value);
        }
        content
    }

    /// The one part, or all of them together: the text unless it is empty and files are there, then the files.
    fn body(&self) -> NestedPart {
        let rendered = |part| NestedPart {
            disposition: Disposition::RENDER,
            language: String::new(),
            part,
        };
        let text = rendered(Part::Single(SinglePart {
            content_type: TEXT_CONTENT_TYPE.to_owned(),
            content: self.text.clone().into_bytes(),
        }));
        let mut files: Vec<_> = self.files.iter().map(AttachedFile::to_part).collect();
        if self.text.is_empty() && files.len() == 1 {
            return files.remove(0);
        }
        let has_text = files.is_empty() || !self.text.is_empty();
        let parts: Vec<_> = has_text
            .then_some(text.clone())
            .into_iter()
            .chain(files)
            .collect();
        // Only of one part there can be no multipart, and that is the text.
        MultiPart::new(PartSemantics::ProcessAll, parts)
            .map_or(text, |parts| rendered(Part::Multi(parts)))
    }

    /// The container to send in the place of an earlier message, named by its first version (draft §5.5).
    pub fn to_edit(
        &self,
        of: MessageId,
        salt: Salt,
        sender: &SenderUri,
        room: &RoomUri,
    ) -> MimiContent {
        let mut content = self.to_content(salt, sender, room);
        content.replaces = Some(of);
        content
    }
}

fn at_most(text: &str, limit: usize) -> Result<(), TextError> {
    if text.len() > limit {
        let found = text.len();
        return Err(TextError::TooLong { limit, found });
    }
    Ok(())
}

/// A note as an extension; `None` only if CBOR could not say a text.
fn note_extension(note: &str) -> Option<(ExtensionKey, ExtensionValue)> {
    let key = ExtensionKey::text(NOTE_EXTENSION).ok()?;
    let value = minicbor::to_vec(note).ok()?;
    Some((key, ExtensionValue::from_cbor(&value).ok()?))
}

/// What a container says before its content. One that is too long is none.
pub(crate) fn note(content: &MimiContent) -> Option<String> {
    let value = content.extensions.text(NOTE_EXTENSION)?;
    let note: &str = minicbor::decode(value.as_cbor()).ok()?;
    (note.len() <= MAX_NOTE_BYTES).then(|| note.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_text_fits_and_one_octet_more_does_not() {
        assert!(TextMessage::new("a".repeat(MAX_TEXT_BYTES)).is_ok());
        let error = TextError::TooLong {
            limit: 65_536,
            found: 65_537,
        };
        let too_long = format!("{}é", "a".repeat(MAX_TEXT_BYTES - 1));
        assert_eq!(TextMessage::new(too_long), Err(error));
    }

    #[test]
    fn the_longest_note_fits_and_one_octet_more_does_not() {
        let mut message = TextMessage::new("a").unwrap();
        assert_eq!(message.set_note("n".repeat(MAX_NOTE_BYTES)), Ok(()));
        let error = TextError::TooLong {
            limit: 512,
            found: 513,
        };
        let before = message.clone();
        assert_eq!(message.set_note("n".repeat(513)), Err(error));
        assert_eq!(message, before);
    }
}
