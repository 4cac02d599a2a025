//! The message container of draft-ietf-mimi-content-08 §4.1.
//!
//! Every value of [`MimiContent`] can be encoded, and decodes to itself: the types of its fields keep the bounds.

use crate::error::OriginError;
use crate::extensions::Extensions;
use crate::ids::{MessageId, Salt};
use crate::part::NestedPart;
use crate::uri::{RoomUri, SenderUri};

/// Longest topic id in octets; longer ones are held to be malicious (draft §9.1).
pub const MAX_TOPIC_BYTES: usize = 4096;

/// One message, or one act upon earlier messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MimiContent {
    /// Random octets that make the message unlike all others.
    pub salt: Salt,
    /// The message that this one edits or, with an empty body, takes back: always its first version (draft §5.5).
    /// Only its own author may do so, unless a policy says otherwise (draft §9.3): the caller checks.
    pub replaces: Option<MessageId>,
    /// Groups messages.
    pub topic_id: TopicId,
    /// When to forget the message.
    pub expires: Option<Expiration>,
    /// The message, in the very version, that this one answers or reacts to (draft §4.1). May be unknown here.
    pub in_reply_to: Option<MessageId>,
    /// Further fields.
    pub extensions: Extensions,
    /// The body.
    pub nested_part: NestedPart,
}

impl MimiContent {
    /// A message without relations, topic, expiry and extensions.
    pub fn new(salt: Salt, nested_part: NestedPart) -> Self {
        MimiContent {
            salt,
            replaces: None,
            topic_id: TopicId::default(),
            expires: None,
            in_reply_to: None,
            extensions: Extensions::default(),
            nested_part,
        }
    }

    /// The id of this message when `sender`, whom MLS authenticated, sent it in `room` (draft §3.3).
    pub fn message_id(&self, sender: &SenderUri, room: &RoomUri) -> MessageId {
        MessageId::of(sender, room, &self.encode(), &self.salt)
    }

    /// Checks that what the message says of its origin, if it says anything, is where it came from.
    ///
    /// # Errors
    /// [`OriginError::OtherSender`] or [`OriginError::OtherRoom`]; draft §9.1 wants such a message discarded.
    pub fn check_origin(&self, sender: &SenderUri, room: &RoomUri) -> Result<(), OriginError> {
        let differs =
            |said: &Option<String>, known: String| said.as_ref().is_some_and(|said| *said != known);
        if differs(&self.extensions.sender_uri, sender.to_string()) {
            return Err(OriginError::OtherSender);
        }
        if differs(&self.extensions.room_uri, room.to_string()) {
            return Err(OriginError::OtherRoom);
        }
        Ok(())
    }
}

/// Groups the messages that share it; empty for no group (draft §4.1).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct TopicId(Vec<u8>);

impl TopicId {
    /// Wraps the octets; `None` when there are more than [`MAX_TOPIC_BYTES`].
    pub fn from_bytes(octets: &[u8]) -> Option<Self> {
        (octets.len() <= MAX_TOPIC_BYTES).then(|| TopicId(octets.to_vec()))
    }

    /// The octets.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// When a message should be forgotten: a wish that a receiver may fail to honour (draft §4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Expiration {
    /// So long after this receiver has read it.
    AfterReading {
        /// Whole seconds.
        seconds: u32,
    },
    /// At a moment.
    At {
        /// Seconds since the UNIX epoch.
        unix_seconds: u32,
    },
}

#[cfg(test)]
mod tests {
    use super::{MimiContent, TopicId};
    use crate::{Disposition, NestedPart, OriginError, Part, RoomUri, Salt, SenderUri};

    #[test]
    fn a_message_that_names_another_origin_is_refused() {
        let sender = SenderUri::from_fingerprint([1; 32]);
        let room = RoomUri::from_conversation_key([2; 32]);
        let other_sender = SenderUri::from_fingerprint([3; 32]);
        let other_room = RoomUri::from_conversation_key([3; 32]);
        let body = NestedPart {
            disposition: Disposition::RENDER,
            language: String::new(),
            part: Part::Null,
        };
        let mut content = MimiContent::new(Salt::new([0; 16]), body);
        assert_eq!(content.check_origin(&sender, &room), Ok(()));
        content.extensions.sender_uri = Some(sender.to_string());
        content.extensions.room_uri = Some(room.to_string());
        assert_eq!(content.check_origin(&sender, &room), Ok(()));
        assert_eq!(
            content.check_origin(&other_sender, &room),
            Err(OriginError::OtherSender)
        );
        assert_eq!(
            content.check_origin(&sender, &other_room),
            Err(OriginError::OtherRoom)
        );
    }

    #[test]
    fn a_topic_has_a_longest_length() {
        assert!(TopicId::from_bytes(&[0; 4096]).is_some());
        assert_eq!(TopicId::from_bytes(&[0; 4097]), None);
    }
}
