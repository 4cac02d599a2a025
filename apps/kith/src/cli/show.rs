//! `kith show …`

use client::client_core::{ItemKind, ItemState, ItemView};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::arguments::{ProfileArguments, Show};
use super::error::CommandError;
use super::{conversation, profile};
use crate::output::Output;

/// Prints the last items and marks them as read.
pub(super) fn run(
    show: &Show,
    arguments: &ProfileArguments,
    output: Output,
) -> Result<(), CommandError> {
    let mut client = profile::look(arguments)?;
    let conversation = conversation::find(&client, &show.conversation)?;
    let items = client
        .engine()
        .items(conversation.id, show.since, show.limit)?;
    for item in &items {
        output.result(&line(item), text(item))?;
    }
    if let Some(last) = items.iter().filter_map(|item| item.seq).max() {
        client.act(|engine, now| engine.mark_read(now, conversation.id, last))?;
    }
    Ok(())
}

fn at(item: &ItemView) -> Timestamp {
    // A clock beyond the year 9999 is a clock that is wrong: shown as the end of time.
    i64::try_from(item.at_ms)
        .ok()
        .and_then(|at_ms| Timestamp::from_millisecond(at_ms).ok())
        .unwrap_or(Timestamp::MAX)
}

fn line(item: &ItemView) -> Value {
    json!({
        "seq": item.seq,
        "item": item.id.to_string(),
        "author": item.author,
        "mine": item.mine,
        "at": at(item).to_string(),
        "kind": match item.kind {
            ItemKind::Message => "message",
            ItemKind::Other => "other",
        },
        "text": item.text,
        "reply_to": null,
        "state": match item.state {
            ItemState::Queued => "queued",
            ItemState::Stored => "stored",
        },
        "note": null,
        "edited": false,
        "retracted": false,
        "reactions": {},
        "files": [],
    })
}

fn text(item: &ItemView) -> String {
    let at = at(item)
        .to_zoned_datetime(TimeZone::system())
        .strftime("%Y-%m-%d %H:%M")
        .to_string();
    let way = if item.state == ItemState::Queued {
        "  (on its way)"
    } else {
        ""
    };
    format!("{at}  {}{way}\n{}\n", item.author, printable(&item.text))
}

/// What others wrote must not steer the terminal: control characters show as �.
fn printable(text: &str) -> String {
    let steers = |c: char| c.is_control() && c != '\n' && c != '\t';
    text.chars()
        .map(|c| {
            if steers(c) {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        })
        .collect()
}
