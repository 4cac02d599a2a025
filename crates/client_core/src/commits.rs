//! Children of a head: which is canonical, and our own commits.
//!
//! Canonical is the child with the lowest place that holds *and whose derived keys are those
//! posted*; what is invalid for all is skipped and the verdict kept, what only this device cannot
//! decide stops the log (docs/protocol.md, *Choosing the canonical child*).

use client_store::log::{LogRow, LogState};
use client_store::pending_commit::PendingCommitRow;
use mls::error::MlsError;
use mls::group::{Group, ReceivedCommit};
use mls::wrap::{CommitPayload, WrapKind, open_body, seal_body};
use protocol::frame::Request;
use protocol::hash;
use protocol::id::{HeadId, LogId};
use protocol::proof::{self, Right};
use protocol::refusal::{HomeError, Refusal};
use protocol::request::Commit;
use protocol::response::Child;

use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::session::{Asked, ConnectionKey};

/// How often a device that writes renews its leaf, in seconds: a week.
const LEAF_UPDATE_S: u64 = 7 * 86_400;

/// What came of looking at one child.
enum Verdict {
    /// It is canonical: its epoch was entered.
    Canonical,
    /// Invalid for all, and why.
    Rejected(String),
    /// Only this device cannot tell.
    Undecidable,
}

impl Engine {
    /// Looks at children in their order and enters the canonical one.
    pub(crate) fn receive_children(
        &mut self,
        log: LogRow,
        mut children: Vec<Child>,
    ) -> Result<(), CoreError> {
        children.sort_by_key(|child| child.order);
        let rejected = self.store.rejected_children(&log.log, &log.head)?;
        for child in children {
            let id = hash::head_of_commit(&child.body);
            if rejected.contains(&id) {
                continue;
            }
            match self.examine(&log, &child)? {
                Verdict::Canonical => return self.entered(&log, &id),
                Verdict::Rejected(why) => {
                    self.store.reject_child(&log.log, &log.head, &id, &why)?;
                    self.groups.remove(&log.log);
                }
                Verdict::Undecidable => {
                    return self.halt(
                        &log,
                        "its keys were renewed in a way this device cannot follow",
                    );
                }
            }
        }
        self.work.insert(Work::Log(log.log));
        Ok(())
    }

    fn examine(&mut self, log: &LogRow, child: &Child) -> Result<Verdict, CoreError> {
        let mut group = self.take_group(log)?;
        let pending = self.store.pending_commit(&log.log)?;
        if let Some(pending) = pending.filter(|pending| pending.body == child.body) {
            if (pending.write_key, pending.read_key) != (child.write_key, child.read_key) {
                // Everybody else finds the keys wrong as well, so we must not enter it either.
                self.keep_group(log, group);
                self.drop_commit(log)?;
                return Ok(Verdict::Rejected(
                    "its home shows other keys than were posted".into(),
                ));
            }
            self.with_mls(|provider| group.merge_own_commit(provider))?;
            self.keep_group(log, group);
            self.store.set_leaf_update(&log.log, self.now.unix_s())?;
            return Ok(Verdict::Canonical);
        }
        let device = self.device_of(log.persona)?;
        let own_key = device.credential().device_key();
        let examined = self
            .store
            .attempt(|| self.examine_foreign(log, child, &mut group, own_key));
        match examined {
            Ok(commit) => {
                self.with_mls(|provider| group.merge_received_commit(provider, commit))?;
                self.keep_group(log, group);
                Ok(Verdict::Canonical)
            }
            Err(CoreError::Mls(error @ MlsError::Invalid { .. })) => {
                Ok(Verdict::Rejected(error.to_string()))
            }
            Err(CoreError::Mls(MlsError::Undecidable)) => Ok(Verdict::Undecidable),
            Err(error) => Err(error),
        }
    }

    /// Everything that must hold of another's commit, before its epoch is entered. One that this
    /// device signed and does not remember comes from a copy of it: others may well enter its epoch,
    /// whose secrets only the copy has.
    fn examine_foreign(
        &self,
        log: &LogRow,
        child: &Child,
        group: &mut Group,
        own_key: &[u8; 32],
    ) -> Result<ReceivedCommit, CoreError> {
        self.with_mls(|provider| {
            let keys = group.keys(provider)?;
            let kind = WrapKind::Commit;
            let payload = open_body(keys.wrap(), &log.log, &log.head, kind, &child.body)?;
            let payload = CommitPayload::from_bytes(&payload)?;
            let (write, read) = (&child.write_key, &child.read_key);
            let is_signed_by = |key| payload.check(key, &log.log, &log.head, write, read);
            if is_signed_by(own_key).is_ok() {
                return Err(MlsError::Undecidable);
            }
            let commit = group.examine_commit(provider, &payload.message)?;
            is_signed_by(commit.sender.credential.device_key())?;
            let derived = commit
                .next
                .as_ref()
                .map(|next| (next.write_key(), next.read_key()));
            match derived {
                Some(derived) if derived != (child.write_key, child.read_key) => {
                    Err(MlsError::Invalid {
                        what: "the next keys are not those of the next epoch",
                        detail: String::new(),
                    })
                }
                _ => Ok(commit),
            }
        })
    }

    /// The log moves to a child head.
    fn entered(&mut self, log: &LogRow, child: &HeadId) -> Result<(), CoreError> {
        let start = hash::chain_start(&log.log, child);
        self.store.enter_head(log, child, &start)?;
        self.store.delete_pending_commit(&log.log)?;
        if let Some(session) = self.sessions.get_mut(&ConnectionKey::of_log(log)) {
            session.forget_heads_but(&log.log, child);
        }
        self.work.insert(Work::Log(log.log));
        Ok(())
    }

    /// Posts our commit, or makes one: once a week with a deliberate send, and where all children
    /// of the head are invalid, so that the log can go on. Whether one is under way.
    pub(crate) fn commit_if_due(
        &mut self,
        key: &ConnectionKey,
        log: &LogRow,
        sending: bool,
    ) -> Result<bool, CoreError> {
        let pending = match self.store.pending_commit(&log.log)? {
            Some(pending) => pending,
            None if sending && self.is_commit_due(log)? => self.make_commit(log)?,
            None => return Ok(false),
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
        // A clock that was set back makes a commit late, one that was set forward early: both harmless.
        let old = self.now.unix_s().saturating_sub(log.leaf_update_s) >= LEAF_UPDATE_S;
        Ok(old
            || !self
                .store
                .rejected_children(&log.log, &log.head)?
                .is_empty())
    }

    /// Makes a commit that renews this device's keys, and keeps it before it is posted.
    fn make_commit(&mut self, log: &LogRow) -> Result<PendingCommitRow, CoreError> {
        let device = self.device_of(log.persona)?;
        let mut group = self.take_group(log)?;
        let (own, body) = self.with_mls(|provider| {
            if group.has_pending_commit() {
                group.clear_own_commit(provider)?;
            }
            let wrap = group.keys(provider)?;
            let own = group.commit_update(provider, &device)?;
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
        };
        self.store.insert_pending_commit(&row)?;
        Ok(row)
    }

    /// The home has our commit; it is merged when it is read back as canonical.
    pub(crate) fn committed(&mut self, log: &LogId, parent: &HeadId) -> Result<(), CoreError> {
        let pending = self.store.pending_commit(log)?;
        if pending.is_some_and(|pending| pending.parent == *parent) {
            self.store.set_commit_answered(log)?;
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
    fn drop_commit(&mut self, log: &LogRow) -> Result<(), CoreError> {
        if log.state == LogState::Open && self.store.pending_commit(&log.log)?.is_some() {
            let mut group = self.take_group(log)?;
            self.with_mls(|provider| group.clear_own_commit(provider))?;
            self.keep_group(log, group);
            self.store.delete_pending_commit(&log.log)?;
        }
        Ok(())
    }
}
