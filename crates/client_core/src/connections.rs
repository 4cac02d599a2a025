//! Which connections there should be, when to try again, and whom to believe.

use backon::{BackoffBuilder as _, ExponentialBuilder};
use client_store::invitee::InviteeStep;
use protocol::frame::Request;
use protocol::id::{HomeKey, Nonce};
use protocol::proof;
use protocol::request::Hello;
use protocol::response::Greeting;
use std::collections::BTreeSet;
use std::time::Duration;

use crate::adding::way_to;
use crate::circles::is_over;
use crate::contact_items;
use crate::effect::{ConnectionId, Effect, Event, Lane};
use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::session::{Asked, ConnectionKey, Phase, Session};

/// The first and the longest wait between two tries; in between it doubles, with jitter.
const BACKOFF_MIN: Duration = Duration::from_millis(250);
const BACKOFF_MAX: Duration = Duration::from_secs(60);
/// How long a home that is not believed is left alone, in milliseconds.
const DISTRUST_MS: u64 = 60_000;
/// How long connecting or an answer may take before the connection is given up, in milliseconds.
const PATIENCE_MS: u64 = 20_000;

impl Engine {
    /// The connections that the profile needs now.
    fn wanted(&self) -> Result<BTreeSet<ConnectionKey>, CoreError> {
        let mut wanted = BTreeSet::new();
        for inbox in self.store.inboxes()? {
            let (home, persona) = (inbox.home, inbox.persona);
            wanted.insert(ConnectionKey {
                home,
                persona,
                lane: Lane::Inboxes,
            });
        }
        for acceptance in self.store.acceptances()? {
            let (home, persona) = (acceptance.invitation.home, acceptance.persona);
            wanted.insert(ConnectionKey {
                home,
                persona,
                lane: Lane::Inboxes,
            });
        }
        for invitee in self.store.invitees()? {
            // Nothing is to be asked there until a commit adds them, which another may make.
            if invitee.step == InviteeStep::Add {
                continue;
            }
            let conversation = self.store.conversation(invitee.conversation)?;
            wanted.extend(conversation.map(|conversation| way_to(&conversation, &invitee)));
        }
        for row in self.store.contact_items()? {
            if let (false, Some(contact)) = (row.answered, self.store.contact(row.contact)?) {
                let way = contact.return_inbox.as_ref();
                wanted.extend(way.map(|way| contact_items::way_to(&contact, way)));
            }
        }
        for log in self.store.logs()? {
            if !is_over(&log.state) {
                let (home, persona) = (log.home, log.persona);
                wanted.insert(ConnectionKey {
                    home,
                    persona,
                    lane: Lane::Logs,
                });
            }
        }
        Ok(wanted)
    }

    /// Makes and drops sessions until they are those that are wanted, and connects those due.
    pub(crate) fn arrange_connections(&mut self) -> Result<(), CoreError> {
        if !self.online {
            return Ok(());
        }
        let needed = self.wanted()?;
        let mut wanted = needed.clone();
        wanted.extend(self.goodbyes()?);
        let now_ms = self.now.monotonic_ms;
        let unwanted: Vec<_> = self
            .sessions
            .keys()
            .filter(|key| !wanted.contains(*key))
            .cloned()
            .collect();
        for key in unwanted {
            if let Some(connection) = self.sessions.remove(&key).and_then(|s| s.connection()) {
                self.connections.remove(&connection);
                self.effect(Effect::Close(connection));
            }
        }
        for key in wanted {
            let session = self
                .sessions
                .entry(key.clone())
                .or_insert_with(|| Session::new(now_ms));
            session.by_the_way = !needed.contains(&key);
            if matches!(session.phase, Phase::Waiting { until_ms } if until_ms <= now_ms) {
                let connection = ConnectionId(self.next_connection);
                self.next_connection += 1;
                session.phase = Phase::Connecting {
                    connection,
                    since_ms: now_ms,
                };
                self.connections.insert(connection, key.clone());
                self.effect(Effect::Connect(connection, key.home));
            }
        }
        Ok(())
    }

    /// Whether every home that the profile needs is reached and has answered everything.
    pub fn is_settled(&self) -> bool {
        let mut needed = self.sessions.values().filter(|one| !one.by_the_way);
        needed.all(Session::is_settled)
    }

    /// The homes that are needed and not reached now.
    pub fn unreached(&self) -> Vec<protocol::home_url::HomeUrl> {
        let mut homes: Vec<_> = self
            .sessions
            .iter()
            .filter(|(_, session)| session.ready().is_none() && !session.by_the_way)
            .map(|(key, _)| key.home.clone())
            .collect();
        homes.dedup();
        homes
    }

    /// The next monotonic time at which [`crate::Input::Tick`] has something to do.
    pub fn next_wake_ms(&self) -> Option<u64> {
        let due = |session: &Session| {
            let phase = match session.phase {
                Phase::Waiting { until_ms } => Some(until_ms),
                Phase::Connecting { since_ms, .. } => Some(since_ms + PATIENCE_MS),
                _ => None,
            };
            let answer = session.oldest_request_ms().map(|at_ms| at_ms + PATIENCE_MS);
            [phase, answer, session.next_retry_ms()]
                .into_iter()
                .flatten()
                .min()
        };
        let turns = self.repairs_due.values().copied();
        let due = self.sessions.values().filter_map(due).chain(turns);
        due.chain(self.next_release_ms())
            .chain(self.next_forgetting_ms())
            .min()
            .map(|at_ms| at_ms.max(self.patient_until_ms))
    }

    /// Time passed: gives up what takes too long, tries again what waited.
    pub(crate) fn tick(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let stuck = |session: &Session| match session.phase {
            Phase::Connecting { since_ms, .. } => since_ms + PATIENCE_MS <= now_ms,
            _ => session
                .oldest_request_ms()
                .is_some_and(|at_ms| at_ms + PATIENCE_MS <= now_ms),
        };
        let given_up: Vec<_> = self
            .sessions
            .iter()
            .filter(|(_, session)| stuck(session))
            .filter_map(|(_, session)| session.connection())
            .collect();
        for connection in given_up {
            self.effect(Effect::Close(connection));
            self.closed(connection);
        }
        self.work.insert(Work::Connections);
        for (key, session) in &mut self.sessions {
            if session.take_due(now_ms) {
                self.work.insert(Work::Connection(key.clone()));
            }
        }
    }

    /// Tries all homes at once, whatever wait was running.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn hurry(&mut self, now: crate::Now) -> Result<(), CoreError> {
        self.transact(now, |engine| {
            for session in engine.sessions.values_mut() {
                if let Phase::Waiting { until_ms } = &mut session.phase {
                    *until_ms = now.monotonic_ms;
                }
            }
            engine.work.insert(Work::Connections);
            Ok(())
        })
    }

    /// The connection stands: ask who is there.
    pub(crate) fn opened(&mut self, connection: ConnectionId) {
        let now_ms = self.now.monotonic_ms;
        let nonce = Nonce::new(self.entropy.bytes());
        let Some(session) = self.session_of(connection) else {
            return;
        };
        session.phase = Phase::Greeting { connection, nonce };
        let frame = session.ask(Asked::Hello, &Request::Hello(Hello { nonce }), now_ms);
        self.effect(Effect::Send(connection, frame));
    }

    /// The connection ended: wait, longer each time.
    pub(crate) fn closed(&mut self, connection: ConnectionId) {
        let Some(key) = self.connections.remove(&connection) else {
            return;
        };
        let seed = u64::from_le_bytes(self.entropy.bytes());
        let now_ms = self.now.monotonic_ms;
        let Some(session) = self.sessions.get_mut(&key) else {
            return;
        };
        session.failures = session.failures.saturating_add(1);
        let tries = usize::try_from(session.failures.min(16)).unwrap_or(16);
        let wait = ExponentialBuilder::new()
            .with_min_delay(BACKOFF_MIN)
            .with_max_delay(BACKOFF_MAX)
            .without_max_times()
            .with_jitter()
            .with_jitter_seed(seed)
            .build()
            .nth(tries - 1)
            .unwrap_or(BACKOFF_MAX);
        session.reset(now_ms + u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
        if !session.by_the_way {
            self.event(Event::Unreachable(key.home));
        }
        self.work.insert(Work::Connections);
    }

    /// Leaves a home alone that is not to be believed.
    pub(crate) fn distrust(&mut self, connection: ConnectionId, why: &'static str) {
        let Some(key) = self.connections.remove(&connection) else {
            return;
        };
        let until_ms = self.now.monotonic_ms + DISTRUST_MS;
        let mut is_needed = true;
        if let Some(session) = self.sessions.get_mut(&key) {
            session.reset(until_ms);
            is_needed = !session.by_the_way;
        }
        self.effect(Effect::Close(connection));
        if is_needed {
            self.event(Event::Distrusted(key.home, why));
        }
    }

    /// After a failed transaction: everything in memory about connections is in doubt.
    pub(crate) fn drop_connections(&mut self) {
        let connections: Vec<_> = std::mem::take(&mut self.connections).into_keys().collect();
        let until_ms = self.now.monotonic_ms + 1000;
        for session in self.sessions.values_mut() {
            session.reset(until_ms);
        }
        self.release(connections.into_iter().map(Effect::Close));
        let transfers: Vec<_> = std::mem::take(&mut self.transfers).into_keys().collect();
        self.release(transfers.into_iter().map(Effect::Abandon));
    }

    pub(crate) fn session_of(&mut self, connection: ConnectionId) -> Option<&mut Session> {
        self.sessions.get_mut(self.connections.get(&connection)?)
    }

    /// The home shows its key: believe it, or leave.
    pub(crate) fn greeted(
        &mut self,
        connection: ConnectionId,
        greeting: &Greeting,
    ) -> Result<(), CoreError> {
        let Some(key) = self.connections.get(&connection).cloned() else {
            return Ok(());
        };
        let Some(session) = self.sessions.get_mut(&key) else {
            return Ok(());
        };
        let Phase::Greeting { nonce, .. } = session.phase else {
            return Ok(());
        };
        let message = proof::greeting_message(&nonce, &greeting.nonce);
        if proof::verify(greeting.home.as_bytes(), &message, &greeting.signature).is_err() {
            self.distrust(connection, "it does not hold the key that it shows");
            return Ok(());
        }
        if !self.is_known_key(&key, &greeting.home)? {
            self.distrust(connection, "it shows another key than before");
            return Ok(());
        }
        if let Some(session) = self.sessions.get_mut(&key) {
            session.phase = Phase::Ready {
                connection,
                home: greeting.home,
                nonce: greeting.nonce,
            };
        }
        self.work.insert(Work::Connection(key));
        Ok(())
    }

    /// Compares a home's key with the first one it showed; the first is remembered.
    fn is_known_key(&mut self, key: &ConnectionKey, shown: &HomeKey) -> Result<bool, CoreError> {
        match self.store.home_key(&key.home)? {
            Some(known) => Ok(known == *shown),
            None => {
                self.store.insert_home_key(&key.home, shown)?;
                Ok(true)
            }
        }
    }
}
