//! Waiting for a home: until something came about, or the home does not answer.

use client::Session;
use client::client_core::Event;
use client::protocol::home_url::HomeUrl;
use std::time::{Duration, Instant};

use super::desk::Desk;
use super::error::CommandError;
use super::unanswered;
use crate::signals;

/// How long a command waits for homes that answer slowly.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long it waits while bytes are on their way and none arrives: a transfer notices its own silence before that.
pub(super) const PATIENCE_WITH_BYTES: Duration = Duration::from_secs(150);
/// How long it looks once more before it gives up.
const LAST_LOOK: Duration = Duration::from_millis(100);

/// What waiting led to.
pub(super) enum Waited<T> {
    /// What was waited for.
    Done(T),
    /// It did not come about now, and what was asked is kept: the home does not answer, is not to be
    /// believed, or the store failed on the way.
    Kept(CommandError),
}

/// How long is waited before it is given up.
struct Patience {
    /// Where nothing is on its way but words.
    quiet: Duration,
    /// Where bytes are on their way, and since the last ones.
    with_bytes: Duration,
}

/// What is waited for at a desk.
pub(super) struct Waiting<'a> {
    client: &'a Session,
    desk: &'a Desk,
    /// Any home, if none is named.
    homes: &'a [HomeUrl],
    goes_on_elsewhere: bool,
    patience: Patience,
}

impl<'a> Waiting<'a> {
    /// Waiting for one of `homes`, or for any home if none is named.
    pub(super) const fn new(client: &'a Session, desk: &'a Desk, homes: &'a [HomeUrl]) -> Self {
        Self {
            client,
            desk,
            homes,
            goes_on_elsewhere: false,
            patience: Patience {
                quiet: PATIENCE,
                with_bytes: PATIENCE_WITH_BYTES,
            },
        }
    }

    /// The same for what can be waited for elsewhere, if this process ends while bytes are on their way, or has to hurry.
    pub(super) const fn here_or_elsewhere(self) -> Self {
        Self {
            goes_on_elsewhere: true,
            ..self
        }
    }

    /// How long is waited since something moved. Whoever wants to end does not wait for bytes, which may take hours.
    fn patience(&self) -> Duration {
        if self.client.engine().is_transferring() && !self.desk.is_ending() {
            self.patience.with_bytes
        } else {
            self.patience.quiet
        }
    }

    /// Waits until `done` says so.
    ///
    /// # Errors
    /// What `done` says; [`CommandError::GoesOn`] where it is to be waited for elsewhere.
    pub(super) async fn until<T>(
        &self,
        mut done: impl FnMut(&Session, &[Event]) -> Result<Option<T>, CommandError>,
    ) -> Result<Waited<T>, CommandError> {
        let mut moved = Instant::now();
        let mut events = Vec::new();
        let mut is_last_look = false;
        loop {
            if let Some(value) = done(self.client, &events)? {
                return Ok(Waited::Done(value));
            }
            if let Some(why) = in_vain(self.client, self.homes, &events) {
                return Ok(Waited::Kept(why));
            }
            let is_ending = self.desk.is_ending();
            let would_last = self.client.engine().is_transferring() || signals::is_asked();
            if is_ending && self.goes_on_elsewhere && would_last {
                return Err(CommandError::GoesOn);
            }
            let has_bytes = |event: &Event| matches!(event, Event::Carried { .. });
            if events.iter().any(has_bytes) && !is_ending {
                moved = Instant::now();
            }
            let left = self.patience().saturating_sub(moved.elapsed());
            if left.is_zero() && is_last_look {
                return Ok(kept(late(self.client, self.homes)));
            }
            // Whoever was held up for so long has not seen yet what came meanwhile.
            is_last_look = left.is_zero();
            events = match self.client.step(left.max(LAST_LOOK)).await {
                Ok(events) => events,
                Err(error) => return Ok(Waited::Kept(CommandError::after_keeping(error))),
            };
        }
    }
}

/// Why it is no use to wait for one of these homes, or for any, if something says so.
fn in_vain(client: &Session, homes: &[HomeUrl], events: &[Event]) -> Option<CommandError> {
    let concerns = |url: &HomeUrl| homes.is_empty() || homes.contains(url);
    let why = events.iter().find_map(|event| match event {
        Event::Unreachable(url) if concerns(url) => Some(unreachable(client, url)),
        Event::Distrusted(url, why) if concerns(url) => Some(format!(
            "The home at {} is not to be believed: {why}. What you asked is kept and goes out when \
             it is itself again.",
            url.host()
        )),
        _ => None,
    });
    why.map(CommandError::Unreachable)
}

/// The sentence for homes that were waited for long enough.
fn late(client: &Session, homes: &[HomeUrl]) -> String {
    if let [only] = homes
        && let Some(waits) = unanswered::waits_for(client, only)
    {
        return unanswered::sentence(&waits);
    }
    let whose = match homes {
        [only] => format!("The home at {}", only.host()),
        _ => "A home".to_owned(),
    };
    format!(
        "{whose} did not answer in time. What you asked is kept and goes out with the next command \
         that reaches it: kith sync."
    )
}

const fn kept<T>(sentence: String) -> Waited<T> {
    Waited::Kept(CommandError::Unreachable(sentence))
}

/// The sentence for a home that does not answer.
pub(super) fn unreachable(client: &Session, home: &HomeUrl) -> String {
    if let Some(waits) = unanswered::waits_for(client, home) {
        return unanswered::sentence(&waits);
    }
    format!(
        "The home at {} does not answer. What you asked is kept and goes out with the next \
         command that reaches it: kith sync.",
        home.host()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use client::{Client, Profile};
    use std::cell::Cell;
    use std::rc::Rc;
    use tokio::task::{LocalSet, spawn_local};

    const SHORT: Patience = Patience {
        quiet: Duration::from_millis(20),
        with_bytes: Duration::from_millis(20),
    };

    /// Waits for something that comes while this thread is held up for longer than its patience, if it comes.
    async fn held_up(comes: bool) -> bool {
        let folder = tempfile::tempdir().unwrap();
        let profile = Profile::init(folder.path(), None).unwrap();
        let (shared, driver) = Client::offline(profile).unwrap().share();
        let driver = spawn_local(driver.run());
        let is_there = Rc::new(Cell::new(false));
        let (client, there) = (shared.session(), Rc::clone(&is_there));
        let mut is_first = true;
        let desk = Desk::default();
        let waiting = Waiting {
            patience: SHORT,
            ..Waiting::new(&client, &desk, &[])
        };
        let waited = waiting.until(|_, _| {
            if std::mem::take(&mut is_first) {
                let (shared, there) = (shared.clone(), Rc::clone(&there));
                spawn_local(async move {
                    there.set(comes);
                    shared.wake_all();
                });
                std::thread::sleep(2 * SHORT.quiet);
            }
            Ok(is_there.get().then_some(()))
        });
        let is_done = matches!(waited.await, Ok(Waited::Done(())));
        driver.abort();
        is_done
    }

    #[tokio::test]
    async fn what_came_while_it_was_held_up_is_seen_before_it_gives_up() {
        let tried = async { [held_up(true).await, held_up(false).await] };
        assert_eq!(LocalSet::new().run_until(tried).await, [true, false]);
    }
}
