//! What every container of ours says: who sent it, in which conversation, and when by its author's clock.

use crate::extensions::{ExtensionKey, ExtensionValue};
use crate::ids::Salt;
use crate::mimi_content::MimiContent;
use crate::part::NestedPart;
use crate::uri::{RoomUri, SenderUri};

/// The extension that carries the author's clock, in Unix milliseconds. MIMI leaves time to the hub; a home of ours
/// must not know it.
pub const SENT_AT_EXTENSION: &str = "kith:sent-at";

/// A container around a part, naming sender and conversation (draft-ietf-mimi-content-08 §4.3).
pub(crate) fn contained(
    nested: NestedPart,
    salt: Salt,
    sender: &SenderUri,
    room: &RoomUri,
    sent_at_ms: Option<u64>,
) -> MimiContent {
    let mut content = MimiContent::new(salt, nested);
    content.extensions.sender_uri = Some(sender.to_string());
    content.extensions.room_uri = Some(room.to_string());
    if let Some((key, value)) = sent_at_ms.and_then(sent_at_extension) {
        content.extensions.insert(key, value);
    }
    content
}

/// The author's clock as an extension; `None` only if CBOR could not say a number.
fn sent_at_extension(at_ms: u64) -> Option<(ExtensionKey, ExtensionValue)> {
    let key = ExtensionKey::text(SENT_AT_EXTENSION).ok()?;
    let value = minicbor::to_vec(at_ms).ok()?;
    Some((key, ExtensionValue::from_cbor(&value).ok()?))
}

/// When a container says that it was written, Unix milliseconds.
pub fn sent_at_ms(content: &MimiContent) -> Option<u64> {
    let value = content.extensions.text(SENT_AT_EXTENSION)?;
    minicbor::decode(value.as_cbor()).ok()
}
