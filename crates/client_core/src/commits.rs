//! Children of a head: which is canonical, and what entering it changes.
//!
//! Canonical is the child with the lowest place that holds *and whose derived keys are those
//! posted*; what is invalid for all is skipped and the verdict kept, what only this device cannot
//! decide stops the log (docs/protocol.md, *Choosing the canonical child*).

use client_store::epoch::{EpochLeaf, EpochRow};
use client_store::log::{LogRow, LogState};
use client_store::removal::RemovalRow;
use mls::error::MlsError;
use mls::group::{Group, ReceivedCommit};
use mls::wrap::{CommitPayload, WrapKind, open_body};
use protocol::hash;
use protocol::id::{HeadId, PersonaFingerprint};
use protocol::response::Child;
use std::collections::BTreeSet;

use crate::effect::Event;
use crate::engine::{Engine, Work};
use crate::error::CoreError;
#[cfg(feature = "planted-bugs")]
use crate::planted::{Bug, is_planted};
use crate::receive::LOST;
use crate::session::ConnectionKey;

/// What came of looking at one child.
enum Verdict {
    /// It is canonical: its epoch was entered.
    Canonical,
    /// Invalid for all, and why.
    Rejected(String),
    /// Only this device cannot tell.
    Undecidable,
    /// It removes this device, and the others alone can tell whether it holds.
    Removed,
}

impl Engine {
    /// Looks at children in their order and enters the canonical one.
    pub(crate) fn receive_children(
        &mut self,
        mut log: LogRow,
        mut children: Vec<Child>,
    ) -> Result<(), CoreError> {
        if self.is_something_lost(&log)? {
            // A head that has a child gets no entry any more.
            return self.halt(&log, LOST);
        }
        children.sort_by_key(|child| child.order);
        let rejected = self.store.rejected_children(&log.log, &log.head)?;
        for child in children {
            let id = hash::head_of_commit(&child.body);
            if rejected.contains(&id) {
                continue;
            }
            match self.examine(&log, &child, &id)? {
                Verdict::Canonical => return self.entered(&log, &id),
                Verdict::Removed => {
                    self.removed_by(&log, &id)?;
                    log.state = LogState::Removed;
                }
                Verdict::Rejected(why) => {
                    #[cfg(feature = "planted-bugs")]
                    if is_planted(Bug::VerdictsForgotten) {
                        continue;
                    }
                    self.store.reject_child(&log.log, &log.head, &id, &why)?;
                    self.groups.remove(&log.log);
                }
                // Also of somebody whom an earlier one removes: that one may not hold. If it does, nobody
                // follows what they ask.
                Verdict::Undecidable => return self.fall_behind(&log),
            }
        }
        if log.state == LogState::Removed {
            self.try_held_welcome(&log)?;
        }
        self.work.insert(Work::Log(log.log));
        Ok(())
    }

    fn examine(&mut self, log: &LogRow, child: &Child, id: &HeadId) -> Result<Verdict, CoreError> {
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
            let before = self.leave_epoch(log, &group)?;
            self.with_mls(|provider| group.merge_own_commit(provider))?;
            self.tell_who_changed(log, &before, &group)?;
            self.keep_group(log, group);
            self.store.set_leaf_update(&log.log, self.now.unix_s())?;
            self.send_welcomes(log, id, pending.welcome)?;
            return Ok(Verdict::Canonical);
        }
        let device = self.device_of(log.persona)?;
        let own_key = device.credential().device_key();
        let examined = self
            .store
            .attempt(|| self.examine_foreign(log, child, &mut group, own_key));
        match examined {
            Ok(commit) if commit.next.is_none() => Ok(Verdict::Removed),
            Ok(commit) => {
                let before = self.leave_epoch(log, &group)?;
                self.with_mls(|provider| group.merge_received_commit(provider, commit))?;
                self.tell_who_changed(log, &before, &group)?;
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
            #[cfg(feature = "planted-bugs")]
            let derived = derived.filter(|_| !is_planted(Bug::NextKeyNotCompared));
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
        let start = hash::chain_below(&log.chain, child);
        self.settle_kept_back(log)?;
        self.store.enter_head(log, child, &start)?;
        self.forget_commit(log)?;
        if log.state == LogState::Removed {
            self.event(Event::Added(log.conversation));
        }
        if let Some(session) = self.sessions.get_mut(&ConnectionKey::of_log(log)) {
            session.forget_heads_but(&log.log, child);
        }
        self.work.insert(Work::Log(log.log));
        Ok(())
    }

    /// Keeps what repairs of this epoch will need; who was there.
    fn leave_epoch(
        &mut self,
        log: &LogRow,
        group: &Group,
    ) -> Result<BTreeSet<PersonaFingerprint>, CoreError> {
        let keys = self.with_mls(|provider| group.keys(provider))?;
        let members = group.members()?;
        let leaves = members.iter().map(|member| EpochLeaf {
            leaf: member.leaf,
            device: *member.credential.device_key(),
            encryption_key: member.encryption_key.clone(),
        });
        let epoch = EpochRow {
            wrap: keys.wrap().clone(),
            leaves: leaves.collect(),
        };
        let now_s = self.now.unix_s();
        self.store.keep_epoch(&log.log, &log.head, &epoch, now_s)?;
        Ok(personas(group)?)
    }

    fn tell_who_changed(
        &mut self,
        log: &LogRow,
        before: &BTreeSet<PersonaFingerprint>,
        group: &Group,
    ) -> Result<(), CoreError> {
        let after = personas(group)?;
        let removals = self.store.removals(log.conversation)?;
        for came in after.difference(before) {
            let is_wished = |one: &RemovalRow| one.at_once && one.fingerprint == *came;
            if !removals.iter().any(is_wished) {
                self.store.delete_removal(log.conversation, came)?;
            }
            self.event(Event::Came(log.conversation, *came));
        }
        for went in before.difference(&after) {
            self.store.delete_removal(log.conversation, went)?;
            self.event(Event::Went(log.conversation, *went));
        }
        Ok(())
    }

    /// A commit removes this device. Its keys cannot be checked from here: were they bogus, the
    /// others would skip it. So the state before it is kept, nothing is sent, and a later child that
    /// holds brings the conversation back.
    fn removed_by(&mut self, log: &LogRow, child: &HeadId) -> Result<(), CoreError> {
        self.drop_commit(log)?;
        self.store
            .reject_child(&log.log, &log.head, child, "it removes this device")?;
        self.store.set_log_state(&log.log, &LogState::Removed)?;
        self.groups.remove(&log.log);
        self.event(Event::Removed(log.conversation));
        Ok(())
    }
}

/// Who is in a group.
pub(crate) fn personas(group: &Group) -> Result<BTreeSet<PersonaFingerprint>, MlsError> {
    let members = group.members()?;
    Ok(members
        .iter()
        .map(|member| member.credential.persona().fingerprint())
        .collect())
}
