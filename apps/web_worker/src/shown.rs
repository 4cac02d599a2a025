//! The core's views as the page knows them. Names pass through `legible`; texts stay as they are.

use client_core::{
    ContactView, ConversationView, CoreError, Engine, FileView, InvitationView, ItemView, Now,
    PersonaView,
};
use legible::seen;

use crate::sentences::sentence;

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
    InvitationId, client_core::CapabilityId, invitation_id, of_invitation_id;
}

/// One of the own names.
pub fn persona(of: PersonaView) -> view::Persona {
    view::Persona {
        id: persona_id(of.id),
        name: seen(&of.name),
        confirmed: of.home.as_ref().is_some_and(|(_, confirmed)| *confirmed),
        home: of.home.map(|(home, _)| home.as_str().to_owned()),
    }
}

/// Somebody known.
pub fn contact(of: ContactView) -> view::Contact {
    view::Contact {
        id: contact_id(of.id),
        persona: persona_id(of.persona),
        name: seen(&of.name),
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

fn conversation(of: ConversationView, accepting: bool) -> view::Conversation {
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
        halted: of.halted.as_deref().map(sentence),
        blocked: of.blocked,
    }
}

/// All conversations: those in which nothing was said yet, then the one with the newest item.
///
/// # Errors
/// [`CoreError::Store`].
pub fn conversations(engine: &Engine, now: Now) -> Result<Vec<view::Conversation>, CoreError> {
    let mut all = Vec::new();
    for (place, of) in engine.conversations()?.into_iter().enumerate() {
        let last = engine.items(of.id, 0, 1)?.pop();
        // Nobody stays at the top by a clock that goes ahead.
        let at_ms = last.map_or(u64::MAX, |item| item.at_ms.min(now.unix_ms));
        let accepting = engine.is_accepting(of.id)?;
        all.push(((at_ms, place), conversation(of, accepting)));
    }
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    Ok(all.into_iter().map(|(_, one)| one).collect())
}

fn file(of: FileView) -> view::File {
    view::File {
        name: seen(&of.name),
        bytes: of.bytes,
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
    }
}
