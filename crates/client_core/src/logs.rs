//! One log: prove, subscribe, and then whatever waits to be written.

use client_store::log::{LogRow, LogState};
use mls::group::Group;
use protocol::frame::Request;
use protocol::id::{HeadId, LogId};
use protocol::proof::{self, Right};
use protocol::request::{Prove, Read};
use protocol::response::{Entry, Page};

use crate::effect::Event;
use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::receive::{CONTRADICT, LOST};
use crate::session::{Asked, ConnectionKey};

impl Engine {
    /// The log's group, out of memory or the store. The caller puts it back with
    /// [`Engine::keep_group`]; if it fails before, the group is loaded anew next time.
    pub(crate) fn take_group(&mut self, log: &LogRow) -> Result<Group, CoreError> {
        if let Some(group) = self.groups.remove(&log.log) {
            return Ok(group);
        }
        self.with_mls(|provider| Group::load(provider, &log.group_id))?
            .ok_or(CoreError::Store(client_store::StoreError::Damaged {
                what: "a group's keys",
            }))
    }

    /// The log's group, to look at; it stays in memory.
    pub(crate) fn group_of(&mut self, log: &LogRow) -> Result<&Group, CoreError> {
        let group = self.take_group(log)?;
        Ok(self.groups.entry(log.log).or_insert(group))
    }

    /// The same where the log may be one out of a backup, to which there is no group.
    pub(crate) fn group_if_there(&mut self, log: &LogRow) -> Result<Option<&Group>, CoreError> {
        if !self.groups.contains_key(&log.log) {
            let loaded = self.with_mls(|provider| Group::load(provider, &log.group_id))?;
            let Some(group) = loaded else {
                return Ok(None);
            };
            self.keep_group(log, group);
        }
        Ok(self.groups.get(&log.log))
    }

    pub(crate) fn keep_group(&mut self, log: &LogRow, group: Group) {
        self.groups.insert(log.log, group);
    }

    /// Asks what comes next for one log.
    pub(crate) fn work_on_log(&mut self, log: &LogRow) -> Result<(), CoreError> {
        let key = ConnectionKey::of_log(log);
        match log.state {
            LogState::Open | LogState::Removed => {}
            LogState::Behind => return self.work_on_repair(&key, log),
            LogState::Opening | LogState::Halted(_) | LogState::Left | LogState::Rejoining => {
                return Ok(());
            }
        }
        #[cfg(feature = "planted-bugs")]
        if crate::planted::is_planted(crate::planted::Bug::BlockedNotRead)
            && self.store.is_conversation_blocked(log.conversation)?
        {
            return Ok(());
        }
        let subscribe = Asked::Subscribe(log.log, log.head);
        if !self.is_done(&key, &subscribe) {
            if self.may_ask(&key, &subscribe) && self.prove(&key, log, Right::Read)? {
                // Children are looked at in their order, so those rejected are the first ones.
                let rejected = self.store.rejected_children(&log.log, &log.head)?.len();
                let read = Read {
                    log: log.log,
                    head: log.head,
                    from: log.next_seq,
                    children_from: rejected as u64,
                    repairs_after: log.repairs_after,
                };
                self.ask(&key, subscribe, &Request::Subscribe(read));
            }
            return Ok(());
        }
        self.get_wanted(&key, log)?;
        if log.state == LogState::Open {
            self.write_to_log(&key, log)?;
            self.renew_leases(&key, log)?;
        }
        Ok(())
    }

    /// Whether a right is proven on this connection; if not, and it may be, proves it.
    pub(crate) fn prove(
        &mut self,
        key: &ConnectionKey,
        log: &LogRow,
        right: Right,
    ) -> Result<bool, CoreError> {
        let asked = Asked::Prove(log.log, log.head, right);
        if self.is_done(key, &asked) {
            return Ok(true);
        }
        let Some((_, home, nonce)) = self.sessions.get(key).and_then(|session| session.ready())
        else {
            return Ok(false);
        };
        if home != log.home_key {
            self.halt(
                log,
                "its home shows another key than the conversation names",
            )?;
            return Ok(false);
        }
        if !self.may_ask(key, &asked) {
            return Ok(false);
        }
        let group = self.take_group(log)?;
        let keys = self.with_mls(|provider| group.keys(provider))?;
        self.keep_group(log, group);
        let secret = if right == Right::Read {
            keys.read_secret()
        } else {
            keys.write_secret()
        };
        let message = proof::right_message(&home, &nonce, &log.log, &log.head, right);
        let request = Request::Prove(Prove {
            log: log.log,
            head: log.head,
            right,
            key: secret.verifying_key().to_bytes(),
            signature: proof::sign(&secret, &message),
        });
        self.ask(key, asked, &request);
        Ok(false)
    }

    /// A page of entries, and children once all entries are there.
    pub(crate) fn received_page(
        &mut self,
        key: &ConnectionKey,
        log: &LogId,
        head: &HeadId,
        page: Page,
    ) -> Result<(), CoreError> {
        let Some(mut row) = self.store.log(log)? else {
            return Ok(());
        };
        if row.head != *head || !matches!(row.state, LogState::Open | LogState::Removed) {
            return Ok(());
        }
        let before = self.progress(log)?;
        for entry in page.entries {
            if entry.seq < row.next_seq {
                if !self.is_as_it_was_read(&row, &entry)? {
                    return self.halt(&row, CONTRADICT);
                }
                continue;
            }
            if entry.seq > row.next_seq {
                return self.halt(&row, "its home leaves out entries");
            }
            self.receive_entry(&mut row, entry)?;
            if row.state != LogState::Open {
                return Ok(());
            }
        }
        if page.end {
            self.settle(key, Asked::Subscribe(*log, *head));
        }
        self.work.insert(Work::Log(*log));
        if !page.children.is_empty() {
            self.receive_children(row, page.children)?;
        }
        if !page.end && self.progress(log)? == before {
            // A home that says nothing new is not asked again at once.
            self.retry_soon(key, Asked::Subscribe(*log, *head));
        }
        // Below a head that was entered its own page brings them, with those of this head.
        let Some(row) = self.store.log(log)?.filter(|row| row.head == *head) else {
            return Ok(());
        };
        if page.end {
            if row.state == LogState::Open && self.is_something_lost(&row)? {
                // Answers keep their order, so what was answered before is in the page.
                return self.halt(&row, LOST);
            }
            // All children were looked at: a commit of ours that was among them is merged or dropped.
            // One that its home said it had is lost there, and goes out once more.
            self.store.set_commit_answered(log, false)?;
        }
        self.receive_repairs(&row, page.repairs)
    }

    /// How far a log was read at its head, and how many of its children were looked at.
    fn progress(&self, log: &LogId) -> Result<Option<(HeadId, u64, usize)>, CoreError> {
        let Some(row) = self.store.log(log)? else {
            return Ok(None);
        };
        let looked_at = self.store.rejected_children(log, &row.head)?.len();
        Ok(Some((row.head, row.next_seq, looked_at)))
    }

    /// Whether an entry that comes once more is the one that was read at its place. A home that came
    /// back from an old copy of its disk gives places anew.
    pub(crate) fn is_as_it_was_read(&self, log: &LogRow, entry: &Entry) -> Result<bool, CoreError> {
        #[cfg(feature = "planted-bugs")]
        if crate::planted::is_planted(crate::planted::Bug::HistoriesNotCompared) {
            return Ok(true);
        }
        let read = self.store.chain_at(&log.log, &log.head, entry.seq)?;
        Ok(read.is_none_or(|read| read == entry.chain))
    }

    /// A gap in what was pushed: read from the cursor on.
    pub(crate) fn read_again(&mut self, log: &LogRow) {
        let key = ConnectionKey::of_log(log);
        let subscribe = Asked::Subscribe(log.log, log.head);
        // One that is under way brings everything; many refusals in a row ask once.
        if self.is_done(&key, &subscribe) {
            self.forget(&key, &subscribe);
        }
        self.work.insert(Work::Log(log.log));
    }

    /// Something is wrong that goes on being wrong: nothing is sent to this log any more.
    pub(crate) fn halt(&mut self, log: &LogRow, why: &str) -> Result<(), CoreError> {
        self.store.halt_log(&log.log, why)?;
        self.groups.remove(&log.log);
        self.event_unless_blocked(
            log.conversation,
            Event::Halted(log.conversation, why.to_owned()),
        )
    }
}
