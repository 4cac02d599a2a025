//! `kith send …`

use client::Client;
use client::client_core::{ConversationId, Event, ItemId, ItemState};
use serde_json::json;
use std::io::Read as _;

use super::arguments::{ProfileArguments, Send};
use super::error::CommandError;
use super::waiting::{Waited, until};
use super::{conversation, profile};
use crate::output::Output;

/// The most that is read from standard input, in bytes.
const MAX_INPUT_BYTES: u64 = 64 * 1024 * 1024;

/// Says one thing, or one for each line.
pub(super) async fn run(
    send: &Send,
    arguments: &ProfileArguments,
    output: Output,
) -> Result<(), CommandError> {
    if send.lines && send.text != "-" {
        return Err(CommandError::Usage(
            "--lines goes with `-`, which reads standard input; nothing was sent.".into(),
        ));
    }
    let text = if send.text == "-" {
        read_input()?
    } else {
        send.text.clone()
    };
    let texts: Vec<&str> = if send.lines {
        text.split_terminator('\n').collect()
    } else {
        vec![text.as_str()]
    };
    if text.is_empty() && !send.lines {
        return Err(CommandError::Invalid(
            "There is nothing to say; nothing was sent.".into(),
        ));
    }
    let mut client = profile::start(arguments)?;
    let conversation = conversation::find(&client, &send.conversation)?;
    // One act: if any of it cannot be kept, nothing is.
    let items = client.act(|engine, now| engine.send_all(now, conversation.id, &texts))?;
    let mut first_waiting = 0;
    let waited = until(
        &mut client,
        conversation.home.as_slice(),
        |client, events| {
            check_halted(conversation.id, events)?;
            while let Some(item) = items.get(first_waiting) {
                if client.engine().item_state(*item)? != ItemState::Stored {
                    return Ok(None);
                }
                first_waiting += 1;
            }
            Ok(Some(()))
        },
    )
    .await?;
    for item in &items {
        print(&client, *item, output)?;
    }
    match waited {
        Waited::Done(()) => Ok(()),
        Waited::Kept(error) => Err(error),
    }
}

/// A conversation that stops while something is on its way must not look like a home that is slow.
fn check_halted(conversation: ConversationId, events: &[Event]) -> Result<(), CommandError> {
    for event in events {
        if let Event::Halted(halted, why) = event
            && *halted == conversation
        {
            return Err(CommandError::Invalid(format!(
                "This conversation cannot go on ({why}). What was said before is safe; what you \
                 wrote now is kept here and does not go out. Invite each other anew."
            )));
        }
    }
    Ok(())
}

fn print(client: &Client, item: ItemId, output: Output) -> Result<(), CommandError> {
    let (state, said) = match client.engine().item_state(item)? {
        ItemState::Stored => ("stored", "kept at the home"),
        ItemState::Queued => ("queued", "on its way"),
    };
    output.result(
        &json!({ "item": item.to_string(), "state": state }),
        format_args!("{item}  {said}"),
    )?;
    Ok(())
}

/// All of standard input, as it is.
fn read_input() -> Result<String, CommandError> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .take(MAX_INPUT_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| CommandError::unread(&error))?;
    if bytes.len() as u64 > MAX_INPUT_BYTES {
        return Err(CommandError::Invalid(
            "Standard input holds more than 64 MiB; nothing was sent. Send it in parts.".into(),
        ));
    }
    String::from_utf8(bytes).map_err(|_| {
        CommandError::Invalid("Standard input is not UTF-8 text; nothing was sent.".into())
    })
}
