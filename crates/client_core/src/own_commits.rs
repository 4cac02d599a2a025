//! Our own commits: when one is due, how it is made, posted, and made anew if a rival wins.
//!
//! What is to be changed stands in the store as wishes (who is to be added, whose devices are to be
//! gone), and each commit is made from those that are still open: so a commit that loses is rebuilt
//! under the next head, and what a rival has done already is not done twice.

use client_store::log::{LogRow, LogState};
use client_store::pending_commit::PendingCommitRow;
use mls::wrap::{CommitPayload, WrapKind, seal_body};
use protocol::frame::Request;
use protocol::hash;
use protocol::id::{HeadId, LogId};
use protocol::proof::{self, Right};
use protocol::refusal::{HomeError, Refusal};
use protocol::request::Commit;

use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::members::Changes;
use crate::session::{Asked, ConnectionKey};

/// How often a device that writes renews its leaf, in seconds: a week.
const LEAF_UPDATE_S: u64 = 7 * 86_400;

impl Engine {
    /// Posts our commit, or makes one: for changes that are due, once a week with a deliberate send,
    /// and where all children of the head are invalid, so that the log can go on. Whether one is
    /// under way.
    pub(crate) fn commit_if_due(
        &mut self,
        key: &ConnectionKey,
        log: &LogRow,
        sending: bool,
    ) -> Result<bool, CoreError> {
        let pending = match self.store.pending_commit(&log.log)? {
            Some(pending) => pending,
            None => {
                let changes = self.due_changes(log, sending)?;
                if changes.is_empty() && !(sending && self.is_commit_due(log)?) {
                    return Ok(false);
                }
                self.make_commit(log, &changes)?
            }
        };
        let asked = Asked::Commit(log.log, log.head);
        if pending.answered || !self.may_ask(key, &asked) || !self.prove(key, log, Right::Write)? {
            return Ok(true);
        }
        let commit = Commit {
            log: log.log,
            parent: pending.parent,
            body: pending.body,
            write_key: pending.write_key,
            read_key: pending.read_key,
            possession: pending.possession,
            rejected: self.store.rejected_children(&log.log, &log.head)?,
        };
        self.ask(key, asked, &Request::Commit(commit));
        Ok(true)
    }

    fn is_commit_due(&self, log: &LogRow) -> Result<bool, CoreError> {
        // A clock that was wrong by years, then or now, makes one commit too many.
        let old = self.now.unix_s().abs_diff(log.leaf_update_s) >= LEAF_UPDATE_S;
        Ok(old
            || !self
                .store
                .rejected_children(&log.log, &log.head)?
                .is_empty())
    }

    /// Makes a commit of these changes, which renews this device's keys too, and keeps it before it is
    /// posted.
    fn make_commit(
        &mut self,
        log: &LogRow,
        changes: &Changes,
    ) -> Result<PendingCommitRow, CoreError> {
        let device = self.device_of(log.persona)?;
        let mut group = self.take_group(log)?;
        let (own, body) = self.with_mls(|provider| {
            if group.has_pending_commit() {
                group.clear_own_commit(provider)?;
            }
            let wrap = group.keys(provider)?;
            let own = group.commit_changes(provider, &device, &changes.added, &changes.removed)?;
            let (write, read) = (own.next.write_key(), own.next.read_key());
            let message = own.message.clone();
            let payload = CommitPayload::new(&device, message, &log.log, &log.head, &write, &read);
            let kind = WrapKind::Commit;
            let bytes = payload.to_bytes();
            let body = seal_body(
                wrap.wrap(),
                &self.entropy,
                &log.log,
                &log.head,
                kind,
                &bytes,
            )?;
            Ok((own, body))
        })?;
        self.keep_group(log, group);
        let (write_key, read_key) = (own.next.write_key(), own.next.read_key());
        let message = proof::possession_message(
            &log.home_key,
            &log.log,
            &log.head,
            &hash::body_hash(&body),
            &write_key,
            &read_key,
        );
        let row = PendingCommitRow {
            log: log.log,
            parent: log.head,
            body,
            write_key,
            read_key,
            possession: proof::sign(&own.next.write_secret(), &message),
            answered: false,
            welcome: own.welcome,
        };
        for use_id in &changes.invitees {
            self.store.set_invitee_committing(use_id, Some(&log.log))?;
        }
        self.store.insert_pending_commit(&row)?;
        Ok(row)
    }

    /// The home has our commit; it is merged when it is read back as canonical.
    pub(crate) fn committed(&mut self, log: &LogId, parent: &HeadId) -> Result<(), CoreError> {
        let pending = self.store.pending_commit(log)?;
        if pending.is_some_and(|pending| pending.parent == *parent) {
            #[cfg(feature = "planted-bugs")]
            if crate::planted::is_planted(crate::planted::Bug::PendingClearedEarly)
                && let Some(row) = self.store.log(log)?
            {
                return self.drop_commit(&row);
            }
            self.store.set_commit_answered(log, true)?;
        }
        Ok(())
    }

    /// The home did not take our commit.
    pub(crate) fn commit_refused(
        &mut self,
        key: &ConnectionKey,
        (log, parent): (&LogId, &HeadId),
        error: &HomeError,
    ) -> Result<(), CoreError> {
        let Some(row) = self.store.log(log)? else {
            return Ok(());
        };
        if *parent != row.head {
            // It is late: a rival was entered, and with it our commit went.
            self.work.insert(Work::Log(*log));
            return Ok(());
        }
        match error {
            HomeError::Superseded { .. } => {
                self.drop_commit(&row)?;
                self.read_again(&row);
            }
            HomeError::Refused {
                why: Refusal::NotProven,
            } => {
                self.forget(key, &Asked::Prove(*log, row.head, Right::Write));
                self.work.insert(Work::Log(*log));
            }
            HomeError::Refused {
                why: Refusal::TooManyChildren,
            } => self.halt(&row, "somebody filled it with commits that do not hold")?,
            HomeError::Gone => self.halt(&row, "it was erased at its home")?,
            _ => self.retry_soon(key, Asked::Commit(*log, *parent)),
        }
        Ok(())
    }

    /// A rival was faster: ours is made anew when one is due.
    pub(crate) fn drop_commit(&mut self, log: &LogRow) -> Result<(), CoreError> {
        if log.state == LogState::Open && self.store.pending_commit(&log.log)?.is_some() {
            let mut group = self.take_group(log)?;
            self.with_mls(|provider| group.clear_own_commit(provider))?;
            self.keep_group(log, group);
            self.forget_commit(log)?;
        }
        Ok(())
    }

    /// Our commit is out of the way; those whom it would have added wait for the next.
    pub(crate) fn forget_commit(&mut self, log: &LogRow) -> Result<(), CoreError> {
        let pending = self.store.pending_commit(&log.log)?;
        self.store.delete_pending_commit(&log.log)?;
        // Another log of the conversation may have a commit that adds them.
        if pending.is_none_or(|pending| pending.welcome.is_none()) {
            return Ok(());
        }
        for invitee in self.store.invitees_of(log.conversation)? {
            if invitee.committing == Some(log.log) {
                self.store.set_invitee_committing(&invitee.use_id, None)?;
            }
        }
        Ok(())
    }
}
