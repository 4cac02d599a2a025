//! Waiting for a home: until something came about, or the home does not answer.

use client::Session;
use client::client_core::Event;
use client::protocol::home_url::HomeUrl;
use std::time::{Duration, Instant};

use super::error::CommandError;

/// How long a command waits for homes that answer slowly.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long it waits while bytes are on their way and none arrives: a transfer notices its own silence before that.
pub(super) const PATIENCE_WITH_BYTES: Duration = Duration::from_secs(150);

/// What waiting led to.
pub(super) enum Waited<T> {
    /// What was waited for.
    Done(T),
    /// It did not come about now, and what was asked is kept: the home does not answer, is not to be
    /// believed, or the store failed on the way.
    Kept(CommandError),
}

/// Waits until `done` says so, for one of `homes`, or for any home if none is named.
///
/// # Errors
/// What `done` says.
pub(super) async fn until<T>(
    client: &Session,
    homes: &[HomeUrl],
    mut done: impl FnMut(&Session, &[Event]) -> Result<Option<T>, CommandError>,
) -> Result<Waited<T>, CommandError> {
    let mut moved = Instant::now();
    let concerns = |url: &HomeUrl| homes.is_empty() || homes.contains(url);
    let mut events = Vec::new();
    loop {
        if let Some(value) = done(client, &events)? {
            return Ok(Waited::Done(value));
        }
        for event in &events {
            match event {
                Event::Unreachable(url) if concerns(url) => {
                    return Ok(kept(unreachable(url)));
                }
                Event::Distrusted(url, why) if concerns(url) => {
                    return Ok(kept(format!(
                        "The home at {} is not to be believed: {why}. What you asked is kept and \
                         goes out when it is itself again.",
                        url.host()
                    )));
                }
                Event::Carried { .. } => moved = Instant::now(),
                _ => {}
            }
        }
        let patience = if client.engine().is_transferring() {
            PATIENCE_WITH_BYTES
        } else {
            PATIENCE
        };
        let left = patience.saturating_sub(moved.elapsed());
        if left.is_zero() {
            let whose = match homes {
                [only] => format!("The home at {}", only.host()),
                _ => "A home".to_owned(),
            };
            return Ok(kept(format!(
                "{whose} did not answer in time. What you asked is kept and goes out with the \
                 next command that reaches it: kith sync."
            )));
        }
        events = match client.step(left).await {
            Ok(events) => events,
            Err(error) => return Ok(Waited::Kept(CommandError::after_keeping(error))),
        };
    }
}

const fn kept<T>(sentence: String) -> Waited<T> {
    Waited::Kept(CommandError::Unreachable(sentence))
}

/// The sentence for a home that does not answer.
pub(super) fn unreachable(home: &HomeUrl) -> String {
    format!(
        "The home at {} does not answer. What you asked is kept and goes out with the next \
         command that reaches it: kith sync.",
        home.host()
    )
}
