//! Repair: a member who cannot enter a commit that the others entered is removed and added again.
//!
//! Who fell behind leaves a request at the last head that they reached, wrapped under its epoch's
//! key. Whoever went on and still remembers that epoch can read it; one of them, by jitter, makes
//! the commit. Somebody who was removed since, or whose leaf was renewed since, is ignored.

use client_store::capability::{CapabilityRow, CapabilityState};
use client_store::epoch::EpochRow;
use client_store::id::CapabilityId;
use client_store::inbox::InboxRow;
use client_store::invitee::{InviteeRow, InviteeStep, LeafBehind};
use client_store::log::{LogRow, LogState};
use client_store::repair::RepairRow;
use mls::error::MlsError;
use mls::key_package::{self, CheckedKeyPackage};
use mls::repair::{Repair, UnverifiedRepair};
use mls::welcome_item::ReturnInbox;
use mls::wrap::{WrapKind, open_body, seal_body};
use protocol::frame::Request;
use protocol::id::{HeadId, LogId, UseId};
use protocol::proof::Right;
use protocol::refusal::{HomeError, Refusal};
use protocol::request;
use protocol::response::StoredRepair;
use protocol::secret::CapabilitySecret;

use crate::effect::Event;
use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::session::{Asked, ConnectionKey};

/// Within this time, in milliseconds, those who read a request take turns by chance.
const TURNS_MS: u64 = 20_000;
/// After this time, in seconds, a request that nobody has followed is made anew: a day.
const ANEW_S: u64 = 86_400;
/// No log has more requests; a home that says so is not believed.
const LARGEST_NUMBER: u64 = 1 << 48;
/// Uses of the capability that goes with a request: members whose Welcomes lost count too.
const USES: u32 = 16;

impl Engine {
    /// The others went on and this device cannot follow: ask to be added anew.
    pub(crate) fn fall_behind(&mut self, log: &LogRow) -> Result<(), CoreError> {
        self.drop_commit(log)?;
        self.store.set_log_state(&log.log, &LogState::Behind)?;
        self.event_unless_blocked(log.conversation, Event::Behind(log.conversation))?;
        self.ask_for_repair(log, false)?;
        self.try_held_welcome(log)?;
        self.work.insert(Work::Log(log.log));
        Ok(())
    }

    fn ask_for_repair(&mut self, log: &LogRow, anew: bool) -> Result<(), CoreError> {
        let inbox = self.inbox_of_name(log)?;
        let return_inbox = self.way_for_repairs(&inbox, log, anew)?;
        let device = self.device_of(log.persona)?;
        let group = self.take_group(log)?;
        let body = self.with_mls(|provider| {
            let repair = Repair {
                log: log.log,
                head: log.head,
                leaf: group.own_leaf(),
                key_package: key_package::generate(provider, &device, false)?,
                return_inbox,
            };
            let (keys, kind) = (group.keys(provider)?, WrapKind::Repair);
            let bytes = repair.sign(&device);
            seal_body(
                keys.wrap(),
                &self.entropy,
                &log.log,
                &log.head,
                kind,
                &bytes,
            )
        })?;
        self.keep_group(log, group);
        self.store.insert_repair(&RepairRow {
            log: log.log,
            head: log.head,
            body,
            answered: false,
            made_s: self.now.unix_s(),
        })?;
        self.work
            .insert(Work::Connection(ConnectionKey::of_inbox(&inbox)));
        Ok(())
    }

    /// The way for a Welcome of this log, by members who may be no contacts.
    pub(crate) fn way_for_repairs(
        &mut self,
        inbox: &InboxRow,
        log: &LogRow,
        anew: bool,
    ) -> Result<ReturnInbox, CoreError> {
        // Others may have used up the one before; Welcomes under it are still taken.
        let known = self.store.capability_repairing(&log.log)?;
        let later_s = known.as_ref().map_or(0, |known| known.created_s + 1);
        let secret = match known {
            Some(known) if known.inbox == inbox.inbox && !anew => known.secret,
            _ => {
                let row = CapabilityRow {
                    id: CapabilityId::new(self.entropy.bytes()),
                    inbox: inbox.inbox,
                    secret: CapabilitySecret::new(self.entropy.bytes()),
                    contact: None,
                    label: None,
                    uses: Some(USES),
                    used: 0,
                    expires_s: None,
                    state: CapabilityState::New,
                    created_s: self.now.unix_s().max(later_s),
                    repairs: Some(log.log),
                };
                self.store.insert_capability(&row)?;
                row.secret
            }
        };
        self.way_with(inbox, secret)
    }

    /// Leaves our request, once the way for the Welcome works.
    pub(crate) fn work_on_repair(
        &mut self,
        key: &ConnectionKey,
        log: &LogRow,
    ) -> Result<(), CoreError> {
        let Some(mut repair) = self.store.repair(&log.log)? else {
            return Ok(());
        };
        // One from a clock that was ahead is made anew as well.
        let age_s = self.now.unix_s().abs_diff(repair.made_s);
        if repair.answered && age_s > ANEW_S {
            self.ask_for_repair(log, true)?;
            match self.store.repair(&log.log)? {
                Some(anew) => repair = anew,
                None => return Ok(()),
            }
        }
        let capability = self.store.capability_repairing(&log.log)?;
        let works = capability.is_some_and(|one| one.state == CapabilityState::Granted);
        let asked = Asked::Repair(log.log, repair.head);
        if repair.answered {
            // Whoever could follow may have been away, or their clock wrong.
            if self.may_ask(key, &asked) {
                self.retry(key, asked, (ANEW_S + 1) * 1000);
            }
            return Ok(());
        }
        if !works || !self.may_ask(key, &asked) {
            return Ok(());
        }
        if self.prove(key, log, Right::Write)? {
            let request = Request::Repair(request::Repair {
                log: log.log,
                head: repair.head,
                body: repair.body,
            });
            self.ask(key, asked, &request);
        }
        Ok(())
    }

    /// The home has our request.
    pub(crate) fn repair_left(&mut self, log: &LogId) -> Result<(), CoreError> {
        self.store.set_repair_answered(log)?;
        self.work.insert(Work::Log(*log));
        Ok(())
    }

    /// The home did not take our request.
    pub(crate) fn repair_refused(
        &mut self,
        key: &ConnectionKey,
        (log, head): (LogId, HeadId),
        error: &HomeError,
    ) -> Result<(), CoreError> {
        let Some(row) = self.store.log(&log)? else {
            return Ok(());
        };
        match error {
            HomeError::Refused {
                why: Refusal::NotProven,
            } => {
                self.forget(key, &Asked::Prove(log, head, Right::Write));
                self.work.insert(Work::Log(log));
            }
            HomeError::Gone => self.halt(&row, "it was erased at its home")?,
            _ => self.retry_late(key, Asked::Repair(log, head)),
        }
        Ok(())
    }

    /// Requests of others, in their order.
    pub(crate) fn receive_repairs(
        &mut self,
        log: &LogRow,
        repairs: Vec<StoredRepair>,
    ) -> Result<(), CoreError> {
        for stored in repairs {
            if stored.number <= log.repairs_after || stored.number > LARGEST_NUMBER {
                continue;
            }
            self.store.set_repairs_after(&log.log, stored.number)?;
            let Some(epoch) = self.store.epoch(&log.log, &stored.head)? else {
                continue;
            };
            match self.read_repair(log, &stored, &epoch) {
                Ok(Some(invitee)) => self.take_up(log, invitee)?,
                Ok(None) => {}
                Err(CoreError::Mls(MlsError::Invalid { .. } | MlsError::NotValidNow)) => {
                    let what = "a request to be added again does not hold".to_owned();
                    self.event_unless_blocked(log.conversation, Event::PassedOver(what))?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Who asks, if they are still a member and their leaf is the one that it was.
    fn read_repair(
        &mut self,
        log: &LogRow,
        stored: &StoredRepair,
        epoch: &EpochRow,
    ) -> Result<Option<InviteeRow>, CoreError> {
        let (kind, head) = (WrapKind::Repair, &stored.head);
        let bytes = open_body(&epoch.wrap, &log.log, head, kind, &stored.body)?;
        let unverified = UnverifiedRepair::from_bytes(&bytes)?;
        let Some(then) = epoch
            .leaves
            .iter()
            .find(|leaf| leaf.leaf == unverified.leaf())
        else {
            return Ok(None);
        };
        let repair = unverified.verify(&then.device, &log.log, head)?;
        let group = self.group_of(log)?;
        let own = group.own_leaf();
        let members = group.members()?;
        let Some(now) = members.iter().find(|member| {
            member.leaf == then.leaf
                && *member.credential.device_key() == then.device
                && member.encryption_key == then.encryption_key
        }) else {
            return Ok(None);
        };
        if now.leaf == own {
            return Ok(None);
        }
        let now_s = self.now.unix_s();
        let checked = self
            .with_mls(|provider| CheckedKeyPackage::check(provider, &repair.key_package, now_s))?;
        let same = checked.credential().persona() == now.credential.persona()
            && *checked.credential().device_key() == then.device;
        if !same {
            return Ok(None);
        }
        Ok(Some(InviteeRow {
            use_id: UseId::new(self.entropy.bytes()),
            conversation: log.conversation,
            fingerprint: now.credential.persona().fingerprint(),
            way: repair.return_inbox,
            step: InviteeStep::Add,
            key_packages: vec![repair.key_package],
            behind: Some(LeafBehind {
                leaf: now.leaf,
                encryption_key: now.encryption_key.clone(),
            }),
            rejoins: None,
            committing: None,
            item: None,
        }))
    }

    /// Adds somebody anew when it is our turn, unless somebody else was faster.
    fn take_up(&mut self, log: &LogRow, invitee: InviteeRow) -> Result<(), CoreError> {
        for other in self.store.invitees_of(log.conversation)? {
            if other.behind == invitee.behind && other.step == InviteeStep::Add {
                if other.committing.is_some() {
                    return Ok(());
                }
                self.store.delete_invitee(&other.use_id)?;
            }
        }
        let turn = u64::from_le_bytes(self.entropy.bytes()) % TURNS_MS;
        self.repairs_due
            .insert(invitee.use_id, self.now.monotonic_ms + turn);
        self.store.insert_invitee(&invitee)?;
        // Somebody who is blocked is added anew like anybody: else their home and they would see a difference.
        if !self.store.is_blocked(&invitee.fingerprint)? {
            self.event(Event::AskedForRepair(log.conversation, invitee.fingerprint));
        }
        Ok(())
    }

    /// Whose turn has come: their logs are looked at.
    pub(crate) fn take_turns(&mut self) -> Result<(), CoreError> {
        let now_ms = self.now.monotonic_ms;
        let due: Vec<_> = self
            .repairs_due
            .iter()
            .filter(|(_, due_ms)| **due_ms <= now_ms)
            .map(|(use_id, _)| *use_id)
            .collect();
        for use_id in due {
            self.repairs_due.remove(&use_id);
            if let Some(invitee) = self.store.invitee(&use_id)? {
                for log in self.store.logs_of(invitee.conversation)? {
                    self.work.insert(Work::Log(log.log));
                }
            }
        }
        Ok(())
    }
}
