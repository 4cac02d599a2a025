//! What is done to earlier messages besides editing them, and leaving.

use crate::envelope::contained;
use crate::error::ReactionError;
use crate::ids::{MessageId, Salt};
use crate::mimi_content::MimiContent;
use crate::part::{Disposition, NestedPart, Part, SinglePart};
use crate::text_message::TEXT_CONTENT_TYPE;
use crate::uri::{RoomUri, SenderUri};

/// Longest reaction in octets of UTF-8: the longest emoji sequences have some 50.
pub const MAX_REACTION_BYTES: usize = 128;
/// The content type of the control item *leave*; its content is empty.
pub const LEAVE_CONTENT_TYPE: &str = "application/kith-leave";

/// A sign that somebody gives to a message (draft-ietf-mimi-content-08 §5.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    sign: String,
    /// The message, in the very version that was seen.
    pub to: MessageId,
    /// The author's clock, Unix milliseconds.
    pub sent_at_ms: Option<u64>,
}

impl Reaction {
    /// A sign for a message.
    ///
    /// # Errors
    /// [`ReactionError`] if it is empty, long, or holds control characters or blanks.
    pub fn new(sign: impl Into<String>, to: MessageId) -> Result<Self, ReactionError> {
        let sign = sign.into();
        if sign.is_empty() {
            return Err(ReactionError::Empty);
        }
        if sign.len() > MAX_REACTION_BYTES {
            return Err(ReactionError::TooLong {
                limit: MAX_REACTION_BYTES,
                found: sign.len(),
            });
        }
        if sign.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(ReactionError::NoSign);
        }
        Ok(Self {
            sign,
            to,
            sent_at_ms: None,
        })
    }

    /// The sign.
    pub fn sign(&self) -> &str {
        &self.sign
    }

    /// The container to send. `salt` must be random for each message.
    pub fn to_content(&self, salt: Salt, sender: &SenderUri, room: &RoomUri) -> MimiContent {
        let nested = NestedPart {
            disposition: Disposition::REACTION,
            language: String::new(),
            part: Part::Single(SinglePart {
                content_type: TEXT_CONTENT_TYPE.to_owned(),
                content: self.sign.clone().into_bytes(),
            }),
        };
        let mut content = contained(nested, salt, sender, room, self.sent_at_ms);
        content.in_reply_to = Some(self.to);
        content
    }
}

/// An earlier message or reaction of the same author is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retraction {
    /// The first version of the message, or the reaction.
    pub of: MessageId,
    /// Whether it is a reaction (draft §5.7) and not a message (draft §5.6).
    pub is_of_reaction: bool,
    /// The author's clock, Unix milliseconds.
    pub sent_at_ms: Option<u64>,
}

impl Retraction {
    /// The container to send. `salt` must be random for each message.
    pub fn to_content(&self, salt: Salt, sender: &SenderUri, room: &RoomUri) -> MimiContent {
        let disposition = if self.is_of_reaction {
            Disposition::REACTION
        } else {
            Disposition::RENDER
        };
        let nested = NestedPart {
            disposition,
            language: String::new(),
            part: Part::Null,
        };
        let mut content = contained(nested, salt, sender, room, self.sent_at_ms);
        content.replaces = Some(self.of);
        content
    }
}

/// The control item by which the author says that they leave; the others remove their devices.
pub fn leave_content(salt: Salt, sender: &SenderUri, room: &RoomUri) -> MimiContent {
    let nested = NestedPart {
        disposition: Disposition::UNSPECIFIED,
        language: String::new(),
        part: Part::Single(SinglePart {
            content_type: LEAVE_CONTENT_TYPE.to_owned(),
            content: Vec::new(),
        }),
    };
    contained(nested, salt, sender, room, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reaction_is_one_short_sign() {
        let to = MessageId::from_bytes([1; 32]).unwrap();
        for sign in ["❤", "👩🏽‍⚕️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "+1"] {
            assert_eq!(Reaction::new(sign, to).unwrap().sign(), sign);
        }
        for (sign, error) in [
            ("".to_owned(), ReactionError::Empty),
            ("a b".to_owned(), ReactionError::NoSign),
            ("a\u{1b}".to_owned(), ReactionError::NoSign),
            (
                "a".repeat(129),
                ReactionError::TooLong {
                    limit: 128,
                    found: 129,
                },
            ),
        ] {
            assert_eq!(Reaction::new(sign, to), Err(error));
        }
    }
}
