//! `kith show …`

use client::Session;
use client::client_core::{
    ConversationId, Event, FileState, FileView, ItemKind, ItemState, ItemView,
};
use indicatif::HumanBytes;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

use super::alike::Alike;
use super::arguments::{ProfileArguments, Show};
use super::error::CommandError;
use super::place::{Place, lacking};
use super::{conversation, profile, read_only};
use crate::output::{Output, Reached};

/// How long it is waited for the next thing to come, again and again.
const LOOKED_UP_EVERY: Duration = Duration::from_secs(60);

/// Prints the last items and marks them as read; with `--follow` also what comes.
pub(super) async fn run(
    show: &Show,
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    let client = if show.follow {
        profile::start_lasting(show.lock_after, arguments)?
    } else {
        profile::look(arguments)?
    };
    let conversation = conversation::find(&client, &show.conversation)?.id;
    let items = match &arguments.desk.reached {
        Some(Reached::Shown(before)) => lacking(&client, conversation, before, output)?,
        _ => client
            .engine()
            .items(conversation, show.since, show.limit)?,
    };
    if !show.follow {
        print(&client, conversation, &items, arguments, output).await?;
        return Ok(());
    }
    follow(&client, conversation, items, arguments, output).await
}

async fn follow(
    client: &Session,
    conversation: ConversationId,
    mut items: Vec<ItemView>,
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    let mut place = Place::new(client, conversation, output)?;
    place.tell(&items);
    while print(client, conversation, &items, arguments, output).await? {
        place.reach(&items);
        if arguments.desk.is_ending() {
            return Err(CommandError::GoesOn);
        }
        let events = client
            .step(LOOKED_UP_EVERY)
            .await
            .map_err(CommandError::after_keeping)?;
        let news: BTreeSet<_> = events
            .iter()
            .filter_map(|event| match event {
                Event::Received(of, item) | Event::Changed(of, item) if *of == conversation => {
                    Some(*item)
                }
                Event::Stored(item) => Some(*item),
                _ => None,
            })
            .collect();
        items = in_order(client.engine().items_of(conversation, &news)?);
        place.look()?;
    }
    Ok(())
}

/// As they stand in the conversation, what is not stored last.
pub(super) fn in_order(mut items: Vec<ItemView>) -> Vec<ItemView> {
    items.sort_by_key(|item| item.seq.unwrap_or(u64::MAX));
    items
}

/// Prints items and marks them as read; whether anybody listens still.
async fn print(
    client: &Session,
    conversation: ConversationId,
    items: &[ItemView],
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<bool, CommandError> {
    let desk = &arguments.desk;
    let folder = profile::folder(arguments)?;
    let own = Alike::own(client)?;
    for item in items {
        let line = line(item);
        let printing = output.heard(&line, text(item, &own));
        if !desk.print(&folder, printing).await? {
            return Ok(false);
        }
    }
    if let Some(last) = items.iter().filter_map(|item| item.seq).max() {
        let mark = || client.act(|engine, now| engine.mark_read(now, conversation, last));
        if desk.only_reads() {
            read_only::note(desk, mark)?;
        } else {
            mark()?;
        }
    }
    Ok(true)
}

pub(super) fn timestamp(at_ms: u64) -> Timestamp {
    // A clock beyond the year 9999 is a clock that is wrong: shown as the end of time.
    i64::try_from(at_ms)
        .ok()
        .and_then(|at_ms| Timestamp::from_millisecond(at_ms).ok())
        .unwrap_or(Timestamp::MAX)
}

/// A moment for people, by the clock on their wall.
pub(super) fn moment(at_ms: u64) -> String {
    timestamp(at_ms)
        .to_zoned_datetime(TimeZone::system())
        .strftime("%Y-%m-%d %H:%M")
        .to_string()
}

/// One item as JSON.
pub(super) fn line(item: &ItemView) -> Value {
    json!({
        "seq": item.seq,
        "item": item.id.to_string(),
        "author": item.author,
        "mine": item.mine,
        "at": timestamp(item.at_ms).to_string(),
        "kind": match item.kind {
            ItemKind::Message => "message",
            ItemKind::Media => "media",
            ItemKind::Other => "other",
        },
        "text": item.text,
        "reply_to": item.reply_to.map(|answered| answered.to_string()),
        "state": match item.state {
            ItemState::Held | ItemState::KeptBack => "held",
            ItemState::Queued => "queued",
            ItemState::Stored => "stored",
        },
        "note": item.note,
        "edited": item.edited,
        "retracted": item.retracted,
        "reactions": reactions(item),
        "files": item.files.iter().map(file).collect::<Vec<_>>(),
        "not_sent": item.not_sent,
    })
}

fn file(file: &FileView) -> Value {
    json!({
        "file": file.place + 1,
        "name": file.name,
        "type": file.media_type,
        "bytes": file.bytes,
        "alt": file.description,
        "state": match file.state {
            FileState::Here => "here",
            FileState::Away => "at-home",
            FileState::Gone => "gone",
        },
    })
}

/// A file for people: its name is somebody's word, and stands for itself alone.
fn file_text(item: &ItemView, file: &FileView) -> String {
    let number = file.place + 1;
    let name = match file.name.as_str() {
        "" => "without a name".to_owned(),
        name => legible::name(name),
    };
    let state = match file.state {
        FileState::Here => "here".to_owned(),
        FileState::Away => format!("at its home; to have it: kith save {}", item.id),
        FileState::Gone => "erased at its home".to_owned(),
    };
    let shows = match file.description.as_str() {
        "" => String::new(),
        shows => format!("\n    shows: {}", legible::line(shows)),
    };
    format!(
        "  file {number}: {name}  ({}, {}, {state}){shows}",
        legible::line(&file.media_type),
        HumanBytes(file.bytes)
    )
}

fn reactions(item: &ItemView) -> Value {
    let signs = item.reactions.iter();
    let signs = signs.map(|(sign, names)| (sign.clone(), json!(names)));
    Value::Object(signs.collect())
}

/// One item for people. To somebody else's name that looks like an own one a word is added.
pub(super) fn text(item: &ItemView, own: &Alike) -> String {
    let at = moment(item.at_ms);
    let way = match item.state {
        ItemState::Held => match item
            .held_until_s
            .map(|at_s| moment(at_s.saturating_mul(1_000)))
        {
            Some(until) if until != at => format!("  (waits here until {until})"),
            _ => "  (waits here until then)".to_owned(),
        },
        // Why is said below.
        ItemState::KeptBack => String::new(),
        ItemState::Queued if item.retracted || item.not_sent.is_some() => String::new(),
        ItemState::Queued => "  (on its way)".to_owned(),
        ItemState::Stored => String::new(),
    };
    let not_you = if !item.mine && own.has(&item.author) {
        "  (not you)"
    } else {
        ""
    };
    let changed = if item.edited { "  (changed)" } else { "" };
    let mut lines = vec![format!(
        "{at}  {}{not_you}{changed}{way}  {}",
        legible::name(&item.author),
        item.id
    )];
    if let Some(answered) = item.reply_to {
        lines.push(format!("  in answer to {answered}"));
    }
    if let Some(note) = &item.note {
        lines.push(format!("  note: {}", legible::line(note)));
    }
    if let Some(why) = &item.not_sent {
        lines.push(format!(
            "  not sent: {why}; take it back with: kith retract {}",
            item.id
        ));
    }
    if item.retracted {
        lines.push("  (taken back)".to_owned());
    } else if item.kind != ItemKind::Media {
        lines.push(indented(&legible::text(&item.text)));
    }
    lines.extend(item.files.iter().map(|file| file_text(item, file)));
    for (sign, names) in &item.reactions {
        let names: Vec<_> = names.iter().map(|name| legible::name(name)).collect();
        lines.push(format!("  {} {}", legible::name(sign), names.join(", ")));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// Each line of a text further in than whatever is said about it, so that no text can look like that, or like another item.
pub(super) fn indented(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(|line| format!("    {line}")).collect();
    lines.join("\n")
}
