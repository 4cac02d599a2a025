//! A bridge: each line of standard input becomes an item of a conversation.
//!
//! ```sh
//! tail --follow=name /var/log/backup.log | grep --line-buffered failed |
//!     cargo run -p client --example from_standard_input -- PROFILE CONVERSATION
//! ```
//!
//! CONVERSATION is a title or an id. A passphrase stands in `KITH_PASSPHRASE`. It ends when standard input has ended and
//! the home has everything, also what an earlier run left; while a home does not answer, it waits. Ended before (Ctrl-C),
//! it loses nothing that it took: the rest goes out with the next command on this profile that reaches the home.
//!
//! A bridge speaks in somebody's name: let that name say what it is, *Backups (bot)*.

use client::client_core::{ConversationId, Draft, Event};
use client::{Client, ClientError, Profile};
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use tokio::sync::mpsc::{Receiver, channel};

/// Lines that are kept in one transaction at most, and that may wait for it.
const BATCH: usize = 256;

/// Why it ended.
#[derive(Debug, thiserror::Error)]
pub enum BridgeError {
    /// Not two arguments.
    #[error("name profile and conversation: from_standard_input PROFILE CONVERSATION")]
    Usage,
    /// No such conversation, or several.
    #[error("there is not one conversation called {0}; see: kith conversation list")]
    Conversation(String),
    /// It stopped for good.
    #[error("the conversation cannot go on: {0}; what was taken is kept here and does not go out")]
    Halted(String),
    /// Standard input.
    #[error("standard input cannot be read: {0}; the lines before are kept")]
    Input(#[from] io::Error),
    /// These lines were not kept.
    #[error("lines {first} to {last} were not kept, those before are: {source}")]
    Lines {
        /// The first of them, from 1.
        first: usize,
        /// The last.
        last: usize,
        /// Why.
        source: ClientError,
    },
    /// Profile, homes or store.
    #[error(transparent)]
    Client(#[from] ClientError),
}

/// The program.
#[tokio::main(flavor = "current_thread")]
pub async fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let ended = match arguments.as_slice() {
        [profile, conversation] => tokio::select! {
            ended = run(profile.as_ref(), conversation.to_string_lossy().into_owned(), lines()) => ended,
            _ = tokio::signal::ctrl_c() => Ok(()),
        },
        _ => Err(BridgeError::Usage),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(format_args!("{error}"));
            ExitCode::FAILURE
        }
    }
}

/// The lines of standard input, read on a thread of its own because reading them blocks.
fn lines() -> Receiver<io::Result<String>> {
    let (sender, lines) = channel(BATCH);
    std::thread::spawn(move || {
        for line in io::stdin().lines() {
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    lines
}

/// Says each line, and returns once the home has everything.
///
/// # Errors
/// [`BridgeError`]; what was kept before stays kept.
pub async fn run(
    profile: &Path,
    conversation: String,
    mut lines: Receiver<io::Result<String>>,
) -> Result<(), BridgeError> {
    let passphrase = std::env::var("KITH_PASSPHRASE").ok();
    let profile = Profile::open(profile, passphrase.as_deref(), Duration::from_secs(10))
        .map_err(ClientError::from)?;
    let mut client = Client::start(profile)?;
    let conversation = find(&client, &conversation)?;
    let mut taken = 0;
    let mut has_ended = false;
    loop {
        if has_ended && is_all_stored(&client)? {
            return Ok(());
        }
        let mut batch = Vec::new();
        tokio::select! {
            count = lines.recv_many(&mut batch, BATCH), if !has_ended => {
                has_ended = count == 0;
                keep(&mut client, conversation, batch, &mut taken)?;
            }
            events = client.step(Duration::from_secs(60)) => look_for_trouble(conversation, &events?)?,
        }
    }
}

/// Keeps lines, all or none of them; they go out by themselves.
fn keep(
    client: &mut Client,
    conversation: ConversationId,
    batch: Vec<io::Result<String>>,
    taken: &mut usize,
) -> Result<(), BridgeError> {
    let mut texts = Vec::with_capacity(batch.len());
    let mut unread = None;
    for line in batch {
        match line {
            Ok(text) => texts.push(text),
            Err(error) => unread = Some(error),
        }
    }
    let drafts: Vec<_> = texts.iter().map(|text| Draft::text(text)).collect();
    if !drafts.is_empty() {
        let kept = client.act(|engine, now| engine.send_all(now, conversation, &drafts));
        kept.map_err(|source| BridgeError::Lines {
            first: *taken + 1,
            last: *taken + drafts.len(),
            source,
        })?;
        *taken += drafts.len();
    }
    unread.map_or(Ok(()), |error| Err(error.into()))
}

fn is_all_stored(client: &Client) -> Result<bool, BridgeError> {
    let waiting = client.engine().waiting().map_err(ClientError::from)?;
    Ok(waiting.items == 0)
}

fn look_for_trouble(conversation: ConversationId, events: &[Event]) -> Result<(), BridgeError> {
    for event in events {
        match event {
            Event::Halted(halted, why) if *halted == conversation => {
                return Err(BridgeError::Halted(why.clone()));
            }
            Event::Unreachable(home) => say(format_args!(
                "the home at {} does not answer; what was taken is kept, and it is tried again",
                home.host()
            )),
            Event::Distrusted(home, why) => say(format_args!(
                "the home at {} is not to be believed ({why}); what was taken is kept",
                home.host()
            )),
            _ => {}
        }
    }
    Ok(())
}

/// The one conversation with this title or id.
fn find(client: &Client, typed: &str) -> Result<ConversationId, BridgeError> {
    let all = client.engine().conversations().map_err(ClientError::from)?;
    let mut found = all
        .into_iter()
        .filter(|one| one.title == typed || one.id.to_string() == typed);
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only.id),
        _ => Err(BridgeError::Conversation(typed.to_owned())),
    }
}

fn say(what: std::fmt::Arguments<'_>) {
    // There is nobody left to tell if this fails.
    let _ = writeln!(io::stderr(), "from_standard_input: {what}");
}
