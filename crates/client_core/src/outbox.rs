//! Sending: encrypt at sending time, first in first out, at most 32 under way for a log.
//!
//! An item is encrypted under the head at which it is appended; the body is kept until the answer
//! or the entry itself is read back, so that a retry is the same bytes and the home knows it again.
//! When the head has moved, all entries of the old head were read first: what is still in the outbox
//! was not among them, and is encrypted again. Every item carries its message id, so even a mistake
//! here shows once.

use client_store::log::{LogRow, LogState};
use client_store::outbox::{OutboxRow, SealedRow};
use mls::wrap::{WrapKind, seal_body};
use protocol::frame::Request;
use protocol::hash;
use protocol::id::{HeadId, LogId};
use protocol::proof::Right;
use protocol::refusal::{HomeError, Refusal};
use protocol::request::Append;
use protocol::response::Appended;

use crate::effect::Event;
use crate::engine::{Engine, Work};
use crate::error::CoreError;
#[cfg(feature = "planted-bugs")]
use crate::planted::{Bug, is_planted};
use crate::receive::{CONTRADICT, Seen};
use crate::session::{Asked, ConnectionKey};
use crate::uploads::Blobs;

/// Appends to one log that may be unanswered at a time.
const WINDOW: u64 = 32;

impl Engine {
    /// Writes what waits: our commit first, else items.
    pub(crate) fn write_to_log(
        &mut self,
        key: &ConnectionKey,
        log: &LogRow,
    ) -> Result<(), CoreError> {
        let waiting = self.waiting_for(log)?;
        if self.commit_if_due(key, log, !waiting.is_empty())? || waiting.is_empty() {
            return Ok(());
        }
        if !self.prove(key, log, Right::Write)? {
            return Ok(());
        }
        let device = self.device_of(log.persona)?;
        let mut is_held_up = false;
        for row in waiting {
            if is_held_up && !self.may_pass(&row)? {
                continue;
            }
            let under_way = self
                .sessions
                .get(key)
                .map_or(0, |s| s.appends_in_flight(&log.log));
            let asked = Asked::Append(log.log, log.head, row.number);
            if under_way as u64 >= WINDOW {
                break;
            }
            if !self.may_ask(key, &asked) {
                // What is under way goes before; what must wait holds up what comes after it.
                if self.is_in_flight(key, &asked) {
                    continue;
                } else {
                    break;
                }
            }
            match self.blobs_of(key, log, &row)? {
                Blobs::Whole => {}
                Blobs::Refused => continue,
                Blobs::Awaited => {
                    is_held_up = true;
                    continue;
                }
            }
            let body = match row.sealed {
                Some(sealed) if sealed.head == log.head => sealed.body,
                _ => self.seal(log, &device, &row)?,
            };
            let append = Append {
                log: log.log,
                head: log.head,
                body,
            };
            self.ask(key, asked, &Request::Append(append));
        }
        Ok(())
    }

    /// Whether something may leave before an item whose files are still on their way: what is done to an item that is
    /// stored. Nobody is to wait for an upload until they can take something back.
    fn may_pass(&self, row: &OutboxRow) -> Result<bool, CoreError> {
        let item = self.store.item(row.item)?;
        let Some((conversation, (_, target))) =
            item.and_then(|item| Some((item.conversation, item.act?)))
        else {
            return Ok(false);
        };
        let of = self.store.item_of_message(conversation, &target)?;
        Ok(of.is_some_and(|of| of.stored))
    }

    fn is_in_flight(&self, key: &ConnectionKey, asked: &Asked) -> bool {
        self.sessions
            .get(key)
            .is_some_and(|session| session.is_in_flight(asked))
    }

    /// What goes to this log. Of several logs of one conversation (both accepted each other's link),
    /// the open one with the lowest id is written to: both sides choose the same. What was encrypted
    /// for another one before that was known may be stored there, and is tried again there alone for
    /// as long as that one is open.
    fn waiting_for(&self, log: &LogRow) -> Result<Vec<OutboxRow>, CoreError> {
        let waiting = self.store.outbox_of(log.conversation, WINDOW)?;
        if waiting.is_empty() {
            return Ok(waiting);
        }
        let mut open = self.store.logs_of(log.conversation)?;
        open.retain(|other| other.state == LogState::Open);
        let is_written_to = open.first().is_some_and(|first| first.log == log.log);
        let mut of_this = Vec::with_capacity(waiting.len());
        for row in waiting {
            // Its blobs are at the home of the log for which they were put.
            let bound = match &row.sealed {
                Some(sealed) => Some(sealed.log),
                None => self.store.upload_log_of(row.item)?,
            };
            let goes_here = match bound {
                Some(bound) if open.iter().any(|other| other.log == bound) => bound == log.log,
                _ => is_written_to,
            };
            if goes_here {
                of_this.push(row);
            }
        }
        Ok(of_this)
    }

    /// Encrypts an item under the log's head.
    fn seal(
        &mut self,
        log: &LogRow,
        device: &mls::device::Device,
        row: &OutboxRow,
    ) -> Result<Vec<u8>, CoreError> {
        let item = self
            .store
            .item(row.item)?
            .ok_or(CoreError::Unknown("item"))?;
        let mut group = self.take_group(log)?;
        let seen = Seen {
            head: log.head,
            seq: log.next_seq - 1,
            chain: log.chain,
        };
        let body = self.with_mls(|provider| {
            let message = group.encrypt(provider, device, seen.to_bytes(), &item.content)?;
            let keys = group.keys(provider)?;
            let kind = WrapKind::Message;
            seal_body(
                keys.wrap(),
                &self.entropy,
                &log.log,
                &log.head,
                kind,
                &message,
            )
        })?;
        self.keep_group(log, group);
        let sealed = SealedRow {
            log: log.log,
            head: log.head,
            body_hash: hash::body_hash(&body),
            body: body.clone(),
        };
        self.store.set_outbox_sealed(row.number, &sealed)?;
        Ok(body)
    }

    /// The home has it, durably.
    pub(crate) fn appended(
        &mut self,
        log: &LogId,
        head: &HeadId,
        number: i64,
        appended: &Appended,
    ) -> Result<(), CoreError> {
        self.work.insert(Work::Log(*log));
        let (Some(row), Some(log)) = (self.store.outbox(number)?, self.store.log(log)?) else {
            // It was read back before the answer came.
            return Ok(());
        };
        if *head == log.head {
            // Nothing is believed that cannot be read back.
            if log.state != LogState::Open {
                return Ok(());
            }
            if self.is_place_taken(&log, appended.seq, number)? {
                return self.halt(&log, CONTRADICT);
            }
            let seq = log.base + appended.seq;
            self.store.set_outbox_answered(number, seq)?;
            self.stored(&row, seq, &log.log)?;
        }
        Ok(())
    }

    /// Whether something else was read, or answered for, at a place that an answer names.
    fn is_place_taken(&self, log: &LogRow, seq: u64, number: i64) -> Result<bool, CoreError> {
        #[cfg(feature = "planted-bugs")]
        if is_planted(Bug::HistoriesNotCompared) {
            return Ok(false);
        }
        let claimed = self.store.outbox_answered_at(&log.log, log.base + seq)?;
        Ok(seq < log.next_seq || claimed.is_some_and(|other| other.number != number))
    }

    /// Whether the home does not show something that it answered for, where nothing more can come: at
    /// the end of a page, or above a child.
    pub(crate) fn is_something_lost(&self, log: &LogRow) -> Result<bool, CoreError> {
        #[cfg(feature = "planted-bugs")]
        if is_planted(Bug::HistoriesNotCompared) {
            return Ok(false);
        }
        Ok(self.store.is_answered_unread(&log.log, &log.head)?)
    }

    /// An own item is known to be stored: by the answer, or because it was read back.
    pub(crate) fn stored(
        &mut self,
        row: &OutboxRow,
        seq: u64,
        log: &LogId,
    ) -> Result<(), CoreError> {
        if self.store.set_item_stored(row.item, log, seq)? {
            self.event(Event::Stored(row.item));
            if let Some(item) = self.store.act(row.item)? {
                // Its place may be before what was done meanwhile; and what was kept back does what it was to do after all.
                self.item_came(&item)?;
            }
            if let Some(of) = self.store.retracted_by(row.item)? {
                self.erase_blobs(of)?;
            }
        }
        Ok(())
    }

    /// The home did not take it.
    pub(crate) fn append_refused(
        &mut self,
        key: &ConnectionKey,
        (log, head): (&LogId, &HeadId),
        number: i64,
        error: &HomeError,
    ) -> Result<(), CoreError> {
        let Some(row) = self.store.log(log)? else {
            return Ok(());
        };
        if *head != row.head {
            // It is late: the log has moved on, and the item goes out under the head that it reached.
            self.work.insert(Work::Log(*log));
            return Ok(());
        }
        let asked = Asked::Append(*log, *head, number);
        match error {
            HomeError::Superseded { .. } => {
                // The child is on its way, or is read now; nothing more fits under this head.
                if let Some(session) = self.sessions.get_mut(key) {
                    session.refuse(asked);
                }
                self.read_again(&row);
            }
            HomeError::Refused {
                why: Refusal::NotProven,
            } => {
                self.forget(key, &Asked::Prove(*log, row.head, Right::Write));
                self.work.insert(Work::Log(*log));
            }
            HomeError::Gone => self.halt(&row, "it was erased at its home")?,
            // A home that does not understand us may be mended, or we; nothing is lost meanwhile.
            HomeError::Invalid { .. } => self.retry_late(key, asked),
            _ => self.retry_soon(key, asked),
        }
        Ok(())
    }
}
