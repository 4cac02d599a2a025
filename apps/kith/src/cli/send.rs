//! `kith send …`

use client::client_core::{ConversationView, Draft, ItemId};
use client::{Attached, Session};
use legible::is_blank;

use super::arguments::{ProfileArguments, Send};
use super::error::CommandError;
use super::kept::Kept;
use super::progress::Progress;
use super::waiting::Waited;
use super::{conversation, item, profile};
use crate::output::Output;
use crate::{moment, terminal};

/// The most that is read from standard input, in bytes.
pub(super) const MAX_INPUT_BYTES: u64 = 64 * 1024 * 1024;

/// Says one thing, or one for each line.
pub(super) async fn run(
    send: &Send,
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    let (client, kept) = match Kept::elsewhere(arguments)? {
        Some(both) => both,
        None => keep(send, arguments, output).await?,
    };
    let waited = match kept.until_stored(&client, &arguments.desk, output).await {
        Err(CommandError::GoesOn) => return Err(CommandError::GoesOn),
        Err(error) => return Err(taken_back(&client, &kept.sent(), error)?),
        Ok(waited) => waited,
    };
    kept.print(&client, output)?;
    match waited {
        Waited::Done(()) => Ok(()),
        Waited::Kept(error) => Err(error),
    }
}

/// Keeps here what is to be said.
async fn keep(
    send: &Send,
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<(Session, Kept), CommandError> {
    let text = send.text.as_deref().unwrap_or_default();
    if send.lines && text != "-" {
        return Err(CommandError::Usage(
            "--lines goes with `-`, which reads standard input; nothing was sent.".into(),
        ));
    }
    let text = typed_or_piped(text, arguments)?;
    let texts: Vec<&str> = if send.lines {
        lines(&text).collect()
    } else {
        vec![text.as_str()]
    };
    if !send.lines && is_blank(&text) && send.attach.is_empty() {
        return Err(CommandError::Invalid(
            "There is nothing to say; nothing was sent. Write a word.".into(),
        ));
    }
    check_described(send)?;
    let client = profile::start(arguments)?;
    let conversation = conversation::find(&client, &send.conversation)?;
    let reply_to = match &send.reply {
        Some(typed) => Some(answered(&client, typed, &conversation)?),
        None => None,
    };
    let held_until_s = match (send.at, send.tomorrow) {
        (Some(at_s), _) => Some(at_s),
        (None, true) => Some(tomorrow()?),
        (None, false) => None,
    };
    let attached = attach(&client, send, arguments, output).await?;
    let drafts: Vec<_> = texts
        .iter()
        .map(|text| Draft {
            text,
            reply_to,
            note: send.note.as_deref(),
            held_until_s,
            files: attached.files(),
        })
        .collect();
    // One act: if any of it cannot be kept, nothing is.
    let items = client.act(|engine, now| engine.send_all(now, conversation.id, &drafts))?;
    attached.keep();
    let items = items.into_iter().map(|item| (item, item)).collect();
    let kept = Kept::now(conversation, items, output);
    Ok((client, kept))
}

/// The lines, blank ones too: whoever pipes them in counts on a result for each. What ends a line is no part of it, on
/// whichever system it was written.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.split_terminator('\n');
    lines.map(|line| line.strip_suffix('\r').unwrap_or(line))
}

/// Seals what is to go along, before anything is said.
async fn attach(
    client: &Session,
    send: &Send,
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<Attached, CommandError> {
    let paths = send.attach.iter().map(|path| arguments.desk.path(path));
    let mut progress = Progress::new("sealing", output);
    let sealing = client.attach(paths.collect(), |done, of| progress.at(done, of));
    let mut attached = arguments.desk.or_elsewhere(sealing).await??;
    attached
        .describe(&send.alt)
        .map_err(|why| CommandError::Invalid(format!("{why}; nothing was sent.")))?;
    Ok(attached)
}

/// Words about a file that is not there would be lost.
fn check_described(send: &Send) -> Result<(), CommandError> {
    if send.alt.len() > send.attach.len() {
        return Err(CommandError::Usage(
            "There are more `--alt` than files; nothing was sent. Give one for each `--attach`, in the same order.".into(),
        ));
    }
    Ok(())
}

/// What the home will not take a file of is taken back again: whoever sent it is here to hear so.
fn taken_back(
    client: &Session,
    items: &[ItemId],
    error: CommandError,
) -> Result<CommandError, CommandError> {
    for item in items {
        if client.engine().why_not_sent(*item)?.is_some() {
            client.act(|engine, now| engine.retract(now, *item))?;
        }
    }
    Ok(error)
}

fn tomorrow() -> Result<u64, CommandError> {
    moment::tomorrow().map_err(|error| CommandError::Invalid(format!("{error}; nothing was sent.")))
}

/// What is answered, which must be in the same conversation.
fn answered(
    client: &Session,
    typed: &str,
    conversation: &ConversationView,
) -> Result<ItemId, CommandError> {
    let (item, of) = item::find(client, typed)?;
    if of.id != conversation.id {
        return Err(CommandError::Invalid(format!(
            "`{typed}` was said in another conversation ({}); nothing was sent.",
            legible::name(&of.title)
        )));
    }
    Ok(item)
}

/// What was typed, or all of standard input where that is `-`: of the process that was started, which read it before.
pub(super) fn typed_or_piped(
    text: &str,
    arguments: &ProfileArguments,
) -> Result<String, CommandError> {
    match (text, &arguments.desk.input) {
        ("-", Some(input)) => Ok(input.to_string()),
        ("-", None) => Err(CommandError::Usage(
            "What was to be piped in did not come along; nothing was sent.".into(),
        )),
        (text, _) => Ok(text.to_owned()),
    }
}

/// All of standard input, as it is.
pub(super) async fn read_input() -> Result<String, CommandError> {
    let bytes = terminal::input(MAX_INPUT_BYTES + 1)
        .await
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_a_line_is_no_part_of_it_and_blank_ones_count() {
        for (text, expected) in [
            ("one\ntwo\n", &["one", "two"][..]),
            ("one\r\ntwo\r\n", &["one", "two"]),
            ("one\ntwo", &["one", "two"]),
            ("one\r\ntwo\r", &["one", "two"]),
            ("one\n\n \r\ntwo\n\n", &["one", "", " ", "two", ""]),
            ("one\rtwo\n", &["one\rtwo"]),
            (" one \n", &[" one "]),
            ("", &[]),
        ] {
            assert_eq!(lines(text).collect::<Vec<_>>(), expected, "{text:?}");
        }
    }
}
