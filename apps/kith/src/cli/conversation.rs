//! `kith conversation list | new`, and finding a conversation by what was typed.

use client::Session;
use client::client_core::{ConversationKind, ConversationView};
use serde_json::json;

use super::alike::Alike;
use super::arguments::ProfileArguments;
use super::error::CommandError;
use super::resolve::{Candidate, resolve};
use super::{persona, profile};
use crate::output::Output;

/// All conversations.
pub(super) fn list(arguments: &ProfileArguments, output: Output<'_>) -> Result<(), CommandError> {
    let client = profile::look(arguments)?;
    let conversations = client.engine().conversations()?;
    let all = Alike::among(conversations.iter().map(|one| &*one.title));
    for conversation in conversations {
        let news = match &conversation {
            one if one.blocked => "  (blocked)",
            one if one.unread > 0 => "  (new)",
            _ => "",
        };
        let halted = conversation
            .halted
            .as_ref()
            .map(|why| format!("  (cannot go on: {why})"))
            .unwrap_or_default();
        let rejoining = if conversation.rejoining && !conversation.blocked {
            "  (waits until the others have let this new device in)"
        } else {
            ""
        };
        output.result(
            &json!({
                "conversation": conversation.id.to_string(),
                "kind": kind(conversation.kind),
                "title": conversation.title,
                "unread": conversation.unread,
                "state": if conversation.blocked { "blocked" } else { "open" },
                "home": conversation.home.as_ref().map(|home| home.as_str()),
                "halted": conversation.halted,
                "rejoining": conversation.rejoining && !conversation.blocked,
            }),
            format_args!(
                "{}  {}{}{news}{halted}{rejoining}",
                conversation.id,
                legible::name(&conversation.title),
                all.hint(&conversation.title)
            ),
        )?;
    }
    Ok(())
}

/// Begins a conversation with oneself.
pub(super) fn new_own(
    title: &str,
    persona: Option<&str>,
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    let client = profile::look(arguments)?;
    let persona = persona::find(&client, persona)?;
    let id = client.act(|engine, now| engine.new_own(now, persona, title))?;
    output.result(
        &json!({ "conversation": id.to_string() }),
        format_args!(
            "{id}  {}. It stays on this device.",
            legible::name(title.trim())
        ),
    )?;
    Ok(())
}

fn kind(kind: ConversationKind) -> &'static str {
    match kind {
        ConversationKind::Pair => "pair",
        ConversationKind::Circle => "circle",
        ConversationKind::Own => "self",
    }
}

/// The conversation that was named.
pub(super) fn find(client: &Session, typed: &str) -> Result<ConversationView, CommandError> {
    let candidates = client
        .engine()
        .conversations()?
        .into_iter()
        .map(|conversation| Candidate {
            id: conversation.id.to_string(),
            name: conversation.title.clone(),
            value: conversation,
        });
    resolve(
        ("conversation", "conversation"),
        typed,
        candidates.collect(),
    )
}
