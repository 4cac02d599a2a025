//! Finding an item by what was typed, and waiting for one that is on its way.

use client::Session;
use client::client_core::{
    ConversationId, ConversationKind, ConversationView, Event, ItemId, ItemState,
};
use serde_json::json;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::desk::Desk;
use super::error::CommandError;
use super::progress::Progress;
use super::resolve::SHORTEST_PREFIX;
use super::waiting::{Waited, Waiting};
use crate::moment;
use crate::output::Output;

/// How long a home is given to erase what was taken back, before a command ends.
const ERASING: Duration = Duration::from_secs(3);
/// How often it is looked whether it has.
const LOOKED_EVERY: Duration = Duration::from_millis(100);

/// The item that was named, and its conversation.
///
/// # Errors
/// [`CommandError::Invalid`] if there is none, [`CommandError::Usage`] if there are several.
pub(super) fn find(
    client: &Session,
    typed: &str,
) -> Result<(ItemId, ConversationView), CommandError> {
    let found = if typed.len() >= SHORTEST_PREFIX {
        client.engine().items_beginning(typed)?
    } else {
        Vec::new()
    };
    match found.as_slice() {
        [(item, conversation)] => {
            let mut all = client.engine().conversations()?.into_iter();
            let of_it = all.find(|one| one.id == *conversation);
            let of_it = of_it.ok_or_else(|| {
                CommandError::Bug("An item belongs to no conversation.".to_owned())
            })?;
            Ok((*item, of_it))
        }
        [] => Err(CommandError::Invalid(format!(
            "There is no item `{typed}` in this profile; nothing was done. See them with: kith \
             show CONVERSATION."
        ))),
        several => {
            let list: Vec<_> = several.iter().map(|(item, _)| item.to_string()).collect();
            Err(CommandError::Usage(format!(
                "`{typed}` may mean several: {}. Nothing was done; name one by more of its id.",
                list.join(", ")
            )))
        }
    }
}

/// Waits until everything of `items` is kept at the home that is not held.
///
/// # Errors
/// [`CommandError::Invalid`] if the conversation stops meanwhile.
pub(super) async fn until_stored(
    client: &Session,
    desk: &Desk,
    conversation: &ConversationView,
    items: &[ItemId],
    output: Output<'_>,
) -> Result<Waited<()>, CommandError> {
    if conversation.rejoining && conversation.blocked {
        return Ok(Waited::Kept(CommandError::Unreachable(
            "The person of this conversation is blocked, so nobody was asked to let this new device into it. What \
             you asked is kept, and goes out when you have unblocked them and they have let it in: kith contact \
             unblock CONTACT."
                .into(),
        )));
    }
    if conversation.rejoining {
        return Ok(Waited::Kept(CommandError::Unreachable(
            "This conversation waits until the others have let this new device in. What you asked is kept \
             and goes out then: kith sync."
                .into(),
        )));
    }
    let mut first_waiting = 0;
    let mut progress = Progress::new("sending", output);
    let homes = conversation.home.as_slice();
    let waiting = Waiting::new(client, desk, homes).here_or_elsewhere();
    let waited = waiting.until(|client, events| {
        check_halted(conversation.id, events)?;
        check_met(conversation.id, events)?;
        check_taken(items, events)?;
        progress.note(items, events);
        while let Some(item) = items.get(first_waiting) {
            // What is held waits for its time, and nobody waits for it.
            if client.engine().item_state(*item)? == ItemState::Queued {
                return Ok(why_it_waits(items, events).map(Some));
            }
            first_waiting += 1;
        }
        Ok(Some(None))
    });
    Ok(match waited.await? {
        Waited::Done(None) => Waited::Done(()),
        Waited::Done(Some(why)) => Waited::Kept(CommandError::Refused(format!(
            "This has to wait: {why}. It is kept and goes out when there is: kith sync."
        ))),
        Waited::Kept(error) => Waited::Kept(error),
    })
}

fn why_it_waits(items: &[ItemId], events: &[Event]) -> Option<&'static str> {
    events.iter().find_map(|event| match event {
        Event::Waits(item, why) if items.contains(item) => Some(*why),
        _ => None,
    })
}

/// Lets homes erase files that were taken back, if they do so soon; else the next command that reaches them sees to it.
pub(super) async fn let_erase(client: &Session) -> Result<(), CommandError> {
    let end = Instant::now() + ERASING;
    while client.engine().is_erasing()? && Instant::now() < end {
        client.step(LOOKED_EVERY).await?;
    }
    Ok(())
}

/// What its home will not take of an item is no reason to wait.
fn check_taken(items: &[ItemId], events: &[Event]) -> Result<(), CommandError> {
    for event in events {
        if let Event::NotSent(item, why) = event
            && items.contains(item)
        {
            return Err(not_sent(why));
        }
    }
    Ok(())
}

/// A conversation that does not come about takes nothing to anybody.
fn check_met(conversation: ConversationId, events: &[Event]) -> Result<(), CommandError> {
    for event in events {
        if let Event::AcceptanceFailed(failed, sentence, is_refusal, advice) = event
            && *failed == conversation
        {
            return Err(CommandError::no(sentence, *is_refusal, *advice));
        }
    }
    Ok(())
}

/// What is said of an item that its home will not take.
pub(super) fn not_sent(why: &str) -> CommandError {
    CommandError::Refused(format!(
        "This was not sent: {why}. Nothing of it is kept here or there; the file itself is as it was."
    ))
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
        if *event == Event::Removed(conversation) {
            return Err(CommandError::Invalid(
                "This device is in the conversation no longer: another one that you restored from a backup took its \
                 place, or others removed you. What was said before is safe; what you wrote now is kept here and does \
                 not go out. Write from the other device, or invite each other anew."
                    .into(),
            ));
        }
    }
    Ok(())
}

/// Says of an item how far something is: the item itself, or what was done to it.
pub(super) fn print(
    client: &Session,
    conversation: &ConversationView,
    item: ItemId,
    sent: ItemId,
    output: Output<'_>,
) -> Result<(), CommandError> {
    let (state, said) = match client.engine().item_state(sent)? {
        ItemState::Stored if conversation.kind == ConversationKind::Own => ("stored", "kept here"),
        ItemState::Stored => ("stored", "kept at the home"),
        ItemState::Queued => ("queued", "on its way"),
        ItemState::Held => {
            let until = held_until(client, conversation, sent)?;
            let said = format!("waits here for its time: {until}");
            return say(&item.to_string(), "held", &said, output);
        }
        ItemState::KeptBack => ("held", "kept back, and does not go out"),
    };
    say(&item.to_string(), state, said, output)
}

/// When something leaves that is held, for people.
fn held_until(
    client: &Session,
    conversation: &ConversationView,
    item: ItemId,
) -> Result<String, CommandError> {
    let of_it = BTreeSet::from([item]);
    let items = client.engine().items_of(conversation.id, &of_it)?;
    let at_s = items.first().and_then(|held| held.held_until_s);
    at_s.map(moment::said)
        .ok_or_else(|| CommandError::Bug("Something is held for no time.".into()))
}

/// Says of an item that it will never leave.
pub(super) fn print_gone(item: ItemId, output: Output<'_>) -> Result<(), CommandError> {
    say(&item.to_string(), "held", "never left, and is gone", output)
}

/// Says of an item how far it is.
pub(super) fn say(
    item: &str,
    state: &str,
    said: &str,
    output: Output<'_>,
) -> Result<(), CommandError> {
    output.result(
        &json!({ "item": item, "state": state }),
        format_args!("{item}  {said}"),
    )?;
    Ok(())
}
