//! What a container means to this version of the app: a text, or something it cannot show.
//!
//! Invariants: a text is exactly what was sent, neither trimmed nor normalised; what is unknown is never dropped or
//! shown as something else. The caller keeps the original octets, so a later version can look again.

use std::fmt;

use crate::error::TextError;
use crate::extensions::{ExtensionKey, ExtensionValue};
use crate::ids::{MessageId, Salt};
use crate::media_type::{is_readable_text, showable};
use crate::mimi_content::{Expiration, MimiContent};
use crate::part::{Disposition, NestedPart, Part, SinglePart};
use crate::uri::{RoomUri, SenderUri};

/// Longest text in octets of UTF-8.
pub const MAX_TEXT_BYTES: usize = 65_536;
/// The content type of texts this version sends; every MIMI client reads it (draft-ietf-mimi-content-08 §7.1).
pub const TEXT_CONTENT_TYPE: &str = "text/plain;charset=utf-8";
/// How the content types of Kith's own control items begin.
pub const CONTROL_CONTENT_TYPE_PREFIX: &str = "application/kith-";

/// The content type of the control item *leave*; its content is empty.
pub const LEAVE_CONTENT_TYPE: &str = "application/kith-leave";

/// The extension that carries the author's clock, in Unix milliseconds. MIMI leaves time to the hub; a home of ours
/// must not know it.
pub const SENT_AT_EXTENSION: &str = "kith:sent-at";

/// What a message means to this version of the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A text.
    Text(TextMessage),
    /// Its author leaves the conversation for good.
    Leave,
    /// Something that this version cannot show.
    Unknown(Unknown),
}

impl Item {
    /// Interprets a container; never fails.
    ///
    /// A single part with text, meant to be shown (unknown dispositions count as that, draft §9.1), is a text. What
    /// replaces an earlier message is not, or an edit would look like a new message.
    pub fn from_content(content: &MimiContent) -> Self {
        if is_leave(content) {
            return Item::Leave;
        }
        match read(content) {
            Ok(text) => Item::Text(text),
            Err(why) => Item::Unknown(Unknown {
                disposition: content.nested_part.disposition,
                content_type: content_type(&content.nested_part.part).and_then(showable),
                why,
            }),
        }
    }
}

/// A text that somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextMessage {
    text: String,
    /// The message that this one answers.
    pub in_reply_to: Option<MessageId>,
    /// When to forget it.
    pub expires: Option<Expiration>,
    /// The author's clock when it was written, Unix milliseconds; nothing is ever ordered by it.
    pub sent_at_ms: Option<u64>,
}

impl TextMessage {
    /// A text that answers nothing and does not expire.
    ///
    /// # Errors
    /// [`TextError::TooLong`] above [`MAX_TEXT_BYTES`].
    pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        if text.len() > MAX_TEXT_BYTES {
            return Err(TextError::TooLong {
                limit: MAX_TEXT_BYTES,
                found: text.len(),
            });
        }
        Ok(TextMessage {
            text,
            in_reply_to: None,
            expires: None,
            sent_at_ms: None,
        })
    }

    /// The text, exactly as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The container to send, naming sender and conversation (draft §4.3). `salt` must be random for each message.
    pub fn to_content(&self, salt: Salt, sender: &SenderUri, room: &RoomUri) -> MimiContent {
        let part = Part::Single(SinglePart {
            content_type: TEXT_CONTENT_TYPE.to_owned(),
            content: self.text.clone().into_bytes(),
        });
        let disposition = Disposition::RENDER;
        let mut content = MimiContent::new(
            salt,
            NestedPart {
                disposition,
                language: String::new(),
                part,
            },
        );
        content.in_reply_to = self.in_reply_to;
        content.expires = self.expires;
        content.extensions.sender_uri = Some(sender.to_string());
        content.extensions.room_uri = Some(room.to_string());
        if let Some((key, value)) = self.sent_at_ms.and_then(sent_at_extension) {
            content.extensions.insert(key, value);
        }
        content
    }
}

/// Something that this version cannot show, with what is needed to say so honestly.
///
/// `Display` gives one English sentence; screens in other languages build theirs from the fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// What the sender meant it for.
    pub disposition: Disposition,
    /// Its media type as sent, if it has one that is printable ASCII and short; `None` for several parts.
    pub content_type: Option<String>,
    /// Why it is not shown.
    pub why: WhyUnknown,
}

/// Why an item is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WhyUnknown {
    /// Its kind of content.
    Kind,
    /// It replaces an earlier message (draft §5.5).
    Edit,
    /// It takes an earlier message or reaction back (draft §5.6 and §5.7).
    Retraction,
    /// It is a reaction to another message (draft §5.3).
    Reaction,
    /// It is one of Kith's control items, of a newer version.
    Control,
    /// It is text, longer than [`MAX_TEXT_BYTES`].
    TextTooLong,
    /// It says that it is text, but is not UTF-8.
    TextNotUtf8,
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.why {
            WhyUnknown::Edit => f.write_str("a changed message that this version cannot show"),
            WhyUnknown::Retraction => {
                f.write_str("a message was taken back, which this version cannot show")
            }
            WhyUnknown::Reaction => f.write_str("a reaction that this version cannot show"),
            WhyUnknown::TextTooLong => f.write_str("a text too long for this version to show"),
            WhyUnknown::TextNotUtf8 => f.write_str("a text that is damaged and cannot be shown"),
            WhyUnknown::Kind | WhyUnknown::Control => {
                f.write_str("something this version cannot show")?;
                match &self.content_type {
                    Some(content_type) => write!(f, ": {content_type}"),
                    None => Ok(()),
                }
            }
        }
    }
}

/// The control item by which the author says that they leave; the others remove their devices.
pub fn leave_content(salt: Salt, sender: &SenderUri, room: &RoomUri) -> MimiContent {
    let part = Part::Single(SinglePart {
        content_type: LEAVE_CONTENT_TYPE.to_owned(),
        content: Vec::new(),
    });
    let nested = NestedPart {
        disposition: Disposition::UNSPECIFIED,
        language: String::new(),
        part,
    };
    let mut content = MimiContent::new(salt, nested);
    content.extensions.sender_uri = Some(sender.to_string());
    content.extensions.room_uri = Some(room.to_string());
    content
}

fn is_leave(content: &MimiContent) -> bool {
    content.replaces.is_none()
        && matches!(&content.nested_part.part, Part::Single(single)
            if single.content_type == LEAVE_CONTENT_TYPE && single.content.is_empty())
}

fn read(content: &MimiContent) -> Result<TextMessage, WhyUnknown> {
    let nested = &content.nested_part;
    if content_type(&nested.part).is_some_and(is_control) {
        return Err(WhyUnknown::Control);
    }
    match (&content.replaces, &nested.part) {
        (Some(_), Part::Null) => return Err(WhyUnknown::Retraction),
        (Some(_), _) => return Err(WhyUnknown::Edit),
        (None, _) => {}
    }
    if nested.disposition == Disposition::REACTION {
        return Err(WhyUnknown::Reaction);
    }
    match &nested.part {
        Part::Single(single)
            if is_shown(nested.disposition) && is_readable_text(&single.content_type) =>
        {
            let text = str::from_utf8(&single.content).map_err(|_| WhyUnknown::TextNotUtf8)?;
            let message = TextMessage::new(text).map_err(|_| WhyUnknown::TextTooLong)?;
            let (in_reply_to, expires) = (content.in_reply_to, content.expires);
            let sent_at_ms = sent_at_ms(content);
            Ok(TextMessage {
                in_reply_to,
                expires,
                sent_at_ms,
                ..message
            })
        }
        _ => Err(WhyUnknown::Kind),
    }
}

/// The author's clock as an extension; `None` only if CBOR could not say a number.
fn sent_at_extension(at_ms: u64) -> Option<(ExtensionKey, ExtensionValue)> {
    let key = ExtensionKey::text(SENT_AT_EXTENSION).ok()?;
    let value = minicbor::to_vec(at_ms).ok()?;
    Some((key, ExtensionValue::from_cbor(&value).ok()?))
}

/// When a container says that it was written, Unix milliseconds.
pub fn sent_at_ms(content: &MimiContent) -> Option<u64> {
    let key = ExtensionKey::text(SENT_AT_EXTENSION).ok()?;
    let (_, value) = content
        .extensions
        .unknown()
        .find(|(known, _)| **known == key)?;
    minicbor::decode(value.as_cbor()).ok()
}

fn is_shown(disposition: Disposition) -> bool {
    matches!(
        disposition,
        Disposition::UNSPECIFIED | Disposition::RENDER | Disposition::INLINE
    ) || !disposition.is_known()
}

/// Media types are compared without regard to case (RFC 2045 §5.1).
fn is_control(content_type: &str) -> bool {
    let prefix = content_type
        .as_bytes()
        .get(..CONTROL_CONTENT_TYPE_PREFIX.len());
    prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(CONTROL_CONTENT_TYPE_PREFIX.as_bytes()))
}

fn content_type(part: &Part) -> Option<&str> {
    match part {
        Part::Single(single) => Some(&single.content_type),
        Part::External(external) => Some(&external.content_type),
        Part::Null | Part::Multi(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Item, MAX_TEXT_BYTES, TextMessage, WhyUnknown};
    use crate::{
        Disposition, Expiration, MessageId, MimiContent, NestedPart, Part, RoomUri, Salt,
        SenderUri, SinglePart, TextError,
    };

    fn single(disposition: Disposition, content_type: &str, content: &[u8]) -> MimiContent {
        let part = Part::Single(SinglePart {
            content_type: content_type.to_owned(),
            content: content.to_vec(),
        });
        let nested = NestedPart {
            disposition,
            language: String::new(),
            part,
        };
        MimiContent::new(Salt::new([0; 16]), nested)
    }

    fn sentence(content: &MimiContent) -> (String, WhyUnknown) {
        match Item::from_content(content) {
            Item::Text(text) => panic!("shown as the text {text:?}"),
            Item::Leave => panic!("taken for a farewell"),
            Item::Unknown(unknown) => (unknown.to_string(), unknown.why),
        }
    }

    fn reference() -> Option<MessageId> {
        MessageId::from_bytes([1; 32])
    }

    #[test]
    fn a_text_arrives_exactly_as_it_was_sent() {
        let sender = SenderUri::from_fingerprint([1; 32]);
        let room = RoomUri::from_conversation_key([2; 32]);
        // Outer blanks, a decomposed accent, a null, a right-to-left mark, both kinds of line end.
        for text in ["", " a ", "e\u{301}", "\0", "\u{200f}مرحبا\r\n\n👩🏽‍⚕️\n"] {
            let mut message = TextMessage::new(text).unwrap();
            message.in_reply_to = reference();
            message.expires = Some(Expiration::AfterReading { seconds: 9 });
            message.sent_at_ms = Some(1_795_000_000_123);
            let content = message.to_content(Salt::new([7; 16]), &sender, &room);
            assert_eq!(content.check_origin(&sender, &room), Ok(()));
            let received = MimiContent::decode(&content.encode()).unwrap();
            assert_eq!(Item::from_content(&received), Item::Text(message));
        }
    }

    #[test]
    fn the_longest_text_fits_and_one_octet_more_does_not() {
        assert!(TextMessage::new("a".repeat(MAX_TEXT_BYTES)).is_ok());
        let too_long = format!("{}é", "a".repeat(MAX_TEXT_BYTES - 1));
        let error = TextError::TooLong {
            limit: 65_536,
            found: 65_537,
        };
        assert_eq!(TextMessage::new(too_long.as_str()), Err(error));
        let content = single(Disposition::RENDER, "text/plain", too_long.as_bytes());
        assert_eq!(sentence(&content).1, WhyUnknown::TextTooLong);
    }

    #[test]
    fn a_text_with_an_unknown_disposition_is_shown() {
        for disposition in [0, 1, 4, 9, 255] {
            let content = single(Disposition(disposition), "text/plain", b"hello");
            assert!(
                matches!(Item::from_content(&content), Item::Text(_)),
                "{disposition}"
            );
        }
    }

    #[test]
    fn a_leave_is_one_only_if_it_is_empty_and_replaces_nothing() {
        let sender = SenderUri::from_fingerprint([1; 32]);
        let room = RoomUri::from_conversation_key([2; 32]);
        let content = super::leave_content(Salt::new([7; 16]), &sender, &room);
        let mut received = MimiContent::decode(&content.encode()).unwrap();
        assert_eq!(received.check_origin(&sender, &room), Ok(()));
        assert_eq!(Item::from_content(&received), Item::Leave);
        received.replaces = reference();
        assert_eq!(sentence(&received).1, WhyUnknown::Control);
        let full = single(Disposition::UNSPECIFIED, super::LEAVE_CONTENT_TYPE, b"x");
        assert_eq!(sentence(&full).1, WhyUnknown::Control);
    }

    #[test]
    fn what_cannot_be_shown_is_named() {
        let render = Disposition::RENDER;
        for (content, expected, why) in [
            (
                single(render, "image/png", b""),
                "something this version cannot show: image/png",
                WhyUnknown::Kind,
            ),
            (
                single(Disposition::ATTACHMENT, "text/plain", b"a"),
                "something this version cannot show: text/plain",
                WhyUnknown::Kind,
            ),
            (
                single(render, "\u{202e}", b""),
                "something this version cannot show",
                WhyUnknown::Kind,
            ),
            (
                single(render, "Application/Kith-terms", b""),
                "something this version cannot show: Application/Kith-terms",
                WhyUnknown::Control,
            ),
            (
                single(Disposition::REACTION, "text/plain", "❤".as_bytes()),
                "a reaction that this version cannot show",
                WhyUnknown::Reaction,
            ),
            (
                single(render, "text/plain;charset=utf-8", &[0xff]),
                "a text that is damaged and cannot be shown",
                WhyUnknown::TextNotUtf8,
            ),
        ] {
            assert_eq!(sentence(&content), (expected.to_owned(), why));
        }
    }

    #[test]
    fn an_edit_and_a_retraction_are_not_shown_as_new_messages() {
        let mut content = single(Disposition::RENDER, "text/plain", b"better");
        content.replaces = reference();
        assert_eq!(sentence(&content).1, WhyUnknown::Edit);
        content.nested_part.part = Part::Null;
        assert_eq!(sentence(&content).1, WhyUnknown::Retraction);
    }
}
