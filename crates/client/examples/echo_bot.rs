//! A bot that says back what is said to it.
//!
//! ```sh
//! kith --profile bot profile init
//! kith --profile bot persona new "Echo (bot)" --home https://example.org
//! kith --profile bot invite new
//! cargo run -p client --example echo_bot -- bot
//! ```
//!
//! It takes the profile for itself, so end it (Ctrl-C) before you type other commands on that profile. A passphrase
//! stands in `KITH_PASSPHRASE`.
//!
//! **A bot says that it is one.** This one speaks only under names that end in `(bot)`. Nothing else marks it yet: until
//! there are terms between people, the label is in the name alone, and whoever writes another bot could leave it out.
//!
//! It needs no memory of its own: what has an answer in the profile was answered, whenever this was stopped. It gives no
//! answer to answers, so that two bots do not talk for ever.

use client::client_core::{ConversationId, Draft, Event, ItemId, ItemKind, ItemView, Kind};
use client::{Client, ClientError, Profile};
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

/// How a bot's name ends.
const LABEL: &str = "(bot)";
/// How far back it looks for what nobody answered while it was away, in items of each conversation.
const LOOKED_BACK: u64 = 1_000;
/// How long the disk is left alone after it refused.
const PAUSE: Duration = Duration::from_secs(30);

/// Why it ended.
#[derive(Debug, thiserror::Error)]
pub enum BotError {
    /// Not one argument.
    #[error("name the profile's folder: echo_bot PROFILE")]
    Usage,
    /// Nobody would know that it is a bot.
    #[error(
        "no name in this profile ends in {LABEL}; make one, so that people know whom they talk to"
    )]
    NotLabelled,
    /// Profile, homes or store.
    #[error(transparent)]
    Client(#[from] ClientError),
}

/// The program.
#[tokio::main(flavor = "current_thread")]
pub async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let ended = match arguments.as_slice() {
        [profile] => tokio::select! {
            ended = run(profile.as_ref()) => ended,
            _ = tokio::signal::ctrl_c() => Ok(()),
        },
        _ => Err(BotError::Usage),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(format_args!("{error}"));
            ExitCode::FAILURE
        }
    }
}

/// Answers until something is in the way that time does not mend.
///
/// # Errors
/// [`BotError::NotLabelled`], [`BotError::Client`].
pub async fn run(profile: &Path) -> Result<(), BotError> {
    let passphrase = std::env::var("KITH_PASSPHRASE").ok();
    let profile = Profile::open(profile, passphrase.as_deref(), Duration::from_secs(10))
        .map_err(ClientError::from)?;
    let mut client = Client::start(profile)?;
    let labelled = labelled(&client)?;
    for conversation in &labelled {
        answer_all(&mut client, *conversation)?;
    }
    loop {
        match client.step(Duration::from_secs(60)).await {
            Ok(events) => hear(&mut client, &events)?,
            Err(error) if is_passing(&error) => {
                say(format_args!("{error}; nothing is lost, it is tried again"));
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// The conversations in which it takes part under a name that says what it is.
fn labelled(client: &Client) -> Result<Vec<ConversationId>, BotError> {
    let personas = client.engine().personas().map_err(ClientError::from)?;
    let bots: BTreeSet<_> = personas
        .into_iter()
        .filter(|persona| persona.name.ends_with(LABEL))
        .map(|persona| persona.id)
        .collect();
    if bots.is_empty() {
        return Err(BotError::NotLabelled);
    }
    let conversations = client.engine().conversations().map_err(ClientError::from)?;
    let labelled = conversations
        .into_iter()
        .filter(|conversation| bots.contains(&conversation.persona));
    Ok(labelled.map(|conversation| conversation.id).collect())
}

fn hear(client: &mut Client, events: &[Event]) -> Result<(), BotError> {
    for event in events {
        match event {
            Event::Received(conversation, _) if labelled(client)?.contains(conversation) => {
                answer_all(client, *conversation)?;
            }
            Event::Unreachable(home) => say(format_args!(
                "the home at {} does not answer; what is said is kept, and it is tried again",
                home.host()
            )),
            Event::Halted(_, why) => say(format_args!("a conversation cannot go on: {why}")),
            _ => {}
        }
    }
    Ok(())
}

/// Answers everything that has no answer.
fn answer_all(client: &mut Client, conversation: ConversationId) -> Result<(), BotError> {
    let items = client.engine().items(conversation, 0, LOOKED_BACK);
    let items = items.map_err(ClientError::from)?;
    let answered: BTreeSet<ItemId> = items
        .iter()
        .filter(|item| item.mine)
        .filter_map(|item| item.reply_to)
        .collect();
    let wants_answer = |item: &&ItemView| {
        !item.mine
            && !item.retracted
            && item.kind == ItemKind::Message
            && item.reply_to.is_none()
            && !answered.contains(&item.id)
    };
    for item in items.iter().filter(wants_answer) {
        let draft = Draft {
            reply_to: Some(item.id),
            ..Draft::text(&item.text)
        };
        match client.act(|engine, now| engine.send_all(now, conversation, &[draft])) {
            Ok(_) => {}
            // What cannot be said there, or not to somebody who is blocked, will not be said by trying again.
            Err(ClientError::Core(error))
                if matches!(error.kind(), Kind::Invalid | Kind::Refused) =>
            {
                say(format_args!("no answer to {}: {error}", item.id));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Whether it may be gone by itself: a full disk, say.
fn is_passing(error: &ClientError) -> bool {
    matches!(error, ClientError::Core(error) if error.kind() == Kind::Retry)
}

fn say(what: std::fmt::Arguments<'_>) {
    // There is nobody left to tell if this fails.
    let _ = writeln!(std::io::stderr(), "echo_bot: {what}");
}
