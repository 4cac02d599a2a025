//! `kith backup` and `kith recovery …`: the whole profile in a folder, and back out of one.

use client::{BACKUP_DESCRIPTION_FILE, Phrase, Profile, ZIPPED_BACKUP_FOLDER};
use jiff::Timestamp;
use serde_json::json;
use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

use super::arguments::{ProfileArguments, RecoveryCommand};
use super::error::{CommandError, without_os_error};
use super::{profile, read_only};
use crate::counted::counted;
use crate::output::Output;

/// Where a phrase may stand for scripts.
const VARIABLE: &str = "KITH_PHRASE";

/// `kith backup --out DIR`
pub(super) async fn back_up(
    folder: &Path,
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    let client = profile::look(arguments)?;
    // It may take long; others need not wait for it.
    arguments.desk.serve(&profile::folder(arguments)?);
    let folder = arguments.desk.path(folder);
    let done = arguments
        .desk
        .or_elsewhere(client.back_up(&folder))
        .await??;
    let words = match &done.unkept_phrase {
        Some(phrase) => Some(phrase.words()),
        None => {
            let phrase = client.engine().phrase()?.filter(|(_, shown)| !shown);
            phrase.map(|(phrase, _)| phrase.words())
        }
    };
    let mut said = format!(
        "A backup of {} is in {}, and comes back as it was written. Files that were sent or came are not in it; \
         save those that you want to keep.",
        counted(done.items, "item", "items"),
        folder.display()
    );
    if let Some(words) = &words {
        said = match done.unkept_phrase {
            Some(_) => format!("{said}\n\n{}", told_once(words)),
            None => format!("{said}\n\n{}", told(words)),
        };
    }
    output.result(
        &json!({
            "backup": folder,
            "phrase": words.as_ref().map(|words| words.as_str()),
            "verified": true,
            "items": done.items,
            "chunks_written": done.chunks_written,
            "bytes_written": done.bytes_written,
        }),
        said,
    )?;
    if words.is_some() && done.unkept_phrase.is_none() {
        let desk = &arguments.desk;
        read_only::note(desk, || client.act(|engine, now| engine.phrase_shown(now)))?;
    }
    if !done.tidy {
        output.note(
            "What no backup needs any more could not be removed there; the next backup tries again.",
        );
    }
    Ok(())
}

/// The words as people are shown them.
fn told(words: &str) -> String {
    format!(
        "These 24 words open it and every backup of this profile from now on. Write them on paper and keep \
         them where this device is not. Without them nobody opens a backup, you neither; whoever has them and \
         a backup has everything.\n\n{}",
        in_lines(words)
    )
}

/// The same where they could not be kept.
fn told_once(words: &str) -> String {
    format!(
        "These 24 words open this backup, and are shown only now: nothing can be kept in the profile. Write them on paper \
         before you go on, and keep them where this device is not. Without them nobody opens the backup, you neither; \
         whoever has them and the backup has everything. The next backup has other words, and needs another folder.\n\n{}",
        in_lines(words)
    )
}

fn in_lines(words: &str) -> String {
    let lines: Vec<String> = words
        .split(' ')
        .collect::<Vec<_>>()
        .chunks(6)
        .map(|line| format!("  {}", line.join(" ")))
        .collect();
    lines.join("\n")
}

/// `kith recovery phrase | restore`
pub(super) fn recovery(
    command: RecoveryCommand,
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    match command {
        RecoveryCommand::Phrase => show_phrase(arguments, output),
        RecoveryCommand::Restore {
            folder,
            phrase_file,
        } => restore(&folder, phrase_file.as_deref(), arguments, output),
    }
}

fn show_phrase(arguments: &ProfileArguments, output: Output<'_>) -> Result<(), CommandError> {
    let client = profile::look(arguments)?;
    let Some((phrase, _)) = client.engine().phrase()? else {
        return Err(CommandError::Invalid(
            "This profile has no backup yet, and so no phrase. Make one: kith backup --out FOLDER."
                .into(),
        ));
    };
    let words = phrase.words();
    output.result(&json!({ "phrase": words.as_str() }), told(&words))?;
    read_only::note(&arguments.desk, || {
        client.act(|engine, now| engine.phrase_shown(now))
    })
}

fn restore(
    from: &Path,
    phrase_file: Option<&Path>,
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    let folder = profile::folder(arguments)?;
    let from = &backup_in(from)?;
    let phrase = given_phrase(phrase_file)?;
    let passphrase = profile::passphrase_for_new(arguments)?;
    let passphrase = passphrase.as_ref().map(|text| text.as_str());
    let restored = Profile::restore(&folder, passphrase, from, &phrase)?;
    let made_at = made_at(restored.made_s);
    output.result(
        &json!({
            "profile": folder,
            "sealed": passphrase.is_some(),
            "made_at": made_at,
            "newest": restored.newest,
            "items": restored.items,
            "rejoining": restored.rejoining,
            "queued": restored.queued,
            "held": restored.held,
        }),
        format_args!(
            "Your profile as it was at {made_at} is in {}, with {}. What came later is not in it.",
            folder.display(),
            counted(restored.items, "item", "items")
        ),
    )?;
    say_what_waits(&restored, output);
    Ok(())
}

/// The backup's folder: this one, or the one in it that a browser's file unpacks to.
fn backup_in(from: &Path) -> Result<PathBuf, CommandError> {
    if from.is_file() {
        return Err(CommandError::Invalid(format!(
            "{} is a file, and a backup is a folder; nothing was restored. If a browser saved it, unpack it first, and name \
             the folder {ZIPPED_BACKUP_FOLDER} that comes out of it.",
            from.display()
        )));
    }
    let inside = from.join(ZIPPED_BACKUP_FOLDER);
    let is_around = !from.join(BACKUP_DESCRIPTION_FILE).exists()
        && inside.join(BACKUP_DESCRIPTION_FILE).exists();
    Ok(if is_around { inside } else { from.to_owned() })
}

fn say_what_waits(restored: &client::Restored, output: Output<'_>) {
    output.note("Whom you blocked after that is not blocked here: block them again.");
    if !restored.newest {
        output.note("The newest backup in the folder is damaged; this is one from before.");
    }
    if restored.rejoining > 0 {
        output.note(format_args!(
            "This is a new device: {} on once the other has been online and has let it in: kith sync. What you write \
             until then is kept.",
            counted(restored.rejoining, "conversation goes", "conversations go")
        ));
    }
    if restored.held > 0 {
        output.note(format_args!(
            "{} for a day at least: look through what is held, and take back what is not to leave any more. What the device from before has sent since the backup shows once all the same, and \
             whoever has it is told when you take it back.",
            counted(
                restored.held,
                "thing is held for its time,",
                "things are held for their time,"
            )
        ));
    }
}

fn made_at(made_s: u64) -> String {
    let at = i64::try_from(made_s).ok();
    let at = at.and_then(|at| Timestamp::from_second(at).ok());
    at.unwrap_or_default().to_string()
}

/// The phrase from a file, the environment or a prompt.
fn given_phrase(file: Option<&Path>) -> Result<Phrase, CommandError> {
    let text = match (file, std::env::var(VARIABLE)) {
        (Some(file), _) => Zeroizing::new(fs::read_to_string(file).map_err(|error| {
            CommandError::Locked(format!(
                "The phrase's file {} cannot be read ({}); nothing was restored.",
                file.display(),
                without_os_error(&error.to_string())
            ))
        })?),
        (None, Ok(text)) => Zeroizing::new(text),
        (None, Err(_)) if io::stdin().is_terminal() => {
            profile::ask("The 24 words, with a blank between each: ")?
        }
        (None, Err(_)) => {
            return Err(CommandError::Locked(format!(
                "A backup opens with its phrase alone; nothing was restored. Give it with --phrase-file or \
                 {VARIABLE}."
            )));
        }
    };
    Phrase::parse(&text).map_err(|error| {
        CommandError::Invalid(format!(
            "This is no phrase of a backup: {error}; nothing was restored. Read it from your paper once more."
        ))
    })
}
