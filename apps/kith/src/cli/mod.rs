//! The command-line client: what each command asks of the engine, and how it says the outcome.
//!
//! The contract is pinned by the black-box tests in `tests/`; ids, keys and exit codes never change
//! their meaning.

mod acts;
mod address;
mod advice;
mod alike;
mod arguments;
mod backup;
mod contact;
mod conversation;
mod damage;
mod desk;
mod doctor;
mod errand;
mod error;
mod idle;
mod invite;
mod item;
mod kept;
mod persona;
mod place;
mod profile;
mod progress;
mod read_only;
mod resolve;
mod save;
mod search;
mod send;
mod served;
mod serving;
mod show;
mod sync;
mod unanswered;
mod versions;
mod waiting;

pub use arguments::{ClientCommand, EVERYWHERE, ProfileArguments};
pub use error::{CommandError, sentence};

use crate::output::Output;
use crate::signals;
use arguments::{ContactCommand, ConversationCommand, NewKind};
use served::Who;
use tokio::task::LocalSet;

/// Runs one command of the client.
///
/// # Errors
/// [`CommandError`] with its exit code.
pub fn run(
    command: ClientCommand,
    mut profile: ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| CommandError::Bug(format!("The system refuses threads: {error}.")))?;
    let work = async {
        signals::hear(output).map_err(|error| {
            CommandError::Bug(format!("The system tells of no signals: {error}."))
        })?;
        profile.desk.set_only_reads(command.only_reads());
        let done = tokio::select! {
            // First, so that what is done is not given up.
            biased;
            done = here_or_elsewhere(command, &mut profile, output) => done,
            () = signals::asked() => Err(CommandError::Stopped),
        };
        profile.desk.finish().await;
        // Also where it only gave up printing.
        if done.is_ok() && signals::is_asked() {
            return Err(CommandError::Stopped);
        }
        if let (Ok(()), Some(why)) = (&done, profile.desk.read_only()) {
            output.note(read_only::sentence(why));
        }
        done
    };
    LocalSet::new().block_on(&runtime, work)
}

/// Does one command, or lets the process do it that holds the profile.
async fn here_or_elsewhere(
    command: ClientCommand,
    profile: &mut ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    if command.reads_input() && profile.desk.input.is_none() {
        // Before the profile is held: it comes as slowly as somebody types.
        profile.desk.input = Some(send::read_input().await?.into());
    }
    if command.may_be_done_elsewhere()
        && let Who::Other = served::take(&command, profile, output).await?
    {
        return Ok(());
    }
    until_idle(command, profile, output).await
}

/// Does one command, if it lasts for as long as somebody uses the profile.
async fn until_idle(
    command: ClientCommand,
    profile: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    let idle = profile.desk.idle();
    let using = idle.begin_use();
    if !command.can_go_on() {
        return dispatch(command, profile, output).await;
    }
    let after = command.lock_after();
    drop(using);
    tokio::select! {
        // First, so that what is closed does not go on elsewhere.
        biased;
        () = idle.over(after) => Err(idle::closed()),
        result = dispatch(command, profile, output) => result,
    }
}

/// Does one command, at the profile's desk.
async fn dispatch(
    command: ClientCommand,
    profile: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    match command {
        ClientCommand::Profile { command } => profile::run(command, profile, output),
        ClientCommand::Backup { out } => backup::back_up(&out, profile, output).await,
        ClientCommand::Recovery { command } => backup::recovery(command, profile, output),
        ClientCommand::Persona { command } => persona::run(command, profile, output).await,
        ClientCommand::Invite { command } => invite::run(command, profile, output).await,
        ClientCommand::Contact { command } => match command {
            ContactCommand::List => contact::list(profile, output),
            ContactCommand::Verify { contact } => contact::verify(&contact, profile, output).await,
            ContactCommand::Block { contact } => contact::block(&contact, profile, output),
            ContactCommand::Unblock { contact } => contact::unblock(&contact, profile, output),
        },
        ClientCommand::Conversation { command } => match command {
            ConversationCommand::List => conversation::list(profile, output),
            ConversationCommand::New {
                kind: NewKind::Own,
                title,
                persona,
            } => conversation::new_own(&title, persona.as_deref(), profile, output),
        },
        ClientCommand::Send(send) => send::run(&send, profile, output).await,
        ClientCommand::Edit(edit) => acts::edit(&edit, profile, output).await,
        ClientCommand::Retract(retract) => acts::retract(&retract, profile, output).await,
        ClientCommand::React(react) => acts::react(&react, profile, output).await,
        ClientCommand::Show(show) => show::run(&show, profile, output).await,
        ClientCommand::Versions(versions) => versions::run(&versions, profile, output),
        ClientCommand::Save(save) => save::run(&save, profile, output).await,
        ClientCommand::Search(search) => search::run(&search, profile, output).await,
        ClientCommand::Sync(sync) => sync::run(&sync, profile, output).await,
        ClientCommand::Doctor => doctor::run(profile, output).await,
        ClientCommand::Completions { shell } => crate::completions(shell),
        ClientCommand::Man { out } => crate::man(out.as_deref(), output),
    }
}
