//! Who is in a conversation, and which changes of that a commit is due for.
//!
//! Wishes stand in the store until a canonical commit has fulfilled them, whoever made it: they are
//! compared with the committed state each time, never with what one of our commits would have done.

use client_store::conversation::ConversationKind;
use client_store::id::ConversationId;
use client_store::invitee::{InviteeRow, InviteeStep, LeafBehind};
use client_store::log::LogRow;
use mls::error::MlsError;
use mls::group::GroupMember;
use mls::key_package::{CheckedKeyPackage, clash};
use protocol::id::{PersonaFingerprint, UseId};

use crate::effect::Event;
use crate::engine::Engine;
use crate::error::CoreError;
#[cfg(feature = "planted-bugs")]
use crate::planted::{Bug, is_planted};
use crate::view::MemberView;

/// Added in one commit at most, so that commit and Welcome stay well below the largest body.
const MOST_ADDED: usize = 64;

/// What the next commit changes.
#[derive(Default)]
pub(crate) struct Changes {
    pub added: Vec<CheckedKeyPackage>,
    pub removed: Vec<u32>,
    /// Who is added.
    pub invitees: Vec<UseId>,
}

impl Changes {
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

impl Engine {
    /// Everybody in a conversation's group, the own name included. Nobody where it is not founded yet,
    /// or was left.
    ///
    /// # Errors
    /// [`CoreError::Unknown`], [`CoreError::Store`].
    pub fn members(&mut self, conversation: ConversationId) -> Result<Vec<MemberView>, CoreError> {
        let (row, own) = self.own_part(conversation)?;
        let logs = self.store.logs_of(conversation)?;
        let Some(log) = logs.into_iter().find(|log| log.state.has_group()) else {
            return Ok(Vec::new());
        };
        let Some(group) = self.group_if_there(&log)? else {
            return Ok(Vec::new());
        };
        let mut members = Vec::new();
        for fingerprint in crate::commits::personas(group)? {
            let mine = fingerprint == own.fingerprint;
            let name = if mine {
                own.name.as_str().to_owned()
            } else {
                self.name_of(row.persona, &fingerprint)?
            };
            members.push(MemberView {
                fingerprint,
                name,
                mine,
            });
        }
        Ok(members)
    }

    /// What somebody is called here: by the name that they chose, if they are a contact.
    pub(crate) fn name_of(
        &self,
        persona: client_store::id::PersonaId,
        fingerprint: &PersonaFingerprint,
    ) -> Result<String, CoreError> {
        let contact = self.store.contact_of_pair(persona, fingerprint)?;
        Ok(contact.map_or_else(
            || format!("somebody ({})", short(fingerprint)),
            |contact| contact.name.as_str().to_owned(),
        ))
    }

    /// What is due for a commit now; `sending`: something is about to be said, so those who left must
    /// be gone before.
    pub(crate) fn due_changes(
        &mut self,
        log: &LogRow,
        sending: bool,
    ) -> Result<Changes, CoreError> {
        let mut changes = Changes::default();
        let (removals, mut invitees) = (
            self.store.removals(log.conversation)?,
            self.wanted_in(log.conversation)?,
        );
        if removals.is_empty() && invitees.is_empty() {
            return Ok(changes);
        }
        #[cfg(feature = "planted-bugs")]
        let removals = if is_planted(Bug::RemovalNotHonoured) {
            Vec::new()
        } else {
            removals
        };
        let group = self.group_of(log)?;
        let (own, members) = (group.own_leaf(), group.members()?);
        let mut who_left = Vec::new();
        for removal in removals {
            let mut leaves = leaves_of(&members, &removal.fingerprint);
            // Nobody removes themselves; another member does.
            leaves.retain(|leaf| *leaf != own);
            if leaves.is_empty() {
                self.store
                    .delete_removal(log.conversation, &removal.fingerprint)?;
                self.take_back(&removal.fingerprint, &mut invitees)?;
            } else if removal.at_once || sending {
                changes.removed.extend(leaves);
            } else {
                who_left.extend(leaves);
            }
        }
        // Those who left go with any commit; nothing is written for them alone.
        let is_due = !changes.removed.is_empty();
        changes.removed.extend(who_left);
        for invitee in invitees {
            if invitee.step == InviteeStep::Add && changes.added.len() < MOST_ADDED {
                self.add_if_due(log, &members, &invitee, &mut changes)?;
            }
        }
        if !is_due && changes.invitees.is_empty() {
            return Ok(Changes::default());
        }
        Ok(changes)
    }

    /// Everybody on their way into a conversation. Those who were blocked since they were asked for are given up on,
    /// unless a commit adds them already; whoever fell behind, or comes back on a new device, is a member.
    pub(crate) fn wanted_in(&mut self, id: ConversationId) -> Result<Vec<InviteeRow>, CoreError> {
        let mut wanted = Vec::new();
        for invitee in self.store.invitees_of(id)? {
            let is_member = invitee.behind.is_some() || invitee.rejoins.is_some();
            let is_settled = is_member || invitee.committing.is_some();
            if invitee.step == InviteeStep::Add
                && !is_settled
                && self.store.is_blocked(&invitee.fingerprint)?
            {
                self.give_up_on(&invitee, "they were blocked meanwhile".to_owned())?;
            } else {
                wanted.push(invitee);
            }
        }
        Ok(wanted)
    }

    /// Somebody is to be gone who is not there: nor are they to be added any more.
    fn take_back(
        &self,
        fingerprint: &PersonaFingerprint,
        invitees: &mut Vec<InviteeRow>,
    ) -> Result<(), CoreError> {
        let (taken_back, others): (Vec<_>, Vec<_>) =
            std::mem::take(invitees).into_iter().partition(|one| {
                let is_theirs = one.fingerprint == *fingerprint && one.behind.is_none();
                is_theirs && one.step != InviteeStep::Knock
            });
        *invitees = others;
        for invitee in taken_back {
            self.store.delete_invitee(&invitee.use_id)?;
        }
        Ok(())
    }

    /// Whether somebody is a member of the conversation's group, as this device has it.
    pub(crate) fn is_member(
        &mut self,
        conversation: ConversationId,
        fingerprint: &PersonaFingerprint,
    ) -> Result<bool, CoreError> {
        let members = self.members(conversation)?;
        Ok(members.iter().any(|one| one.fingerprint == *fingerprint))
    }

    fn add_if_due(
        &mut self,
        log: &LogRow,
        members: &[GroupMember],
        invitee: &InviteeRow,
        changes: &mut Changes,
    ) -> Result<(), CoreError> {
        let before = changes.removed.len();
        let leaves = leaves_of(members, &invitee.fingerprint);
        let is_member = !leaves.is_empty();
        let is_going = leaves.iter().all(|leaf| changes.removed.contains(leaf));
        let checked = match self.check_key_packages(invitee) {
            Ok(checked) => checked,
            Err(CoreError::Mls(error @ (MlsError::Invalid { .. } | MlsError::NotValidNow))) => {
                return self.give_up_on(invitee, error.to_string());
            }
            Err(error) => return Err(error),
        };
        match &invitee.behind {
            None if invitee.rejoins.is_some() => {
                if invitee.rejoins != Some(log.log) {
                    return Ok(());
                }
                if !is_member || is_going {
                    self.store.delete_invitee(&invitee.use_id)?;
                    return Ok(());
                }
                // Also what another device of theirs would read is not for them any more.
                changes.removed.extend(leaves);
            }
            // The leaf is the one that fell behind only while nobody has renewed it.
            Some(behind) => {
                let still = members.iter().any(|member| {
                    member.leaf == behind.leaf && member.encryption_key == behind.encryption_key
                });
                if !still && self.is_behind_in_another(log, behind)? {
                    return Ok(());
                }
                if !still || changes.removed.contains(&behind.leaf) {
                    self.store.delete_invitee(&invitee.use_id)?;
                    return Ok(());
                }
                let due = self.repairs_due.get(&invitee.use_id);
                if due.is_some_and(|due_ms| *due_ms > self.now.monotonic_ms) {
                    return Ok(());
                }
                changes.removed.push(behind.leaf);
            }
            None if is_member && !is_going => {
                // Somebody else was faster; they tell them too.
                self.store.delete_invitee(&invitee.use_id)?;
                return Ok(());
            }
            None => {}
        }
        let kind = self
            .store
            .conversation(log.conversation)?
            .map(|row| row.kind);
        let is_back = invitee.behind.is_some() || invitee.rejoins.is_some();
        if !is_back && kind != Some(ConversationKind::Circle) {
            return Ok(());
        }
        let leaves = members
            .iter()
            .filter(|one| !changes.removed.contains(&one.leaf));
        if clash(leaves, changes.added.iter().chain(&checked)) {
            changes.removed.truncate(before);
            let why = "a device or a key of theirs is there already";
            return self.give_up_on(invitee, why.to_owned());
        }
        changes.added.extend(checked);
        changes.invitees.push(invitee.use_id);
        Ok(())
    }

    /// Whether it is in another log of the conversation that a leaf fell behind.
    fn is_behind_in_another(
        &mut self,
        log: &LogRow,
        behind: &LeafBehind,
    ) -> Result<bool, CoreError> {
        for other in self.store.logs_of(log.conversation)? {
            if other.log == log.log || !other.state.has_group() {
                continue;
            }
            let members = match self.group_if_there(&other)? {
                Some(group) => group.members()?,
                None => continue,
            };
            if members.iter().any(|member| {
                member.leaf == behind.leaf && member.encryption_key == behind.encryption_key
            }) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// As the adder, at the time of the commit.
    pub(crate) fn check_key_packages(
        &self,
        invitee: &InviteeRow,
    ) -> Result<Vec<CheckedKeyPackage>, CoreError> {
        let now_s = self.now.unix_s();
        invitee
            .key_packages
            .iter()
            .map(|bytes| self.with_mls(|provider| CheckedKeyPackage::check(provider, bytes, now_s)))
            .collect()
    }

    /// This device takes no more part in a log: what it wished to change there is over. Whoever is in
    /// the group already is still told, and who left has left: that matters if this device is back.
    pub(crate) fn forget_wishes(&mut self, log: &LogRow) -> Result<(), CoreError> {
        for removal in self.store.removals(log.conversation)? {
            if removal.at_once {
                self.store
                    .delete_removal(log.conversation, &removal.fingerprint)?;
            }
        }
        for invitee in self.store.invitees_of(log.conversation)? {
            if invitee.step != InviteeStep::Knock {
                self.store.delete_invitee(&invitee.use_id)?;
            }
        }
        Ok(())
    }

    /// Somebody will not be added, and why.
    pub(crate) fn give_up_on(
        &mut self,
        invitee: &InviteeRow,
        why: String,
    ) -> Result<(), CoreError> {
        self.store.delete_invitee(&invitee.use_id)?;
        self.repairs_due.remove(&invitee.use_id);
        self.event(Event::NotAdded(
            invitee.conversation,
            invitee.fingerprint,
            why,
        ));
        Ok(())
    }
}

/// The leaves of a persona's devices.
fn leaves_of(members: &[GroupMember], fingerprint: &PersonaFingerprint) -> Vec<u32> {
    members
        .iter()
        .filter(|member| member.credential.persona().fingerprint() == *fingerprint)
        .map(|member| member.leaf)
        .collect()
}

/// The first bytes of a fingerprint, enough to tell a few people apart.
fn short(fingerprint: &PersonaFingerprint) -> String {
    let bytes = fingerprint.as_bytes().iter().take(4);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}
