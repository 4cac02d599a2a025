//! Own files stay at their home for as long as what they were sent with is said: a home lets a blob go when its lease ends
//! (docs/protocol.md, blob-renew), so its author's device begins the lease anew in time, whenever it is connected.
//!
//! Not by whoever received it: what somebody sent is theirs to keep there or to take back.

use client_store::log::LogRow;
use protocol::frame::Request;
use protocol::id::{BlobId, HeadId, LogId};
use protocol::proof::Right;
use protocol::refusal::{HomeError, Refusal};
use protocol::request::BlobName;

use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::session::{Asked, ConnectionKey};

/// How long after a lease was begun it is begun anew, in seconds: half of its 90 days, so that whoever is away for six
/// weeks comes back in time.
const RENEW_AFTER_S: u64 = 45 * 86_400;
/// How far ahead of the clock a beginning may seem before it is taken for one by a clock that was wrong, in seconds.
const AHEAD_S: u64 = 86_400;
/// Leases of one log that are begun anew at a time.
const AT_ONCE: u64 = 8;

impl Engine {
    /// Asks for a new lease for each own blob in this log whose lease is half over.
    pub(crate) fn renew_leases(
        &mut self,
        key: &ConnectionKey,
        log: &LogRow,
    ) -> Result<(), CoreError> {
        let now_s = self.now.unix_s();
        let fresh = now_s.saturating_sub(RENEW_AFTER_S)..=now_s.saturating_add(AHEAD_S);
        let due = self.store.leases_due(&log.log, &fresh, AT_ONCE)?;
        if due.is_empty() || !self.prove(key, log, Right::Write)? {
            return Ok(());
        }
        for blob in due {
            let asked = Asked::BlobRenew(log.log, log.head, blob);
            if self.may_ask(key, &asked) {
                let renew = BlobName {
                    log: log.log,
                    head: log.head,
                    blob,
                };
                self.ask(key, asked, &Request::BlobRenew(renew));
            }
        }
        Ok(())
    }

    /// A lease began anew: the next ones are looked at.
    pub(crate) fn renewed(&mut self, log: &LogId, blob: &BlobId) -> Result<(), CoreError> {
        self.store.set_lease(blob, self.now.unix_s())?;
        self.work.insert(Work::Log(*log));
        Ok(())
    }

    /// The home gave no new lease.
    pub(crate) fn renewal_refused(
        &mut self,
        key: &ConnectionKey,
        (log, head, blob): (LogId, HeadId, BlobId),
        error: &HomeError,
    ) -> Result<(), CoreError> {
        match error {
            HomeError::Refused {
                why: Refusal::NotProven,
            } => {
                self.forget(key, &Asked::Prove(log, head, Right::Write));
                self.work.insert(Work::Log(log));
            }
            // It is not there any more. That is not asked for each time; the note of it stays, to have it erased by
            // should the home be wrong.
            HomeError::Gone
            | HomeError::Refused {
                why: Refusal::Unknown,
            } => self.renewed(&log, &blob)?,
            _ => self.retry_late(key, Asked::BlobRenew(log, head, blob)),
        }
        Ok(())
    }
}
