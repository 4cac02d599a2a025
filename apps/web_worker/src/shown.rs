//! The core's views as the page knows them. Names pass through `legible`; texts stay as they are.

use client_core::{
    ContactView, ConversationView, CoreError, DraftView, Engine, FileView, InvitationView,
    ItemKind, ItemView, Now, PersonaView, VersionView,
};
use legible::seen;

use crate::safety;
use crate::sentences::halted_here;

macro_rules! ids {
    ($($name:ident, $core:ty, $to:ident, $from:ident;)*) => {
        $(
            /// As the page knows it.
            pub fn $to(id: $core) -> view::$name {
                view::$name::new(*id.as_bytes())
            }

            /// As the core knows it.
            pub fn $from(id: view::$name) -> $core {
                <$core>::new(*id.as_bytes())
            }
        )*
    };
}

ids! {
    PersonaId, client_core::PersonaId, persona_id, of_persona_id;
    ContactId, client_core::ContactId, contact_id, of_contact_id;
    ConversationId, client_core::ConversationId, conversation_id, of_conversation_id;
    ItemId, client_core::ItemId, item_id, of_item_id;
    DraftId, client_core::DraftId, draft_id, of_draft_id;
    InvitationId, client_core::CapabilityId, invitation_id, of_invitation_id;
    LetterId, client_core::LetterId, letter_id, of_letter_id;
    MappedPersonId, client_core::MappedPersonId, mapped_id, of_mapped_id;
}

/// One of the own names.
pub fn persona(of: PersonaView, may_leave: bool) -> view::Persona {
    view::Persona {
        id: persona_id(of.id),
        name: seen(&of.name),
        confirmed: of.home.as_ref().is_some_and(|(_, confirmed)| *confirmed),
        home: of.home.map(|(home, _)| home.as_str().to_owned()),
        may_leave,
    }
}

/// Somebody known.
pub fn contact(of: ContactView) -> view::Contact {
    view::Contact {
        id: contact_id(of.id),
        persona: persona_id(of.persona),
        name: seen(&of.name),
        code: safety::code(&of.safety),
        safety: of.safety,
        verified: of.verified,
        blocked: of.blocked,
    }
}

/// An invitation that was given.
pub fn given(of: InvitationView) -> view::Given {
    view::Given {
        id: invitation_id(of.id),
        link: of.link,
        label: of.label.as_deref().map(seen),
        uses_left: of.uses.map(|uses| uses.saturating_sub(of.used)),
        expires_s: of.expires_s,
        ready: of.ready,
        revoked: of.revoked,
    }
}

fn conversation(
    of: ConversationView,
    accepting: bool,
    last: Option<&ItemView>,
    drafted: bool,
) -> view::Conversation {
    let began = of.home.is_some();
    view::Conversation {
        id: conversation_id(of.id),
        persona: persona_id(of.persona),
        contact: of.contact.map(contact_id),
        kind: match of.kind {
            client_core::ConversationKind::Pair => view::ConversationKind::Pair,
            client_core::ConversationKind::Own => view::ConversationKind::Own,
            client_core::ConversationKind::Circle => view::ConversationKind::Circle,
        },
        title: seen(&of.title),
        unread: of.unread > 0,
        home: of.home.map(|home| home.host().to_owned()),
        accepting,
        halted: of.halted.as_deref().map(|why| halted_here(why, began)),
        blocked: of.blocked,
        last: last.map(glimpse),
        drafted,
    }
}

/// All conversations: those in which nothing was said yet, then the one with the newest item.
///
/// # Errors
/// [`CoreError::Store`].
pub fn conversations(engine: &Engine, now: Now) -> Result<Vec<view::Conversation>, CoreError> {
    let mut all = Vec::new();
    for (place, of) in engine.conversations()?.into_iter().enumerate() {
        let last = engine.last_said(of.id)?;
        // Nobody stays at the top by a clock that goes ahead.
        let at_ms = last
            .as_ref()
            .map_or(u64::MAX, |item| item.at_ms.min(now.unix_ms));
        let accepting = engine.is_accepting(of.id)?;
        let drafted = engine.has_drafts(of.id)?;
        let shown = conversation(of, accepting, last.as_ref(), drafted);
        all.push(((at_ms, place), shown));
    }
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    Ok(all.into_iter().map(|(_, one)| one).collect())
}

/// What was said last, in a line; nothing of what is opened by choice.
fn glimpse(of: &ItemView) -> view::Glimpse {
    let said = match (&of.note, of.kind) {
        _ if of.retracted => view::Said::TakenBack,
        (Some(note), _) => view::Said::BehindNote(in_a_line(note)),
        (None, ItemKind::Message) => view::Said::Text(in_a_line(&of.text)),
        (None, ItemKind::Media) => view::Said::Files,
        (None, ItemKind::Other) => view::Said::Unknown,
    };
    view::Glimpse {
        author: seen(&of.author),
        mine: of.mine,
        at_ms: of.at_ms,
        said,
    }
}

/// How a text begins, with one blank for whatever lies between two words.
fn in_a_line(text: &str) -> String {
    let mut line = String::new();
    let mut left = view::GLIMPSE_CHARACTERS;
    for word in text.split_whitespace() {
        if left < 2 {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
            left -= 1;
        }
        let before = line.len();
        line.extend(word.chars().filter(|c| !c.is_control()).take(left));
        left -= line.get(before..).map_or(0, |word| word.chars().count());
    }
    line
}

/// One version of a text.
pub fn version(of: VersionView) -> view::Version {
    view::Version {
        at_ms: of.at_ms,
        text: of.text,
        note: of.note,
    }
}

/// Something that is held for its time.
pub fn held((conversation, of): (client_core::ConversationId, ItemView)) -> view::Held {
    view::Held {
        conversation: conversation_id(conversation),
        item: item(of),
    }
}

/// Something that is being written.
pub fn draft(of: DraftView) -> view::Draft {
    view::Draft {
        id: draft_id(of.id),
        text: of.text,
        note: of.note,
        reply_to: of.reply_to.map(item_id),
        edits: of.edits.map(item_id),
        at_ms: of.at_ms,
    }
}

fn file(of: FileView) -> view::File {
    view::File {
        place: of.place,
        name: seen(&of.name),
        save_as: legible::safe_name(&of.name),
        bytes: of.bytes,
        claims_picture: of.media_type.starts_with("image/"),
        description: seen(&of.description),
        state: match of.state {
            client_core::FileState::Away => view::FileState::Away,
            client_core::FileState::Here => view::FileState::Here,
            client_core::FileState::Gone => view::FileState::Gone,
        },
    }
}

/// One thing said.
pub fn item(of: ItemView) -> view::Item {
    let reaction = |(sign, names): (String, Vec<String>)| view::Reaction {
        sign: seen(&sign),
        names: names.iter().map(|name| seen(name)).collect(),
    };
    view::Item {
        id: item_id(of.id),
        seq: of.seq,
        author: seen(&of.author),
        mine: of.mine,
        at_ms: of.at_ms,
        text: of.text,
        note: of.note,
        reply_to: of.reply_to.map(item_id),
        state: match of.state {
            client_core::ItemState::Held => view::ItemState::Held,
            client_core::ItemState::KeptBack => view::ItemState::KeptBack,
            client_core::ItemState::Queued => view::ItemState::Queued,
            client_core::ItemState::Stored => view::ItemState::Stored,
        },
        edited: of.edited,
        retracted: of.retracted,
        reactions: of.reactions.into_iter().map(reaction).collect(),
        files: of.files.into_iter().map(file).collect(),
        not_sent: of.not_sent,
        held_until_s: of.held_until_s,
    }
}
