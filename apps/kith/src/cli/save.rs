//! `kith save …`

use client::client_core::{ConversationView, Event, FileFailure, FileState, FileView, ItemId};
use client::{SaveError, Session};
use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::arguments::{ProfileArguments, Save};
use super::error::CommandError;
use super::progress::Progress;
use super::waiting::{Waited, until};
use super::{item, profile};
use crate::output::Output;

/// Saves files of one item; one result line each.
pub(super) async fn run(
    save: &Save,
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    let client = profile::look(arguments)?;
    // A file may take long to come; others need not wait for it.
    arguments.desk.serve(&profile::folder(arguments)?);
    let (item, conversation) = item::find(&client, &save.item)?;
    let folder = save.out.as_deref().unwrap_or_else(|| Path::new("."));
    let folder = arguments.desk.path(folder);
    for file in wanted(&client, item, &conversation, save)? {
        let path = one(&client, (item, &file), &conversation, &folder, output).await?;
        output.result(
            &json!({ "item": item.to_string(), "file": path.to_string_lossy(), "bytes": file.bytes }),
            path.display(),
        )?;
    }
    Ok(())
}

/// The files that were asked for.
fn wanted(
    client: &Session,
    item: ItemId,
    conversation: &ConversationView,
    save: &Save,
) -> Result<Vec<FileView>, CommandError> {
    let items = BTreeSet::from([item]);
    let view = client.engine().items_of(conversation.id, &items)?.pop();
    let view =
        view.ok_or_else(|| CommandError::Bug("An item that was found is not there.".into()))?;
    if view.retracted {
        return Err(CommandError::Invalid(
            "This was taken back, with its files; nothing was saved.".into(),
        ));
    }
    let mut files = view.files;
    let all = files.len();
    if let Some(number) = save.file {
        files.retain(|file| file.place + 1 == number);
    }
    match (files.is_empty(), save.file) {
        (false, _) => Ok(files),
        (true, None) => Err(CommandError::Invalid(
            "No file goes with this; nothing was saved. See: kith show CONVERSATION.".into(),
        )),
        (true, Some(number)) => Err(CommandError::Invalid(format!(
            "There is no file {number} with this, which has {all}; nothing was saved."
        ))),
    }
}

/// Saves one file; has it fetched if it is not here, or not as it was.
async fn one(
    client: &Session,
    (item, file): (ItemId, &FileView),
    conversation: &ConversationView,
    folder: &Path,
    output: Output<'_>,
) -> Result<PathBuf, CommandError> {
    if file.state == FileState::Here {
        match open(client, item, file, folder, output).await? {
            Err(SaveError::Missing | SaveError::Damaged) if conversation.home.is_some() => {
                client.forget_sealed(item, file.place)?;
            }
            saved => return Ok(saved?),
        }
    }
    if !folder.is_dir() {
        return Err(SaveError::NoFolder(folder.to_owned()).into());
    }
    fetch(client, (item, file), conversation, output).await?;
    Ok(open(client, item, file, folder, output).await??)
}

async fn open(
    client: &Session,
    item: ItemId,
    file: &FileView,
    folder: &Path,
    output: Output<'_>,
) -> Result<Result<PathBuf, SaveError>, CommandError> {
    let mut progress = Progress::new("saving", output);
    let told = |done, of| progress.at(done, of);
    Ok(client.save(item, file.place, folder, told).await?)
}

/// Waits until the sealed bytes of a file are here.
async fn fetch(
    client: &Session,
    (item, file): (ItemId, &FileView),
    conversation: &ConversationView,
    output: Output<'_>,
) -> Result<(), CommandError> {
    if file.state == FileState::Gone {
        return Err(failed(&FileFailure::Gone));
    }
    client.act(|engine, now| engine.go_online(now))?;
    client.act(|engine, now| engine.fetch(now, item, file.place))?;
    let mut progress = Progress::new("fetching", output);
    let waited = until(client, conversation.home.as_slice(), |_, events| {
        progress.note(&[item], events);
        for event in events {
            match event {
                Event::FileHere(here, place) if (*here, *place) == (item, file.place) => {
                    return Ok(Some(()));
                }
                Event::FileFailed(of, place, why) if (*of, *place) == (item, file.place) => {
                    return Err(failed(why));
                }
                _ => {}
            }
        }
        Ok(None)
    })
    .await?;
    match waited {
        Waited::Done(()) => Ok(()),
        Waited::Kept(CommandError::Unreachable(_)) => Err(CommandError::Unreachable(format!(
            "The home of this file does not give it out now; nothing was saved. What came of it is \
             kept here, sealed, and the next try goes on from there: kith save {item}."
        ))),
        Waited::Kept(error) => Err(error),
    }
}

fn failed(why: &FileFailure) -> CommandError {
    match why {
        FileFailure::Gone => CommandError::Refused(
            "The home does not have this file any more; nothing was saved. Ask whoever sent it to \
             send it anew."
                .into(),
        ),
        FileFailure::Wrong => CommandError::Invalid(
            "What the home gives out is not the file that was sent; nothing was saved. Tell \
             whoever sent it, and whoever runs the home."
                .into(),
        ),
        FileFailure::Disk(why) => CommandError::Storage(format!(
            "The profile's folder does not take the file ({}); nothing was saved. Make room and \
             try again.",
            super::error::without_os_error(why)
        )),
    }
}
