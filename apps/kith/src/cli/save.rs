//! `kith save …`

use client::client_core::{ConversationView, Event, FileFailure, FileState, FileView, ItemId};
use client::{SaveError, Session};
use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::arguments::{ProfileArguments, Save};
use super::desk::Desk;
use super::error::CommandError;
use super::progress::Progress;
use super::waiting::{Waited, Waiting};
use super::{item, profile, read_only};
use crate::output::{Output, Reached};

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
    let before = match arguments.desk.reached {
        Some(Reached::Saved(before)) => before,
        _ => 0,
    };
    let files = wanted(&client, item, &conversation, save)?.into_iter();
    for (number, file) in (1..).zip(files).skip(before) {
        let saving = Saving {
            client: &client,
            desk: &arguments.desk,
            of: (item, &file),
            folder: &folder,
            output,
        };
        let path = saving.one(&conversation).await?;
        output.result(
            &json!({ "item": item.to_string(), "file": path.to_string_lossy(), "bytes": file.bytes }),
            path.display(),
        )?;
        output.reached(Reached::Saved(number));
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

/// One file that is to be saved.
struct Saving<'a> {
    client: &'a Session,
    desk: &'a Desk,
    of: (ItemId, &'a FileView),
    folder: &'a Path,
    output: Output<'a>,
}

impl Saving<'_> {
    /// Saves it; has it fetched if it is not here, or not as it was.
    async fn one(&self, conversation: &ConversationView) -> Result<PathBuf, CommandError> {
        let (item, file) = self.of;
        if file.state == FileState::Here {
            let can_fetch = conversation.home.is_some() && self.desk.read_only().is_none();
            match self.open().await? {
                Err(SaveError::Missing | SaveError::Damaged) if can_fetch => {
                    self.client.forget_sealed(item, file.place)?;
                }
                saved => return Ok(saved?),
            }
        }
        if !self.folder.is_dir() {
            return Err(SaveError::NoFolder(self.folder.to_owned()).into());
        }
        self.fetch(conversation).await?;
        Ok(self.open().await??)
    }

    async fn open(&self) -> Result<Result<PathBuf, SaveError>, CommandError> {
        let (item, file) = self.of;
        let mut progress = Progress::new("saving", self.output);
        let told = |done, of| progress.at(done, of);
        let saving = self.client.save(item, file.place, self.folder, told);
        Ok(self.desk.or_elsewhere(saving).await??)
    }

    /// Waits until the sealed bytes of the file are here.
    async fn fetch(&self, conversation: &ConversationView) -> Result<(), CommandError> {
        let (item, file) = self.of;
        if file.state == FileState::Gone {
            return Err(failed(&FileFailure::Gone));
        }
        if let Some(why) = self.desk.read_only() {
            return Err(read_only::not_fetched(why));
        }
        self.client.act(|engine, now| engine.go_online(now))?;
        self.client
            .act(|engine, now| engine.fetch(now, item, file.place))?;
        let mut progress = Progress::new("fetching", self.output);
        let homes = conversation.home.as_slice();
        let waiting = Waiting::new(self.client, self.desk, homes).here_or_elsewhere();
        let waited = waiting.until(|_, events| {
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
        });
        match waited.await? {
            Waited::Done(()) => Ok(()),
            Waited::Kept(CommandError::Unreachable(_)) => Err(CommandError::Unreachable(format!(
                "The home of this file does not give it out now; nothing was saved. What came of it is \
                     kept here, sealed, and the next try goes on from there: kith save {item}."
            ))),
            Waited::Kept(error) => Err(error),
        }
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
