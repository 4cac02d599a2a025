//! What a container means to this version of the app: a text or files, an act upon an earlier one, or something it cannot show.
//!
//! Invariants: what is unknown is never dropped or shown as something else. The caller keeps the original octets, so a
//! later version can look again.

use std::fmt;

use crate::act::{LEAVE_CONTENT_TYPE, Reaction, Retraction};
use crate::attached_file::AttachedFile;
use crate::envelope::sent_at_ms;
use crate::ids::MessageId;
use crate::media_type::{is_control, is_readable_text, showable};
use crate::mimi_content::MimiContent;
use crate::part::{Disposition, NestedPart, Part, PartSemantics};
use crate::text_message::{self, TextMessage};

/// What a message means to this version of the app. Whether its author may do it to what it names, the caller checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A text, files, or both.
    Text(TextMessage),
    /// A text in the place of an earlier one, which is named by its first version (draft-ietf-mimi-content-08 §5.5).
    Edit(MessageId, TextMessage),
    /// An earlier message or reaction is taken back.
    Retraction(Retraction),
    /// A sign for an earlier message.
    Reaction(Reaction),
    /// Its author leaves the conversation for good.
    Leave,
    /// Something that this version cannot show.
    Unknown(Unknown),
}

impl Item {
    /// Interprets a container; never fails.
    ///
    /// A single part with text, meant to be shown (unknown dispositions count as that, draft §9.1), is a text, and so is
    /// one with files behind it, or files alone. What names an earlier message and cannot be read is unknown, or it would look like a new message.
    pub fn from_content(content: &MimiContent) -> Self {
        if is_leave(content) {
            return Item::Leave;
        }
        read(content).unwrap_or_else(|why| {
            Item::Unknown(Unknown {
                disposition: content.nested_part.disposition,
                content_type: content_type(&content.nested_part.part).and_then(showable),
                why,
            })
        })
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
    /// It replaces an earlier message with something that is no text (draft §5.5).
    Edit,
    /// It is a reaction to another message that is no short sign, or names none (draft §5.3).
    Reaction,
    /// It is one of Kith's control items, of a newer version.
    Control,
    /// It is text, longer than [`MAX_TEXT_BYTES`](crate::MAX_TEXT_BYTES).
    TextTooLong,
    /// It says that it is text, but is not UTF-8.
    TextNotUtf8,
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.why {
            WhyUnknown::Edit => f.write_str("a changed message that this version cannot show"),
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

fn is_leave(content: &MimiContent) -> bool {
    content.replaces.is_none()
        && matches!(&content.nested_part.part, Part::Single(single)
            if single.content_type == LEAVE_CONTENT_TYPE && single.content.is_empty())
}

fn read(content: &MimiContent) -> Result<Item, WhyUnknown> {
    let nested = &content.nested_part;
    if content_type(&nested.part).is_some_and(is_control) {
        return Err(WhyUnknown::Control);
    }
    let is_reaction = nested.disposition == Disposition::REACTION;
    match (content.replaces, &nested.part) {
        (Some(of), Part::Null) => Ok(Item::Retraction(Retraction {
            of,
            is_of_reaction: is_reaction,
            sent_at_ms: sent_at_ms(content),
        })),
        // What a reaction could be edited into is another reaction, which says the same more simply.
        (Some(_), _) if is_reaction => Err(WhyUnknown::Edit),
        (Some(of), _) => match read_text(content) {
            Ok(text) => Ok(Item::Edit(of, text)),
            Err(WhyUnknown::Kind) => Err(WhyUnknown::Edit),
            Err(why) => Err(why),
        },
        (None, _) if is_reaction => read_reaction(content).ok_or(WhyUnknown::Reaction),
        (None, _) => read_text(content).map(Item::Text),
    }
}

fn read_text(content: &MimiContent) -> Result<TextMessage, WhyUnknown> {
    let (text, files) = text_and_files(&content.nested_part)?;
    let mut message = TextMessage::new(text).map_err(|_| WhyUnknown::TextTooLong)?;
    message.set_files(files).map_err(|_| WhyUnknown::Kind)?;
    message.in_reply_to = content.in_reply_to;
    message.expires = content.expires;
    message.sent_at_ms = sent_at_ms(content);
    if let Some(note) = text_message::note(content) {
        message
            .set_note(note)
            .map_err(|_| WhyUnknown::TextTooLong)?;
    }
    Ok(message)
}

/// A text, or files, or a text and then files; whatever else is among them makes it something that cannot be shown.
fn text_and_files(nested: &NestedPart) -> Result<(&str, Vec<AttachedFile>), WhyUnknown> {
    let parts = match &nested.part {
        Part::Multi(multi) if multi.semantics() == PartSemantics::ChooseOne => {
            return Err(WhyUnknown::Kind);
        }
        Part::Multi(multi) if nested.disposition.is_shown() => multi.parts(),
        _ => std::slice::from_ref(nested),
    };
    let (text, files) = match parts {
        [first, rest @ ..] if matches!(first.part, Part::Single(_)) => (text_of(first)?, rest),
        files => ("", files),
    };
    let files: Option<Vec<_>> = files.iter().map(AttachedFile::of_part).collect();
    Ok((text, files.ok_or(WhyUnknown::Kind)?))
}

fn text_of(nested: &NestedPart) -> Result<&str, WhyUnknown> {
    match &nested.part {
        Part::Single(single)
            if nested.disposition.is_shown() && is_readable_text(&single.content_type) =>
        {
            str::from_utf8(&single.content).map_err(|_| WhyUnknown::TextNotUtf8)
        }
        _ => Err(WhyUnknown::Kind),
    }
}

fn read_reaction(content: &MimiContent) -> Option<Item> {
    let Part::Single(single) = &content.nested_part.part else {
        return None;
    };
    if !is_readable_text(&single.content_type) {
        return None;
    }
    let sign = str::from_utf8(&single.content).ok()?;
    let mut reaction = Reaction::new(sign, content.in_reply_to?).ok()?;
    reaction.sent_at_ms = sent_at_ms(content);
    Some(Item::Reaction(reaction))
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
    use super::{Item, WhyUnknown};
    use crate::{
        Disposition, Expiration, MAX_TEXT_BYTES, MessageId, MimiContent, NestedPart, Part,
        Reaction, Retraction, RoomUri, Salt, SenderUri, SinglePart, TextMessage,
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
            Item::Unknown(unknown) => (unknown.to_string(), unknown.why),
            other => panic!("taken for {other:?}"),
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
            message.set_note(text).unwrap();
            let content = message.to_content(Salt::new([7; 16]), &sender, &room);
            assert_eq!(content.check_origin(&sender, &room), Ok(()));
            let received = MimiContent::decode(&content.encode()).unwrap();
            assert_eq!(Item::from_content(&received), Item::Text(message));
        }
    }

    #[test]
    fn a_text_that_came_too_long_is_named() {
        let too_long = "a".repeat(MAX_TEXT_BYTES + 1);
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
        let content = crate::leave_content(Salt::new([7; 16]), &sender, &room);
        let mut received = MimiContent::decode(&content.encode()).unwrap();
        assert_eq!(received.check_origin(&sender, &room), Ok(()));
        assert_eq!(Item::from_content(&received), Item::Leave);
        received.replaces = reference();
        assert_eq!(sentence(&received).1, WhyUnknown::Control);
        let full = single(Disposition::UNSPECIFIED, crate::LEAVE_CONTENT_TYPE, b"x");
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
    fn acts_upon_a_message_arrive_as_they_were_sent() {
        let sender = SenderUri::from_fingerprint([1; 32]);
        let room = RoomUri::from_conversation_key([2; 32]);
        let (of, salt) = (reference().unwrap(), Salt::new([7; 16]));
        let text = TextMessage::new("better").unwrap();
        let sent_at_ms = Some(1_795_000_000_123);
        let mut reaction = Reaction::new("❤", of).unwrap();
        reaction.sent_at_ms = sent_at_ms;
        let retraction = |is_of_reaction| Retraction {
            of,
            is_of_reaction,
            sent_at_ms,
        };
        let retracted = |is_of_reaction| {
            let content = retraction(is_of_reaction).to_content(salt, &sender, &room);
            (content, Item::Retraction(retraction(is_of_reaction)))
        };
        for (content, expected) in [
            (
                text.to_edit(of, salt, &sender, &room),
                Item::Edit(of, text.clone()),
            ),
            retracted(false),
            retracted(true),
            (
                reaction.to_content(salt, &sender, &room),
                Item::Reaction(reaction.clone()),
            ),
        ] {
            assert_eq!(content.check_origin(&sender, &room), Ok(()));
            let received = MimiContent::decode(&content.encode()).unwrap();
            assert_eq!(Item::from_content(&received), expected);
        }
    }

    #[test]
    fn what_would_stand_in_an_earlier_messages_place_is_never_a_new_one() {
        let mut picture = single(Disposition::RENDER, "image/png", b"");
        picture.replaces = reference();
        assert_eq!(sentence(&picture).1, WhyUnknown::Edit);
        let mut damaged = single(Disposition::RENDER, "text/plain", &[0xff]);
        damaged.replaces = reference();
        assert_eq!(sentence(&damaged).1, WhyUnknown::TextNotUtf8);
        let mut reaction = single(Disposition::REACTION, "text/plain", b"+1");
        reaction.replaces = reference();
        assert_eq!(sentence(&reaction).1, WhyUnknown::Edit);
    }

    #[test]
    fn a_reaction_that_is_no_sign_or_has_no_message_is_named() {
        let mut content = single(Disposition::REACTION, "text/plain", b"+1");
        assert_eq!(sentence(&content).1, WhyUnknown::Reaction);
        content.in_reply_to = reference();
        assert!(matches!(Item::from_content(&content), Item::Reaction(_)));
        for (content_type, sign) in [
            ("text/plain", "a b"),
            ("text/plain", ""),
            ("image/png", "+1"),
        ] {
            let mut content = single(Disposition::REACTION, content_type, sign.as_bytes());
            content.in_reply_to = reference();
            assert_eq!(sentence(&content).1, WhyUnknown::Reaction);
        }
    }
}
