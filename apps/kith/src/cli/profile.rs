//! `kith profile …`, and opening the profile for every other command.

use client::client_core::Engine;
use client::{Profile, ProfileError, ProfileLock, Session};
use serde_json::json;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::time::Duration;
use zeroize::Zeroizing;

use super::arguments::{ProfileArguments, ProfileCommand};
use super::damage;
use super::desk::Desk;
use super::error::{CommandError, without_os_error};
use crate::counted::counted;
use crate::output::Output;
use crate::terminal;

/// How long another command on the same profile is waited for.
pub(super) const LOCK_WAIT: Duration = Duration::from_secs(10);
/// Where a passphrase may stand for scripts.
const VARIABLE: &str = "KITH_PASSPHRASE";
/// The same for the one that is to hold from now on.
const NEW_VARIABLE: &str = "KITH_NEW_PASSPHRASE";

/// `kith profile …`
pub(super) fn run(
    command: ProfileCommand,
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    match command {
        ProfileCommand::Init => init(arguments, output),
        ProfileCommand::Info => info(arguments, output),
        ProfileCommand::Check => check(arguments, output),
        ProfileCommand::Hide { new_file, replace } => {
            hide(new_file.as_deref(), replace, arguments, output)
        }
        ProfileCommand::Passphrase { new_file, remove } => {
            reseal(new_file.as_deref(), remove, arguments, output)
        }
    }
}

fn init(arguments: &ProfileArguments, output: Output<'_>) -> Result<(), CommandError> {
    let folder = folder(arguments)?;
    let passphrase = passphrase_for_new(arguments)?;
    let profile = Profile::init(&folder, passphrase.as_ref().map(|text| text.as_str()))?;
    let sealed = profile.is_sealed();
    let said = if sealed {
        "It is sealed: without the passphrase nobody opens it, you neither."
    } else {
        "It is not sealed: whoever reads this disk reads it."
    };
    output.result(
        &json!({ "profile": folder, "sealed": sealed }),
        format_args!("A profile was made in {}. {said}", folder.display()),
    )?;
    Ok(())
}

fn info(arguments: &ProfileArguments, output: Output<'_>) -> Result<(), CommandError> {
    let client = look(arguments)?;
    let folder = folder(arguments)?;
    let sealed = arguments.desk.is_sealed();
    let engine = client.engine();
    let personas = engine.personas()?.len();
    let conversations = engine.conversations()?.len();
    let waiting = engine.waiting()?.total();
    let seal = if sealed { "sealed" } else { "not sealed" };
    output.result(
        &json!({
            "profile": folder,
            "sealed": sealed,
            "personas": personas,
            "conversations": conversations,
            "pending": waiting,
        }),
        format_args!(
            "{} ({seal}): {}, {}, {} waiting for a home",
            folder.display(),
            counted(personas as u64, "name", "names"),
            counted(conversations as u64, "conversation", "conversations"),
            counted(waiting, "thing", "things")
        ),
    )?;
    Ok(())
}

/// Says what is wrong, a line each, and how much there is.
fn check(arguments: &ProfileArguments, output: Output<'_>) -> Result<(), CommandError> {
    let folder = folder(arguments)?;
    let wrong = match open(arguments).and_then(|profile| Ok(profile.check()?)) {
        // It is so damaged that it cannot even be looked through.
        Err(CommandError::Damaged(what)) => vec![what],
        wrong => wrong?,
    };
    for what in &wrong {
        output.result(&json!({ "wrong": what }), what)?;
    }
    output.result(
        &json!({ "wrong_in_all": wrong.len() }),
        format_args!(
            "{} wrong.",
            counted(wrong.len() as u64, "thing is", "things are")
        ),
    )?;
    if wrong.is_empty() {
        return Ok(());
    }
    let advice = damage::advice(&folder);
    Err(CommandError::Damaged(format!(
        "The profile is damaged. {advice}."
    )))
}

/// The old passphrase is asked for first: who does not have it need not think of a new one.
fn reseal(
    new_file: Option<&Path>,
    remove: bool,
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    let profile = open(arguments)?;
    let new = if remove {
        None
    } else {
        let otherwise = ", or take the old one off with --remove";
        Some(new_passphrase(new_file, otherwise)?)
    };
    if new.is_none() && !profile.is_sealed() {
        return Err(CommandError::Invalid(
            "The profile has no passphrase; nothing was changed.".into(),
        ));
    }
    let profile = profile.reseal(new.as_ref().map(|text| text.as_str()))?;
    let said = if profile.is_sealed() {
        "It is sealed under the new passphrase: without it nobody opens it, you neither. Copies from before, and what \
         the disk keeps of deleted files, open as they did."
    } else {
        "It is not sealed any more: whoever reads this disk reads it."
    };
    output.result(
        &json!({ "profile": profile.folder(), "sealed": profile.is_sealed() }),
        said,
    )?;
    Ok(())
}

/// Makes a second profile behind another passphrase. It says the same whatever lay there.
fn hide(
    new_file: Option<&Path>,
    replace: bool,
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    if !replace {
        return Err(CommandError::Usage(
            "Nothing was done. Whether another passphrase opens something in this folder already, nobody can tell without \
            it; if so, it would be lost for good, with its names and keys. If that may be, say so with --replace."
                .into(),
        ));
    }
    let profile = open(arguments)?;
    let new = new_passphrase(new_file, "")?;
    profile.hide(&new)?;
    output.result(
        &json!({ "profile": profile.folder(), "sealed": true }),
        "The other passphrase opens an empty profile of its own from now on. This hides it from who looks over your \
        shoulder, not from who examines the disk: docs/hidden.md says what is to be seen.",
    )?;
    Ok(())
}

/// The passphrase that is to hold from now on; what can be done instead.
fn new_passphrase(file: Option<&Path>, otherwise: &str) -> Result<Zeroizing<String>, CommandError> {
    if let Some(given) = passphrase_from(file, NEW_VARIABLE)? {
        return Ok(given);
    }
    prompt_for_new("New passphrase: ")?.ok_or_else(|| {
        CommandError::Locked(format!(
            "No new passphrase was given; nothing was changed. Give it with --new-file or {NEW_VARIABLE}{otherwise}."
        ))
    })
}

/// Opens the profile that the arguments name.
pub(super) fn open(arguments: &ProfileArguments) -> Result<Profile, CommandError> {
    let folder = folder(arguments)?;
    let passphrase = match arguments.desk.take_passphrase() {
        Some(passphrase) => Some(passphrase),
        None => passphrase_for(&folder, arguments)?,
    };
    let desk = &arguments.desk;
    let lock = match desk.take_lock() {
        Some(lock) => lock,
        None => lock(desk, &folder, LOCK_WAIT)?,
    };
    let passphrase = passphrase.as_ref().map(|text| text.as_str());
    if !desk.only_reads() {
        return Ok(lock.open(passphrase)?);
    }
    let profile = lock.open_or_read(passphrase)?;
    if let Some(why) = profile.read_only() {
        desk.set_read_only(why);
    }
    Ok(profile)
}

/// Takes the lock of a profile for the command at this desk.
pub(super) fn lock(
    desk: &Desk,
    folder: &Path,
    wait: Duration,
) -> Result<ProfileLock, ProfileError> {
    if desk.only_reads() {
        ProfileLock::take_to_read(folder, wait)
    } else {
        ProfileLock::take(folder, wait)
    }
}

/// The passphrase that was given for a profile; asked for where it needs one and somebody sits there.
pub(super) fn passphrase_for(
    folder: &Path,
    arguments: &ProfileArguments,
) -> Result<Option<Zeroizing<String>>, CommandError> {
    match given_passphrase(arguments)? {
        Some(passphrase) => Ok(Some(passphrase)),
        None if Profile::is_sealed_at(folder)? && io::stdin().is_terminal() => {
            Ok(Some(ask("Passphrase: ")?))
        }
        None => Ok(None),
    }
}

/// The profile, connected to its homes, each of which is tried now.
pub(super) fn start(arguments: &ProfileArguments) -> Result<Session, CommandError> {
    let session = look(arguments)?;
    session.go_online()?;
    session.act(Engine::hurry)?;
    arguments.desk.serve(&folder(arguments)?);
    Ok(session)
}

/// The same for a command that lasts, which may be told to close a sealed profile after so many seconds without use.
pub(super) fn start_lasting(
    lock_after_s: Option<u64>,
    arguments: &ProfileArguments,
) -> Result<Session, CommandError> {
    let session = look(arguments)?;
    if lock_after_s.is_some() && !arguments.desk.is_sealed() {
        return Err(CommandError::Invalid(
            "The profile is not sealed, so closing it would lock nothing; nothing was done. Leave --lock-after out, or seal \
             it: kith profile passphrase."
                .into(),
        ));
    }
    drop(session);
    start(arguments)
}

/// The profile, without connecting.
pub(super) fn look(arguments: &ProfileArguments) -> Result<Session, CommandError> {
    arguments.desk.session(arguments)
}

/// What is to seal a profile that is made; none if nothing is given.
pub(super) fn passphrase_for_new(
    arguments: &ProfileArguments,
) -> Result<Option<Zeroizing<String>>, CommandError> {
    match given_passphrase(arguments)? {
        Some(passphrase) => Ok(Some(passphrase)),
        None => prompt_for_new("Passphrase (empty for none): "),
    }
}

/// The folder that was named, else the platform's.
pub(super) fn folder(arguments: &ProfileArguments) -> Result<PathBuf, CommandError> {
    let typed = arguments.profile.as_ref();
    typed
        .map(|folder| arguments.desk.path(folder))
        .or_else(|| {
            directories::ProjectDirs::from("", "", "kith")
                .map(|directories| directories.data_dir().join("profile"))
        })
        .ok_or_else(|| {
            CommandError::Usage(
                "This system names no data folder; nothing was done. Name one with --profile."
                    .into(),
            )
        })
}

/// A passphrase from the file or the environment.
fn given_passphrase(
    arguments: &ProfileArguments,
) -> Result<Option<Zeroizing<String>>, CommandError> {
    passphrase_from(arguments.passphrase_file.as_deref(), VARIABLE)
}

/// The first line of a file, else a variable.
fn passphrase_from(
    file: Option<&Path>,
    variable: &str,
) -> Result<Option<Zeroizing<String>>, CommandError> {
    let text = match file {
        Some(file) => {
            let text = terminal::read_to_string(file).map_err(|error| {
                if error.kind() == io::ErrorKind::Interrupted {
                    return CommandError::Stopped;
                }
                CommandError::Locked(format!(
                    "The passphrase file {} cannot be read ({}); nothing was done.",
                    file.display(),
                    without_os_error(&error.to_string())
                ))
            })?;
            Some(Zeroizing::new(
                text.lines().next().unwrap_or_default().to_owned(),
            ))
        }
        None => match std::env::var(variable) {
            Ok(text) => Some(Zeroizing::new(text)),
            Err(std::env::VarError::NotPresent) => None,
            Err(std::env::VarError::NotUnicode(_)) => {
                return Err(CommandError::Locked(format!(
                    "{variable} is not UTF-8; nothing was done."
                )));
            }
        },
    };
    if text.as_ref().is_some_and(|text| text.is_empty()) {
        return Err(CommandError::Locked(
            "The passphrase that was given is empty; nothing was done. Leave it out for a profile \
             without one."
                .into(),
        ));
    }
    Ok(text)
}

/// Asks at the terminal, without showing what is typed.
pub(super) fn ask(prompt: &str) -> Result<Zeroizing<String>, CommandError> {
    terminal::ask_unseen(prompt).map_err(|error| CommandError::unread(&error))
}

/// Asks twice at a terminal; an empty answer means none.
fn prompt_for_new(prompt: &str) -> Result<Option<Zeroizing<String>>, CommandError> {
    if !io::stdin().is_terminal() {
        return Ok(None);
    }
    let first = ask(prompt)?;
    if first.is_empty() {
        return Ok(None);
    }
    if first != ask("The same once more: ")? {
        return Err(CommandError::Locked(
            "The two differ; nothing was made or changed.".into(),
        ));
    }
    Ok(Some(first))
}
