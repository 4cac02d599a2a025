//! `kith sync`

use client::Session;
use client::client_core::{ContactId, ConversationView, Event};
use client::protocol::home_url::HomeUrl;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::arguments::{ProfileArguments, Sync};
use super::desk::Desk;
use super::error::CommandError;
use super::profile;
use super::progress::Progress;
use super::unanswered;
use super::waiting::{PATIENCE_WITH_BYTES, unreachable};
use crate::counted::counted;
use crate::output::Output;

/// How long homes are tried at least, whatever wait was asked for.
const SHORTEST_TRY: Duration = Duration::from_secs(1);

/// Exchanges everything that waits.
pub(super) async fn run(
    sync: &Sync,
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    let client = profile::start_lasting(sync.lock_after, arguments)?;
    let mut news = News::default();
    let reached = exchange(
        &client,
        Duration::from_secs(sync.wait),
        &mut news,
        &arguments.desk,
        output,
    )
    .await?;
    let (sent, received) = (news.sent.len(), news.received.len());
    let pending = client.engine().waiting()?.total();
    let conversations = client.engine().conversations()?;
    let waits = |one: &&ConversationView| one.rejoining && !one.blocked;
    let rejoining = conversations.iter().filter(waits).count();
    output.result(
        &json!({
            "sent": sent,
            "received": received,
            "pending": pending,
            "rejoining": rejoining,
        }),
        format_args!("{sent} sent, {received} received, {pending} waiting"),
    )?;
    if rejoining > 0 {
        output.note(format_args!(
            "{} until the others have let this new device in. What you write there is kept until then.",
            counted(rejoining as u64, "conversation waits", "conversations wait")
        ));
    }
    let mut distrusted = news.distrusted;
    // What the command ends with is not said twice.
    let last = match (&news.refused, reached) {
        (None, false) => distrusted.pop_last(),
        _ => None,
    };
    for (home, why) in &distrusted {
        output.note(not_believed(home, why));
    }
    if let Some(error) = news.refused {
        return Err(error);
    }
    if let Some((home, why)) = last {
        return Err(CommandError::Unreachable(not_believed(&home, why)));
    }
    // What was never there is not going to come back by itself, so that is said first.
    let mut homes = client.engine().unreached();
    homes.sort_by_key(|home| unanswered::waits_for(&client, home).is_none());
    match (reached, homes.first()) {
        (true, _) => Ok(()),
        (false, Some(home)) => Err(CommandError::Unreachable(unreachable(&client, home))),
        (false, None) => Err(CommandError::Unreachable(
            "A home answers, but not everything was exchanged. What waits is kept; try again: \
             kith sync."
                .into(),
        )),
    }
}

#[derive(Default)]
struct News {
    /// Homes that were not believed, and why.
    distrusted: BTreeMap<HomeUrl, &'static str>,
    /// The last invitation that did not hold.
    refused: Option<CommandError>,
    sent: BTreeSet<client::client_core::ItemId>,
    received: BTreeSet<client::client_core::ItemId>,
}

impl News {
    /// Takes note of events; whether any was news.
    fn note(&mut self, client: &Session, events: &[Event], output: Output<'_>) -> bool {
        let mut any = false;
        for event in events {
            if let Event::CameBack(_, contact) = event {
                output.note(back_again(client, *contact));
            }
            any |= match event {
                Event::Stored(item) => self.sent.insert(*item),
                Event::Received(_, item) => self.received.insert(*item),
                Event::Joined(..)
                | Event::Accepted(_)
                | Event::Added(_)
                | Event::CameBack(..)
                | Event::Carried { .. } => true,
                Event::NotSent(item, why) => {
                    output.note(format_args!(
                        "{item} was not sent: {why}. It stays here until you take it back: kith \
                         retract {item}."
                    ));
                    true
                }
                Event::Waits(item, why) => {
                    output.note(format_args!("{item} has to wait: {why}."));
                    false
                }
                Event::PassedOver(what) | Event::InboxRefused(_, what) => {
                    output.note(what);
                    true
                }
                Event::Halted(_, why) => {
                    output.note(format_args!("A conversation cannot go on: {why}."));
                    true
                }
                Event::AcceptanceFailed(_, why, is_refusal, advice) => {
                    let before = self
                        .refused
                        .replace(CommandError::no(why, *is_refusal, *advice));
                    if let Some(before) = before {
                        output.note(before);
                    }
                    true
                }
                Event::Distrusted(home, why) => {
                    self.distrusted.insert(home.clone(), why);
                    false
                }
                _ => false,
            };
        }
        any
    }
}

/// What is said of a home that was not believed.
fn not_believed(home: &HomeUrl, why: &str) -> String {
    format!(
        "The home at {} is not to be believed: {why}. What waits is kept and goes out when it is itself again.",
        home.host()
    )
}

/// What people are told of a contact who is back.
fn back_again(client: &Session, contact: ContactId) -> String {
    let contacts = client.engine().contacts().unwrap_or_default().into_iter();
    let name = contacts
        .filter(|one| one.id == contact)
        .map(|one| one.name)
        .next()
        .unwrap_or_default();
    format!(
        "{} is back on a new device, and what they had before reads nothing more. The safety number is of \
         names and not of devices, so it is the same. If this surprises you, ask them by another way.",
        legible::name(&name)
    )
}

/// Runs until nothing waits and nothing came for `wait`; whether all homes were reached.
async fn exchange(
    client: &Session,
    wait: Duration,
    news: &mut News,
    desk: &Desk,
    output: Output<'_>,
) -> Result<bool, CommandError> {
    let mut last_news = Instant::now();
    let mut progress = Progress::new("sending", output);
    let mut last_settled = Instant::now();
    loop {
        if desk.is_ending() {
            // What is told once is not left to whoever goes on.
            return Err(news.refused.take().unwrap_or(CommandError::GoesOn));
        }
        let settled = client.engine().is_settled();
        let patience = if client.engine().is_transferring() {
            PATIENCE_WITH_BYTES
        } else {
            wait.max(SHORTEST_TRY)
        };
        if settled && !client.engine().is_waiting()? {
            last_settled = Instant::now();
            if last_news.elapsed() >= wait {
                return Ok(true);
            }
        } else if last_settled.elapsed() >= patience && last_news.elapsed() >= patience {
            return Ok(false);
        }
        let left = wait.max(SHORTEST_TRY).saturating_sub(last_news.elapsed());
        let events = client
            .step(left.clamp(Duration::from_millis(20), Duration::from_millis(500)))
            .await
            .map_err(CommandError::after_keeping)?;
        progress.note_all(&events);
        if news.note(client, &events, output) {
            last_news = Instant::now();
        }
    }
}
