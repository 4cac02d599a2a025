//! What members say to each other, once it is decrypted: whatever is accepted is the one encoding of what it says, means
//! something within the stated bounds, and means the same when it is said again.
//!
//! The first byte says what the rest is: a container as it came; a text, new or in the place of another, with note and files;
//! a reaction; or what is taken back or left. The last three are said by the rest as [`Pieces`] reads it.

use crate::pieces::Pieces;
use crate::{Verdict, held, shown};
use content::{
    AttachedFile, ContentKey, Item, MAX_FILE_DESCRIPTION_BYTES, MAX_FILE_NAME_BYTES, MAX_FILES,
    MAX_NOTE_BYTES, MAX_REACTION_BYTES, MAX_TEXT_BYTES, MAX_TOPIC_BYTES, MessageId, MimiContent,
    Part, Reaction, Retraction, RoomUri, Salt, SealedFile, SenderUri, TextMessage, leave_content,
};
use data_encoding::HEXLOWER;
use std::fmt::Display;

/// Golden messages, beside their encoding in hexadecimal lines.
const GOLDEN: [&str; 10] = [
    include_str!("../../../crates/content/tests/golden/deletion.txt"),
    include_str!("../../../crates/content/tests/golden/edit.txt"),
    include_str!("../../../crates/content/tests/golden/expiring_topic.txt"),
    include_str!("../../../crates/content/tests/golden/extensions.txt"),
    include_str!("../../../crates/content/tests/golden/external.txt"),
    include_str!("../../../crates/content/tests/golden/file.txt"),
    include_str!("../../../crates/content/tests/golden/multipart.txt"),
    include_str!("../../../crates/content/tests/golden/reaction.txt"),
    include_str!("../../../crates/content/tests/golden/reply.txt"),
    include_str!("../../../crates/content/tests/golden/text_and_files.txt"),
];

fn sender() -> SenderUri {
    SenderUri::from_fingerprint([1; 32])
}

fn room() -> RoomUri {
    RoomUri::from_conversation_key([2; 32])
}

fn message_id(octet: u8) -> MessageId {
    let mut octets = [octet; 32];
    if let Some(first) = octets.first_mut() {
        *first = 1;
    }
    held(MessageId::from_bytes(octets).ok_or("SHA-256"))
}

pub(crate) fn run(bytes: &[u8]) -> Verdict {
    match bytes.split_first() {
        Some((0, rest)) => received(rest),
        Some((1, rest)) => text(&mut Pieces(rest)),
        Some((2, rest)) => reaction(&mut Pieces(rest)),
        Some((_, rest)) => withdrawn(&mut Pieces(rest)),
        None => Verdict::Refused,
    }
}

fn received(bytes: &[u8]) -> Verdict {
    let content = match MimiContent::decode(bytes) {
        Ok(content) => content,
        Err(error) => {
            assert!(is_sentence(&error));
            return Verdict::Refused;
        }
    };
    assert_eq!(content.encode(), bytes, "a message has one encoding");
    // Of what this version does not know the rules are wider.
    if content.extensions.unknown().len() == 0 {
        assert_eq!(protocol::canonical::check(bytes), Ok(()));
    }
    assert!(content.topic_id.as_bytes().len() <= MAX_TOPIC_BYTES);
    let (sender, room) = (sender(), room());
    let (sender_text, room_text) = (sender.to_string(), room.to_string());
    let id = MessageId::derive(&sender_text, &room_text, bytes, &content.salt);
    assert_eq!(Ok(content.message_id(&sender, &room)), id);
    let said = &content.extensions;
    let fits = said
        .sender_uri
        .as_ref()
        .is_none_or(|said| *said == sender_text)
        && said.room_uri.as_ref().is_none_or(|said| *said == room_text);
    assert_eq!(content.check_origin(&sender, &room).is_ok(), fits);
    let item = Item::from_content(&content);
    let names_another = matches!(
        item,
        Item::Edit(..) | Item::Retraction(_) | Item::Unknown(_)
    );
    assert!(content.replaces.is_none() || names_another, "{item:?}");
    assert!(!is_control(&content) || matches!(item, Item::Leave | Item::Unknown(_)));
    means_the_same(&item);
    Verdict::Taken
}

/// Whether its content type is one of those that are kept for control items, in whatever case.
fn is_control(content: &MimiContent) -> bool {
    let content_type = match &content.nested_part.part {
        Part::Single(single) => &single.content_type,
        Part::External(external) => &external.content_type,
        Part::Null | Part::Multi(_) => return false,
    };
    is_kept(content_type)
}

fn is_kept(content_type: &str) -> bool {
    let lowercase = content_type.to_ascii_lowercase();
    lowercase.starts_with("application/kith-")
}

/// An item is within its bounds, and if it is sent again it arrives as it is.
fn means_the_same(item: &Item) {
    let (salt, sender, room) = (Salt::new([3; 16]), sender(), room());
    let again = match item {
        Item::Text(text) => text.to_content(salt, &sender, &room),
        Item::Edit(of, text) => text.to_edit(*of, salt, &sender, &room),
        Item::Retraction(retraction) => retraction.to_content(salt, &sender, &room),
        Item::Reaction(reaction) => reaction.to_content(salt, &sender, &room),
        Item::Leave => leave_content(salt, &sender, &room),
        Item::Unknown(unknown) => return assert!(is_sentence(unknown), "{unknown:?}"),
    };
    if let Item::Text(text) | Item::Edit(_, text) = item {
        shown::check(text.text());
        shown::check(text.note().unwrap_or_default());
        assert!(text.text().len() <= MAX_TEXT_BYTES && text.files().len() <= MAX_FILES);
        assert!(text.note().is_none_or(|note| note.len() <= MAX_NOTE_BYTES));
        for file in text.files() {
            shown::check(file.name());
            shown::check(file.description());
            assert!(file.description().len() <= MAX_FILE_DESCRIPTION_BYTES);
            assert!(file.name().len() <= MAX_FILE_NAME_BYTES && is_sentence(&file.media_type()));
            assert_eq!(file.sealed.key.expose().len(), 32);
        }
    }
    if let Item::Reaction(reaction) = item {
        let sign = reaction.sign();
        shown::check(sign);
        assert!((1..=MAX_REACTION_BYTES).contains(&sign.len()), "{sign:?}");
        assert!(!sign.contains(|c: char| c.is_control() || c.is_whitespace()));
    }
    assert_eq!(again.check_origin(&sender, &room), Ok(()));
    let arrived = held(MimiContent::decode(&again.encode()));
    assert_eq!(arrived, again);
    assert_eq!(Item::from_content(&arrived), *item);
}

/// Something that can stand on a screen as it is, whoever wrote a part of it.
fn is_sentence(words: &impl Display) -> bool {
    let words = words.to_string();
    let plain = |octet: u8| octet == b' ' || octet.is_ascii_graphic();
    (1..=400).contains(&words.len()) && words.bytes().all(plain)
}

fn text(pieces: &mut Pieces<'_>) -> Verdict {
    let (flags, times) = (pieces.number(), pieces.number());
    let written = pieces.text().repeat(times.into());
    let Ok(mut text) = TextMessage::new(&*written) else {
        assert!(written.len() > MAX_TEXT_BYTES);
        return Verdict::Refused;
    };
    assert!(written.len() <= MAX_TEXT_BYTES && text.text() == written);
    if flags & 1 != 0 {
        let note = pieces.text();
        assert_eq!(text.set_note(&*note).is_ok(), note.len() <= MAX_NOTE_BYTES);
    }
    text.in_reply_to = (flags & 2 != 0).then(|| message_id(flags));
    text.sent_at_ms = (flags & 4 != 0).then_some(u64::from(times) << (flags % 56));
    let files: Vec<_> = (0..flags >> 3)
        .filter_map(|place| file(place, pieces))
        .collect();
    let fits = files.len() <= MAX_FILES;
    assert_eq!(text.set_files(files).is_ok(), fits);
    means_the_same(&Item::Edit(message_id(times), text.clone()));
    means_the_same(&Item::Text(text));
    Verdict::Taken
}

fn file(place: u8, pieces: &mut Pieces<'_>) -> Option<AttachedFile> {
    let (name, media_type) = (pieces.text(), pieces.text());
    let key = vec![place; 32 - usize::from(place == 31)];
    let sealed = SealedFile {
        blob: [place; 16],
        key: ContentKey::new(key),
        root: [5; 32],
        hash: [6; 32],
        content_bytes: u64::from(place) << place,
    };
    let fits = name.len() <= MAX_FILE_NAME_BYTES
        && media_type.len() <= 255
        && is_sentence(&media_type)
        && !is_kept(&media_type)
        && place != 31;
    let made = AttachedFile::new(name, media_type, sealed);
    assert_eq!(made.is_ok(), fits, "{made:?}");
    let shows = pieces.text().repeat(place.into());
    let fits = shows.len() <= MAX_FILE_DESCRIPTION_BYTES;
    let described = made.ok()?.described(shows);
    assert_eq!(described.is_ok(), fits);
    described.ok()
}

fn reaction(pieces: &mut Pieces<'_>) -> Verdict {
    let to = message_id(pieces.number());
    let Ok(mut reaction) = Reaction::new(pieces.text(), to) else {
        return Verdict::Refused;
    };
    reaction.sent_at_ms = Some(u64::from(pieces.number()));
    means_the_same(&Item::Reaction(reaction));
    Verdict::Taken
}

fn withdrawn(pieces: &mut Pieces<'_>) -> Verdict {
    let flags = pieces.number();
    means_the_same(&Item::Leave);
    means_the_same(&Item::Retraction(Retraction {
        of: message_id(pieces.number()),
        is_of_reaction: flags & 1 != 0,
        sent_at_ms: (flags & 2 != 0).then(|| pieces.number().into()),
    }));
    Verdict::Taken
}

/// What was encoded for the golden messages, and of each kind of item one.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let encoded = GOLDEN.iter().map(|golden| {
        let hexadecimal: String = golden.lines().skip(4).collect();
        [&[0][..], &held(HEXLOWER.decode(hexadecimal.as_bytes()))].concat()
    });
    let leave = leave_content(Salt::new([7; 16]), &sender(), &room());
    encoded
        .chain([
            [&[0][..], &leave.encode()].concat(),
            b"\x01\x0f\x01\x05hello\x04note\x05a.png\x09image/png".to_vec(),
            b"\x01\x00\xff\xffoften".to_vec(),
            b"\x02\x07\x03\xe2\x9d\xa4\x09".to_vec(),
            b"\x03\x03\x07\x09".to_vec(),
        ])
        .collect()
}
