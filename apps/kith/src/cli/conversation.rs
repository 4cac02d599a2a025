//! `kith conversation list`, and finding a conversation by what was typed.

use client::Client;
use client::client_core::{ConversationKind, ConversationView};
use serde_json::json;

use super::arguments::ProfileArguments;
use super::error::CommandError;
use super::profile;
use super::resolve::{Candidate, resolve};
use crate::output::Output;

/// All conversations.
pub(super) fn list(arguments: &ProfileArguments, output: Output) -> Result<(), CommandError> {
    let client = profile::look(arguments)?;
    for conversation in client.engine().conversations()? {
        let news = if conversation.unread > 0 {
            "  (new)"
        } else {
            ""
        };
        let halted = conversation
            .halted
            .as_ref()
            .map(|why| format!("  (cannot go on: {why})"))
            .unwrap_or_default();
        output.result(
            &json!({
                "conversation": conversation.id.to_string(),
                "kind": kind(conversation.kind),
                "title": conversation.title,
                "unread": conversation.unread,
                "state": "open",
                "home": conversation.home.as_ref().map(|home| home.as_str()),
                "halted": conversation.halted,
            }),
            format_args!("{}  {}{news}{halted}", conversation.id, conversation.title),
        )?;
    }
    Ok(())
}

fn kind(kind: ConversationKind) -> &'static str {
    match kind {
        ConversationKind::Pair => "pair",
        ConversationKind::Circle => "circle",
    }
}

/// The conversation that was named.
pub(super) fn find(client: &Client, typed: &str) -> Result<ConversationView, CommandError> {
    let candidates = client
        .engine()
        .conversations()?
        .into_iter()
        .map(|conversation| Candidate {
            id: conversation.id.to_string(),
            name: conversation.title.clone(),
            value: conversation,
        });
    resolve("conversation", typed, candidates.collect())
}
