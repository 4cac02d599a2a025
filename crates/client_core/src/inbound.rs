//! What comes from homes: frames are read, answers matched with what was asked.
//!
//! A home may answer out of order, twice, or with nonsense: an answer to nothing is ignored, one
//! that does not fit its question or does not read ends the connection.

use client_store::log::{LogRow, LogState};
use protocol::frame::{Request, Response};
use protocol::id::{HeadId, LogId};
use protocol::refusal::{HomeError, Refusal};
use protocol::response::{PushChild, PushEntry, PushItem, PushRepair};

use crate::effect::{ConnectionId, Effect, Event, Input, Lane};
use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::receive::CONTRADICT;
use crate::session::{Asked, ConnectionKey, Session};

/// How long to wait before asking again where the home does not say, in milliseconds.
const RETRY_MS: u64 = 5_000;
/// The longest wait that a home can impose, in milliseconds.
const RETRY_MAX_MS: u64 = 60_000;
/// No log has more entries at a head; a home that says so is not believed.
const LARGEST_SEQ: u64 = 1 << 48;
/// Why a home is not believed whose answer does not fit the question.
const FORGETS: &str = "it does not know a conversation that it is to keep";
const OTHER_ANSWER: &str = "it answers something else than it was asked";

impl Engine {
    /// Takes in one input.
    pub(crate) fn take(&mut self, input: Input) -> Result<(), CoreError> {
        match input {
            Input::Opened(connection) => self.opened(connection),
            Input::Closed(connection) => self.closed(connection),
            Input::Tick => {
                self.tick();
                self.take_turns()?;
            }
            Input::Received(connection, bytes) => self.received(connection, &bytes)?,
            Input::Carried(transfer, done_bytes) => self.carried(transfer, done_bytes),
            Input::Transferred(transfer, outcome) => self.transferred(transfer, outcome)?,
        }
        Ok(())
    }

    fn received(&mut self, connection: ConnectionId, bytes: &[u8]) -> Result<(), CoreError> {
        let Some(key) = self.connections.get(&connection).cloned() else {
            return Ok(());
        };
        let Ok((id, response)) = Response::from_frame(bytes) else {
            self.distrust(connection, "it answers with something that cannot be read");
            return Ok(());
        };
        match response {
            Response::Entry(push) => return self.pushed_entry(&key, push),
            Response::Child(push) => return self.pushed_child(&key, push),
            Response::Item(push) => return self.pushed_item(&key, push),
            Response::Repair(push) => return self.pushed_repair(&key, push),
            Response::Signal(push) => return self.pushed_signal(&key, &push),
            _ => {}
        }
        let Some(session) = self.sessions.get_mut(&key) else {
            return Ok(());
        };
        let Some(asked) = session.answered(id) else {
            return Ok(());
        };
        match response {
            Response::Error(error) => self.refused(connection, &key, asked, error),
            response => self.answered(connection, &key, asked, response),
        }
    }

    /// An answer that is a yes.
    fn answered(
        &mut self,
        connection: ConnectionId,
        key: &ConnectionKey,
        asked: Asked,
        response: Response,
    ) -> Result<(), CoreError> {
        if asked != Asked::Hello
            && let Some(session) = self.sessions.get_mut(key)
        {
            // A home that greets and does nothing else is waited for ever longer.
            session.failures = 0;
        }
        match (asked, response) {
            (Asked::Hello, Response::Greeting(greeting)) => self.greeted(connection, &greeting),
            (Asked::Subscribe(log, head), Response::Page(page)) => {
                self.received_page(key, &log, &head, page)
            }
            (Asked::Append(log, head, number), Response::Appended(appended))
                if appended.seq <= LARGEST_SEQ =>
            {
                self.appended(&log, &head, number, &appended)
            }
            (Asked::Commit(log, head), Response::Committed(_)) => self.committed(&log, &head),
            (Asked::Listen(inbox), Response::Items(items)) => {
                self.received_items(key, &inbox, items)
            }
            (Asked::Publish(inbox), Response::Published(published)) => {
                self.published(key, &inbox, &published)
            }
            (Asked::Fetch(use_id), Response::Fetched(fetched)) => self.fetched(&use_id, &fetched),
            (Asked::BlobPut(log, head, blob), Response::BlobTicket(ticket)) => {
                self.put_granted(key, Asked::BlobPut(log, head, blob), &blob, ticket)
            }
            (Asked::BlobGet(log, head, item, place), Response::BlobTicket(ticket)) => {
                let asked = Asked::BlobGet(log, head, item, place);
                self.get_granted(key, asked, (item, place), ticket)
            }
            (asked, Response::Done(_)) => self.done(connection, key, asked),
            _ => {
                self.distrust(connection, OTHER_ANSWER);
                Ok(())
            }
        }
    }

    /// Done, without more.
    fn done(
        &mut self,
        connection: ConnectionId,
        key: &ConnectionKey,
        asked: Asked,
    ) -> Result<(), CoreError> {
        match &asked {
            Asked::Acknowledge(..) => {}
            Asked::CreateInbox(inbox) => self.inbox_created(key, inbox)?,
            Asked::EraseInbox(inbox) => self.erased(inbox)?,
            Asked::Grant(capability) => self.granted(key, *capability)?,
            Asked::Revoke(capability) => self.revoked(*capability)?,
            Asked::Allow(use_id) => self.allowed(use_id)?,
            Asked::Open(use_id) => self.log_opened(use_id)?,
            Asked::Knock(use_id) => self.knocked(use_id)?,
            Asked::Repair(log, _) => self.repair_left(log)?,
            Asked::Signal(..) => {}
            Asked::BlobRenew(log, _, blob) => self.renewed(log, blob)?,
            Asked::Prove(log, ..) => {
                let log = *log;
                self.settle(key, asked);
                self.work.insert(Work::Log(log));
            }
            Asked::Own(_) => {
                self.settle(key, asked);
                self.work.insert(Work::Connection(key.clone()));
            }
            Asked::Hello
            | Asked::Subscribe(..)
            | Asked::Append(..)
            | Asked::Commit(..)
            | Asked::Publish(_)
            | Asked::Fetch(_)
            | Asked::BlobPut(..)
            | Asked::BlobGet(..)
            | Asked::BlobErase(_)
            | Asked::Listen(_) => self.distrust(connection, OTHER_ANSWER),
        }
        Ok(())
    }

    /// An answer that is a no.
    fn refused(
        &mut self,
        connection: ConnectionId,
        key: &ConnectionKey,
        asked: Asked,
        error: HomeError,
    ) -> Result<(), CoreError> {
        if let HomeError::Retry { after_ms } = error {
            if asked == Asked::Hello {
                // Nothing else can be asked here before; the next connection waits its time.
                self.effect(Effect::Close(connection));
                self.closed(connection);
                return Ok(());
            }
            if !matches!(asked, Asked::Signal(..)) {
                self.retry(key, asked, after_ms.min(RETRY_MAX_MS));
            }
            return Ok(());
        }
        let not_proven = error == Refusal::NotProven.into();
        match asked {
            asked if not_proven && key.lane == Lane::Inboxes => self.own_again(key, asked),
            Asked::Hello => {
                self.distrust(connection, "it speaks another version");
                Ok(())
            }
            Asked::CreateInbox(inbox) => self.inbox_refused(key, &inbox, &error),
            Asked::Fetch(use_id) | Asked::Allow(use_id) | Asked::Open(use_id) => {
                self.first_contact_refused(key, &use_id, &error)
            }
            Asked::Knock(use_id) => self.first_contact_refused(key, &use_id, &error),
            Asked::Append(log, head, number) => {
                self.append_refused(key, (&log, &head), number, &error)
            }
            Asked::Commit(log, head) => self.commit_refused(key, (&log, &head), &error),
            Asked::Repair(log, head) => self.repair_refused(key, (log, head), &error),
            Asked::BlobPut(log, head, blob) => self.put_refused(key, (log, head, blob), &error),
            Asked::BlobGet(log, head, item, place) => {
                self.get_refused(key, (log, head, item, place), &error)
            }
            Asked::BlobRenew(log, head, blob) => {
                self.renewal_refused(key, (log, head, blob), &error)
            }
            // What is of the moment is not tried again.
            Asked::Signal(..) => Ok(()),
            asked @ (Asked::Subscribe(..) | Asked::Prove(..)) => {
                self.reading_refused(key, asked, &error)
            }
            Asked::Own(inbox) | Asked::EraseInbox(inbox) => {
                self.owning_refused(key, (asked, &inbox), &error)
            }
            asked => {
                self.retry(key, asked, RETRY_MAX_MS);
                Ok(())
            }
        }
    }

    /// Our inboxes have to be proven ours again, then this is asked once more.
    fn own_again(&mut self, key: &ConnectionKey, asked: Asked) -> Result<(), CoreError> {
        let mut inboxes = self.store.inboxes_of(key.persona)?;
        inboxes.extend(self.store.given_up_inboxes()?);
        for inbox in inboxes {
            self.forget(key, &Asked::Own(inbox.inbox));
        }
        self.retry_soon(key, asked);
        self.work.insert(Work::Connection(key.clone()));
        Ok(())
    }

    /// The right has to be proven again, or the head is not known to this home any more.
    fn reading_refused(
        &mut self,
        key: &ConnectionKey,
        asked: Asked,
        error: &HomeError,
    ) -> Result<(), CoreError> {
        let not_proven = *error
            == HomeError::Refused {
                why: Refusal::NotProven,
            };
        if let (Asked::Subscribe(log, head), true) = (&asked, not_proven) {
            let (log, head) = (*log, *head);
            self.forget(key, &Asked::Prove(log, head, protocol::proof::Right::Read));
            self.work.insert(Work::Log(log));
            return Ok(());
        }
        if let (HomeError::Gone, Asked::Prove(log, ..) | Asked::Subscribe(log, _)) = (error, &asked)
            && let Some(row) = self.store.log(log)?
        {
            return self.halt(&row, "it was erased at its home");
        }
        let is_full = *error == Refusal::Quota.into();
        if let (true, Asked::Subscribe(..), Some(connection)) = (
            is_full,
            &asked,
            self.sessions.get(key).and_then(Session::connection),
        ) {
            // It listens to all heads that were read on it; the next one begins with those of now.
            self.effect(Effect::Close(connection));
            self.closed(connection);
            return Ok(());
        }
        if *error == Refusal::Unknown.into() {
            // Our head is one that it showed, so it came back with less than it had. Whoever runs
            // it may yet find the rest: nothing stops for good.
            self.event(Event::Distrusted(key.home.clone(), FORGETS));
        }
        // Nothing else would ever ask on this connection, and what is refused today may not be
        // tomorrow.
        self.retry(key, asked, RETRY_MAX_MS);
        Ok(())
    }

    pub(crate) fn retry(&mut self, key: &ConnectionKey, asked: Asked, after_ms: u64) {
        let at_ms = self.now.monotonic_ms + after_ms.max(1);
        if let Some(session) = self.sessions.get_mut(key) {
            session.retry_at(asked, at_ms);
        }
    }

    /// Asks again after the usual wait.
    pub(crate) fn retry_soon(&mut self, key: &ConnectionKey, asked: Asked) {
        self.retry(key, asked, RETRY_MS);
    }

    /// Asks again after the longest wait.
    pub(crate) fn retry_late(&mut self, key: &ConnectionKey, asked: Asked) {
        self.retry(key, asked, RETRY_MAX_MS);
    }

    pub(crate) fn settle(&mut self, key: &ConnectionKey, asked: Asked) {
        if let Some(session) = self.sessions.get_mut(key) {
            session.settle(asked);
        }
    }

    pub(crate) fn forget(&mut self, key: &ConnectionKey, asked: &Asked) {
        if let Some(session) = self.sessions.get_mut(key) {
            session.forget(asked);
        }
    }

    /// Whether a connection is ready and something may be asked on it.
    pub(crate) fn may_ask(&self, key: &ConnectionKey, asked: &Asked) -> bool {
        self.sessions.get(key).is_some_and(|session| {
            session.ready().is_some() && session.may_ask(asked, self.now.monotonic_ms)
        })
    }

    /// Whether something was answered on this connection.
    pub(crate) fn is_done(&self, key: &ConnectionKey, asked: &Asked) -> bool {
        self.sessions
            .get(key)
            .is_some_and(|session| session.is_done(asked))
    }

    /// Sends a request, once the running transaction is durable.
    pub(crate) fn ask(&mut self, key: &ConnectionKey, asked: Asked, request: &Request) {
        let now_ms = self.now.monotonic_ms;
        let Some(session) = self.sessions.get_mut(key) else {
            return;
        };
        let Some((connection, ..)) = session.ready() else {
            return;
        };
        let frame = session.ask(asked, request, now_ms);
        self.effect(Effect::Send(connection, frame));
    }

    /// The log that a push is about, if it is read on this connection and at this head: a home has
    /// no say about the logs of another one.
    pub(crate) fn pushed_log(
        &self,
        key: &ConnectionKey,
        log: &LogId,
        head: &HeadId,
    ) -> Result<Option<LogRow>, CoreError> {
        let log = self.store.log(log)?.filter(|log| {
            matches!(log.state, LogState::Open | LogState::Removed)
                && log.head == *head
                && ConnectionKey::of_log(log) == *key
        });
        Ok(log)
    }

    fn pushed_entry(&mut self, key: &ConnectionKey, push: PushEntry) -> Result<(), CoreError> {
        let Some(mut log) = self.pushed_log(key, &push.log, &push.head)? else {
            return Ok(());
        };
        #[cfg(feature = "planted-bugs")]
        if let Some(before) = self.cursors.remove(&log.log) {
            log = before;
        }
        if push.entry.seq < log.next_seq {
            if self.is_as_it_was_read(&log, &push.entry)? {
                return Ok(());
            }
            return self.halt(&log, CONTRADICT);
        }
        if push.entry.seq > log.next_seq {
            self.read_again(&log);
            return Ok(());
        }
        self.receive_entry(&mut log, push.entry)
    }

    fn pushed_child(&mut self, key: &ConnectionKey, push: PushChild) -> Result<(), CoreError> {
        let Some(log) = self.pushed_log(key, &push.log, &push.head)? else {
            return Ok(());
        };
        // While entries are still to be read, the page that ends them brings the child as well.
        if self.is_done(key, &Asked::Subscribe(log.log, log.head)) {
            self.receive_children(log, vec![push.child])?;
        }
        Ok(())
    }

    fn pushed_repair(&mut self, key: &ConnectionKey, push: PushRepair) -> Result<(), CoreError> {
        let Some(log) = self.pushed_log(key, &push.log, &push.head)? else {
            return Ok(());
        };
        self.receive_repairs(&log, vec![push.repair])?;
        self.work.insert(Work::Log(log.log));
        Ok(())
    }

    fn pushed_item(&mut self, key: &ConnectionKey, push: PushItem) -> Result<(), CoreError> {
        if self.is_done(key, &Asked::Own(push.inbox)) {
            self.receive_items(key, &push.inbox, vec![push.item])?;
        }
        Ok(())
    }
}
